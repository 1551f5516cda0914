//! The proof of a publish: the public address is asked for what was published, as a reader's browser would ask.
//!
//! Start at [`prove`]. [`mod@choose`] says what is asked, [`mod@judge`] compares one answer, [`finding`] gathers them into what an officer
//! can forward. Nothing is changed anywhere.

mod change;
mod choose;
pub mod finding;
pub mod judge;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::record::{Published, PublishedFiles};
use super::run::UploadProgress;
use super::store_error::{StoreError, StoreErrorKind};
use super::web::{HttpReply, Web};
use crate::ground::{RelPath, Result, Stamp};
use change::asks_for_password;
use choose::{ProofQuestion, Wants, choose};
use finding::{Finding, FindingKind, Mismatch, gather};
use judge::{ExpectedFile, judge, judge_part, unpacked, wrong};

/// What to prove, and how.
pub struct ProofJob<'a> {
    /// The public address, with a slash at its end.
    pub url: &'a str,
    /// The site as it was published.
    pub files: &'a PublishedFiles,
    /// What went up just now.
    pub changed: &'a BTreeSet<&'a str>,
    /// What was taken away just now.
    pub removed: &'a [RelPath],
    /// What stood there before.
    pub was: &'a PublishedFiles,
    /// The bytes of a file of the site.
    pub bytes: &'a (dyn Fn(&str, Published) -> Result<Vec<u8>> + Sync),
    /// Asks.
    pub web: &'a Web,
    /// How.
    pub options: ProofOptions,
    /// Is told how far it is.
    pub progress: &'a dyn UploadProgress,
}

/// How to prove.
#[derive(Debug, Clone, Copy)]
pub struct ProofOptions {
    /// Asks for all pages, changed or not.
    pub everything: bool,
    /// At most so many questions at once.
    pub connections: usize,
    /// Before a wrong answer is asked for again; the last time it is four times as long.
    pub pause: Duration,
    /// One answer has to be there within this time.
    pub answer: Duration,
    /// All of them within this.
    pub whole: Duration,
}

/// How a proof ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The public address that was asked, in the end.
    pub url: String,
    /// Addresses asked.
    pub asked: usize,
    /// Addresses that show what was published.
    pub right: usize,
    /// Addresses that were to be asked, had there been time.
    pub left: usize,
    /// What is wrong, the gravest first.
    pub findings: Vec<Finding>,
}

impl Proof {
    /// Whether readers get what was published.
    pub fn holds(&self) -> bool {
        self.findings.iter().all(|finding| !finding.kind.is_wrong())
    }
}

/// Bytes of the beginning of a big file.
const PART: u64 = 64 << 10;
/// A body may be so much longer than the file: what is put into pages on the way shall be seen.
const MORE: usize = 1 << 20;
/// Larger files are asked for their beginning only.
const LONGEST: u64 = 16 << 20;
/// So many wrong answers are asked for again: a host that needs a moment after an upload is no wrong host.
const AGAIN: usize = 40;
/// After so many questions without an answer in a row nothing more is asked.
const SILENT: usize = 6;
/// So often a public address may lead to another before it counts as lost.
const MOVES: usize = 3;

/// Asks, and says what is wrong.
pub fn prove(job: &ProofJob<'_>) -> Proof {
    let questions = choose(job.files, job.changed, job.removed, job.was, job.options.everything);
    let bytes =
        questions.iter().map(|question| if matches!(question.wants, Wants::Part(_)) { PART } else { question.wants.file().size }).sum();
    job.progress.begin(questions.len(), bytes);
    let mut asker = Asker { job, url: job.url.to_string(), nothing: None, ends: Instant::now() + job.options.whole };
    let mut notes = match asker.arrive() {
        Ok(notes) => notes,
        Err(finding) => {
            let left = questions.len().saturating_sub(1);
            return Proof { url: asker.url, asked: 1, right: 0, left, findings: vec![finding] };
        }
    };
    let mut answers = asker.ask_all(&questions);
    for pause in [job.options.pause, job.options.pause * 4] {
        asker.look_again(&questions, &mut answers, pause);
    }
    asker.look_for_other_names(&questions, &mut answers);
    let asked = answers.iter().flatten().count();
    let is_right = |wrong: &&Vec<Mismatch>| wrong.iter().all(|wrong| !wrong.kind.is_wrong() && wrong.kind != FindingKind::Slower);
    let right = answers.iter().flatten().filter(is_right).count();
    let mut findings = findings(&questions, &answers);
    findings.append(&mut notes);
    findings.sort_by(|one, other| (one.kind, &one.value, &one.paths).cmp(&(other.kind, &other.value, &other.paths)));
    Proof { url: asker.url, asked, right, left: questions.len() - asked, findings }
}

/// Findings out of the answers; `None` where nothing was asked.
fn findings(questions: &[ProofQuestion], answers: &[Option<Vec<Mismatch>>]) -> Vec<Finding> {
    let mut files: BTreeMap<String, Vec<Mismatch>> = BTreeMap::new();
    let mut others: Vec<(&ProofQuestion, &Vec<Mismatch>)> = Vec::new();
    for (question, answer) in questions.iter().zip(answers) {
        let Some(wrong) = answer else { continue };
        match question.wants {
            Wants::File(_) | Wants::Part(_) => drop(files.insert(question.address.clone(), wrong.clone())),
            Wants::Index(_) | Wants::Gone(_) => others.push((question, wrong)),
        }
    }
    let mut found = gather(&files);
    let mut add =
        |kind, address: &str, value: &str, said: &str| match found.iter_mut().find(|found| found.kind == kind && found.value == value) {
            Some(known) => known.paths.push(address.to_string()),
            None => {
                let mut finding = Finding::of_host(kind, value, "");
                (finding.said, finding.paths) = (said.to_string(), vec![address.to_string()]);
                found.push(finding);
            }
        };
    for (question, all) in others {
        let Some(first) = all.iter().find(|wrong| wrong.kind.is_wrong()) else { continue };
        match question.wants {
            Wants::Gone(_) => add(FindingKind::StillThere, &question.address, "", &first.said),
            // What is wrong with the file itself is told there.
            _ if files
                .get(&format!("{}index.html", question.address))
                .is_some_and(|wrong| wrong.iter().all(|wrong| !wrong.kind.is_wrong())) =>
            {
                match first.kind {
                    FindingKind::Another => add(FindingKind::IndexOther, &question.address, &first.value, &first.said),
                    _ => add(FindingKind::Index, &question.address, "", &first.said),
                }
            }
            _ => {}
        }
    }
    found
}

struct Asker<'a> {
    job: &'a ProofJob<'a>,
    url: String,
    /// The hash of what the host answers to an address that is not there, if it answers as if it were.
    nothing: Option<Stamp>,
    ends: Instant,
}

impl Asker<'_> {
    /// Finds the public address, follows where it leads as a whole, and sees what the host says to what is not there.
    fn arrive(&mut self) -> std::result::Result<Vec<Finding>, Finding> {
        let home = if self.job.files.contains_key("index.html") { "index.html" } else { "" };
        let mut notes = Vec::new();
        for _ in 0..MOVES {
            let first = self.look(home, &[], PART).or_else(|_| {
                thread::sleep(self.job.options.pause);
                self.look(home, &[], PART)
            });
            let (reply, _) = first.map_err(|fault| unreached(&fault))?;
            let to = reply.leads_to().map(|to| to.split(['?', '#']).next().unwrap_or_default().to_string());
            // A login does not end in the name of the page that was asked for.
            match to
                .and_then(|to| Some(to.strip_suffix(home)?.to_string()))
                .filter(|to| to.contains("://") && *to != self.url && to.ends_with('/'))
            {
                Some(to) => self.url = to,
                None => break,
            }
        }
        if self.url != self.job.url {
            notes.push(Finding::of_host(FindingKind::Moved, self.url.clone(), self.job.url));
        }
        let nowhere = format!("studyhall-{}.html", Stamp::of(&(&self.url, self.job.files.len())).short());
        if let Ok((reply, None)) = self.look(&nowhere, &[], PART * 4)
            && reply.status == 200
        {
            let body = unpacked(&reply).unwrap_or_default();
            self.nothing = Some(Stamp::of_bytes(&body));
            if !asks_for_password(&body) {
                notes.push(Finding::of_host(FindingKind::Anything, "", ""));
            }
        }
        Ok(notes)
    }

    /// Asks everything, some at once.
    fn ask_all(&self, questions: &[ProofQuestion]) -> Vec<Option<Vec<Mismatch>>> {
        let answers = Mutex::new(vec![None; questions.len()]);
        let (next, silent, stop) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicBool::new(false));
        let work = || {
            while !stop.load(Ordering::Relaxed) && Instant::now() < self.ends {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(question) = questions.get(at) else { break };
                let wrong = self.ask(question);
                let is = |kind| wrong.iter().any(|wrong| wrong.kind == kind);
                let in_a_row = match is(FindingKind::NoAnswer) {
                    true => silent.fetch_add(1, Ordering::Relaxed) + 1,
                    false => {
                        silent.store(0, Ordering::Relaxed);
                        0
                    }
                };
                if is(FindingKind::Slower) || in_a_row >= SILENT {
                    stop.store(true, Ordering::Relaxed);
                }
                self.job.progress.sent(question.wants.file().size);
                answers.lock().unwrap_or_else(PoisonError::into_inner)[at] = Some(wrong);
            }
        };
        thread::scope(|scope| {
            for _ in 1..self.job.options.connections.min(questions.len()) {
                scope.spawn(work);
            }
            work();
        });
        answers.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks again for some of what was wrong: many hosts show an upload after a moment only.
    fn look_again(&self, questions: &[ProofQuestion], answers: &mut [Option<Vec<Mismatch>>], pause: Duration) {
        let may_pass = |answer: &Option<Vec<Mismatch>>| answer.iter().flatten().any(|wrong| wrong.kind.may_pass());
        let again: Vec<usize> = (0..answers.len()).filter(|at| may_pass(&answers[*at])).take(AGAIN).collect();
        // A host that has fallen silent, or wants slower questions, is not asked more.
        if again.is_empty() || answers.iter().any(Option::is_none) || Instant::now() + pause > self.ends {
            return;
        }
        thread::sleep(pause);
        let asked: Vec<ProofQuestion> = again.iter().map(|at| questions[*at].clone()).collect();
        for (at, answer) in again.into_iter().zip(self.ask_all(&asked)) {
            if let Some(answer) = answer {
                answers[at] = Some(answer);
            }
        }
    }

    /// Some ways onto a host make all letters large.
    fn look_for_other_names(&self, questions: &[ProofQuestion], answers: &mut [Option<Vec<Mismatch>>]) {
        for (question, answer) in questions.iter().zip(answers) {
            let Some(wrong) = answer.as_mut().and_then(|wrong| wrong.iter_mut().find(|wrong| wrong.kind == FindingKind::Missing)) else {
                continue;
            };
            let Wants::File(file) = question.wants else { continue };
            let other = question.address.to_ascii_uppercase();
            if let Ok((reply, None)) = self.look(&other, &[], file.size.min(LONGEST) + 1)
                && unpacked(&reply).is_some_and(|body| Stamp::of_bytes(&body) == file.stamp)
            {
                (wrong.kind, wrong.value) = (FindingKind::Case, other);
            }
            // One that is missing tells enough.
            return;
        }
    }

    fn ask(&self, question: &ProofQuestion) -> Vec<Mismatch> {
        let ProofQuestion { address, wants } = question;
        let file = wants.file();
        let page = format!("{address}index.html");
        let path = if matches!(wants, Wants::Index(_)) { page.as_str() } else { address.as_str() };
        let wanted = ExpectedFile {
            path,
            file,
            bytes: &|| (self.job.bytes)(path, file).ok(),
            was: self.job.was.get(path).copied().filter(|was| was.stamp != file.stamp),
            nothing: self.nothing,
        };
        // A record of the host may make up the size of a file that is gone.
        let limit = file.size.min(LONGEST) + MORE as u64;
        let looked = match wants {
            Wants::Part(_) => self.look(address, &[("range", &format!("bytes=0-{}", PART - 1))], PART),
            _ => self.look(address, &[("accept-encoding", "gzip")], limit),
        };
        let (reply, ended) = match looked {
            Ok(looked) => looked,
            Err(fault) => {
                let none = HttpReply { status: 0, headers: Vec::new(), body: Vec::new() };
                return vec![Mismatch { said: fault.detail.clone(), ..wrong(&none, FindingKind::NoAnswer, "", "") }];
            }
        };
        match wants {
            Wants::Part(_) => return judge_part(&wanted, &reply),
            Wants::Gone(_) => {
                let is_there = reply.status == 200 && unpacked(&reply).is_some_and(|body| Stamp::of_bytes(&body) == file.stamp);
                return if is_there { vec![wrong(&reply, FindingKind::StillThere, "", "")] } else { Vec::new() };
            }
            // From the folder to the file in it.
            Wants::Index(_) if reply.leads_to().is_some_and(|to| to.ends_with("index.html")) => return Vec::new(),
            _ => {}
        }
        let mut all = judge(&wanted, &reply, ended.as_ref());
        if let Some(old) = all.iter_mut().find(|wrong| wrong.kind == FindingKind::Old) {
            // An address that nobody has asked for before is in no cache.
            let fresh = format!("{address}?studyhall={}", file.stamp.short());
            let looked = self.look(&fresh, &[("accept-encoding", "gzip"), ("cache-control", "no-cache")], limit);
            if looked.is_ok_and(|(reply, _)| unpacked(&reply).is_some_and(|body| Stamp::of_bytes(&body) == file.stamp)) {
                old.kind = FindingKind::Cached;
            }
        }
        all
    }

    fn look(
        &self,
        address: &str,
        headers: &[(&str, &str)],
        limit: u64,
    ) -> std::result::Result<(HttpReply, Option<StoreError>), StoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        self.job.web.look(&format!("{}{address}", self.url), headers, limit, self.job.options.answer)
    }
}

fn unreached(fault: &StoreError) -> Finding {
    let kind = if fault.kind == StoreErrorKind::Certificate { FindingKind::Certificate } else { FindingKind::Unreached };
    Finding::of_host(kind, fault.detail.clone(), "")
}
