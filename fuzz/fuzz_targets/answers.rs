//! Any bytes as what a host answers: listings of FTP, WebDAV and S3, packets of SFTP, errors, addresses that lead elsewhere.

#![no_main]

use libfuzzer_sys::fuzz_target;
use studyhall::publish::foreign;

fuzz_target!(|bytes: &[u8]| foreign::answers(bytes));
