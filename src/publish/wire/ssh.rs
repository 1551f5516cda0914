//! A connection of SSH, logged in: the only file that knows `russh`.
//!
//! Host keys are looked up in the lists that the target names. A key that no list has ends the connection before anything
//! secret is sent; one that differs from the list's always does.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use russh::client::{self, AuthResult, Handle, KeyboardInteractiveAuthResponse};
use russh::keys::agent::AgentIdentity;
use russh::keys::agent::client::{AgentClient, AgentStream};
use russh::keys::known_hosts::{known_host_keys_path, learn_known_hosts_path};
use russh::keys::{HashAlg, PrivateKeyWithHashAlg, PublicKey, PublicKeyOrCertificate, load_secret_key};
use russh::{ChannelStream, MethodKind, MethodSet};

use super::endpoint::{HostAddress, Secrets, Timeouts};
use crate::publish::store_error::{StoreError, StoreErrorKind, reached};

/// Bytes of a key file.
const LARGEST_KEY: u64 = 256 << 10;

/// How to log in, and whom to trust.
pub struct Ssh {
    /// Where to.
    pub address: HostAddress,
    /// Asked for the password and for what opens keys.
    pub secrets: Arc<dyn Secrets>,
    /// Key files, tried in their order.
    pub keys: Vec<PathBuf>,
    /// The agent's socket (Windows: its pipe).
    pub agent: Option<PathBuf>,
    /// Lists of known host keys as OpenSSH keeps them.
    pub known_hosts: Vec<PathBuf>,
    /// The list that a newly accepted key is written to; it is read too.
    pub own_hosts: PathBuf,
    /// The fingerprint of a new host key that has been accepted: `SHA256:…`.
    pub accept: Option<String>,
    /// How long to wait.
    pub times: Timeouts,
}

/// A connection whose SFTP subsystem has been asked for. The handle keeps it alive.
pub(super) struct SshLine {
    pub(super) stream: ChannelStream<client::Msg>,
    pub(super) _handle: Handle<Keys>,
}

/// The check of the host's key, which leaves its refusal where the caller finds it.
pub(super) struct Keys {
    known: Vec<PublicKey>,
    accept: Option<String>,
    host: String,
    port: u16,
    own_hosts: PathBuf,
    refusal: Arc<Mutex<Option<StoreError>>>,
}

impl client::Handler for Keys {
    type Error = russh::Error;

    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> Result<bool, russh::Error> {
        let PublicKeyOrCertificate::PublicKey { key, .. } = shown else {
            // Certificates are not asked for (russh::Preferred), so this does not come.
            return Ok(false);
        };
        let checked = self.check(key);
        let is_good = checked.is_ok();
        if let Ok(mut refusal) = self.refusal.lock() {
            *refusal = checked.err();
        }
        Ok(is_good)
    }
}

impl Keys {
    fn check(&self, key: &PublicKey) -> Result<(), StoreError> {
        let fingerprint = key.fingerprint(HashAlg::Sha256).to_string();
        if self.known.iter().any(|known| known.key_data() == key.key_data()) {
            return Ok(());
        }
        if !self.known.is_empty() {
            let known: Vec<String> = self.known.iter().map(|key| key.fingerprint(HashAlg::Sha256).to_string()).collect();
            return Err(StoreError::new(
                StoreErrorKind::HostKeyChanged { fingerprint, known: known.join(", ") },
                key.algorithm().to_string(),
            ));
        }
        if self.accept.as_deref() != Some(fingerprint.as_str()) {
            return Err(StoreError::new(StoreErrorKind::HostKeyNew { fingerprint }, key.algorithm().to_string()));
        }
        learn_known_hosts_path(&self.host, self.port, key, &self.own_hosts).map_err(|cause| settings(&self.own_hosts, &cause.to_string()))
    }
}

impl Ssh {
    /// Connects, checks the host's key, logs in and opens the subsystem.
    pub(super) async fn connect(&self) -> Result<SshLine, StoreError> {
        let port = self.address.port.unwrap_or(22);
        let known = self.known(port)?;
        let refusal = Arc::new(Mutex::new(None));
        let keys = Keys {
            known,
            accept: self.accept.clone(),
            host: self.address.host.clone(),
            port,
            own_hosts: self.own_hosts.clone(),
            refusal: refusal.clone(),
        };
        let config = self.config(&keys.known);
        let reached = tokio::time::timeout(self.times.connect, async {
            let socket = tokio::net::TcpStream::connect((self.address.host.as_str(), port)).await.map_err(|cause| reached(&cause))?;
            socket.set_nodelay(true).map_err(|cause| reached(&cause))?;
            client::connect_stream(config, socket, keys).await.map_err(|cause| fault(&cause))
        })
        .await
        .unwrap_or_else(|_| Err(StoreError::new(StoreErrorKind::Timeout, "no greeting")));
        if let Some(refusal) = refusal.lock().ok().and_then(|mut refusal| refusal.take()) {
            return Err(refusal);
        }
        let mut handle = reached?;
        let logged_in = tokio::time::timeout(self.times.answer, self.log_in(&mut handle)).await;
        let logged_in = logged_in.unwrap_or_else(|_| Err(StoreError::new(StoreErrorKind::Timeout, "logging in")));
        if let Err(fault) = logged_in {
            let is_lost = handle.is_closed() && !matches!(fault.kind, StoreErrorKind::Settings | StoreErrorKind::Timeout);
            return Err(if is_lost { StoreError::new(StoreErrorKind::Lost, fault.detail) } else { fault });
        }
        let opened = tokio::time::timeout(self.times.answer, async {
            let channel = handle.channel_open_session().await?;
            channel.request_subsystem(true, "sftp").await?;
            Ok(channel)
        });
        let channel =
            opened.await.map_err(|_| StoreError::new(StoreErrorKind::Timeout, "sftp"))?.map_err(|cause: russh::Error| fault(&cause))?;
        Ok(SshLine { stream: channel.into_stream(), _handle: handle })
    }

    fn known(&self, port: u16) -> Result<Vec<PublicKey>, StoreError> {
        let mut known = Vec::new();
        for list in self.known_hosts.iter().chain([&self.own_hosts]) {
            let keys = known_host_keys_path(&self.address.host, port, list).map_err(|cause| settings(list, &cause.to_string()))?;
            known.extend(keys.into_iter().map(|(_, key)| key));
        }
        Ok(known)
    }

    /// A host has keys of several kinds; the kinds that are known are asked for first, so that a known host is not met as
    /// a stranger.
    fn config(&self, known: &[PublicKey]) -> Arc<client::Config> {
        let mut config = client::Config { keepalive_interval: Some(self.times.answer), nodelay: true, ..Default::default() };
        let mut kinds = config.preferred.key.to_vec();
        kinds.sort_by_key(|kind| {
            // Keys of RSA are of one kind; the ways of signing with them are several.
            !known.iter().map(PublicKey::algorithm).any(|known| known == *kind || (known.is_rsa() && kind.clone().is_rsa()))
        });
        config.preferred.key = kinds.into();
        Arc::new(config)
    }

    async fn log_in(&self, handle: &mut Handle<Keys>) -> Result<(), StoreError> {
        let user = self.address.user.as_str();
        let methods = match handle.authenticate_none(user).await.map_err(|cause| fault(&cause))? {
            AuthResult::Success => return Ok(()),
            // The library says the same of a line that went away.
            AuthResult::Failure { .. } if handle.is_closed() => return Err(StoreError::new(StoreErrorKind::Lost, "logging in")),
            AuthResult::Failure { remaining_methods, .. } => remaining_methods,
        };
        let offers = |kind: MethodKind| methods.contains(&kind);
        let mut tried = false;
        // Nobody is asked to open a key while the agent may have it open.
        let by_key = offers(MethodKind::PublicKey)
            && (self.by_files(handle, false, &mut tried).await?
                || self.by_agent(handle, &mut tried).await?
                || self.by_files(handle, true, &mut tried).await?);
        if by_key {
            return Ok(());
        }
        if offers(MethodKind::Password) || offers(MethodKind::KeyboardInteractive) {
            return self.by_password(handle, &methods, tried).await;
        }
        let kind = if tried { StoreErrorKind::Login } else { StoreErrorKind::NoSecret };
        let names: Vec<&str> = methods.iter().map(Into::into).collect();
        Err(StoreError::new(kind, names.join(", ")))
    }

    /// Tries the key files that are open, or those that are locked.
    async fn by_files(&self, handle: &mut Handle<Keys>, locked: bool, tried: &mut bool) -> Result<bool, StoreError> {
        for path in &self.keys {
            crate::publish::plain_file::read_plain(path, LARGEST_KEY).map_err(|cause| settings(path, &cause.to_string()))?;
            let key = match (load_secret_key(path, None), locked) {
                (Err(russh::keys::Error::KeyIsEncrypted), false) | (Ok(_), true) => continue,
                (Err(russh::keys::Error::KeyIsEncrypted), true) => match self.secrets.passphrase(path) {
                    Some(secret) => load_secret_key(path, Some(secret.reveal()))
                        .map_err(|_| StoreError::new(StoreErrorKind::Passphrase, path.display().to_string()))?,
                    None => continue,
                },
                (loaded, _) => loaded.map_err(|cause| settings(path, &cause.to_string()))?,
            };
            let hash = hash_for(handle, key.public_key()).await?;
            let key = PrivateKeyWithHashAlg::new(Arc::new(key), hash);
            *tried = true;
            if succeeded(handle.authenticate_publickey(self.address.user.as_str(), key).await)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn by_agent(&self, handle: &mut Handle<Keys>, tried: &mut bool) -> Result<bool, StoreError> {
        let Some(place) = &self.agent else { return Ok(false) };
        // An agent that does not answer is as good as none: there may be a password.
        let Some(mut agent) = agent(place).await else { return Ok(false) };
        let Ok(identities) = agent.request_identities().await else { return Ok(false) };
        // Servers hang up after six tries; a password may have to follow.
        for identity in identities.into_iter().take(4) {
            let AgentIdentity::PublicKey { key, .. } = identity else { continue };
            let hash = hash_for(handle, &key).await?;
            *tried = true;
            match handle.authenticate_publickey_with(self.address.user.as_str(), key, hash, &mut agent).await {
                Ok(AuthResult::Success) => return Ok(true),
                Ok(AuthResult::Failure { .. }) | Err(_) => {}
            }
        }
        Ok(false)
    }

    async fn by_password(&self, handle: &mut Handle<Keys>, methods: &MethodSet, tried: bool) -> Result<(), StoreError> {
        let user = self.address.user.as_str();
        let Some(secret) = self.secrets.password() else {
            let kind = if tried { StoreErrorKind::Login } else { StoreErrorKind::NoSecret };
            return Err(StoreError::new(kind, "password"));
        };
        if methods.contains(&MethodKind::Password) && succeeded(handle.authenticate_password(user, secret.reveal()).await)? {
            return Ok(());
        }
        if methods.contains(&MethodKind::KeyboardInteractive) {
            let mut answer = handle.authenticate_keyboard_interactive_start(user, None).await.map_err(|cause| fault(&cause))?;
            // One question is the password; a server that asks for more (a code by telephone) cannot be answered unattended.
            for _ in 0..3 {
                match answer {
                    KeyboardInteractiveAuthResponse::Success => return Ok(()),
                    KeyboardInteractiveAuthResponse::Failure { .. } => break,
                    KeyboardInteractiveAuthResponse::InfoRequest { prompts, .. } => {
                        let words = prompts.iter().map(|_| secret.reveal().to_string()).collect();
                        answer = handle.authenticate_keyboard_interactive_respond(words).await.map_err(|cause| fault(&cause))?;
                    }
                }
            }
        }
        Err(StoreError::new(StoreErrorKind::Login, "password"))
    }
}

async fn hash_for(handle: &Handle<Keys>, key: &PublicKey) -> Result<Option<HashAlg>, StoreError> {
    if !key.algorithm().is_rsa() {
        return Ok(None);
    }
    handle.best_supported_rsa_hash().await.map(Option::flatten).map_err(|cause| fault(&cause))
}

fn succeeded(result: Result<AuthResult, russh::Error>) -> Result<bool, StoreError> {
    result.map(|result| result.success()).map_err(|cause| fault(&cause))
}

#[cfg(unix)]
async fn agent(place: &Path) -> Option<AgentClient<Box<dyn AgentStream + Send + Unpin>>> {
    AgentClient::connect_uds(place).await.ok().map(AgentClient::dynamic)
}

#[cfg(windows)]
async fn agent(place: &Path) -> Option<AgentClient<Box<dyn AgentStream + Send + Unpin>>> {
    match AgentClient::connect_named_pipe(place).await {
        Ok(agent) => Some(agent.dynamic()),
        Err(_) => AgentClient::connect_pageant().await.ok().map(AgentClient::dynamic),
    }
}

fn settings(path: &Path, words: &str) -> StoreError {
    StoreError::new(StoreErrorKind::Settings, format!("{}: {words}", path.display()))
}

fn fault(cause: &russh::Error) -> StoreError {
    let kind = match cause {
        russh::Error::IO(cause) => return reached(cause),
        russh::Error::NoCommonAlgo { .. } | russh::Error::Version => StoreErrorKind::Unsupported,
        russh::Error::ConnectionTimeout | russh::Error::KeepaliveTimeout | russh::Error::InactivityTimeout => StoreErrorKind::Timeout,
        // What is left is a stream that ended or does not make sense: a cut cable and a bad one look like this.
        _ => StoreErrorKind::Lost,
    };
    StoreError::new(kind, cause.to_string())
}
