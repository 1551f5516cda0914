//! Where a fault of the program stops: at the file it was working on, so that its author hears which it was.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Code, Diagnostic, Place};

/// Does some work; when the program breaks off in it, says what it said.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|said| {
        let text = said.downcast_ref::<&str>().map(ToString::to_string);
        text.or_else(|| said.downcast_ref::<String>().cloned()).unwrap_or_else(|| "?".to_string())
    })
}

/// Does some work on a file; when the program breaks off in it, the author is told which file it was. What `work` changes must
/// not be used after that.
pub fn guarded_on<T>(file: &str, work: impl FnOnce() -> T) -> Result<T, Diagnostic> {
    guarded(work).map_err(|reason| Diagnostic::new(Code::ProgramFault, Place::file(file)).arg("reason", reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_the_file_and_what_was_said() {
        assert_eq!(guarded_on("content/a.md", || 1), Ok(1));
        let cut = "律";
        let told = guarded_on("content/a.md", || cut[..1].len()).expect_err("it breaks off");
        assert_eq!((told.code, &*told.place.expect("a place").file), (Code::ProgramFault, "content/a.md"));
        assert!(told.args[0].1.contains("律"), "{:?}", told.args);
        assert_eq!(guarded(|| std::panic::panic_any(1)).map(|()| 1), Err("?".to_string()));
    }
}
