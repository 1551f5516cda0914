//! Answers as HTTP: types, parts of files, headers.

use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION,
    X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Response, StatusCode};
use std::convert::Infallible;

/// The body of an answer.
pub type Body = BoxBody<Bytes, Infallible>;

/// Other pages may not take in what a preview shows: it holds drafts.
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// What a strict host sends, so that a page which would break there breaks here.
const PAGE_POLICY: &str = "default-src 'self'";

/// A whole body.
pub fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).boxed()
}

/// An answer with bytes of a type.
pub fn answer(status: StatusCode, kind: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    if kind.starts_with("text/html") {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(PAGE_POLICY));
    }
    response
}

/// A short text.
pub fn text(status: StatusCode, words: &str) -> Response<Body> {
    answer(status, "text/plain; charset=utf-8", full(words.to_string()))
}

/// Another address.
pub fn redirect(to: &str) -> Response<Body> {
    let mut response = text(StatusCode::FOUND, to);
    if let Ok(value) = HeaderValue::from_str(to) {
        response.headers_mut().insert(LOCATION, value);
    }
    response
}

/// A file, or the part of it that was asked for: phones play sound and film only in parts.
pub fn file(kind: &'static str, bytes: Bytes, range: Option<&str>) -> Response<Body> {
    let total = bytes.len();
    let Some(wanted) = range.and_then(|range| part(range, total)) else {
        let mut response = answer(StatusCode::OK, kind, full(bytes));
        response.headers_mut().insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        return response;
    };
    let (status, shown, body) = match wanted {
        Some((first, last)) => (StatusCode::PARTIAL_CONTENT, format!("bytes {first}-{last}/{total}"), bytes.slice(first..=last)),
        None => (StatusCode::RANGE_NOT_SATISFIABLE, format!("bytes */{total}"), Bytes::new()),
    };
    let mut response = answer(status, kind, full(body));
    if let Ok(value) = HeaderValue::from_str(&shown) {
        response.headers_mut().insert(CONTENT_RANGE, value);
    }
    response
}

/// The first and last byte of a `Range` of one part; `Some(None)` when the file has no such part, `None` for a range to be
/// passed over (RFC 9110, 14.2).
fn part(range: &str, total: usize) -> Option<Option<(usize, usize)>> {
    let (first, last) = range.trim().strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| text.trim().parse::<usize>().ok();
    let (first, last) = match (first.trim(), last.trim()) {
        ("", "") => return None,
        ("", length) => (total.saturating_sub(number(length)?), total.checked_sub(1)),
        (first, "") => (number(first)?, total.checked_sub(1)),
        (first, last) => (number(first)?, Some(number(last)?.min(total.saturating_sub(1)))),
    };
    Some(last.filter(|last| first <= *last && first < total).map(|last| (first, last)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_files() {
        assert_eq!(part("bytes=0-1", 10), Some(Some((0, 1))));
        assert_eq!(part("bytes=5-", 10), Some(Some((5, 9))));
        assert_eq!(part("bytes=-3", 10), Some(Some((7, 9))));
        assert_eq!(part("bytes=-30", 10), Some(Some((0, 9))));
        assert_eq!(part("bytes=8-99", 10), Some(Some((8, 9))));
        assert_eq!(part("bytes=10-", 10), Some(None));
        assert_eq!(part("bytes=0-0", 0), Some(None));
        for odd in ["bytes=", "bytes=-", "bytes=a-b", "items=0-1", "bytes=0-1,3-4", "bytes=18446744073709551616-"] {
            assert_eq!(part(odd, 10), None, "{odd}");
        }
    }
}
