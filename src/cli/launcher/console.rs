//! Whether the window that the program writes to was opened for it alone: on Windows by a double click. It closes when the
//! program ends, so what it says must be waited for.

/// Whether no other program shares the console.
#[cfg(windows)]
#[expect(unsafe_code, reason = "one call of the system; the list is ours and as long as it is said to be")]
pub fn is_ours_alone() -> bool {
    let mut processes = [0; 2];
    // SAFETY: the pointer and the length are those of `processes`, which outlives the call.
    let count = unsafe { windows_sys::Win32::System::Console::GetConsoleProcessList(processes.as_mut_ptr(), 2) };
    count == 1
}

/// Whether no other program shares the console: elsewhere a double click opens no window that closes.
#[cfg(not(windows))]
pub fn is_ours_alone() -> bool {
    false
}
