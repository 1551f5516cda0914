//! Joining and shrinking of style sheets.

use super::*;

fn check(files: &[(&str, &'static str)], minify: bool) -> Result<String, Fault> {
    let text = |name: &str| files.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
    ready("main.css", &text, minify)
}

#[test]
fn imports_are_joined_in_their_order() {
    let files = [
        ("main.css", "/* all */\n@import \"a.css\";\n@import './b.css' print;\np { color: red; }\n"),
        ("a.css", "@import \"c.css\";\na { color: green }"),
        ("b.css", "b { color: blue }"),
        ("c.css", "i { color: #ffffff }"),
    ];
    assert_eq!(check(&files, true).as_deref(), Ok("i{color:#fff}a{color:green}@media print{b{color:#00f}}p{color:red}"));
    let long = check(&files, false).expect("it can be read");
    assert!(long.contains("a { color: green }") && long.ends_with("p { color: red; }\n"), "{long}");
    assert_eq!(imported(files[0].1).collect::<Vec<_>>(), ["a.css", "b.css"]);
}

#[test]
fn an_address_is_left_to_the_browser() {
    let files = [("main.css", "@import \"https://x/a.css\";\np { color: red }")];
    assert_eq!(check(&files, true).as_deref(), Ok("@import \"https://x/a.css\";p{color:red}"));
}

#[test]
fn faults_stand_where_they_are() {
    let missing = check(&[("main.css", "\n  @import \"gone.css\";")], true).expect_err("there is no such file");
    assert_eq!((missing.reason, missing.at, missing.detail.as_str()), ("missing", Some((2, 12)), "gone.css"));
    let circle = check(&[("main.css", "@import \"a.css\";"), ("a.css", "@import \"main.css\";")], true).expect_err("a circle");
    assert_eq!((circle.reason, circle.name.as_str()), ("circle", "a.css"));
    let syntax = check(&[("main.css", "@import \"a.css\";"), ("a.css", "p {}\n}")], true).expect_err("no style sheet");
    assert_eq!((syntax.reason, syntax.name.as_str(), syntax.at.map(|at| at.0)), ("syntax", "a.css", Some(2)));
}

#[test]
fn what_old_phones_need_stays() {
    let text = "p { font-size: 1rem; font-size: clamp(1rem, 5vw, 2rem); text-autospace: normal; word-wrap: break-word }";
    let small = check(&[("main.css", text)], true).expect("it can be read");
    assert_eq!(small, "p{font-size:1rem;text-autospace:normal;word-wrap:break-word;font-size:max(1rem,min(5vw,2rem))}");
}

#[test]
fn what_nests_too_deep_is_refused_and_ends_nothing() {
    for deep in ["a{".repeat(10_000), format!("a{{b:{}", "(".repeat(100_000)), format!("{}a{}", ":not(".repeat(5000), ")".repeat(5000))] {
        let text: &'static str = Box::leak(deep.into_boxed_str());
        let fault = check(&[("main.css", text)], true).expect_err("it is refused");
        assert_eq!((fault.reason, fault.at.map(|at| at.0)), ("deep", Some(1)));
    }
    let names: Vec<String> = (0..10_000).map(|n| format!("s{n}.css")).collect();
    let texts: Vec<String> = (1..=10_000).map(|n| format!("@import \"s{n}.css\";")).collect();
    let text = |name: &str| names.iter().position(|known| known == name).map(|at| texts[at].as_str());
    assert_eq!(ready("s0.css", &text, true).expect_err("it is refused").reason, "chain");
}
