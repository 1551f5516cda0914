//! Where scripts come from, and why one cannot be made ready.

/// A script that cannot be made ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, as the caller named it.
    pub name: String,
    /// Byte offset in that file, where it is known.
    pub at: Option<usize>,
    /// The reason's key in the catalogue, without `script-`.
    pub reason: &'static str,
    /// What the reason is about: a path, a name, what the reader of scripts said.
    pub detail: String,
}

/// Gives the text of a script by its path below `scripts/`.
pub type Files<'a> = dyn Fn(&str) -> Option<&'a str> + 'a;
