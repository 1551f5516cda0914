//! After a publish, or alone with `--proof`: asks the public address, and tells what readers get.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::preflight;
use super::publish_report::TransferBar;
use crate::cli::exit_code::{DONE, NOT_PROVED};
use crate::cli::report::Report;
use studyhall::config::{Config, Target};
use studyhall::ground::message::Catalogue;
use studyhall::ground::{Error, RelPath, Result};
use studyhall::publish::local_state::LocalPublishState;
use studyhall::publish::proof::finding::Finding;
use studyhall::publish::proof::{self, Proof, ProofJob, ProofOptions};
use studyhall::publish::record::{Published, PublishedFiles};
use studyhall::publish::tls::TrustedCertificates;
use studyhall::publish::web::Web;
use studyhall::publish::wire::endpoint::Timeouts;
use studyhall::publish::{PublishOutcome, RetryPolicy};

/// So many addresses of a finding are shown; `--json` names all.
const NAMED: usize = 5;
/// An officer waits so long for the proof of a publish, and for one that was asked for.
const WHOLE: [Duration; 2] = [Duration::from_secs(5 * 60), Duration::from_secs(60 * 60)];

/// The public address of a target: its own, else the site's.
pub fn public(config: &Config, target: &Target) -> String {
    if target.url.is_empty() { config.base_url.clone() } else { target.url.clone() }
}

/// The published site.
pub struct PublishedSite<'a> {
    /// Its files.
    pub files: &'a PublishedFiles,
    /// Their bytes.
    pub bytes: &'a (dyn Fn(&str, Published) -> Result<Vec<u8>> + Sync),
}

/// Proves one target.
pub struct Prover<'a> {
    /// The words.
    pub words: &'a Catalogue,
    /// Prints.
    pub report: &'a Report<'a>,
    /// The site's folder.
    pub site: &'a Path,
    /// The target.
    pub target: &'a Target,
    /// Its public address; empty when nobody has said.
    pub url: String,
}

impl Prover<'_> {
    /// Proves what was published just now: for programs, and the exit code.
    pub fn after(&self, home: &LocalPublishState, outcome: &PublishOutcome, site: &PublishedSite<'_>) -> Result<(Value, u8)> {
        if self.url.is_empty() {
            self.report.tell(&[self.words.text("proof-no-address")]);
            return Ok((Value::Null, DONE));
        }
        // What was wrong last time counts as changed, until it is right; also what was to be gone.
        let wrong = home.wrong();
        let changed = outcome.plan.upload.iter().map(|item| item.path.as_str()).chain(wrong.iter().map(RelPath::as_str)).collect();
        let (mut removed, mut was) = (outcome.plan.remove.clone(), outcome.was.clone());
        let states = home.states();
        for path in wrong.iter().filter(|path| !site.files.contains_key(*path) && !removed.contains(path)) {
            if let Some(file) = states.iter().rev().find_map(|state| state.files.get(path)) {
                was.insert(path.clone(), *file);
            }
        }
        removed.extend(wrong.iter().filter(|path| !outcome.plan.remove.contains(path)).cloned());
        let proof = self.prove(site, &changed, &removed, &was, false)?;
        self.told(home, &proof)
    }

    /// Proves what was published last from this computer, all pages of it.
    pub fn alone(&self, home: &LocalPublishState, output: &Path) -> Result<u8> {
        if self.url.is_empty() {
            return Err(Error::new("error-proof-no-address").arg("target", &self.target.name));
        }
        let mut states = home.states();
        let (last, before) = (states.pop(), states.pop());
        // Without a memory of publishes the output is what should be there.
        let files = last.map_or_else(|| preflight::built(output), |state| Ok(state.files))?;
        let was = before.map(|state| state.files).unwrap_or_default();
        let bytes = |path: &str, file: Published| home.object(file.stamp).map_or_else(|| preflight::bytes(output, path, file.stamp), Ok);
        let removed: Vec<RelPath> = was.keys().filter(|path| !files.contains_key(*path)).cloned().collect();
        let proof = self.prove(&PublishedSite { files: &files, bytes: &bytes }, &BTreeSet::new(), &removed, &was, true)?;
        let (mut event, code) = self.told(home, &proof)?;
        event["event"] = json!("proof");
        event["target"] = json!(self.target.name);
        self.report.event(&event, &[]);
        Ok(code)
    }

    fn prove(
        &self,
        site: &PublishedSite<'_>,
        changed: &BTreeSet<&str>,
        removed: &[RelPath],
        was: &PublishedFiles,
        everything: bool,
    ) -> Result<Proof> {
        let web = self.web()?;
        let loads = TransferBar::new(self.words, "proof-asking", self.report.shows_progress());
        let options = ProofOptions {
            everything,
            connections: self.target.connections.into(),
            pause: RetryPolicy::default().pause,
            answer: Duration::from_secs(self.target.timeout.into()),
            whole: WHOLE[usize::from(everything)],
        };
        let PublishedSite { files, bytes } = site;
        let proof = proof::prove(&ProofJob { url: &self.url, files, changed, removed, was, bytes, web: &web, options, progress: &loads });
        loads.finish();
        Ok(proof)
    }

    /// A client for the public address.
    pub fn web(&self) -> Result<Web> {
        let certificates = (!self.target.certificates.is_empty()).then(|| self.site.join(&self.target.certificates));
        let times = Timeouts { answer: Duration::from_secs(self.target.timeout.into()), ..Timeouts::default() };
        let refused = |detail: String| Error::new("error-publish-settings").arg("target", &self.target.name).arg("detail", detail);
        Web::new(&TrustedCertificates::new(certificates), times).map_err(|fault| refused(fault.detail))
    }

    fn told(&self, home: &LocalPublishState, proof: &Proof) -> Result<(Value, u8)> {
        let wrong = proof.findings.iter().filter(|finding| finding.kind.is_wrong());
        home.set_wrong(wrong.flat_map(|finding| finding.paths.iter().map(String::as_str)))?;
        let numbers = [proof.asked, proof.asked - proof.right, proof.left].map(|number| number.to_string());
        let args = [("url", proof.url.as_str()), ("count", &numbers[0]), ("wrong", &numbers[1]), ("left", &numbers[2])];
        self.report.tell(&[self.words.with(if proof.holds() { "proof-holds" } else { "proof-fails" }, &args)]);
        let findings: Vec<Value> = proof.findings.iter().map(|finding| self.finding(&proof.url, finding)).collect();
        let mut lines = Vec::new();
        if proof.left > 0 {
            lines.push(self.words.with("proof-left", &args));
        }
        if !proof.holds() {
            lines.push(self.words.with("proof-again", &[("target", &self.target.name)]));
        }
        self.report.tell(&lines);
        let told = json!({
            "url": proof.url, "holds": proof.holds(), "asked": proof.asked, "right": proof.right, "left": proof.left,
            "findings": findings,
        });
        Ok((told, if proof.holds() { DONE } else { NOT_PROVED }))
    }

    /// Tells one finding, and gives it for programs.
    pub fn finding(&self, url: &str, finding: &Finding) -> Value {
        let struck = |words: &str| self.report.struck(words);
        let (value, other, said) = (struck(&finding.value), struck(&finding.other), struck(&finding.said));
        let url = &struck(url);
        let (id, count) = (finding.kind.id(), finding.paths.len().to_string());
        let target = self.target.name.as_str();
        let args = [("value", value.as_str()), ("other", &other), ("count", &count), ("url", url), ("target", target)];
        let (message, hint) = (self.words.with(id, &args), self.words.hint(id, &args));
        let addresses: Vec<String> = finding.paths.iter().map(|path| format!("{url}{path}")).collect();
        let mut details: Vec<String> = addresses.iter().take(NAMED).cloned().collect();
        if addresses.len() > NAMED {
            details.push(self.words.with("publish-more", &[("count", &(addresses.len() - NAMED).to_string())]));
        }
        if !said.is_empty() {
            details.push(self.words.with("proof-said", &[("value", &said)]));
        }
        self.report.finding(finding.kind.is_wrong(), &message, &details, hint.as_deref());
        json!({
            "code": id, "severity": if finding.kind.is_wrong() { "error" } else { "warning" }, "value": value, "other": other,
            "addresses": addresses, "answered": said, "message": message, "hint": hint,
        })
    }
}
