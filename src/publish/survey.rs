//! What stands on a target before anything is changed there: from the record, or, where that is missing or damaged,
//! from the target's own lists.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use super::budget::WORDS;
use super::crew::Crew;
use super::home::Home;
use super::record::{FOLDER, Files, HEAD, Record, UNFINISHED, Unusable, parse_unfinished, part_path};
use super::trouble::Trouble;
use crate::ground::path::{join, parent};
use crate::ground::{Error, Stamp};

/// Bytes of a part: a list of some hundred thousand files.
const LONGEST_PART: u64 = 32 << 20;

/// How far the record on the target could be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// It is whole.
    Whole,
    /// There is none.
    Missing,
    /// It was cut off or edited.
    Damaged,
}

/// What stands on a target.
#[derive(Debug)]
pub struct Survey {
    /// The record, empty where there is none to trust.
    pub record: Record,
    /// How it was found.
    pub trust: Trust,
    /// The hash of the head as it stands; of nothing where there is none.
    pub base: Stamp,
    /// The parts of publishes that did not come to their end.
    pub unfinished: Vec<Stamp>,
    /// Paths that an unfinished publish was about to write or remove: what stands there is not known.
    pub doubtful: BTreeSet<String>,
    /// Files that were seen on the target and are not in the record: by path in lower case, the real path and size.
    pub strangers: BTreeMap<String, (String, Option<u64>)>,
}

impl Survey {
    /// Whether the record tells all that stands there by our hand.
    pub fn is_settled(&self) -> bool {
        self.trust == Trust::Whole && self.unfinished.is_empty() && self.doubtful.is_empty()
    }
}

/// Looks at the target. `site` is what will be published: folders that it brings new files to are listed. `whole` has
/// everything listed.
pub fn survey(crew: &Crew<'_>, home: &Home, site: &Files, whole: bool) -> Result<Survey, Trouble> {
    let head = crew.once(|store| store.read(HEAD, WORDS))?;
    let base = head.as_deref().map(Stamp::of_bytes).unwrap_or_default();
    let (mut record, mut trust) = match head.as_deref().map(Record::parse_head) {
        None => (Record::default(), Trust::Missing),
        Some(Ok(record)) => (record, Trust::Whole),
        Some(Err(Unusable::Damaged)) => (Record::default(), Trust::Damaged),
        Some(Err(Unusable::Newer)) => return Err(Error::new("error-publish-newer").into()),
    };
    for stamp in record.parts.clone() {
        if !part(crew, home, stamp)?.is_some_and(|text| record.apply(&text)) {
            (record, trust) = (Record::default(), Trust::Damaged);
            break;
        }
    }
    let unfinished = crew.once(|store| store.read(UNFINISHED, WORDS))?.map(|bytes| parse_unfinished(&bytes)).unwrap_or_default();
    let mut doubtful = BTreeSet::new();
    for stamp in &unfinished {
        let Some(text) = part(crew, home, *stamp)? else { continue };
        // What a part adds may be there, and is there once the head names the part; what it removes may be there still.
        let is_there = record.parts.contains(stamp);
        let paths = text.lines().filter_map(|line| match line.split_once(' ')? {
            ("+", rest) if !is_there => rest.splitn(3, ' ').nth(2),
            ("-", path) => Some(path),
            _ => None,
        });
        doubtful.extend(paths.map(str::to_string));
    }
    let mut survey = Survey { record, trust, base, unfinished, doubtful, strangers: BTreeMap::new() };
    let seen = match whole || trust != Trust::Whole {
        true => list_all(crew)?,
        false => {
            let new = site.keys().filter(|path| !survey.record.files.contains_key(*path) && !survey.record.old.contains_key(*path));
            let folders: BTreeSet<&str> = new.map(|path| parent(path)).collect();
            list(crew, &folders.into_iter().map(str::to_string).collect::<Vec<_>>())?.0
        }
    };
    if whole && trust == Trust::Whole {
        forget_what_is_not_there(&mut survey, &seen);
    }
    let Survey { record, doubtful, strangers, .. } = &mut survey;
    let ours = |path: &str| record.files.contains_key(path) || record.old.contains_key(path) || doubtful.contains(path);
    for (path, size) in seen.into_iter().filter(|(path, _)| !ours(path)) {
        strangers.insert(path.to_lowercase(), (path, size));
    }
    Ok(survey)
}

/// A file that is gone, or has another size than the record says, counts as not known.
fn forget_what_is_not_there(survey: &mut Survey, seen: &BTreeMap<String, Option<u64>>) {
    let Survey { record, doubtful, .. } = survey;
    let differs = |path: &String, size: u64| !seen.get(path).is_some_and(|found| found.is_none_or(|found| found == size));
    doubtful.extend(record.files.iter().filter(|(path, file)| differs(path, file.size)).map(|(path, _)| path.clone()));
}

/// A part of the record: from this machine's memory, else from the target. `None` when it is not there or not whole.
fn part(crew: &Crew<'_>, home: &Home, stamp: Stamp) -> Result<Option<String>, Trouble> {
    let bytes = match home.object(stamp) {
        Some(bytes) => bytes,
        None => {
            let Some(bytes) = crew.once(|store| store.read(&part_path(stamp), LONGEST_PART))? else { return Ok(None) };
            // FTP in its text mode ends lines in its own way.
            let bytes = if Stamp::of_bytes(&bytes) == stamp { bytes } else { bytes.into_iter().filter(|byte| *byte != b'\r').collect() };
            if Stamp::of_bytes(&bytes) != stamp {
                return Ok(None);
            }
            home.keep(stamp, &bytes)?;
            bytes
        }
    };
    Ok(String::from_utf8(bytes).ok())
}

/// All files below the root.
fn list_all(crew: &Crew<'_>) -> Result<BTreeMap<String, Option<u64>>, Trouble> {
    let (mut files, mut folders) = list(crew, &[String::new()])?;
    while !folders.is_empty() {
        folders.retain(|folder| folder != FOLDER);
        let (more, deeper) = list(crew, &folders)?;
        files.extend(more);
        folders = deeper;
    }
    Ok(files)
}

type Listing = (BTreeMap<String, Option<u64>>, Vec<String>);

/// The files and folders of some folders.
fn list(crew: &Crew<'_>, folders: &[String]) -> Result<Listing, Trouble> {
    let seen = Mutex::new((BTreeMap::new(), BTreeSet::new()));
    crew.each(folders, |store, folder| {
        let entries = store.list(folder)?;
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in entries.into_iter().filter(|entry| !matches!(entry.name.as_str(), "." | "..")) {
            let path = join(folder, &entry.name);
            if entry.is_folder {
                seen.1.insert(path);
            } else {
                seen.0.insert(path, entry.size);
            }
        }
        Ok(())
    })?;
    let (files, deeper) = seen.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok((files, deeper.into_iter().collect()))
}
