//! Ctrl-C: asks the loop to end, and ends the program when it does not within a second.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The loop has so long to put things away. What is written meanwhile is written whole or not at all.
const PATIENCE: Duration = Duration::from_millis(900);

/// Whether somebody wants the program to end.
#[derive(Clone)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens from now on. Where that is not possible, the system ends the program in its own way.
    pub fn listen() -> Interrupt {
        let interrupt = Interrupt(Arc::default());
        let flag = interrupt.clone();
        std::thread::spawn(move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
            if runtime.block_on(asked()) {
                flag.0.store(true, Ordering::Relaxed);
                std::thread::sleep(PATIENCE);
                leave();
            }
        });
        interrupt
    }

    /// Whether the loop should end.
    pub fn wanted(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(unix)]
async fn asked() -> bool {
    let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    match terminate {
        Ok(mut terminate) => tokio::select! {
            done = tokio::signal::ctrl_c() => done.is_ok(),
            done = terminate.recv() => done.is_some(),
        },
        Err(_) => tokio::signal::ctrl_c().await.is_ok(),
    }
}

#[cfg(not(unix))]
async fn asked() -> bool {
    tokio::signal::ctrl_c().await.is_ok()
}

#[expect(clippy::exit, reason = "a first build of thousands of pages does not look up from its work")]
fn leave() {
    std::process::exit(0);
}
