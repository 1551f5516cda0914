//! Any bytes as what this module reads from others: one entry for the fuzzer (`fuzz/`) and for the seeded tests. Each asserts what
//! must hold of whatever was read.

use std::io::Cursor;

use super::lock::LockHolder;
use super::record::{FOLDER, Record, parse_unfinished, paths_of_part};
use super::web::HttpReply;
use super::wire::any_answer::any_answer;
use super::zip;

/// Bytes as a head, a part, a list of unfinished parts, and a lock, as they stand on a target.
pub fn records(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(record) = Record::parse_head(bytes) {
        assert!(record.files.is_empty() && record.parts.len() < 1000, "a head names parts only");
    }
    let mut record = Record::default();
    if record.apply(&text) {
        let sizes = record.files.values().chain(record.old.values().map(|(file, _)| file)).map(|file| file.size);
        assert!(sizes.fold(0_u64, |sum, size| sum.checked_add(size).expect("sizes can be added up")) < u64::MAX);
        let (added, removed) = paths_of_part(&text).expect("it was read just now");
        for path in record.files.keys().chain(record.old.keys()).chain(&added).chain(&removed) {
            let is_outside = path.segments().any(|segment| matches!(segment, "" | "." | "..")) || path.as_str().contains(['\\', ':', '\0']);
            assert!(!is_outside && !path.as_str().starts_with(&format!("{FOLDER}/")), "{path:?} leads elsewhere");
        }
    }
    assert!(parse_unfinished(bytes).len() < 1000, "each part is a question");
    drop(LockHolder::parse(&text));
}

/// Bytes as each answer that a host gives: listings, packets, errors, addresses that lead elsewhere.
pub fn answers(bytes: &[u8]) {
    any_answer(bytes);
    let headers = vec![("location".to_string(), String::from_utf8_lossy(bytes).into_owned())];
    drop(HttpReply { status: 302, headers, body: Vec::new() }.leads_to());
}

/// Bytes as a package that a list is taken from.
pub fn archive(bytes: &[u8]) {
    const LIMIT: u64 = 1 << 20;
    for name in ["studyhall-files.txt", "a", ""] {
        let read = zip::read(Cursor::new(bytes), name, LIMIT);
        assert!(read.is_none_or(|read| read.len() as u64 <= LIMIT), "more than it may be");
    }
}
