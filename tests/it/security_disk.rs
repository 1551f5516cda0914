//! Site folders that were made to do harm: whatever links, records, journals and odd files they bring, nothing outside
//! of them changes, nothing from outside is published, and the officer is told which file it was and what to do.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::site::{Run, program};

/// A folder with a site in it, and what is not the site's: `home/` and `victim/`.
struct Scene {
    root: tempfile::TempDir,
}

/// What stands at a path, links not followed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Thing {
    File(Vec<u8>),
    Folder,
    Link(PathBuf),
    Other,
}

const HOME: &[(&str, &str)] = &[
    ("home/.bashrc", "my own"),
    ("home/id_rsa", "SECRET KEY"),
    ("victim/index", "keep"),
    ("victim/objects.pack", "keep"),
    ("victim/sub/b", "keep"),
];

impl Scene {
    /// A site with one page.
    fn new() -> Scene {
        let root = tempfile::Builder::new().prefix("studyhall-it-").tempdir().expect("a temporary folder");
        let scene = Scene { root };
        for (path, text) in HOME {
            scene.write(path, text);
        }
        scene.write("site/site.yaml", "title: T\nid: t\n");
        scene.write("site/content/_index.md", "---\ntitle: H\n---\nx\n");
        scene
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("it is below")).expect("folders can be made");
        fs::write(path, text).expect("a file can be written");
    }

    fn link(&self, path: &str, target: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("it is below")).expect("folders can be made");
        symlink(target, path).expect("a link can be made");
    }

    fn pipe(&self, path: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("it is below")).expect("folders can be made");
        assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo is there").success());
    }

    /// Everything but the site.
    fn outside(&self) -> BTreeMap<PathBuf, Thing> {
        everything_but(self.root.path(), "site")
    }

    /// Runs a command on the site; one that does not end is killed and fails the test.
    fn run(&self, arguments: &[&str]) -> Run {
        let site = self.path("site");
        let mut command = program();
        command.args(arguments).arg("--site").arg(&site).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let begun = Instant::now();
        while child.try_wait().expect("it can be asked").is_none() {
            if begun.elapsed() > Duration::from_secs(60) {
                child.kill().expect("it can be killed");
                panic!("`{}` does not end", arguments.join(" "));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Run::of(child.wait_with_output().expect("it has ended"), site.to_str().expect("plain"))
    }

    fn build(&self, more: &[&str]) -> Run {
        self.run(&[&["build", "--date", "2026-11-25", "--lang", "en"], more].concat())
    }

    /// Builds, and looks whether anything outside has changed.
    fn attack(&self, more: &[&str]) -> Run {
        let before = self.outside();
        let run = self.build(more);
        let after = self.outside();
        assert!(before == after, "outside the site: {:?}\n{}", changed(&before, &after), run.stderr);
        assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
        run
    }

    /// The attack is refused with a message that names `file`, and a way out.
    #[track_caller]
    fn refused(&self, file: &str) -> Run {
        let run = self.attack(&[]);
        assert_ne!(run.code, 0, "{}", run.stderr);
        assert!(run.stderr.contains(file) && run.stderr.contains("hint: "), "{}", run.stderr);
        run
    }

    /// The build goes well, and the site is what it is without the attack.
    #[track_caller]
    fn harmless(&self) {
        let run = self.attack(&[]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(self.path("site/output/index.html").is_file());
    }

    /// No file of the output has the text.
    #[track_caller]
    fn keeps_secret(&self, secret: &str) {
        for (path, thing) in everything(&self.path("site/output")) {
            if let Thing::File(bytes) = thing {
                assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "{}", path.display());
            }
        }
    }
}

/// Everything below a folder by its path from there.
fn everything(root: &Path) -> BTreeMap<PathBuf, Thing> {
    everything_but(root, "")
}

/// The same, but for one entry.
fn everything_but(root: &Path, but: &str) -> BTreeMap<PathBuf, Thing> {
    let mut found = BTreeMap::new();
    let entries = walkdir::WalkDir::new(root).min_depth(1).into_iter();
    for entry in entries.filter_entry(|entry| entry.depth() > 1 || entry.file_name() != but).flatten() {
        let kind = entry.file_type();
        let thing = if kind.is_symlink() {
            Thing::Link(fs::read_link(entry.path()).expect("a link can be read"))
        } else if kind.is_dir() {
            Thing::Folder
        } else if kind.is_file() {
            Thing::File(fs::read(entry.path()).expect("a file can be read"))
        } else {
            Thing::Other
        };
        found.insert(entry.path().strip_prefix(root).expect("it is below").to_path_buf(), thing);
    }
    found
}

fn changed(before: &BTreeMap<PathBuf, Thing>, after: &BTreeMap<PathBuf, Thing>) -> Vec<PathBuf> {
    let paths = before.keys().chain(after.keys());
    let mut paths: Vec<PathBuf> = paths.filter(|path| before.get(*path) != after.get(*path)).cloned().collect();
    paths.dedup();
    paths
}

// Links in the place of folders and files of ours.

#[test]
fn the_memory_is_a_link() {
    let scene = Scene::new();
    scene.link("site/.studyhall", "../victim");
    scene.refused("SITE/.studyhall");
}

#[test]
fn a_file_of_the_memory_is_a_link() {
    for file in ["lock", "index", "memory.value", "memory.draft", "last.value", "0123456789abcdef.pack"] {
        let scene = Scene::new();
        scene.link(&format!("site/.studyhall/{file}"), "../../victim/index");
        scene.refused(&format!(".studyhall/{file}"));
        fs::remove_file(scene.path(&format!("site/.studyhall/{file}"))).expect("it is there");
        scene.harmless();
    }
}

#[test]
fn a_file_of_the_memory_has_a_second_name_outside() {
    let scene = Scene::new();
    scene.harmless();
    let pack = everything(&scene.path("site/.studyhall")).into_keys().find(|path| path.extension().is_some_and(|end| end == "pack"));
    let pack = scene.path("site/.studyhall").join(pack.expect("a pack is there"));
    fs::hard_link(&pack, scene.path("victim/pack")).expect("a second name");
    fs::hard_link(scene.path("victim/index"), scene.path("site/.studyhall/memory.draft")).expect("a second name");
    fs::remove_file(scene.path("site/.studyhall/lock")).expect("it is there");
    fs::hard_link(scene.path("victim/sub/b"), scene.path("site/.studyhall/lock")).expect("a second name");
    scene.write("site/content/a.md", "# A page more\n");
    scene.harmless();
}

#[test]
fn the_lock_is_a_link() {
    let scene = Scene::new();
    scene.link("site/output/.studyhall-lock", "../../home/.bashrc");
    scene.refused("SITE/output/.studyhall-lock");
}

#[test]
fn the_lock_is_a_second_name_of_a_file_outside() {
    let scene = Scene::new();
    fs::create_dir(scene.path("site/output")).expect("a folder");
    fs::hard_link(scene.path("home/.bashrc"), scene.path("site/output/.studyhall-lock")).expect("a second name");
    scene.refused("SITE/output/.studyhall-lock");
}

#[test]
fn the_staging_folder_is_a_link() {
    let scene = Scene::new();
    scene.link("site/output/.studyhall-staging", "../../victim");
    scene.refused("SITE/output/.studyhall-staging");
}

#[test]
fn what_is_in_the_staging_folder_is_a_link() {
    let scene = Scene::new();
    scene.link("site/output/.studyhall-staging/new", "../../../victim");
    scene.link("site/output/.studyhall-staging/old", "../../../home");
    scene.link("site/output/.studyhall-staging/0", "../../../home/.bashrc");
    scene.harmless();
    for file in ["journal", "done"] {
        let scene = Scene::new();
        scene.link(&format!("site/output/.studyhall-staging/{file}"), "../../../victim/index");
        scene.refused(&format!("SITE/output/.studyhall-staging/{file}"));
    }
}

#[test]
fn the_list_is_a_link() {
    let scene = Scene::new();
    scene.link("site/output/studyhall-files.txt", "../../victim/index");
    scene.refused("SITE/output/studyhall-files.txt");
}

#[test]
fn the_output_is_a_link() {
    let scene = Scene::new();
    scene.link("site/output", "../victim");
    scene.refused("SITE/output");
    // Somebody who names a folder means it, links and all.
    let before = scene.outside();
    let run = scene.build(&["--output", scene.path("victim").to_str().expect("plain")]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(before.iter().all(|(path, thing)| scene.outside().get(path) == Some(thing)), "what was there is as it was");
}

#[test]
fn a_folder_or_a_page_of_the_output_is_a_link() {
    for (path, target) in
        [("site/output/assets", "../../victim"), ("site/output/index.html", "../../home/.bashrc"), ("site/output/search", "../../none")]
    {
        let scene = Scene::new();
        scene.link(path, target);
        scene.refused(&path.replace("site/", "SITE/"));
    }
}

#[test]
fn a_folder_becomes_a_link_between_two_builds() {
    let scene = Scene::new();
    scene.write("site/content/news/a.md", "# A\n");
    scene.harmless();
    fs::rename(scene.path("site/output/news"), scene.path("victim/news")).expect("a folder can be moved");
    scene.link("site/output/news", "../../victim/news");
    scene.refused("SITE/output/news");
    // Nor is the page removed there when the site has it no more.
    fs::remove_dir_all(scene.path("site/content/news")).expect("it is there");
    scene.attack(&[]);
}

// Records of others.

/// A journal as it would be written, but for the mark that only the folder itself has.
fn journal(lines: &str) -> String {
    format!("studyhall-journal 2\n0123456789abcdef0123456789abcdef\n{lines}end\n")
}

#[test]
fn a_journal_came_with_the_site() {
    let scene = Scene::new();
    scene.link("site/output/h", "../../home");
    scene.write("site/output/.studyhall-staging/old/0", "evil");
    for lines in ["remove 0 h/.bashrc\n", "remove 0 ../../home/.bashrc\n", "remove 0 index.html\n"] {
        scene.write("site/output/.studyhall-staging/journal", &journal(lines));
        scene.refused("SITE/output/.studyhall-staging/journal");
        scene.write("site/output/.studyhall-staging/journal", &format!("studyhall-journal 1\n{lines}end\n"));
        scene.refused("SITE/output/.studyhall-staging/journal");
    }
}

#[test]
fn a_list_names_files_outside() {
    let scene = Scene::new();
    scene.link("site/output/h", "../../home");
    let hash = |text: &str| blake3::hash(text.as_bytes()).to_hex()[..32].to_string();
    let own = hash("my own");
    for path in ["h/.bashrc", "../../home/.bashrc", "/etc/hostname", "h/../../home/.bashrc", "C:\\x", "a\u{1b}[2J"] {
        scene.write("site/output/studyhall-files.txt", &format!("studyhall-files 1\n{own} 6 {path}\n"));
        let run = scene.attack(&[]);
        assert!(!run.stderr.contains('\u{1b}'), "{}", run.stderr);
    }
}

#[test]
fn a_lock_speaks_to_the_terminal() {
    let scene = Scene::new();
    scene.write("site/output/.studyhall-lock", "\u{1b}[2J\u{1b}]0;evil\u{7}1\n\u{202e}x\n");
    let held = fs::File::options().read(true).write(true).open(scene.path("site/output/.studyhall-lock")).expect("it is there");
    held.try_lock().expect("nobody else has it");
    let run = scene.refused("SITE/output");
    assert!(!run.stderr.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{}", run.stderr);
}

#[test]
fn a_memory_of_noise_costs_time_only() {
    let scene = Scene::new();
    scene.harmless();
    for entry in fs::read_dir(scene.path("site/.studyhall")).expect("it is there").flatten() {
        let mut bytes = fs::read(entry.path()).expect("a file");
        bytes.iter_mut().skip(40).for_each(|byte| *byte = byte.wrapping_mul(31).wrapping_add(7));
        fs::write(entry.path(), bytes).expect("a file");
    }
    // One that says it is larger than any memory.
    fs::File::options().write(true).open(scene.path("site/.studyhall/index")).and_then(|file| file.set_len(1 << 40)).expect("a hole");
    scene.harmless();
}

#[test]
fn the_memory_is_a_file() {
    let scene = Scene::new();
    scene.write("site/.studyhall", "a file");
    scene.harmless();
}

// What is read.

#[test]
fn files_of_a_theme_are_links() {
    let scene = Scene::new();
    scene.write("site/site.yaml", "title: T\nid: t\ntheme: mine\n");
    scene.write("site/themes/mine/theme.yaml", "name: mine\nextends: default\n");
    for (path, target) in [
        ("static/leak.txt", "../../../../home/id_rsa"),
        ("static/home", "../../../../home"),
        ("static/etc", "/etc/ssl"),
        ("styles/leak.css", "../../../../home/id_rsa"),
        ("templates/leak.html", "../../../../home/id_rsa"),
        ("scripts/leak.js", "../../../../home/id_rsa"),
        ("static/settings.txt", "../../../site.yaml"),
    ] {
        let path = format!("site/themes/mine/{path}");
        scene.link(&path, target);
        let run = scene.refused(path.trim_start_matches("site/"));
        assert!(run.stderr.contains("leads out of the site"), "{}", run.stderr);
        scene.keeps_secret("SECRET KEY");
        fs::remove_file(scene.path(&path)).expect("it is there");
    }
    // A link to another theme of the site is the author's own affair.
    scene.write("site/themes/other/static/a.txt", "plain");
    scene.link("site/themes/mine/static/b.txt", "../../other/static/a.txt");
    scene.harmless();
}

#[test]
fn a_folder_of_the_site_is_a_link() {
    for (folder, target) in [("content", "../home"), ("static", "../home"), ("themes/default", "../../home"), ("themes", "../home")] {
        let scene = Scene::new();
        drop(fs::remove_dir_all(scene.path("site").join(folder)));
        scene.write("home/_index.md", "# SECRET KEY\n");
        scene.write("home/default/static/x.txt", "SECRET KEY");
        scene.write("home/static/x.txt", "SECRET KEY");
        scene.link(&format!("site/{folder}"), target);
        let run = scene.refused(folder);
        assert!(run.stderr.contains("leads out of the site"), "{folder}: {}", run.stderr);
        scene.keeps_secret("SECRET KEY");
    }
}

#[test]
fn a_single_file_is_a_link() {
    for file in ["site.yaml", "redirects.csv", "content/glossary.yaml", "content/a.md", "content/a.pdf", "static/robots.txt"] {
        let scene = Scene::new();
        drop(fs::remove_file(scene.path("site").join(file)));
        scene.link(&format!("site/{file}"), scene.path("home/id_rsa").to_str().expect("plain"));
        let run = scene.refused(file);
        assert!(!run.stderr.contains("SECRET KEY"), "{}", run.stderr);
        scene.keeps_secret("SECRET KEY");
    }
}

#[test]
fn a_mount_of_the_site_is_a_link() {
    let scene = Scene::new();
    scene.write("site/site.yaml", "title: T\nid: t\nmounts:\n  - from: shared\n    to: shared\n");
    scene.write("home/a.md", "# SECRET KEY\n");
    scene.link("site/shared", "../home");
    let run = scene.refused("shared");
    assert!(run.stderr.contains("leads out of the site"), "{}", run.stderr);
    // A link inside a mount stays in the mount.
    scene.write("site/site.yaml", "title: T\nid: t\nmounts:\n  - from: ../shelf\n    to: shelf\n");
    scene.write("shelf/a.md", "# A\n");
    scene.link("shelf/b.md", "../home/id_rsa");
    scene.refused("../shelf/b.md");
    scene.keeps_secret("SECRET KEY");
}

#[test]
fn pipes_are_no_files() {
    for file in ["site.yaml", "redirects.csv", "content/a.md", "content/glossary.yaml", "content/a.pdf", "static/a.txt"] {
        let scene = Scene::new();
        drop(fs::remove_file(scene.path("site").join(file)));
        scene.pipe(&format!("site/{file}"));
        scene.refused(file);
    }
    for file in
        ["output/studyhall-files.txt", "output/.studyhall-lock", "output/.studyhall-staging/journal", ".studyhall/index", ".studyhall/lock"]
    {
        let scene = Scene::new();
        scene.pipe(&format!("site/{file}"));
        scene.refused(&format!("SITE/{file}"));
    }
    let scene = Scene::new();
    scene.write("site/site.yaml", "title: T\nid: t\ntheme: mine\n");
    for file in ["theme.yaml", "static/a.txt", "templates/page.html", "styles/a.css"] {
        let file = format!("themes/mine/{file}");
        scene.pipe(&format!("site/{file}"));
        scene.refused(&file);
        fs::remove_file(scene.path("site").join(&file)).expect("it is there");
    }
}

#[test]
fn devices_are_no_files() {
    // A link to one leads out of the site; it is not read even so far as to see that it never ends.
    for file in ["site.yaml", "redirects.csv", "content/a.md", "content/a.pdf", "themes/default/static/x", ".studyhall/index"] {
        let scene = Scene::new();
        drop(fs::remove_file(scene.path("site").join(file)));
        scene.link(&format!("site/{file}"), "/dev/zero");
        scene.refused(file);
    }
}

#[test]
fn a_million_paths_by_links() {
    let scene = Scene::new();
    for folder in ["content", "static", "themes/default"] {
        for number in 0..=20 {
            fs::create_dir_all(scene.path(&format!("site/{folder}/d{number}"))).expect("a folder");
        }
        for number in 0..20 {
            let target = format!("../d{}", number + 1);
            scene.link(&format!("site/{folder}/d{number}/x"), &target);
            scene.link(&format!("site/{folder}/d{number}/y"), &target);
        }
        let run = scene.refused(folder);
        assert!(run.stderr.contains("paths from here on"), "{}", run.stderr);
        fs::remove_dir_all(scene.path(&format!("site/{folder}"))).expect("it is there");
        fs::create_dir_all(scene.path("site/content")).expect("a folder");
    }
}

#[test]
fn files_larger_than_memory_are_not_read() {
    for (file, size) in [
        ("site.yaml", 17_u64 << 20),
        ("redirects.csv", 17 << 20),
        ("content/glossary.yaml", 17 << 20),
        ("content/a.pdf", 1 << 40),
        ("static/a.zip", 1 << 40),
        ("output/studyhall-files.txt", 1 << 40),
        ("output/.studyhall-staging/journal", 1 << 40),
    ] {
        let scene = Scene::new();
        scene.write("site/content/_index.md", "---\ntitle: H\n---\n[a](a.pdf)\n");
        scene.write("site/content/a.pdf", "%PDF");
        scene.write(&format!("site/{file}"), "");
        fs::File::options().write(true).open(scene.path("site").join(file)).and_then(|it| it.set_len(size)).expect("a hole");
        scene.refused(file);
    }
    let scene = Scene::new();
    scene.write("site/themes/default/static/a.bin", "");
    fs::File::options()
        .write(true)
        .open(scene.path("site/themes/default/static/a.bin"))
        .and_then(|it| it.set_len(1 << 40))
        .expect("a hole");
    scene.refused("themes/default/static/a.bin");
}

// Any of it at once.

/// Numbers that are the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % count
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

/// Places that the program reads or writes.
const PLACES: &[&str] = &[
    "site.yaml",
    "redirects.csv",
    "content",
    "content/_index.md",
    "content/glossary.yaml",
    "content/news",
    "content/news/a.md",
    "content/news/b.pdf",
    "static",
    "static/robots.txt",
    "static/a",
    "themes",
    "themes/mine",
    "themes/mine/theme.yaml",
    "themes/mine/templates/page.html",
    "themes/mine/static/x.txt",
    "themes/default",
    "output",
    "output/index.html",
    "output/news",
    "output/news/a.html",
    "output/assets",
    "output/search",
    "output/h",
    "output/studyhall-files.txt",
    "output/.studyhall-lock",
    "output/.studyhall-staging",
    "output/.studyhall-staging/journal",
    "output/.studyhall-staging/done",
    "output/.studyhall-staging/new",
    "output/.studyhall-staging/old",
    "output/.studyhall-staging/old/0",
    ".studyhall",
    ".studyhall/index",
    ".studyhall/lock",
    ".studyhall/memory.value",
    ".studyhall/memory.draft",
    ".studyhall/last.value",
    ".studyhall/0123456789abcdef.pack",
    "t.zip",
    "t.zip.new",
];

const TARGETS: &[&str] =
    &["HOME", "HOME/.bashrc", "HOME/id_rsa", "VICTIM", "VICTIM/index", "VICTIM/sub", "/dev/zero", ".", "..", "/", "none", "HOME/new"];

/// Paths that a record may name.
const NAMED: &[&str] = &[
    "index.html",
    "news/a.html",
    "h/.bashrc",
    "../../home/.bashrc",
    "HOME/.bashrc",
    "h/../../home/.bashrc",
    "news/../../../victim/index",
    ".studyhall-lock",
    "studyhall-files.txt",
    "C:\\x",
    "a:b",
    "nul",
    "",
];

fn place_at_random(scene: &Scene, chance: &mut Chance) {
    let place = chance.of(PLACES);
    let path = scene.path("site").join(place);
    // Without following: what stood there before goes.
    match fs::symlink_metadata(&path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(&path).expect("it goes"),
        Ok(_) => fs::remove_file(&path).expect("it goes"),
        Err(_) => {}
    }
    let mut folder = path.parent().expect("it is below").to_path_buf();
    // A link on the way is left there, and nothing is put behind it.
    let straight = folder.ancestors().take_while(|folder| folder.starts_with(scene.path("site"))).all(|folder| !folder.is_symlink());
    if !straight || fs::create_dir_all(&folder).is_err() {
        return;
    }
    folder.push(path.file_name().expect("a name"));
    let fill = |text: &str| {
        text.replace("HOME", scene.path("home").to_str().expect("plain")).replace("VICTIM", scene.path("victim").to_str().expect("plain"))
    };
    match chance.below(8) {
        0..=3 => symlink(fill(chance.of(TARGETS)), &path).expect("a link"),
        4 => fs::hard_link(scene.path(chance.of(&["home/.bashrc", "victim/index"])), &path).expect("a second name"),
        5 => assert!(Command::new("mkfifo").arg(&path).status().expect("mkfifo is there").success()),
        6 => fs::write(&path, record(chance, &fill)).expect("a file"),
        _ => fs::create_dir(&path).expect("a folder"),
    }
}

/// A journal, a list or a table, of lines that lead anywhere.
fn record(chance: &mut Chance, fill: &dyn Fn(&str) -> String) -> String {
    let own = &blake3::hash(b"my own").to_hex()[..32];
    let mut text = chance
        .of(&[
            "studyhall-journal 2\n0123456789abcdef0123456789abcdef\n",
            "studyhall-journal 2\n-\n",
            "studyhall-files 1\n",
            "title: T\ntheme: mine\n",
            "",
        ])
        .to_string();
    for _ in 0..chance.below(5) {
        let path = fill(chance.of(NAMED));
        let verb =
            chance.of(&["remove 0 ", "folder ", "unfolder ", "write 0 OWN ", "replace 0 OWN ", "OWN 6 ", "/", ""]).replace("OWN", own);
        text.push_str(&format!("{verb}{path}\n"));
    }
    text.push_str(chance.of(&["end\n", ""]));
    text
}

#[test]
fn whatever_a_site_folder_brings_nothing_outside_changes() {
    for seed in 0..32 {
        let mut chance = Chance(seed * 7919 + 1);
        let scene = Scene::new();
        scene.write("site/content/news/a.md", "# A\n\n[b](b.pdf)\n");
        scene.write("site/content/news/b.pdf", "%PDF-1.4 b\n");
        if chance.below(2) == 0 {
            // What a build left is there too, and what it remembers.
            scene.build(&[]);
        }
        for _ in 0..=chance.below(4) {
            place_at_random(&scene, &mut chance);
        }
        let before = scene.outside();
        let theme = chance.below(3) == 0;
        if theme && !scene.path("site/site.yaml").is_symlink() && scene.path("site/site.yaml").is_file() {
            fs::remove_file(scene.path("site/site.yaml")).expect("it goes");
            scene.write("site/site.yaml", "title: T\nid: t\ntheme: mine\n");
        }
        for arguments in [
            &["build", "--date", "2026-11-25", "--lang", "en"][..],
            &["build", "--keep-going", "--date", "2026-11-26", "--lang", "en"],
            &["package", "--lang", "en"],
        ] {
            let run = scene.run(arguments);
            assert!((0..=3).contains(&run.code), "seed {seed}: {}", run.stderr);
            assert!(!run.stderr.contains("panicked") && !run.stderr.contains('\u{1b}'), "seed {seed}: {}", run.stderr);
            let after = scene.outside();
            assert!(before == after, "seed {seed}, {arguments:?}: {:?}\n{}", changed(&before, &after), run.stderr);
        }
        if !scene.path("site/output").is_symlink() {
            scene.keeps_secret("SECRET KEY");
        }
    }
}
