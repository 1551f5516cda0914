//! Cases in files: a site, and what the program says about it in both languages.
//!
//! A file of `tests/sites/messages/` begins with a line that says what it shows (`// …`), may go on with further arguments
//! (`$ --drafts`), then come the files of the site (`//- path`), then what is expected behind `//= en` and `//= zh`. The
//! English part is what an officer reads, the Chinese one comes from `--json`, so that both ways out are watched.
//! `UPDATE=1 cargo test` writes the expectation anew: read the difference before keeping it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::PROJECT;
use super::site::{Run, Site};

/// Where the cases are.
pub fn folder() -> PathBuf {
    Path::new(PROJECT).join("tests/sites/messages")
}

/// The names of all cases.
pub fn names() -> BTreeSet<String> {
    let entries = fs::read_dir(folder()).expect("the folder of the cases");
    entries.map(|entry| entry.expect("an entry").path().file_stem().expect("a name").to_str().expect("plain").to_string()).collect()
}

/// Builds the site of a case and compares. Gives the codes that came.
pub fn check_messages(name: &str) -> BTreeSet<String> {
    let path = folder().join(format!("{name}.txt"));
    let text = fs::read_to_string(&path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()));
    let (input, expected) = text.split_once("//= en\n").unwrap_or((&text, ""));
    let arguments = input.lines().find_map(|line| line.strip_prefix("$ ")).unwrap_or_default();
    let site = Site::new(input);
    let arguments = arguments.replace("SITE", site.dir().to_str().expect("temporary folders have plain names"));
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let english = site.build(&arguments);
    let chinese = site.build(&[&["--json", "--lang", "zh"], arguments.as_slice()].concat());
    assert_eq!(english.code, chinese.code, "the exit code does not depend on the language");
    let (said, codes) = as_text(&chinese);
    let actual = format!("{}(exit {})\n//= zh\n{said}", english.said(), english.code);
    if actual != expected {
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, format!("{input}//= en\n{actual}")).expect("the case can be written");
        } else {
            panic!("{name}: the messages differ (UPDATE=1 writes them anew)\n--- expected\n{expected}\n--- actual\n{actual}");
        }
    }
    codes
}

/// The diagnostics of `--json`, a line each, and their codes.
fn as_text(run: &Run) -> (String, BTreeSet<String>) {
    let json = run.json();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_string();
    let mut said = String::new();
    let mut codes = BTreeSet::new();
    if let Some(error) = json.get("error") {
        said.push_str(&format!("{}: {}\n  {}\n", text(error), text(&json["message"]), text(&json["hint"])));
        codes.insert(text(error));
    }
    for found in json["diagnostics"].as_array().into_iter().flatten() {
        codes.insert(text(&found["code"]));
        let place = match (&found["file"], found["line"].as_u64()) {
            (file, Some(0)) => text(file),
            (file, Some(line)) => format!("{}:{line}:{}+{}", text(file), found["column"], found["width"]),
            _ => "-".to_string(),
        };
        said.push_str(&format!(
            "{place}: {} {}: {}\n  {}\n",
            text(&found["severity"]),
            text(&found["code"]),
            text(&found["message"]),
            text(&found["hint"])
        ));
    }
    (said, codes)
}
