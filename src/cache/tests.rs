use std::collections::BTreeMap;
use std::fs;

use super::*;

fn key(n: u32) -> Stamp {
    Stamp::of(&n)
}

fn bytes(n: u32) -> Vec<u8> {
    format!("record {n} ").repeat(1 + n as usize % 5).into_bytes()
}

/// A lock that was let go lives on for a moment in a process that another test is starting: it is waited for.
fn open(dir: &Path) -> Cache {
    for _ in 0..100 {
        let cache = Cache::open(dir, Stamp::default()).unwrap();
        if cache.lock.is_some() {
            return cache;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    Cache::open(dir, Stamp::default()).unwrap()
}

fn filled(dir: &Path, count: u32) {
    let cache = open(dir);
    for n in 0..count {
        cache.put(1, key(n), &bytes(n));
    }
    cache.save_value("things", &vec![1u32, 2, 3]).unwrap();
    cache.save(Run::Full).unwrap();
    drop(cache);
}

/// Every answer is right or missing; how many there were.
fn answers(dir: &Path, count: u32) -> usize {
    let cache = open(dir);
    let right = |n: &u32| cache.get(1, key(*n)).is_some_and(|found| found == bytes(*n) || panic!("wrong bytes"));
    let value: Option<Vec<u32>> = cache.load_value("things");
    assert!(value.is_none_or(|value| value == [1, 2, 3]));
    (0..count).filter(right).count()
}

fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

fn restore(dir: &Path, files: &BTreeMap<PathBuf, Vec<u8>>) {
    fs::remove_dir_all(dir).unwrap();
    fs::create_dir(dir).unwrap();
    for (path, bytes) in files {
        fs::write(path, bytes).unwrap();
    }
}

#[test]
fn remembers_across_runs_and_within_one() {
    let dir = tempfile::tempdir().unwrap();
    let cache = open(dir.path());
    assert_eq!(cache.get(1, key(0)), None);
    cache.put(1, key(0), b"one");
    cache.put(2, key(0), b"");
    assert_eq!(cache.get(1, key(0)).as_deref(), Some(&b"one"[..]));
    assert_eq!(cache.trouble(), None);
    cache.save(Run::Full).unwrap();
    drop(cache);

    let cache = open(dir.path());
    assert_eq!(cache.get(1, key(0)).as_deref(), Some(&b"one"[..]));
    assert_eq!(cache.get(2, key(0)).as_deref(), Some(&b""[..]));
    assert_eq!(cache.get(3, key(0)), None);
    cache.put(1, key(0), b"another");
    assert_eq!(cache.get(1, key(0)).as_deref(), Some(&b"another"[..]));
    cache.save(Run::Partial).unwrap();
    drop(cache);
    assert_eq!(open(dir.path()).get(1, key(0)).as_deref(), Some(&b"another"[..]));
}

#[test]
fn records_that_left_the_buffer_are_found_too() {
    let dir = tempfile::tempdir().unwrap();
    let cache = open(dir.path());
    let big = |n: u32| vec![n as u8; BUFFER / 3 + n as usize];
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let cache = &cache;
            scope.spawn(move || {
                for n in (thread..24).step_by(4) {
                    cache.put(1, key(n), &big(n));
                    assert_eq!(cache.get(1, key(n)), Some(big(n)));
                }
            });
        }
    });
    assert!((0..24).all(|n| cache.get(1, key(n)) == Some(big(n))));
    cache.save(Run::Full).unwrap();
    drop(cache);
    let cache = open(dir.path());
    assert!((0..24).all(|n| cache.get(1, key(n)) == Some(big(n))));
}

#[test]
fn a_run_that_adds_nothing_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 9);
    let before = files(dir.path());
    let cache = open(dir.path());
    cache.get(1, key(3));
    cache.put(1, key(4), &bytes(4));
    cache.save(Run::Full).unwrap();
    drop(cache);
    assert_eq!(files(dir.path()), before);
}

#[test]
fn another_salt_finds_nothing() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 9);
    let cache = Cache::open(dir.path(), key(1)).unwrap();
    assert_eq!(cache.get(1, key(3)), None);
    assert_eq!(cache.load_value::<Vec<u32>>("things"), None);
    assert!(cache.trouble().unwrap().contains("another version"));
}

#[test]
fn the_second_process_only_reads() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 9);
    let (first, second) = (open(dir.path()), Cache::open(dir.path(), Stamp::default()).unwrap());
    assert!(second.trouble().unwrap().starts_with("read only"));
    second.put(1, key(99), b"lost");
    assert_eq!(second.get(1, key(3)), Some(bytes(3)));
    first.put(1, key(50), &bytes(50));
    second.save(Run::Full).unwrap();
    first.save(Run::Full).unwrap();
    drop((first, second));
    assert_eq!(answers(dir.path(), 60), 10);
}

#[test]
fn what_is_not_asked_for_goes_in_the_end() {
    let dir = tempfile::tempdir().unwrap();
    let cache = open(dir.path());
    let big = vec![7; WORTH_COMPACTING as usize];
    cache.put(1, key(1000), &big);
    (0..9).for_each(|n| cache.put(1, key(n), &bytes(n)));
    cache.save(Run::Full).unwrap();
    drop(cache);
    for n in 100..100 + LIFE + 1 {
        let cache = open(dir.path());
        assert!((0..9).all(|n| cache.get(1, key(n)) == Some(bytes(n))), "generation {n}");
        cache.put(1, key(n), &bytes(n));
        let size: usize = files(dir.path()).values().map(Vec::len).sum();
        assert!(size > big.len(), "generation {n}");
        cache.save(Run::Full).unwrap();
        drop(cache);
    }
    let size: usize = files(dir.path()).values().map(Vec::len).sum();
    assert!(size < 10_000, "{size}");
    assert_eq!(open(dir.path()).get(1, key(1000)), None);
    assert_eq!(answers(dir.path(), 9), 9);
}

#[test]
fn cut_at_any_byte_it_gives_no_wrong_answer_and_heals() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 4);
    let whole = files(dir.path());
    for (path, content) in &whole {
        for cut in 0..content.len() {
            restore(dir.path(), &whole);
            fs::write(path, &content[..cut]).unwrap();
            answers(dir.path(), 4);
            filled(dir.path(), 4);
            assert_eq!(answers(dir.path(), 4), 4);
        }
    }
}

#[test]
fn flipped_bits_give_no_wrong_answer_and_heal() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 12);
    let whole = files(dir.path());
    let mut seed = 7_u64;
    for (path, content) in whole.iter().filter(|(_, content)| !content.is_empty()) {
        for _ in 0..300 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let mut content = content.clone();
            let at = (seed >> 33) as usize % content.len();
            content[at] ^= 1 << (seed >> 29 & 7);
            restore(dir.path(), &whole);
            fs::write(path, content).unwrap();
            answers(dir.path(), 12);
            // A run asks, gets no answer, works it out and stores it.
            let cache = open(dir.path());
            for n in 0..12 {
                if cache.get(1, key(n)).is_none() {
                    cache.put(1, key(n), &bytes(n));
                }
            }
            cache.save(Run::Full).unwrap();
            drop(cache);
            assert_eq!(answers(dir.path(), 12), 12);
        }
    }
}

#[test]
fn deleted_while_it_is_in_use() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("cache");
    filled(&place, 9);
    let cache = open(&place);
    cache.put(1, key(70), b"x");
    if fs::remove_dir_all(&place).is_err() {
        // Windows keeps open files; then there is nothing to see here.
        return;
    }
    cache.get(1, key(3));
    let error = cache.save(Run::Full).unwrap_err();
    assert_eq!(error.id, "error-cache");
    assert_eq!(answers(&place, 9), 0);
}

#[test]
fn a_file_in_place_of_the_folder_makes_an_empty_cache() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("cache");
    fs::write(&place, "a file").unwrap();
    let cache = open(&place);
    assert!(cache.trouble().is_some());
    cache.put(1, key(1), b"x");
    assert_eq!(cache.get(1, key(1)), None);
    cache.save_value("things", &1).unwrap();
    cache.save(Run::Full).unwrap();
    drop(cache);
    assert_eq!(fs::read(&place).unwrap(), b"a file");
}

#[test]
fn a_damaged_record_is_not_held_and_can_be_stored_again() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 3);
    let (path, mut content) = files(dir.path()).into_iter().find(|(path, _)| path.extension().is_some_and(|end| end == "pack")).unwrap();
    content[20] ^= 1;
    fs::write(&path, content).unwrap();
    let cache = open(dir.path());
    assert!(cache.holds(1, key(0)) && cache.holds(1, key(1)) && !cache.holds(1, key(9)));
    assert_eq!(cache.get(1, key(0)), None);
    assert!(!cache.holds(1, key(0)));
    cache.put(1, key(0), &bytes(0));
    assert!(cache.holds(1, key(0)));
    cache.save(Run::Full).unwrap();
    drop(cache);
    assert_eq!(answers(dir.path(), 3), 3);
}
