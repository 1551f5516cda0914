//! A probe of a target in memory that fails at every operation, one by one: its folder is gone in the end.

use std::time::Duration;

use super::*;
use crate::publish::memory::{Failure, MemoryTarget};
use crate::publish::tls::TrustedCertificates;
use crate::publish::wire::endpoint::Timeouts;

fn client() -> Web {
    Web::new(&TrustedCertificates::new(None), Timeouts { connect: Duration::from_secs(5), answer: Duration::from_secs(5) }).unwrap()
}

fn try_it(memory: &MemoryTarget, home: &LocalPublishState, web: &Web) -> Result<ProbeReport> {
    // A port that nobody may listen on: what the web shows is no matter here.
    let addresses = ["http://127.0.0.1:1/".to_string()];
    let patience = RetryPolicy { tries: 4, pause: Duration::ZERO };
    probe(&ProbeJob {
        target: "campus",
        opener: memory,
        web,
        addresses: &addresses,
        home,
        connections: 2,
        sizes: &[],
        patience,
        answer: Duration::from_secs(5),
    })
}

fn left(memory: &MemoryTarget) -> Vec<String> {
    let disk = memory.disk();
    disk.files.keys().chain(&disk.folders).filter(|path| path.starts_with(PROBE)).cloned().collect()
}

#[test]
fn nothing_of_a_probe_stays_whatever_fails() {
    let web = client();
    let memory = MemoryTarget::new();
    let machine = tempfile::tempdir().unwrap();
    let home = LocalPublishState::open(machine.path(), "campus").unwrap().unwrap();
    memory.disk().files.insert("theirs.html".into(), b"theirs".to_vec());
    memory.fail(None);
    let report = try_it(&memory, &home, &web).unwrap();
    assert!(!report.holds() && report.findings.iter().any(|finding| finding.kind == FindingKind::Unreached), "{report:?}");
    assert_eq!(left(&memory), [""; 0]);
    let operations = memory.disk().count;
    assert!(operations > 100, "{operations}");
    for (number, failure) in Failure::ALL.into_iter().enumerate() {
        // Most files go the same way: each kind of failure meets some of them, and the first and last operations.
        for at in (1..=operations).filter(|at| at % 7 == number || *at < 8 || at + 12 > operations) {
            memory.fail(Some((at, failure)));
            let result = try_it(&memory, &home, &web);
            if failure.passes() {
                assert!(result.is_ok_and(|report| report.left.is_none()), "{failure:?} {at}");
            } else {
                // Somebody tries again.
                memory.fail(None);
                try_it(&memory, &home, &web).unwrap_or_else(|error| panic!("{failure:?} {at}: {error}"));
            }
            assert_eq!(left(&memory), [""; 0], "{failure:?} {at}");
        }
    }
    assert_eq!(memory.disk().files.keys().collect::<Vec<_>>(), ["theirs.html"]);
}

#[test]
fn what_the_target_does_not_take_is_named() {
    let web = client();
    let mut memory = MemoryTarget::new();
    memory.can.whole_writes = true;
    let machine = tempfile::tempdir().unwrap();
    let home = LocalPublishState::open(machine.path(), "campus").unwrap().unwrap();
    // The page and a few files go, then one does not.
    memory.fail(Some((12, Failure::Full)));
    let report = try_it(&memory, &home, &web).unwrap();
    assert!(report.left.is_none() && left(&memory).is_empty(), "{report:?}");
}
