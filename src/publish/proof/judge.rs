//! One answer against one published file: status, type, charset, length and hash. Pure.

use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::change::{BodyChange, asks_for_password, change, title};
use super::finding::{FindingKind, Mismatch};
use crate::ground::Stamp;
use crate::ground::media::{self, MediaType};
use crate::ground::path::extension;
use crate::publish::record::Published;
use crate::publish::store_error::StoreError;
use crate::publish::web::HttpReply;

/// What a file is compared with.
pub struct ExpectedFile<'a> {
    /// Its path.
    pub path: &'a str,
    /// What was published.
    pub file: Published,
    /// Its bytes, where they are still at hand; asked only when the hash is another.
    pub bytes: &'a dyn Fn() -> Option<Vec<u8>>,
    /// What stood there before.
    pub was: Option<Published>,
    /// The hash of what the host answers to an address that is not there, if it answers as if it were.
    pub nothing: Option<Stamp>,
}

/// Pages that a browser may keep for longer than this, in seconds, are told about: a correction is not seen for a day.
const LONG: u64 = 24 * 60 * 60;
/// A body is not unpacked beyond this: 64 MB, more than any page.
const MOST: u64 = 64 << 20;

/// Judges a whole answer. `ended` is what ended the body too early.
pub fn judge(wanted: &ExpectedFile<'_>, reply: &HttpReply, ended: Option<&StoreError>) -> Vec<Mismatch> {
    if let Some(wrong) = refused(wanted.path, reply) {
        return vec![wrong];
    }
    if let Some(fault) = ended {
        return vec![wrong(reply, FindingKind::NoAnswer, &fault.detail, "")];
    }
    let Some(body) = unpacked(reply) else {
        return vec![wrong(reply, FindingKind::Coding, reply.header("content-encoding").unwrap_or_default(), "")];
    };
    let mut all = Vec::new();
    if Stamp::of_bytes(&body) != wanted.file.stamp {
        let found = differs(wanted, reply, &body);
        let ends = found.kind.is_wrong() && !matches!(found.kind, FindingKind::Injected | FindingKind::Transcoded | FindingKind::Changed);
        all.push(found);
        // The header of another file tells nothing about this one.
        if ends {
            return all;
        }
    }
    all.extend(header(wanted.path, reply, &body));
    all
}

/// Judges the beginning of a big file, asked for as a range: the type, the length of the whole, the first bytes.
pub fn judge_part(wanted: &ExpectedFile<'_>, reply: &HttpReply) -> Vec<Mismatch> {
    if let Some(wrong) = refused(wanted.path, reply) {
        return vec![wrong];
    }
    let total = match reply.status {
        206 => reply.header("content-range").and_then(|range| range.rsplit_once('/')).and_then(|(_, total)| total.parse().ok()),
        _ => reply.header("content-length").and_then(|length| length.parse::<u64>().ok()),
    };
    let begins = || (wanted.bytes)().is_none_or(|bytes| bytes.starts_with(&reply.body));
    let same = total.is_none_or(|total| total == wanted.file.size) && begins();
    let mut all = Vec::new();
    if !same {
        let is_old = wanted.was.is_some_and(|was| was.stamp != wanted.file.stamp && Some(was.size) == total);
        let kind = match () {
            () if is_old => FindingKind::Old,
            () if total.is_some_and(|total| total < wanted.file.size) && begins() => FindingKind::Cut,
            () => FindingKind::Changed,
        };
        return vec![wrong(reply, kind, "", "")];
    }
    all.extend(header(wanted.path, reply, b""));
    // Phones play sound and pictures that move only in parts.
    if reply.status != 206 && matches!(extension(wanted.path), "mp3" | "m4a" | "mp4") {
        all.push(wrong(reply, FindingKind::NoRanges, "", ""));
    }
    all
}

/// What the status alone says.
fn refused(path: &str, reply: &HttpReply) -> Option<Mismatch> {
    let status = reply.status.to_string();
    if let Some(to) = reply.leads_to() {
        let kind = if is_login(&to) { FindingKind::Login } else { FindingKind::Redirect };
        // Without what names the page: all pages that lead to one place are one finding.
        let to = to.split(['?', '#']).next().unwrap_or_default();
        return Some(wrong(reply, kind, to.strip_suffix(path).unwrap_or(to), ""));
    }
    let kind = match reply.status {
        200..=299 => return None,
        401 | 407 | 511 => FindingKind::Login,
        404 | 410 => FindingKind::Missing,
        429 => FindingKind::Slower,
        500.. => FindingKind::Server,
        _ => FindingKind::Denied,
    };
    let value = if kind == FindingKind::Missing { "" } else { &status };
    Some(wrong(reply, kind, value, ""))
}

/// Where a redirection leads to a place that people log in at: the names that such places have.
fn is_login(to: &str) -> bool {
    let to = to.to_ascii_lowercase();
    let parts = to.split(|c: char| !c.is_ascii_alphanumeric());
    parts.into_iter().any(|part| {
        matches!(part, "login" | "signin" | "cas" | "sso" | "auth" | "authserver" | "passport" | "portal" | "oauth2" | "webvpn" | "eportal")
    })
}

/// How a body differs that is not the published one.
fn differs(wanted: &ExpectedFile<'_>, reply: &HttpReply, body: &[u8]) -> Mismatch {
    let stamp = Stamp::of_bytes(body);
    if wanted.was.is_some_and(|was| was.stamp == stamp) {
        return wrong(reply, FindingKind::Old, "", "");
    }
    if wanted.nothing == Some(stamp) && !asks_for_password(body) {
        return wrong(reply, FindingKind::Missing, "", "");
    }
    let Some(published) = (wanted.bytes)() else {
        return wrong(reply, FindingKind::Changed, &body.len().to_string(), &wanted.file.size.to_string());
    };
    if asks_for_password(body) && !asks_for_password(&published) {
        return wrong(reply, FindingKind::Login, &title(body), "");
    }
    let (kind, value) = match change(&published, body) {
        BodyChange::Cut => (FindingKind::Cut, String::new()),
        BodyChange::LineEnds => (FindingKind::LineEnds, String::new()),
        BodyChange::Transcoded => (FindingKind::Transcoded, String::new()),
        BodyChange::Injected(what) => (FindingKind::Injected, what),
        BodyChange::Minified => (FindingKind::Minified, String::new()),
        BodyChange::Picture => (FindingKind::Picture, String::new()),
        BodyChange::Another(title) => (FindingKind::Another, title),
        BodyChange::Other => (FindingKind::Changed, String::new()),
    };
    wrong(reply, kind, &value, "")
}

/// What the header says of a file that is otherwise right.
fn header(path: &str, reply: &HttpReply, body: &[u8]) -> Vec<Mismatch> {
    let mut all = Vec::new();
    let stated = reply.header("content-type").unwrap_or_default();
    let (media, rest) = stated.split_once(';').unwrap_or((stated, ""));
    let media = media.trim().to_ascii_lowercase();
    let is_strict = reply.header("x-content-type-options").is_some_and(|value| value.trim().eq_ignore_ascii_case("nosniff"));
    let kind = extension(path);
    if let Some(right) = wrong_type(kind, &media, is_strict) {
        all.push(wrong(reply, FindingKind::MediaType, &media, right));
    }
    let charset = rest.split(';').find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']).to_ascii_lowercase())
    });
    // The header has the last word over what the page itself says; where all is ASCII, nobody sees it.
    let is_text = matches!(kind, "html" | "htm" | "css" | "js" | "xml" | "txt");
    let matters = is_text && !body.is_ascii() && !body.starts_with(b"\xEF\xBB\xBF");
    if let Some(charset) = charset.filter(|charset| matters && !matches!(charset.as_str(), "utf-8" | "utf8")) {
        all.push(wrong(reply, FindingKind::Charset, &charset, ""));
    }
    let kept = kept_for(reply.header("cache-control").unwrap_or_default());
    if matches!(kind, "html" | "htm") && kept > LONG {
        all.push(wrong(reply, FindingKind::KeptLong, &(kept / LONG).to_string(), ""));
    }
    all
}

/// The right type, where the stated one harms: browsers then show text, or offer to download, or refuse.
fn wrong_type(kind: &str, stated: &str, is_strict: bool) -> Option<&'static str> {
    let right = media::of_extension(kind).map_or(media::UNKNOWN, MediaType::essence);
    let may_be_unknown = stated == media::UNKNOWN;
    let is_right = match kind {
        "html" | "htm" => matches!(stated, "text/html" | "application/xhtml+xml"),
        "css" | "txt" => stated == right,
        "js" => stated.ends_with("javascript") || stated.ends_with("ecmascript"),
        "xml" => stated.ends_with("/xml") || stated.ends_with("+xml"),
        "png" | "jpg" | "jpeg" => stated.starts_with("image/") || (!is_strict && may_be_unknown),
        "mp3" => stated.starts_with("audio/") || may_be_unknown,
        "mp4" => stated.starts_with("video/") || may_be_unknown,
        _ => !stated.starts_with("text/html"),
    };
    (!is_right).then_some(right)
}

/// For how many seconds an answer may be kept without asking again.
fn kept_for(control: &str) -> u64 {
    let parts: Vec<String> = control.split(',').map(|part| part.trim().to_ascii_lowercase()).collect();
    if parts.iter().any(|part| part == "no-cache" || part == "no-store") {
        return 0;
    }
    parts.iter().filter_map(|part| part.strip_prefix("max-age=")?.parse().ok()).max().unwrap_or(0)
}

/// The body as a browser has it; `None` when it cannot be unpacked.
pub fn unpacked(reply: &HttpReply) -> Option<Vec<u8>> {
    match reply.header("content-encoding").map(|coding| coding.trim().to_ascii_lowercase()).as_deref() {
        None | Some("" | "identity") => Some(reply.body.clone()),
        Some("gzip" | "x-gzip") => {
            let mut body = Vec::new();
            MultiGzDecoder::new(reply.body.as_slice()).take(MOST).read_to_end(&mut body).ok().map(|_| body)
        }
        Some(_) => None,
    }
}

/// A wrong answer, with what the server says of itself.
pub fn wrong(reply: &HttpReply, kind: FindingKind, value: &str, other: &str) -> Mismatch {
    let mut said = vec![reply.status.to_string()];
    let names = ["server", "content-type", "via", "x-cache", "age"];
    said.extend(names.iter().filter_map(|name| reply.header(name).map(|value| format!("{name}: {value}"))));
    Mismatch { kind, value: value.to_string(), other: other.to_string(), said: said.join(" · ") }
}
