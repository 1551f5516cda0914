//! What went wrong on the way to a target, as the error that an officer reads.

use std::path::Path;

use super::store::{Fault, FaultKind};
use crate::ground::Error;

/// What ends a publish.
#[derive(Debug)]
pub enum Trouble {
    /// The target refused.
    Target(Fault),
    /// This machine refused, or the plan cannot be followed.
    Here(Error),
}

impl Trouble {
    /// Whether another try on a fresh connection may help.
    pub fn may_pass(&self) -> bool {
        matches!(self, Trouble::Target(fault) if fault.may_pass())
    }

    /// The error, which names the target.
    pub fn into_error(self, target: &str, address: &str) -> Error {
        let error = match self {
            Trouble::Target(fault) => error_of(fault),
            Trouble::Here(error) => error,
        };
        error.arg("target", target).arg("address", address)
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Trouble {
        Trouble::Target(fault)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Trouble {
        Trouble::Here(error)
    }
}

fn error_of(fault: Fault) -> Error {
    let Fault { kind, detail } = fault;
    let error = match kind {
        FaultKind::Lost => Error::new("error-publish-lost"),
        FaultKind::Timeout => Error::new("error-publish-timeout"),
        FaultKind::Busy => Error::new("error-publish-busy"),
        FaultKind::Login => Error::new("error-publish-login"),
        FaultKind::NoSecret => Error::new("error-publish-no-secret"),
        FaultKind::Passphrase => Error::new("error-publish-passphrase"),
        FaultKind::HostKeyNew { fingerprint } => Error::new("error-publish-host-key-new").arg("fingerprint", fingerprint),
        FaultKind::HostKeyChanged { fingerprint, known } => {
            Error::new("error-publish-host-key-changed").arg("fingerprint", fingerprint).arg("known", known)
        }
        FaultKind::Certificate => Error::new("error-publish-certificate"),
        FaultKind::NoHost => Error::new("error-publish-no-host"),
        FaultKind::Denied => Error::new("error-publish-denied"),
        FaultKind::Edited => return Error::new("error-publish-edited").arg("count", "1").arg("paths", detail),
        FaultKind::Full => Error::new("error-publish-full"),
        FaultKind::NameTooLong => Error::new("error-publish-name-too-long"),
        FaultKind::Redirected { to } => Error::new("error-publish-redirected").arg("to", to),
        FaultKind::PassiveBlocked => Error::new("error-publish-passive"),
        FaultKind::Unsupported => Error::new("error-publish-unsupported"),
        FaultKind::Clock => Error::new("error-publish-clock"),
        FaultKind::Settings => Error::new("error-publish-settings"),
        FaultKind::Link => Error::new("error-publish-link"),
        FaultKind::Special => return Error::new("error-special-file").at(Path::new(&detail)),
        FaultKind::Endless => Error::new("error-publish-endless"),
        FaultKind::Other => Error::new("error-publish-other"),
    };
    error.arg("detail", detail)
}
