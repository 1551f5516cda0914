//! The keyring of the system: Windows' Credential Manager, the keychain of macOS, on Linux the kernel's own keys of the
//! account, which go when the machine is shut down. The only file that knows the packages for it.

use studyhall::publish::wire::endpoint::Secret;

/// The keyring of whoever runs the program.
pub struct Keyring(system::Ring);

impl Keyring {
    /// The keyring; `None` on a system that has none, or whose keyring would forget at once.
    pub fn open() -> Option<Keyring> {
        system::open().map(Keyring)
    }

    /// The id of its name in the catalogue.
    pub fn name() -> &'static str {
        match std::env::consts::OS {
            "windows" => "@keyring-windows",
            "macos" => "@keyring-macos",
            _ => "@keyring-kernel",
        }
    }

    /// What is kept for an account. A keyring that is locked or out of order is as good as an empty one: one is asked.
    pub fn secret(&self, account: &str) -> Option<Secret> {
        system::read(&self.0, account).map(Secret::new)
    }

    /// Keeps a secret.
    ///
    /// # Errors
    /// The system's own words.
    pub fn keep(&self, account: &str, secret: &Secret) -> Result<(), String> {
        system::keep(&self.0, account, secret.reveal()).map_err(|words| secret.struck_from(account, &words))
    }

    /// Removes what is kept; `false` when nothing was.
    ///
    /// # Errors
    /// The system's own words.
    pub fn forget(&self, account: &str) -> Result<bool, String> {
        system::forget(&self.0, account)
    }
}

/// Asked directly, and not by way of `keyring-core`: its store for Linux cannot read again what it kept when the program
/// was started without a session of its own (from a service, over SSH without PAM).
#[cfg(target_os = "linux")]
mod system {
    use linux_keyutils::{KeyError, KeyRing, KeyRingIdentifier};

    pub(super) type Ring = KeyRing;

    /// The account's persistent ring, within reach of this process.
    pub(super) fn open() -> Option<Ring> {
        KeyRing::from_special_id(KeyRingIdentifier::Session, true).ok()?;
        KeyRing::get_persistent(KeyRingIdentifier::Session).ok()
    }

    pub(super) fn read(ring: &Ring, account: &str) -> Option<String> {
        String::from_utf8(ring.search(&name(account)).ok()?.read_to_vec().ok()?).ok()
    }

    pub(super) fn keep(ring: &Ring, account: &str, secret: &str) -> Result<(), String> {
        ring.add_key(&name(account), secret).map(|_| ()).map_err(|cause| cause.to_string())
    }

    pub(super) fn forget(ring: &Ring, account: &str) -> Result<bool, String> {
        match ring.search(&name(account)).and_then(|key| key.invalidate()) {
            Ok(()) => Ok(true),
            Err(KeyError::KeyDoesNotExist | KeyError::KeyExpired | KeyError::KeyRevoked) => Ok(false),
            Err(cause) => Err(cause.to_string()),
        }
    }

    fn name(account: &str) -> String {
        format!("studyhall {account}")
    }
}

#[cfg(any(windows, target_os = "macos"))]
mod system {
    use std::sync::Arc;

    #[cfg(target_os = "macos")]
    use apple_native_keyring_store::keychain::Store;
    use keyring_core::{CredentialStore, Entry, Error};
    #[cfg(windows)]
    use windows_native_keyring_store::Store;

    pub(super) type Ring = Arc<CredentialStore>;

    /// What our entries are listed under.
    const SERVICE: &str = "studyhall";

    pub(super) fn open() -> Option<Ring> {
        let store = Store::new().ok()?;
        Some(store)
    }

    pub(super) fn read(ring: &Ring, account: &str) -> Option<String> {
        Entry::new_in_store(ring, SERVICE, account).ok()?.get_password().ok()
    }

    pub(super) fn keep(ring: &Ring, account: &str, secret: &str) -> Result<(), String> {
        let kept = Entry::new_in_store(ring, SERVICE, account).and_then(|entry| entry.set_password(secret));
        kept.map_err(|cause| cause.to_string())
    }

    pub(super) fn forget(ring: &Ring, account: &str) -> Result<bool, String> {
        match Entry::new_in_store(ring, SERVICE, account).and_then(|entry| entry.delete_credential()) {
            Ok(()) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(cause) => Err(cause.to_string()),
        }
    }
}

#[cfg(not(any(windows, target_os = "macos", target_os = "linux")))]
mod system {
    pub(super) enum Ring {}

    pub(super) fn open() -> Option<Ring> {
        None
    }

    pub(super) fn read(ring: &Ring, _account: &str) -> Option<String> {
        match *ring {}
    }

    pub(super) fn keep(ring: &Ring, _account: &str, _secret: &str) -> Result<(), String> {
        match *ring {}
    }

    pub(super) fn forget(ring: &Ring, _account: &str) -> Result<bool, String> {
        match *ring {}
    }
}
