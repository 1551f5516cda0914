//! What stands on the target by our own hand: the record of the last publish, kept there beside the site.
//!
//! A small head ([`HEAD`]) names parts by the hash of their text; a part says what came and what went, and the last word
//! about a path holds. An edit of one page of eight thousand so costs a part of a few lines and not the whole list.
//! Parts are never changed, and the head is replaced last, so that a record is always whole. No person is named: the
//! folder can be read by everybody (`docs/formats.md`).

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::ground::{RelPath, Stamp};

/// The folder of publishing itself on the target.
pub const FOLDER: &str = "studyhall-publish";
/// The head of the record.
pub const HEAD: &str = "studyhall-publish/record.txt";
/// Names the parts of publishes that did not come to their end: what they say may stand on the target or not.
pub const UNFINISHED: &str = "studyhall-publish/unfinished.txt";

const HEAD_LINE: &str = "studyhall-published ";
const PART_LINE: &str = "studyhall-part 1";
const UNFINISHED_LINE: &str = "studyhall-unfinished 1";
/// Changes with the format of head or parts.
const FORMAT: u32 = 1;
/// So many parts are joined into one: every reader of the record has to fetch them all.
const MOST_PARTS: usize = 12;

/// No head names more parts: this program joins them long before.
const MOST_NAMED: usize = 64;
/// No file of a site is larger; a length that a record makes up must not overflow what is counted with it.
const LARGEST: u64 = 1 << 40;

/// A file as it was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// Hash of its bytes.
    pub stamp: Stamp,
    /// Their number.
    pub size: u64,
}

/// Files by path.
pub type PublishedFiles = BTreeMap<RelPath, Published>;

/// All that a record says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// The files of the site.
    pub files: PublishedFiles,
    /// Files that the site has no more, kept for pages that readers still have open: how many publishes ago they went.
    pub old: BTreeMap<RelPath, (Published, u32)>,
    /// When, with the offset from UTC, by the publishing machine's clock.
    pub at: String,
    /// A number of the machine and account that published: tells "this computer" from another, and names nobody.
    pub by: String,
    /// The hashes of the parts, first to last.
    pub parts: Vec<Stamp>,
}

/// A time of a record or a lock as people read it, by a clock on the wall: `2026-11-25 20:00`. What is no time, because somebody
/// edited the file, stays as it is.
pub fn on_the_wall(at: &str, zone: &jiff::tz::TimeZone) -> String {
    let time = at.parse::<jiff::Timestamp>();
    time.map_or_else(|_| at.to_string(), |time| zone.to_datetime(time).strftime("%Y-%m-%d %H:%M").to_string())
}

/// Why a head cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub enum Unusable {
    /// Written by a later version of the program.
    Newer,
    /// Cut off, edited, or something else.
    Damaged,
}

impl Record {
    /// The head as it stands on the target.
    pub fn head(&self) -> String {
        let bytes: u64 = self.files.values().map(|file| file.size).sum();
        let mut text = format!("{HEAD_LINE}{FORMAT}\nat {}\nby {}\nfiles {} {bytes}\n", self.at, self.by, self.files.len());
        for part in &self.parts {
            writeln!(text, "part {}", part.hex()).expect("a text takes any writing");
        }
        let check = Stamp::of_bytes(text.as_bytes()).hex();
        text + &format!("check {check}\n")
    }

    /// Reads a head: a record without its files.
    pub fn parse_head(bytes: &[u8]) -> Result<Record, Unusable> {
        // FTP in its text mode, and editors, end lines in their own way.
        let text = String::from_utf8(bytes.to_vec()).map_err(|_| Unusable::Damaged)?.replace('\r', "");
        let format = text.lines().next().and_then(|line| line.strip_prefix(HEAD_LINE)).ok_or(Unusable::Damaged)?;
        match format.parse::<u32>() {
            Ok(FORMAT) => {}
            Ok(newer) if newer > FORMAT => return Err(Unusable::Newer),
            _ => return Err(Unusable::Damaged),
        }
        let (body, check) = text.rsplit_once("check ").ok_or(Unusable::Damaged)?;
        if Stamp::from_hex(check.trim_end()) != Some(Stamp::of_bytes(body.as_bytes())) {
            return Err(Unusable::Damaged);
        }
        let mut record = Record::default();
        for line in body.lines().skip(1) {
            match line.split_once(' ').ok_or(Unusable::Damaged)? {
                ("at", at) => record.at = at.to_string(),
                ("by", by) => record.by = by.to_string(),
                ("part", _) if record.parts.len() >= MOST_NAMED => return Err(Unusable::Damaged),
                ("part", hash) => record.parts.push(Stamp::from_hex(hash).ok_or(Unusable::Damaged)?),
                // What a later version of the same format may add is for people.
                _ => {}
            }
        }
        Ok(record)
    }

    /// Takes in a part. `false` when it cannot be read.
    pub fn apply(&mut self, part: &str) -> bool {
        let mut lines = part.lines();
        if lines.next() != Some(PART_LINE) {
            return false;
        }
        lines.all(|line| self.apply_line(line).is_some())
    }

    fn apply_line(&mut self, line: &str) -> Option<()> {
        let (what, rest) = line.split_once(' ')?;
        match what {
            "+" => {
                let (path, published) = file_of(rest)?;
                self.old.remove(&path);
                self.files.insert(path, published);
            }
            "~" => {
                let (age, rest) = rest.split_once(' ')?;
                let (path, published) = file_of(rest)?;
                self.files.remove(&path);
                self.old.insert(path, (published, age.parse().ok()?));
            }
            "-" => {
                let path = path_of(rest)?;
                self.files.remove(&path);
                self.old.remove(&path);
            }
            _ => return None,
        }
        Some(())
    }

    /// The part that makes this record out of `before`, and whether it makes it out of nothing, which it does when the
    /// parts have become many. `removed` is named in any case: until the publish has come to its end, such a file may be
    /// there.
    pub fn part_after(&self, before: &Record, removed: &[RelPath]) -> (String, bool) {
        let whole = before.parts.is_empty() || before.parts.len() >= MOST_PARTS;
        let nothing = Record::default();
        let before = if whole { &nothing } else { before };
        let mut text = format!("{PART_LINE}\n");
        for path in removed {
            writeln!(text, "- {path}").expect("a text takes any writing");
        }
        for (path, (file, age)) in self.old.iter().filter(|(path, kept)| before.old.get(*path) != Some(*kept)) {
            writeln!(text, "~ {age} {} {} {path}", file.stamp.hex(), file.size).expect("a text takes any writing");
        }
        for (path, file) in self.files.iter().filter(|(path, file)| before.files.get(*path) != Some(*file)) {
            writeln!(text, "+ {} {} {path}", file.stamp.hex(), file.size).expect("a text takes any writing");
        }
        (text, whole)
    }
}

fn file_of(text: &str) -> Option<(RelPath, Published)> {
    let (hash, rest) = text.split_once(' ')?;
    let (size, path) = rest.split_once(' ')?;
    let size = size.parse().ok().filter(|size| *size <= LARGEST)?;
    Some((path_of(path)?, Published { stamp: Stamp::from_hex(hash)?, size }))
}

/// A path of a record. Whoever wrote it, it leads nobody out of the target's folder, nor to what publishing itself keeps there.
fn path_of(text: &str) -> Option<RelPath> {
    let path = RelPath::parse(text).ok()?;
    // Some hosts know no difference of case.
    let is_own = path.segments().next().is_some_and(|first| first.eq_ignore_ascii_case(FOLDER));
    (!is_own).then_some(path)
}

/// The paths that a part is about to write and to remove. `None` when it is no part.
pub fn paths_of_part(part: &str) -> Option<(Vec<RelPath>, Vec<RelPath>)> {
    let mut record = Record::default();
    if !record.apply(part) {
        return None;
    }
    let removed = part.lines().filter_map(|line| path_of(line.strip_prefix("- ")?));
    let added = part.lines().filter_map(|line| Some(file_of(line.strip_prefix("+ ")?)?.0));
    Some((added.collect(), removed.collect()))
}

/// The file of a part on the target.
pub fn part_path(stamp: Stamp) -> RelPath {
    RelPath::own(&format!("{FOLDER}/{}.txt", stamp.hex()))
}

/// What [`UNFINISHED`] says.
pub fn unfinished(parts: &[Stamp]) -> String {
    parts.iter().fold(format!("{UNFINISHED_LINE}\n"), |text, part| text + &part.hex() + "\n")
}

/// Reads [`UNFINISHED`]; a line that cannot be read says nothing.
pub fn parse_unfinished(bytes: &[u8]) -> Vec<Stamp> {
    let lines = String::from_utf8_lossy(bytes);
    let parts = lines.lines().skip(1).filter_map(|line| Stamp::from_hex(line.trim()));
    parts.take(MOST_NAMED).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published(text: &str) -> Published {
        Published { stamp: Stamp::of_bytes(text.as_bytes()), size: text.len() as u64 }
    }

    fn record(files: &[(&str, &str)]) -> Record {
        let files = files.iter().map(|(path, text)| (RelPath::own(path), published(text))).collect();
        Record { files, at: "2026-11-25T12:00:00+08:00".to_string(), by: "3f9c2a11".to_string(), ..Record::default() }
    }

    #[test]
    fn times_are_told_by_the_clock_of_this_place() {
        let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
        assert_eq!(on_the_wall("2026-11-25T17:30:09+01:00", &zone), "2026-11-26 00:30");
        assert_eq!(on_the_wall("昨天", &zone), "昨天");
    }

    #[test]
    fn parts_lead_from_one_record_to_the_next() {
        let mut first = record(&[("a.html", "1"), ("b c.html", "2"), ("x.0123456789.css", "3")]);
        let (part, whole) = first.part_after(&Record::default(), &[]);
        assert!(whole);
        first.parts.push(Stamp::of_bytes(part.as_bytes()));
        let mut next = record(&[("a.html", "1"), ("d.html", "9")]);
        next.old.insert(RelPath::own("x.0123456789.css"), (published("3"), 1));
        let (more, whole) = next.part_after(&first, &[RelPath::own("b c.html")]);
        assert!(!whole && !more.contains("a.html"), "only what changed: {more}");
        let mut read = Record::default();
        assert!(read.apply(&part) && read.apply(&more));
        assert_eq!((read.files, read.old), (next.files, next.old));
    }

    #[test]
    fn a_head_is_whole_or_damaged_or_newer() {
        let mut record = record(&[("a.html", "1")]);
        record.parts = vec![Stamp::of_bytes(b"x"), Stamp::of_bytes(b"y")];
        let head = record.head();
        let read = Record::parse_head(head.as_bytes()).expect("it was just written");
        assert_eq!((&read.at, &read.by, &read.parts), (&record.at, &record.by, &record.parts));
        assert!(Record::parse_head(head.replace('\n', "\r\n").as_bytes()).is_ok());
        assert_eq!(Record::parse_head(head.replace("published 1", "published 2").as_bytes()), Err(Unusable::Newer));
        for cut in 0..head.len() - 1 {
            assert_eq!(Record::parse_head(&head.as_bytes()[..cut]), Err(Unusable::Damaged), "{cut}");
        }
        assert_eq!(Record::parse_head(head.replace("by 3", "by 4").as_bytes()), Err(Unusable::Damaged));
    }

    #[test]
    fn many_parts_are_joined() {
        let mut before = record(&[("a.html", "1")]);
        before.parts = vec![Stamp::default(); MOST_PARTS];
        let (part, whole) = record(&[("a.html", "1"), ("b.html", "2")]).part_after(&before, &[RelPath::own("c.html")]);
        assert!(whole && ["+ ", "a.html", "b.html", "- c.html"].iter().all(|text| part.contains(text)), "{part}");
    }

    /// Good heads, parts and locks with bytes changed, cut and put in.
    #[test]
    fn odd_records_end_nothing() {
        let mut known = record(&[("a.html", "1"), ("b c.html", "2"), ("x.0123456789.css", "3")]);
        known.parts = vec![Stamp::of_bytes(b"x"); 3];
        let (part, _) = known.part_after(&Record::default(), &[RelPath::own("gone.html")]);
        let lock = "studyhall-lock 1\ntoken abc\nwho 甲机\nsince 2026-11-25T12:00:00+08:00\nend\n".to_string();
        let seeds = [known.head(), part, unfinished(&known.parts), lock];
        let mut state: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut next = |below: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % below.max(1) as u64).unwrap_or_default()
        };
        let odd = ["../", "/", "\\", "..", "\u{1b}", "\n- ", "\n+ ", " 18446744073709551615 ", "\r\n", "C:", "nul", "\u{202e}", ""];
        for _ in 0..20_000 {
            let mut bytes = seeds[next(seeds.len())].clone().into_bytes();
            for _ in 0..=next(4) {
                let at = next(bytes.len());
                match next(4) {
                    0 if !bytes.is_empty() => bytes[at] = u8::try_from(next(256)).unwrap_or_default(),
                    1 => bytes.truncate(at),
                    2 => drop(bytes.splice(at..at, odd[next(odd.len())].bytes())),
                    _ => {
                        let line = bytes[at..].to_vec();
                        bytes.extend(line);
                    }
                }
                bytes.truncate(4096);
            }
            super::super::foreign::records(&bytes);
        }
    }

    #[test]
    fn a_part_leads_nobody_outside() {
        let hash = Stamp::default().hex();
        let own = HEAD.to_ascii_uppercase();
        for path in ["", ".", "..", "../a", "/a", "a/../../b", "a//b", "c:a", "a\\b", "a\u{1b}b", "nul", "a.", HEAD, FOLDER, &own] {
            for line in [format!("+ {hash} 1 {path}"), format!("~ 1 {hash} 1 {path}"), format!("- {path}")] {
                let part = format!("{PART_LINE}\n{line}\n");
                assert!(!Record::default().apply(&part) && paths_of_part(&part).is_none(), "{line}");
            }
        }
        assert!(!Record::default().apply(&format!("{PART_LINE}\n+ {hash} 18446744073709551615 a\n")));
    }
}
