//! Sounds: how characters of titles, headings and the glossary are read, and which of them follow each other in headings.

use std::collections::{BTreeMap, BTreeSet};

use ::pinyin::ToPinyinMulti;

use super::Page;
use super::coder::armour;
use super::fold::{Folder, Term};
use super::pack::Dictionary;
use super::suggest::Shard;

/// A file of all readings (`hui会惠`), and one for each first letter with the pairs of headings whose first character may begin
/// with it. Titles and the glossary, which are files of their own (`suggest.rs`), need the readings only.
pub fn shards(pages: &[Page], glossary: &[String], folder: &Folder, dictionary: &Dictionary) -> Vec<Shard> {
    let mut pairs: BTreeSet<(char, char)> = BTreeSet::new();
    let mut chars: BTreeSet<char> = BTreeSet::new();
    for page in pages {
        for heading in &page.headings {
            folder.terms(heading, |term| {
                if let Term::Two(a, b) = term {
                    pairs.insert((a, b));
                }
            });
        }
        chars.extend(folder.fold(&page.title).chars());
    }
    glossary.iter().for_each(|term| chars.extend(folder.fold(term).chars()));
    chars.extend(pairs.iter().flat_map(|(a, b)| [*a, *b]));
    let known: BTreeMap<char, Vec<String>> = chars.into_iter().map(|c| (c, readings(c))).collect();

    let mut by_letter: BTreeMap<u8, Vec<(char, char)>> = BTreeMap::new();
    for (a, b) in pairs {
        let first: BTreeSet<u8> = known[&a].iter().filter_map(|reading| reading.bytes().next()).collect();
        if known[&b].is_empty() {
            continue;
        }
        for letter in first {
            by_letter.entry(letter).or_default().push((a, b));
        }
    }
    let mut by_reading: BTreeMap<&str, BTreeSet<char>> = BTreeMap::new();
    for (c, readings) in &known {
        readings.iter().for_each(|reading| _ = by_reading.entry(reading).or_default().insert(*c));
    }
    let mut packer = dictionary.packer();
    let mut shard = |name: &str, key: &str, text: &str| {
        let (units, packed) = packer.pack(text);
        Shard { name: format!("sounds/{name}"), key: key.to_string(), data: format!("{units} {}", armour(&packed)) }
    };
    if by_reading.is_empty() {
        return Vec::new();
    }
    let sounds: Vec<String> =
        by_reading.into_iter().map(|(reading, chars)| reading.to_string() + &chars.iter().collect::<String>()).collect();
    let mut shards = vec![shard("all", READINGS, &sounds.join(" "))];
    for (letter, pairs) in by_letter {
        let mut list = String::new();
        let mut before = '\0';
        for (a, b) in pairs {
            // A first character is written once, then all that follow it.
            if a != before {
                list.push(' ');
                list.push(a);
                before = a;
            }
            list.push(b);
        }
        let letter = char::from(letter).to_string();
        shards.push(shard(&letter, &letter, list.trim_start()));
    }
    shards
}

/// Stands for the file of readings where letters stand for theirs.
const READINGS: &str = "0";

/// The readings of a character without tones, `ü` as `v`; all of them where it has several.
fn readings(c: char) -> Vec<String> {
    let Some(multi) = c.to_pinyin_multi() else { return Vec::new() };
    let mut readings: Vec<String> = Vec::new();
    for reading in multi {
        let plain = reading.plain().replace('ü', "v");
        if plain.bytes().all(|byte| byte.is_ascii_lowercase()) && !readings.contains(&plain) {
            readings.push(plain);
        }
    }
    readings
}
