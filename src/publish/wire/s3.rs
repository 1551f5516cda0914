//! Storage that speaks S3. There is no renaming: a file is there whole or not at all, and the order keeps the site whole.

use std::sync::Arc;

use jiff::Timestamp;

use super::endpoint::{Secret, Secrets, Timeouts};
use super::sign::{self, Signed};
use super::xml;
use crate::ground::{RelPath, media, percent};
use crate::publish::body::UploadBody;
use crate::publish::budget;
use crate::publish::store::{Capabilities, Connector, RemoteEntry, Store};
use crate::publish::store_error::{StoreError, StoreErrorKind};
use crate::publish::tls::TrustedCertificates;
use crate::publish::web::{HttpReply, Web};

/// Pages of one listing. Services bring up to a thousand names on each; one that brings fewer is still done with a large folder.
const MOST_PAGES: usize = 1000;

/// Most questions have no body.
const NOTHING: UploadBody<'static> = UploadBody::none();

/// Names with their values, of a query or of headers.
type Pairs<'a> = &'a [(&'a str, &'a str)];

/// A bucket, or a part of it.
pub struct S3 {
    /// The service: `https://s3.example.edu.cn`, without the bucket.
    pub endpoint: String,
    /// The bucket.
    pub bucket: String,
    /// What all names begin with, without slashes at its ends; may be empty.
    pub prefix: String,
    /// The region; services of one region take `us-east-1`.
    pub region: String,
    /// The name of the key. Its secret is the password of the target.
    pub key_id: String,
    /// Asked for the secret key.
    pub secrets: Arc<dyn Secrets>,
    /// The bucket stands in the host's name (`bucket.s3.example.com`), as the large clouds want it, not in the path.
    pub bucket_in_host: bool,
    /// Whose certificates hold.
    pub trust: Arc<TrustedCertificates>,
    /// How long to wait.
    pub times: Timeouts,
}

impl Connector for S3 {
    fn open(&self) -> Result<Box<dyn Store>, StoreError> {
        let secret = self.secrets.password().ok_or_else(|| StoreError::new(StoreErrorKind::NoSecret, self.key_id.clone()))?;
        let (scheme, host) = self
            .endpoint
            .trim_end_matches('/')
            .split_once("://")
            .ok_or_else(|| StoreError::new(StoreErrorKind::Settings, self.endpoint.clone()))?;
        let (host, base) = if self.bucket_in_host {
            (format!("{}.{host}", self.bucket), String::new())
        } else {
            (host.to_string(), format!("/{}", self.bucket))
        };
        let mut bucket = S3Connection {
            web: Web::new(&self.trust, self.times)?,
            scheme: scheme.to_string(),
            host,
            base,
            prefix: if self.prefix.is_empty() { String::new() } else { format!("{}/", self.prefix) },
            region: self.region.clone(),
            key_id: self.key_id.clone(),
            secret,
        };
        bucket.page("", None, 1)?;
        Ok(Box::new(bucket))
    }

    fn name(&self) -> String {
        format!("{}/{}/{}", self.endpoint.trim_end_matches('/'), self.bucket, self.prefix).trim_end_matches('/').to_string()
    }
}

/// One connection.
struct S3Connection {
    web: Web,
    scheme: String,
    host: String,
    base: String,
    prefix: String,
    region: String,
    key_id: String,
    secret: Secret,
}

impl S3Connection {
    fn ask(
        &self,
        method: &str,
        path: &str,
        query: &[(&str, &str)],
        headers: &[(&str, &str)],
        body: &UploadBody<'_>,
    ) -> Result<HttpReply, StoreError> {
        self.ask_for(method, path, (query, headers), body, budget::WORDS)
    }

    fn ask_for(
        &self,
        method: &str,
        path: &str,
        (query, headers): (Pairs<'_>, Pairs<'_>),
        body: &UploadBody<'_>,
        limit: u64,
    ) -> Result<HttpReply, StoreError> {
        let target = format!("{}/{}", self.base, percent::encode_path(path));
        let question = Signed { method, host: &self.host, path: &target, query, headers, content: sign::content(body)? };
        let signed = question.sign(&self.key_id, &self.secret, &self.region, Timestamp::now());
        let all: Vec<(&str, &str)> =
            headers.iter().copied().chain(signed.iter().map(|(name, value)| (name.as_str(), value.as_str()))).collect();
        let query = sign::query(query);
        let mark = if query.is_empty() { "" } else { "?" };
        let url = format!("{}://{}{target}{mark}{query}", self.scheme, self.host);
        self.web.ask(method, &url, &all, body, limit)
    }

    fn page(&mut self, prefix: &str, from: Option<&str>, most: u32) -> Result<xml::Listed, StoreError> {
        let (most, full) = (most.to_string(), format!("{}{prefix}", self.prefix));
        let mut query =
            vec![("delimiter", "/"), ("encoding-type", "url"), ("list-type", "2"), ("max-keys", most.as_str()), ("prefix", full.as_str())];
        query.extend(from.map(|from| ("continuation-token", from)));
        let reply = self.ask_for("GET", "", (&query, &[]), &NOTHING, budget::LISTING)?;
        if reply.status != 200 {
            return Err(self.refusal(&reply));
        }
        xml::listed(&reply.body, &full).ok_or_else(|| StoreError::new(StoreErrorKind::Unsupported, "the answer is no listing of S3"))
    }

    fn refusal(&self, reply: &HttpReply) -> StoreError {
        if let Some(to) = reply.leads_to() {
            return StoreError::new(StoreErrorKind::Redirected { to }, reply.status.to_string());
        }
        let (code, words) = xml::error(&reply.body).unwrap_or_default();
        let kind = match code.as_str() {
            "InvalidAccessKeyId" | "SignatureDoesNotMatch" | "AuthFailure" | "InvalidToken" => StoreErrorKind::Login,
            "RequestTimeTooSkewed" | "RequestExpired" => StoreErrorKind::Clock,
            "NoSuchBucket" | "AuthorizationHeaderMalformed" | "InvalidBucketName" => StoreErrorKind::Settings,
            "SlowDown" | "ServiceUnavailable" | "TooManyRequests" | "OperationAborted" => StoreErrorKind::Busy,
            "RequestTimeout" => StoreErrorKind::Timeout,
            "InternalError" => StoreErrorKind::Lost,
            "KeyTooLongError" | "KeyTooLong" => StoreErrorKind::NameTooLong,
            "EntityTooLarge" | "QuotaExceeded" | "XMinioAdminBucketQuotaExceeded" | "XMinioStorageFull" => StoreErrorKind::Full,
            "NotImplemented" => StoreErrorKind::Unsupported,
            _ => match reply.status {
                401 => StoreErrorKind::Login,
                403 => StoreErrorKind::Denied,
                413 | 507 => StoreErrorKind::Full,
                414 => StoreErrorKind::NameTooLong,
                429 | 503 => StoreErrorKind::Busy,
                405 | 501 => StoreErrorKind::Unsupported,
                502 | 504 => StoreErrorKind::Lost,
                _ => StoreErrorKind::Other,
            },
        };
        let words = self.secret.struck_from(&self.key_id, &words);
        StoreError::new(kind, [reply.status.to_string(), code, words].join(" ").trim_end())
    }

    fn name_of(&self, path: &RelPath) -> String {
        format!("{}{path}", self.prefix)
    }
}

impl Store for S3Connection {
    fn can(&self) -> Capabilities {
        Capabilities { replace_by_rename: false, resume: false, create_new: true, sizes: true, folders: false, whole_writes: true }
    }

    fn list(&mut self, folder: Option<&RelPath>) -> Result<Vec<RemoteEntry>, StoreError> {
        let prefix = folder.map_or_else(String::new, |folder| format!("{folder}/"));
        let (mut entries, mut next): (Vec<RemoteEntry>, Option<String>) = (Vec::new(), None);
        for _ in 0..MOST_PAGES {
            let page = self.page(&prefix, next.as_deref(), 1000)?;
            entries.extend(page.entries);
            entries = budget::bounded(entries)?;
            // A service that answers with the same mark again would never end.
            if page.next.is_none() || page.next == next {
                return Ok(entries);
            }
            next = page.next;
        }
        Err(budget::endless(format!("> {MOST_PAGES} pages")))
    }

    fn size(&mut self, path: &RelPath) -> Result<Option<u64>, StoreError> {
        let reply = self.ask("HEAD", &self.name_of(path), &[], &[], &NOTHING)?;
        match reply.status {
            200 => Ok(reply.header("content-length").and_then(|size| size.parse().ok())),
            404 => Ok(None),
            _ => Err(self.refusal(&reply)),
        }
    }

    fn read(&mut self, path: &RelPath, limit: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let reply = self.ask_for("GET", &self.name_of(path), (&[], &[]), &NOTHING, limit.max(budget::WORDS))?;
        match reply.status {
            200 if reply.body.len() as u64 > limit => Err(budget::endless(format!("{path} > {} KB", limit >> 10))),
            200 => Ok(Some(reply.body)),
            404 if xml::error(&reply.body).is_none_or(|(code, _)| code != "NoSuchBucket") => Ok(None),
            _ => Err(self.refusal(&reply)),
        }
    }

    fn write(&mut self, path: &RelPath, body: &UploadBody<'_>, _from: u64) -> Result<(), StoreError> {
        let reply = self.ask("PUT", &self.name_of(path), &[], &[("content-type", media::content_type(path.as_str()))], body)?;
        if reply.status == 200 { Ok(()) } else { Err(self.refusal(&reply)) }
    }

    fn create_new(&mut self, path: &RelPath, bytes: &[u8]) -> Result<bool, StoreError> {
        if self.size(path)?.is_some() {
            return Ok(false);
        }
        let headers = [("content-type", media::content_type(path.as_str())), ("if-none-match", "*")];
        let reply = self.ask("PUT", &self.name_of(path), &[], &headers, &UploadBody::of_bytes(bytes))?;
        match reply.status {
            // A service that does not know the condition passes it over: who wrote last is asked.
            200 => Ok(self.read(path, budget::WORDS)?.as_deref() == Some(bytes)),
            409 | 412 => Ok(false),
            _ => Err(self.refusal(&reply)),
        }
    }

    fn rename(&mut self, _from: &RelPath, _to: &RelPath) -> Result<(), StoreError> {
        Err(StoreError::new(StoreErrorKind::Unsupported, "rename"))
    }

    fn make_folder(&mut self, _path: &RelPath) -> Result<(), StoreError> {
        Ok(())
    }

    fn remove(&mut self, path: &RelPath) -> Result<(), StoreError> {
        let reply = self.ask("DELETE", &self.name_of(path), &[], &[], &NOTHING)?;
        if matches!(reply.status, 200 | 204 | 404) { Ok(()) } else { Err(self.refusal(&reply)) }
    }

    fn remove_folder(&mut self, _path: &RelPath) -> Result<(), StoreError> {
        Ok(())
    }
}
