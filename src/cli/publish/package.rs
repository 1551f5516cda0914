//! `package`: the built site as a zip to hand over, whole or what changed since an earlier one.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use rayon::prelude::*;
use serde_json::json;

use crate::build::Options;
use crate::cli::arguments::path_of;
use crate::cli::command::day;
use crate::cli::report::{Detail, Report};
use crate::cli::{COULD_NOT_RUN, DONE};
use crate::emit;
use crate::ground::message::Catalogue;
use crate::ground::{Error, Result, Stamp};
use crate::publish::zip::{self, Member, TooLarge};
use crate::render::view::size_text;

use super::ready::{self, Ready};

/// The list of files to delete, in a zip of changes. ASCII: an old unpacker must not make rubbish of it.
const DELETE: &str = "studyhall-delete.txt";

/// Runs the command.
pub fn package(words: &Catalogue, matches: &ArgMatches) -> u8 {
    let detail = if matches.get_flag("quiet") { Detail::Quiet } else { Detail::Normal };
    let report = Report::new(words, detail, matches.get_flag("json"));
    let Some(date) = day(matches, &report, words) else { return COULD_NOT_RUN };
    let options = ready::options(matches, date);
    pack(words, matches, &report, &options).unwrap_or_else(|error| {
        report.error(&error);
        COULD_NOT_RUN
    })
}

fn pack(words: &Catalogue, matches: &ArgMatches, report: &Report<'_>, options: &Options) -> Result<u8> {
    let config = ready::settings(&options.site)?;
    let since = path_of(matches, "since").map(|path| list_of(&path)).transpose()?;
    let ready = Ready { words, report, options, builds: !matches.get_flag("no-build") };
    if let Err(code) = ready.make()? {
        return Ok(code);
    }
    let output = &options.output;
    let (list, now) = ready::list(output)?;
    let before = since.clone().unwrap_or_default();
    let wanted: Vec<(&String, Stamp)> =
        now.files.iter().filter(|(path, file)| before.files.get(*path) != Some(*file)).map(|(path, (stamp, _))| (path, *stamp)).collect();
    let gone: Vec<&str> = before.files.keys().filter(|path| !now.files.contains_key(*path)).map(String::as_str).collect();
    let mut members = wanted.par_iter().map(|(path, stamp)| member(output, path, *stamp)).collect::<Result<Vec<_>>>()?;
    let count = members.len();
    // The next package of changes begins from it.
    members.push(Member::new(emit::MANIFEST, list.as_bytes()).map_err(too_large)?);
    if since.is_some() {
        let text: String = gone.iter().map(|path| format!("{path}\r\n")).collect();
        members.push(Member::new(DELETE, text.as_bytes()).map_err(too_large)?);
    }
    let archive = zip::write(members).map_err(too_large)?;
    let name = if since.is_some() { format!("{}-changes.zip", config.id) } else { format!("{}.zip", config.id) };
    let to = path_of(matches, "to").unwrap_or_else(|| options.site.join(name));
    write(&to, &archive)?;
    let shown = to.display().to_string();
    let event = json!({ "event": "packed", "path": shown, "files": count, "removed": gone, "bytes": archive.len() });
    let (count, removed, size) = (count.to_string(), gone.len().to_string(), size_text(archive.len() as u64));
    let args = [("path", shown.as_str()), ("count", &count), ("removed", &removed), ("size", &size)];
    let mut lines = vec![words.with(if since.is_some() { "package-changes" } else { "package-done" }, &args)];
    if !gone.is_empty() {
        lines.push(words.with("package-delete", &[("count", &removed), ("path", DELETE)]));
    }
    report.event(&event, &lines);
    Ok(DONE)
}

fn member(output: &Path, path: &str, stamp: Stamp) -> Result<Member> {
    let bytes = ready::bytes(output, path, stamp)?;
    Member::new(path, &bytes).map_err(too_large)
}

fn too_large(_: TooLarge) -> Error {
    Error::new("error-package-too-large")
}

/// The files of an earlier package, or of a list by itself.
fn list_of(path: &Path) -> Result<emit::Manifest> {
    let bytes = fs::read(path).map_err(|cause| Error::io("error-read", path, cause))?;
    let text = zip::read(&bytes, emit::MANIFEST).unwrap_or(bytes);
    emit::Manifest::parse(&String::from_utf8_lossy(&text)).ok_or_else(|| Error::new("error-package-since").at(path))
}

/// Whole or not at all: a package that is half there may be handed over.
fn write(to: &Path, bytes: &[u8]) -> Result<()> {
    let mut new = to.as_os_str().to_os_string();
    new.push(".new");
    let new = PathBuf::from(new);
    fs::write(&new, bytes).map_err(|cause| Error::io("error-write", &new, cause))?;
    fs::rename(&new, to).map_err(|cause| Error::io("error-rename", to, cause))
}
