//! Where the secrets of a target come from: the environment, the system's keyring, whoever sits at the terminal, in this
//! order. What was found once is remembered until the program ends; connections ask as they like.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use studyhall::publish::wire::endpoint::{Secret, Secrets};

use super::keyring::Keyring;
use super::terminal_prompt::TerminalPrompt;

/// A secret that a target may want.
#[derive(Debug, Clone)]
pub struct WantedSecret {
    /// The variables that may hold it, the first of them first.
    pub variables: [String; 2],
    /// What the keyring has it under.
    pub account: String,
    /// How it is asked for, in the user's words.
    pub question: String,
}

/// The secrets of one target.
pub struct Sources {
    person: Option<TerminalPrompt>,
    keyring: Option<Keyring>,
    password: WantedSecret,
    keys: BTreeMap<PathBuf, WantedSecret>,
    heard: Mutex<BTreeMap<String, Heard>>,
}

/// What was heard about a secret.
#[derive(Clone)]
struct Heard {
    secret: Option<Secret>,
    from: SecretSource,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SecretSource {
    Environment,
    Keyring,
    TerminalPrompt,
    /// It was refused: the keyring's is not to be tried again.
    Refused,
}

impl Sources {
    /// Secrets by their names; `keys` are the key files that may be locked.
    pub fn new(person: Option<TerminalPrompt>, password: WantedSecret, keys: BTreeMap<PathBuf, WantedSecret>) -> Sources {
        Sources { person, keyring: Keyring::open(), password, keys, heard: Mutex::default() }
    }

    /// The password, or what shall open a key, is wrong. Whether there is somebody to ask anew.
    pub fn refused(&self, is_key: bool) -> bool {
        let mut all = self.heard();
        let mut is_new = false;
        for (account, heard) in
            all.iter_mut().filter(|(_, heard)| matches!(heard.from, SecretSource::Keyring | SecretSource::TerminalPrompt))
        {
            if (*account != self.password.account) == is_key {
                *heard = Heard { secret: None, from: SecretSource::Refused };
                is_new = true;
            }
        }
        is_new && self.person.is_some()
    }

    /// What was typed and is not kept yet: the names it would have in the keyring.
    pub fn typed(&self) -> Vec<String> {
        let typed = |(account, heard): (&String, &Heard)| {
            (heard.from == SecretSource::TerminalPrompt && heard.secret.is_some()).then(|| account.clone())
        };
        if self.keyring.is_none() { Vec::new() } else { self.heard().iter().filter_map(typed).collect() }
    }

    /// Keeps what was typed in the keyring.
    ///
    /// # Errors
    /// The system's own words.
    pub fn keep(&self, account: &str) -> Result<(), String> {
        let secret = self.heard().get(account).and_then(|heard| heard.secret.clone());
        match (&self.keyring, secret) {
            (Some(keyring), Some(secret)) => keyring.keep(account, &secret),
            _ => Ok(()),
        }
    }

    /// Takes everything about this target out of the keyring; `false` when there was nothing.
    ///
    /// # Errors
    /// The system's own words.
    pub fn forget(&self) -> Result<bool, String> {
        let Some(keyring) = &self.keyring else { return Ok(false) };
        let mut found = false;
        for wanted in self.keys.values().chain([&self.password]) {
            found |= keyring.forget(&wanted.account)?;
        }
        Ok(found)
    }

    fn find(&self, wanted: &WantedSecret) -> Option<Secret> {
        // Held while somebody types: the other connections wait for the same answer.
        let mut all = self.heard();
        let before = all.get(&wanted.account).cloned();
        if let Some(heard) = before.as_ref().filter(|heard| heard.from != SecretSource::Refused) {
            return heard.secret.clone();
        }
        let is_refused = before.is_some();
        let environment = || {
            let secret = wanted.variables.iter().find_map(|name| std::env::var(name).ok()).map(Secret::new)?;
            Some((secret, SecretSource::Environment))
        };
        let keyring = || {
            let secret = self.keyring.as_ref().filter(|_| !is_refused)?.secret(&wanted.account)?;
            Some((secret, SecretSource::Keyring))
        };
        let person = || Some((self.person?.secret(&wanted.question)?, SecretSource::TerminalPrompt));
        let found = environment().or_else(keyring).or_else(person);
        let from = found.as_ref().map_or(SecretSource::TerminalPrompt, |(_, from)| *from);
        let secret = found.map(|(secret, _)| secret);
        all.insert(wanted.account.clone(), Heard { secret: secret.clone(), from });
        secret
    }

    fn heard(&self) -> MutexGuard<'_, BTreeMap<String, Heard>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Secrets for Sources {
    fn password(&self) -> Option<Secret> {
        self.find(&self.password)
    }

    fn heard(&self) -> Vec<Secret> {
        Sources::heard(self).values().filter_map(|heard| heard.secret.clone()).collect()
    }

    fn passphrase(&self, key: &Path) -> Option<Secret> {
        self.keys.get(key).and_then(|wanted| self.find(wanted))
    }
}
