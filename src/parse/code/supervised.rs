//! Threads that can be abandoned: a task that panics or never ends gives no result, and nothing else happens to the caller.
//!
//! syntect offers no way to interrupt a grammar that runs in circles, and no thread can be stopped from outside. So the work is done on
//! threads of its own, which tell of their heartbeat, and one that makes none for long is left behind.

#![expect(
    clippy::disallowed_methods,
    reason = "a pattern may take for ever: it is given up after a while, which shows as code without colours"
)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// How long a task may go without a step. The worst line that is coloured takes a second, so that even a machine with thirty times more to do
/// than it can does not change what is built.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a running task tells of itself.
#[derive(Default)]
pub struct Heartbeat(AtomicUsize);

impl Heartbeat {
    /// One step is done.
    pub fn step(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

type SupervisedTask<T> = Box<dyn FnOnce(&Heartbeat) -> T + Send>;

/// Runs tasks on supervised threads; as many of them are kept as callers wait at the same time.
pub struct Supervised<T> {
    idle: Mutex<Vec<SupervisedThread<T>>>,
    patience: Duration,
}

struct SupervisedThread<T> {
    tasks: Sender<SupervisedTask<T>>,
    results: Receiver<T>,
    heartbeat: Arc<Heartbeat>,
}

impl<T> Default for Supervised<T> {
    fn default() -> Supervised<T> {
        Supervised { idle: Mutex::default(), patience: PATIENCE }
    }
}

impl<T: Send + 'static> Supervised<T> {
    /// Runs a task to its end. `None`: it panicked, or made no step for too long.
    pub fn run(&self, task: impl FnOnce(&Heartbeat) -> T + Send + 'static) -> Option<T> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = idle().pop();
        let worker = match waiting {
            Some(worker) => worker,
            None => SupervisedThread::start()?,
        };
        worker.tasks.send(Box::new(task)).ok()?;
        let mut steps = worker.heartbeat.0.load(Ordering::Relaxed);
        loop {
            match worker.results.recv_timeout(self.patience) {
                Ok(result) => {
                    idle().push(worker);
                    return Some(result);
                }
                Err(RecvTimeoutError::Timeout) => {
                    let before = std::mem::replace(&mut steps, worker.heartbeat.0.load(Ordering::Relaxed));
                    if before == steps {
                        return None;
                    }
                }
                // The thread is gone: its task panicked.
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }
}

impl<T: Send + 'static> SupervisedThread<T> {
    fn start() -> Option<SupervisedThread<T>> {
        let (tasks, to_do) = channel::<SupervisedTask<T>>();
        let (done, results) = channel();
        let heartbeat = Arc::new(Heartbeat::default());
        let steps = Arc::clone(&heartbeat);
        let work = move || {
            for task in to_do {
                if done.send(task(&steps)).is_err() {
                    return;
                }
            }
        };
        thread::Builder::new().name("colour".to_string()).spawn(work).ok()?;
        Some(SupervisedThread { tasks, results, heartbeat })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_panics_gives_nothing() {
        let threads = Supervised::default();
        assert_eq!(threads.run(|_| -> u8 { std::panic::resume_unwind(Box::new("a broken grammar")) }), None);
        assert_eq!(threads.run(|_| 7), Some(7));
    }

    #[test]
    fn what_makes_no_progress_is_left_behind() {
        // Long enough for a busy machine to run what does make progress.
        let threads = Supervised { patience: Duration::from_secs(2), ..Supervised::default() };
        let (end, ended) = channel::<()>();
        let looping = move |_: &Heartbeat| ended.recv().map_or(1, |()| 2);
        assert_eq!(threads.run(looping), None);
        assert_eq!(threads.run(|_| 7), Some(7));
        drop(end);
    }

    #[test]
    fn what_is_slow_but_moves_is_waited_for() {
        let threads = Supervised { patience: Duration::from_secs(1), ..Supervised::default() };
        let slow = |heartbeat: &Heartbeat| {
            for _ in 0..150 {
                thread::sleep(Duration::from_millis(10));
                heartbeat.step();
            }
            7
        };
        assert_eq!(threads.run(slow), Some(7));
    }

    #[test]
    fn a_thread_is_used_again() {
        let threads = Supervised::default();
        let id = |_: &Heartbeat| thread::current().id();
        assert_eq!(threads.run(id), threads.run(id));
    }
}
