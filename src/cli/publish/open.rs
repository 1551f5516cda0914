//! From a target of the settings to a way there: which protocol, which secrets, who we are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use studyhall::config::Target;
use studyhall::config::targets::Protocol;
use studyhall::ground::message::Catalogue;
use studyhall::ground::{Error, Result, Stamp};
use studyhall::publish::local_state::known_hosts;
use studyhall::publish::secret_filter::SecretFilter;
use studyhall::publish::store::Connector;
use studyhall::publish::tls::TrustedCertificates;
use studyhall::publish::wire::endpoint::{HostAddress, Secrets, Timeouts};
use studyhall::publish::wire::folder::FolderTarget;
use studyhall::publish::wire::ftp::{Ftp, Security};
use studyhall::publish::wire::s3::S3;
use studyhall::publish::wire::ssh::Ssh;
use studyhall::publish::wire::webdav::WebDav;

use super::secrets::{Sources, WantedSecret};
use super::terminal_prompt::TerminalPrompt;

/// The way to a target. `accept` is a new host key that the officer has asked about.
pub fn opener(site: &Path, target: &Target, secrets: Arc<dyn Secrets>, accept: Option<&String>) -> Result<Box<dyn Connector>> {
    let to = &target.to;
    let times = Timeouts { answer: Duration::from_secs(target.timeout.into()), ..Timeouts::default() };
    let trust = || Arc::new(TrustedCertificates::new((!target.certificates.is_empty()).then(|| site.join(&target.certificates))));
    let address = || HostAddress { host: to.host.clone(), port: to.port, user: to.user.clone(), root: to.path.clone() };
    let ftp = |security| Ftp { address: address(), security, secrets: Arc::clone(&secrets), trust: trust(), times };
    let web = |scheme: &str| {
        let host = if to.host.contains(':') { format!("[{}]", to.host) } else { to.host.clone() };
        let port = to.port.map(|port| format!(":{port}")).unwrap_or_default();
        let url = format!("{scheme}://{host}{port}{}", to.path.trim_end_matches('/'));
        let user = to.user.clone();
        WebDav { url, user, secrets: Arc::clone(&secrets), allow_plain: target.allow_plain, trust: trust(), times }
    };
    let opener: Box<dyn Connector> = match to.protocol {
        Protocol::Folder => Box::new(FolderTarget::new(&site.join(&to.path))),
        Protocol::Sftp => {
            let given = (!target.host_key.is_empty()).then(|| target.host_key.clone());
            Box::new(Ssh {
                address: address(),
                secrets: Arc::clone(&secrets),
                keys: keys(site, target),
                agent: agent(),
                known_hosts: ssh_folder().map(|ssh| ssh.join("known_hosts")).into_iter().collect(),
                own_hosts: known_hosts(site)?,
                accept: accept.cloned().or(given),
                times,
            })
        }
        Protocol::Ftp if !target.allow_plain => return Err(Error::new("error-publish-plain").arg("target", &target.name)),
        Protocol::Ftp => Box::new(ftp(Security::Plain)),
        Protocol::Ftpes => Box::new(ftp(Security::Explicit)),
        Protocol::Ftps => Box::new(ftp(Security::Implicit)),
        Protocol::WebDav => Box::new(web("http")),
        Protocol::WebDavs => Box::new(web("https")),
        Protocol::S3 => Box::new(S3 {
            endpoint: target.endpoint.trim_end_matches('/').to_string(),
            bucket: to.host.clone(),
            prefix: to.path.trim_matches('/').to_string(),
            region: if target.region.is_empty() { "us-east-1".to_string() } else { target.region.clone() },
            key_id: to.user.clone(),
            secrets: Arc::clone(&secrets),
            bucket_in_host: target.bucket_in_host,
            trust: trust(),
            times,
        }),
    };
    Ok(Box::new(SecretFilter::new(opener, &to.user, secrets)))
}

/// Where the target's secrets come from.
pub fn sources(words: &Catalogue, site: &Path, target: &Target, person: Option<TerminalPrompt>) -> Sources {
    let name = target.name.to_uppercase().replace('-', "_");
    let variables = |what: &str| [format!("STUDYHALL_{what}_{name}"), format!("STUDYHALL_{what}")];
    let account = account(target);
    let question = match target.to.protocol {
        Protocol::S3 => "ask-secret-key",
        _ => "ask-password",
    };
    let question = words.with(question, &[("target", &target.name), ("address", &account)]) + " ";
    let password = WantedSecret { variables: variables("PASSWORD"), account, question };
    let keys = keys(site, target).into_iter().map(|key| {
        let shown = studyhall::ground::path::shown(&key);
        let question = words.with("ask-passphrase", &[("path", &shown)]) + " ";
        (key, WantedSecret { variables: variables("PASSPHRASE"), account: format!("key {shown}"), question })
    });
    Sources::new(person, password, keys.collect::<BTreeMap<_, _>>())
}

/// What a password belongs to: an account of a host, whatever folders of it are published to.
fn account(target: &Target) -> String {
    let to = &target.to;
    let scheme = to.protocol.scheme();
    let host = if to.host.contains(':') { format!("[{}]", to.host) } else { to.host.clone() };
    let port = to.port.map(|port| format!(":{port}")).unwrap_or_default();
    let service = target.endpoint.split_once("://").map(|(_, service)| format!(" {}", service.trim_end_matches('/'))).unwrap_or_default();
    format!("{scheme}://{}@{host}{port}{service}", to.user)
}

/// The key files that may log in.
fn keys(site: &Path, target: &Target) -> Vec<PathBuf> {
    if target.to.protocol != Protocol::Sftp {
        return Vec::new();
    }
    let own = ["id_ed25519", "id_ecdsa", "id_rsa"].iter().filter_map(|name| ssh_folder().map(|ssh| ssh.join(name)));
    match target.key.strip_prefix("~/") {
        _ if target.key.is_empty() => own.filter(|key| key.is_file()).collect(),
        Some(rest) => home().map(|home| home.join(rest)).into_iter().collect(),
        None => vec![site.join(&target.key)],
    }
}

fn ssh_folder() -> Option<PathBuf> {
    home().map(|home| home.join(".ssh"))
}

fn home() -> Option<PathBuf> {
    ["HOME", "USERPROFILE"].iter().find_map(std::env::var_os).map(PathBuf::from)
}

/// The socket of the SSH agent; on Windows the pipe of the one that comes with the system.
fn agent() -> Option<PathBuf> {
    let named = std::env::var_os("SSH_AUTH_SOCK").map(PathBuf::from);
    named.or_else(|| cfg!(windows).then(|| PathBuf::from(r"\\.\pipe\openssh-ssh-agent")))
}

/// Who publishes, as the second officer is told: what `STUDYHALL_WHO` says, else the name of the machine.
pub fn who() -> String {
    let named = ["STUDYHALL_WHO", "COMPUTERNAME"].iter().find_map(|name| std::env::var(name).ok().filter(|name| !name.trim().is_empty()));
    named.unwrap_or_else(machine)
}

#[cfg(unix)]
fn machine() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

#[cfg(not(unix))]
fn machine() -> String {
    "?".to_string()
}

/// A number that tells this machine and account from others, and names neither.
pub fn number_of(who: &str, site: &Path) -> String {
    let account = ["USERNAME", "USER"].iter().find_map(|name| std::env::var(name).ok()).unwrap_or_default();
    let mut number = Stamp::of(&(who, account, site.display().to_string())).hex();
    number.truncate(8);
    number
}
