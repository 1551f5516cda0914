//! Why a target refused: kinds that decide about another try and about the message, with the host's own words.

use std::fmt;
use std::io::{self, ErrorKind};

/// Why an operation failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError {
    /// What kind of trouble it is: decides about another try and about the message.
    pub kind: StoreErrorKind,
    /// The server's or system's own words, without secrets.
    pub detail: String,
}

/// The kinds of trouble, each with a message and a way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// The connection is gone or could not be made; another try is worth it.
    Lost,
    /// No answer in time; another try is worth it.
    Timeout,
    /// The server answers that it is busy or that there are too many connections; another try, later, is worth it.
    Busy,
    /// Name or password is refused.
    Login,
    /// There is no secret to log in with.
    NoSecret,
    /// What shall open a key file does not: the detail says which file.
    Passphrase,
    /// A host key seen for the first time, not accepted yet.
    HostKeyNew {
        /// As `ssh-keygen -l` shows it: `SHA256:…`.
        fingerprint: String,
    },
    /// A host key other than the known one.
    HostKeyChanged {
        /// The key the server shows now.
        fingerprint: String,
        /// The key that is known.
        known: String,
    },
    /// A certificate that does not hold: expired, of another name, of an unknown issuer.
    Certificate,
    /// The name of the host is not known, or nothing listens there.
    NoHost,
    /// The server refuses the operation.
    Denied,
    /// A file of this machine is not what was built: the detail says which.
    Edited,
    /// Quota or disk is full.
    Full,
    /// A name or path is too long for the server.
    NameTooLong,
    /// The address leads elsewhere.
    Redirected {
        /// Where to.
        to: String,
    },
    /// FTP's data connection cannot be made.
    PassiveBlocked,
    /// The server lacks what is needed.
    Unsupported,
    /// The clocks of the two sides are too far apart.
    Clock,
    /// The target's settings cannot be used: the detail says which.
    Settings,
    /// A link stands where a file or folder of the site belongs: the detail says where.
    Link,
    /// A pipe, a device or a socket stands there: the detail says where.
    Special,
    /// An answer, a listing or a file goes on without an end, or deeper than anything that is kept.
    Endless,
    /// Anything else.
    Other,
}

impl StoreError {
    /// A fault with the server's own words.
    pub fn new(kind: StoreErrorKind, detail: impl Into<String>) -> StoreError {
        StoreError { kind, detail: detail.into() }
    }

    /// Whether another try on a fresh connection may help.
    pub fn may_pass(&self) -> bool {
        matches!(self.kind, StoreErrorKind::Lost | StoreErrorKind::Timeout | StoreErrorKind::Busy)
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.kind, self.detail)
    }
}

impl std::error::Error for StoreError {}

/// A failure to reach the host, or of a line that was there.
pub(super) fn reached(cause: &io::Error) -> StoreError {
    let kind = match cause.kind() {
        ErrorKind::ConnectionRefused => StoreErrorKind::NoHost,
        ErrorKind::TimedOut | ErrorKind::WouldBlock => StoreErrorKind::Timeout,
        // A name that is not known has no kind of its own; it comes before there is a line, with no number of the system.
        _ if cause.raw_os_error().is_none() && cause.to_string().contains("lookup address") => StoreErrorKind::NoHost,
        ErrorKind::InvalidData => StoreErrorKind::Unsupported,
        _ => StoreErrorKind::Lost,
    };
    StoreError::new(kind, cause.to_string())
}
