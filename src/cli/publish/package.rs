//! `package`: the built site as a zip to hand over, whole or what changed since an earlier one.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use rayon::prelude::*;
use serde_json::json;

use crate::cli::arguments::{absolute_site, build_options, day, path_of};
use crate::cli::exit_code::{COULD_NOT_RUN, DONE};
use crate::cli::report::{Detail, Report};
use studyhall::emit;
use studyhall::ground::message::Catalogue;
use studyhall::ground::path::shown;
use studyhall::ground::{Error, RelPath, Result, Stamp};
use studyhall::pipeline::Options;
use studyhall::publish::body::{self, UploadBody};
use studyhall::publish::record::Published;
use studyhall::publish::store_error::{StoreError, StoreErrorKind};
use studyhall::publish::zip::{self, Archive, Member, ZipError};
use studyhall::render::views::parts::size_text;

use super::preflight::{self, BuildForPublish, LONGEST_LIST, PreflightBuild};

/// The list of files to delete, in a zip of changes. ASCII: an old unpacker must not make rubbish of it.
const DELETE: &str = "studyhall-delete.txt";

/// Runs the command.
pub fn package(words: &Catalogue, matches: &ArgMatches) -> u8 {
    let detail = if matches.get_flag("quiet") { Detail::Quiet } else { Detail::Normal };
    let report = Report::new(words, detail, matches.get_flag("json"));
    let Some(date) = day(matches, &report, words) else { return COULD_NOT_RUN };
    let options = build_options(matches, absolute_site(matches), date);
    pack(words, matches, &report, &options).unwrap_or_else(|error| {
        report.error(&error);
        COULD_NOT_RUN
    })
}

fn pack(words: &Catalogue, matches: &ArgMatches, report: &Report<'_>, options: &Options) -> Result<u8> {
    let (settings, config) = match preflight::settings(options, report)? {
        ControlFlow::Continue(settings) => settings,
        ControlFlow::Break(code) => return Ok(code),
    };
    let since = path_of(matches, "since").map(|path| list_of(&path)).transpose()?;
    let ready = PreflightBuild { words, report, options, builds: !matches.get_flag("no-build") };
    if let BuildForPublish::Refused(code) = ready.make(settings)? {
        return Ok(code);
    }
    let output = &options.output;
    let (list, now) = preflight::list(output)?;
    let before = since.clone().unwrap_or_default();
    let changed = |(path, file): &(&RelPath, &(Stamp, u64))| before.files.get(*path) != Some(*file);
    let gone: Vec<&str> = before.files.keys().filter(|path| !now.files.contains_key(*path)).map(RelPath::as_str).collect();
    let mut parts: BTreeMap<&str, PackagePart> = now
        .files
        .iter()
        .filter(changed)
        .map(|(path, (stamp, size))| (path.as_str(), PackagePart::File(Published { stamp: *stamp, size: *size })))
        .collect();
    let count = parts.len();
    // The next package of changes begins from it.
    parts.insert(emit::MANIFEST, PackagePart::Text(list));
    if since.is_some() {
        parts.insert(DELETE, PackagePart::Text(gone.iter().map(|path| format!("{path}\r\n")).collect()));
    }
    let name = if since.is_some() { format!("{}-changes.zip", config.id) } else { format!("{}.zip", config.id) };
    let to = path_of(matches, "to").unwrap_or_else(|| options.site.join(name));
    let bytes = write(&to, output, parts.into_iter().collect())?;
    let shown = shown(&to);
    let event = json!({ "event": "packed", "path": shown, "files": count, "removed": gone, "bytes": bytes });
    let (count, removed, size) = (count.to_string(), gone.len().to_string(), size_text(bytes));
    let args = [("path", shown.as_str()), ("count", &count), ("removed", &removed), ("size", &size)];
    let mut lines = vec![words.with(if since.is_some() { "package-changes" } else { "package-done" }, &args)];
    if !gone.is_empty() {
        lines.push(words.with("package-delete", &[("count", &removed), ("path", DELETE)]));
    }
    report.event(&event, &lines);
    Ok(DONE)
}

/// What goes in under a name.
enum PackagePart {
    /// A file of the output, with what the list says of it.
    File(Published),
    /// A text of our own.
    Text(String),
}

impl PackagePart {
    fn size(&self) -> u64 {
        match self {
            PackagePart::File(file) => file.size,
            PackagePart::Text(text) => text.len() as u64,
        }
    }
}

/// A file larger than this goes through memory in pieces.
const BIG: u64 = 8 << 20;
/// Smaller ones are compressed side by side, so many bytes at once.
const AT_ONCE: u64 = 32 << 20;

/// Writes the archive whole or not at all: a package that is half there may be handed over. Gives its length.
fn write(to: &Path, output: &Path, parts: Vec<(&str, PackagePart)>) -> Result<u64> {
    let mut new = to.as_os_str().to_os_string();
    new.push(".new");
    let new = PathBuf::from(new);
    // What an earlier run left, or somebody put there; a link goes itself.
    drop(fs::remove_file(&new));
    let put = || {
        // Never over what stands there: a site folder of others may have a link of this name.
        let file = File::create_new(&new).map_err(|cause| Error::io("error-write", &new, cause))?;
        let mut archive = Archive::new(BufWriter::new(file));
        let mut rest = &parts[..];
        while let [(name, first), after @ ..] = rest {
            if let PackagePart::File(file) = first
                && file.size > BIG
            {
                add_big(&mut archive, output, name, *file, &new)?;
                rest = after;
                continue;
            }
            let (now, after) = rest.split_at(at_once(rest));
            let members = now.par_iter().map(|(name, part)| member(output, name, part)).collect::<Result<Vec<_>>>()?;
            members.iter().try_for_each(|member| archive.add(member)).map_err(|trouble| told(trouble, &new))?;
            rest = after;
        }
        archive.finish().map_err(|trouble| told(trouble, &new))
    };
    let length = put().inspect_err(|_| drop(fs::remove_file(&new)))?;
    fs::rename(&new, to).map_err(|cause| Error::io("error-rename", to, cause))?;
    Ok(length)
}

/// How many of the next small parts are in memory at once.
fn at_once(parts: &[(&str, PackagePart)]) -> usize {
    let mut bytes = 0;
    let fits = |(_, part): &&(&str, PackagePart)| {
        bytes += part.size();
        part.size() <= BIG && bytes <= AT_ONCE
    };
    parts.iter().take_while(fits).count().max(1)
}

fn member(output: &Path, name: &str, part: &PackagePart) -> Result<Member> {
    let bytes = match part {
        PackagePart::File(file) => preflight::bytes(output, name, file.stamp)?,
        PackagePart::Text(text) => text.clone().into_bytes(),
    };
    Member::new(name, bytes).map_err(|trouble| told(trouble, output))
}

fn add_big(archive: &mut Archive<BufWriter<File>>, output: &Path, name: &str, file: Published, to: &Path) -> Result<()> {
    let place = output.join(name);
    let unread = |fault: StoreError| match fault.kind {
        StoreErrorKind::Edited => preflight::edited(1, name),
        _ => Error::io("error-read", &place, io::Error::other(fault)),
    };
    let bytes = UploadBody::of_file(&place, file).read(0).map_err(unread)?;
    archive.add_from(name, bytes).map_err(|trouble| match trouble {
        ZipError::Read(cause) => unread(body::fault(&cause)),
        trouble => told(trouble, to),
    })
}

fn told(trouble: ZipError, at: &Path) -> Error {
    match trouble {
        ZipError::TooLarge => Error::new("error-package-too-large"),
        ZipError::Read(cause) => Error::io("error-read", at, cause),
        ZipError::Write(cause) => Error::io("error-write", at, cause),
    }
}

/// The files of an earlier package, or of a list by itself.
fn list_of(path: &Path) -> Result<emit::Manifest> {
    let unread = |cause| Error::io("error-read", path, cause);
    // A pipe would be waited for without an end.
    if !fs::metadata(path).map_err(unread)?.is_file() {
        return Err(Error::new("error-special-file").at(path));
    }
    let mut file = File::open(path).map_err(unread)?;
    let text = match zip::read(&mut file, emit::MANIFEST, LONGEST_LIST) {
        Some(text) => text,
        None => {
            let mut text = Vec::new();
            file.seek(SeekFrom::Start(0)).and_then(|_| file.take(LONGEST_LIST).read_to_end(&mut text)).map_err(unread)?;
            text
        }
    };
    emit::Manifest::parse(&String::from_utf8_lossy(&text)).ok_or_else(|| Error::new("error-package-since").at(path))
}
