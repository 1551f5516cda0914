//! When the machine refuses: what was being done, to which path, and why it failed.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::path::shown;

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

/// Something stands where a file or folder of ours belongs, and is none. Travels as an [`io::Error`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// Where it stands.
    pub path: PathBuf,
    /// What it is.
    pub what: Thing,
}

/// What may stand in the place of a file or folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// A symbolic link, or a junction of Windows.
    Link,
    /// A file that has another name elsewhere, where a file of ours is changed in place.
    HardLink,
    /// A pipe, a device, a socket.
    Special,
    /// A file of more bytes than it may have.
    TooLarge,
}

impl Thing {
    fn id(self) -> &'static str {
        match self {
            Thing::Link => "error-link",
            Thing::HardLink => "error-hard-link",
            Thing::Special => "error-special-file",
            Thing::TooLarge => "error-too-large",
        }
    }
}

impl Obstacle {
    /// The obstacle as what the system might have said.
    pub fn error(path: PathBuf, what: Thing) -> io::Error {
        io::Error::other(Obstacle { path, what })
    }

    /// The obstacle that an error tells of, if it does.
    pub fn in_cause(cause: &io::Error) -> Option<&Obstacle> {
        cause.get_ref()?.downcast_ref()
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.what {
            Thing::Link => "a symbolic link",
            Thing::HardLink => "a file with a second name",
            Thing::Special => "no plain file",
            Thing::TooLarge => "too large",
        };
        write!(f, "`{}` is {what}", shown(&self.path))
    }
}

impl std::error::Error for Obstacle {}

impl Error {
    /// An error without a path.
    pub fn new(id: &'static str) -> Error {
        Error { id, path: None, cause: None, args: Vec::new() }
    }

    /// An error about a file or folder. An [`Obstacle`] has words of its own, and names where it stands.
    pub fn io(id: &'static str, path: &Path, cause: io::Error) -> Error {
        if let Some(obstacle) = Obstacle::in_cause(&cause) {
            return Error { id: obstacle.what.id(), path: Some(obstacle.path.clone()), cause: None, args: Vec::new() };
        }
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
            write!(f, " ({})", shown(path))?;
        }
        if let Some(cause) = &self.cause {
            write!(f, ": {cause}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
