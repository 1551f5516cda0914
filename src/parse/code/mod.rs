//! Code in colours, by classes that the theme paints.
//!
//! The grammars are syntect's; their scopes are folded into a dozen classes, and only where the class changes a `<span>`
//! begins, so coloured code stays small. What cannot be coloured well (very long lines, very long blocks, unknown
//! languages, a grammar that fails) stays plain. Start at [`Highlighter`]; `grammar` holds the grammars, `line` reads by them,
//! `first` (by `head`) and `plain` spare it the regular expressions (docs/decisions/0021).

mod first;
mod grammar;
mod head;
mod line;
mod names;
mod plain;
mod spans;

use std::sync::{Mutex, OnceLock, PoisonError};

use self::grammar::{ContextId, Grammars};
use self::line::{Reader, Scratch};
use self::spans::{Scopes, Spans};
use super::markdown::Highlight;

/// Longer lines are data, and grammars may take quadratic time on them.
const MAX_LINE: usize = 10_000;

/// Longer blocks are files.
const MAX_BLOCK: usize = 1 << 20;

/// Colours code; the grammars are loaded at the first use.
#[derive(Default)]
pub struct Highlighter {
    grammars: OnceLock<Grammars>,
    /// One for each thread that colours at the same time.
    scratch: Mutex<Vec<Scratch>>,
}

impl Highlighter {
    /// A highlighter with the default grammars.
    pub fn new() -> Highlighter {
        Highlighter::default()
    }

    fn colour(&self, grammars: &Grammars, start: ContextId, code: &str) -> Option<String> {
        let waiting = || self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
        let mut scratch = waiting().pop().unwrap_or_default();
        let html = colour(grammars, start, code, &mut scratch);
        waiting().push(scratch);
        html
    }
}

impl Highlight for Highlighter {
    fn highlight(&self, language: &str, code: &str) -> Option<String> {
        if code.len() > MAX_BLOCK || code.lines().any(|line| line.len() > MAX_LINE) {
            return None;
        }
        let grammars = self.grammars.get_or_init(Grammars::new);
        let language = language.to_lowercase();
        let name = names::ALIASES.iter().find(|(alias, _)| *alias == language).map_or(language.as_str(), |&(_, name)| name);
        self.colour(grammars, grammars.start(name)?, code)
    }
}

fn colour(grammars: &Grammars, start: ContextId, code: &str, scratch: &mut Scratch) -> Option<String> {
    let mut reader = Reader::new(grammars, start)?;
    let mut scopes = Scopes::default();
    let mut ops = Vec::new();
    let mut out = Spans::new(code.len());
    for line in code.split_inclusive('\n') {
        reader.read(line, scratch, &mut ops)?;
        let mut done = 0;
        for &(at, op) in &ops {
            let at = at.min(line.len());
            if at > done {
                out.push(line.get(done..at)?, scopes.class());
                done = at;
            }
            scopes.apply(op)?;
        }
        out.push(&line[done..], scopes.class());
    }
    Some(out.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coloured(language: &str, code: &str) -> Option<String> {
        Highlighter::new().highlight(language, code)
    }

    #[test]
    fn colours_by_classes() {
        insta::assert_snapshot!(coloured("rust", "// 注释\nfn main() { let x = \"a<b\\n\"; }\n").unwrap(), @r#"
        <span class=c>// 注释</span>
        <span class=k>fn</span> <span class=f>main</span>() { <span class=k>let</span> x = <span class=s>"a&lt;b</span><span class=e>\n</span><span class=s>"</span>; }
        "#);
        insta::assert_snapshot!(coloured("html", "<p class=\"x\">字</p>\n").unwrap(), @r#"&lt;<span class=a>p class</span>=<span class=s>"x"</span>&gt;字&lt;/<span class=a>p</span>&gt;"#);
        insta::assert_snapshot!(coloured("diff", "-旧\n+新\n").unwrap(), @r#"
        <span class=d>-旧</span>
        <span class=i>+新</span>
        "#);
        insta::assert_snapshot!(coloured("sh", "echo \"$HOME\" # x\n").unwrap(), @r#"<span class=f>echo</span> <span class=s>"$</span><span class=v>HOME</span><span class=s>"</span> <span class=c># x</span>"#);
    }

    /// The same by syntect's own parser: what every change here is held against.
    fn by_syntect(language: &str, code: &str) -> Option<String> {
        use syntect::parsing::{BasicScopeStackOp, ParseState, Scope, ScopeStack, SyntaxSet};

        let set = SyntaxSet::load_defaults_newlines();
        let mut state = ParseState::new(set.find_syntax_by_name(language)?);
        let (mut stack, mut classes) = (ScopeStack::new(), vec![0]);
        let mut out = Spans::new(code.len());
        for line in code.split_inclusive('\n') {
            let mut done = 0;
            for (at, op) in state.parse_line(line, &set).ok()? {
                if at > done {
                    out.push(line.get(done..at)?, classes[classes.len() - 1]);
                    done = at;
                }
                let hook = |op: BasicScopeStackOp, _: &[Scope]| match op {
                    BasicScopeStackOp::Push(scope) => {
                        let class = names::class(&scope.build_string());
                        classes.push(class.unwrap_or(classes[classes.len() - 1]));
                    }
                    BasicScopeStackOp::Pop if classes.len() > 1 => drop(classes.pop()),
                    BasicScopeStackOp::Pop => {}
                };
                stack.apply_with_hook(&op, hook).ok()?;
            }
            out.push(&line[done..], classes[classes.len() - 1]);
        }
        Some(out.finish())
    }

    /// Lines put together at random out of what grammars look for: words and signs of their own patterns.
    fn odd_code(source: &[String], seed: u64) -> String {
        let mut seed = seed;
        let mut below = |most: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % most.max(1)
        };
        const SIGNS: &[&str] = &[
            " ",
            " ",
            "\n",
            "\n",
            "\"",
            "'",
            "(",
            ")",
            "{",
            "}",
            "[",
            "]",
            "<",
            ">",
            "/",
            "//",
            "/*",
            "*/",
            "#",
            "=",
            ":",
            ";",
            ",",
            ".",
            "$",
            "`",
            "\\",
            "\\n",
            "<<EOF",
            "EOF",
            "<?php",
            "<script>",
            "</script>",
            "<%",
            "%>",
            "{{",
            "}}",
            "会议",
            "（",
            "1.5e3",
            "0xff",
            "\t",
            "--",
            "->",
            "=>",
            "::",
            "@",
            "%",
            "&",
            "|",
            "!",
            "~",
            "?",
            "+",
            "-",
            "*",
        ];
        let mut code = String::new();
        for _ in 0..60 {
            match below(3) {
                0 if !source.is_empty() => code.push_str(&source[below(source.len())]),
                _ => code.push_str(SIGNS[below(SIGNS.len())]),
            }
            if below(4) == 0 {
                code.push(' ');
            }
        }
        code
    }

    #[test]
    fn reads_as_syntect_does() {
        let grammars = Grammars::new();
        let mut scratch = Scratch::default();
        for name in grammars.names() {
            let words = grammars.words(name);
            let Some(start) = grammars.start_of(name) else { continue };
            for seed in 0..12 {
                let code = odd_code(&words, seed * 7919 + name.len() as u64);
                assert_eq!(colour(&grammars, start, &code, &mut scratch), by_syntect(name, &code), "{name}: {code:?}");
            }
        }
    }

    #[test]
    fn nothing_begins_with_what_no_match_begins_with() {
        let grammars = Grammars::new();
        let names: Vec<&str> = grammars.names().collect();
        for name in names {
            let code = (0..8).map(|seed| odd_code(&grammars.words(name), seed * 7919 + name.len() as u64)).collect::<String>();
            for pattern in grammars.all_patterns(name).filter(|pattern| !pattern.first.is_sticky()) {
                for line in code.split_inclusive('\n') {
                    let found = pattern.regex().and_then(|regex| line::find(regex, line, 0, line.len(), &mut onig::Region::new()));
                    let Some((at, _)) = found else { continue };
                    assert_eq!(pattern.first.next(line.as_bytes(), at, at), Some(at), "{name}: {} in {line:?}", pattern.source);
                }
            }
        }
    }

    #[test]
    fn languages_by_any_name() {
        let highlighter = Highlighter::new();
        for name in ["C++", "ts", "shell", "py", "golang", "vue", "c#", "yml", "JSON", "java", "md"] {
            assert!(highlighter.highlight(name, "x\n").is_some(), "{name}");
        }
        for name in ["toml", "text", "mermaid", ""] {
            assert!(highlighter.highlight(name, "x\n").is_none(), "{name}");
        }
    }

    #[test]
    fn what_is_too_long_stays_plain() {
        assert!(coloured("js", &"x".repeat(20_000)).is_none());
        assert!(coloured("js", &"x;\n".repeat(500_000)).is_none());
    }

    #[test]
    fn the_text_is_kept() {
        let code = "fn f<T>(a: &str) -> Vec<T> {\n\t\"\\u{1F600}\" + 'x'\n\n}";
        let html = coloured("rs", code).unwrap();
        let mut text = String::new();
        let mut inside = false;
        for c in html.chars() {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                c if !inside => text.push(c),
                _ => {}
            }
        }
        assert_eq!(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"), code);
    }
}
