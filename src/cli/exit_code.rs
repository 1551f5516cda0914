//! How a command ends, for scripts that call it.

/// Done.
pub const DONE: u8 = 0;
/// The site has errors.
pub const SITE_HAS_ERRORS: u8 = 1;
/// Wrong usage, or the machine refused.
pub const COULD_NOT_RUN: u8 = 2;
/// Published, but readers do not get what was published.
pub const NOT_PROVED: u8 = 3;
