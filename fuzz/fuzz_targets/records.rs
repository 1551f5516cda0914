//! Any bytes as what stands on a target by a publish's hand: heads and parts of a record, unfinished ones, locks; and as the list
//! of an output.

#![no_main]

use libfuzzer_sys::fuzz_target;
use studyhall::emit::Manifest;
use studyhall::publish::foreign;

fuzz_target!(|bytes: &[u8]| {
    foreign::records(bytes);
    drop(Manifest::parse(&String::from_utf8_lossy(bytes)));
});
