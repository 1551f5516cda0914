//! A site made ready to go: settings read, output looked at, built.

use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;

use rayon::prelude::*;

use crate::cli::exit_code::SITE_HAS_ERRORS;
use crate::cli::progress::Bar;
use crate::cli::report::Report;
use studyhall::config::Config;
use studyhall::disk::{Dir, is_absent};
use studyhall::emit;
use studyhall::ground::message::Catalogue;
use studyhall::ground::routes::DO_NOT_PUBLISH;
use studyhall::ground::stamp::Pieces;
use studyhall::ground::{Code, Diagnostic, Error, RelPath, Result, Stamp};
use studyhall::pipeline::{self, Options, Outcome, SettingsText, Timings};
use studyhall::publish::record::{Published, PublishedFiles};

/// How the output was made ready.
pub enum BuildForPublish {
    /// It stands; what is wrong with the site all the same.
    Built(Vec<Diagnostic>),
    /// The site has errors, which have been reported: the exit code.
    Refused(u8),
}

/// The settings of a site as they were read, and what they say; the exit code where that is nothing. What is wrong within them is
/// told by the build.
pub fn settings(options: &Options, report: &Report<'_>) -> Result<ControlFlow<u8, (SettingsText, Config)>> {
    let text = SettingsText::read(&options.site);
    match text.config() {
        Ok(config) => Ok(ControlFlow::Continue((text, config))),
        Err(diagnostic) if diagnostic.code == Code::SiteYamlMissing => Err(Error::new("error-serve-no-site").at(&options.site)),
        Err(diagnostic) => {
            report.outcome(options, &Outcome::refused(vec![diagnostic.clone()], Timings::default()));
            Ok(ControlFlow::Break(SITE_HAS_ERRORS))
        }
    }
}

/// Makes the output ready.
pub struct PreflightBuild<'a> {
    /// The words.
    pub words: &'a Catalogue,
    /// Prints.
    pub report: &'a Report<'a>,
    /// The build.
    pub options: &'a Options,
    /// Whether it is built, or taken as it stands.
    pub builds: bool,
}

impl PreflightBuild<'_> {
    /// Builds the site of these settings, unless it is to be taken as it stands.
    pub fn make(&self, settings: SettingsText) -> Result<BuildForPublish> {
        self.refuse_edited()?;
        if !self.builds {
            // A build of one's own leaves out what is not to be published.
            if self.options.output.join(DO_NOT_PUBLISH).is_file() {
                return Err(Error::new("error-output-drafts").at(&self.options.output));
            }
            return Ok(BuildForPublish::Built(Vec::new()));
        }
        let bar = Bar::new(self.words, self.report.shows_progress());
        let outcome = pipeline::build_with(self.options, settings, &bar);
        bar.finish();
        let outcome = outcome?;
        if outcome.summary.is_none() {
            self.report.outcome(self.options, &outcome);
            return Ok(BuildForPublish::Refused(SITE_HAS_ERRORS));
        }
        self.report.findings(&self.options.site, &outcome.diagnostics);
        Ok(BuildForPublish::Built(outcome.diagnostics))
    }

    /// A build would write over what somebody changed in the output, and nobody would know where it went.
    fn refuse_edited(&self) -> Result<()> {
        let output = &self.options.output;
        if !output.join(emit::MANIFEST).is_file() {
            return Ok(());
        }
        let (files, builds) = (built(output)?, self.builds);
        let dir = open(output)?;
        let differs = |(path, file): &(&RelPath, &Published)| match stamp_of(&dir, path) {
            Ok(stamp) => stamp != file.stamp,
            // A file that is gone is made again by the build.
            Err(cause) => !builds || cause.kind() != std::io::ErrorKind::NotFound,
        };
        let edited: Vec<&str> = files.par_iter().filter(differs).map(|(path, _)| path.as_str()).collect();
        if edited.is_empty() {
            return Ok(());
        }
        Err(self::edited(edited.len(), &edited.iter().take(5).copied().collect::<Vec<_>>().join(", ")))
    }
}

/// Bytes of the longest list of an output.
pub const LONGEST_LIST: u64 = 64 << 20;

/// The output, in which others may have put links.
fn open(output: &Path) -> Result<Dir> {
    Dir::open(output).map_err(|cause| match is_absent(&cause) {
        true => Error::new("error-publish-not-built").at(output),
        false => Error::io("error-read", output, cause),
    })
}

/// The stamp of a file, which may be larger than what one likes to hold in memory.
fn stamp_of(dir: &Dir, path: &RelPath) -> std::io::Result<Stamp> {
    let (mut file, mut pieces, mut block) = (dir.open_file(path)?, Pieces::default(), vec![0; 256 << 10]);
    loop {
        match file.read(&mut block)? {
            0 => return Ok(pieces.finish()),
            count => pieces.add(&block[..count]),
        }
    }
}

/// What the last build wrote.
pub fn built(output: &Path) -> Result<PublishedFiles> {
    let manifest = list(output)?.1;
    Ok(manifest.files.into_iter().map(|(path, (stamp, size))| (path, Published { stamp, size })).collect())
}

/// The list of what the last build wrote, as it stands and read.
pub fn list(output: &Path) -> Result<(String, emit::Manifest)> {
    let not_built = || Error::new("error-publish-not-built").at(output);
    let path = RelPath::own(emit::MANIFEST);
    let bytes = match open(output)?.read(&path, LONGEST_LIST) {
        Err(cause) if is_absent(&cause) => return Err(not_built()),
        read => read.map_err(|cause| Error::io("error-read", &path.below(output), cause))?,
    };
    let text = String::from_utf8(bytes).map_err(|_| not_built())?;
    let manifest = emit::Manifest::parse(&text).ok_or_else(not_built)?;
    Ok((text, manifest))
}

/// The bytes of a file of the output, if it is still what the build wrote.
pub fn bytes(output: &Path, path: &str, stamp: Stamp) -> Result<Vec<u8>> {
    let place = output.join(path);
    let path_below = RelPath::parse(path).map_err(|_| edited(1, path))?;
    let bytes = open(output)?.read(&path_below, u64::MAX).map_err(|cause| Error::io("error-read", &place, cause))?;
    match Stamp::of_bytes(&bytes) == stamp {
        true => Ok(bytes),
        false => Err(edited(1, path)),
    }
}

/// So many files of the output are not what the build wrote; some of them by name.
pub fn edited(count: usize, paths: &str) -> Error {
    Error::new("error-publish-edited").arg("count", count.to_string()).arg("paths", paths)
}
