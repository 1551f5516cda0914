//! Questions over HTTP: with [`super::web_tls`] the only file that knows `ureq`. Redirections are told and never followed, statuses are no errors.

use std::io::Read;
use std::time::{Duration, Instant};

use ureq::http::{HeaderName, HeaderValue, Method, Request, Response, Uri};
use ureq::unversioned::resolver::DefaultResolver;
use ureq::unversioned::transport::{Connector, TcpConnector};
use ureq::{Agent, SendBody, Timeout};

use super::body::{self, UploadBody};
use super::budget::Budget;
use super::store_error::{StoreError, StoreErrorKind, reached};
use super::tls::{self, TrustedCertificates};
use super::web_tls::Sealing;
use super::wire::endpoint::Timeouts;

/// One client: it keeps the connection it made for the next question.
pub struct Web {
    agent: Agent,
    times: Timeouts,
}

/// What a server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpReply {
    /// The status.
    pub status: u16,
    /// Names in lower case, in the order they came.
    pub headers: Vec<(String, String)>,
    /// The body, up to the limit of the question.
    pub body: Vec<u8>,
}

impl HttpReply {
    /// The first header of a name, given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Where the answer leads instead, without name and password.
    pub fn leads_to(&self) -> Option<String> {
        if !(300..400).contains(&self.status) || self.status == 304 {
            return None;
        }
        let to = self.header("location").unwrap_or_default();
        match to.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.split_once('@')?))) {
            Some((scheme, (before, rest))) if !before.contains('/') => Some(format!("{scheme}://{rest}")),
            _ => Some(to.to_string()),
        }
    }
}

impl Web {
    /// A client that trusts whom `trust` names.
    pub fn new(trust: &TrustedCertificates, times: Timeouts) -> Result<Web, StoreError> {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .allow_non_standard_methods(true)
            // The host is asked itself: what a proxy in between answers proves nothing.
            .proxy(None)
            .user_agent("studyhall")
            .timeout_resolve(Some(times.connect))
            .timeout_connect(Some(times.connect))
            .timeout_per_read(Some(times.answer))
            .timeout_per_write(Some(times.answer))
            .timeout_recv_response(Some(times.answer))
            .build();
        let connector =
            ().chain(TcpConnector::default()).chain(Sealing { config: trust.config()?, patience: times.connect + times.answer });
        Ok(Web { agent: Agent::with_parts(config, connector, DefaultResolver::default()), times })
    }

    /// Asks, and reads the answer's body; one of more than `limit` bytes is a fault.
    pub fn ask(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: &UploadBody<'_>,
        limit: u64,
    ) -> Result<HttpReply, StoreError> {
        let mut answer = self.send(method, url, headers, body)?;
        let (mut body, mut part, mut budget) = (Vec::new(), [0; 16 << 10], Budget::new(self.times, limit));
        let mut reader = answer.body_mut().as_reader();
        loop {
            let count = reader.read(&mut part).map_err(|cause| of_io(&cause))?;
            if count == 0 {
                break;
            }
            // No limit of a single read ends a server that sends a byte now and then.
            budget.take(count)?;
            body.extend_from_slice(&part[..count]);
        }
        Ok(reply(&answer, body))
    }

    /// Asks as a reader's browser does, and takes what comes: at most `limit` bytes of the body, within `time`. Beside the
    /// reply stands what ended the body too early.
    pub fn look(
        &self,
        url: &str,
        headers: &[(&str, &str)],
        limit: usize,
        time: Duration,
    ) -> Result<(HttpReply, Option<StoreError>), StoreError> {
        let began = Instant::now();
        let mut answer = self.send("GET", url, headers, &UploadBody::none())?;
        let (mut body, mut part, mut ended) = (Vec::new(), [0; 16 << 10], None);
        let mut reader = answer.body_mut().as_reader();
        while body.len() < limit {
            match reader.read(&mut part) {
                Ok(0) => break,
                Ok(count) => body.extend_from_slice(&part[..count]),
                Err(cause) => {
                    ended = Some(of_io(&cause));
                    break;
                }
            }
            // A server that sends a byte now and then never runs into the limit of a single read.
            if began.elapsed() > time {
                ended = Some(StoreError::new(StoreErrorKind::Timeout, format!("{} s", time.as_secs())));
                break;
            }
        }
        body.truncate(limit);
        Ok((reply(&answer, body), ended))
    }

    fn send(&self, method: &str, url: &str, headers: &[(&str, &str)], body: &UploadBody<'_>) -> Result<Response<ureq::Body>, StoreError> {
        let wrong = |words: String| StoreError::new(StoreErrorKind::Settings, words);
        let uri: Uri = url.parse().map_err(|cause| wrong(format!("{url}: {cause}")))?;
        let method = Method::from_bytes(method.as_bytes()).map_err(|cause| wrong(cause.to_string()))?;
        let mut request = Request::new(());
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|cause| wrong(cause.to_string()))?;
            // A secret may be in the value: the cause is told without it.
            let value = HeaderValue::from_str(value).map_err(|_| wrong(name.to_string()))?;
            request.headers_mut().insert(name, value);
        }
        let answered = match body.at_hand() {
            Some([]) if !matches!(request.method().as_str(), "PUT" | "POST") => self.agent.run(request),
            Some(bytes) if !body.is_told() => self.agent.run(request.map(|()| bytes)),
            _ => {
                // A length told beforehand is kept: many servers take no body in pieces without one.
                request.headers_mut().insert("content-length", HeaderValue::from(body.size()));
                let mut reading = body.read(0)?;
                self.agent.run(request.map(|()| SendBody::from_reader(&mut reading)))
            }
        };
        answered.map_err(|cause| fault(&cause))
    }
}

fn reply(answer: &Response<ureq::Body>, body: Vec<u8>) -> HttpReply {
    let headers = answer
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    HttpReply { status: answer.status().as_u16(), headers, body }
}

fn fault(cause: &ureq::Error) -> StoreError {
    let kind = match cause {
        ureq::Error::Io(cause) => return of_io(cause),
        ureq::Error::Rustls(cause) => return tls::fault(cause),
        ureq::Error::Timeout(Timeout::Resolve) | ureq::Error::HostNotFound => StoreErrorKind::NoHost,
        ureq::Error::Timeout(_) => StoreErrorKind::Timeout,
        ureq::Error::ConnectionFailed => StoreErrorKind::NoHost,
        ureq::Error::Tls(_) => StoreErrorKind::Certificate,
        ureq::Error::BadUri(_) | ureq::Error::RequireHttpsOnly(_) => StoreErrorKind::Settings,
        ureq::Error::BodyExceedsLimit(_) | ureq::Error::LargeResponseHeader(..) => StoreErrorKind::Endless,
        // What is left is an answer that is not HTTP: a broken line more often than a broken server.
        _ => StoreErrorKind::Lost,
    };
    StoreError::new(kind, cause.to_string())
}

fn of_io(cause: &std::io::Error) -> StoreError {
    if let Some(fault) = body::in_fault(cause) {
        return fault;
    }
    if let Some(cause) = cause.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>()) {
        return fault(cause);
    }
    match cause.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(cause) => tls::fault(cause),
        None => reached(cause),
    }
}
