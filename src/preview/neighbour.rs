//! Who is on a port already: perhaps a preview of the same site.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use super::source::OWN;

/// A preview answers at once; anything else on the port is not asked twice.
const PATIENCE: Duration = Duration::from_millis(500);

/// Whether a preview of the site with this mark answers at a port of this machine.
pub fn is_same_site(port: u16, mark: &str) -> bool {
    ask(port).is_some_and(|answer| answer.trim_end().ends_with(mark))
}

fn ask(port: u16) -> Option<String> {
    let mut stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.set_write_timeout(Some(PATIENCE)).ok()?;
    write!(stream, "GET /{OWN}/site HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = Vec::new();
    // Whatever it is, so much of it is enough.
    stream.take(4096).read_to_end(&mut answer).ok()?;
    String::from_utf8(answer).ok()
}
