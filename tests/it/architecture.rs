//! The shape of the code: who may import whom, how long a file may be, and what may not be left behind.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::support::imports::Sources;
use crate::support::{PROJECT, project_file};

/// Files of more than 500 lines, and why they are one file.
const LONG: &[(&str, &str)] = &[];

/// The sources: path from the project, text.
fn sources() -> Vec<(String, String)> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(format!("{PROJECT}/src")).sort_by_file_name() {
        let entry = entry.expect("src can be read");
        if entry.path().extension().is_some_and(|end| end == "rs") {
            let path = entry.path().strip_prefix(PROJECT).expect("it is below").to_str().expect("plain").to_string();
            files.push((path.clone(), project_file(&path)));
        }
    }
    files
}

/// Folders with files that still import one another; no other may have any, and one that has none goes off the list.
const CIRCLES: &[&str] = &[];

/// Names that more than one public type has, and none but these; one that is single again goes off the list.
const NAMESAKES: &[&str] = &[
    "Address", "Fault", "Files", "Handle", "Index", "Key", "Kind", "Listing", "Page", "Refused", "Report", "Ring", "Seen", "Settings",
    "Source", "Status",
];

/// All files, read once for all tests.
static SOURCES: LazyLock<Sources> = LazyLock::new(Sources::read);

/// The table of `ARCHITECTURE.md`: each module and what it may import.
fn layers() -> BTreeMap<String, BTreeSet<String>> {
    let text = project_file("ARCHITECTURE.md");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |"));
    let row = |row: &str| {
        let (module, rest) = row.split_once("` |").expect("a module stands first");
        let may = rest.rsplit('|').next().expect("what it imports stands last").trim();
        let may = may.split(", ").filter(|name| *name != "nothing").map(str::to_string);
        (module.to_string(), may.collect())
    };
    rows.map(row).collect()
}

#[test]
fn modules_import_what_their_row_names_and_nothing_else() {
    let sources = &*SOURCES;
    let mut imported: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in sources.files.keys() {
        let Some(module) = Sources::layer(path) else { continue };
        let others = sources.imports(path).into_iter().filter_map(|file| Sources::layer(&file)).filter(|other| *other != module);
        let others: Vec<String> = others.collect();
        imported.entry(module).or_default().extend(others);
    }
    assert!(imported.len() > 10, "{imported:?}");
    let table = layers();
    let mut wrong = Vec::new();
    let none = BTreeSet::new();
    for module in imported.keys().chain(table.keys()).collect::<BTreeSet<_>>() {
        let (is, may) = (imported.get(module).unwrap_or(&none), table.get(module).unwrap_or(&none));
        if !table.contains_key(module) {
            wrong.push(format!("`{module}` has no row in ARCHITECTURE.md"));
        } else if !imported.contains_key(module) {
            wrong.push(format!("`{module}` has a row in ARCHITECTURE.md and is not there"));
        }
        wrong.extend(
            is.difference(may).map(|other| format!("`{module}` imports `{other}`, which its row in ARCHITECTURE.md does not name")),
        );
        wrong.extend(
            may.difference(is).map(|other| format!("the row of `{module}` in ARCHITECTURE.md names `{other}`, which it does not import")),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_files_import_one_another() {
    let circles = SOURCES.circles();
    let is_of = |circle: &Vec<String>, folder: &str| circle.iter().all(|path| path.starts_with(&format!("src/{folder}/")));
    let more = circles.iter().filter(|circle| !CIRCLES.iter().any(|folder| is_of(circle, folder)));
    let more: Vec<String> = more.map(|circle| circle.join(" ")).collect();
    assert!(more.is_empty(), "files that import one another:\n{}", more.join("\n"));
    let open: Vec<&&str> = CIRCLES.iter().filter(|folder| !circles.iter().any(|circle| is_of(circle, folder))).collect();
    assert!(open.is_empty(), "no circle any more, take it off the list: {open:?}");
}

#[test]
fn one_type_has_one_name() {
    let sources = &*SOURCES;
    let mut places: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (path, source) in &sources.files {
        source.types.iter().for_each(|name| places.entry(name).or_default().push(path));
    }
    places.retain(|_, files| files.len() > 1);
    let more: Vec<String> =
        places.iter().filter(|(name, _)| !NAMESAKES.contains(name)).map(|(name, files)| format!("{name}: {}", files.join(" "))).collect();
    assert!(more.is_empty(), "types of one name:\n{}", more.join("\n"));
    let single: Vec<&&str> = NAMESAKES.iter().filter(|name| !places.contains_key(**name)).collect();
    assert!(single.is_empty(), "single again, take it off the list: {single:?}");
}

#[test]
fn the_library_does_not_see_the_program() {
    let sources = &*SOURCES;
    let of_the_program = |path: &str| path == "src/main.rs" || path.starts_with("src/cli/");
    for path in sources.files.keys().filter(|path| !of_the_program(path)) {
        let seen: Vec<String> = sources.imports(path).into_iter().filter(|file| of_the_program(file)).collect();
        assert!(seen.is_empty(), "{path} imports {seen:?}");
    }
    for name in ["clap", "indicatif", "rpassword", "open"] {
        let users: Vec<&String> = sources.files.iter().filter(|(_, file)| file.names_package(name)).map(|(path, _)| path).collect();
        assert!(!users.is_empty() && users.iter().all(|path| of_the_program(path)), "`{name}` is the command line's: {users:?}");
    }
    assert!(project_file("src/main.rs").lines().count() < 25, "main.rs only starts the command line");
}

#[test]
fn one_call_of_windows_is_all_that_is_unsafe() {
    let users: Vec<String> = sources().into_iter().filter(|(_, text)| text.contains("unsafe_code")).map(|(path, _)| path).collect();
    assert_eq!(users, ["src/cli/launcher/console.rs"]);
}

#[test]
fn files_stay_short() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        // Tests beside the code are lists of cases.
        let lines = text.lines().count();
        let listed = LONG.iter().any(|(long, _)| *long == path);
        let is_tests = path.ends_with("tests.rs");
        if lines > 500 && !listed && !is_tests {
            wrong.push(format!("{path} has {lines} lines: ask what second thing is inside"));
        }
        if listed && lines <= 500 {
            wrong.push(format!("{path} has {lines} lines and need not be listed"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_left_behind() {
    // Put together here, so that this file does not find itself.
    let marks =
        [["TO", "DO"], ["FIX", "ME"], ["XX", "X"], ["todo", "!("], ["unimplemented", "!("], ["dbg", "!("]].map(|parts| parts.concat());
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        for (number, line) in text.lines().enumerate() {
            for mark in marks.iter().filter(|mark| line.contains(mark.as_str())) {
                wrong.push(format!("{path}:{}: {mark}", number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_the_report_prints() {
    let mut wrong = Vec::new();
    for (path, text) in sources().into_iter().filter(|(path, _)| !path.ends_with("tests.rs")) {
        for (number, line) in text.lines().enumerate() {
            if ["println!(", "eprintln!(", " print!(", "eprint!("].iter().any(|call| line.contains(call)) {
                wrong.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_says_what_it_owns() {
    let silent: Vec<String> = sources().into_iter().filter(|(_, text)| !text.starts_with("//!")).map(|(path, _)| path).collect();
    assert!(silent.iter().all(|path| path.ends_with("tests.rs")), "{silent:?}");
}
