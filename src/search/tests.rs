//! Text in, terms and files out. What the script makes of the files is tested in `tests/browser`.

use super::fold::{Folder, Term, terms};
use super::*;

fn page(url: &str, title: &str, text: &str) -> Entry {
    let sections = vec![Section { text: text.to_string(), ..Section::default() }];
    Entry { url: url.to_string(), title: title.to_string(), kind: "page".into(), kind_name: "页面".into(), sections, ..Entry::default() }
}

fn site() -> Vec<Entry> {
    let mut state = 7_u32;
    let mut next = || {
        state = state.wrapping_mul(1_103_515_245).wrapping_add(12345);
        state >> 16
    };
    let words: Vec<char> = "会议记录支部党员大讲堂学习文件制度通知公告课程发展先锋风采下载中心".chars().collect();
    (0..400)
        .map(|at| {
            let text: String = (0..300).map(|i| if i % 17 == 16 { '\n' } else { words[next() as usize % words.len()] }).collect();
            page(&format!("a/{at}.html"), &format!("第{at}讲"), &text)
        })
        .collect()
}

#[test]
fn folds_as_the_script_does() {
    let folder = Folder::default();
    for line in include_str!("../../tests/judged/vectors.tsv").lines() {
        let fields: Vec<String> = line.split('\t').map(|field| serde_json::from_str(field).expect("a JSON string")).collect();
        let folded = folder.fold(&fields[0]);
        assert_eq!(folded, fields[1], "{}", fields[0]);
        let mut found = Vec::new();
        terms(&folded, |term| {
            found.push(match term {
                Term::One(c) => c.to_string(),
                Term::Two(a, b) => format!("{a}{b}"),
                Term::Word(word) => word.to_string(),
            });
        });
        assert_eq!(found.join("|"), fields[2], "{}", fields[0]);
    }
}

#[test]
fn every_file_is_a_script_that_any_host_serves() {
    let files = index(&site(), &["三会一课".to_string()], &Forgetful);
    for file in &files {
        assert!(file.path.starts_with("search/") && file.path.ends_with(".js"), "{}", file.path);
        assert!(
            file.path.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"/._-".contains(&byte)),
            "{}",
            file.path
        );
        assert!(file.bytes.is_ascii(), "{}", file.path);
    }
    let mut paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), files.len());
}

#[test]
fn the_same_in_the_same_out() {
    let stamps = |files: Vec<Artifact>| files.into_iter().map(|file| (file.path, file.stamp)).collect::<Vec<_>>();
    assert_eq!(stamps(index(&site(), &[], &Forgetful)), stamps(index(&site(), &[], &Forgetful)));
}

#[test]
fn an_edit_leaves_most_texts_alone() {
    let before = index(&site(), &[], &Forgetful);
    let mut entries = site();
    entries[200].sections[0].text.push_str("\n补一句");
    let after = index(&entries, &[], &Forgetful);
    let known: std::collections::HashMap<&str, Stamp> = before.iter().map(|file| (file.path.as_str(), file.stamp)).collect();
    let changed: Vec<&str> =
        after.iter().filter(|file| known.get(file.path.as_str()) != Some(&file.stamp)).map(|file| file.path.as_str()).collect();
    assert_eq!(changed.iter().filter(|path| path.starts_with("search/texts/")).count(), 1, "{changed:?}");
}

#[test]
fn odd_pages_are_pages() {
    let long = "会".repeat(20_000);
    let entries = vec![page("a.html", "", ""), page("b.html", "\u{2}\u{4}", &long), page("c.html", "x", "\u{6}\u{5}\n\n\u{1}")];
    assert!(!index(&entries, &[], &Forgetful).is_empty());
    assert!(!index(&[], &[], &Forgetful).is_empty());
}
