//! Pages of the program itself: for this computer alone, behind a token, and the only ones that may change something.
//!
//! Three locks, since any page of the web that the officer has open may send requests to a port of her machine: only loopback is
//! listened to and `Host` must say so (no foreign name may point here); the address holds a token that no other page can know;
//! and what changes something is a `POST` that repeats the token in a header, which no form of another origin can send.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use http_body_util::{BodyExt, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{HOST, ORIGIN};
use hyper::{Method, Request, Response, StatusCode};

use super::answer::{Body, answer, full, text};
use super::guard::{judge, same};
use super::http::{Answering, Handler, Listener};

/// The header that repeats the token.
const TOKEN_HEADER: &str = "x-studyhall-token";

/// A request that has passed all locks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppRequest {
    /// Whether it may change something.
    pub is_post: bool,
    /// The path behind the token, decoded, without a leading slash.
    pub path: String,
    /// What stands behind the question mark, as it was sent.
    pub query: String,
    /// What a `POST` brings.
    pub body: Vec<u8>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppReply {
    /// The HTTP status: 200, 404, 409 …
    pub status: u16,
    /// The media type.
    pub kind: &'static str,
    /// The body.
    pub bytes: Vec<u8>,
}

/// The program's side of its pages.
pub trait Application: Send + Sync + 'static {
    /// The answer to a request. May take a while: it is asked from a thread of its own.
    fn answer(&self, request: &AppRequest) -> AppReply;
}

/// A running server of the program's own pages. Dropped, it ends.
pub struct ApplicationServer {
    /// The address to open, token included.
    pub url: String,
    _listener: Listener,
}

struct Locked {
    application: Arc<dyn Application>,
    token: String,
    port: u16,
    longest: usize,
}

impl ApplicationServer {
    /// Begins to serve at a free port of the loopback address. A body of more than `longest` bytes is refused unread.
    ///
    /// # Errors
    /// When the system gives no port.
    pub fn start(application: Arc<dyn Application>, token: &str, longest: usize) -> io::Result<ApplicationServer> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = socket.local_addr()?.port();
        let locked = Locked { application, token: token.to_string(), port, longest };
        let listener = Listener::start(socket, Arc::new(locked))?;
        Ok(ApplicationServer { url: format!("http://127.0.0.1:{port}/{token}/"), _listener: listener })
    }
}

impl Handler for Locked {
    fn handle(self: Arc<Self>, request: Request<Incoming>, here: IpAddr, peer: SocketAddr) -> Answering {
        Box::pin(async move { self.serve(request, here, peer).await })
    }
}

impl Locked {
    async fn serve(self: Arc<Self>, request: Request<Incoming>, here: IpAddr, peer: SocketAddr) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let wanted = match judge(header(HOST.as_str()), here, peer.ip(), parts.uri.path(), Some(&self.token)) {
            Ok(wanted) if !wanted.prefix.is_empty() => wanted,
            _ => return text(StatusCode::FORBIDDEN, "403"),
        };
        let is_post = match parts.method {
            Method::GET | Method::HEAD => false,
            Method::POST => true,
            _ => return text(StatusCode::METHOD_NOT_ALLOWED, "405"),
        };
        if is_post && !self.may_change(header(TOKEN_HEADER), header(ORIGIN.as_str())) {
            return text(StatusCode::FORBIDDEN, "403");
        }
        let body = match is_post {
            false => Bytes::new(),
            true => match Limited::new(body, self.longest).collect().await {
                Ok(body) => body.to_bytes(),
                Err(_) => return text(StatusCode::PAYLOAD_TOO_LARGE, "413"),
            },
        };
        let request =
            AppRequest { is_post, path: wanted.path, query: parts.uri.query().unwrap_or_default().to_string(), body: body.to_vec() };
        let reply = tokio::task::spawn_blocking(move || self.application.answer(&request)).await;
        match reply {
            Ok(reply) => {
                let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                answer(status, reply.kind, full(reply.bytes))
            }
            Err(_) => text(StatusCode::INTERNAL_SERVER_ERROR, "500"),
        }
    }

    /// Whether a `POST` comes from a page of this server. Browsers send `Origin` with every `POST`; what is no browser may leave it out.
    fn may_change(&self, token: Option<&str>, origin: Option<&str>) -> bool {
        let own = [format!("http://127.0.0.1:{}", self.port), format!("http://localhost:{}", self.port)];
        token.is_some_and(|token| same(token, &self.token)) && origin.is_none_or(|origin| own.iter().any(|own| own == origin))
    }
}
