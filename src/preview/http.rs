//! One HTTP listener on a thread of its own, a task for every connection. What a request gets is a [`Handler`]'s matter: the
//! preview of a site, or a page of the program itself.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::oneshot;

use super::answer::Body;

/// A stack for templates that include one another.
const STACK: usize = 16 << 20;
/// A connection that sends no request within this time is closed.
const HEADER_PATIENCE: Duration = Duration::from_secs(20);

/// An answer on its way.
pub type Answering = Pin<Box<dyn Future<Output = Response<Body>> + Send>>;

/// Answers requests.
pub trait Handler: Send + Sync + 'static {
    /// The answer to a request that has reached this machine at `here` and comes from `peer`.
    fn handle(self: Arc<Self>, request: Request<Incoming>, here: IpAddr, peer: SocketAddr) -> Answering;
}

/// A running listener. Dropped, it ends.
pub struct Listener {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Listener {
    /// Begins to answer on a socket that listens.
    ///
    /// # Errors
    /// When the system gives no event loop.
    pub fn start(socket: TcpListener, handler: Arc<dyn Handler>) -> io::Result<Listener> {
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().thread_stack_size(STACK).build()?;
        let thread = std::thread::spawn(move || {
            runtime.block_on(accept(socket, handler, stopped));
            // A file that is being made must not hold up the end.
            runtime.shutdown_background();
        });
        Ok(Listener { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // A server that has ended by itself hears nothing.
            let _ = stop.send(());
        }
        drop(self.thread.take().map(std::thread::JoinHandle::join));
    }
}

async fn accept(socket: TcpListener, handler: Arc<dyn Handler>, mut stopped: oneshot::Receiver<()>) {
    let ready = socket.set_nonblocking(true).and_then(|()| tokio::net::TcpListener::from_std(socket));
    let Ok(socket) = ready else { return };
    loop {
        let accepted = tokio::select! {
            accepted = socket.accept() => accepted,
            _ = &mut stopped => return,
        };
        let Ok((stream, peer)) = accepted else {
            // Too many open files, for one: others will be closed.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let Ok(here) = stream.local_addr() else { continue };
        // A message is small and wanted at once.
        drop(stream.set_nodelay(true));
        let handler = Arc::clone(&handler);
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let handler = Arc::clone(&handler);
                async move { Ok::<_, Infallible>(handler.handle(request, here.ip(), peer).await) }
            });
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEADER_PATIENCE)
                .serve_connection(TokioIo::new(stream), service);
            // A reader who goes away in the middle is nobody's concern.
            drop(connection.await);
        });
    }
}
