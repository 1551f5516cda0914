//! What FTP servers answer when they are asked for a folder: lines for machines (RFC 3659), or lines for people in one of the
//! shapes that thirty years have left. Foreign input: what is not understood is left out, and nothing ends the program.

use crate::publish::store::RemoteEntry;

/// Reads the answer to `MLSD`.
pub(super) fn facts(bytes: &[u8]) -> Vec<RemoteEntry> {
    let line = |line: &[u8]| {
        let at = line.windows(1).position(|byte| byte == b" ")?;
        let (facts, name) = (String::from_utf8_lossy(&line[..at]).to_ascii_lowercase(), super::decoding::words(&line[at + 1..]));
        let fact = |name: &str| facts.split(';').find_map(|fact| fact.strip_prefix(name)?.strip_prefix('='));
        let is_folder = match fact("type") {
            Some("cdir" | "pdir") => return None,
            Some("dir") => true,
            _ => false,
        };
        entry(&name, fact("size").and_then(|size| size.parse().ok()), is_folder)
    };
    lines(bytes).filter_map(line).collect()
}

/// Reads the answer to `LIST`.
pub(super) fn for_people(bytes: &[u8]) -> Vec<RemoteEntry> {
    lines(bytes)
        .filter_map(|line| {
            let line = super::decoding::words(line);
            unix(&line).or_else(|| windows(&line)).or_else(|| short(&line))
        })
        .collect()
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

fn entry(name: &str, size: Option<u64>, is_folder: bool) -> Option<RemoteEntry> {
    // Some servers put the whole path or the folder's own names in.
    let name = name.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let is_name = !matches!(name, "" | "." | "..");
    is_name.then(|| RemoteEntry { name: name.to_string(), size: size.filter(|_| !is_folder), is_folder })
}

/// `-rw-r--r--   1 web  users  1234 Mar  5 12:30 name`, with or without links, owner and group, in several calendars.
fn unix(line: &str) -> Option<RemoteEntry> {
    let kind = line.chars().next().filter(|kind| "-dlbcps".contains(*kind))?;
    let rights = line.split_ascii_whitespace().next()?;
    if rights.len() < 10 || !rights.chars().skip(1).take(9).all(|right| "rwxsStTlL-".contains(right)) {
        return None;
    }
    let words: Vec<(usize, &str)> = positions(line);
    // The size is the last number before the date, and the date is what looks like one.
    let (size, last) = (1..words.len()).find_map(|at| {
        let size: u64 = words[at].1.parse().ok()?;
        Some((size, at + date(&words, at + 1)?))
    })?;
    let (start, text) = words[last];
    // Exactly one blank: a name may begin with another.
    let name = line[start + text.len()..].strip_prefix(' ')?;
    let name = if kind == 'l' { name.split(" -> ").next().unwrap_or(name) } else { name };
    entry(name, Some(size).filter(|_| kind == '-'), kind == 'd')
}

/// How many words a date at `at` takes.
fn date(words: &[(usize, &str)], at: usize) -> Option<usize> {
    let word = |at: usize| words.get(at).map(|(_, text)| *text);
    let first = word(at)?;
    let second = word(at + 1)?;
    if is_month(first) && is_day(second) && is_time(word(at + 2)?) || is_day(first) && is_month(second) && is_time(word(at + 2)?) {
        return Some(3);
    }
    let is_iso =
        first.len() == 10 && first.chars().enumerate().all(|(at, c)| if at == 4 || at == 7 { c == '-' } else { c.is_ascii_digit() });
    (is_iso && second.contains(':')).then_some(2)
}

fn is_month(word: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    MONTHS.contains(&word.trim_end_matches('.').to_ascii_lowercase().as_str())
        || word.strip_suffix('月').is_some_and(|number| number.parse().is_ok_and(|month: u8| (1..=12).contains(&month)))
}

fn is_day(word: &str) -> bool {
    word.trim_end_matches(['日', ',']).parse().is_ok_and(|day: u8| (1..=31).contains(&day))
}

fn is_time(word: &str) -> bool {
    let word = word.trim_end_matches('年');
    word.contains(':') || word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// `03-05-26  12:30PM  <DIR>  name`, as IIS lists unless told otherwise.
fn windows(line: &str) -> Option<RemoteEntry> {
    let words = positions(line);
    let [(_, date), (_, time), (_, size)] = words.get(..3)? else { return None };
    let is_date = date.len() >= 8 && date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-' || byte == b'/' || byte == b'.');
    let is_folder = size.eq_ignore_ascii_case("<dir>") || size.eq_ignore_ascii_case("<junction>");
    let bytes: Option<u64> = size.replace(',', "").parse().ok();
    if !is_date || !time.contains(':') || !is_folder && bytes.is_none() {
        return None;
    }
    let (start, text) = words[2];
    let rest = &line[start + text.len()..];
    // The size is set to the right and one blank follows; a folder's mark stands in a column of its own.
    let name = if is_folder { rest.trim_start() } else { rest.strip_prefix(' ').unwrap_or(rest) };
    entry(name, bytes, is_folder)
}

/// `+i8388621.48594,m825718503,r,s280,<tab>name`, EPLF.
fn short(line: &str) -> Option<RemoteEntry> {
    let (facts, name) = line.strip_prefix('+')?.split_once('\t')?;
    let size = facts.split(',').find_map(|fact| fact.strip_prefix('s')?.parse().ok());
    entry(name, size, facts.split(',').any(|fact| fact == "/"))
}

/// The words of a line with where each begins.
fn positions(line: &str) -> Vec<(usize, &str)> {
    let start = line.as_ptr() as usize;
    line.split_ascii_whitespace().map(|word| (word.as_ptr() as usize - start, word)).collect()
}
