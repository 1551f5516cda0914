//! Any bytes as a package that the list of an earlier one is taken from.

#![no_main]

use libfuzzer_sys::fuzz_target;
use studyhall::publish::foreign;

fuzz_target!(|bytes: &[u8]| foreign::archive(bytes));
