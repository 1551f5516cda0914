//! One publish: looks, plans, brings up, writes the record, removes.
//!
//! At every moment the pages on the target have what they refer to: `order.rs` says in which order files go up, and
//! nothing is removed before the new record stands. What was begun is named on the target ([`UNFINISHED`]) and, file by
//! file, on this machine (`home.rs`), so that the next publish goes on.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::body::UploadBody;
use super::connection_pool::{ConnectionPool, RetryPolicy};
use super::local_state::LocalPublishState;
use super::lock::TargetLock;
use super::order::{UploadItem, phase};
use super::plan::{KnownHere, PublishPlan, plan, record_after};
use super::publish_error::PublishError;
use super::record::{FOLDER, HEAD, Published, PublishedFiles, UNFINISHED, part_path, unfinished};
use super::remote_scan::{RecordState, RemoteScan, survey};
use super::store::{Connector, Store};
use super::store_error::{StoreError, StoreErrorKind};
use crate::ground::stamp::Stamper;
use crate::ground::{Error, RelPath, Result, Stamp};

/// What to publish, and how.
pub struct PublishJob<'a> {
    /// The target's name, for messages.
    pub target: &'a str,
    /// The way to it.
    pub opener: &'a dyn Connector,
    /// The site.
    pub files: &'a PublishedFiles,
    /// The bytes of a file of the site.
    pub bytes: &'a (dyn Fn(&str, Published) -> Result<Vec<u8>> + Sync),
    /// Where a file of the site lies on this machine: a big one is read from there piece by piece.
    pub place: &'a (dyn Fn(&str, Published) -> Option<PathBuf> + Sync),
    /// This machine's memory of the target.
    pub home: &'a LocalPublishState,
    /// How.
    pub options: PublishOptions,
    /// Is told how far it is.
    pub progress: &'a dyn UploadProgress,
}

/// How to publish.
#[derive(Debug, Clone, Default)]
pub struct PublishOptions {
    /// Only looks and plans.
    pub dry_run: bool,
    /// Takes the lock of somebody else.
    pub take_over: bool,
    /// Writes over files of others where the site has its own.
    pub adopt: bool,
    /// Lists everything on the target instead of believing the record.
    pub check: bool,
    /// At most so many connections.
    pub connections: usize,
    /// For how many publishes old assets are kept.
    pub keep_old: u32,
    /// How many states are kept on this machine; 0 for none.
    pub history: usize,
    /// Who publishes, for the lock.
    pub who: String,
    /// The number that stands for machine and account in the record.
    pub by: String,
    /// The time of this publish.
    pub at: String,
    /// How patient.
    pub patience: RetryPolicy,
}

/// Is told how far a publish is.
pub trait UploadProgress: Sync {
    /// So much will go up.
    fn begin(&self, files: usize, bytes: u64);
    /// So many bytes more have gone.
    fn sent(&self, bytes: u64);
    /// So many of them have to go again.
    fn taken_back(&self, bytes: u64);
}

/// How a publish ended.
#[derive(Debug)]
pub struct PublishOutcome {
    /// What was planned, and done unless it was a dry run.
    pub plan: PublishPlan,
    /// How the record on the target was found.
    pub trust: RecordState,
    /// When the target was published before; empty where nobody knows.
    pub before: String,
    /// Whether that was from this machine.
    pub from_here: bool,
    /// Files that an interrupted publish had brought up already.
    pub resumed: usize,
    /// What stood on the target before, as far as its record knew.
    pub was: PublishedFiles,
}

/// Publishes, or only plans.
///
/// # Errors
/// When the target or this machine refuses. The pages on the target then have what they refer to.
pub fn run(job: &PublishJob<'_>) -> Result<PublishOutcome> {
    let pool = ConnectionPool::new(job.opener, job.options.connections, job.options.patience);
    let result = if job.options.dry_run {
        Publisher { job, pool: &pool, lock: None }.look().map(|found| found.outcome())
    } else {
        locked(job, &pool)
    };
    result.map_err(|trouble| trouble.into_error(job.target, &job.opener.name()))
}

fn locked(job: &PublishJob<'_>, pool: &ConnectionPool<'_>) -> std::result::Result<PublishOutcome, PublishError> {
    let PublishOptions { who, at, take_over, .. } = &job.options;
    let lock = TargetLock::take(pool, job.home, who, at, *take_over)?;
    let run = Publisher { job, pool, lock: Some(&lock) };
    let result = run.look().and_then(|found| {
        run.carry_out(&found)?;
        Ok(found.outcome())
    });
    match result {
        Ok(outcome) => lock.release().map(|()| outcome),
        Err(trouble) => {
            // The trouble itself is what matters; a lock that stays is this machine's own, and known by its token.
            drop(lock.release());
            Err(trouble)
        }
    }
}

struct Publisher<'a> {
    job: &'a PublishJob<'a>,
    pool: &'a ConnectionPool<'a>,
    lock: Option<&'a TargetLock<'a>>,
}

struct LookedAt {
    survey: RemoteScan,
    plan: PublishPlan,
    done: PublishedFiles,
    from_here: bool,
}

impl LookedAt {
    fn outcome(self) -> PublishOutcome {
        let LookedAt { survey, plan, done, from_here } = self;
        let RemoteScan { trust, record, .. } = survey;
        PublishOutcome { plan, trust, before: record.at, from_here, resumed: done.len(), was: record.files }
    }
}

impl Publisher<'_> {
    /// Looks at the target and plans.
    fn look(&self) -> std::result::Result<LookedAt, PublishError> {
        let PublishJob { files, home, options, .. } = self.job;
        let before = home.states().pop().map(|state| state.files).unwrap_or_default();
        let survey = survey(self.pool, home, files, &before, options.check)?;
        // A journal holds only if nobody else began something since.
        let done = survey.unfinished.last().map(|part| home.done(survey.base, *part)).unwrap_or_default();
        let read = self.read_strangers(&survey, &before)?;
        let known = KnownHere { done: &done, read: &read, before: &before, adopt: options.adopt, keep_old: options.keep_old };
        let plan = plan(files, &survey, &known);
        if !options.dry_run && !plan.conflicts.is_empty() {
            let shown: Vec<&str> = plan.conflicts.iter().take(5).map(String::as_str).collect();
            let error = Error::new("error-publish-foreign").arg("count", plan.conflicts.len().to_string());
            return Err(error.arg("paths", shown.join(", ")).into());
        }
        let from_here = survey.record.by == options.by;
        Ok(LookedAt { survey, plan, done, from_here })
    }

    /// The hashes of strangers that may be the site's own files, or what this machine brought there before.
    fn read_strangers(&self, survey: &RemoteScan, before: &PublishedFiles) -> std::result::Result<PublishedFiles, PublishError> {
        let site = self.job.files;
        let candidate = |(path, size): &&(RelPath, Option<u64>)| {
            size.is_none_or(|size| size <= WORTH_FETCHING)
                && [site.get(path), before.get(path)].into_iter().flatten().any(|file| size.is_none_or(|size| size == file.size))
        };
        let paths: Vec<&RelPath> = survey.strangers.values().filter(candidate).map(|(path, _)| path).collect();
        let read = Mutex::new(PublishedFiles::new());
        self.pool.for_each_parallel(&paths, |store, path| {
            if let Some(bytes) = store.read(path, WORTH_FETCHING)? {
                let file = Published { stamp: Stamp::of_bytes(&bytes), size: bytes.len() as u64 };
                read.lock().unwrap_or_else(PoisonError::into_inner).insert((*path).clone(), file);
            }
            Ok(())
        })?;
        Ok(read.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    /// Does what is planned.
    fn carry_out(&self, found: &LookedAt) -> std::result::Result<(), PublishError> {
        let LookedAt { survey, plan, done, .. } = found;
        let PublishJob { files, home, options, .. } = self.job;
        if survey.is_settled() && survey.record.files == **files {
            return self.remember(&survey.record.parts);
        }
        let mut next = record_after(files, survey, plan, &options.at, &options.by);
        let (part, whole) = next.part_after(&survey.record, &plan.remove);
        let stamp = Stamp::of_bytes(part.as_bytes());
        if whole {
            next.parts.clear();
        }
        next.parts.push(stamp);
        home.keep(stamp, part.as_bytes())?;
        self.put(&part_path(stamp), part.as_bytes())?;
        let mut begun = survey.unfinished.clone();
        begun.retain(|known| *known != stamp);
        begun.push(stamp);
        self.put(&RelPath::own(UNFINISHED), unfinished(&begun).as_bytes())?;
        home.begin(survey.base, stamp, done)?;

        self.make_folders(survey, plan)?;
        self.upload(plan)?;
        self.check_lock()?;
        self.put(&RelPath::own(HEAD), next.head().as_bytes())?;
        self.remove(plan, &next.files.keys().chain(next.old.keys()).collect())?;
        self.sweep(&next.parts)?;
        self.pool.with_retry(|store| store.remove(&RelPath::own(UNFINISHED)))?;
        home.end();
        self.remember(&next.parts)
    }

    fn check_lock(&self) -> std::result::Result<(), PublishError> {
        self.lock.map_or(Ok(()), TargetLock::check)
    }

    /// Folders that are not known to be there, outer ones first.
    fn make_folders(&self, survey: &RemoteScan, plan: &PublishPlan) -> std::result::Result<(), PublishError> {
        let there: BTreeSet<RelPath> = survey.record.files.keys().chain(survey.record.old.keys()).flat_map(RelPath::folders).collect();
        let wanted: BTreeSet<RelPath> =
            plan.upload.iter().flat_map(|item| item.path.folders()).filter(|folder| !there.contains(folder)).collect();
        let mut by_depth: Vec<Vec<RelPath>> = Vec::new();
        for folder in wanted {
            let depth = folder.folders().count();
            by_depth.resize_with(by_depth.len().max(depth + 1), Vec::new);
            by_depth[depth].push(folder);
        }
        by_depth.iter().try_for_each(|folders| self.pool.for_each_parallel(folders, |store, folder| Ok(store.make_folder(folder)?)))
    }

    fn upload(&self, plan: &PublishPlan) -> std::result::Result<(), PublishError> {
        let PublishJob { home, progress, .. } = self.job;
        progress.begin(plan.upload.len(), plan.bytes());
        let mut items: Vec<&UploadItem> = plan.upload.iter().collect();
        // Big files first, so that the last of them does not keep everybody waiting.
        items.sort_by_key(|item| (phase(item), std::cmp::Reverse(item.file.size)));
        for group in items.chunk_by(|a, b| phase(a) == phase(b)) {
            self.check_lock()?;
            let bytes = group.iter().map(|item| item.file.size).sum();
            self.pool.for_each_of_size(group, bytes, |store, item| {
                if let Some(lock) = self.lock {
                    lock.check_when_due()?;
                }
                self.bring(store, item)?;
                Ok(home.note(&item.path, item.file)?)
            })?;
        }
        Ok(())
    }

    /// Brings one file up.
    fn bring(&self, store: &mut dyn Store, item: &UploadItem) -> std::result::Result<(), PublishError> {
        let PublishJob { home, options, progress, bytes, place, .. } = self.job;
        let place = if item.file.size > BIG { place(item.path.as_str(), item.file) } else { None };
        let at_hand = if place.is_some() { Vec::new() } else { bytes(item.path.as_str(), item.file)? };
        let body = place.as_deref().map_or_else(|| UploadBody::of_bytes(&at_hand), |place| UploadBody::of_file(place, item.file));
        if options.history > 0 {
            match &place {
                Some(place) => home.keep_file(item.file.stamp, place)?,
                None => home.keep(item.file.stamp, &at_hand)?,
            }
        }
        let sent = Cell::new(0);
        let tell = |bytes: u64| {
            sent.set(sent.get() + bytes);
            progress.sent(bytes);
        };
        let mut put = || put(store, &item.path, item.file.stamp, &body.telling(&tell));
        put().or_else(|fault| {
            progress.taken_back(sent.replace(0));
            if fault.may_pass() || fault.kind == StoreErrorKind::Edited {
                return Err(PublishError::from(fault));
            }
            // Somebody may have removed a folder that the record knows.
            let made = item.path.folders().try_for_each(|folder| store.make_folder(&folder));
            let again = made.and_then(|()| self::put(store, &item.path, item.file.stamp, &body.telling(&tell)));
            again.map_err(|_| {
                progress.taken_back(sent.replace(0));
                PublishError::from(fault)
            })
        })
    }

    fn put(&self, path: &RelPath, bytes: &[u8]) -> std::result::Result<(), PublishError> {
        self.pool.with_retry(|store| put(store, path, Stamp::of_bytes(bytes), &UploadBody::of_bytes(bytes)))
    }

    /// Removes files, then the folders that they leave empty, inner ones first.
    fn remove(&self, plan: &PublishPlan, stays: &BTreeSet<&RelPath>) -> std::result::Result<(), PublishError> {
        self.pool.for_each_parallel(&plan.remove, |store, path| Ok(store.remove(path)?))?;
        let used: BTreeSet<RelPath> = stays.iter().flat_map(|path| path.folders()).collect();
        let mut empty: BTreeSet<RelPath> = plan.remove.iter().flat_map(RelPath::folders).collect();
        empty.retain(|folder| !used.contains(folder));
        empty.iter().rev().try_for_each(|folder| self.pool.with_retry(|store| store.remove_folder(folder)))
    }

    /// Removes what interrupted publishes left in our own folder, and parts that no record names.
    fn sweep(&self, parts: &[Stamp]) -> std::result::Result<(), PublishError> {
        let folder = RelPath::own(FOLDER);
        let entries = self.pool.with_retry(|store| store.list(Some(&folder)))?;
        let is_left = |name: &str| match name.split_once('.') {
            Some((half, "part")) => half.len() == 16 && half.bytes().all(|byte| byte.is_ascii_hexdigit()),
            Some((hash, "txt")) => Stamp::from_hex(hash).is_some_and(|stamp| !parts.contains(&stamp)),
            _ => false,
        };
        let left: Vec<RelPath> =
            entries.into_iter().filter(|entry| is_left(&entry.name)).filter_map(|entry| folder.join(&entry.name).ok()).collect();
        self.pool.for_each_parallel(&left, |store, path| Ok(store.remove(path)?))
    }

    /// Keeps the state for `--rollback`, and of all bytes kept here only those that a state, or the record, is made of.
    fn remember(&self, parts: &[Stamp]) -> std::result::Result<(), PublishError> {
        let PublishJob { files, home, options, bytes, place, .. } = self.job;
        if options.history == 0 {
            home.sweep(parts);
            return Ok(());
        }
        for (path, file) in files.iter().filter(|(_, file)| !home.has(file.stamp)) {
            match if file.size > BIG { place(path.as_str(), *file) } else { None } {
                Some(place) => home.keep_file(file.stamp, &place)?,
                None => home.keep(file.stamp, &bytes(path.as_str(), *file)?)?,
            }
        }
        home.add_state(&options.at, files, options.history)?;
        home.sweep(parts);
        Ok(())
    }
}

/// Files larger than this are read piece by piece, and go on where they stopped where the protocol can.
const BIG: u64 = 1 << 20;
/// No larger file of somebody else is fetched to see whether it is the same as the site's.
const WORTH_FETCHING: u64 = 64 << 20;
/// So much of what stands there already is sent again: the end of a file that a fallen server wrote may not be ours.
const AGAIN: u64 = 64 << 10;

/// Puts a file on the target so that a reader gets the old one or the new.
fn put(store: &mut dyn Store, path: &RelPath, stamp: Stamp, body: &UploadBody<'_>) -> std::result::Result<(), StoreError> {
    let can = store.can();
    if can.whole_writes {
        return store.write(path, body, 0);
    }
    // Told apart by path and content: a half-sent file goes on only as itself. Half of a stamp is enough for the files of one
    // publish, and the name is sent twice for each.
    let part = RelPath::own(&format!("{FOLDER}/{:.16}.part", Stamper::default().text(path.as_str()).stamp(stamp).finish().hex()));
    let size = body.size();
    let from = match can.resume && size > BIG {
        true => store.size(&part)?.filter(|there| *there <= size).map_or(0, |there| there.saturating_sub(AGAIN)),
        false => 0,
    };
    store.write(&part, body, from)?;
    store.rename(&part, path)
}
