//! The tests of the whole program: sites go in, pages and messages come out. Start at `support/site.rs`.

#![expect(clippy::disallowed_methods, reason = "tests make sites on disk and look at what comes out")]

#[path = "../support/mod.rs"]
mod support;

mod architecture;
mod attachments;
mod bad_input;
mod blocks;
mod colours;
mod commands;
mod content;
mod contract;
mod dependencies;
mod derived;
mod faults;
mod hostile;
#[cfg(unix)]
mod launcher;
mod linear;
mod live;
mod machine;
mod messages;
mod output;
mod packaging;
mod probe;
mod proof;
mod property;
mod publish;
mod queries;
mod same;
mod security_disk;
mod serve;
mod whole;
#[cfg(unix)]
mod windows;
#[cfg(unix)]
mod wires;
#[cfg(unix)]
mod wires_speed;
mod work;
