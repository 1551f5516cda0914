//! The shape of the code: who may import whom, how long a file may be, and what may not be left behind.

use std::collections::BTreeSet;

use crate::support::{PROJECT, project_file};

/// What each module may import. Data flows one way; only `pipeline` runs the stages.
const LAYERS: &[(&str, &[&str])] = &[
    ("ground", &[]),
    ("disk", &["ground"]),
    ("config", &["ground"]),
    ("discover", &["ground", "config", "disk"]),
    ("theme", &["ground", "config", "disk"]),
    ("parse", &["ground", "config"]),
    ("picture", &["ground"]),
    ("script", &["ground"]),
    ("style", &[]),
    ("cache", &["ground", "disk"]),
    ("emit", &["ground", "disk"]),
    ("model", &["ground", "config", "parse"]),
    ("feed", &["ground", "config", "model"]),
    ("check", &["ground", "config", "parse", "model"]),
    ("search", &["ground", "config", "parse", "model"]),
    ("study", &["ground", "parse"]),
    ("render", &["ground", "config", "parse", "model", "theme"]),
    ("watch", &["ground", "config"]),
    ("publish", &["ground", "config", "disk"]),
    ("preview", &["ground"]),
    (
        "pipeline",
        &[
            "ground", "disk", "config", "discover", "theme", "parse", "picture", "script", "style", "cache", "emit", "model", "feed",
            "check", "search", "study", "render",
        ],
    ),
    (
        "cli",
        &[
            "ground", "disk", "config", "discover", "theme", "parse", "picture", "cache", "emit", "model", "feed", "check", "search",
            "render", "pipeline", "watch", "publish", "preview",
        ],
    ),
];

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

/// The modules that a text names behind `crate::`.
fn named(text: &str) -> Vec<(usize, String)> {
    let mut names = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default().replace("studyhall::", "crate::");
        for rest in code.split("crate::").skip(1) {
            let group = rest.strip_prefix('{').and_then(|rest| rest.split('}').next());
            let heads = group.unwrap_or(rest).split(',').take(if group.is_some() { usize::MAX } else { 1 });
            for head in heads {
                let name: String = head.trim().chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                if !name.is_empty() {
                    names.push((number + 1, name));
                }
            }
        }
    }
    names
}

#[test]
fn modules_import_what_their_row_names() {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for (path, text) in sources() {
        let module = path.trim_start_matches("src/").split(['/', '.']).next().unwrap_or_default().to_string();
        if module == "main" || module == "lib" {
            continue;
        }
        let Some((_, may)) = LAYERS.iter().find(|(name, _)| *name == module) else {
            wrong.push(format!("{path}: the module `{module}` has no row"));
            continue;
        };
        seen.insert(module.clone());
        for (line, name) in named(&text) {
            if name != module && !may.contains(&name.as_str()) {
                wrong.push(format!("{path}:{line}: `{module}` may not import `{name}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen.len() > 10, "{seen:?}");
}

#[test]
fn the_library_does_not_see_the_program() {
    assert!(!project_file("src/lib.rs").contains("clap"));
    let main = project_file("src/main.rs");
    assert!(main.lines().count() < 20, "main.rs only starts the command line");
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
