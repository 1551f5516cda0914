use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use super::{Dir, Kind, Look};
use crate::ground::{Obstacle, RelPath, Thing};

fn path(text: &str) -> RelPath {
    RelPath::own(text)
}

fn thing<T>(result: std::io::Result<T>) -> Option<Thing> {
    result.err().as_ref().and_then(Obstacle::in_cause).map(|obstacle| obstacle.what)
}

#[test]
fn files_come_go_and_move() {
    let temp = tempfile::tempdir().unwrap();
    let dir = Dir::open(temp.path()).unwrap();
    assert_eq!(dir.look(&path("a/b")).unwrap(), None);
    dir.make_folders(&path("a/b")).unwrap();
    dir.make_folders(&path("a/b")).unwrap();
    dir.write_new(&path("a/b/c"), b"one").unwrap();
    assert!(dir.write_new(&path("a/b/c"), b"two").is_err());
    assert!(matches!(dir.look(&path("a/b/c")).unwrap(), Some(Look { kind: Kind::File, size: 3, changed: Some(_), .. })));
    assert_eq!(dir.read(&path("a/b/c"), 3).unwrap(), b"one");
    assert_eq!(thing(dir.read(&path("a/b/c"), 2)), Some(Thing::TooLarge));
    let inner = dir.folder(&path("a")).unwrap();
    dir.rename(&path("a/b/c"), &inner, &path("d")).unwrap();
    assert_eq!(fs::read(temp.path().join("a/d")).unwrap(), b"one");
    inner.open_to_change(&path("d")).unwrap().write_all(b"T").unwrap();
    assert!(inner.open_to_change(&path("e")).is_err());
    inner.open_or_create(&path("e")).unwrap().write_all(b"new").unwrap();
    let mut text = String::new();
    inner.open_file(&path("d")).unwrap().read_to_string(&mut text).unwrap();
    assert_eq!(text, "Tne");
    let mut entries = dir.entries(Some(&path("a"))).unwrap();
    entries.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(entries, [("b".to_string(), Kind::Folder), ("d".to_string(), Kind::File), ("e".to_string(), Kind::File)]);
    assert!(dir.remove_folder(&path("a")).is_err());
    dir.remove_folder(&path("a/b")).unwrap();
    dir.remove_file(&path("a/e")).unwrap();
    dir.sync(None).unwrap();
    dir.remove_tree(&path("a")).unwrap();
    dir.remove_tree(&path("a")).unwrap();
    assert_eq!(dir.entries(None).unwrap(), []);
}

#[test]
fn a_folder_that_was_made_anew_is_entered_anew() {
    let temp = tempfile::tempdir().unwrap();
    let dir = Dir::open(temp.path()).unwrap();
    for _ in 0..2 {
        dir.make_folders(&path("a/b")).unwrap();
        dir.write_new(&path("a/b/c"), b"x").unwrap();
        dir.remove_tree(&path("a")).unwrap();
    }
    for number in 0..100 {
        dir.make_folder(&path(&format!("n{number}"))).unwrap();
        dir.write_new(&path(&format!("n{number}/x")), b"x").unwrap();
    }
}

#[cfg(unix)]
mod links {
    use std::os::unix::fs::symlink;

    use super::*;

    /// A folder with links of every kind, and what is outside: a folder with a file.
    fn attacked() -> (tempfile::TempDir, Dir, impl Fn()) {
        let temp = tempfile::tempdir().unwrap();
        let (ours, outside) = (temp.path().join("ours"), temp.path().join("outside"));
        fs::create_dir_all(ours.join("real")).unwrap();
        fs::create_dir_all(outside.join("sub")).unwrap();
        fs::write(outside.join("file"), "keep").unwrap();
        fs::write(outside.join("sub/file"), "keep").unwrap();
        symlink("../outside", ours.join("folder")).unwrap();
        symlink("../outside/file", ours.join("file")).unwrap();
        symlink("../outside/none", ours.join("none")).unwrap();
        symlink("../../outside", ours.join("real/folder")).unwrap();
        fs::write(ours.join("mine"), "mine").unwrap();
        let dir = Dir::open(&ours).unwrap();
        let check = move || {
            assert_eq!(fs::read(outside.join("file")).unwrap(), b"keep");
            assert_eq!(fs::read(outside.join("sub/file")).unwrap(), b"keep");
            assert_eq!(fs::read_dir(&outside).unwrap().count(), 2);
            assert_eq!(fs::read_dir(outside.join("sub")).unwrap().count(), 1);
        };
        (temp, dir, check)
    }

    #[test]
    fn nothing_goes_through_a_link() {
        let (_temp, dir, check) = attacked();
        for folder in ["folder", "real/folder"] {
            let inner = path(&format!("{folder}/file"));
            assert_eq!(thing(dir.folder(&path(folder))), Some(Thing::Link));
            assert_eq!(thing(dir.look(&inner)), Some(Thing::Link));
            assert_eq!(thing(dir.read(&inner, 99)), Some(Thing::Link));
            assert_eq!(thing(dir.open_to_change(&inner)), Some(Thing::Link));
            assert_eq!(thing(dir.open_or_create(&inner)), Some(Thing::Link));
            assert_eq!(thing(dir.write_new(&path(&format!("{folder}/new")), b"x")), Some(Thing::Link));
            assert_eq!(thing(dir.make_folder(&path(&format!("{folder}/new")))), Some(Thing::Link));
            assert_eq!(thing(dir.make_folders(&path(&format!("{folder}/new/er")))), Some(Thing::Link));
            assert_eq!(thing(dir.remove_file(&inner)), Some(Thing::Link));
            assert_eq!(thing(dir.remove_folder(&path(&format!("{folder}/sub")))), Some(Thing::Link));
            assert_eq!(thing(dir.remove_tree(&path(&format!("{folder}/sub")))), Some(Thing::Link));
            assert_eq!(thing(dir.remove_tree(&path(folder))), Some(Thing::Link));
            assert_eq!(thing(dir.entries(Some(&path(folder)))), Some(Thing::Link));
            assert_eq!(thing(dir.rename(&path("mine"), &dir, &inner)), Some(Thing::Link));
            assert_eq!(thing(dir.rename(&inner, &dir, &path("mine"))), Some(Thing::Link));
        }
        for file in ["file", "none"] {
            assert_eq!(thing(dir.read(&path(file), 99)), Some(Thing::Link));
            assert_eq!(thing(dir.open_or_create(&path(file))), Some(Thing::Link));
            assert_eq!(thing(dir.write_new(&path(file), b"x")), Some(Thing::Link));
        }
        assert_eq!(thing(Dir::open_real(&dir.path().join("folder"))), Some(Thing::Link));
        dir.remove_tree(&path("real")).unwrap();
        dir.rename(&path("mine"), &dir, &path("file")).unwrap();
        check();
        assert_eq!(dir.read(&path("file"), 99).unwrap(), b"mine", "the link itself was replaced");
    }

    #[test]
    fn a_folder_that_was_entered_stays_the_one_it_was() {
        let (temp, dir, check) = attacked();
        dir.make_folder(&path("later")).unwrap();
        dir.write_new(&path("later/a"), b"x").unwrap();
        fs::rename(temp.path().join("ours/later"), temp.path().join("moved")).unwrap();
        symlink("../outside", temp.path().join("ours/later")).unwrap();
        dir.write_new(&path("later/b"), b"x").unwrap();
        dir.remove_file(&path("later/a")).unwrap();
        check();
        assert!(temp.path().join("moved/b").exists());
    }

    #[test]
    fn what_is_no_plain_file_is_refused_at_once() {
        let (temp, dir, check) = attacked();
        fs::hard_link(temp.path().join("outside/file"), dir.path().join("hard")).unwrap();
        assert_eq!(thing(dir.open_to_change(&path("hard"))), Some(Thing::HardLink));
        let made = std::process::Command::new("mkfifo").arg(dir.path().join("pipe")).status();
        if made.is_ok_and(|status| status.success()) {
            assert_eq!(thing(dir.read(&path("pipe"), 9)), Some(Thing::Special));
            assert_eq!(thing(dir.open_or_create(&path("pipe"))), Some(Thing::Special));
            assert_eq!(thing(dir.folder(&path("pipe"))), Some(Thing::Special));
        }
        assert!(dir.read(&path("real"), 9).is_err());
        check();
    }

    /// The way of systems without open folders, which this one can go too.
    #[test]
    fn where_segments_are_looked_at_links_are_seen_too() {
        use super::super::look::Way;
        use super::super::portable::Handle;
        let (_temp, dir, check) = attacked();
        let ours = Handle::open(dir.path()).unwrap();
        assert_eq!(thing(ours.enter("folder")), Some(Thing::Link));
        assert_eq!(thing(ours.enter("real").unwrap().enter("folder")), Some(Thing::Link));
        for way in [Way::Read, Way::Change { make: true }] {
            assert_eq!(thing(ours.open_file("file", way)), Some(Thing::Link));
            assert_eq!(thing(ours.open_file("none", way)), Some(Thing::Link));
        }
        assert!(ours.open_file("none", Way::New).is_err());
        assert_eq!(thing(ours.remove_tree("folder", 0)), Some(Thing::Link));
        assert_eq!(thing(ours.remove_folder("folder")), Some(Thing::Link));
        assert_eq!(ours.look("folder").unwrap().kind, Kind::Link);
        ours.remove_tree("real", 0).unwrap();
        ours.remove_file("none").unwrap();
        ours.make_folder("new").unwrap();
        let new = ours.enter("new").unwrap();
        new.open_file("x", Way::New).unwrap().0.write_all(b"x").unwrap();
        ours.rename("mine", &new, "mine").unwrap();
        new.sync().unwrap();
        assert_ne!(new.mark().unwrap(), [0, 0]);
        assert_eq!(new.entries().unwrap().len(), 2);
        new.remove_file("x").unwrap();
        assert!(Handle::open_real(Path::new("none")).is_err());
        check();
    }
}
