//! TLS below `ureq`, by the settings that the other protocols have: `ureq`'s own knows of no certificate that vouches for itself.

use std::fmt;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use ureq::Error;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport, TransportAdapter};

/// Puts TLS round a line where the address asks for it.
pub(super) struct Sealing {
    /// Whom to trust.
    pub(super) config: Arc<ClientConfig>,
    /// So long the two may take to agree, all in all.
    pub(super) patience: Duration,
}

impl fmt::Debug for Sealing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealing")
    }
}

impl<In: Transport> Connector<In> for Sealing {
    type Out = Either<In, Sealed>;

    fn connect(&self, details: &ConnectionDetails<'_>, line: Option<In>) -> Result<Option<Self::Out>, Error> {
        let Some(line) = line else { return Ok(None) };
        if !details.needs_tls() || line.is_tls() {
            return Ok(Some(Either::A(line)));
        }
        let host = details.uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let name = ServerName::try_from(host.to_string()).map_err(|_| Error::HostNotFound)?;
        let mut talk = ClientConnection::new(self.config.clone(), name).map_err(Error::Rustls)?;
        let mut socket = TransportAdapter::new(Box::new(line) as Box<dyn Transport>, details.current_time.clone());
        socket.set_timeout(details.timeout);
        talk.complete_io(&mut Hurried { socket: &mut socket, ends: Instant::now() + self.patience })?;
        let buffers = LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(Some(Either::B(Sealed { buffers, stream: StreamOwned::new(talk, socket) })))
    }
}

/// A line while TLS begins: a single wait has its limit, and so have all of them together.
struct Hurried<'a> {
    socket: &'a mut TransportAdapter,
    ends: Instant,
}

impl Read for Hurried<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if Instant::now() > self.ends {
            return Err(io::Error::from(io::ErrorKind::TimedOut));
        }
        self.socket.read(buffer)
    }
}

impl Write for Hurried<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}

/// A line with TLS round it.
pub(super) struct Sealed {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter>,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed")
    }
}

impl Transport for Sealed {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.stream.sock.set_timeout(timeout);
        self.stream.write_all(&self.buffers.output()[..amount])?;
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.stream.sock.set_timeout(timeout);
        let count = self.stream.read(self.buffers.input_append_buf())?;
        self.buffers.input_appended(count);
        Ok(count > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.sock.get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}
