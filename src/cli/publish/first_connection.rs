//! The first connection to a target, which asks for what it needs: a password, and whether a new host key is the right one.
//!
//! It is made before anything else so that nobody is asked in the middle of an upload, and handed on to the publish.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;

use crate::cli::report::Report;
use studyhall::config::Target;
use studyhall::ground::Result;
use studyhall::ground::message::Catalogue;
use studyhall::publish::PublishError;
use studyhall::publish::store::{Connector, Store};
use studyhall::publish::store_error::{StoreError, StoreErrorKind};
use studyhall::publish::wire::endpoint::Secrets;

use super::keyring::Keyring;
use super::open;
use super::secrets::Sources;
use super::terminal_prompt::TerminalPrompt;

/// So often a wrong password may be typed: servers shut out whoever tries on.
const TRIES: u32 = 3;

/// Makes the first connection.
pub struct FirstConnection<'a> {
    /// The words.
    pub words: &'a Catalogue,
    /// Prints.
    pub report: &'a Report<'a>,
    /// The site's folder.
    pub site: &'a Path,
    /// Where to.
    pub target: &'a Target,
    /// Whoever can be asked.
    pub person: Option<TerminalPrompt>,
    /// The host key that was accepted beforehand.
    pub accept: Option<String>,
}

impl FirstConnection<'_> {
    /// The way to the target, logged in already where that worked at once.
    pub fn opener(self) -> Result<Box<dyn Connector>> {
        let sources = Arc::new(open::sources(self.words, self.site, self.target, self.person));
        // The proof may ask the same host, which knows the password by then.
        let (heard, user) = (Arc::clone(&sources), self.target.to.user.clone());
        let strike =
            move |words: &str| Secrets::heard(&*heard).iter().fold(words.to_string(), |words, secret| secret.struck_from(&user, &words));
        self.report.strike(Box::new(strike));
        let (mut accept, mut tries) = (self.accept.clone(), 1);
        loop {
            let opener = open::opener(self.site, self.target, Arc::clone(&sources) as _, accept.as_ref())?;
            let fault = match opener.open() {
                Ok(store) => {
                    self.offer_to_keep(&sources);
                    return Ok(Box::new(FirstConnected { opener, first: Mutex::new(Some(store)) }));
                }
                Err(fault) => fault,
            };
            match &fault.kind {
                StoreErrorKind::Login | StoreErrorKind::Passphrase
                    if tries < TRIES && sources.refused(fault.kind == StoreErrorKind::Passphrase) =>
                {
                    tries += 1;
                    self.report.error(&self.error(fault, opener.as_ref()));
                }
                StoreErrorKind::HostKeyNew { fingerprint } if accept.is_none() && self.accepts(fingerprint, opener.as_ref()) => {
                    accept = Some(fingerprint.clone());
                }
                // The publish itself is patient with these.
                _ if fault.may_pass() => return Ok(opener),
                _ => return Err(self.error(fault, opener.as_ref())),
            }
        }
    }

    fn error(&self, fault: StoreError, opener: &dyn Connector) -> studyhall::ground::Error {
        PublishError::from(fault).into_error(&self.target.name, &opener.name())
    }

    fn accepts(&self, fingerprint: &str, opener: &dyn Connector) -> bool {
        let Some(person) = self.person else { return false };
        let args = [("target", self.target.name.as_str()), ("address", &opener.name()), ("fingerprint", fingerprint)];
        self.report.ask(&self.words.with("ask-host-key", &args));
        person.agrees()
    }

    /// What was typed and was right may be kept.
    fn offer_to_keep(&self, sources: &Sources) {
        let Some(person) = self.person else { return };
        for account in sources.typed() {
            let args = [("address", account.as_str()), ("keyring", Keyring::name())];
            self.report.ask(&self.words.with("ask-keep", &args));
            if !person.agrees() {
                continue;
            }
            match sources.keep(&account) {
                Ok(()) => self.tell("publish-kept", &args),
                Err(cause) => self.tell("publish-not-kept", &[args.as_slice(), &[("detail", &cause)]].concat()),
            }
        }
    }

    /// Forgets what was kept; `false` when the system refuses.
    pub fn forget(self) -> bool {
        let keyring = [("target", self.target.name.as_str()), ("keyring", Keyring::name())];
        let forgotten = open::sources(self.words, self.site, self.target, None).forget();
        match &forgotten {
            Ok(true) => self.tell("publish-forgotten", &keyring),
            Ok(false) => self.tell("publish-nothing-kept", &keyring),
            Err(cause) => self.tell("publish-not-forgotten", &[keyring.as_slice(), &[("detail", cause)]].concat()),
        }
        forgotten.is_ok()
    }

    fn tell(&self, id: &str, args: &[(&str, &str)]) {
        let event = json!({ "event": id.trim_start_matches("publish-"), "target": self.target.name });
        self.report.event(&event, &[self.words.with(id, args)]);
    }
}

/// The way to a target whose first connection is made already.
struct FirstConnected {
    opener: Box<dyn Connector>,
    first: Mutex<Option<Box<dyn Store>>>,
}

impl Connector for FirstConnected {
    fn open(&self) -> std::result::Result<Box<dyn Store>, StoreError> {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        first.map_or_else(|| self.opener.open(), Ok)
    }

    fn name(&self) -> String {
        self.opener.name()
    }
}
