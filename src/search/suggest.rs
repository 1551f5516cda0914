//! Titles in the order of their letters and the terms of the glossary: what the reader may mean.

use std::collections::HashSet;

use super::blocks::hash;
use super::coder::encode_base93;
use super::fold::TextFolder;
use super::format::plain;
use super::lz::Dictionary;
use super::page::IndexedPage;
use super::texts::{FOLDED, base32};

/// One file in the making.
pub struct Shard {
    /// Path below `search/` without its extension; does not change while its neighbours do.
    pub name: String,
    /// What the manifest says of it.
    pub key: String,
    /// What it holds, in ASCII without quotation marks and backslashes.
    pub data: String,
}

/// A file holds about so many titles: all are read where letters are looked for by their sound, so that there should be few.
const TITLES: usize = 400;

/// The shards: the glossary first, then the titles by their first characters.
pub fn shards(pages: &[IndexedPage], glossary: &[String], dictionary: &Dictionary, folder: &TextFolder) -> Vec<Shard> {
    let mut titles: Vec<(String, String)> = pages.iter().map(|page| (folder.fold(&page.title), plain(&page.title))).collect();
    titles.retain(|(folded, _)| !folded.is_empty());
    titles.sort_unstable();
    titles.dedup_by(|a, b| a.0 == b.0);
    let mut terms: Vec<String> = glossary.iter().map(|term| plain(term)).collect();
    terms.sort_unstable();
    terms.dedup();
    let mut packer = dictionary.packer();
    let mut shard = |name: &str, key: String, lines: &[&str]| {
        let text = lines.join("\n");
        let mark = if folder.simplifies(&text) { FOLDED.to_string() } else { String::new() };
        let (units, packed) = packer.pack(&(mark + &text));
        Shard { name: format!("titles/{name}"), key, data: format!("{units} {}", encode_base93(&packed)) }
    };
    let lines: Vec<&str> = terms.iter().map(String::as_str).collect();
    let mut shards = vec![shard("terms", String::new(), &lines)];
    // The script makes the names of the keys, in the same way: the glossary's empty key takes one too.
    let mut taken = HashSet::new();
    free_name("", &mut taken);
    let mut from = 0;
    for at in 1..=titles.len() {
        let count = at - from;
        let ends = at == titles.len() || count >= TITLES * 2 || count >= TITLES / 2 && hash(titles[at].0.as_bytes()).is_multiple_of(128);
        if ends {
            let lines: Vec<&str> = titles[from..at].iter().map(|(_, title)| title.as_str()).collect();
            // Six characters tell almost any two shards apart; the script also looks into the one before.
            let key: String = titles[from].0.chars().take(6).collect();
            let name = free_name(&key, &mut taken);
            shards.push(shard(&name, key, &lines));
            from = at;
        }
    }
    shards
}

fn free_name(key: &str, taken: &mut HashSet<String>) -> String {
    let mut name = base32(hash(key.as_bytes()), 6);
    while !taken.insert(name.clone()) {
        name.push('x');
    }
    name
}
