//! Sounds: which pairs of characters of titles, headings and the glossary a run of Latin letters may stand for.

use std::collections::{BTreeMap, BTreeSet};

use ::pinyin::ToPinyinMulti;

use super::Page;
use super::coder::armour;
use super::fold::{Folder, Term, terms};
use super::pack::Dictionary;
use super::suggest::Shard;

/// One file for each first letter: the readings of its characters (`三san 会hui,kuai`), a line feed, and the pairs whose
/// first character may begin with that letter.
pub fn shards(pages: &[Page], glossary: &[String], folder: &Folder, dictionary: &Dictionary) -> Vec<Shard> {
    let mut pairs: BTreeSet<(char, char)> = BTreeSet::new();
    let mut take = |text: &str| {
        terms(&folder.fold(text), |term| {
            if let Term::Two(a, b) = term {
                pairs.insert((a, b));
            }
        });
    };
    for page in pages {
        take(&page.title);
        page.headings.iter().for_each(|heading| take(heading));
    }
    glossary.iter().for_each(|term| take(term));

    let mut by_letter: BTreeMap<u8, Vec<(char, char)>> = BTreeMap::new();
    for (a, b) in pairs {
        if readings(b).is_empty() {
            continue;
        }
        let first: BTreeSet<u8> = readings(a).iter().filter_map(|reading| reading.bytes().next()).collect();
        for letter in first {
            by_letter.entry(letter).or_default().push((a, b));
        }
    }
    let shards = by_letter.into_iter().map(|(letter, pairs)| {
        let chars: BTreeSet<char> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
        let sounds: Vec<String> = chars.iter().map(|c| format!("{c}{}", readings(*c).join(","))).collect();
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
        let (units, packed) = dictionary.pack(&format!("{}\n{}", sounds.join(" "), list.trim_start()));
        let letter = char::from(letter);
        Shard { name: format!("sounds/{letter}"), key: letter.to_string(), data: format!("{units} {}", armour(&packed)) }
    });
    shards.collect()
}

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
