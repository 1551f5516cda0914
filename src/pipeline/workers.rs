//! The threads of a run.

/// A stack for workers: templates that include one another and deep Markdown need more than a thread's usual 2 MB.
const STACK: usize = 16 << 20;

/// The workers of a run.
pub struct Workers(Option<rayon::ThreadPool>);

impl Workers {
    /// So many workers; 0 for one per core. A machine that gives no more threads still has the one that asks.
    pub fn new(count: usize) -> Workers {
        Workers(rayon::ThreadPoolBuilder::new().num_threads(count).stack_size(STACK).build().ok())
    }

    /// Runs `work` with them.
    pub fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        match &self.0 {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }
}
