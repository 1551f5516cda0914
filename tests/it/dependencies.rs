//! What the program stands on: licences that let a university use it, and no package twice without a reason.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::support::PROJECT;

/// Licences that ask for no more than their text, or (MPL) for changes of their own files.
const ALLOWED: &[&str] = &[
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "MPL-2.0",
    "CC0-1.0",
    "Unlicense",
    "0BSD",
    "BSL-1.0",
];

/// Packages that are in the program in several versions, and who is to blame. A line goes when its reason does.
const TWICE: &[(&str, &str)] = &[
    ("ahash", "minify-html: its style minifier (lightningcss, by way of rkyv) is behind"),
    ("base64-simd", "minify-html: its two source map packages"),
    ("embedded-io", "postcard names two versions for its two sets of traits"),
    ("getrandom", "as ahash"),
    ("hashbrown", "minify-html: oxc, dashmap and rkyv, each with its own; indexmap is ahead of them"),
    ("itertools", "minify-html: lightningcss is behind its script minifier (oxc)"),
    ("miniz_oxide", "png is behind flate2"),
    ("num-bigint", "minify-html's script minifier (oxc) is behind russh"),
    ("outref", "as base64-simd"),
    ("phf", "minify-html's oxc and its lightningcss, and the tests' html5ever, each with its own"),
    ("phf_generator", "as phf"),
    ("phf_shared", "as phf"),
    ("rand", "minify-html's phf is behind russh"),
    ("rand_core", "as rand"),
    ("syn", "only while compiling: serde is ahead, lightningcss behind"),
];

pub fn metadata() -> Value {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let host = Command::new("rustc").arg("-vV").output().expect("rustc starts");
    let host = String::from_utf8_lossy(&host.stdout)
        .lines()
        .find_map(|line| line.strip_prefix("host: ").map(str::to_string))
        .expect("it names its host");
    let done = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", &host])
        .current_dir(PROJECT)
        .output()
        .expect("cargo starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    serde_json::from_slice(&done.stdout).expect("JSON")
}

/// Whether a licence expression lets us choose allowed licences only.
fn is_allowed(expression: &str) -> bool {
    let plain = expression.replace('/', " OR ").replace(['(', ')'], " ");
    let one = |licence: &str| {
        let name = licence.split_whitespace().collect::<Vec<_>>().join(" ");
        ALLOWED.contains(&name.as_str())
    };
    // AND binds tighter than OR, but in brackets it is the other way round: then every part has to have an allowed choice.
    match expression.contains('(') {
        true => plain.split(" AND ").all(|part| part.split(" OR ").any(one)),
        false => plain.split(" OR ").any(|part| part.split(" AND ").all(one)),
    }
}

#[test]
fn licences_are_on_the_list() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("a list");
    assert!(packages.len() > 50);
    let wrong: Vec<String> = packages
        .iter()
        .filter(|package| !package["license"].as_str().is_some_and(is_allowed))
        .map(|package| format!("{} {}: {}", package["name"], package["version"], package["license"]))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn expressions_are_read_right() {
    for good in ["MIT", "MIT/Apache-2.0", "GPL-2.0-only OR MIT", "(MIT OR Apache-2.0) AND Unicode-3.0", "MIT AND Apache-2.0"] {
        assert!(is_allowed(good), "{good}");
    }
    for bad in ["GPL-3.0-only", "MIT AND GPL-2.0-only", "(MIT OR Apache-2.0) AND AGPL-3.0-only", ""] {
        assert!(!is_allowed(bad), "{bad}");
    }
}

#[test]
fn no_package_is_there_twice_without_a_reason() {
    let metadata = metadata();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let nodes: BTreeMap<String, &Value> =
        metadata["resolve"]["nodes"].as_array().expect("a list").iter().map(|node| (text(&node["id"]), node)).collect();
    let mut reached = BTreeSet::new();
    let mut next = vec![text(&metadata["resolve"]["root"])];
    while let Some(id) = next.pop() {
        if !reached.insert(id.clone()) {
            continue;
        }
        for dependency in nodes[&id]["deps"].as_array().into_iter().flatten() {
            // What the tests alone need is no part of the program.
            if dependency["dep_kinds"].as_array().into_iter().flatten().any(|kind| kind["kind"] != "dev") {
                next.push(text(&dependency["pkg"]));
            }
        }
    }
    let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in metadata["packages"].as_array().expect("a list").iter().filter(|package| reached.contains(&text(&package["id"]))) {
        versions.entry(text(&package["name"])).or_default().push(text(&package["version"]));
    }
    let twice: BTreeMap<&str, &Vec<String>> =
        versions.iter().filter(|(_, all)| all.len() > 1).map(|(name, all)| (name.as_str(), all)).collect();
    let listed: BTreeSet<&str> = TWICE.iter().map(|(name, _)| *name).collect();
    let without: Vec<_> = twice.iter().filter(|(name, _)| !listed.contains(*name)).collect();
    assert!(without.is_empty(), "there twice without a reason: {without:?}");
    let vanished: Vec<_> = listed.iter().filter(|name| !twice.contains_key(*name)).collect();
    assert!(vanished.is_empty(), "no longer there twice: {vanished:?}");
}
