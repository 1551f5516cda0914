use super::*;

fn entry(path: &str, published: &str, updated: &str) -> Entry {
    Entry {
        path: path.into(),
        title: "第一课 <em>&\u{b}\u{fffe}".into(),
        link: format!("../{path}?a&b"),
        updated: updated.into(),
        published: (!published.is_empty()).then(|| published.into()),
        summary: "]]> \"引号\" 'x'\u{0}".into(),
        authors: Vec::new(),
        categories: vec!["调研 & \"研究\"".into()],
    }
}

fn feed(base_url: &str, entries: Vec<Entry>) -> Feed {
    Feed {
        site: "wuli".into(),
        base_url: base_url.into(),
        path: "news/feed.xml".into(),
        page: "index.html".into(),
        title: "物理学院".into(),
        language: "zh-CN".into(),
        entries,
        ..Feed::default()
    }
}

/// Checks what RFC 4287 asks of every feed, and hands out the values of an element.
fn check(xml: &str, name: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(xml).unwrap();
    let root = document.root_element();
    assert_eq!((root.tag_name().name(), root.tag_name().namespace()), ("feed", Some("http://www.w3.org/2005/Atom")));
    let entries = root.children().filter(|node| node.has_tag_name((root.tag_name().namespace().unwrap(), "entry")));
    for node in std::iter::once(root).chain(entries) {
        let count = |name| node.children().filter(|child| child.tag_name().name() == name).count();
        assert_eq!((count("id"), count("title"), count("updated")), (1, 1, 1), "{xml}");
        assert!(node != root || count("author") == 1);
        let links = node.children().filter(|child| child.tag_name().name() == "link");
        assert_eq!(links.filter(|link| link.attribute("rel") == Some("alternate")).count(), 1);
    }
    let named = document.descendants().filter(|node| node.tag_name().name() == name);
    named.map(|node| node.attribute("href").or(node.text()).unwrap_or_default().to_string()).collect()
}

#[test]
fn a_feed_is_valid_and_its_texts_survive() {
    let day = |day: &str| format!("2026-{day}T00:00:00+08:00");
    let entries = vec![
        entry("news/b.html", &day("03-05"), ""),
        entry("policies/a.html", &day("01-02"), &day("02-03")),
        entry("c.html", &day("01-02"), "2025-01-01T00:00:00+08:00"),
        entry("d.html", "", ""),
    ];
    let xml = atom(&feed("https://wuli.example.edu.cn/xt/", entries.clone()));
    let never = "1970-01-01T00:00:00Z".to_string();
    let times = [day("03-05"), day("03-05"), day("02-03"), day("01-02"), never];
    assert_eq!(check(&xml, "updated"), times, "never before it came out");
    assert_eq!(check(&xml, "published").len(), 3);
    assert_eq!(check(&xml, "title")[1], "第一课 <em>&");
    assert_eq!(check(&xml, "summary")[0], "]]> \"引号\" 'x'");
    assert_eq!(check(&xml, "name"), ["物理学院"]);
    let links = check(&xml, "link");
    assert_eq!(links[..3], ["index.html", "https://wuli.example.edu.cn/xt/news/feed.xml", "../news/b.html?a&b"]);
    assert!(xml.contains("xml:lang=\"zh-CN\"") && xml.contains("term=\"调研 &amp; &quot;研究&quot;\""));

    let relative = atom(&feed("", entries));
    assert_eq!(check(&relative, "link").len(), links.len() - 1);
    assert_eq!(check(&relative, "id"), check(&xml, "id"), "the same with an address and without one");
    assert_eq!(check(&xml, "id")[1], "tag:wuli,2026:news/b.html");
}

#[test]
fn entries_name_their_own_authors() {
    let author = |name: &str| Author { name: name.into() };
    let one = Entry { authors: vec![author("张三"), author(""), author("李四")], ..entry("a.html", "", "") };
    let xml = atom(&Feed { author: author("宣传部"), ..feed("", vec![one]) });
    assert_eq!(check(&xml, "name"), ["宣传部", "张三", "李四"]);
}

#[test]
fn an_empty_feed_is_valid_too() {
    let empty = Feed { site: "学".into(), ..feed("", Vec::new()) };
    assert_eq!(check(&atom(&empty), "updated"), ["1970-01-01T00:00:00Z"]);
    assert_eq!(check(&atom(&empty), "id"), ["tag:studyhall,2026:news/feed.xml"]);
}

#[test]
fn a_sitemap_lists_addresses() {
    let url = |address: &str, changed: Option<&str>| Url { address: address.into(), changed: changed.map(str::to_string) };
    let xml = sitemap(&[url("http://x.cn/a&b/index.html", None), url("http://x.cn/n.html", Some("2026-03-05"))]);
    let document = roxmltree::Document::parse(&xml).unwrap();
    let texts = |name: &str| -> Vec<&str> {
        document.descendants().filter(|node| node.tag_name().name() == name).filter_map(|node| node.text()).collect()
    };
    assert_eq!(texts("loc"), ["http://x.cn/a&b/index.html", "http://x.cn/n.html"]);
    assert_eq!(texts("lastmod"), ["2026-03-05"]);
}

#[test]
fn robots_are_welcome() {
    assert_eq!(robots(None), "User-agent: *\nDisallow:\n");
    let text = robots(Some("https://x.cn/sitemap.xml"));
    assert_eq!(text, "User-agent: *\nDisallow:\n\nSitemap: https://x.cn/sitemap.xml\n");
}
