//! What the machine refuses or gives little of: memory, disk, cores, time, a cache that is not what it was. The output is
//! right or as it was, and there is a word about it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::support::site::{Run, Tree, assert_same, program};
use crate::support::{DAY, Site};

const STUDY: &str = include_str!("../sites/study.txt");

/// Runs a build below another program: a shell that sets a limit, a scheduler.
fn below(wrapper: &[&str], site: &Site, more: &[&str]) -> Run {
    let mut command = Command::new(wrapper[0]);
    command.args(&wrapper[1..]).arg(program().get_program()).args(["build", "--lang", "en", "--date", DAY]).args(more);
    let path = site.dir().to_str().expect("plain").to_string();
    Run::of(command.args(["--site", &path]).output().expect("the program starts"), &path)
}

#[test]
fn out_of_memory_the_old_site_stays_whole() {
    let site = Site::new("//- content/a.md\n# 甲\n\n甲\n");
    site.build_well(&[]);
    let before = site.output();
    site.write("content/a.md", "# 甲\n\n乙\n");
    for n in 0..8 {
        site.write(&format!("content/n{n}.md"), &format!("# 第{n}篇\n\n{}\n", "很长的一段，有[链接](a.md)和**强调**。\n\n".repeat(6_000)));
    }
    let limits = ["100000", "120000"];
    let mut refused = 0;
    for limit in limits {
        let run =
            below(&["sh", "-c", &format!("ulimit -v {limit}; ulimit -c 0; exec \"$@\""), "sh"], &site, &["--no-cache", "--jobs", "2"]);
        if run.code == 0 {
            site.write("content/a.md", "# 甲\n\n甲\n");
            continue;
        }
        refused += 1;
        assert!(!run.stderr.trim().is_empty(), "{limit}: a word is said");
        assert_same(&before, &site.output().into_iter().filter(|(path, _)| !path.starts_with(".studyhall-")).collect(), limit);
    }
    assert!(refused > 0, "one of the limits is too tight for such pages");
    site.build_well(&[]);
    assert_same(&site.clean(&[]), &site.output(), "the next build is right");
}

#[test]
fn one_core_many_workers_and_a_slow_disk_make_the_same_site() {
    let site = Site::new(STUDY);
    let clean = site.clean(&[]);
    for wrapper in [&["taskset", "-c", "0"][..], &["ionice", "-c", "3", "nice", "-n", "19"]] {
        clear(&site);
        let run = below(wrapper, &site, &["--jobs", "64", "--no-cache"]);
        assert_eq!(run.code, 0, "{wrapper:?}: {}", run.stderr);
        assert_same(&clean, &site.output(), wrapper[0]);
    }
}

/// Removes the output, if there is one.
fn clear(site: &Site) {
    if site.path("output").exists() {
        site.remove("output");
    }
}

/// The files of the cache.
fn cache(site: &Site) -> Vec<PathBuf> {
    let entries = fs::read_dir(site.path(".studyhall")).expect("a cache").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> = entries.filter(|path| fs::metadata(path).is_ok_and(|found| found.len() > 0)).collect();
    files.sort();
    files
}

/// A build after the cache was changed: the output is right, and `-v` says a word about it, if `told`.
#[track_caller]
fn check_cache(site: &Site, clean: &Tree, what: &str, told: &str) {
    clear(site);
    let run = site.build(&["-v"]);
    assert_eq!(run.code, 0, "{what}: {}", run.stderr);
    assert_same(clean, &site.output(), what);
    assert!(run.stderr.contains(told), "{what}: `{told}` in {}", run.stderr);
    let counts = site.build_well(&[]);
    assert_eq!((counts.rendered, counts.written), (0, 0), "{what}: the next build has its memory again");
}

#[test]
fn a_cache_cut_in_the_middle() {
    let site = Site::new(STUDY);
    site.age_all();
    site.build_well(&[]);
    let clean = site.clean(&[]);
    let names: Vec<PathBuf> = cache(&site);
    assert!(names.len() >= 4, "index, pack, memory, last: {names:?}");
    for path in names {
        if !path.exists() {
            continue;
        }
        let bytes = fs::read(&path).expect("a file");
        fs::write(&path, &bytes[..bytes.len() / 2]).expect("it can be cut");
        check_cache(&site, &clean, &path.display().to_string(), "memory of earlier builds: ");
    }
}

#[test]
fn a_cache_of_another_version() {
    let site = Site::new(STUDY);
    site.age_all();
    site.build_well(&[]);
    let clean = site.clean(&[]);
    for path in cache(&site) {
        let mut bytes = fs::read(&path).expect("a file");
        // What a file begins with says who wrote it.
        bytes[..16].fill(7);
        fs::write(&path, bytes).expect("it can be written");
    }
    check_cache(&site, &clean, "another version", "it is of another version or another site");
}

#[test]
fn a_cache_of_another_machine() {
    let site = Site::new(STUDY);
    site.age_all();
    site.build_well(&[]);
    let other = Site::new(STUDY);
    other.age_all();
    other.write("content/news/extra.md", "---\ntitle: 只在这里\ndate: 2026-11-01\n---\n正文\n");
    fs::create_dir(other.path(".studyhall")).expect("a folder");
    for path in cache(&site) {
        fs::copy(&path, other.path(".studyhall").join(path.file_name().expect("a name"))).expect("a copy");
    }
    let clean = other.clean(&[]);
    check_cache(&other, &clean, "another machine", "");
}

#[test]
fn a_full_disk_under_the_cache_costs_the_memory_alone() {
    let site = Site::new(STUDY);
    let cache = site.path(".studyhall");
    fs::create_dir(&cache).expect("a folder");
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=16k", "studyhall-it"]).arg(&cache).output();
    if !mounted.is_ok_and(|done| done.status.success()) {
        println!("skipped: this user may not mount a small disk");
        return;
    }
    let run = site.build(&["-v"]);
    let again = site.build(&["-v"]);
    let unmounted = Command::new("umount").arg(&cache).output().expect("umount starts");
    assert!(unmounted.status.success());
    assert_eq!((run.code, again.code), (0, 0), "{} {}", run.stderr, again.stderr);
    assert!(run.stderr.contains("memory of earlier builds: "), "{}", run.stderr);
    assert_same(&site.clean(&[]), &site.output(), "the output is right");
}
