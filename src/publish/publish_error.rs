//! What went wrong on the way to a target, as the error that an officer reads.

use std::path::Path;

use super::store_error::{StoreError, StoreErrorKind};
use crate::ground::Error;

/// What ends a publish.
#[derive(Debug)]
pub enum PublishError {
    /// The target refused.
    Target(StoreError),
    /// This machine refused, or the plan cannot be followed.
    Here(Error),
}

impl PublishError {
    /// Whether another try on a fresh connection may help.
    pub fn may_pass(&self) -> bool {
        matches!(self, PublishError::Target(fault) if fault.may_pass())
    }

    /// The error, which names the target.
    pub fn into_error(self, target: &str, address: &str) -> Error {
        let error = match self {
            PublishError::Target(fault) => error_of(fault),
            PublishError::Here(error) => error,
        };
        error.arg("target", target).arg("address", address)
    }
}

impl From<StoreError> for PublishError {
    fn from(fault: StoreError) -> PublishError {
        PublishError::Target(fault)
    }
}

impl From<Error> for PublishError {
    fn from(error: Error) -> PublishError {
        PublishError::Here(error)
    }
}

fn error_of(fault: StoreError) -> Error {
    let StoreError { kind, detail } = fault;
    let error = match kind {
        StoreErrorKind::Lost => Error::new("error-publish-lost"),
        StoreErrorKind::Timeout => Error::new("error-publish-timeout"),
        StoreErrorKind::Busy => Error::new("error-publish-busy"),
        StoreErrorKind::Login => Error::new("error-publish-login"),
        StoreErrorKind::NoSecret => Error::new("error-publish-no-secret"),
        StoreErrorKind::Passphrase => Error::new("error-publish-passphrase"),
        StoreErrorKind::HostKeyNew { fingerprint } => Error::new("error-publish-host-key-new").arg("fingerprint", fingerprint),
        StoreErrorKind::HostKeyChanged { fingerprint, known } => {
            Error::new("error-publish-host-key-changed").arg("fingerprint", fingerprint).arg("known", known)
        }
        StoreErrorKind::Certificate => Error::new("error-publish-certificate"),
        StoreErrorKind::NoHost => Error::new("error-publish-no-host"),
        StoreErrorKind::Denied => Error::new("error-publish-denied"),
        StoreErrorKind::Edited => return Error::new("error-publish-edited").arg("count", "1").arg("paths", detail),
        StoreErrorKind::Full => Error::new("error-publish-full"),
        StoreErrorKind::NameTooLong => Error::new("error-publish-name-too-long"),
        StoreErrorKind::Redirected { to } => Error::new("error-publish-redirected").arg("to", to),
        StoreErrorKind::PassiveBlocked => Error::new("error-publish-passive"),
        StoreErrorKind::Unsupported => Error::new("error-publish-unsupported"),
        StoreErrorKind::Clock => Error::new("error-publish-clock"),
        StoreErrorKind::Settings => Error::new("error-publish-settings"),
        StoreErrorKind::Link => Error::new("error-publish-link"),
        StoreErrorKind::Special => return Error::new("error-special-file").at(Path::new(&detail)),
        StoreErrorKind::Endless => Error::new("error-publish-endless"),
        StoreErrorKind::Other => Error::new("error-publish-other"),
    };
    error.arg("detail", detail)
}
