//! The pinyin index: the readings of the characters of titles, headings and glossary, and the headings themselves.

use std::collections::{BTreeMap, BTreeSet};

use ::pinyin::ToPinyinMulti;

use super::coder::encode_base93;
use super::fold::TextFolder;
use super::lz::Dictionary;
use super::page::IndexedPage;
use super::suggest::Shard;

/// Files of headings begin at these letters, if there are many: all are read where letters are looked for by their sound, so
/// that there should be few, and an edit should change one.
const GROUPS: [char; 8] = ['a', 'd', 'g', 'j', 'l', 'q', 't', 'y'];
/// So many characters of headings stand in one file, whole; of more, only what is Chinese is kept.
const SMALL: usize = 40_000;

/// A file of all readings (`hui会惠`), and those of the headings, a line each. Titles and the glossary, which are files of their
/// own (`suggest.rs`), need the readings only, and what stands there is not said again.
pub fn shards(pages: &[IndexedPage], glossary: &[String], folder: &TextFolder, dictionary: &Dictionary) -> Vec<Shard> {
    // Characters with those that they are folded to: 乾, which is 干 then, is still read as it was.
    let mut chars: BTreeSet<(char, char)> = BTreeSet::new();
    let mut fold = |text: &String| {
        let folded = folder.fold(text);
        chars.extend(folded.chars().map(|c| (c, c)));
        chars.extend(text.chars().map(|c| (c, folder.simplify(c))).filter(|(c, simple)| c != simple));
        folded
    };
    let mut titles = String::new();
    for text in pages.iter().map(|page| &page.title).chain(glossary) {
        titles.push_str(&fold(text));
        titles.push('\n');
    }
    let headings: BTreeSet<String> = pages.iter().flat_map(|page| &page.headings).map(fold).collect();

    let mut by_reading: BTreeMap<String, BTreeSet<char>> = BTreeMap::new();
    for (c, folded) in chars {
        readings(c).into_iter().for_each(|reading| _ = by_reading.entry(reading).or_default().insert(folded));
    }
    if by_reading.is_empty() {
        return Vec::new();
    }
    let mut packer = dictionary.packer();
    let mut shard = |name: &str, key: &str, text: &str| {
        let (units, packed) = packer.pack(text);
        Shard { name: format!("sounds/{name}"), key: key.to_string(), data: format!("{units} {}", encode_base93(&packed)) }
    };
    let sounds: Vec<String> = by_reading.into_iter().map(|(reading, chars)| reading + &chars.iter().collect::<String>()).collect();
    let mut shards = vec![shard("all", READINGS, &sounds.join(" "))];

    let mut ends: Vec<&str> = titles.char_indices().map(|(at, _)| &titles[at..]).collect();
    ends.sort_unstable();
    let whole = untold(&ends, headings.iter().map(String::as_str).collect());
    let is_small = whole.iter().map(|line| line.chars().count()).sum::<usize>() < SMALL;
    let runs = || headings.iter().flat_map(|heading| heading.split(|c| !is_read(c))).collect();
    let lines = if is_small { whole } else { untold(&ends, runs()) };
    let mut groups: BTreeMap<char, Vec<&str>> = BTreeMap::new();
    for line in lines {
        let first = line.chars().find_map(|c| readings(c).first()?.chars().next()).unwrap_or(GROUPS[0]);
        let group = GROUPS.into_iter().rfind(|group| !is_small && *group <= first).unwrap_or(GROUPS[0]);
        groups.entry(group).or_default().push(line);
    }
    shards.extend(groups.into_iter().map(|(group, lines)| shard(&group.to_string(), &group.to_string(), &lines.join("\n"))));
    shards
}

/// Those of some lines that have something to be read; without what stands in a title and is found there, and the beginnings
/// of longer ones. `ends` are the titles from each of their characters on, ascending.
fn untold<'a>(ends: &[&str], lines: BTreeSet<&'a str>) -> Vec<&'a str> {
    let is_told = |line: &str| ends.get(ends.partition_point(|end| *end < line)).is_some_and(|end| end.starts_with(line));
    let nexts: Vec<&str> = lines.iter().copied().skip(1).chain([""]).collect();
    let with_next = lines.into_iter().zip(nexts);
    with_next.filter(|(line, next)| line.contains(is_read) && !next.starts_with(line) && !is_told(line)).map(|(line, _)| line).collect()
}

/// Whether a folded character is one of those that have readings.
fn is_read(c: char) -> bool {
    c == '〇' || ('\u{3400}'..='\u{9fff}').contains(&c) || ('\u{20000}'..='\u{3ffff}').contains(&c)
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
