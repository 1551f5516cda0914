//! What every test stands on: a site written from one string, the program run on it, and its output read back.

pub mod cases;
pub mod host;
pub mod hostile;
pub mod hosts;
pub mod html;
pub mod imports;
#[cfg(unix)]
pub mod proxy;
pub mod serve;
#[cfg(unix)]
pub mod servers;
pub mod site;
#[cfg(unix)]
pub mod terminal;

pub use site::{Run, Site, Tree};

/// The day of all builds that do not name another.
pub const DAY: &str = "2026-11-23";

/// The folder of this project, which is itself a site.
pub const PROJECT: &str = env!("CARGO_MANIFEST_DIR");

/// A text of this project's own files.
pub fn project_file(path: &str) -> String {
    let full = std::path::Path::new(PROJECT).join(path);
    std::fs::read_to_string(&full).unwrap_or_else(|cause| panic!("{path}: {cause}"))
}

/// A port for a server of a test, free and given once in this process. It is below those that systems give to connections
/// on their way out: one of those may take it until the server is there, and a wait for the server may even reach itself.
pub fn free_port() -> u16 {
    use std::sync::atomic::{AtomicU32, Ordering};
    const FROM: u32 = 10_000;
    const PORTS: u32 = 20_000;
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    // Other processes of tests begin elsewhere.
    let start = std::process::id().wrapping_mul(7_919);
    let next = || FROM + start.wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed)) % PORTS;
    let is_free = |port: &u16| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok();
    (0..PORTS).filter_map(|_| u16::try_from(next()).ok()).find(is_free).expect("a port is free")
}

/// Numbers that look random and are the same in every run: a seed gives one sequence.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 11) % end.max(1) as u64).expect("it is below a usize")
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}
