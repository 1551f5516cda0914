//! Publishing against a target in memory that fails at every operation, one by one.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tempfile::TempDir;

use super::connection_pool::RetryPolicy;
use super::local_state::LocalPublishState;
use super::memory::{Failure, MemoryTarget};
use super::record::{FOLDER, HEAD, Published, PublishedFiles};
use super::remote_scan::RecordState;
use super::run::{PublishJob, PublishOptions, PublishOutcome, UploadProgress, run};
use crate::ground::{Error, RelPath, Stamp};

type Site = BTreeMap<String, String>;

/// A site in lines `path: text`. A page refers to all words in it that end in `.html`, `.css`, `.js` or `.jpg`.
fn site(text: &str) -> Site {
    text.lines().filter_map(|line| line.trim().split_once(": ")).map(|(path, text)| (path.to_string(), text.to_string())).collect()
}

/// A folder for a machine's memory; in the system's own memory where there is such a thing, for there are thousands of them.
fn machine() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}

struct Quiet;

impl UploadProgress for Quiet {
    fn begin(&self, _files: usize, _bytes: u64) {}
    fn sent(&self, _bytes: u64) {}
    fn taken_back(&self, _bytes: u64) {}
}

fn options() -> PublishOptions {
    PublishOptions {
        connections: 1,
        keep_old: 1,
        history: 3,
        who: "甲机".to_string(),
        by: "11111111".to_string(),
        at: "2026-11-25T12:00:00+08:00".to_string(),
        patience: RetryPolicy { tries: 3, pause: Duration::ZERO },
        ..PublishOptions::default()
    }
}

fn publish(target: &MemoryTarget, machine: &Path, site: &Site, options: PublishOptions) -> Result<PublishOutcome, Error> {
    publish_with(target, machine, site, options, &|_| {})
}

/// `before` is told each path before it goes up.
fn publish_with(
    target: &MemoryTarget,
    machine: &Path,
    site: &Site,
    options: PublishOptions,
    before: &(dyn Fn(&str) + Sync),
) -> Result<PublishOutcome, Error> {
    let files: PublishedFiles = site
        .iter()
        .map(|(path, text)| (RelPath::own(path), Published { stamp: Stamp::of_bytes(text.as_bytes()), size: text.len() as u64 }))
        .collect();
    let home = LocalPublishState::open(machine, "campus")?.expect("nobody else publishes");
    let bytes = |path: &str, _: Published| {
        before(path);
        Ok(site[path].clone().into_bytes())
    };
    run(&PublishJob {
        target: "campus",
        opener: target,
        files: &files,
        bytes: &bytes,
        place: &|_, _| None,
        home: &home,
        options,
        progress: &Quiet,
    })
}

/// The site's files on the target.
fn standing(target: &MemoryTarget) -> Site {
    let disk = target.disk();
    let ours = disk.files.iter().filter(|(path, _)| !path.starts_with(FOLDER));
    ours.map(|(path, bytes)| (path.clone(), String::from_utf8_lossy(bytes).into_owned())).collect()
}

/// What is broken for a reader: pages reachable from the home page that refer to something that is not there, and any
/// file that is neither the old one nor the new one.
fn broken(target: &MemoryTarget, old: &Site, new: &Site) -> Vec<String> {
    let standing = standing(target);
    let mut wrong: Vec<String> = standing
        .iter()
        .filter(|(path, text)| ![old, new].iter().any(|site| site.get(*path) == Some(*text)))
        .map(|(path, text)| format!("{path} is neither old nor new: {text}"))
        .collect();
    let mut seen = vec!["index.html".to_string()];
    let mut next = 0;
    while let Some(page) = seen.get(next).cloned() {
        next += 1;
        let Some(text) = standing.get(&page) else {
            if !old.is_empty() {
                wrong.push(format!("{page} is not there"));
            }
            continue;
        };
        if page.ends_with(".html") {
            let words = text.split(' ').filter(|word| word.contains('.')).map(str::to_string);
            let fresh: Vec<String> = words.filter(|word| !seen.contains(word)).collect();
            seen.extend(fresh);
        }
    }
    wrong
}

const OLD: &str = "index.html: home assets/a.0123456789.css news/index.html
    assets/a.0123456789.css: red
    news/index.html: list assets/a.0123456789.css news/one.html news/two.html
    news/one.html: one assets/a.0123456789.css news/two.html news/p.jpg
    news/two.html: two assets/a.0123456789.css
    news/p.jpg: picture
    search/index.js: index
    gone/only.html: gone
    sitemap.xml: map";

const NEW: &str = "index.html: home assets/b.abcdef0123.css news/index.html deep/er/index.html
    assets/b.abcdef0123.css: blue
    news/index.html: list assets/b.abcdef0123.css news/one.html news/three.html news/four.html
    news/one.html: one assets/b.abcdef0123.css news/three.html
    news/three.html: three assets/b.abcdef0123.css news/four.html
    news/four.html: four assets/b.abcdef0123.css news/three.html news/q.jpg
    news/q.jpg: another picture
    deep/er/index.html: deep assets/b.abcdef0123.css
    search/index.js: index 2
    sitemap.xml: map 2";

#[test]
fn a_second_publish_brings_what_changed_and_removes_what_went() {
    let (target, machine) = (MemoryTarget::new(), machine());
    let (old, new) = (site(OLD), site(NEW));
    let first = publish(&target, machine.path(), &old, options()).unwrap();
    assert_eq!((first.trust, first.plan.upload.len(), standing(&target)), (RecordState::Missing, old.len(), old.clone()));
    let second = publish(&target, machine.path(), &new, options()).unwrap();
    let named = |items: Vec<&super::order::UploadItem>| items.iter().map(|item| item.path.clone()).collect::<Vec<_>>().join(" ");
    assert_eq!(
        named(second.plan.new_files().collect()),
        "assets/b.abcdef0123.css deep/er/index.html news/four.html news/q.jpg news/three.html"
    );
    assert_eq!(named(second.plan.changed().collect()), "index.html news/index.html news/one.html search/index.js sitemap.xml");
    assert_eq!(second.plan.remove, ["gone/only.html", "news/p.jpg", "news/two.html"].map(RelPath::own));
    let mut expected = new.clone();
    expected.insert("assets/a.0123456789.css".to_string(), "red".to_string());
    assert_eq!(standing(&target), expected, "the style of open pages is kept");
    assert!(!target.disk().folders.contains("gone"), "an empty folder goes");
    target.fail(None);
    let idle = publish(&target, machine.path(), &new, options()).unwrap();
    assert!(idle.plan.is_empty() && idle.from_here);
    assert_eq!(standing(&target), expected, "a publish with nothing to do makes nothing older");
    let mut third = new.clone();
    third.insert("index.html".to_string(), "home 3".to_string());
    target.disk().written = 0;
    publish(&target, machine.path(), &third, options()).unwrap();
    assert_eq!(standing(&target), third, "then it goes");
    assert!(target.disk().written < 1000, "{} bytes for one page", target.disk().written);
    let left: Vec<String> = target.disk().files.keys().filter(|path| path.starts_with(FOLDER)).cloned().collect();
    assert_eq!(left.len(), 4, "the head and three parts: {left:?}");
}

/// Publishes `old`, then `new` with a failure at every operation, one by one: readers always see a whole site, and the
/// next publish, by this machine or by another one, makes it `new`. Gives how many operations were tried.
fn check_failures(start: &MemoryTarget, old: &Site, new: &Site) -> usize {
    let mut count = 0;
    // The states on this machine play no part here, and cost most of the time.
    let options = || PublishOptions { history: 0, ..options() };
    for failure in Failure::ALL {
        for at in 1.. {
            let (target, machine, other) = (start.clone_empty(), machine(), machine());
            if !old.is_empty() {
                publish(&target, machine.path(), old, options()).unwrap();
            }
            target.fail(Some((at, failure)));
            let result = publish(&target, machine.path(), new, options());
            let context = format!("{failure:?} at operation {at}");
            if target.disk().count < at {
                assert!(result.is_ok(), "{context}");
                break;
            }
            count += 1;
            let wrong = broken(&target, old, new);
            // Where a rename cannot replace there is a moment without the file, and nobody can do anything about a machine
            // that dies in it: one file, and the next publish brings it.
            let is_moment = !start.can.replace_by_rename && !start.can.whole_writes && failure == Failure::KilledHalfway;
            assert!(wrong.is_empty() || is_moment && wrong.len() == 1 && wrong[0].ends_with("is not there"), "{context}: {wrong:?}");
            if failure.passes() {
                assert!(result.is_ok(), "{context}: {:?}", result.err());
            }
            target.fail(None);
            // Every other time somebody else goes on, who knows nothing of this machine's memory.
            let again = if at % 2 == 0 {
                publish(&target, machine.path(), new, options())
            } else {
                publish(&target, other.path(), new, PublishOptions { take_over: true, by: "22222222".to_string(), ..options() })
            };
            assert!(again.is_ok(), "{context}, then again: {:?}", again.err());
            let mut expected = new.clone();
            let standing = standing(&target);
            for kept in old.keys().filter(|path| super::order::is_kept(path) && !new.contains_key(*path)) {
                expected.extend(standing.get(kept).map(|text| (kept.clone(), text.clone())));
            }
            assert_eq!(standing, expected, "{context}, then again");
            let parts = target.disk().files.keys().filter(|path| path.ends_with(".part")).count();
            assert_eq!(parts, 0, "{context}: half files are swept");
            assert!(!target.disk().files.contains_key(super::lock::LOCK), "{context}: the lock is gone");
        }
    }
    count
}

#[test]
fn a_failure_at_any_operation_leaves_a_whole_site_and_the_next_publish_completes() {
    let memory = MemoryTarget::new();
    let count = check_failures(&memory, &site(OLD), &site(NEW)) + check_failures(&memory, &Site::new(), &site(OLD));
    assert!(count > 500, "{count}");
}

#[test]
fn so_does_one_where_every_write_is_whole() {
    let mut memory = MemoryTarget::new();
    memory.can = super::store::Capabilities {
        replace_by_rename: false,
        whole_writes: true,
        resume: false,
        create_new: false,
        sizes: true,
        folders: true,
    };
    assert!(check_failures(&memory, &site(OLD), &site(NEW)) > 200);
}

#[test]
fn so_does_one_where_a_rename_does_not_replace() {
    let mut memory = MemoryTarget::new();
    memory.can.replace_by_rename = false;
    assert!(check_failures(&memory, &site(OLD), &site(NEW)) > 300);
}

#[test]
fn whoever_was_taken_over_stops_and_leaves_the_other_publish_whole() {
    let (target, one, two) = (MemoryTarget::new(), machine(), machine());
    publish(&target, one.path(), &site(OLD), options()).unwrap();
    let mut theirs = site(OLD);
    theirs.insert("index.html".to_string(), "home of the other news/index.html".to_string());
    // In the middle of the first officer's upload the second one takes over and comes to the end.
    let taken = AtomicBool::new(false);
    let new = site(NEW);
    let result = publish_with(&target, one.path(), &new, options(), &|path| {
        if path == "news/three.html" && !taken.swap(true, Ordering::Relaxed) {
            let who = PublishOptions { take_over: true, who: "乙机".to_string(), by: "22222222".to_string(), ..options() };
            publish(&target, two.path(), &theirs, who).unwrap();
        }
    });
    let error = result.unwrap_err();
    assert_eq!(error.id, "error-publish-taken-over");
    assert!(taken.into_inner() && broken(&target, &theirs, &new).is_empty(), "{:?}", broken(&target, &theirs, &new));
    assert_eq!(standing(&target)["index.html"], theirs["index.html"], "what readers see is the other's");
    publish(&target, one.path(), &new, options()).unwrap();
    assert_eq!(standing(&target)["index.html"], new["index.html"]);
}

#[test]
fn an_interrupted_publish_goes_on_where_it_stopped() {
    let (target, machine) = (MemoryTarget::new(), machine());
    let many: Site = (0..50).map(|n| (format!("p{n}.html"), format!("page {n}"))).collect();
    target.fail(Some((70, Failure::KilledBefore)));
    assert!(publish(&target, machine.path(), &many, options()).is_err());
    let there = standing(&target).len();
    assert!(there > 20, "{there}");
    target.fail(None);
    let again = publish(&target, machine.path(), &many, options()).unwrap();
    assert_eq!((again.resumed, again.plan.upload.len(), standing(&target)), (there, 50 - there, many));
}

#[test]
fn a_big_file_goes_on_where_it_stopped() {
    let (target, machine) = (MemoryTarget::new(), machine());
    let big = site(&format!("index.html: {}", "x".repeat(4 << 20)));
    let mut at = 1;
    loop {
        let target = target.clone_empty();
        target.fail(Some((at, Failure::LostHalfway)));
        publish(&target, machine.path(), &big, options()).unwrap();
        let written = target.disk().written;
        assert_eq!(standing(&target), big);
        if written > (4 << 20) + 100_000 || target.disk().count < at {
            // Half of it, a little again, and the rest.
            assert!(target.disk().count < at || written < (4 << 20) + 200_000, "{written}");
            break;
        }
        std::fs::remove_dir_all(machine.path().join(super::local_state::DIR)).unwrap();
        at += 1;
    }
}

/// Counts what it is told.
#[derive(Default)]
struct Counting {
    bytes: AtomicU64,
    calls: AtomicU64,
}

impl UploadProgress for Counting {
    fn begin(&self, _files: usize, _bytes: u64) {}

    fn sent(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.calls.fetch_add(1, Ordering::Relaxed);
    }

    fn taken_back(&self, bytes: u64) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }
}

#[test]
fn progress_is_told_while_a_big_file_goes_and_counts_no_byte_twice() {
    let recording = tempfile::NamedTempFile::new().unwrap();
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|number| number.to_le_bytes()[1]).collect();
    std::fs::write(recording.path(), &bytes).unwrap();
    let big = Published { stamp: Stamp::of_bytes(&bytes), size: bytes.len() as u64 };
    let files = PublishedFiles::from([(RelPath::own("recording.mp3"), big)]);
    for at in 1.. {
        let (target, machine, progress) = (MemoryTarget::new(), machine(), Counting::default());
        target.fail(Some((at, Failure::LostHalfway)));
        let home = LocalPublishState::open(machine.path(), "campus").unwrap().expect("nobody else publishes");
        // Its bytes are never asked for whole.
        let job = PublishJob {
            target: "campus",
            opener: &target,
            files: &files,
            bytes: &|_, _| Err(Error::new("error-read")),
            place: &|_, _| Some(recording.path().to_path_buf()),
            home: &home,
            options: options(),
            progress: &progress,
        };
        run(&job).unwrap();
        assert!(target.disk().files["recording.mp3"] == bytes);
        assert_eq!(progress.bytes.into_inner(), big.size, "with a failure at operation {at}");
        assert!(progress.calls.into_inner() > 10);
        if target.disk().count < at {
            break;
        }
    }
}

#[test]
fn files_of_others_are_named_and_never_touched() {
    let (target, machine) = (MemoryTarget::new(), machine());
    let foreign = [("old/list.asp", "asp"), ("Index.html", "theirs"), ("web.config", "x")];
    target.disk().folders.insert("old".to_string());
    for (path, text) in foreign {
        target.disk().files.insert(path.to_string(), text.as_bytes().to_vec());
    }
    let before = standing(&target);
    let error = publish(&target, machine.path(), &site(OLD), options()).unwrap_err();
    assert_eq!(error.id, "error-publish-foreign");
    assert!(error.args.contains(&("paths", "Index.html".to_string())), "{error:?}");
    assert_eq!(standing(&target), before);
    target.disk().files.remove("Index.html");
    let outcome = publish(&target, machine.path(), &site(OLD), options()).unwrap();
    assert_eq!(outcome.plan.foreign, ["old/", "web.config"]);
    publish(&target, machine.path(), &site(NEW), options()).unwrap();
    let standing = standing(&target);
    assert!(standing["old/list.asp"] == "asp" && standing["web.config"] == "x");
}

#[test]
fn a_file_that_others_put_in_the_way_later_is_seen() {
    let (target, machine) = (MemoryTarget::new(), machine());
    publish(&target, machine.path(), &site(OLD), options()).unwrap();
    target.disk().files.insert("news/three.html".to_string(), b"theirs".to_vec());
    let error = publish(&target, machine.path(), &site(NEW), options()).unwrap_err();
    assert!(error.args.contains(&("paths", "news/three.html".to_string())), "{error:?}");
    let adopted = publish(&target, machine.path(), &site(NEW), PublishOptions { adopt: true, ..options() }).unwrap();
    assert_eq!(adopted.plan.changed().filter(|item| item.path.as_str() == "news/three.html").count(), 1);
    assert_eq!(standing(&target)["news/three.html"], site(NEW)["news/three.html"]);
}

#[test]
fn without_its_record_a_target_is_read() {
    for damage in [None, Some(&b"studyhall-published 1\ncut"[..])] {
        let (target, machine) = (MemoryTarget::new(), machine());
        publish(&target, machine.path(), &site(OLD), options()).unwrap();
        match damage {
            None => drop(target.disk().files.remove(HEAD)),
            Some(bytes) => drop(target.disk().files.insert(HEAD.to_string(), bytes.to_vec())),
        }
        let outcome = publish(&target, machine.path(), &site(NEW), options()).unwrap();
        assert_eq!(outcome.trust, if damage.is_some() { RecordState::Damaged } else { RecordState::Missing });
        for (path, text) in site(NEW) {
            assert_eq!(standing(&target)[&path], text);
        }
        let leftover = standing(&target).contains_key("gone/only.html");
        assert_eq!((leftover, outcome.plan.foreign.len()), if damage.is_some() { (false, 0) } else { (true, 4) });
    }
}

#[test]
fn a_record_of_a_later_version_stops_everything() {
    let (target, machine) = (MemoryTarget::new(), machine());
    publish(&target, machine.path(), &site(OLD), options()).unwrap();
    let head = String::from_utf8(target.disk().files[HEAD].clone()).unwrap().replace("published 1", "published 9");
    target.disk().files.insert(HEAD.to_string(), head.into_bytes());
    let before = standing(&target);
    assert_eq!(publish(&target, machine.path(), &site(NEW), options()).unwrap_err().id, "error-publish-newer");
    assert_eq!(standing(&target), before);
}

#[test]
fn the_second_officer_is_told_who_and_when() {
    let (target, one, two) = (MemoryTarget::new(), machine(), machine());
    publish(&target, one.path(), &site(OLD), options()).unwrap();
    target.fail(Some((15, Failure::KilledBefore)));
    assert!(publish(&target, one.path(), &site(NEW), options()).is_err());
    target.fail(None);
    let error = publish(&target, two.path(), &site(NEW), options()).unwrap_err();
    assert_eq!(error.id, "error-publish-locked");
    assert!(error.args.contains(&("who", "甲机".to_string())), "{error:?}");
    publish(&target, one.path(), &site(NEW), options()).unwrap();
    publish(&target, two.path(), &site(NEW), options()).unwrap();
}

#[test]
fn a_dry_run_changes_nothing() {
    let (target, machine) = (MemoryTarget::new(), machine());
    let outcome = publish(&target, machine.path(), &site(OLD), PublishOptions { dry_run: true, ..options() }).unwrap();
    assert_eq!(outcome.plan.upload.len(), site(OLD).len());
    assert!(target.disk().files.is_empty() && target.disk().folders.is_empty());
}

#[test]
fn what_somebody_removed_on_the_target_comes_back_when_it_is_checked() {
    let (target, machine) = (MemoryTarget::new(), machine());
    publish(&target, machine.path(), &site(OLD), options()).unwrap();
    target.disk().files.remove("news/p.jpg");
    target.disk().files.insert("news/one.html".to_string(), b"edited there".to_vec());
    assert!(publish(&target, machine.path(), &site(OLD), options()).unwrap().plan.is_empty(), "the record is believed");
    publish(&target, machine.path(), &site(OLD), PublishOptions { check: true, ..options() }).unwrap();
    assert_eq!(standing(&target), site(OLD));
}
