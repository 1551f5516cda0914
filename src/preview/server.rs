//! The server of a site's preview: who may ask for what, files of the site, live messages. A thread of a pool for every file.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt;
use http_body_util::channel::Channel;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, HOST, HeaderValue, RANGE};
use hyper::{Method, Request, Response, StatusCode};

use super::address::Address;
use super::answer::{Body, answer, file, full, redirect, text};
use super::guard::{Refused, Wanted, judge};
use super::http::{Answering, Handler, Listener};
use super::hub::Hub;
use super::inject::inject;
use super::neighbour::is_same_site;
use super::source::{OWN, Reply, Source, Status};
use crate::ground::media::content_type;
use crate::ground::{Error, Result};

const SCRIPT: &str = include_str!("page/preview.js");
const STYLE: &str = include_str!("page/preview.css");
const BROKEN: &str = include_str!("page/broken.html");

/// Ports tried behind the one that was asked for.
const NEXT_PORTS: u16 = 20;
/// How often a listener without news is sent something, so that a dead connection is noticed.
const PULSE: Duration = Duration::from_secs(15);

/// How to serve.
pub struct Settings {
    /// The port to begin with.
    pub port: u16,
    /// Needed by whoever asks from the network; without it only this machine is answered.
    pub token: Option<String>,
    /// Tells this site from others on this machine.
    pub mark: String,
    /// Where files come from.
    pub source: Arc<dyn Source>,
    /// Live messages.
    pub hub: Arc<Hub>,
}

/// A running server. Dropped, it ends.
pub struct Server {
    /// Where it can be reached.
    pub address: Address,
    /// The port it got.
    pub port: u16,
    _listener: Listener,
}

impl Server {
    /// Begins to serve, at the port asked for or, if that is taken, at the next free one.
    ///
    /// # Errors
    /// When no port can be had, or another preview of the same site has it.
    pub fn start(settings: Settings) -> Result<Server> {
        let listener = listen(&settings)?;
        let bound = listener.local_addr().map_err(|cause| refused(settings.port, cause))?;
        let address = Address::new(bound, settings.token.as_deref());
        let listener = Listener::start(listener, Arc::new(settings)).map_err(|cause| refused(bound.port(), cause))?;
        Ok(Server { address, port: bound.port(), _listener: listener })
    }
}

impl Handler for Settings {
    fn handle(self: Arc<Self>, request: Request<Incoming>, here: IpAddr, peer: SocketAddr) -> Answering {
        Box::pin(async move { serve(&self, &request, here, peer).await })
    }
}

fn listen(settings: &Settings) -> Result<TcpListener> {
    let ip = if settings.token.is_some() { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::LOCALHOST };
    let last = settings.port.saturating_add(NEXT_PORTS);
    for port in settings.port..=last {
        match TcpListener::bind((ip, port)) {
            Ok(listener) => return Ok(listener),
            Err(cause) if cause.kind() == io::ErrorKind::AddrInUse => {
                if is_same_site(port, &settings.mark) {
                    return Err(Error::new("error-serve-twice").arg("url", format!("http://127.0.0.1:{port}/")));
                }
                if port == last {
                    return Err(refused(settings.port, cause));
                }
            }
            Err(cause) => return Err(refused(port, cause)),
        }
    }
    Err(Error::new("error-serve-port").arg("port", settings.port.to_string()))
}

fn refused(port: u16, cause: io::Error) -> Error {
    let id = if cause.kind() == io::ErrorKind::PermissionDenied { "error-serve-permission" } else { "error-serve-port" };
    Error { cause: Some(cause), ..Error::new(id).arg("port", port.to_string()) }
}

async fn serve(settings: &Arc<Settings>, request: &Request<Incoming>, here: IpAddr, peer: SocketAddr) -> Response<Body> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "GET");
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    let header = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let wanted = match judge(header(HOST), here, peer.ip(), request.uri().path(), settings.token.as_deref()) {
        Ok(wanted) => wanted,
        Err(Refused::Path) => return text(StatusCode::BAD_REQUEST, "400"),
        Err(Refused::Host | Refused::Token) => return text(StatusCode::FORBIDDEN, "403"),
    };
    match wanted.path.strip_prefix(OWN).and_then(|rest| rest.strip_prefix('/')) {
        Some("preview.js") => answer(StatusCode::OK, content_type("x.js"), full(SCRIPT)),
        Some("preview.css") => answer(StatusCode::OK, content_type("x.css"), full(STYLE)),
        Some("site") => text(StatusCode::OK, &settings.mark),
        Some("live") => live(settings, request.uri().query().unwrap_or_default()),
        Some(_) => text(StatusCode::NOT_FOUND, "404"),
        None => page(settings, &wanted, header(RANGE)).await,
    }
}

/// A file of the site.
async fn page(settings: &Arc<Settings>, wanted: &Wanted, range: Option<&str>) -> Response<Body> {
    let url = match wanted.path.as_str() {
        path if path.is_empty() || path.ends_with('/') => format!("{path}index.html"),
        path => path.to_string(),
    };
    let Some(reply) = ask(settings, url.clone()).await else { return text(StatusCode::INTERNAL_SERVER_ERROR, "500") };
    if reply.status == Status::Missing && !wanted.path.is_empty() && !url.ends_with("index.html") {
        // A folder without its slash: relative links need it.
        let folder = ask(settings, format!("{url}/index.html")).await;
        if folder.is_some_and(|folder| folder.status == Status::Found) {
            return redirect(&format!("{}/{}/", wanted.prefix, wanted.path));
        }
    }
    let stamp = reply.stamp;
    match reply.status {
        Status::Found if content_type(&url).starts_with("text/html") => {
            answer(StatusCode::OK, content_type(&url), full(inject(&reply.bytes, &wanted.prefix, &url, stamp)))
        }
        Status::Found => file(content_type(&url), Bytes::copy_from_slice(&reply.bytes), range),
        Status::Missing => {
            // The page that says so stands at the root of the site, and its links with it: it is sent from there.
            let base = format!("{}/", wanted.prefix);
            let html = inject(&reply.bytes, &wanted.prefix, &url, stamp);
            answer(StatusCode::NOT_FOUND, content_type("x.html"), full(with_base(html, &base)))
        }
        Status::Broken => {
            let html = inject(BROKEN.as_bytes(), &wanted.prefix, &url, stamp);
            answer(StatusCode::INTERNAL_SERVER_ERROR, content_type("x.html"), full(html))
        }
    }
}

/// Lets a page's relative links begin at `base`.
fn with_base(html: Vec<u8>, base: &str) -> Vec<u8> {
    let Some(at) = html.windows(7).position(|part| part == b"<script") else { return html };
    [&html[..at], format!("<base href=\"{base}\">").as_bytes(), &html[at..]].concat()
}

async fn ask(settings: &Arc<Settings>, url: String) -> Option<Reply> {
    let settings = Arc::clone(settings);
    tokio::task::spawn_blocking(move || settings.source.file(&url)).await.ok()
}

/// Live messages for one page, for as long as it is open.
fn live(settings: &Arc<Settings>, query: &str) -> Response<Body> {
    let page = query.split('&').find_map(|pair| pair.strip_prefix("page=")).unwrap_or_default();
    // Only addresses of the output come here, which need no decoding but of the slash.
    let page = page.replace("%2F", "/");
    let (mut sender, body) = Channel::<Bytes, Infallible>::new(1);
    let settings = Arc::clone(settings);
    tokio::spawn(async move {
        let (mut notes, _listening) = settings.hub.listen(&page);
        if sender.send_data(Bytes::from_static(b"retry: 500\n\n")).await.is_err() {
            return;
        }
        loop {
            let mut note = notes.borrow_and_update().clone();
            if note.number > 0 {
                let reply = ask(&settings, page.clone()).await;
                let stamp = reply.filter(|reply| reply.status == Status::Found).map(|reply| reply.stamp.short());
                note.json["stamp"] = stamp.into();
                if sender.send_data(Bytes::from(format!("data: {}\n\n", note.json))).await.is_err() {
                    return;
                }
            }
            // A reader who never reads stops here: nothing piles up.
            loop {
                match tokio::time::timeout(PULSE, notes.changed()).await {
                    Ok(Ok(())) => break,
                    Ok(Err(_)) => return,
                    Err(_) if sender.send_data(Bytes::from_static(b":\n\n")).await.is_err() => return,
                    Err(_) => {}
                }
            }
        }
    });
    answer(StatusCode::OK, "text/event-stream; charset=utf-8", body.boxed())
}
