//! The ways to a host, one file each; all speak through [`Store`](crate::publish::store::Store).

pub(super) mod any_answer;
mod decoding;
pub mod endpoint;
pub mod folder;
#[cfg(test)]
mod folder_tests;
pub mod ftp;
mod ftp_line;
mod listing;
mod packets;
pub mod s3;
mod sftp;
mod sign;
pub mod ssh;
#[cfg(test)]
mod tests;
pub mod webdav;
mod xml;
