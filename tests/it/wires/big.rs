//! Big files: they go up piece by piece, whatever the protocol, and on after an interruption.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::program::{Officer, target};
use crate::support::servers::{Server, apache, moto, openssh, pure_ftpd};

const SIZE: usize = 96 << 20;

/// The most memory that a process has had, in bytes; `None` once it is gone.
fn most_memory(number: u32) -> Option<usize> {
    let status = std::fs::read_to_string(format!("/proc/{number}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse::<usize>().ok().map(|kilobytes| kilobytes << 10)
}

fn start(officer: &Officer) -> Child {
    let mut program = officer.program(&["publish", "--no-build", "--json"]);
    program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
}

/// A recording on a server, once interrupted in the middle.
fn check_recording(server: &Server, bytes: &[u8]) {
    let officer = Officer::new(&format!("{}\n    history: 0", target(server)));
    officer.site.write_bytes("static/recording.mp3", bytes);
    assert_eq!(officer.site.build(&[]).code, 0);
    let mut child = start(&officer);
    let began = Instant::now();
    let half_way = |server: &Server| {
        let parts = std::fs::read_dir(server.root.join("studyhall-publish")).into_iter().flatten().flatten();
        parts.filter_map(|entry| entry.metadata().ok()).any(|found| found.len() > SIZE as u64 / 4)
    };
    // Storage has no half files to be seen.
    while !half_way(server) && child.try_wait().expect("known").is_none() && server.name != "s3 moto" {
        assert!(began.elapsed() < Duration::from_secs(60), "{}: nothing comes", server.name);
        std::thread::sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    let _ = child.wait();
    let mut child = start(&officer);
    let mut most = 0;
    while child.try_wait().expect("known").is_none() {
        most = most.max(most_memory(child.id()).unwrap_or_default());
        std::thread::sleep(Duration::from_millis(10));
    }
    let done = child.wait_with_output().expect("it ends");
    assert!(done.status.success(), "{}: {}{}", server.name, String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    println!("{}: {} MB by way of {} MB of memory", server.name, SIZE >> 20, most >> 20);
    assert!(most > 0 && most < SIZE, "{}: {most} bytes of memory", server.name);
    match server.name {
        "s3 moto" => {}
        _ => assert!(std::fs::read(server.root.join("recording.mp3")).expect("it is there") == bytes, "{}", server.name),
    }
    assert_eq!(officer.publish(&["--no-build", "--check"])["bytes"], 0, "{}", server.name);
}

#[test]
#[ignore = "real servers: tests/run publish"]
fn a_long_recording_costs_no_memory_and_goes_on_after_a_kill() {
    let bytes: Vec<u8> = (0..SIZE).map(|at| (at ^ (at >> 9) ^ (at >> 17)).to_le_bytes()[0]).collect();
    let servers: [fn() -> Server; 4] = [|| openssh(""), || pure_ftpd(None, &[]), || apache(None, ""), moto];
    std::thread::scope(|scope| {
        for start in servers {
            let bytes = &bytes;
            scope.spawn(move || check_recording(&start(), bytes));
        }
    });
}
