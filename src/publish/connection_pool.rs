//! Some connections that work at once: each its own thread, tried again when a connection is lost.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::publish_error::PublishError;
use super::store::{Connector, Store};
use super::store_error::StoreError;

/// How often something is tried, and how long one waits in between.
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    /// Tries of one operation, the first among them.
    pub tries: u32,
    /// The first wait; each further one is twice as long.
    pub pause: Duration,
}

impl Default for RetryPolicy {
    /// Half a minute in all: a server that restarts is back, and an officer is not kept waiting for one that is gone.
    fn default() -> RetryPolicy {
        RetryPolicy { tries: 7, pause: Duration::from_millis(500) }
    }
}

/// So many tasks are worth a connection: to open one takes as many turns as two or three of them, and more than a kilobyte of keys.
const TASKS: usize = 8;
/// So many bytes are.
const BYTES: u64 = 1 << 20;

/// How many connections are worth opening.
fn pool_size(tasks: usize, bytes: u64) -> usize {
    let by_bytes = usize::try_from(bytes / BYTES).unwrap_or(usize::MAX);
    by_bytes.saturating_add(tasks.div_ceil(TASKS))
}

/// The connections to one target.
pub struct ConnectionPool<'a> {
    opener: &'a dyn Connector,
    most: usize,
    patience: RetryPolicy,
    idle: Mutex<Vec<Box<dyn Store>>>,
}

impl<'a> ConnectionPool<'a> {
    /// At most so many connections.
    pub fn new(opener: &'a dyn Connector, most: usize, patience: RetryPolicy) -> ConnectionPool<'a> {
        ConnectionPool { opener, most: most.max(1), patience, idle: Mutex::default() }
    }

    /// Does one thing on one connection. It may be done twice when a connection is lost in the middle.
    pub fn with_retry<T>(&self, mut work: impl FnMut(&mut dyn Store) -> Result<T, StoreError>) -> Result<T, PublishError> {
        let mut store = self.take()?;
        let result = self.patiently(&mut store, |store| work(store).map_err(PublishError::from));
        self.give_back(store);
        result
    }

    /// Does something with each of `tasks`, in any order, on as many connections as that is worth. After the first trouble nothing
    /// new begins.
    pub fn for_each_parallel<T: Sync>(
        &self,
        tasks: &[T],
        work: impl Fn(&mut dyn Store, &T) -> Result<(), PublishError> + Sync,
    ) -> Result<(), PublishError> {
        self.for_each_of_size(tasks, 0, work)
    }

    /// As [`ConnectionPool::for_each_parallel`], with tasks that bring so many bytes in all.
    pub fn for_each_of_size<T: Sync>(
        &self,
        tasks: &[T],
        bytes: u64,
        work: impl Fn(&mut dyn Store, &T) -> Result<(), PublishError> + Sync,
    ) -> Result<(), PublishError> {
        let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
        let trouble = Mutex::new(None);
        let fail = |found: PublishError| {
            stop.store(true, Ordering::Relaxed);
            trouble.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(found);
        };
        let go_on = |mut store: Box<dyn Store>| {
            while !stop.load(Ordering::Relaxed) {
                let Some(task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                if let Err(found) = self.patiently(&mut store, |store| work(store, task)) {
                    fail(found);
                }
            }
            self.give_back(store);
        };
        thread::scope(|scope| {
            for _ in 1..self.most.min(tasks.len()).min(pool_size(tasks.len(), bytes)) {
                // A server that takes fewer connections than we should like has its way: the first one does the work.
                scope.spawn(|| {
                    let idle = self.idle().pop();
                    if let Some(store) = idle.or_else(|| self.opener.open().ok()) {
                        go_on(store);
                    }
                });
            }
            if !tasks.is_empty() {
                self.take().map_or_else(fail, go_on);
            }
        });
        trouble.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
    }

    /// Tries again on a fresh connection while the trouble may pass.
    fn patiently<T>(
        &self,
        store: &mut Box<dyn Store>,
        mut work: impl FnMut(&mut dyn Store) -> Result<T, PublishError>,
    ) -> Result<T, PublishError> {
        let mut pause = self.patience.pause;
        let mut tries = 1;
        loop {
            let found = match work(&mut **store) {
                Ok(done) => return Ok(done),
                Err(found) if found.may_pass() && tries < self.patience.tries => found,
                Err(found) => return Err(found),
            };
            loop {
                tries += 1;
                thread::sleep(pause);
                pause *= 2;
                match self.opener.open() {
                    Ok(fresh) => {
                        *store = fresh;
                        break;
                    }
                    Err(fault) if fault.may_pass() && tries < self.patience.tries => {}
                    // The first trouble tells more than that the server is away by now.
                    Err(fault) if fault.may_pass() => return Err(found),
                    Err(fault) => return Err(fault.into()),
                }
            }
        }
    }

    /// Gives somebody else the time for what takes a moment.
    pub fn wait(&self) {
        thread::sleep(self.patience.pause * 4);
    }

    fn take(&self) -> Result<Box<dyn Store>, PublishError> {
        if let Some(store) = self.idle().pop() {
            return Ok(store);
        }
        let mut pause = self.patience.pause;
        for _ in 1..self.patience.tries {
            match self.opener.open() {
                Err(fault) if fault.may_pass() => {}
                opened => return Ok(opened?),
            }
            thread::sleep(pause);
            pause *= 2;
        }
        Ok(self.opener.open()?)
    }

    fn give_back(&self, store: Box<dyn Store>) {
        self.idle().push(store);
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Box<dyn Store>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_opens_few_connections_and_a_recording_many() {
        assert_eq!((pool_size(1, 0), pool_size(8, 60_000), pool_size(19, 90_000)), (1, 1, 3));
        assert!(pool_size(3, 300 << 20) > 100 && pool_size(8_000, u64::MAX) > 1_000, "what the target takes is the limit");
    }
}
