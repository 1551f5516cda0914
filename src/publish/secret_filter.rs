//! Between publishing and a host that says a password back: what the host says of itself is let through without the secrets that
//! it was told.

use std::sync::Arc;

use super::body::UploadBody;
use super::store::{Capabilities, Connector, RemoteEntry, Store};
use super::store_error::{StoreError, StoreErrorKind};
use super::wire::endpoint::Secrets;
use crate::ground::RelPath;

/// The way to a target, whose faults tell no secret.
pub struct SecretFilter {
    opener: Box<dyn Connector>,
    words: Arc<Words>,
}

/// What is struck from a host's words.
struct Words {
    user: String,
    secrets: Arc<dyn Secrets>,
}

impl SecretFilter {
    /// The same way, for an account and the secrets that it is opened with.
    pub fn new(opener: Box<dyn Connector>, user: &str, secrets: Arc<dyn Secrets>) -> SecretFilter {
        SecretFilter { opener, words: Arc::new(Words { user: user.to_string(), secrets }) }
    }
}

impl Words {
    fn strike(&self, mut fault: StoreError) -> StoreError {
        for secret in self.secrets.heard() {
            fault.detail = secret.struck_from(&self.user, &fault.detail);
            if let StoreErrorKind::Redirected { to } = &mut fault.kind {
                *to = secret.struck_from(&self.user, to);
            }
        }
        fault
    }
}

impl Connector for SecretFilter {
    fn open(&self) -> Result<Box<dyn Store>, StoreError> {
        let store = self.opener.open().map_err(|fault| self.words.strike(fault))?;
        Ok(Box::new(Filtered { store, words: Arc::clone(&self.words) }))
    }

    fn name(&self) -> String {
        self.opener.name()
    }
}

struct Filtered {
    store: Box<dyn Store>,
    words: Arc<Words>,
}

impl Store for Filtered {
    fn can(&self) -> Capabilities {
        self.store.can()
    }

    fn list(&mut self, folder: Option<&RelPath>) -> Result<Vec<RemoteEntry>, StoreError> {
        self.store.list(folder).map_err(|fault| self.words.strike(fault))
    }

    fn size(&mut self, path: &RelPath) -> Result<Option<u64>, StoreError> {
        self.store.size(path).map_err(|fault| self.words.strike(fault))
    }

    fn read(&mut self, path: &RelPath, limit: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.read(path, limit).map_err(|fault| self.words.strike(fault))
    }

    fn write(&mut self, path: &RelPath, body: &UploadBody<'_>, from: u64) -> Result<(), StoreError> {
        self.store.write(path, body, from).map_err(|fault| self.words.strike(fault))
    }

    fn create_new(&mut self, path: &RelPath, bytes: &[u8]) -> Result<bool, StoreError> {
        self.store.create_new(path, bytes).map_err(|fault| self.words.strike(fault))
    }

    fn rename(&mut self, from: &RelPath, to: &RelPath) -> Result<(), StoreError> {
        self.store.rename(from, to).map_err(|fault| self.words.strike(fault))
    }

    fn make_folder(&mut self, path: &RelPath) -> Result<(), StoreError> {
        self.store.make_folder(path).map_err(|fault| self.words.strike(fault))
    }

    fn remove(&mut self, path: &RelPath) -> Result<(), StoreError> {
        self.store.remove(path).map_err(|fault| self.words.strike(fault))
    }

    fn remove_folder(&mut self, path: &RelPath) -> Result<(), StoreError> {
        self.store.remove_folder(path).map_err(|fault| self.words.strike(fault))
    }
}
