//! What scripts become.

use std::collections::BTreeMap;

use super::{Fault, ready, with_room};

/// `path: text` pairs; the first is the script.
fn made(files: &[(&str, &'static str)], minify: bool) -> Result<String, Fault> {
    let map: BTreeMap<&str, &'static str> = files.iter().copied().collect();
    ready(files[0].0, &|path| map.get(path).copied(), minify)
}

#[track_caller]
fn refused(files: &[(&str, &'static str)]) -> (String, Option<usize>, &'static str, String) {
    let fault = made(files, true).expect_err("it is refused");
    (fault.name, fault.at, fault.reason, fault.detail)
}

#[test]
fn a_plain_script_keeps_its_meaning_and_its_level() {
    let text = "/* Why. */\nvar title = node ? node.title : null; if (title == null) title = '无题';\n";
    let small = made(&[("a.js", text)], true).expect("it can be read");
    assert!(small.is_ascii() && small.len() < text.len() + 12, "{small}");
    assert!(small.contains("\\u65e0\\u9898") && !small.contains("??") && !small.contains("?."), "{small}");
    let names =
        made(&[("a.js", "var Tool = (function () { return 1; })();\nif (typeof module !== 'undefined') module.exports = Tool;\n")], true);
    assert!(names.expect("it can be read").starts_with("var Tool="), "a name for all stays one");
    assert_eq!(made(&[("a.js", "a = 1; // 中\n")], false).expect("it can be read"), "a = 1; // \\u4e2d\n");
}

#[test]
fn modules_are_joined_once_each_and_in_order() {
    let joined = made(
        &[
            ("page.js", "import { two } from './parts/two.js';\nimport { one } from './parts/one.js';\ntwo(one);\n"),
            ("parts/one.js", "/** One. */\nexport const one = 1;\n"),
            ("parts/two.js", "import { one } from './one.js';\nexport function two(x) { return x + one; }\n"),
        ],
        false,
    );
    assert_eq!(
        joined.expect("they can be read"),
        "(function () {\n\"use strict\";\n/** One. */\nconst one = 1;\nfunction two(x) { return x + one; }\ntwo(one);\n})();\n"
    );
}

#[test]
fn what_a_first_line_tells_the_browser_stays_the_first_line() {
    let module = ("parts/one.js", "export const one = 1;\n");
    let plain = ("page.js", "//# allFunctionsCalledOnLoad\n/* Why. */\nvar a = 1 + b;\n");
    let joined = ("page.js", "//# allFunctionsCalledOnLoad\r\nimport { one } from './parts/one.js';\nalert(one);\n");
    for files in [&[plain][..], &[joined, module]] {
        for minify in [true, false] {
            let made = made(files, minify).expect("they can be read");
            assert_eq!(made.lines().next(), Some("//# allFunctionsCalledOnLoad"), "{made}");
            assert!(!minify || made.matches("//#").count() == 1 && !made.contains("Why"), "{made}");
        }
    }
    let other = made(&[("page.js", "// # no\nvar a = 1;\n")], true).expect("it can be read");
    assert!(!other.contains('#'), "{other}");
}

#[test]
fn modules_that_import_each_other_come_to_an_end() {
    let files = [
        ("a.js", "import { b } from './b.js';\nexport function a() { return b; }\n"),
        ("b.js", "import { a } from './a.js';\nexport function b() { return a; }\n"),
    ];
    assert!(made(&files, true).expect("they can be read").starts_with("(function(){"));
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let some = |name: &str, at, reason, detail: &str| (name.to_string(), Some(at), reason, detail.to_string());
    assert_eq!(refused(&[("a.js", "import { b } from './b.js';\n")]), some("a.js", 18, "missing", "./b.js"));
    assert_eq!(refused(&[("a.js", "import { b } from 'b';\n")]), some("a.js", 18, "missing", "b"));
    assert_eq!(refused(&[("a.js", "import b from './b.js';\n"), ("b.js", "")]), some("a.js", 0, "form", "./b.js"));
    assert_eq!(refused(&[("a.js", "import { b as c } from './b.js';\n"), ("b.js", "")]), some("a.js", 0, "form", "./b.js"));
    assert_eq!(refused(&[("a.js", "const b = 1;\nexport { b };\n")]), some("a.js", 13, "form", "a.js"));
    let twice = [("a.js", "import { b } from './b.js';\nfunction c() {}\n"), ("b.js", "export const b = 1;\nconst c = 2;\n")];
    assert_eq!(refused(&twice), some("a.js", 37, "twice", "c"));
    let (name, at, reason, _) = refused(&[("a.js", "import { b } from './b.js';\n"), ("b.js", "export const b = ;\n")]);
    assert_eq!((name.as_str(), at, reason), ("b.js", Some(17), "syntax"));
}

#[test]
fn what_nests_too_deep_is_refused_and_ends_nothing() {
    let brackets = [("(", "1", ")"), ("x=[", "", "]"), ("{", "", "}"), ("x={a:", "1", "}"), ("()=>{", "", "}")];
    for (open, inner, close) in brackets {
        let text: &'static str = Box::leak([open.repeat(20_000), inner.to_string(), close.repeat(20_000)].concat().into_boxed_str());
        assert_eq!(refused(&[("a.js", text)]).2, "deep", "{open}");
    }
    let long: &'static str = Box::leak("a;".repeat(600_000).into_boxed_str());
    assert_eq!(refused(&[("a.js", long)]).2, "long");
}

/// Levels that no bracket shows: as many as the stack has room for.
#[test]
fn a_long_sum_ends_nothing() {
    let text: &'static str = Box::leak(format!("x={}1", "1+".repeat(30_000)).into_boxed_str());
    assert!(with_room(text.len(), || made(&[("a.js", text)], true)).is_ok());
}
