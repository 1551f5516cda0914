//! WebDAV: files over HTTP. A file goes up under a temporary name and is moved; where the address leads elsewhere, that is told.

use std::sync::Arc;

use super::endpoint::{Secrets, Timeouts};
use super::xml::{self, Resource};
use crate::ground::{RelPath, media, percent};
use crate::publish::body::UploadBody;
use crate::publish::budget;
use crate::publish::store::{Capabilities, Connector, RemoteEntry, Store};
use crate::publish::store_error::{StoreError, StoreErrorKind};
use crate::publish::tls::TrustedCertificates;
use crate::publish::web::{HttpReply, Web};

/// What a listing asks for: three properties and no more, which spares some servers much reading.
const QUESTION: &str =
    r#"<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/></prop></propfind>"#;
/// Most questions have no body.
const NOTHING: UploadBody<'static> = UploadBody::none();

/// A folder of a WebDAV server.
pub struct WebDav {
    /// The address of the root folder: `https://www.example.edu.cn/dav/study`, with no name or password in it.
    pub url: String,
    /// The account; empty where the server asks for none.
    pub user: String,
    /// Asked for the password.
    pub secrets: Arc<dyn Secrets>,
    /// The password may go over a line that others can read: the target says so by name.
    pub allow_plain: bool,
    /// Whose certificates hold.
    pub trust: Arc<TrustedCertificates>,
    /// How long to wait.
    pub times: Timeouts,
}

impl Connector for WebDav {
    fn open(&self) -> Result<Box<dyn Store>, StoreError> {
        let is_plain = self.url.starts_with("http://");
        let secret = if self.user.is_empty() { None } else { self.secrets.password() };
        if secret.is_some() && is_plain && !self.allow_plain {
            return Err(StoreError::new(StoreErrorKind::Settings, "allow_plain"));
        }
        let login = secret.map(|secret| {
            use base64::Engine as _;
            let pair = format!("{}:{}", self.user, secret.reveal());
            format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
        });
        let mut site = WebDavConnection { web: Web::new(&self.trust, self.times)?, url: self.url.trim_end_matches('/').to_string(), login };
        match site.look("", "0")? {
            Some(found) if found.first().is_some_and(|root| root.is_folder) => Ok(Box::new(site)),
            _ => Err(StoreError::new(StoreErrorKind::Settings, self.url.clone())),
        }
    }

    fn name(&self) -> String {
        self.url.clone()
    }
}

/// One connection.
struct WebDavConnection {
    web: Web,
    url: String,
    login: Option<String>,
}

impl WebDavConnection {
    fn address(&self, path: &str) -> String {
        format!("{}/{}", self.url, percent::encode_path(path))
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &UploadBody<'_>) -> Result<HttpReply, StoreError> {
        self.ask_for(method, path, headers, body, budget::WORDS)
    }

    fn ask_for(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &UploadBody<'_>,
        limit: u64,
    ) -> Result<HttpReply, StoreError> {
        let mut all = headers.to_vec();
        if let Some(login) = &self.login {
            all.push(("authorization", login));
        }
        let reply = self.web.ask(method, &self.address(path), &all, body, limit)?;
        match reply.leads_to() {
            Some(to) => Err(StoreError::new(StoreErrorKind::Redirected { to }, reply.status.to_string())),
            None => Ok(reply),
        }
    }

    fn look(&mut self, path: &str, depth: &str) -> Result<Option<Vec<Resource>>, StoreError> {
        let headers = [("depth", depth), ("content-type", "application/xml; charset=utf-8")];
        let reply = self.ask_for("PROPFIND", path, &headers, &UploadBody::of_bytes(QUESTION.as_bytes()), budget::LISTING)?;
        match reply.status {
            207 => {
                xml::resources(&reply.body).map(Some).ok_or_else(|| StoreError::new(StoreErrorKind::Unsupported, "the listing is not XML"))
            }
            404 => Ok(None),
            // A page instead of a listing: an ordinary web address.
            200 => Err(StoreError::new(StoreErrorKind::Unsupported, "PROPFIND: 200")),
            _ => Err(self.refusal(&reply, path)),
        }
    }

    fn refusal(&self, reply: &HttpReply, path: &str) -> StoreError {
        let is_long = path.split('/').any(|segment| segment.len() > 255) || path.len() > 1000;
        let kind = match reply.status {
            401 if self.login.is_none() => StoreErrorKind::NoSecret,
            // The account's password goes to no other scheme than Basic.
            401 if !offers_basic(reply) => StoreErrorKind::Unsupported,
            401 => StoreErrorKind::Login,
            400 | 403 | 404 | 409 | 500 if is_long => StoreErrorKind::NameTooLong,
            // Apache's word for a folder that the system lets it not write to; for a full disk it has another.
            403 | 500 => StoreErrorKind::Denied,
            405 | 501 => StoreErrorKind::Unsupported,
            408 => StoreErrorKind::Timeout,
            413 | 507 => StoreErrorKind::Full,
            414 => StoreErrorKind::NameTooLong,
            423 | 429 | 503 => StoreErrorKind::Busy,
            502 | 504 => StoreErrorKind::Lost,
            _ => StoreErrorKind::Other,
        };
        let asked = reply.header("www-authenticate").filter(|_| reply.status == 401).unwrap_or_default();
        StoreError::new(kind, format!("{} {asked}", reply.status).trim_end())
    }

    fn expect(&self, reply: &HttpReply, path: &str, also: &[u16]) -> Result<(), StoreError> {
        if (200..300).contains(&reply.status) && reply.status != 207 || also.contains(&reply.status) {
            Ok(())
        } else {
            Err(self.refusal(reply, path))
        }
    }
}

fn offers_basic(reply: &HttpReply) -> bool {
    let mut asked = reply.headers.iter().filter(|(name, _)| name == "www-authenticate").peekable();
    asked.peek().is_none() || asked.any(|(_, value)| value.to_ascii_lowercase().contains("basic"))
}

impl Store for WebDavConnection {
    fn can(&self) -> Capabilities {
        Capabilities { replace_by_rename: true, resume: false, create_new: false, sizes: true, folders: true, whole_writes: false }
    }

    fn list(&mut self, folder: Option<&RelPath>) -> Result<Vec<RemoteEntry>, StoreError> {
        let place = folder.map_or_else(String::new, |folder| format!("{folder}/"));
        let Some(found) = self.look(&place, "1")? else { return Ok(Vec::new()) };
        // The folder itself is in its listing, under whatever name the server gives its root.
        let own = found.iter().map(|resource| resource.path.len()).min().unwrap_or_default();
        let below = found.into_iter().filter(|resource| resource.path.len() > own);
        let named = below.filter_map(|resource| {
            let name = resource.path.rsplit('/').next().filter(|name| !name.is_empty())?.to_string();
            Some(RemoteEntry { name, size: resource.size, is_folder: resource.is_folder })
        });
        budget::bounded(named.collect())
    }

    fn size(&mut self, path: &RelPath) -> Result<Option<u64>, StoreError> {
        let found = self.look(path.as_str(), "0")?.and_then(|found| found.into_iter().next());
        Ok(found.filter(|found| !found.is_folder).and_then(|found| found.size))
    }

    fn read(&mut self, path: &RelPath, limit: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let reply = self.ask_for("GET", path.as_str(), &[], &NOTHING, limit.max(budget::WORDS))?;
        match reply.status {
            200 if reply.body.len() as u64 > limit => Err(budget::endless(format!("{path} > {} KB", limit >> 10))),
            200 => Ok(Some(reply.body)),
            404 | 410 => Ok(None),
            _ => Err(self.refusal(&reply, path.as_str())),
        }
    }

    fn write(&mut self, path: &RelPath, body: &UploadBody<'_>, _from: u64) -> Result<(), StoreError> {
        let reply = self.ask("PUT", path.as_str(), &[("content-type", media::content_type(path.as_str()))], body)?;
        self.expect(&reply, path.as_str(), &[])
    }

    fn create_new(&mut self, path: &RelPath, bytes: &[u8]) -> Result<bool, StoreError> {
        if self.look(path.as_str(), "0")?.is_some() {
            return Ok(false);
        }
        // Apache heeds the condition, nginx does not; who wrote last is asked for both.
        let reply = self.ask("PUT", path.as_str(), &[("if-none-match", "*")], &UploadBody::of_bytes(bytes))?;
        if reply.status == 412 {
            return Ok(false);
        }
        self.expect(&reply, path.as_str(), &[])?;
        Ok(self.read(path, budget::WORDS)?.as_deref() == Some(bytes))
    }

    fn rename(&mut self, from: &RelPath, to: &RelPath) -> Result<(), StoreError> {
        let destination = self.address(to.as_str());
        let reply = self.ask("MOVE", from.as_str(), &[("destination", &destination), ("overwrite", "T")], &NOTHING)?;
        self.expect(&reply, to.as_str(), &[])
    }

    fn make_folder(&mut self, path: &RelPath) -> Result<(), StoreError> {
        let reply = self.ask("MKCOL", &format!("{path}/"), &[], &NOTHING)?;
        self.expect(&reply, path.as_str(), &[405])
    }

    fn remove(&mut self, path: &RelPath) -> Result<(), StoreError> {
        let reply = self.ask("DELETE", path.as_str(), &[], &NOTHING)?;
        self.expect(&reply, path.as_str(), &[404, 410])
    }

    fn remove_folder(&mut self, path: &RelPath) -> Result<(), StoreError> {
        // Here, unlike anywhere else, removing a folder takes with it whatever is inside.
        match self.look(&format!("{path}/"), "1")? {
            Some(found) if found.len() == 1 => {
                let reply = self.ask("DELETE", &format!("{path}/"), &[], &NOTHING)?;
                self.expect(&reply, path.as_str(), &[404, 410])
            }
            _ => Ok(()),
        }
    }
}
