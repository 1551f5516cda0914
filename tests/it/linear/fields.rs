//! Front matter, the glossary, the table of old addresses, and names that are nearly right.

use studyhall::ground::suggest::{Suggester, nearest};
use studyhall::parse::{front, glossary, redirects};

use super::markdown::{count, fill};
use super::{Construct, faster_than_linear};

/// Front matter around some lines.
fn matter(lines: String) -> String {
    format!("---\ntitle: 题\n{lines}\n---\n")
}

const FRONT: &[Construct] = &[
    ("unknown keys", |n| matter(count(|i| format!("k{i}: 1\n"), n))),
    ("unknown keys that are nearly right", |n| matter(count(|i| format!("titl{i}: 1\n"), n))),
    ("long unknown keys", |n| matter(count(|i| format!("{i}{}: 1\n", "k".repeat(500)), n))),
    ("one key over and over", |n| matter(fill("k: 1\n", n))),
    ("free keys", |n| matter(format!("extra:\n{}", count(|i| format!("  k{i}: 1\n"), n)))),
    ("tags", |n| matter(format!("tags: [{}]", count(|i| format!("t{i},"), n)))),
    ("one tag", |n| matter(format!("tags: [{}]", fill("t,", n)))),
    ("free items", |n| matter(format!("extra: [{}]", fill("1,", n)))),
    ("unknown words", |n| matter(format!("ai_generated: [{}]", count(|i| format!("imag{i},"), n)))),
    ("anchors", |n| matter(format!("extra: [{}]", count(|i| format!("&a{i} 1,"), n)))),
    ("a long text", |n| matter(format!("description: \"{}\"", fill("a\\n", n)))),
    ("a text that never ends", |n| matter(format!("description: '{}", fill("a''", n)))),
    ("a text of many lines", |n| matter(format!("description: |\n{}", fill("  a\n", n)))),
    ("brackets that never end", |n| matter(format!("extra: {}", fill("[", n)))),
    ("brackets in brackets", |n| matter(format!("extra: {}{}", fill("[", n / 2), fill("]", n / 2)))),
    ("mappings in mappings", |n| matter(format!("extra: {}", fill("{a: ", n)))),
    ("lists in one line", |n| matter(format!("extra:\n  {}x", fill("- ", n)))),
    ("questions in one line", |n| matter(format!("extra:\n  {}x", fill("? ", n)))),
    ("comments", |n| matter(fill("# a\n", n))),
    ("blank lines", |n| matter(fill("\n", n))),
    ("tabs", |n| matter(fill("a:\n\tb: 1\n", n))),
    ("full-width colons", |n| matter(fill("a：1\n", n))),
    ("aliases", |n| matter(format!("aliases: [{}]", count(|i| format!("/o/{i}/,"), n)))),
    ("attachments", |n| matter(format!("attachments: [{}]", count(|i| format!("{i}.docx,"), n)))),
    ("front matter that never ends", |n| format!("---\n{}", fill("a: 1\n", n))),
];

const GLOSSARY: &[Construct] = &[
    ("terms", |n| count(|i| format!("- {{term: 词{i}, text: t}}\n"), n)),
    ("one term", |n| fill("- {term: 词, text: t}\n", n)),
    ("terms without a name", |n| fill("- {text: t}\n", n)),
    ("spellings of one term", |n| format!("- term: 词\n  text: t\n  aliases: [{}]\n", count(|i| format!("词{i},"), n))),
];

const REDIRECTS: &[Construct] = &[
    ("addresses", |n| count(|i| format!("/a/{i}.htm,p.md\n"), n)),
    ("quotation marks", |n| format!("/a,\"{}", fill("\"\"", n))),
    ("commas", |n| format!("/a{}", fill(",", n))),
    ("cells", |n| format!("/a{}", fill(",b", n))),
];

#[track_caller]
fn check(constructs: &[Construct], work: impl Fn(&str)) {
    let slow = faster_than_linear(constructs, 16 << 10, work);
    assert!(slow.is_empty(), "{slow:#?}");
}

#[test]
fn front_matter() {
    check(FRONT, |text| {
        let cut = front::cut("content/a.md", text);
        if let Some(node) = cut.front {
            front::read("content/a.md", "a.md", &node, &[]);
        }
    });
}

#[test]
fn glossary_terms() {
    check(GLOSSARY, |text| {
        glossary::read("content/glossary.yaml", text);
    });
}

#[test]
fn old_addresses() {
    check(REDIRECTS, |text| {
        redirects::read("redirects.csv", text);
    });
}

/// One long name and one long known name; many of both, by one who looks for all of them.
#[test]
fn names_that_are_nearly_right() {
    check(&[("a long name", |n| fill("a", n))], |text| {
        nearest(text, [&*text.replacen('a', "b", 1)]);
    });
    check(&[("many names", |n| count(|i| format!("heading-number-{i}-of-many\n"), n))], |text| {
        let names: Vec<&str> = text.lines().collect();
        let mut suggester = Suggester::default();
        for name in &names {
            suggester.nearest(&name.replace("number", "numbre"), names.iter().copied().take(300));
        }
    });
}
