//! The rules of the output, on the sample site: an independent walk of every file that is written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::support::hosts::served_everywhere;
use crate::support::html::{addresses, tags};
use crate::support::site::{program, tree};
use crate::support::{DAY, PROJECT, Tree};

/// Extensions that the site itself is made of.
const OWN: &[&str] = &["html", "htm", "css", "js", "xml", "txt", "jpg", "png", "ico"];

/// The sample site, built once with an address and once without, with both themes.
fn sample() -> &'static [(String, Tree)] {
    static BUILT: OnceLock<Vec<(String, Tree)>> = OnceLock::new();
    BUILT.get_or_init(|| {
        let apart = tempfile::tempdir().expect("a temporary folder");
        let build = |name: &str, base: &str| {
            let output = apart.path().join(name);
            let mut program = program();
            program.args(["build", "--no-cache", "--lang", "en", "--date", DAY, "--site", PROJECT, "--output"]).arg(&output);
            if !base.is_empty() {
                program.args(["--base-url", base]);
            }
            let done = program.output().expect("the program starts");
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
            (name.to_string(), tree(&output))
        };
        vec![build("bare", ""), build("public", BASE)]
    })
}

const BASE: &str = "https://dj.example.edu.cn/xt/";

/// Goes through the pages of all builds.
fn for_pages(mut look: impl FnMut(&str, &str, &Tree)) {
    let mut count = 0;
    for (name, files) in sample() {
        for (path, bytes) in files.iter().filter(|(path, _)| is_page(path)) {
            look(&format!("{name}: {path}"), std::str::from_utf8(bytes).expect("pages are UTF-8"), files);
            count += 1;
        }
    }
    assert!(count > 100, "the sample site has {count} pages");
}

fn is_page(path: &str) -> bool {
    path.ends_with(".html") || path.ends_with(".htm")
}

#[track_caller]
fn check_none(what: &str, wrong: Vec<String>) {
    let shown: Vec<&String> = wrong.iter().take(20).collect();
    assert!(wrong.is_empty(), "{what}: {} in all\n{shown:#?}", wrong.len());
}

#[test]
fn the_sample_site_builds_without_a_word() {
    let apart = tempfile::tempdir().expect("a temporary folder");
    let done = program()
        .args(["build", "--no-cache", "--json", "--date", DAY, "--site", PROJECT, "--output"])
        .arg(apart.path().join("o"))
        .output();
    let json: serde_json::Value = serde_json::from_slice(&done.expect("the program starts").stdout).expect("JSON");
    assert_eq!(json["diagnostics"], serde_json::json!([]), "{json:#}");
    let pages = &json["summary"]["pages"];
    for (kind, least) in [("course", 3), ("lesson", 12), ("policy", 8), ("news", 15), ("notice", 1), ("topic", 1), ("branch", 3)] {
        assert!(pages[kind].as_u64().unwrap_or(0) >= least, "{kind}: {pages}");
    }
}

#[test]
fn paths_can_stand_on_any_host() {
    let mut wrong = Vec::new();
    for (_, files) in sample() {
        let mut folded = BTreeSet::new();
        for path in files.keys() {
            let plain = path.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-' | b'/'));
            if !plain
                || path.len() > 200
                || !folded.insert(path.to_lowercase())
                || path.split('/').any(|part| part.starts_with('.') || part.ends_with('.'))
            {
                wrong.push(path.clone());
            }
            let reserved = [
                "con",
                "prn",
                "aux",
                "nul",
                "bin",
                "app_code",
                "app_data",
                "app_globalresources",
                "app_localresources",
                "app_webreferences",
                "app_browsers",
            ];
            if path.split('/').any(|part| reserved.contains(&part.split('.').next().unwrap_or_default())) {
                wrong.push(format!("{path}: reserved"));
            }
        }
    }
    check_none("paths outside the rules", wrong);
}

#[test]
fn types_are_served_by_every_host() {
    let served = served_everywhere();
    assert!(OWN.iter().all(|kind| served.contains(kind)), "{served:?}");
    let mut wrong = Vec::new();
    for (_, files) in sample() {
        // A calendar file is a help beside a date that stands there in words; nobody measured whether IIS 7 serves it.
        let kinds = files.keys().map(|path| (path, path.rsplit_once('.').map_or("", |(_, end)| end)));
        let strange = kinds.filter(|(_, kind)| *kind != "ics" && !served.contains(kind)).map(|(path, _)| path);
        wrong.extend(strange.cloned());
    }
    check_none("files that some host does not serve", wrong);
    let mut wrong = Vec::new();
    for_pages(|page, html, _| {
        for (element, attribute, address) in addresses(html).into_iter().filter(|(element, ..)| element != "a" && element != "base") {
            let path = address.split(['?', '#']).next().unwrap_or_default();
            let kind = path.rsplit('.').next().unwrap_or_default();
            let media = matches!(element.as_str(), "audio" | "video" | "source");
            if !OWN.contains(&kind) && !media && element != "link" {
                wrong.push(format!("{page}: <{element} {attribute}={address}>"));
            }
        }
    });
    check_none("what a page needs is of another type", wrong);
}

/// Follows a relative address from a page; `None` when it leaves the site.
fn follow(page: &str, address: &str) -> Option<String> {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in address.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let hex: Vec<u8> = rest.by_ref().take(2).collect();
                let hex = std::str::from_utf8(&hex).expect("two digits");
                bytes.push(u8::from_str_radix(hex, 16).expect("two digits"));
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn no_link_is_absolute_and_none_is_dead() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (name, files) in sample() {
        let anchors: BTreeMap<&str, BTreeSet<String>> = files
            .iter()
            .filter(|(path, _)| is_page(path))
            .map(|(path, bytes)| {
                let tags = tags(std::str::from_utf8(bytes).expect("UTF-8"));
                (path.as_str(), tags.iter().filter_map(|tag| tag.get("id").map(str::to_string)).collect())
            })
            .collect();
        for (path, bytes) in files.iter().filter(|(path, _)| is_page(path)) {
            for (element, attribute, address) in addresses(std::str::from_utf8(bytes).expect("UTF-8")) {
                let mut blame = |why: &str| wrong.push(format!("{name}: {path}: <{element} {attribute}={address}>: {why}"));
                seen += 1;
                if path.ends_with("-single.html") && address.starts_with("data:image/") {
                    continue;
                }
                if address.contains("://") || address.starts_with("mailto:") || address.starts_with("tel:") {
                    // The page for what is not found is shown at any address, so it says where the site begins.
                    let begins = element == "base" && path == "404.html";
                    let public = name == "public" && address.starts_with(BASE) && (element == "link" || begins);
                    if element != "a" && !public {
                        blame("another origin");
                    }
                    continue;
                }
                if address.is_empty() || address.starts_with('/') || address.starts_with("//") || address.contains([':', '\\']) {
                    blame("not relative");
                    continue;
                }
                let (target, anchor) = address.split_once('#').unwrap_or((&address, ""));
                let target = target.split('?').next().unwrap_or_default();
                let target = if target.is_empty() { Some(path.clone()) } else { follow(path, target) };
                let Some(target) = target.filter(|target| files.contains_key(target)) else {
                    blame("leads to no file");
                    continue;
                };
                if !anchor.is_empty() && !anchors.get(target.as_str()).is_some_and(|ids| ids.contains(&decode(anchor))) {
                    blame("no such anchor");
                }
            }
        }
    }
    check_none("links", wrong);
    assert!(seen > 5000, "{seen} links were seen");
}

#[test]
fn a_strict_policy_of_content_refuses_nothing() {
    let mut wrong = Vec::new();
    for_pages(|page, html, _| {
        // A course as one file holds its styles; it is to be carried, and served under such a policy by nobody.
        if page.ends_with("-single.html") {
            return;
        }
        for tag in tags(html) {
            let handlers = tag.attributes.keys().any(|name| name.starts_with("on"));
            // Shown at an address of any depth, this one has a few lines of both, and reads where they are refused.
            let inline = !page.ends_with("404.html")
                && (tag.name == "style"
                    || tag.get("style").is_some()
                    || (tag.name == "script" && (tag.get("src").is_none() || !tag.text.trim().is_empty())));
            let frames = matches!(tag.name.as_str(), "iframe" | "object" | "embed") || tag.name == "base" && !page.ends_with("404.html");
            let script = tag.attributes.values().any(|value| value.trim_start().to_ascii_lowercase().starts_with("javascript:"));
            if handlers || inline || frames || script {
                wrong.push(format!("{page}: {tag:?}"));
            }
        }
    });
    check_none("what a strict Content-Security-Policy refuses", wrong);
    let mut wrong = Vec::new();
    for (_, files) in sample() {
        for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".css") || path.ends_with(".js")) {
            let text = String::from_utf8_lossy(bytes);
            if path.ends_with(".js") && !text.is_ascii() || text.contains("url(http") || text.contains("url(//") || text.contains("@import")
            {
                wrong.push(path.clone());
            }
        }
    }
    check_none("styles and scripts that call elsewhere", wrong);
}

#[test]
fn every_page_says_its_encoding_at_once_and_has_its_parts() {
    let mut wrong = Vec::new();
    for_pages(|page, html, _| {
        let head: Vec<u8> = html.bytes().take(1024).collect();
        let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
        if !(head.contains("<meta charset=utf-8") || head.contains("<meta charset=\"utf-8\"")) {
            wrong.push(format!("{page}: no <meta charset> in its first 1024 bytes"));
        }
        if !head.starts_with("<!doctype html>") {
            wrong.push(format!("{page}: no doctype"));
        }
        let tags = tags(html);
        let count = |name: &str| tags.iter().filter(|tag| tag.name == name).count();
        for (name, wanted) in [("title", 1), ("h1", 1), ("main", 1)] {
            if count(name) != wanted {
                wrong.push(format!("{page}: {} <{name}>", count(name)));
            }
        }
        let mut ids: Vec<&str> = tags.iter().filter_map(|tag| tag.get("id")).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        if ids.len() != all {
            wrong.push(format!("{page}: an id stands twice"));
        }
        if !tags.iter().any(|tag| tag.name == "html" && tag.get("lang").is_some()) {
            wrong.push(format!("{page}: no language"));
        }
        for picture in tags.iter().filter(|tag| tag.name == "img") {
            if ["alt", "width", "height"].iter().any(|name| picture.get(name).is_none()) {
                wrong.push(format!("{page}: {picture:?}"));
            }
        }
    });
    check_none("pages", wrong);
}

#[test]
fn styles_and_scripts_carry_the_hash_of_their_content() {
    for (_, files) in sample() {
        for path in files.keys().filter(|path| path.starts_with("assets/")) {
            let hash = path.rsplit('.').nth(1).unwrap_or_default();
            assert!(hash.len() >= 8 && hash.bytes().all(|b| b.is_ascii_hexdigit()), "{path}");
        }
        // The search index and the bank of questions are asked for by name, and say themselves which files belong together;
        // browsers ask for a worker by the one name it has.
        let named = |path: &str| ["assets/", "search/", "study/"].iter().any(|folder| path.starts_with(folder)) || path == "sw.js";
        let loose = files.keys().filter(|path| (path.ends_with(".css") || path.ends_with(".js")) && !named(path));
        assert_eq!(loose.collect::<Vec<_>>(), Vec::<&String>::new());
    }
}

#[test]
fn feeds_are_whole() {
    const ATOM: &str = "http://www.w3.org/2005/Atom";
    for (name, files) in sample() {
        let feeds: Vec<_> = files.iter().filter(|(path, _)| path.ends_with("feed.xml")).collect();
        assert!(feeds.len() > 5, "{name}: {} feeds", feeds.len());
        let mut ids = BTreeSet::new();
        for (path, bytes) in feeds {
            let text = std::str::from_utf8(bytes).expect("UTF-8");
            let document = roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{path}: {error}"));
            let root = document.root_element();
            assert!(root.has_tag_name((ATOM, "feed")), "{path}");
            let child = |of: roxmltree::Node<'_, '_>, name: &str| {
                of.children().find(|node| node.has_tag_name((ATOM, name))).map(|node| node.text().unwrap_or_default().to_string())
            };
            assert!(root.children().any(|node| node.has_tag_name((ATOM, "author"))), "{path}: the feed has an author");
            let is_self = |node: &roxmltree::Node<'_, '_>| node.has_tag_name((ATOM, "link")) && node.attribute("rel") == Some("self");
            assert_eq!(root.children().any(|node| is_self(&node)), name == "public", "{path}: rel=self needs an address");
            let entries = root.children().filter(|node| node.has_tag_name((ATOM, "entry")));
            for node in std::iter::once(root).chain(entries) {
                for wanted in ["id", "title", "updated"] {
                    assert!(child(node, wanted).is_some_and(|text| !text.is_empty()), "{path}: no {wanted} in {:?}", node.tag_name());
                }
                let updated = child(node, "updated").unwrap_or_default();
                assert!(
                    updated.len() == 25 && updated.as_bytes()[10] == b'T' && updated.contains('+') || updated.ends_with('Z'),
                    "{path}: {updated}"
                );
                if node == root {
                    assert!(ids.insert(child(node, "id").unwrap_or_default()), "{path}: two feeds with one id");
                } else {
                    let link = node.children().find(|node| node.has_tag_name((ATOM, "link"))).and_then(|link| link.attribute("href"));
                    let link = link.unwrap_or_else(|| panic!("{path}: an entry without a link"));
                    match link.strip_prefix(BASE) {
                        Some(target) => assert!(files.contains_key(target), "{path}: {link}"),
                        None => assert!(follow(path, link).is_some_and(|target| files.contains_key(&target)), "{path}: {link}"),
                    }
                }
            }
        }
    }
}

#[test]
fn the_map_for_search_engines_needs_an_address() {
    let files = |name: &str| &sample().iter().find(|(known, _)| known == name).expect("it was built").1;
    assert!(!files("bare").contains_key("sitemap.xml"));
    let text = std::str::from_utf8(&files("public")["sitemap.xml"]).expect("UTF-8");
    let map = roxmltree::Document::parse(text).expect("well-formed");
    let addresses: Vec<&str> = map
        .descendants()
        .filter(|node| node.has_tag_name(("http://www.sitemaps.org/schemas/sitemap/0.9", "loc")))
        .filter_map(|node| node.text())
        .collect();
    assert!(addresses.len() > 50);
    for address in addresses {
        let path = address.strip_prefix(BASE).unwrap_or_else(|| panic!("{address}"));
        assert!(files("public").contains_key(path), "{address}");
    }
    assert!(String::from_utf8_lossy(&files("public")["robots.txt"]).contains("Sitemap: https://dj.example.edu.cn/xt/sitemap.xml"));
}

#[test]
fn a_lesson_is_light() {
    let (_, files) = &sample()[0];
    let lesson = files.iter().filter(|(path, _)| {
        path.starts_with("lessons/")
            && !path.ends_with("index.html")
            && !path.ends_with("booklet.html")
            && !path.ends_with("-single.html")
            && is_page(path)
    });
    for (path, bytes) in lesson {
        let html = std::str::from_utf8(bytes).expect("UTF-8");
        let parts = addresses(html).into_iter().filter(|(element, attribute, address)| {
            (element == "link" && address.ends_with(".css") || element == "script") && (attribute == "href" || attribute == "src")
        });
        let rest: usize = parts.filter_map(|(_, _, address)| files.get(&follow(path, &address)?)).map(Vec::len).sum();
        let size = bytes.len() + rest;
        // 60 KB, and 4 for what a desk has at the side: all columns with their icons and a search box (1 KB when compressed).
        assert!(size <= 64 * 1024, "{path} has {size} bytes with its styles");
    }
}
