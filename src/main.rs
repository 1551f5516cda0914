//! The `studyhall` program: the command line over the library.

#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr))]

mod cli;

use std::process::ExitCode;

/// Parsing and templates make and drop small texts by the million, on every worker at once: a sixth of a build's time
/// went into the system's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
