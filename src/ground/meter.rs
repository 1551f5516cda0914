//! What a build spends where: how often each step was done, and the processor time it took.
//!
//! Stages follow one another and are timed by whoever runs them; steps are what the workers do within a stage, side by
//! side, and add up here. Counting is always on, since tests and readers ask for it; the clock only runs when wanted.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What workers do within the stages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Reading a page's file.
    Read,
    /// Front matter to typed fields.
    Front,
    /// Markdown to HTML with holes.
    Markdown,
    /// Colouring a block of code that no memory knew.
    Colour,
    /// Asking whether a page is as it would come out.
    Ask,
    /// Filling the holes and running the templates.
    Template,
    /// Minifying a page.
    Minify,
    /// Comparing and staging a page.
    Put,
}

impl Step {
    /// All steps, in the order of the work.
    pub const ALL: [Step; 8] = [Step::Read, Step::Front, Step::Markdown, Step::Colour, Step::Ask, Step::Template, Step::Minify, Step::Put];

    /// Its id in the catalogue and in JSON.
    pub fn id(self) -> &'static str {
        match self {
            Step::Read => "read",
            Step::Front => "front-matter",
            Step::Markdown => "markdown",
            Step::Colour => "colour",
            Step::Ask => "ask",
            Step::Template => "template",
            Step::Minify => "minify",
            Step::Put => "put",
        }
    }

    /// The step that this one is a part of: its time is taken off there.
    fn within(self) -> Option<Step> {
        (self == Step::Colour).then_some(Step::Markdown)
    }
}

/// Adds up what all workers spend.
#[derive(Debug, Default)]
pub struct Meter {
    clocked: bool,
    spent: [Spent; Step::ALL.len()],
}

#[derive(Debug, Default)]
struct Spent {
    count: AtomicU64,
    nanoseconds: AtomicU64,
}

impl Meter {
    /// A meter; it reads the clock only if `clocked`.
    pub fn new(clocked: bool) -> Meter {
        Meter { clocked, ..Meter::default() }
    }

    /// Whether it reads the clock.
    pub fn is_clocked(&self) -> bool {
        self.clocked
    }

    /// Does a step once, and counts it.
    pub fn time<T>(&self, step: Step, work: impl FnOnce() -> T) -> T {
        let spent = &self.spent[step as usize];
        spent.count.fetch_add(1, Ordering::Relaxed);
        if !self.clocked {
            return work();
        }
        let clock = ThreadClock::start();
        let result = work();
        spent.nanoseconds.fetch_add(nanoseconds(clock.elapsed()), Ordering::Relaxed);
        result
    }

    /// How often a step was done.
    pub fn count(&self, step: Step) -> u64 {
        self.spent[step as usize].count.load(Ordering::Relaxed)
    }

    /// The time of a step, of all workers together, without that of the steps in it.
    pub fn spent(&self, step: Step) -> Duration {
        let whole = |step: Step| self.spent[step as usize].nanoseconds.load(Ordering::Relaxed);
        let inner: u64 = Step::ALL.into_iter().filter(|inner| inner.within() == Some(step)).map(whole).sum();
        Duration::from_nanos(whole(step).saturating_sub(inner))
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Processor time of this process so far, in all its threads; `None` where the system does not tell.
#[cfg(unix)]
pub fn process_time() -> Option<Duration> {
    Duration::try_from(rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime)).ok()
}

/// Processor time of this process so far, in all its threads; `None` where the system does not tell.
#[cfg(not(unix))]
pub fn process_time() -> Option<Duration> {
    None
}

/// The processor time of one thread; where the system does not tell that, the time on the wall.
#[cfg(unix)]
struct ThreadClock(Duration);

#[cfg(unix)]
impl ThreadClock {
    fn start() -> ThreadClock {
        ThreadClock(ThreadClock::now())
    }

    fn elapsed(&self) -> Duration {
        ThreadClock::now().saturating_sub(self.0)
    }

    fn now() -> Duration {
        Duration::try_from(rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime)).unwrap_or_default()
    }
}

#[cfg(not(unix))]
struct ThreadClock(std::time::Instant);

#[cfg(not(unix))]
impl ThreadClock {
    fn start() -> ThreadClock {
        ThreadClock(std::time::Instant::now())
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work() -> u64 {
        (0..200_000_u64).fold(1, |hash, n| std::hint::black_box(hash.wrapping_mul(31).wrapping_add(n)))
    }

    #[test]
    fn an_inner_step_is_taken_off_the_outer() {
        let meter = Meter::new(true);
        meter.time(Step::Markdown, || {
            meter.time(Step::Colour, work);
            meter.time(Step::Colour, work);
        });
        assert_eq!((meter.count(Step::Markdown), meter.count(Step::Colour)), (1, 2));
        assert!(meter.spent(Step::Colour) > meter.spent(Step::Markdown), "{meter:?}");
    }

    #[test]
    fn without_a_clock_it_counts_all_the_same() {
        let meter = Meter::new(false);
        assert_ne!(meter.time(Step::Read, work), 0);
        assert_eq!((meter.count(Step::Read), meter.spent(Step::Read)), (1, Duration::ZERO));
    }

    #[test]
    fn steps_stand_in_their_order() {
        for (at, step) in Step::ALL.into_iter().enumerate() {
            assert_eq!(step as usize, at, "{}", step.id());
        }
    }
}
