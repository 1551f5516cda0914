//! A host tried beforehand: a small folder goes up the way a site will, is asked for at the public address, and goes again.
//!
//! Start at [`probe`]. [`files`] is what goes up; what is found is told in the terms of [`proof`](super::proof), and as a few [`Tried`].

mod files;
#[cfg(test)]
mod tests;
mod tried;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::body::UploadBody;
use super::connection_pool::{ConnectionPool, RetryPolicy};
use super::local_state::{LocalPublishState, PROBE};
use super::proof::finding::{Finding, FindingKind, Mismatch, gather};
use super::proof::judge::{ExpectedFile, judge, judge_part, unpacked};
use super::publish_error::PublishError;
use super::record::Published;
use super::store::{Connector, Store};
use super::store_error::{StoreError, StoreErrorKind};
use super::web::{HttpReply, Web};
use crate::ground::path::{extension, parent};
use crate::ground::{RelPath, Result, Stamp};
pub use files::SIZES;
use files::{NEEDED, ProbePart, Try};
use tried::tried;
pub use tried::{Tried, What};

/// What to try, and how.
pub struct ProbeJob<'a> {
    /// The target's name, for messages.
    pub target: &'a str,
    /// The way to it.
    pub opener: &'a dyn Connector,
    /// Asks.
    pub web: &'a Web,
    /// Where the folder may be seen: the public address first, then what it might be.
    pub addresses: &'a [String],
    /// This machine's memory of the target: it knows what a probe that was killed has left there.
    pub home: &'a LocalPublishState,
    /// So many connections are tried at once.
    pub connections: usize,
    /// Large files that are tried, in MB, small to large.
    pub sizes: &'a [usize],
    /// How patient.
    pub patience: RetryPolicy,
    /// One answer has to be there within this time.
    pub answer: Duration,
}

/// What a host can do, as far as it was tried.
#[derive(Debug)]
pub struct ProbeReport {
    /// The public address where the folder was seen; empty when nowhere.
    pub url: String,
    /// The folder, which is gone again.
    pub folder: String,
    /// What was tried.
    pub tried: Vec<Tried>,
    /// What is wrong, in the words of the proof.
    pub findings: Vec<Finding>,
    /// What the settings should say: key, value.
    pub options: Vec<(&'static str, String)>,
    /// Why the folder could not be removed.
    pub left: Option<String>,
}

impl ProbeReport {
    /// Whether a site can be read and searched on this host.
    pub fn holds(&self) -> bool {
        self.tried.iter().all(|tried| tried.is_fine || !tried.what.is_needed())
    }
}

/// The next larger file is not tried when the last took so long that it would hold an officer up.
const LONGEST: Duration = Duration::from_secs(20);
/// What goes up is called so until it is whole.
const PART: &str = "x.part";
/// Beginning of a large file that is asked for.
const BEGINNING: usize = 64 << 10;
/// A body may be so much longer than the file.
const MORE: usize = 1 << 20;

/// Tries a target and its public address.
///
/// # Errors
/// When the target or this machine refuses to be tried at all. What was brought there is removed as far as the target lets it.
pub fn probe(job: &ProbeJob<'_>) -> Result<ProbeReport> {
    let pool = ConnectionPool::new(job.opener, 1, job.patience);
    run(job, &pool).map_err(|trouble| trouble.into_error(job.target, &job.opener.name()))
}

fn run(job: &ProbeJob<'_>, pool: &ConnectionPool<'_>) -> std::result::Result<ProbeReport, PublishError> {
    if let Some(left) = job.home.probed() {
        remove(pool, &left, &SIZES).map_err(PublishError::from)?;
    }
    let folder = RelPath::own(&format!("{PROBE}{}", &new_name()?[..8]));
    // Noted before it is there: whatever ends this program, the next probe removes it.
    job.home.set_probed(Some(&folder))?;
    let mut prober = Prober { job, pool, folder: &folder, tries: files::all(folder.as_str()), refused: BTreeMap::new(), largest: 0 };
    let went_up = prober.bring();
    let mut report = went_up.is_ok().then(|| prober.look());
    let removed = remove(pool, &folder, job.sizes);
    if removed.is_ok() {
        job.home.set_probed(None)?;
    }
    went_up?;
    let mut report = report.take().unwrap_or_else(|| prober.nothing());
    match removed {
        Ok(()) => prober.look_after(&mut report),
        Err(fault) => report.left = Some(fault.detail),
    }
    report.tried.sort_by_key(|tried| tried.what);
    Ok(report)
}

/// Removes a probe's folder and what a probe brings there. What a host lists beside it is none of ours.
fn remove(pool: &ConnectionPool<'_>, folder: &RelPath, sizes: &[usize]) -> std::result::Result<(), StoreError> {
    let removed = pool.with_retry(|store| remove_all(store, folder, sizes));
    removed.map_err(|trouble| match trouble {
        PublishError::Target(fault) => fault,
        PublishError::Here(error) => StoreError::new(StoreErrorKind::Other, error.to_string()),
    })
}

fn remove_all(store: &mut dyn Store, folder: &RelPath, sizes: &[usize]) -> std::result::Result<(), StoreError> {
    let names = files::all(folder.as_str()).into_iter().map(|one| one.path);
    let names = names.chain(sizes.iter().map(|size| files::of_size(*size))).chain([PART.to_string()]);
    let paths: Vec<RelPath> = names.filter_map(|name| folder.join(&name).ok()).collect();
    // Most of it in one question, where there is nothing any more.
    if store.list(Some(folder))?.is_empty() {
        return store.remove_folder(folder);
    }
    paths.iter().try_for_each(|path| store.remove(path))?;
    let folders: BTreeSet<RelPath> = paths.iter().flat_map(RelPath::folders).collect();
    folders.iter().rev().try_for_each(|folder| store.remove_folder(folder))?;
    match store.list(Some(folder))?.into_iter().next() {
        Some(left) => Err(StoreError::new(StoreErrorKind::Other, format!("{folder}/{}", left.name))),
        None => Ok(()),
    }
}

fn new_name() -> std::result::Result<String, PublishError> {
    let mut bytes = [0; 16];
    // Without randomness the clock has to keep a cache from knowing the name.
    if getrandom::fill(&mut bytes).is_err() {
        bytes = jiff::Timestamp::now().as_nanosecond().to_le_bytes();
    }
    Ok(Stamp(bytes).hex())
}

struct Prober<'a> {
    job: &'a ProbeJob<'a>,
    pool: &'a ConnectionPool<'a>,
    folder: &'a RelPath,
    tries: Vec<Try>,
    /// What the target did not take, and its words.
    refused: BTreeMap<String, String>,
    /// The largest file that it took, in MB.
    largest: usize,
}

impl Prober<'_> {
    /// Brings everything up, the way a publish does: under another name first.
    fn bring(&mut self) -> std::result::Result<(), PublishError> {
        self.pool.with_retry(|store| store.make_folder(self.folder))?;
        for at in 0..self.tries.len() {
            let (path, bytes) = (self.tries[at].path.clone(), self.tries[at].bytes.clone());
            self.put(&path, &bytes)?;
        }
        for size in self.job.sizes.iter().copied() {
            let began = Instant::now();
            self.put(&files::of_size(size), &files::large(size))?;
            if self.refused.contains_key(&files::of_size(size)) {
                break;
            }
            self.largest = size;
            if began.elapsed() > LONGEST / 4 {
                break;
            }
        }
        Ok(())
    }

    /// Brings one file up. What the target does not take is noted; what ends a publish ends this.
    fn put(&mut self, path: &str, bytes: &[u8]) -> std::result::Result<(), PublishError> {
        let own = |name: &str| self.folder.join(name).map_err(|_| StoreError::new(StoreErrorKind::NameTooLong, name));
        let (whole, part) = (own(path)?, own(PART)?);
        let done = self.pool.with_retry(|store| {
            whole.folders().try_for_each(|folder| store.make_folder(&folder))?;
            if store.can().whole_writes {
                return store.write(&whole, &UploadBody::of_bytes(bytes), 0);
            }
            store.write(&part, &UploadBody::of_bytes(bytes), 0)?;
            store.rename(&part, &whole)
        });
        match done {
            Err(PublishError::Target(fault))
                if !fault.may_pass()
                    && !matches!(fault.kind, StoreErrorKind::Login | StoreErrorKind::NoSecret | StoreErrorKind::Passphrase) =>
            {
                // A target that takes nothing at all is told as what it is.
                if self.refused.is_empty() && path == files::HOME {
                    return Err(fault.into());
                }
                self.refused.insert(path.to_string(), fault.detail);
                Ok(())
            }
            done => done,
        }
    }

    /// Asks for everything.
    fn look(&self) -> ProbeReport {
        let mut report = self.nothing();
        let seen = match self.find() {
            Ok(seen) => seen,
            Err(findings) => {
                report.tried.push(tried(What::Seen, false, "", &self.job.addresses.join(" ")));
                report.findings = findings;
                return report;
            }
        };
        report.url = seen.to_string();
        if Some(seen) != self.job.addresses.first().map(String::as_str) {
            report.options.push(("url", seen.to_string()));
        }
        report.tried.push(tried(What::Seen, true, seen, ""));
        let answers = self.ask(seen);
        report.findings = self.gathered(&answers);
        report.findings.retain(|finding| finding.kind != FindingKind::Type || NEEDED.contains(&finding.value.as_str()));
        self.sum_up(seen, &answers, &mut report);
        report
    }

    /// The first address where the folder is seen, or what is wrong with the public one.
    fn find(&self) -> std::result::Result<&str, Vec<Finding>> {
        let mut first = None;
        for url in self.job.addresses {
            let looked = self.job.web.look(&self.address(url, files::HOME), &[], BEGINNING, self.job.answer);
            match looked {
                Ok((reply, _)) if String::from_utf8_lossy(&reply.body).contains(files::MARK) => return Ok(url),
                Ok((reply, ended)) => {
                    let home = self.tries.iter().find(|one| one.path == files::HOME);
                    let wrong = home.map(|home| judge(&self.wanted(home, &|| Some(home.bytes.clone())), &reply, ended.as_ref()));
                    let asked = BTreeMap::from([(files::HOME.to_string(), wrong.unwrap_or_default())]);
                    first.get_or_insert_with(|| self.gathered(&asked));
                }
                Err(fault) => {
                    let kind = if fault.kind == StoreErrorKind::Certificate { FindingKind::Certificate } else { FindingKind::Unreached };
                    first.get_or_insert_with(|| vec![Finding::of_host(kind, fault.detail.clone(), "")]);
                }
            }
        }
        Err(first.unwrap_or_default())
    }

    /// Findings, with the addresses from the public one on.
    fn gathered(&self, answers: &BTreeMap<String, Vec<Mismatch>>) -> Vec<Finding> {
        let mut findings = gather(answers);
        findings.iter_mut().flat_map(|finding| &mut finding.paths).for_each(|path| *path = format!("{}/{path}", self.folder));
        findings
    }

    /// What was wrong with each file, by its path in the folder.
    fn ask(&self, url: &str) -> BTreeMap<String, Vec<Mismatch>> {
        let answers = Mutex::new(BTreeMap::new());
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some(one) = self.tries.get(next.fetch_add(1, Ordering::Relaxed)) {
                if self.refused.contains_key(&one.path) {
                    continue;
                }
                let bytes = || Some(one.bytes.clone());
                let looked = self.job.web.look(
                    &self.address(url, &one.path),
                    &[("accept-encoding", "gzip")],
                    one.bytes.len() + MORE,
                    self.job.answer,
                );
                let wrong = match looked {
                    Ok((reply, ended)) => judge(&self.wanted(one, &bytes), &reply, ended.as_ref()),
                    Err(fault) => {
                        vec![Mismatch { kind: FindingKind::NoAnswer, value: String::new(), other: String::new(), said: fault.detail }]
                    }
                };
                answers.lock().unwrap_or_else(PoisonError::into_inner).insert(one.path.clone(), wrong);
            }
        };
        thread::scope(|scope| {
            for _ in 1..self.job.connections.min(4) {
                scope.spawn(work);
            }
            work();
        });
        answers.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// What all of it says about the host.
    fn sum_up(&self, seen: &str, answers: &BTreeMap<String, Vec<Mismatch>>, report: &mut ProbeReport) {
        let is_there = |one: &Try| {
            let wrong = answers.get(&one.path);
            wrong.is_some_and(|wrong| !wrong.iter().any(|wrong| is_not_there(wrong.kind)))
        };
        for (part, what) in [
            (ProbePart::Needed, What::Types),
            (ProbePart::Attachment, What::Attachments),
            (ProbePart::FolderTarget, What::Folders),
            (ProbePart::Deep, What::Deep),
            (ProbePart::Long, What::Long),
        ] {
            let (yes, no): (Vec<&Try>, Vec<&Try>) = self.tries.iter().filter(|one| one.part == part).partition(|one| is_there(one));
            let names = |tries: &[&Try]| tries.iter().map(|one| name_of(one)).collect::<Vec<_>>().join(" ");
            report.tried.push(tried(what, no.is_empty(), &names(&yes), &names(&no)));
        }
        let wrong = |kinds: &[FindingKind]| answers.values().flatten().find(|wrong| kinds.contains(&wrong.kind));
        let charset = wrong(&[FindingKind::Charset, FindingKind::Transcoded]);
        if charset.is_some_and(|wrong| wrong.kind == FindingKind::Charset) {
            // Has the last word over the header, which the page's own declaration has not.
            report.options.push(("byte_order_mark", "true".to_string()));
        }
        report.tried.push(tried(
            What::Charset,
            charset.is_none(),
            "UTF-8",
            charset.map_or("", |wrong| if wrong.value.is_empty() { "GBK" } else { &wrong.value }),
        ));
        let whole = wrong(&[
            FindingKind::Injected,
            FindingKind::Minified,
            FindingKind::LineEnds,
            FindingKind::Changed,
            FindingKind::Cut,
            FindingKind::Coding,
        ]);
        let harms = whole.is_none_or(|wrong| !wrong.kind.is_wrong());
        report.tried.push(tried(What::Whole, harms, "", whole.map_or("", |wrong| wrong.kind.id())));

        let look = |address: &str, headers: &[(&str, &str)], limit| {
            self.job.web.look(&self.address(seen, address), headers, limit, self.job.answer).ok().map(|(reply, _)| reply)
        };
        let shows = |reply: &Option<HttpReply>| {
            reply.as_ref().is_some_and(|reply| String::from_utf8_lossy(&unpacked(reply).unwrap_or_default()).contains(files::MARK))
        };
        let (folder, question) = (look("", &[], BEGINNING), look(&format!("{}?q=%E5%AD%A6", files::HOME), &[], BEGINNING));
        let leads = |reply: &Option<HttpReply>| reply.as_ref().and_then(HttpReply::leads_to).is_some_and(|to| to.ends_with(files::HOME));
        report.tried.push(tried(What::Index, shows(&folder) || leads(&folder), "index.html", ""));
        report.tried.push(tried(What::Query, shows(&question), "", &question.map_or(String::new(), |reply| reply.status.to_string())));
        let nothing = look("none.html", &[], BEGINNING).map_or(0, |reply| reply.status);
        report.tried.push(tried(What::Nothing, matches!(nothing, 404 | 410), "", &nothing.to_string()));
        let upper = look(&files::HOME.to_ascii_uppercase(), &[], BEGINNING);
        report.tried.push(tried(What::Case, true, if shows(&upper) { "@probe-case-any" } else { "@probe-case-exact" }, ""));

        let packed: Vec<&Try> = self
            .tries
            .iter()
            .filter(|one| one.part == ProbePart::Needed && matches!(extension(&one.path), "html" | "css" | "js" | "xml" | "txt"))
            .collect();
        let (yes, no): (Vec<&Try>, Vec<&Try>) = packed.into_iter().partition(|one| {
            let reply = look(&one.path, &[("accept-encoding", "gzip")], one.bytes.len() + MORE);
            reply.is_some_and(|reply| reply.header("content-encoding").is_some_and(|coding| coding.contains("gzip")))
        });
        let names = |tries: &[&Try]| tries.iter().map(|one| name_of(one)).collect::<Vec<_>>().join(" ");
        report.tried.push(tried(What::Packed, no.is_empty(), &names(&yes), &names(&no)));
        self.sizes(seen, report);
        self.more(seen, report);
    }

    /// Large files, and parts of them.
    fn sizes(&self, seen: &str, report: &mut ProbeReport) {
        let (mut served, mut by_parts) = (0, true);
        for size in self.job.sizes.iter().copied().filter(|size| *size <= self.largest) {
            let (path, bytes) = (files::of_size(size), files::large(size));
            let file = Published { stamp: Stamp::of_bytes(&bytes), size: bytes.len() as u64 };
            let wanted = ExpectedFile { path: &path, file, bytes: &|| Some(bytes.clone()), was: None, nothing: None };
            let range = format!("bytes=0-{}", BEGINNING - 1);
            let looked = self.job.web.look(&self.address(seen, &path), &[("range", &range)], BEGINNING, self.job.answer);
            let Ok((reply, _)) = looked else { break };
            let wrong = judge_part(&wanted, &reply);
            if wrong.iter().any(|wrong| wrong.kind.is_wrong()) {
                break;
            }
            by_parts &= !wrong.iter().any(|wrong| wrong.kind == FindingKind::NoRanges);
            served = size;
        }
        let why = self.job.sizes.iter().find_map(|size| self.refused.get(&files::of_size(*size)).map(|why| format!("{size} MB: {why}")));
        report.tried.push(tried(What::Size, why.is_none() && served > 0, &served.to_string(), &why.unwrap_or_default()));
        report.tried.push(tried(What::Ranges, by_parts && served > 0, "", ""));
    }

    /// The same address with `https`, and connections at once.
    fn more(&self, seen: &str, report: &mut ProbeReport) {
        if let Some(rest) = seen.strip_prefix("http://") {
            let other = format!("https://{rest}");
            let looked = self.job.web.look(&self.address(&other, files::HOME), &[], BEGINNING, self.job.answer);
            let is_seen = looked.is_ok_and(|(reply, _)| String::from_utf8_lossy(&reply.body).contains(files::MARK));
            report.tried.push(tried(What::Https, is_seen, if is_seen { &other } else { "" }, ""));
            if is_seen {
                report.options.retain(|(key, _)| *key != "url");
                report.options.push(("url", other));
            }
        } else {
            report.tried.push(tried(What::Https, true, seen, ""));
        }
        let open: Vec<Box<dyn Store>> = (0..self.job.connections).map_while(|_| self.job.opener.open().ok()).collect();
        let (count, wanted) = (open.len(), self.job.connections);
        report.tried.push(tried(What::Connections, count == wanted, &count.to_string(), &wanted.to_string()));
        if count < wanted {
            // One of them has been open all the time.
            report.options.push(("connections", count.max(1).to_string()));
        }
    }

    /// Whether what was removed is gone for readers, too.
    fn look_after(&self, report: &mut ProbeReport) {
        if report.url.is_empty() {
            return;
        }
        let looked = self.job.web.look(&self.address(&report.url, files::HOME), &[], BEGINNING, self.job.answer);
        let is_there = looked.is_ok_and(|(reply, _)| reply.status == 200 && String::from_utf8_lossy(&reply.body).contains(files::MARK));
        report.tried.push(tried(What::Gone, !is_there, "", ""));
    }

    fn nothing(&self) -> ProbeReport {
        ProbeReport {
            url: String::new(),
            folder: self.folder.to_string(),
            tried: Vec::new(),
            findings: Vec::new(),
            options: Vec::new(),
            left: None,
        }
    }

    fn address(&self, url: &str, path: &str) -> String {
        format!("{url}{}/{path}", self.folder)
    }

    fn wanted<'w>(&self, one: &'w Try, bytes: &'w dyn Fn() -> Option<Vec<u8>>) -> ExpectedFile<'w> {
        let file = Published { stamp: Stamp::of_bytes(&one.bytes), size: one.bytes.len() as u64 };
        ExpectedFile { path: &one.path, file, bytes, was: None, nothing: None }
    }
}

/// How a file is called in a report: by its type, or by what it stands for.
fn name_of(one: &Try) -> String {
    match one.part {
        ProbePart::Needed | ProbePart::Attachment => extension(&one.path).to_string(),
        ProbePart::FolderTarget => parent(&one.path).to_string(),
        ProbePart::Deep | ProbePart::Long => one.path.chars().count().to_string(),
    }
}

fn is_not_there(kind: FindingKind) -> bool {
    !matches!(
        kind,
        FindingKind::Charset
            | FindingKind::Transcoded
            | FindingKind::Injected
            | FindingKind::Minified
            | FindingKind::LineEnds
            | FindingKind::Picture
            | FindingKind::KeptLong
    )
}
