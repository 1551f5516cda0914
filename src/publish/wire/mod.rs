//! The ways to a host, one file each; all speak through [`Store`](crate::publish::store::Store).

pub mod folder;
#[cfg(test)]
mod folder_tests;
pub mod ftp;
mod ftp_line;
mod listing;
mod packets;
pub mod reach;
pub mod s3;
mod sftp;
mod sign;
pub mod ssh;
#[cfg(test)]
mod tests;
pub mod webdav;
mod xml;

use std::io::{self, ErrorKind};

use crate::publish::store::{Fault, FaultKind};

/// Any bytes as each answer that is read here: nothing panics, and every name that comes of them is one.
pub(super) fn any_answer(bytes: &[u8]) {
    drop((packets::answer(bytes), xml::resources(bytes), xml::listed(bytes, "a"), xml::error(bytes)));
    for entry in listing::for_people(bytes).into_iter().chain(listing::facts(bytes)) {
        assert!(!entry.name.is_empty() && !entry.name.contains('/'), "{entry:?}");
    }
}

/// A failure to reach the host, or of a line that was there.
pub(super) fn reached(cause: &io::Error) -> Fault {
    let kind = match cause.kind() {
        ErrorKind::ConnectionRefused => FaultKind::NoHost,
        ErrorKind::TimedOut | ErrorKind::WouldBlock => FaultKind::Timeout,
        // A name that is not known has no kind of its own; it comes before there is a line, with no number of the system.
        _ if cause.raw_os_error().is_none() && cause.to_string().contains("lookup address") => FaultKind::NoHost,
        ErrorKind::InvalidData => FaultKind::Unsupported,
        _ => FaultKind::Lost,
    };
    Fault::new(kind, cause.to_string())
}

/// A name as the server keeps it: UTF-8, else GBK, which old Windows servers of campuses use.
fn words(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_string(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling(bytes).0.into_owned(),
    }
}
