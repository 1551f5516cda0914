//! When the machine refuses: what was being done, to which path, and why it failed.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// What ends a run. Troubles in the author's material are [`super::Diagnostic`]s instead.
#[derive(Debug)]
pub struct Error {
    /// Message id in the catalogue (`error-…`): what was being done, or what is wrong.
    pub id: &'static str,
    /// The file or folder it was done to.
    pub path: Option<PathBuf>,
    /// What the system said.
    pub cause: Option<io::Error>,
    /// Values for the message.
    pub args: Vec<(&'static str, String)>,
}

/// The result of a step that may be refused by the machine.
pub type Result<T> = std::result::Result<T, Error>;

/// The system's reason as a value for a message: an id of the catalogue where it is a common one.
pub fn reason(cause: &io::Error) -> String {
    use io::ErrorKind;
    let id = match cause.kind() {
        ErrorKind::NotFound => "@cause-not-found",
        ErrorKind::PermissionDenied => "@cause-permission",
        ErrorKind::ReadOnlyFilesystem => "@cause-read-only",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "@cause-full",
        ErrorKind::NotADirectory => "@cause-not-a-folder",
        ErrorKind::IsADirectory => "@cause-is-a-folder",
        _ => return cause.to_string(),
    };
    id.to_string()
}

impl Error {
    /// An error without a path.
    pub fn new(id: &'static str) -> Error {
        Error { id, path: None, cause: None, args: Vec::new() }
    }

    /// An error about a file or folder.
    pub fn io(id: &'static str, path: &Path, cause: io::Error) -> Error {
        Error { id, path: Some(path.to_path_buf()), cause: Some(cause), args: Vec::new() }
    }

    /// Adds the path.
    pub fn at(mut self, path: &Path) -> Error {
        self.path = Some(path.to_path_buf());
        self
    }

    /// Adds a value for the message.
    pub fn arg(mut self, name: &'static str, value: impl Into<String>) -> Error {
        self.args.push((name, value.into()));
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.id)?;
        if let Some(path) = &self.path {
            write!(f, " ({})", path.display())?;
        }
        if let Some(cause) = &self.cause {
            write!(f, ": {cause}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
