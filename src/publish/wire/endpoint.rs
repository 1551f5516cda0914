//! What a wire needs to know to reach its host, and the secrets it asks for.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use crate::ground::percent;

/// Something that must not be seen: it never shows in a message, a log or a debugger's print.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a secret in.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The secret itself, for the one call that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The words of a server without the secret, should it send it back: as it is, or as it was sent beside the account's name.
    pub fn struck_from(&self, user: &str, words: &str) -> String {
        use base64::Engine as _;
        let coded = |text: &str| base64::engine::general_purpose::STANDARD.encode(text).trim_end_matches('=').to_string();
        // The pair first: the secret by itself may be a part of it.
        let forms = [coded(&format!("{user}:{}", self.0)), coded(&self.0), percent::encode_component(&self.0), self.0.clone()];
        if self.0.is_empty() {
            return words.to_string();
        }
        forms.iter().fold(words.to_string(), |words, form| words.replace(form.as_str(), "…"))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Where secrets come from: the environment, a prompt, the system's keyring. Asked by every connection, so an answer is
/// remembered by whoever gives it.
pub trait Secrets: Send + Sync {
    /// The password of the target's account (S3: the secret key).
    fn password(&self) -> Option<Secret>;
    /// All that were given so far. Nobody is asked.
    fn heard(&self) -> Vec<Secret>;
    /// What opens a key file that is locked.
    fn passphrase(&self, key: &Path) -> Option<Secret>;
}

/// A host, an account and a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostAddress {
    /// Name or number of the host, without brackets.
    pub host: String,
    /// The port, if it is not the protocol's own.
    pub port: Option<u16>,
    /// The account.
    pub user: String,
    /// The target's root folder as the server names it, without a slash at its end: `/var/www/study`, or relative to the
    /// account's home folder.
    pub root: String,
}

impl HostAddress {
    /// The server's name of a path of the target.
    pub fn place(&self, path: &str) -> String {
        match (self.root.as_str(), path) {
            ("", "") => ".".to_string(),
            ("/", path) => format!("/{path}"),
            ("", path) => path.to_string(),
            (root, "") => root.to_string(),
            (root, path) => format!("{root}/{path}"),
        }
    }

    /// The address as a message shows it.
    pub fn shown(&self, scheme: &str) -> String {
        let user = if self.user.is_empty() { String::new() } else { format!("{}@", self.user) };
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        let root = if self.root.starts_with('/') { self.root.clone() } else { format!("/~/{}", self.root) };
        format!("{scheme}://{user}{host}{port}{root}")
    }
}

/// How long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection to come about.
    pub connect: Duration,
    /// For the next sign of life: an answer, or some bytes of a transfer.
    pub answer: Duration,
}

impl Default for Timeouts {
    fn default() -> Timeouts {
        // A campus firewall that drops packets shows as silence; a busy disk of a shared host may think for ten seconds.
        Timeouts { connect: Duration::from_secs(15), answer: Duration::from_secs(30) }
    }
}
