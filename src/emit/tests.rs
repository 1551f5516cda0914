use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, ErrorKind};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::*;

/// Everything below a folder: folders with a slash and no bytes, files with theirs, links with their target.
fn tree(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, dir: &Path, tree: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            if path.is_symlink() {
                tree.insert(name, fs::read_link(&path).unwrap().to_str().unwrap().into());
            } else if path.is_dir() {
                tree.insert(format!("{name}/"), Vec::new());
                walk(root, &path, tree);
            } else {
                tree.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    if dir.exists() {
        walk(dir, dir, &mut found);
    }
    found
}

type Site<'a> = &'a [(&'a str, &'a str)];

fn put_all(output: &Output, site: Site) -> Result<()> {
    site.iter().try_for_each(|(path, text)| output.put(path, text.as_bytes(), Stamp::of_bytes(text.as_bytes())).map(drop))
}

fn build(dir: &Path, seen: Seen, site: Site) -> Result<Report> {
    let output = Output::open_with(dir, seen)?;
    put_all(&output, site)?;
    output.commit()
}

fn built(dir: &Path, site: Site) -> Report {
    build(dir, Seen::default(), site).unwrap()
}

/// The tree that a site has, its folders and list included.
fn expected(site: Site) -> BTreeMap<String, Vec<u8>> {
    let dir = tempfile::tempdir().unwrap();
    built(dir.path(), site);
    tree(dir.path())
}

const OLD: Site = &[
    ("index.html", "old"),
    ("news/a.html", "a"),
    ("news/b.html", "b"),
    ("page", "a file that becomes a folder"),
    ("turn/x/deep.html", "a folder that becomes a file"),
    ("gone/far/away.html", "goes"),
];

const NEW: Site =
    &[("index.html", "new"), ("news/a.html", "a"), ("page/one.html", "1"), ("turn", "a file now"), ("fresh/from/here.html", "comes")];

#[test]
fn writes_what_changed_and_removes_what_went() {
    let dir = tempfile::tempdir().unwrap();
    let first = built(dir.path(), OLD);
    assert_eq!((first.written.len(), first.unchanged, first.removed.len()), (6, 0, 0));
    let list = fs::read_to_string(dir.path().join(MANIFEST)).unwrap();
    assert_eq!(list.lines().count(), 7);
    assert!(!list.contains(MANIFEST));

    let again = built(dir.path(), OLD);
    assert_eq!((again.written.len(), again.unchanged, again.bytes_written), (0, 6, 0));
    assert_eq!(again.seen, first.seen);

    let report = built(dir.path(), NEW);
    assert_eq!(report.written, ["fresh/from/here.html", "index.html", "page/one.html", "turn"]);
    assert_eq!(report.removed, ["gone/far/away.html", "news/b.html", "page", "turn/x/deep.html"]);
    assert_eq!((report.unchanged, report.bytes_written, report.bytes), (1, 19, 20));
    let here = tree(dir.path());
    assert_eq!(here, expected(NEW));
    assert!(!here.contains_key("gone/") && here["news/a.html"] == b"a");
    assert_eq!(built(dir.path(), &[]).removed.len(), 5);
    assert_eq!(tree(dir.path()), expected(&[]));
}

#[test]
fn dropped_without_a_commit_all_is_as_it_was() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("deep/down");
    let output = Output::open(&dir).unwrap();
    put_all(&output, NEW).unwrap();
    drop(output);
    assert_eq!(tree(parent.path()), BTreeMap::new());

    built(&dir, OLD);
    let before = tree(parent.path());
    let output = Output::open(&dir).unwrap();
    put_all(&output, NEW).unwrap();
    drop(output);
    assert_eq!(tree(parent.path()), before);
}

#[test]
fn what_others_put_there_is_neither_overwritten_nor_removed() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join("news")).unwrap();
    fs::write(dir.path().join("index.html"), "hand-made").unwrap();
    fs::write(dir.path().join("news/b.html"), "hand-made").unwrap();
    fs::write(dir.path().join("news/a.html"), "a").unwrap();
    fs::write(dir.path().join("CNAME"), "example").unwrap();
    let before = tree(dir.path());
    let error = build(dir.path(), Seen::default(), OLD).unwrap_err();
    assert_eq!(error.id, "error-foreign-file");
    assert!(error.args.contains(&("files", "index.html\nnews/b.html".into())), "{:?}", error.args);
    assert!(error.args.contains(&("count", "2".into())));
    assert_eq!(tree(dir.path()), before);

    fs::remove_file(dir.path().join("index.html")).unwrap();
    fs::remove_file(dir.path().join("news/b.html")).unwrap();
    let report = built(dir.path(), OLD);
    assert_eq!(report.unchanged, 1, "the same bytes are taken over");
    assert_eq!(built(dir.path(), &[]).removed.len(), 6);
    assert_eq!(fs::read(dir.path().join("CNAME")).unwrap(), b"example");
}

#[test]
fn a_folder_in_the_way_goes_only_with_nothing_foreign_in_it() {
    let dir = tempfile::tempdir().unwrap();
    built(dir.path(), OLD);
    fs::write(dir.path().join("turn/x/mine.txt"), "mine").unwrap();
    let before = tree(dir.path());
    let error = build(dir.path(), Seen::default(), NEW).unwrap_err();
    assert!(error.args.contains(&("files", "turn/x/mine.txt".into())), "{error:?}");
    assert_eq!(tree(dir.path()), before);
}

#[test]
fn edited_copies_are_reported() {
    let dir = tempfile::tempdir().unwrap();
    let seen = built(dir.path(), OLD).seen;
    fs::write(dir.path().join("index.html"), "edited").unwrap();
    fs::write(dir.path().join("news/b.html"), "edited").unwrap();
    let report = build(dir.path(), seen, NEW).unwrap();
    assert_eq!(report.overwritten, ["index.html"]);
    assert_eq!(report.left, ["news/b.html"]);
    assert_eq!(fs::read(dir.path().join("news/b.html")).unwrap(), b"edited");
    let report = built(dir.path(), NEW);
    assert_eq!((report.left.len(), report.written.len()), (0, 0), "said once");
}

#[test]
fn keeps_only_what_surely_stands() {
    let dir = tempfile::tempdir().unwrap();
    let seen = built(dir.path(), OLD).seen;
    let stamp = |text: &str| Stamp::of_bytes(text.as_bytes());
    for seen in [seen.clone(), Seen::default()] {
        let output = Output::open_with(dir.path(), seen).unwrap();
        assert!(output.keep("index.html", stamp("old")));
        assert!(output.keep("index.html", stamp("old")));
        assert!(!output.keep("index.html", stamp("new")));
        assert!(!output.keep("missing.html", stamp("old")));
        assert!(!output.keep("news", stamp("")));
        assert!(output.keep("news/a.html", stamp("a")));
    }
    fs::write(dir.path().join("index.html"), "odd").unwrap();
    fs::remove_file(dir.path().join("news/a.html")).unwrap();
    let output = Output::open_with(dir.path(), seen).unwrap();
    assert!(!output.keep("index.html", stamp("old")));
    assert!(!output.keep("news/a.html", stamp("a")));
    assert!(output.keep("news/b.html", stamp("b")));
    let report = output.commit().unwrap();
    assert_eq!(report.unchanged, 1);
    assert_eq!(report.left, ["index.html"]);
}

#[test]
fn paths_are_unique_and_stay_inside() {
    let dir = tempfile::tempdir().unwrap();
    let output = Output::open(dir.path()).unwrap();
    let put = |path: &str, text: &str| output.put(path, text.as_bytes(), Stamp::of_bytes(text.as_bytes()));
    assert_eq!(put("a.html", "a").unwrap(), Put::Staged);
    assert_eq!(put("a.html", "a").unwrap(), Put::Same);
    assert_eq!(put("a.html", "b").unwrap_err().id, "error-output-twice");
    assert_eq!(put("A.html", "a").unwrap_err().id, "error-output-twice");
    for path in ["../a", "/a", "a//b", "studyhall-files.txt", ".studyhall-staging/journal", "a\\b"] {
        assert_eq!(put(path, "a").unwrap_err().id, "error-output-path", "{path}");
    }
}

#[test]
fn one_build_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(lock::LOCK), "999999\nlong ago, of a killed build\n").unwrap();
    let output = Output::open(dir.path()).unwrap();
    let Err(error) = Output::open(dir.path()) else { panic!("opened twice") };
    assert_eq!(error.id, "error-locked");
    assert!(error.args.contains(&("pid", std::process::id().to_string())), "{:?}", error.args);
    drop(output);
    drop(Output::open(dir.path()).unwrap());
    assert_eq!(tree(dir.path()), BTreeMap::new());
}

#[test]
fn many_open_and_close_at_once_and_never_two_are_in() {
    let dir = tempfile::tempdir().unwrap();
    let inside = AtomicBool::new(false);
    let opened = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                for _ in 0..60 {
                    match Output::open(dir.path()) {
                        Ok(output) => {
                            assert!(!inside.swap(true, Ordering::SeqCst));
                            opened.fetch_add(1, Ordering::SeqCst);
                            inside.store(false, Ordering::SeqCst);
                            drop(output);
                        }
                        Err(error) => assert_eq!(error.id, "error-locked"),
                    }
                }
            });
        }
    });
    assert!(opened.load(Ordering::SeqCst) > 0);
}

#[test]
fn many_threads_put() {
    let dir = tempfile::tempdir().unwrap();
    let output = Output::open(dir.path()).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let output = &output;
            scope.spawn(move || {
                for n in 0..500 {
                    let text = format!("{thread} {n}");
                    let path = format!("s{}/p{thread}-{n}.html", n % 7);
                    output.put(&path, text.as_bytes(), Stamp::of_bytes(text.as_bytes())).unwrap();
                }
            });
        }
    });
    assert_eq!(output.commit().unwrap().written.len(), 2000);
    assert_eq!(fs::read(dir.path().join("s3/p2-3.html")).unwrap(), b"2 3");
}

/// A disk on which every change from number `from` on fails, or that one alone; a write leaves half a file behind.
fn failing(from: usize, alone: bool, kind: ErrorKind) -> (Hook, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let disk: Hook = Box::new(move |what, path| {
        let now = counted.fetch_add(1, Ordering::SeqCst);
        if now != from && (alone || now < from) {
            return Ok(());
        }
        if what == "write" && now == from && !alone {
            fs::write(path, "tor").unwrap();
        }
        Err(io::Error::from(kind))
    });
    (disk, count)
}

fn attempt(disk: Hook, dir: &Path, site: Site) -> Result<Report> {
    let output = Output::open_on(Some(disk), dir, Seen::default())?;
    put_all(&output, site)?;
    output.commit()
}

#[test]
fn killed_at_any_step_either_site_is_whole() {
    let (old, new) = (expected(OLD), expected(NEW));
    let mut outcomes = BTreeSet::new();
    for step in 0.. {
        let dir = tempfile::tempdir().unwrap();
        built(dir.path(), OLD);
        let (disk, count) = failing(step, false, ErrorKind::Other);
        // Nothing tidies up after the refusal, because tidying up is refused too.
        drop(attempt(disk, dir.path(), NEW));
        let finished = count.load(Ordering::SeqCst) <= step;
        // The next opening is killed too, at each of its own steps, and the one after it still sets things right.
        for second in 0.. {
            let (disk, count) = failing(second, false, ErrorKind::Other);
            drop(Output::open_on(Some(disk), dir.path(), Seen::default()));
            if count.load(Ordering::SeqCst) <= second {
                break;
            }
        }
        drop(Output::open(dir.path()).unwrap());
        let after = tree(dir.path());
        assert!(after == old || after == new, "step {step}: {:?}", after.keys());
        outcomes.insert(after == old);
        if finished {
            assert_eq!(after, new);
            break;
        }
    }
    assert_eq!(outcomes.len(), 2, "some kills came before the moment and some after");
}

#[test]
fn refused_at_any_step_nothing_has_changed() {
    let (old, new) = (expected(OLD), expected(NEW));
    let mut refusals = 0;
    for step in 0.. {
        let dir = tempfile::tempdir().unwrap();
        built(dir.path(), OLD);
        let (disk, count) = failing(step, true, ErrorKind::Other);
        match attempt(disk, dir.path(), NEW) {
            Ok(_) => assert!(tree(dir.path()).contains_key("turn")),
            Err(_) => {
                refusals += 1;
                drop(Output::open(dir.path()).unwrap());
                assert_eq!(tree(dir.path()), old, "step {step}");
            }
        }
        built(dir.path(), NEW);
        assert!(tree(dir.path()).keys().filter(|path| !path.ends_with('/')).eq(new.keys().filter(|path| !path.ends_with('/'))));
        if count.load(Ordering::SeqCst) <= step {
            break;
        }
    }
    assert!(refusals > 20, "{refusals}");
}

#[test]
fn a_file_held_for_a_moment_is_waited_for_and_one_held_longer_undoes_all() {
    let dir = tempfile::tempdir().unwrap();
    built(dir.path(), OLD);
    let held = |times: usize| -> Hook {
        let count = AtomicUsize::new(0);
        Box::new(move |what, path| match what == "rename" && path.ends_with("turn") && count.fetch_add(1, Ordering::SeqCst) < times {
            true => Err(ErrorKind::ResourceBusy.into()),
            false => Ok(()),
        })
    };
    let before = tree(dir.path());
    let error = attempt(held(1000), dir.path(), NEW).unwrap_err();
    assert_eq!((error.id, error.path), ("error-rename", Some(dir.path().join("turn"))));
    assert_eq!(tree(dir.path()), before);
    attempt(held(3), dir.path(), NEW).unwrap();
    assert_eq!(tree(dir.path()), expected(NEW));
}

#[test]
fn a_journal_that_cannot_be_read_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    built(dir.path(), OLD);
    fs::create_dir_all(dir.path().join(".studyhall-staging/old")).unwrap();
    fs::write(dir.path().join(".studyhall-staging/journal"), "odd").unwrap();
    fs::write(dir.path().join(".studyhall-staging/old/1"), "the only copy").unwrap();
    let before = tree(dir.path());
    let Err(error) = Output::open(dir.path()) else { panic!("opened") };
    assert_eq!(error.id, "error-journal");
    assert_eq!(tree(dir.path()), before);
}

#[test]
fn a_damaged_list_makes_nothing_ours() {
    let dir = tempfile::tempdir().unwrap();
    built(dir.path(), OLD);
    fs::write(dir.path().join(MANIFEST), [0xff, 0, 1]).unwrap();
    assert_eq!(build(dir.path(), Seen::default(), NEW).unwrap_err().id, "error-foreign-file");
    assert_eq!(built(dir.path(), OLD).unchanged, 6);
    assert_eq!(tree(dir.path()), expected(OLD), "the list is mended");
}

#[test]
fn a_file_in_place_of_the_folder_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("output");
    fs::write(&place, "a file").unwrap();
    for place in [place.clone(), place.join("below")] {
        let Err(error) = Output::open(&place) else { panic!("opened") };
        assert_eq!(error.id, "error-output-not-writable");
    }
    assert_eq!(fs::read(&place).unwrap(), b"a file");
}

#[cfg(unix)]
#[test]
fn links_to_elsewhere_are_foreign() {
    let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    built(dir.path(), OLD);
    fs::rename(dir.path().join("news"), elsewhere.path().join("news")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path().join("news"), dir.path().join("news")).unwrap();
    let (before, beyond) = (tree(dir.path()), tree(elsewhere.path()));
    let error = build(dir.path(), Seen::default(), &[("news/a.html", "changed")]).unwrap_err();
    assert_eq!((error.id, error.path), ("error-link", Some(dir.path().join("news"))));
    assert_eq!(tree(dir.path()), before);
    assert_eq!(built(dir.path(), &[("index.html", "old")]).left, ["news/a.html", "news/b.html"]);
    assert_eq!(tree(elsewhere.path()), beyond);
}

/// Old lists may hold capitals; which files they mean depends on the file system.
#[test]
fn a_path_that_differs_by_case_only() {
    let dir = tempfile::tempdir().unwrap();
    built(dir.path(), &[("News/A.html", "a")]);
    let mut output = Output::open(dir.path()).unwrap();
    put_all(&output, &[("news/a.html", "b")]).unwrap();
    let blind = output.case_blind;
    for case_blind in [true, false] {
        output.case_blind = case_blind;
        let entries = std::mem::take(&mut *output.entries()).into_iter().collect();
        let expected: &[&str] = if case_blind { &[] } else { &["News/A.html"] };
        assert!(output.stale(&entries).0.iter().map(RelPath::as_str).eq(expected.iter().copied()));
        output.entries().extend(entries);
    }
    output.case_blind = blind;
    output.commit().unwrap();
    assert_eq!(fs::read(dir.path().join("news/a.html")).unwrap(), b"b");
}

/// Mounts for one test. Says why and returns `false` where that may not be done.
#[cfg(target_os = "linux")]
fn mount(args: &[&str], at: &Path) -> bool {
    let done = Command::new("mount").args(args).arg(at).output();
    let mounted = done.as_ref().is_ok_and(|done| done.status.success());
    if !mounted {
        println!("skipped: `mount {}` is refused here: {done:?}", args.join(" "));
    }
    mounted
}

#[cfg(target_os = "linux")]
struct Unmount<'a>(&'a Path);

#[cfg(target_os = "linux")]
impl Drop for Unmount<'_> {
    fn drop(&mut self) {
        assert!(Command::new("umount").arg(self.0).status().unwrap().success());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_the_site_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    if !mount(&["-t", "tmpfs", "-o", "size=256k", "studyhall-test"], dir.path()) {
        return;
    }
    let _unmount = Unmount(dir.path());
    let place = dir.path().join("output");
    built(&place, OLD);
    let before = tree(dir.path());
    let big = "x".repeat(200_000);
    let error = build(&place, Seen::default(), &[("index.html", &big), ("two.html", &big)]).unwrap_err();
    assert_eq!(error.id, "error-disk-full");
    assert_eq!(tree(dir.path()), before);
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_may_not_be_written_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    if !mount(&["-t", "tmpfs", "-o", "ro", "studyhall-test"], dir.path()) {
        return;
    }
    let _unmount = Unmount(dir.path());
    for place in [dir.path().to_path_buf(), dir.path().join("output")] {
        let Err(error) = Output::open(&place) else { panic!("opened") };
        assert_eq!(error.id, "error-output-not-writable");
    }
}
