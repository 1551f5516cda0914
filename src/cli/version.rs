//! What the program was made of. packaging/release tells it to the compiler; a build from source knows its number alone.

use studyhall::ground::message::Catalogue;

/// The commit that was compiled.
pub const COMMIT: Option<&str> = option_env!("STUDYHALL_COMMIT");
/// The day of that commit.
pub const COMMIT_DATE: Option<&str> = option_env!("STUDYHALL_DATE");
/// Where newer versions are found.
pub const ADDRESS: Option<&str> = option_env!("STUDYHALL_ADDRESS");

/// The version, and what it was made of.
pub fn version(words: &Catalogue) -> String {
    let version = env!("CARGO_PKG_VERSION");
    match (COMMIT, COMMIT_DATE) {
        (Some(commit), Some(date)) => words.with("version-released", &[("version", version), ("commit", commit), ("date", date)]),
        _ => words.with("version-from-source", &[("version", version)]),
    }
}
