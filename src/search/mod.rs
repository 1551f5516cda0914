//! The search index: words → `.js` files that a phone reads one by one.
//!
//! Owns the shape of the index (`docs/formats.md`) and the one definition of a term ([`fold`]). Never touches disk or
//! theme. Start at [`index`]: entries go in, artifacts come out. What takes time is remembered under stamps by a
//! [`Memory`].

pub mod bits;
pub mod blocks;
pub mod fold;
pub mod pack;
pub mod pinyin;
pub mod suggest;
pub mod terms;
#[cfg(test)]
mod tests;
pub mod texts;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ground::{Artifact, Stamp, Stamper};

use blocks::Block;
use fold::Folder;
use pack::Dictionary;

/// Number of the index's format; the script refuses another. See `docs/formats.md`.
pub const FORMAT: u32 = 1;

/// A page as search sees it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Address from the root of the output.
    pub url: String,
    /// Title.
    pub title: String,
    /// Key of its kind: `policy`.
    pub kind: String,
    /// Name of its kind: `文件`.
    pub kind_name: String,
    /// Date as `2026-03-05`, or empty.
    pub date: String,
    /// Whether a newer page of this kind is worth more than an older one.
    pub newer_first: bool,
    /// Title of its branch, or empty.
    pub branch: String,
    /// Year, 0 without one.
    pub year: u16,
    /// Only of a policy: `in-force` and its like.
    pub status_key: String,
    /// Only of a policy: `现行有效` and its like.
    pub status: String,
    /// A short fact for the list: number of a document, course of a lesson. Found like text.
    pub facts: String,
    /// Words that lead here and are not shown.
    pub keywords: Vec<String>,
    /// The text, in its order.
    pub sections: Vec<Section>,
}

/// The text below one heading.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Anchor of the heading, or empty.
    pub anchor: String,
    /// The heading, or empty.
    pub heading: String,
    /// The text; blocks parted by line feeds.
    pub text: String,
}

/// What earlier runs worked out, by stamp.
pub trait Memory: Sync {
    /// What was put under a key.
    fn get(&self, key: Stamp) -> Option<Vec<u8>>;
    /// Puts something under a key.
    fn put(&self, key: Stamp, bytes: &[u8]);
}

/// Remembers nothing.
pub struct Forgetful;

impl Memory for Forgetful {
    fn get(&self, _key: Stamp) -> Option<Vec<u8>> {
        None
    }

    fn put(&self, _key: Stamp, _bytes: &[u8]) {}
}

/// Makes the index of a site. `entries` in the order of the site: of two pages that are worth the same the first comes
/// first, and neighbours share files. `glossary` holds the terms and their other names.
///
/// All paths begin with `search/`.
pub fn index(entries: &[Entry], glossary: &[String], memory: &dyn Memory) -> Vec<Artifact> {
    let folder = Folder::default();
    let pages: Vec<(Vec<Block>, terms::PageTerms)> = entries
        .par_iter()
        .enumerate()
        .map(|(page, entry)| {
            let blocks = blocks::cut(page as u32, entry);
            let found = remembered(memory, &(FORMAT, "terms", entry), || terms::of_page(&folder, entry, &blocks));
            (blocks, found)
        })
        .collect();
    let (blocks, found): (Vec<Vec<Block>>, Vec<terms::PageTerms>) = pages.into_iter().unzip();
    let counts: Vec<u32> = blocks.iter().map(|blocks| blocks.len() as u32).collect();

    let (term_shards, texts) = rayon::join(
        || terms::shards(found, &counts),
        || {
            let dictionary = Dictionary::new(&texts::dictionary(entries, &blocks));
            let shards = texts::shards(entries, &blocks, &dictionary, &folder, memory);
            (dictionary, shards)
        },
    );
    let (dictionary, text_shards) = texts;
    drop(blocks);
    let titles = suggest::shards(entries, glossary, &dictionary, &folder);
    let sounds = pinyin::shards(entries, glossary, &folder, &dictionary);

    let mut files = vec![fold_file()];
    let mut put = |list: Vec<Shard>| -> Vec<(String, u32)> {
        let named = list.into_iter().map(|shard| {
            let stamp = stamp_of(&shard.data);
            files.push(file(&shard.name, stamp, &shard.data));
            (shard.key, stamp)
        });
        named.collect()
    };
    let terms = put(term_shards);
    let texts = put(text_shards);
    let titles = put(titles);
    let sounds = put(sounds);
    let (units, packed) = dictionary.packed();
    let data = format!("{units} {packed}");
    let dictionary = stamp_of(&data);
    files.push(file("dictionary", dictionary, &data));
    files.push(manifest(entries, &counts, &Parts { terms, texts, titles, sounds, dictionary }));
    files
}

/// One file in the making.
pub struct Shard {
    /// Path below `search/` without its extension; does not change while its neighbours do.
    pub name: String,
    /// What the manifest says of it.
    pub key: String,
    /// What it holds, in ASCII without quotation marks and backslashes.
    pub data: String,
}

struct Parts {
    terms: Vec<(String, u32)>,
    texts: Vec<(String, u32)>,
    titles: Vec<(String, u32)>,
    sounds: Vec<(String, u32)>,
    dictionary: u32,
}

/// Thirteen bits of a hash: a phone that holds an old shard notices.
fn stamp_of(data: &str) -> u32 {
    let Stamp(bytes) = Stamp::of_bytes(data.as_bytes());
    u32::from(u16::from_le_bytes([bytes[0], bytes[1]]) & 0x1FFF)
}

fn file(name: &str, stamp: u32, data: &str) -> Artifact {
    Artifact::new(format!("search/{name}.js"), format!("studyhallShard(\"{name}\",{stamp},\"{data}\")\n").into_bytes())
}

/// The table of simplified characters, for queries and pages that need it: differences of the sorted pairs.
fn fold_file() -> Artifact {
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    let mut chars = fold::SIMPLIFIED.chars();
    while let (Some(from), Some(to)) = (chars.next(), chars.next()) {
        pairs.push((from as u32, to as u32));
    }
    pairs.sort_unstable();
    let mut bits = bits::Bits::default();
    let mut last = 0x3400;
    for (from, to) in &pairs {
        bits.number(from - last, 2);
        bits.raw(*to, 18);
        last = *from;
    }
    let data = format!("{} {}", pairs.len(), pack::armour(&bits.finish()));
    file("simplified", stamp_of(&data), &data)
}

/// The file that a search begins with.
fn manifest(entries: &[Entry], counts: &[u32], parts: &Parts) -> Artifact {
    let mut facts = bits::Bits::default();
    for count in counts {
        facts.number(count - 1, 0);
    }
    let mut names: Vec<Vec<(&str, &str)>> = Vec::new();
    type Column = fn(&Entry) -> (&str, &str);
    let columns: [Column; 3] =
        [|entry| (&entry.kind, &entry.kind_name), |entry| (&entry.branch, &entry.branch), |entry| (&entry.status_key, &entry.status)];
    for column in columns {
        let mut known: Vec<(&str, &str)> = entries.iter().map(column).collect();
        known.sort_unstable();
        known.dedup();
        // Pages stand in the order of folders, so that neighbours agree: runs of equal values.
        let mut at = 0;
        while at < entries.len() {
            let value = column(&entries[at]);
            let run = entries[at..].iter().take_while(|entry| column(entry) == value).count();
            let id = known.binary_search(&value).unwrap_or(0);
            facts.number(id as u32, 2);
            facts.number(run as u32 - 1, 3);
            at += run;
        }
        names.push(known);
    }
    // Days since 1 January 2000 where the newer page comes first, else the year.
    let mut last = 0;
    for entry in entries {
        let year = u32::from(entry.year).saturating_sub(1970).min(255);
        let same = year == last;
        facts.raw(u32::from(!same), 1);
        if !same {
            facts.raw(year, 8);
            last = year;
        }
        facts.raw(u32::from(entry.newer_first), 1);
        if entry.newer_first {
            let mut parts = entry.date.split('-').skip(1).map(|part| part.parse::<u32>().unwrap_or(0));
            facts.raw(parts.next().unwrap_or(0) & 15, 4);
            facts.raw(parts.next().unwrap_or(0) & 31, 5);
        }
    }
    let names: Vec<String> =
        names.iter().map(|list| list.iter().map(|(key, name)| format!("{key}={name}")).collect::<Vec<_>>().join(";")).collect();
    let fields = [
        ascii(&names[0]),
        ascii(&names[1]),
        ascii(&names[2]),
        pack::armour(&facts.finish()),
        terms::keys(&parts.terms),
        text_keys(&parts.texts),
        terms::keys(&parts.titles),
        parts.sounds.iter().map(|(letter, stamp)| format!("{letter}{stamp}")).collect::<Vec<_>>().join(" "),
        parts.dictionary.to_string(),
    ];
    let mut stamper = Stamper::default();
    stamper.value(&FORMAT);
    for field in &fields {
        stamper.text(field);
    }
    let build = stamper.finish().short();
    let list = fields.iter().map(|field| format!("\"{field}\"")).collect::<Vec<_>>().join(",\n");
    let text = format!("studyhallIndex({FORMAT},\"{build}\",{},[{list}])\n", entries.len());
    Artifact::new("search/index.js", text.into_bytes())
}

/// Of each file of texts: the name of the chapter that it begins, how many blocks it has, its stamp.
fn text_keys(shards: &[(String, u32)]) -> String {
    let mut bits = bits::Bits::default();
    for (key, stamp) in shards {
        let (chapter, count) = key.split_once(' ').unwrap_or(("", key));
        bits.raw(u32::from(!chapter.is_empty()), 1);
        for digit in chapter.bytes() {
            bits.raw(terms::DIGITS.iter().position(|known| *known == digit).unwrap_or(0) as u32, 5);
        }
        bits.number(count.parse::<u32>().unwrap_or(1) - 1, 1);
        bits.raw(*stamp, 13);
    }
    format!("{} {}", shards.len(), pack::armour(&bits.finish()))
}

/// Text for a string of a script: what is not printable ASCII is escaped.
fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            ' '..='~' => out.push(c),
            _ => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out
}

/// A text without the characters that part things in the index.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c < ' ' { ' ' } else { c }).collect()
}

/// A value from memory, or worked out and put there.
fn remembered<K: Serialize, V: Serialize + for<'a> Deserialize<'a>>(memory: &dyn Memory, key: &K, make: impl FnOnce() -> V) -> V {
    let key = Stamp::of(key);
    if let Some(value) = memory.get(key).and_then(|bytes| postcard::from_bytes(&bytes).ok()) {
        return value;
    }
    let value = make();
    if let Ok(bytes) = postcard::to_stdvec(&value) {
        memory.put(key, &bytes);
    }
    value
}
