//! The signature of a question to S3 (AWS Signature Version 4): the secret key never leaves the machine.

use std::io::Read;

use jiff::Timestamp;
use ring::{digest, hmac};

use super::endpoint::Secret;
use crate::ground::{hex, percent};
use crate::publish::body::{self, UploadBody};
use crate::publish::store_error::StoreError;

/// A question to be signed.
pub(super) struct Signed<'a> {
    pub(super) method: &'a str,
    pub(super) host: &'a str,
    /// Coded already.
    pub(super) path: &'a str,
    /// Not coded yet, in any order.
    pub(super) query: &'a [(&'a str, &'a str)],
    /// Names in lower case.
    pub(super) headers: &'a [(&'a str, &'a str)],
    /// What [`content`] says of the body.
    pub(super) content: String,
}

/// The digest of a body. A file is read once for it, before it is read again to be sent.
pub(super) fn content(body: &UploadBody<'_>) -> Result<String, StoreError> {
    let (mut context, mut reading, mut block) = (digest::Context::new(&digest::SHA256), body.quietly().read(0)?, vec![0; 64 << 10]);
    loop {
        let count = reading.read(&mut block).map_err(|cause| body::fault(&cause))?;
        if count == 0 {
            return Ok(hex::encode(context.finish().as_ref()));
        }
        context.update(&block[..count]);
    }
}

impl Signed<'_> {
    /// The headers that make the question a signed one.
    pub(super) fn sign(&self, key_id: &str, secret: &Secret, region: &str, now: Timestamp) -> Vec<(String, String)> {
        let (time, day) = (now.strftime("%Y%m%dT%H%M%SZ").to_string(), now.strftime("%Y%m%d").to_string());
        let content = self.content.clone();
        let mut headers: Vec<(&str, &str)> = self.headers.to_vec();
        headers.extend([("host", self.host), ("x-amz-content-sha256", content.as_str()), ("x-amz-date", time.as_str())]);
        headers.sort_unstable();
        let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
        let lines: String = headers.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
        let whole = format!("{}\n{}\n{}\n{lines}\n{names}\n{content}", self.method, self.path, query(self.query));
        let scope = format!("{day}/{region}/s3/aws4_request");
        let whole = hex::encode(digest::digest(&digest::SHA256, whole.as_bytes()).as_ref());
        let words = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{whole}");
        let start = format!("AWS4{}", secret.reveal()).into_bytes();
        let key = [day.as_str(), region, "s3", "aws4_request"].iter().fold(start, |key: Vec<u8>, part| code(&key, part));
        let signature = hex::encode(&code(&key, &words));
        let login = format!("AWS4-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={names}, Signature={signature}");
        vec![("x-amz-content-sha256".into(), content), ("x-amz-date".into(), time), ("authorization".into(), login)]
    }
}

/// A query, sorted and coded: signed and asked alike.
pub(super) fn query(pairs: &[(&str, &str)]) -> String {
    let strict = percent::encode_component;
    let mut pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{}={}", strict(name), strict(value))).collect();
    pairs.sort_unstable();
    pairs.join("&")
}

fn code(key: &[u8], text: &str) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes()).as_ref().to_vec()
}
