//! Recorded queries: a build makes anew what an edit can be seen on, says how much that was, and comes to what a build
//! from nothing comes to.

use std::fs;

use crate::support::site::{Counts, assert_same};
use crate::support::{Dice, Site, Tree};

const STUDY: &str = include_str!("../sites/study.txt");

/// Builds, edits, builds again. Asserts how many pages were rendered and exactly which files came out otherwise
/// (`+` new, `-` gone), and that all is as built from nothing.
#[track_caller]
fn check_edit(site: &Site, arguments: (&[&str], &[&str]), edit: impl FnOnce(&Site), rendered: u64, changed: &[&str]) {
    site.seem_old(true);
    site.age_all();
    site.build_well(arguments.0);
    let before = site.output();
    edit(site);
    let counts = site.build_well(arguments.1);
    let after = site.output();
    assert_same(&site.clean(arguments.1), &after, "as built from nothing");
    let differ = differences(&before, &after);
    // The search index and the bank of questions follow every word; which of their files is their own affair.
    let own = |path: &str| {
        path.trim_start_matches(['+', '-']).starts_with("search/") || path.trim_start_matches(['+', '-']).starts_with("study/")
    };
    let pages: Vec<&String> = differ.iter().filter(|path| !own(path)).collect();
    assert_eq!(pages, changed, "files that came out otherwise ({} rendered)", counts.rendered);
    assert_eq!(counts.rendered, rendered, "pages rendered; changed: {changed:?}");
    assert_eq!(counts.written, differ.iter().filter(|path| !path.starts_with('-')).count() as u64, "files written");
    assert_eq!(counts.removed, differ.iter().filter(|path| path.starts_with('-')).count() as u64, "files removed");
    let again = site.build_well(arguments.1);
    assert_eq!((again.rendered, again.written, again.removed), (0, 0, 0), "and then nothing is left to do");
}

/// Which files differ. The program's own list of files is not part of the site.
fn differences(before: &Tree, after: &Tree) -> Vec<String> {
    let new = after.iter().filter(|(path, bytes)| before.get(*path) != Some(*bytes));
    let new = new.map(|(path, _)| if before.contains_key(path) { path.clone() } else { format!("+{path}") });
    let gone = before.keys().filter(|path| !after.contains_key(*path)).map(|path| format!("-{path}"));
    let mut all: Vec<String> = new.chain(gone).filter(|path| path != "studyhall-files.txt").collect();
    all.sort_by_key(|path| path.trim_start_matches(['+', '-']).to_string());
    all
}

const NOTHING: (&[&str], &[&str]) = (&[], &[]);

#[test]
fn nothing_changed_nothing_done() {
    let site = Site::new(STUDY);
    check_edit(&site, NOTHING, |_| {}, 0, &[]);
}

#[test]
fn a_file_that_was_only_touched_changes_nothing() {
    let site = Site::new(STUDY);
    check_edit(&site, NOTHING, |site| site.age_all(), 0, &[]);
}

#[test]
fn the_body_of_a_lesson_touches_that_page_and_the_booklet_alone() {
    let site = Site::new(STUDY);
    let edit = |site: &Site| site.edit("content/lessons/kaihui/jilu.md", "当场记完", "当场写完");
    check_edit(&site, NOTHING, edit, 2, &["lessons/kaihui/booklet.html", "lessons/kaihui/jilu.html"]);
}

#[test]
fn an_edit_within_the_grain_of_the_clock_is_seen() {
    let site = Site::new(STUDY);
    site.build_well(&[]);
    // Same length, and as good as the same time.
    for text in ["当场写完", "当场读完", "当场改完"] {
        let old = site.read("content/lessons/kaihui/jilu.md");
        let at = old.find("当场").expect("it is there");
        site.write("content/lessons/kaihui/jilu.md", &format!("{}{text}{}", &old[..at], &old[at + text.len()..]));
        assert_eq!(site.build_well(&[]).rendered, 2);
        assert!(site.html("lessons/kaihui/jilu.html").contains(text) && site.html("lessons/kaihui/booklet.html").contains(text));
    }
}

#[test]
fn a_title_touches_what_shows_it() {
    let site = Site::new(STUDY);
    let edit = |site: &Site| site.edit("content/lessons/kaihui/jilu.md", "title: 会议记录", "title: 记录会议");
    let changed = [
        "lessons/kaihui/booklet.html",
        "lessons/kaihui/guidang.html",
        "lessons/kaihui/index.html",
        "lessons/kaihui/jilu-poster.html",
        "lessons/kaihui/jilu.html",
        "lessons/kaihui/zhunbei.html",
        "policies/banfa-2025.html",
        "search.html",
        "tags/hui-yi/index.html",
        "tags/ji-lu/index.html",
        "topics/huiyi.html",
    ];
    check_edit(&site, NOTHING, edit, 11, &changed);
}

#[test]
fn a_branch_that_changes_its_name_touches_its_news() {
    let site = Site::new(STUDY);
    let edit = |site: &Site| site.edit("content/branches/jingji/_index.md", "title: 经济学院教工支部", "title: 经院教工支部");
    let among = ["branches/index.html", "branches/jingji/index.html", "branches/jingji/news/2026-10-12-dangri.html"];
    check_edit_loosely(&site, edit, &among);
}

#[test]
fn a_new_page_touches_the_lists_it_is_on() {
    let site = Site::new(STUDY);
    let text = "---\ntitle: 又一条通知\ndate: 2026-11-22\n---\n\n正文。\n";
    let edit = |site: &Site| site.write("content/notices/2026-11-22-zai.md", text);
    let changed = [
        "archive/2026/index.html",
        "archive/index.html",
        "feed.xml",
        "index.html",
        "map.html",
        "notices/2026-11-20-baoming.html",
        "+notices/2026-11-22-zai-qr.png",
        "+notices/2026-11-22-zai.html",
        "notices/feed.xml",
        "notices/index.html",
        "search.html",
        "sitemap.xml",
    ];
    check_edit(&site, NOTHING, edit, 8, &changed);
}

#[test]
fn a_page_that_goes_takes_its_file_with_it() {
    let site = Site::new(STUDY);
    let edit = |site: &Site| site.remove("content/branches/jingji/news/2025-09-01-kaixue.md");
    check_edit_loosely(&site, edit, &["archive/2025/index.html", "-branches/jingji/news/2025-09-01-kaixue.html", "feed.xml"]);
}

/// Edits and asserts that these files are among those that came out otherwise, and that all is as built from nothing.
#[track_caller]
fn check_edit_loosely(site: &Site, edit: impl FnOnce(&Site), among: &[&str]) -> Counts {
    site.seem_old(true);
    site.age_all();
    site.build_well(&[]);
    let before = site.output();
    edit(site);
    let counts = site.build_well(&[]);
    assert_same(&site.clean(&[]), &site.output(), "as built from nothing");
    let differ = differences(&before, &site.output());
    for path in among {
        assert!(differ.contains(&(*path).to_string()), "{path} is not in {differ:?}");
    }
    let again = site.build_well(&[]);
    assert_eq!((again.rendered, again.written), (0, 0));
    counts
}

#[test]
fn a_moved_page_is_at_its_new_address_alone() {
    let site = Site::new(STUDY);
    let edit = |site: &Site| {
        site.rename("content/about.md", "content/guanyu.md");
        site.edit("content/guanyu.md", "aliases: [/old/about.htm]", "aliases: [/about.html]");
    };
    check_edit_loosely(&site, edit, &["about.html", "+guanyu.html", "-old/about.htm"]);
}

#[test]
fn the_address_of_a_linked_page_touches_who_links_to_it() {
    let site = Site::new(STUDY);
    let edit = |site: &Site| site.edit("content/policies/banfa-2025.md", "title: 会议办法", "slug: xin\ntitle: 会议办法");
    // By a link in the text, and through the glossary.
    check_edit_loosely(
        &site,
        edit,
        &["-policies/banfa-2025.html", "+policies/xin.html", "lessons/kaihui/jilu.html", "lessons/kaihui/zhunbei.html"],
    );
}

#[test]
fn a_heading_touches_no_page_but_its_own() {
    let site = Site::new(STUDY);
    let edit = |site: &Site| site.edit("content/lessons/kaihui/jilu.md", "## 二、怎么记", "## 二、如何记");
    check_edit(&site, NOTHING, edit, 2, &["lessons/kaihui/booklet.html", "lessons/kaihui/jilu.html"]);
}

#[test]
fn a_template_touches_every_page() {
    let site = Site::new(STUDY);
    site.write("themes/own/theme.yaml", "name: own\nextends: default\n");
    site.write("themes/own/templates/lesson.html", "<p>{{ page.title }}</p>{{ page.body | safe }}\n");
    site.edit("site.yaml", "title: 青禾学堂", "title: 青禾学堂\ntheme: own");
    let edit = |site: &Site| site.edit("themes/own/templates/lesson.html", "<p>", "<p>第一讲：");
    let all = ["lessons/kaihui/guidang.html", "lessons/kaihui/jilu.html", "lessons/kaihui/zhunbei.html"];
    let counts = check_edit_loosely(&site, edit, &all);
    assert_eq!(counts.written, 3, "what comes out as before is not written");
}

#[test]
fn a_style_touches_pages_through_its_name() {
    let site = Site::new(STUDY);
    site.write("themes/own/theme.yaml", "name: own\nextends: default\n");
    site.write("themes/own/styles/extra.css", "p{color:red}\n");
    site.write("themes/own/templates/about.html", "<link rel=\"stylesheet\" href=\"{{ asset(name=\"extra.css\") }}\">\n");
    site.edit("site.yaml", "title: 青禾学堂", "title: 青禾学堂\ntheme: own");
    site.edit("content/about.md", "title: 关于", "title: 关于\ntemplate: about");
    site.seem_old(true);
    site.age_all();
    site.build_well(&[]);
    let before = site.output();
    site.write("themes/own/styles/extra.css", "p{color:blue}\n");
    let counts = site.build_well(&[]);
    assert_eq!((counts.rendered, counts.written, counts.removed), (1, 2, 1), "{:?}", differences(&before, &site.output()));
    assert_same(&site.clean(&[]), &site.output(), "as built from nothing");
}

#[test]
fn a_term_touches_the_pages_it_is_on() {
    let site = Site::new(STUDY);
    let edit = |site: &Site| site.edit("content/glossary.yaml", "每月一次的集中活动", "每月固定一次的集中活动");
    let counts = check_edit_loosely(&site, edit, &["branches/jingji/news/2026-10-12-dangri.html"]);
    assert_eq!(counts.written, 1, "the others come out as they were");
}

#[test]
fn the_day_touches_what_depends_on_it() {
    let site = Site::new(STUDY);
    // From one day to the next a deadline comes nearer: the notice, the lists it is on, the home page.
    let days: (&[&str], &[&str]) = (&["--date", "2026-11-23"], &["--date", "2026-11-24"]);
    let changed = ["archive/2026/index.html", "index.html", "notices/2026-11-20-baoming.html", "notices/index.html"];
    site.age_all();
    site.build_well(days.0);
    let before = site.output();
    let counts = site.build_well(days.1);
    assert_same(&site.clean(days.1), &site.output(), "as built from nothing");
    assert_eq!(differences(&before, &site.output()), changed);
    assert_eq!(counts.written, 4);
    assert!(counts.rendered <= 6, "{counts:?}");
}

#[test]
fn a_document_comes_into_force_on_its_day() {
    let site = Site::new(STUDY);
    site.age_all();
    site.build_well(&["--date", "2026-11-30"]);
    let before = site.output();
    site.build_well(&["--date", "2026-12-01"]);
    assert_same(&site.clean(&["--date", "2026-12-01"]), &site.output(), "as built from nothing");
    let differ = differences(&before, &site.output());
    for path in ["policies/xize.html", "policies/index.html", "policies/banfa-2025.html"] {
        assert!(differ.contains(&path.to_string()), "{path} is not in {differ:?}");
    }
}

#[test]
fn drafts_come_and_go() {
    let site = Site::new(STUDY);
    site.age_all();
    site.build_well(&[]);
    let before = site.output();
    site.build_well(&["--drafts"]);
    assert!(site.path("output/draft.html").exists());
    site.build_well(&[]);
    assert_same(&before, &site.output(), "back again");
}

#[test]
fn every_setting_reaches_the_pages() {
    let edits: &[(&str, &str)] = &[
        ("subtitle: 学习园地", "subtitle: 园地"),
        ("base_url: https://dj.example.edu.cn/xt/", "base_url: \"\""),
        ("base_url: https://dj.example.edu.cn/xt/", "base_url: https://b.example.cn/"),
        ("title: 通知公告", "title: 公告"),
        ("icon: course", "icon: star"),
        ("subtitle: 学习园地", "paginate: 1"),
        ("subtitle: 学习园地", "reading: {lesson: 50, news: 60, policy: 70}"),
        ("subtitle: 学习园地", "glossary: false"),
        ("subtitle: 学习园地", "minify: false"),
        ("subtitle: 学习园地", "byte_order_mark: true"),
        ("subtitle: 学习园地", "timezone: \"+00:00\""),
        ("subtitle: 学习园地", "theme: green"),
        ("subtitle: 学习园地", "theme_options: {home_rows: 1, show_reading_time: false}"),
        ("subtitle: 学习园地", "org: {name: 青禾大学, contact: 电话}"),
        ("subtitle: 学习园地", "footer: {copyright: 甲, links: [{title: 首页, url: index.html}]}"),
        ("subtitle: 学习园地", "feed_items: 1"),
        ("subtitle: 学习园地", "language: en"),
        ("subtitle: 学习园地", "id: other"),
        ("subtitle: 学习园地", "description: 一句话"),
        ("subtitle: 学习园地", "math: false"),
    ];
    let site = Site::new(STUDY);
    site.age_all();
    let plain = site.read("site.yaml");
    site.build_well(&[]);
    for (from, to) in edits {
        site.write("site.yaml", &plain);
        site.edit("site.yaml", from, to);
        site.build_well(&[]);
        assert_same(&site.clean(&[]), &site.output(), to);
    }
}

/// Does something to the cache, builds, and asserts that the output is right all the same.
#[track_caller]
fn check_cache(harm: impl Fn(&Site, &mut Dice), rounds: usize) {
    let site = Site::new(STUDY);
    picture(&site);
    site.age_all();
    let clean = site.clean(&[]);
    let mut dice = Dice::new(11);
    for round in 0..rounds {
        site.build_well(&[]);
        harm(&site, &mut dice);
        if round % 2 == 1 {
            drop(fs::remove_dir_all(site.path("output")));
        }
        site.build_well(&[]);
        assert_same(&clean, &site.output(), &format!("round {round}"));
    }
}

/// A picture on the page about us.
fn picture(site: &Site) {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_fn(600, 400, |x, y| image::Rgb([(x % 251) as u8, (y % 241) as u8, ((x * y) % 239) as u8]));
    picture.write_to(&mut bytes, image::ImageFormat::Jpeg).expect("a picture can be written");
    site.write_bytes("content/tu.jpg", bytes.get_ref());
    site.edit("content/about.md", "第二段。", "![图](tu.jpg)\n\n```rust\nfn main() {}\n```");
}

fn cache_files(site: &Site) -> Vec<std::path::PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(site.path(".studyhall")).expect("the cache").map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| fs::metadata(path).is_ok_and(|found| found.len() > 0));
    files.sort();
    files
}

#[test]
fn the_cache_may_go() {
    check_cache(|site, _| site.remove(".studyhall"), 2);
}

#[test]
fn the_cache_may_lose_files() {
    check_cache(
        |site, dice| {
            let files = cache_files(site);
            fs::remove_file(dice.pick(&files)).expect("it can be removed");
        },
        6,
    );
}

#[test]
fn the_cache_may_be_cut_short() {
    check_cache(
        |site, dice| {
            let files = cache_files(site);
            let path = dice.pick(&files);
            let size = usize::try_from(fs::metadata(path).expect("it is there").len()).expect("small");
            let file = fs::File::options().write(true).open(path).expect("it opens");
            file.set_len(dice.below(size) as u64).expect("it can be cut");
        },
        8,
    );
}

#[test]
fn bytes_of_the_cache_may_turn() {
    check_cache(
        |site, dice| {
            for _ in 0..3 {
                let files = cache_files(site);
                let path = dice.pick(&files);
                let mut bytes = fs::read(path).expect("it can be read");
                let at = dice.below(bytes.len());
                bytes[at] ^= 1 << dice.below(8);
                fs::write(path, bytes).expect("it can be written");
            }
        },
        8,
    );
}

#[test]
fn a_cache_of_another_site_is_no_harm() {
    let one = Site::new(STUDY);
    one.age_all();
    one.build_well(&[]);
    let other = Site::new(&STUDY.replace("第一段", "别的一段").replace("先定议题", "先发通知"));
    // Its files are as long as those of the first, and of another second.
    other.age_all();
    other.age_all();
    let clean = other.clean(&[]);
    fs::create_dir(other.path(".studyhall")).expect("a folder");
    for file in cache_files(&one) {
        fs::copy(&file, other.path(".studyhall").join(file.file_name().expect("a name"))).expect("a copy");
    }
    other.build_well(&[]);
    assert_same(&clean, &other.output(), "the other site's memory");
}

#[test]
fn without_a_cache_none_is_made() {
    let site = Site::new(STUDY);
    site.build_well(&["--no-cache"]);
    assert!(!site.path(".studyhall").exists());
    let counts = site.build_well(&["--no-cache"]);
    assert_eq!(counts.written, 0, "what stands there already is not written");
}
