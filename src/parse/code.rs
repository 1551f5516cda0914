//! Code in colours, by classes that the theme paints.
//!
//! The grammar is syntect's; its scopes are folded into a dozen classes, and only where the class changes a `<span>`
//! begins, so coloured code stays small. What cannot be coloured well (very long lines, very long blocks, unknown
//! languages, a grammar that fails) stays plain.

use std::collections::HashMap;
use std::sync::OnceLock;

use syntect::parsing::{BasicScopeStackOp, ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::markdown::{Highlight, escape_text};

/// Longer lines are data, and grammars may take quadratic time on them.
const MAX_LINE: usize = 10_000;

/// Longer blocks are files.
const MAX_BLOCK: usize = 1 << 20;

/// What the languages are also called; an empty right side leaves the code plain although some grammar claims the name.
const ALIASES: &[(&str, &str)] = &[
    ("shell", "sh"),
    ("console", "sh"),
    ("shell-session", "sh"),
    ("terminal", "sh"),
    ("ksh", "sh"),
    ("typescript", "js"),
    ("ts", "js"),
    ("tsx", "js"),
    ("jsx", "js"),
    ("mjs", "js"),
    ("node", "js"),
    ("vue", "html"),
    ("svelte", "html"),
    ("jinja", "html"),
    ("golang", "go"),
    ("c++", "cpp"),
    ("csharp", "cs"),
    ("c#", "cs"),
    ("aspx-csharp", "cs"),
    ("python3", "py"),
    ("py3", "py"),
    ("pycon", "py"),
    ("ipython", "py"),
    ("jsonc", "json"),
    ("json5", "json"),
    ("mysql", "sql"),
    ("postgresql", "sql"),
    ("plsql", "sql"),
    ("tsql", "sql"),
    ("xaml", "xml"),
    ("svg", "xml"),
    ("vsxmd", "xml"),
    ("scss", "css"),
    ("less", "css"),
    ("objc", "m"),
    ("objective-c", "m"),
    ("make", "makefile"),
    ("mk", "makefile"),
    ("latex", "tex"),
    ("text", ""),
    ("txt", ""),
    ("plain", ""),
    ("plaintext", ""),
    ("output", ""),
    ("log", ""),
];

/// Scopes and their classes; calls and parameters have none, since marking every other word marks nothing, and doubled
/// the pages. Of the rows whose scope is a prefix the first counts. An empty class is plain text whatever
/// stands around it.
const CLASSES: &[(&str, &str)] = &[
    ("comment", "c"),
    ("string.regexp", "e"),
    ("string.unquoted", ""),
    ("string", "s"),
    ("constant.character.escape", "e"),
    ("constant.other.placeholder", "e"),
    ("constant.other.symbol", "n"),
    ("constant.other.database-name", ""),
    ("constant.other.table-name", ""),
    ("constant.numeric", "n"),
    ("constant.language", "n"),
    ("constant.character", "n"),
    ("constant.other.color", "n"),
    ("support.constant", "n"),
    ("constant", "n"),
    ("keyword.operator.word", "k"),
    ("keyword.operator.logical.python", "k"),
    ("keyword.operator.assignment", ""),
    ("keyword.operator", ""),
    ("keyword.other.unit", "n"),
    ("keyword", "k"),
    ("storage.type.function.arrow", ""),
    ("storage.type.string", "s"),
    ("storage.modifier.array", ""),
    ("storage", "k"),
    ("entity.name.function", "f"),
    ("support.function", "f"),
    ("entity.name.section", "m"),
    ("entity.name.tag", "a"),
    ("entity.other.attribute-name", "a"),
    ("support.type.property-name", "a"),
    ("meta.property-name", "a"),
    ("entity.other.inherited-class", "t"),
    ("entity.name", "t"),
    ("support.class", "t"),
    ("support.type", "t"),
    ("variable.other.readwrite.shell", "v"),
    ("variable.other.php", "v"),
    ("variable.other.readwrite.perl", "v"),
    ("variable.other.readwrite.global", "v"),
    ("markup.heading", "m"),
    ("markup.bold", "m"),
    ("markup.italic", "m"),
    ("markup.deleted", "d"),
    ("markup.inserted", "i"),
    ("markup.raw", "s"),
    ("meta.diff.header", "m"),
    ("meta.diff.range", "m"),
    ("meta.interpolation", ""),
    ("meta.template.expression", ""),
    ("source", ""),
    ("text", ""),
];

/// Colours code; the grammars are loaded at the first use.
#[derive(Default)]
pub struct Highlighter {
    loaded: OnceLock<Loaded>,
}

struct Loaded {
    syntaxes: SyntaxSet,
    by_name: HashMap<String, usize>,
    classes: Vec<(Scope, u8)>,
}

impl Highlighter {
    /// A highlighter with the default grammars.
    pub fn new() -> Highlighter {
        Highlighter::default()
    }

    fn loaded(&self) -> &Loaded {
        self.loaded.get_or_init(|| {
            let syntaxes = SyntaxSet::load_defaults_newlines();
            let mut by_name = HashMap::new();
            for (place, syntax) in syntaxes.syntaxes().iter().enumerate() {
                for name in syntax.file_extensions.iter().chain([&syntax.name]) {
                    by_name.entry(name.to_lowercase()).or_insert(place);
                }
            }
            let class = |name: &str| name.bytes().next().unwrap_or(0);
            let classes = CLASSES.iter().filter_map(|(scope, name)| Some((Scope::new(scope).ok()?, class(name)))).collect();
            Loaded { syntaxes, by_name, classes }
        })
    }
}

impl Highlight for Highlighter {
    fn highlight(&self, language: &str, code: &str) -> Option<String> {
        if code.len() > MAX_BLOCK || code.lines().any(|line| line.len() > MAX_LINE) {
            return None;
        }
        let loaded = self.loaded();
        loaded.colour(loaded.syntax(language)?, code)
    }
}

impl Loaded {
    fn syntax(&self, language: &str) -> Option<&SyntaxReference> {
        let language = language.to_lowercase();
        let name = ALIASES.iter().find(|(alias, _)| *alias == language).map_or(language.as_str(), |&(_, name)| name);
        let place = *self.by_name.get(name)?;
        self.syntaxes.syntaxes().get(place).filter(|syntax| syntax.name != "Plain Text")
    }

    /// The class of text whose innermost scope is this one, if the scope says anything.
    fn class(&self, scope: Scope) -> Option<u8> {
        self.classes.iter().find(|(prefix, _)| prefix.is_prefix_of(scope)).map(|&(_, class)| class)
    }

    fn colour(&self, syntax: &SyntaxReference, code: &str) -> Option<String> {
        let mut state = ParseState::new(syntax);
        let mut stack = ScopeStack::new();
        // The class at each depth of the stack, and of each scope met: looking up again costs more than the grammar.
        let mut classes: Vec<u8> = vec![0];
        let mut known: HashMap<Scope, Option<u8>> = HashMap::new();
        let mut out = Spans::new(code.len());
        for line in LinesWithEnds(code) {
            let ops = state.parse_line(line, &self.syntaxes).ok()?;
            let mut done = 0;
            for (at, op) in ops {
                let at = at.min(line.len());
                if at > done {
                    out.push(line.get(done..at)?, classes[classes.len() - 1]);
                    done = at;
                }
                let hook = |op: BasicScopeStackOp, _: &[Scope]| match op {
                    BasicScopeStackOp::Push(scope) => {
                        let class = *known.entry(scope).or_insert_with(|| self.class(scope));
                        classes.push(class.unwrap_or(classes[classes.len() - 1]));
                    }
                    BasicScopeStackOp::Pop => {
                        if classes.len() > 1 {
                            classes.pop();
                        }
                    }
                };
                stack.apply_with_hook(&op, hook).ok()?;
            }
            out.push(&line[done..], classes[classes.len() - 1]);
        }
        Some(out.finish())
    }
}

/// Lines with their ends, as the grammars want them.
struct LinesWithEnds<'a>(&'a str);

impl<'a> Iterator for LinesWithEnds<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.0.is_empty() {
            return None;
        }
        let (line, rest) = self.0.split_at(self.0.find('\n').map_or(self.0.len(), |end| end + 1));
        self.0 = rest;
        Some(line)
    }
}

/// Writes text in classes; neighbours of one class share a `<span>`, blanks go with what stands before them.
struct Spans {
    html: String,
    open: u8,
    /// Blanks that wait for what follows.
    blanks: String,
}

impl Spans {
    fn new(length: usize) -> Spans {
        Spans { html: String::with_capacity(length + length / 2), open: 0, blanks: String::new() }
    }

    fn push(&mut self, text: &str, class: u8) {
        if text.trim_ascii().is_empty() {
            return self.blanks.push_str(text);
        }
        if class != self.open {
            self.close();
            self.html.push_str(&std::mem::take(&mut self.blanks));
            if class != 0 {
                // Without quotes, which one letter does not need: there are a hundred of these on a page.
                self.html.push_str("<span class=");
                self.html.push(char::from(class));
                self.html.push('>');
                self.open = class;
            }
        } else {
            self.html.push_str(&self.blanks);
            self.blanks.clear();
        }
        // The end of a line's text may be the last of its class: leave the blanks outside.
        let body = text.trim_ascii_end();
        escape_text(body, &mut self.html);
        self.blanks.push_str(&text[body.len()..]);
    }

    fn close(&mut self) {
        if self.open != 0 {
            self.html.push_str("</span>");
            self.open = 0;
        }
    }

    fn finish(mut self) -> String {
        self.close();
        self.html.push_str(&self.blanks);
        self.html
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn colour(language: &str, code: &str) -> Option<String> {
        Highlighter::new().highlight(language, code)
    }

    #[test]
    fn colours_by_classes() {
        insta::assert_snapshot!(colour("rust", "// 注释\nfn main() { let x = \"a<b\\n\"; }\n").unwrap(), @r#"
        <span class=c>// 注释</span>
        <span class=k>fn</span> <span class=f>main</span>() { <span class=k>let</span> x = <span class=s>"a&lt;b</span><span class=e>\n</span><span class=s>"</span>; }
        "#);
        insta::assert_snapshot!(colour("html", "<p class=\"x\">字</p>\n").unwrap(), @r#"&lt;<span class=a>p class</span>=<span class=s>"x"</span>&gt;字&lt;/<span class=a>p</span>&gt;"#);
        insta::assert_snapshot!(colour("diff", "-旧\n+新\n").unwrap(), @r#"
        <span class=d>-旧</span>
        <span class=i>+新</span>
        "#);
        insta::assert_snapshot!(colour("sh", "echo \"$HOME\" # x\n").unwrap(), @r#"<span class=f>echo</span> <span class=s>"$</span><span class=v>HOME</span><span class=s>"</span> <span class=c># x</span>"#);
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
        assert!(colour("js", &"x".repeat(20_000)).is_none());
        assert!(colour("js", &"x;\n".repeat(500_000)).is_none());
    }

    #[test]
    fn the_text_is_kept() {
        let code = "fn f<T>(a: &str) -> Vec<T> {\n\t\"\\u{1F600}\" + 'x'\n\n}";
        let html = colour("rs", code).unwrap();
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
