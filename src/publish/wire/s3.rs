//! Storage that speaks S3. There is no renaming: a file is there whole or not at all, and the order keeps the site whole.

use std::sync::Arc;

use jiff::Timestamp;

use super::reach::{Secret, Secrets, Times};
use super::sign::{self, Signed};
use super::xml;
use crate::ground::{RelPath, media, percent};
use crate::publish::body::Body;
use crate::publish::budget;
use crate::publish::store::{Can, Entry, Fault, FaultKind, Opener, Store};
use crate::publish::tls::Trust;
use crate::publish::web::{Reply, Web};

/// Pages of one listing. Services bring up to a thousand names on each; one that brings fewer is still done with a large folder.
const MOST_PAGES: usize = 1000;

/// Most questions have no body.
const NOTHING: Body<'static> = Body::none();

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
    pub trust: Arc<Trust>,
    /// How long to wait.
    pub times: Times,
}

impl Opener for S3 {
    fn open(&self) -> Result<Box<dyn Store>, Fault> {
        let secret = self.secrets.password().ok_or_else(|| Fault::new(FaultKind::NoSecret, self.key_id.clone()))?;
        let (scheme, host) =
            self.endpoint.trim_end_matches('/').split_once("://").ok_or_else(|| Fault::new(FaultKind::Settings, self.endpoint.clone()))?;
        let (host, base) = if self.bucket_in_host {
            (format!("{}.{host}", self.bucket), String::new())
        } else {
            (host.to_string(), format!("/{}", self.bucket))
        };
        let mut bucket = Bucket {
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
struct Bucket {
    web: Web,
    scheme: String,
    host: String,
    base: String,
    prefix: String,
    region: String,
    key_id: String,
    secret: Secret,
}

impl Bucket {
    fn ask(&self, method: &str, path: &str, query: &[(&str, &str)], headers: &[(&str, &str)], body: &Body<'_>) -> Result<Reply, Fault> {
        self.ask_for(method, path, (query, headers), body, budget::WORDS)
    }

    fn ask_for(
        &self,
        method: &str,
        path: &str,
        (query, headers): (Pairs<'_>, Pairs<'_>),
        body: &Body<'_>,
        limit: u64,
    ) -> Result<Reply, Fault> {
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

    fn page(&mut self, prefix: &str, from: Option<&str>, most: u32) -> Result<xml::Listed, Fault> {
        let (most, full) = (most.to_string(), format!("{}{prefix}", self.prefix));
        let mut query =
            vec![("delimiter", "/"), ("encoding-type", "url"), ("list-type", "2"), ("max-keys", most.as_str()), ("prefix", full.as_str())];
        query.extend(from.map(|from| ("continuation-token", from)));
        let reply = self.ask_for("GET", "", (&query, &[]), &NOTHING, budget::LISTING)?;
        if reply.status != 200 {
            return Err(self.refusal(&reply));
        }
        xml::listed(&reply.body, &full).ok_or_else(|| Fault::new(FaultKind::Unsupported, "the answer is no listing of S3"))
    }

    fn refusal(&self, reply: &Reply) -> Fault {
        if let Some(to) = reply.leads_to() {
            return Fault::new(FaultKind::Redirected { to }, reply.status.to_string());
        }
        let (code, words) = xml::error(&reply.body).unwrap_or_default();
        let kind = match code.as_str() {
            "InvalidAccessKeyId" | "SignatureDoesNotMatch" | "AuthFailure" | "InvalidToken" => FaultKind::Login,
            "RequestTimeTooSkewed" | "RequestExpired" => FaultKind::Clock,
            "NoSuchBucket" | "AuthorizationHeaderMalformed" | "InvalidBucketName" => FaultKind::Settings,
            "SlowDown" | "ServiceUnavailable" | "TooManyRequests" | "OperationAborted" => FaultKind::Busy,
            "RequestTimeout" => FaultKind::Timeout,
            "InternalError" => FaultKind::Lost,
            "KeyTooLongError" | "KeyTooLong" => FaultKind::NameTooLong,
            "EntityTooLarge" | "QuotaExceeded" | "XMinioAdminBucketQuotaExceeded" | "XMinioStorageFull" => FaultKind::Full,
            "NotImplemented" => FaultKind::Unsupported,
            _ => match reply.status {
                401 => FaultKind::Login,
                403 => FaultKind::Denied,
                413 | 507 => FaultKind::Full,
                414 => FaultKind::NameTooLong,
                429 | 503 => FaultKind::Busy,
                405 | 501 => FaultKind::Unsupported,
                502 | 504 => FaultKind::Lost,
                _ => FaultKind::Other,
            },
        };
        let words = self.secret.struck_from(&self.key_id, &words);
        Fault::new(kind, [reply.status.to_string(), code, words].join(" ").trim_end())
    }

    fn name_of(&self, path: &RelPath) -> String {
        format!("{}{path}", self.prefix)
    }
}

impl Store for Bucket {
    fn can(&self) -> Can {
        Can { replace_by_rename: false, resume: false, create_new: true, sizes: true, folders: false, whole_writes: true }
    }

    fn list(&mut self, folder: Option<&RelPath>) -> Result<Vec<Entry>, Fault> {
        let prefix = folder.map_or_else(String::new, |folder| format!("{folder}/"));
        let (mut entries, mut next): (Vec<Entry>, Option<String>) = (Vec::new(), None);
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

    fn size(&mut self, path: &RelPath) -> Result<Option<u64>, Fault> {
        let reply = self.ask("HEAD", &self.name_of(path), &[], &[], &NOTHING)?;
        match reply.status {
            200 => Ok(reply.header("content-length").and_then(|size| size.parse().ok())),
            404 => Ok(None),
            _ => Err(self.refusal(&reply)),
        }
    }

    fn read(&mut self, path: &RelPath, limit: u64) -> Result<Option<Vec<u8>>, Fault> {
        let reply = self.ask_for("GET", &self.name_of(path), (&[], &[]), &NOTHING, limit.max(budget::WORDS))?;
        match reply.status {
            200 if reply.body.len() as u64 > limit => Err(budget::endless(format!("{path} > {} KB", limit >> 10))),
            200 => Ok(Some(reply.body)),
            404 if xml::error(&reply.body).is_none_or(|(code, _)| code != "NoSuchBucket") => Ok(None),
            _ => Err(self.refusal(&reply)),
        }
    }

    fn write(&mut self, path: &RelPath, body: &Body<'_>, _from: u64) -> Result<(), Fault> {
        let reply = self.ask("PUT", &self.name_of(path), &[], &[("content-type", media::content_type(path.as_str()))], body)?;
        if reply.status == 200 { Ok(()) } else { Err(self.refusal(&reply)) }
    }

    fn create_new(&mut self, path: &RelPath, bytes: &[u8]) -> Result<bool, Fault> {
        if self.size(path)?.is_some() {
            return Ok(false);
        }
        let headers = [("content-type", media::content_type(path.as_str())), ("if-none-match", "*")];
        let reply = self.ask("PUT", &self.name_of(path), &[], &headers, &Body::of_bytes(bytes))?;
        match reply.status {
            // A service that does not know the condition passes it over: who wrote last is asked.
            200 => Ok(self.read(path, budget::WORDS)?.as_deref() == Some(bytes)),
            409 | 412 => Ok(false),
            _ => Err(self.refusal(&reply)),
        }
    }

    fn rename(&mut self, _from: &RelPath, _to: &RelPath) -> Result<(), Fault> {
        Err(Fault::new(FaultKind::Unsupported, "rename"))
    }

    fn make_folder(&mut self, _path: &RelPath) -> Result<(), Fault> {
        Ok(())
    }

    fn remove(&mut self, path: &RelPath) -> Result<(), Fault> {
        let reply = self.ask("DELETE", &self.name_of(path), &[], &[], &NOTHING)?;
        if matches!(reply.status, 200 | 204 | 404) { Ok(()) } else { Err(self.refusal(&reply)) }
    }

    fn remove_folder(&mut self, _path: &RelPath) -> Result<(), Fault> {
        Ok(())
    }
}
