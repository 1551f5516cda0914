//! What stands on a target before anything is changed there: from the record, or, where that is missing or damaged,
//! from the target's own lists.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::budget::{WORDS, endless};
use super::connection_pool::ConnectionPool;
use super::local_state::LocalPublishState;
use super::publish_error::PublishError;
use super::record::{FOLDER, HEAD, PublishedFiles, Record, UNFINISHED, Unusable, parse_unfinished, part_path, paths_of_part};
use crate::ground::{Error, RelPath, Stamp};

/// Bytes of all parts of a record: lists of some hundred thousand files.
const MOST_OF_PARTS: u64 = 64 << 20;
/// Folders and files that are listed on one target. A host whose folders have no end is left after these,
const MOST_FOLDERS: usize = 20_000;
const MOST_FILES: usize = 500_000;
/// or after this time.
const LONGEST_LOOK: Duration = Duration::from_secs(60 * 60);

/// How far the record on the target could be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordState {
    /// It is whole.
    Whole,
    /// There is none.
    Missing,
    /// It was cut off or edited.
    Damaged,
}

/// What stands on a target.
#[derive(Debug)]
pub struct RemoteScan {
    /// The record, empty where there is none to trust.
    pub record: Record,
    /// How it was found.
    pub trust: RecordState,
    /// The hash of the head as it stands; of nothing where there is none.
    pub base: Stamp,
    /// The parts of publishes that did not come to their end.
    pub unfinished: Vec<Stamp>,
    /// Paths that an unfinished publish was about to write or remove: what stands there is not known.
    pub doubtful: BTreeSet<RelPath>,
    /// Files that were seen on the target and are not in the record: by path in lower case, the real path and size.
    pub strangers: BTreeMap<String, (RelPath, Option<u64>)>,
    /// What else was seen there, for people: folders that the site has nothing to do with, names that no site can have.
    pub unnamed: BTreeSet<String>,
}

impl RemoteScan {
    /// Whether the record tells all that stands there by our hand.
    pub fn is_settled(&self) -> bool {
        self.trust == RecordState::Whole && self.unfinished.is_empty() && self.doubtful.is_empty()
    }

    /// All that others have there, as far as it was seen, for people.
    pub fn others(&self) -> impl Iterator<Item = String> {
        self.strangers.values().map(|(real, _)| real.to_string()).chain(self.unnamed.iter().cloned())
    }
}

/// Looks at the target. `site` is what will be published: folders that it brings new files to are listed. `whole` has
/// everything listed where the site, the record or `before` has files.
pub fn survey(
    pool: &ConnectionPool<'_>,
    home: &LocalPublishState,
    site: &PublishedFiles,
    before: &PublishedFiles,
    whole: bool,
) -> Result<RemoteScan, PublishError> {
    let head = pool.with_retry(|store| store.read(&RelPath::own(HEAD), WORDS))?;
    let base = head.as_deref().map(Stamp::of_bytes).unwrap_or_default();
    let (mut record, mut trust) = match head.as_deref().map(Record::parse_head) {
        None => (Record::default(), RecordState::Missing),
        Some(Ok(record)) => (record, RecordState::Whole),
        Some(Err(Unusable::Damaged)) => (Record::default(), RecordState::Damaged),
        Some(Err(Unusable::Newer)) => return Err(Error::new("error-publish-newer").into()),
    };
    let mut room = MOST_OF_PARTS;
    for stamp in record.parts.clone() {
        if !part(pool, home, stamp, &mut room)?.is_some_and(|text| record.apply(&text)) {
            (record, trust) = (Record::default(), RecordState::Damaged);
            break;
        }
    }
    let unfinished =
        pool.with_retry(|store| store.read(&RelPath::own(UNFINISHED), WORDS))?.map(|bytes| parse_unfinished(&bytes)).unwrap_or_default();
    let mut doubtful = BTreeSet::new();
    for stamp in &unfinished {
        // A part that was not written by this program says nothing: none of its paths is touched.
        let Some((added, removed)) = part(pool, home, *stamp, &mut room)?.and_then(|text| paths_of_part(&text)) else { continue };
        // What a part adds may be there, and is there once the head names the part; what it removes may be there still.
        doubtful.extend(added.into_iter().filter(|_| !record.parts.contains(stamp)));
        doubtful.extend(removed);
    }
    let mut survey = RemoteScan { record, trust, base, unfinished, doubtful, strangers: BTreeMap::new(), unnamed: BTreeSet::new() };
    let record = &survey.record;
    let listed = record.files.keys().chain(record.old.keys());
    let seen = match whole || trust != RecordState::Whole {
        true => {
            let known = listed.chain(site.keys()).chain(before.keys()).chain(&survey.doubtful);
            list_all(pool, &known.flat_map(RelPath::folders).map(|folder| folder.as_str().to_lowercase()).collect())?
        }
        false => {
            let new = site.keys().filter(|path| !record.files.contains_key(*path) && !record.old.contains_key(*path));
            let folders: BTreeSet<Option<RelPath>> = new.map(|path| path.folders().last()).collect();
            let mut seen = list(pool, &folders.into_iter().collect::<Vec<_>>())?;
            seen.unnamed.clear();
            seen
        }
    };
    if whole && trust == RecordState::Whole {
        forget_what_is_not_there(&mut survey, &seen.files);
    }
    let RemoteScan { record, doubtful, strangers, .. } = &mut survey;
    let ours = |path: &RelPath| record.files.contains_key(path) || record.old.contains_key(path) || doubtful.contains(path);
    for (path, size) in seen.files.into_iter().filter(|(path, _)| !ours(path)) {
        strangers.insert(path.as_str().to_lowercase(), (path, size));
    }
    survey.unnamed = seen.unnamed;
    Ok(survey)
}

/// A file that is gone, or has another size than the record says, counts as not known.
fn forget_what_is_not_there(survey: &mut RemoteScan, seen: &BTreeMap<RelPath, Option<u64>>) {
    let RemoteScan { record, doubtful, .. } = survey;
    let differs = |path: &RelPath, size: u64| !seen.get(path).is_some_and(|found| found.is_none_or(|found| found == size));
    doubtful.extend(record.files.iter().filter(|(path, file)| differs(path, file.size)).map(|(path, _)| path.clone()));
}

/// A part of the record: from this machine's memory, else from the target. `None` when it is not there or not whole.
/// `room` is what all parts of a record may hold.
fn part(pool: &ConnectionPool<'_>, home: &LocalPublishState, stamp: Stamp, room: &mut u64) -> Result<Option<String>, PublishError> {
    let bytes = match home.object(stamp) {
        Some(bytes) => bytes,
        None => {
            let Some(bytes) = pool.with_retry(|store| store.read(&part_path(stamp), *room))? else { return Ok(None) };
            // FTP in its text mode ends lines in its own way.
            let bytes = if Stamp::of_bytes(&bytes) == stamp { bytes } else { bytes.into_iter().filter(|byte| *byte != b'\r').collect() };
            if Stamp::of_bytes(&bytes) != stamp {
                return Ok(None);
            }
            home.keep(stamp, &bytes)?;
            bytes
        }
    };
    *room = room.saturating_sub(bytes.len() as u64);
    Ok(String::from_utf8(bytes).ok())
}

/// What is seen in some folders.
#[derive(Default)]
struct FolderListing {
    files: BTreeMap<RelPath, Option<u64>>,
    folders: BTreeSet<RelPath>,
    unnamed: BTreeSet<String>,
}

/// All files in folders that the site has to do with (`known`, in lower case). Others are named and not entered: they are none of
/// ours, and a host decides how many there are.
fn list_all(pool: &ConnectionPool<'_>, known: &BTreeSet<String>) -> Result<FolderListing, PublishError> {
    let (began, mut count, mut all) = (Instant::now(), 0, FolderListing::default());
    let mut next = vec![None];
    while !next.is_empty() {
        count += next.len();
        let FolderListing { files, folders, unnamed } = list(pool, &next)?;
        all.files.extend(files);
        all.unnamed.extend(unnamed);
        if count > MOST_FOLDERS || all.files.len() > MOST_FILES || began.elapsed() > LONGEST_LOOK {
            let words = format!("{count} folders, {} files, {} s", all.files.len(), began.elapsed().as_secs());
            return Err(endless(words).into());
        }
        let (enter, pass): (Vec<_>, Vec<_>) = folders.into_iter().partition(|folder| known.contains(&folder.as_str().to_lowercase()));
        all.unnamed.extend(pass.iter().filter(|folder| folder.as_str() != FOLDER).map(|folder| format!("{folder}/")));
        next = enter.into_iter().map(Some).collect();
    }
    Ok(all)
}

/// The files and folders of some folders; `None` is the root.
fn list(pool: &ConnectionPool<'_>, folders: &[Option<RelPath>]) -> Result<FolderListing, PublishError> {
    let seen = Mutex::new(FolderListing::default());
    pool.for_each_parallel(folders, |store, folder| {
        let entries = store.list(folder.as_ref())?;
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        for entry in entries.into_iter().filter(|entry| !matches!(entry.name.as_str(), "" | "." | "..")) {
            let path = match folder {
                None => RelPath::parse(&entry.name),
                Some(folder) => folder.join(&entry.name),
            };
            match path {
                // A name with a slash in it would be a path to somewhere else.
                Ok(path) if !entry.name.contains('/') => match entry.is_folder {
                    true => drop(seen.folders.insert(path)),
                    false => drop(seen.files.insert(path, entry.size)),
                },
                _ => drop(
                    seen.unnamed.insert(folder.as_ref().map_or_else(|| entry.name.clone(), |folder| format!("{folder}/{}", entry.name))),
                ),
            }
        }
        Ok(())
    })?;
    Ok(seen.into_inner().unwrap_or_else(PoisonError::into_inner))
}
