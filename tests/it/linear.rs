//! What a text costs grows with its length and no faster, whatever it is made of: each construct below is read at n and at
//! 4n bytes, and the second may take no more than six times as long as the first.
//!
//! The clock is the processor time of the one thread that does the work, of which the least of several runs counts; a measure
//! that is out of bounds is taken again, several times, before it is believed. So another program on the same machine changes nothing.

mod fields;
mod markdown;
mod site;

use std::hint::black_box;
use std::time::Duration;

use studyhall::ground::{Meter, Step};

/// How much longer four times as much may take. Linear work takes 4, work of n log n about 4.5, quadratic work 16.
const LIMIT: f64 = 6.0;

/// Runs of each size in a measure; and measures before one that is out of bounds is believed.
const RUNS: usize = 3;
const MEASURES: usize = 8;

/// What takes less is not measured but guessed: a page costs about as much before its text is looked at.
const LEAST: Duration = Duration::from_micros(400);

/// The construct at n bytes, about.
type Construct = (&'static str, fn(usize) -> String);

/// The processor time of some work, in this thread.
fn spent<T>(work: impl Fn() -> T) -> Duration {
    let meter = Meter::new(true);
    black_box(meter.time(Step::Markdown, work));
    meter.spent(Step::Markdown)
}

/// Those constructs which take more than in proportion, with their ratio.
fn faster_than_linear(constructs: &[Construct], bytes: usize, work: impl Fn(&str)) -> Vec<String> {
    let ratio = |construct: &Construct| {
        let (small, large) = ((construct.1)(bytes), (construct.1)(bytes * 4));
        let (mut few, mut many) = (Duration::MAX, Duration::MAX);
        let mut ratio = f64::MAX;
        // Both sizes are measured side by side, since the machine may be twice as slow a second later.
        for _ in 0..MEASURES {
            let small = (0..RUNS).map(|_| spent(|| work(&small))).min().unwrap_or_default();
            let large = spent(|| work(&large));
            let this = large.as_secs_f64() / small.max(LEAST).as_secs_f64();
            if this < ratio {
                (few, many, ratio) = (small, large, this);
            }
            if ratio < LIMIT {
                break;
            }
        }
        (ratio >= LIMIT).then(|| format!("{}: {ratio:.1} times as long for 4 times as much ({few:.1?}, {many:.1?})", construct.0))
    };
    constructs.iter().filter_map(ratio).collect()
}
