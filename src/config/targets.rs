//! `publish:` in `site.yaml`: where the site may be brought, by name.

use std::ops::RangeInclusive;

use crate::ground::fields::{Fields, Layer};
use crate::ground::percent;
use crate::ground::suggest::nearest;
use crate::ground::yaml::Value;
use crate::ground::{Code, Diagnostic, Place};

use super::address::{FILE, base_url};

/// A place that the site can be brought to.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Its name: `a-z 0-9 -`.
    pub name: String,
    /// Where it is named.
    pub place: Place,
    /// Where it is.
    pub to: Address,
    /// The public address, if it is not the site's own.
    pub url: String,
    /// At most so many connections at once.
    pub connections: u8,
    /// For how many publishes the assets of earlier ones are kept.
    pub keep_old: u32,
    /// How many states are kept on this machine for `--rollback`.
    pub history: u32,
    /// Seconds without a sign of life after which a connection counts as lost.
    pub timeout: u32,
    /// Whether a password may go over a line that others can read.
    pub allow_plain: bool,
    /// The fingerprint of the SSH host key, as the server's administrator gives it.
    pub host_key: String,
    /// A key file to log in with.
    pub key: String,
    /// A file with certificates (PEM) that are trusted besides the system's.
    pub certificates: String,
    /// S3: the service's address.
    pub endpoint: String,
    /// S3: the region.
    pub region: String,
    /// S3: whether the bucket stands in the host's name.
    pub bucket_in_host: bool,
}

/// How a target is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// A folder of this machine or a mounted share.
    Folder,
    /// SFTP, over SSH.
    Sftp,
    /// FTP without encryption.
    Ftp,
    /// FTP that begins plain and goes over to TLS.
    Ftpes,
    /// FTP with TLS from the first byte.
    Ftps,
    /// WebDAV over HTTP.
    WebDav,
    /// WebDAV over HTTPS.
    WebDavs,
    /// An S3-compatible object store.
    S3,
}

/// The schemes and what they mean.
const SCHEMES: &[(&str, Protocol)] = &[
    ("file", Protocol::Folder),
    ("sftp", Protocol::Sftp),
    ("ftp", Protocol::Ftp),
    ("ftpes", Protocol::Ftpes),
    ("ftps", Protocol::Ftps),
    ("webdav", Protocol::WebDav),
    ("webdavs", Protocol::WebDavs),
    ("s3", Protocol::S3),
];

impl Protocol {
    /// What its addresses begin with.
    pub fn scheme(self) -> &'static str {
        SCHEMES.iter().find(|(_, protocol)| *protocol == self).map_or("file", |(scheme, _)| scheme)
    }
}

/// Where a target is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// How it is reached.
    pub protocol: Protocol,
    /// The account; may be empty.
    pub user: String,
    /// The host, without brackets; the bucket of S3; empty for folders.
    pub host: String,
    /// The port, if it is not the protocol's own.
    pub port: Option<u16>,
    /// The folder: from the host's root with `/`, else from the account's home. For folders as it was written.
    pub path: String,
}

/// Why an address cannot be used.
#[derive(Debug, PartialEq, Eq)]
enum Wrong {
    Scheme(Option<&'static str>),
    Password,
    Host,
    Port,
    Path,
}

impl Address {
    /// Reads `scheme://user@host:port/path`, or the path of a folder.
    fn parse(text: &str) -> Result<Address, Wrong> {
        let Some((scheme, rest)) = text.split_once("://") else {
            return Ok(Address {
                protocol: Protocol::Folder,
                user: String::new(),
                host: String::new(),
                port: None,
                path: text.to_string(),
            });
        };
        // Looked at first: no other message may show it.
        let authority = rest.split('/').next().unwrap_or_default();
        if authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':')) {
            return Err(Wrong::Password);
        }
        let names = SCHEMES.iter().map(|(name, _)| *name);
        let known = SCHEMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(scheme));
        let protocol = known.ok_or_else(|| Wrong::Scheme(nearest(scheme, names)))?.1;
        let (authority, path) = rest.split_once('/').map_or((rest, ""), |(authority, path)| (authority, path));
        if protocol == Protocol::Folder {
            // `file:///srv/www`, and `file:///D:/www` of Windows.
            let path = percent::decode(path).ok_or(Wrong::Path)?;
            let path = if path.as_bytes().get(1) == Some(&b':') { path } else { format!("/{path}") };
            return Ok(Address { protocol, user: String::new(), host: String::new(), port: None, path });
        }
        let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (host, port) = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, port)) => (host, port.strip_prefix(':')),
            None => host.split_once(':').map_or((host, None), |(host, port)| (host, Some(port))),
        };
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(Wrong::Host);
        }
        let port = port.map(|port| port.parse().map_err(|_| Wrong::Port)).transpose()?;
        let path = percent::decode(path.trim_end_matches('/')).ok_or(Wrong::Path)?;
        // A site is never brought into a whole machine by a slip.
        let path = path.strip_prefix("~/").map_or_else(|| format!("/{path}"), str::to_string);
        let plain = path.split('/').all(|part| part != "..") && !path.contains(char::is_control);
        let user = percent::decode(user).ok_or(Wrong::Host)?;
        if !plain {
            return Err(Wrong::Path);
        }
        Ok(Address { protocol, user, host: host.to_string(), port, path })
    }
}

/// Reads the targets.
pub(super) fn read(fields: &mut Fields<'_>) -> Vec<Target> {
    let mut targets = Vec::new();
    for (key, node, place) in fields.pairs("publish") {
        let known = key.name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')) && key.name != "objects";
        if !known || key.name.is_empty() {
            fields.report(Diagnostic::new(Code::BadSlug, place.clone()).arg("found", &key.name));
            continue;
        }
        let file = FILE;
        let mut inner = match &node.value {
            Value::Map(map) => Fields::new(Layer { file, map }, []),
            _ => {
                let value = node.scalar().map_or_else(|| format!("@{}", node.type_id()), str::to_string);
                let wrong = Diagnostic::new(Code::WrongType, Place::at(file, node.span)).arg("key", &key.name);
                fields.report(wrong.arg("expected", "@map").arg("found", value));
                continue;
            }
        };
        let target = target(&mut inner, &key.name, place);
        fields.absorb(inner);
        targets.extend(target);
    }
    targets
}

fn target(fields: &mut Fields<'_>, name: &str, place: Place) -> Option<Target> {
    let to = fields.text("to");
    if to.as_ref().is_none_or(String::is_empty) {
        match fields.place("to") {
            Some(empty) => fields.report(Diagnostic::new(Code::MissingField, empty).arg("key", "to")),
            None => fields.report(Diagnostic::new(Code::MissingField, place.clone()).arg("key", "to")),
        }
    }
    let to = to.filter(|text| !text.is_empty()).and_then(|text| address(fields, &text));
    let mut url = fields.text_or_empty("url");
    if !url.is_empty() {
        match base_url(&url) {
            Some(whole) => url = whole,
            None => {
                let place = fields.place("url").expect("a field that was just read has a place");
                fields.report(Diagnostic::new(Code::BadBaseUrl, place).arg("found", &url));
                url.clear();
            }
        }
    }
    let mut number = |key, range: RangeInclusive<i64>, usual: u32| {
        fields.int(key, range).map_or(usual, |value| u32::try_from(value).expect("the range was checked"))
    };
    let connections = number("connections", 1..=16, 4);
    let keep_old = number("keep_old", 0..=20, 1);
    let history = number("history", 0..=100, 5);
    let timeout = number("timeout", 3..=600, 30);
    for (secret, what) in [("password", "@secret-password"), ("secret", "@secret-key")] {
        if fields.node(secret).is_some() {
            let place = fields.place(secret).expect("a field that was just read has a place");
            fields.report(
                Diagnostic::new(Code::SecretInSettings, place).arg("what", what).arg("target", name.to_uppercase().replace('-', "_")),
            );
        }
    }
    let target = Target {
        name: name.to_string(),
        place,
        to: Address { protocol: Protocol::Folder, user: String::new(), host: String::new(), port: None, path: String::new() },
        url,
        connections: u8::try_from(connections).expect("the range was checked"),
        keep_old,
        history,
        timeout,
        allow_plain: fields.flag("allow_plain").unwrap_or(false),
        host_key: fields.text_or_empty("host_key"),
        key: fields.text_or_empty("key"),
        certificates: fields.text_or_empty("certificates"),
        endpoint: fields.text_or_empty("endpoint"),
        region: fields.text_or_empty("region"),
        bucket_in_host: fields.flag("bucket_in_host").unwrap_or(false),
    };
    Some(Target { to: to?, ..target })
}

/// The address of a target, or what is wrong with it.
fn address(fields: &mut Fields<'_>, text: &str) -> Option<Address> {
    let wrong = match Address::parse(text) {
        Ok(address) => return Some(address),
        Err(wrong) => wrong,
    };
    let place = fields.place("to").expect("a field that was just read has a place");
    let bad = |reason| Diagnostic::new(Code::BadTarget, place.clone()).arg("found", text).arg("reason", reason);
    fields.report(match wrong {
        Wrong::Scheme(near) => bad("@target-scheme").near(near),
        Wrong::Host => bad("@target-host"),
        Wrong::Port => bad("@target-port"),
        Wrong::Path => bad("@target-path"),
        Wrong::Password => Diagnostic::new(Code::SecretInSettings, place).arg("what", "@secret-password"),
    });
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<(Protocol, String, String, Option<u16>, String), Wrong> {
        Address::parse(text).map(|address| (address.protocol, address.user, address.host, address.port, address.path))
    }

    #[test]
    fn addresses() {
        let of =
            |protocol, user: &str, host: &str, port, path: &str| Ok((protocol, user.to_string(), host.to_string(), port, path.to_string()));
        assert_eq!(parse("sftp://dj@www.x.cn/var/www/"), of(Protocol::Sftp, "dj", "www.x.cn", None, "/var/www"));
        assert_eq!(parse("sftp://dj@www.x.cn:2222/~/html"), of(Protocol::Sftp, "dj", "www.x.cn", Some(2222), "html"));
        assert_eq!(parse("ftps://a%40x.cn@[2001:db8::1]:990/"), of(Protocol::Ftps, "a@x.cn", "2001:db8::1", Some(990), "/"));
        assert_eq!(parse("s3://bucket/study"), of(Protocol::S3, "", "bucket", None, "/study"));
        assert_eq!(parse("../www"), of(Protocol::Folder, "", "", None, "../www"));
        assert_eq!(parse("D:\\www"), of(Protocol::Folder, "", "", None, "D:\\www"));
        assert_eq!(parse("file:///D:/www"), of(Protocol::Folder, "", "", None, "D:/www"));
        assert_eq!(parse("file:///srv/%E7%AB%99"), of(Protocol::Folder, "", "", None, "/srv/站"));
    }

    #[test]
    fn addresses_that_are_none() {
        assert_eq!(parse("stfp://x/"), Err(Wrong::Scheme(Some("sftp"))));
        assert_eq!(parse("sftp://a:secret@x/"), Err(Wrong::Password));
        assert_eq!(parse("stfp://a:secret@x/"), Err(Wrong::Password), "no other message shows it");
        assert_eq!(parse("sftp:///x"), Err(Wrong::Host));
        assert_eq!(parse("sftp://x:99999/"), Err(Wrong::Port));
        assert_eq!(parse("sftp://x/../etc"), Err(Wrong::Path));
        assert_eq!(parse("sftp://x/%zz"), Err(Wrong::Path));
    }
}
