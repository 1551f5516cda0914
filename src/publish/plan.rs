//! What has to change on a target, from what stands there and what shall stand there. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::order::{UploadItem, is_kept};
use super::record::{Published, PublishedFiles, Record};
use super::remote_scan::{RecordState, RemoteScan};
use crate::ground::RelPath;
use crate::ground::path::check_output;

/// What a publish will do.
#[derive(Debug, Default)]
pub struct PublishPlan {
    /// Files to bring up, new and changed.
    pub upload: Vec<UploadItem>,
    /// Files that stand there already.
    pub same: usize,
    /// Files to remove.
    pub remove: Vec<RelPath>,
    /// Files that the site has no more and that open pages may still ask for.
    pub keep: BTreeMap<RelPath, (Published, u32)>,
    /// Files of others, which stay as they are.
    pub foreign: Vec<String>,
    /// Files of others that stand where the site has a file of its own.
    pub conflicts: Vec<String>,
}

impl PublishPlan {
    /// The new files.
    pub fn new_files(&self) -> impl Iterator<Item = &UploadItem> {
        self.upload.iter().filter(|item| !item.replaces)
    }

    /// The changed files.
    pub fn changed(&self) -> impl Iterator<Item = &UploadItem> {
        self.upload.iter().filter(|item| item.replaces)
    }

    /// Bytes to bring up.
    pub fn bytes(&self) -> u64 {
        self.upload.iter().map(|item| item.file.size).sum()
    }

    /// Whether the target is as it shall be.
    pub fn is_empty(&self) -> bool {
        self.upload.is_empty() && self.remove.is_empty()
    }
}

/// What is known beyond the survey.
pub struct KnownHere<'a> {
    /// What an interrupted publish of this machine had brought up.
    pub done: &'a PublishedFiles,
    /// Strangers whose bytes were looked at: by their real path, the hash.
    pub read: &'a PublishedFiles,
    /// What this machine published last, where the record on the target cannot tell.
    pub before: &'a PublishedFiles,
    /// Whether files of others give way to the site's.
    pub adopt: bool,
    /// For how many publishes old files are kept.
    pub keep_old: u32,
}

/// Compares.
pub fn plan(site: &PublishedFiles, survey: &RemoteScan, known: &KnownHere<'_>) -> PublishPlan {
    let mut plan = PublishPlan::default();
    if survey.is_settled() && survey.record.files == *site {
        // Not a publish: it makes nothing older.
        plan.same = site.len();
        plan.keep.clone_from(&survey.record.old);
        plan.foreign = survey.others().collect();
        return plan;
    }
    let mut taken = BTreeSet::new();
    for (path, file) in site {
        let stands = survey.record.files.get(path).or_else(|| survey.record.old.get(path).map(|(file, _)| file));
        let doubtful = survey.doubtful.contains(path);
        let stranger = survey.strangers.get(&path.as_str().to_lowercase());
        let in_the_way = path.folders().find_map(|folder| survey.strangers.get(&folder.as_str().to_lowercase()));
        let item = |replaces| UploadItem { path: path.clone(), file: *file, replaces };
        if known.done.get(path) == Some(file) || (!doubtful && stands == Some(file)) {
            plan.same += 1;
        } else if stands.is_some() || doubtful {
            // A page that may be there already counts as one that readers see.
            plan.upload.push(item(stands.is_some()));
        } else if let Some((real, _)) = stranger {
            taken.insert(real.clone());
            let content = known.read.get(real);
            let ours = real == path && content.is_some() && content == known.before.get(path);
            match () {
                () if real == path && content == Some(file) => plan.same += 1,
                () if ours || known.adopt => plan.upload.push(item(true)),
                () => plan.conflicts.push(real.to_string()),
            }
        } else if let Some((real, _)) = in_the_way {
            // A file, or a link, where the site has a folder. Nobody takes it for the site's own by another word of theirs.
            if taken.insert(real.clone()) {
                plan.conflicts.push(real.to_string());
            }
        } else {
            plan.upload.push(item(false));
        }
    }
    leftovers(site, survey, known, &mut plan);
    for (real, _) in survey.strangers.values().filter(|(real, _)| !taken.contains(real)) {
        // Where the record is damaged, what this machine published last and nobody changed since is still ours. Where there
        // is none, this may be another folder than last time: nothing is removed there.
        match survey.trust == RecordState::Damaged && known.before.get(real).is_some_and(|before| known.read.get(real) == Some(before)) {
            true => plan.remove.push(real.clone()),
            false => plan.foreign.push(real.to_string()),
        }
    }
    plan.foreign.extend(survey.unnamed.iter().cloned());
    plan.foreign.sort_unstable();
    plan
}

/// What stands there by our hand and is no longer part of the site.
fn leftovers(site: &PublishedFiles, survey: &RemoteScan, known: &KnownHere<'_>, plan: &mut PublishPlan) {
    let gone = survey.record.files.iter().map(|(path, file)| (path, *file, 0));
    let gone = gone.chain(survey.record.old.iter().map(|(path, (file, age))| (path, *file, *age)));
    for (path, file, age) in gone.filter(|(path, ..)| !site.contains_key(*path)) {
        if !is_made_here(path) {
            plan.foreign.push(path.to_string());
            continue;
        }
        match is_kept(path.as_str()) && age < known.keep_old {
            true => drop(plan.keep.insert(path.clone(), (file, age + 1))),
            false => plan.remove.push(path.clone()),
        }
    }
    let doubtful = survey.doubtful.iter().filter(|path| !site.contains_key(*path));
    let listed = |path: &RelPath| survey.record.files.contains_key(path) || survey.record.old.contains_key(path);
    plan.remove.extend(doubtful.filter(|path| !listed(path) && is_made_here(path)).cloned());
}

/// Whether this program gives files such names. A record that others wrote does not have `web.config` or a thesis removed.
fn is_made_here(path: &RelPath) -> bool {
    check_output(path.as_str()).is_ok()
}

/// The record of the target once the plan is done.
pub fn record_after(site: &PublishedFiles, survey: &RemoteScan, plan: &PublishPlan, at: &str, by: &str) -> Record {
    Record { files: site.clone(), old: plan.keep.clone(), at: at.to_string(), by: by.to_string(), parts: survey.record.parts.clone() }
}
