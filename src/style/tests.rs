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
