//! The `studyhall` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    studyhall::cli::main()
}
