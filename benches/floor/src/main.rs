//! The floor: what the work itself costs, with the program's own libraries and nothing around them.
//!
//! `studyhall-floor CONTENT OUTPUT SHELL FILES BYTES` reads every Markdown file below CONTENT, parses it, colours its code, puts the
//! HTML into SHELL (a page of the real site, whose article is replaced), minifies that and writes it; then it writes files of
//! nothing until there are FILES of BYTES bytes. No model, no templates, no links, no diagnostics, no cache, no search.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use std::{env, fs};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use rayon::prelude::*;
use syntect::parsing::{BasicScopeStackOp, ParseState, Scope, ScopeStack, SyntaxSet};

fn main() {
    let mut arguments = env::args().skip(1);
    let mut next = || arguments.next().expect("CONTENT OUTPUT SHELL FILES BYTES");
    let (content, output, shell) = (PathBuf::from(next()), PathBuf::from(next()), next());
    let [files, bytes]: [u64; 2] = [next(), next()].map(|number| number.parse().expect("a number"));
    let shell = fs::read_to_string(shell).expect("the shell can be read");
    let start = shell.find("<article").and_then(|at| Some(at + shell[at..].find('>')? + 1)).expect("the shell has an article");
    let end = shell.rfind("</article>").expect("the article ends");
    let shell = (&shell[..start], &shell[end..]);

    let list: Vec<PathBuf> = walkdir::WalkDir::new(&content)
        .into_iter()
        .map(|entry| entry.expect("a folder can be listed").into_path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    let colours = Colours::new();
    let spent = Spent::default();
    let written: u64 = list
        .par_iter()
        .map(|path| {
            let text = spent.time(0, || fs::read_to_string(path).expect("a page can be read"));
            let html = page(&text, &colours, &spent);
            let whole = [shell.0, &html, shell.1].concat();
            let small = spent.time(3, || minify(&whole));
            let target = output.join(path.strip_prefix(&content).expect("it is below")).with_extension("html");
            spent.time(4, || write(&target, &small));
            small.len() as u64
        })
        .sum();
    let missing = files.saturating_sub(list.len() as u64);
    let filler = vec![b' '; (bytes.saturating_sub(written) / missing.max(1)) as usize];
    (0..missing).into_par_iter().for_each(|number| {
        spent.time(4, || write(&output.join(format!("filler/{:02}/{number}.html", number % 64)), &filler));
    });
    let seconds: Vec<f64> = spent.0.iter().map(|spent| spent.load(Ordering::Relaxed) as f64 / 1e9).collect();
    eprintln!(
        "{} pages, {} MB written; seconds of workers: read {:.2}, Markdown {:.2}, colour {:.2}, minify {:.2}, write {:.2}",
        list.len(),
        (written + missing * filler.len() as u64) >> 20,
        seconds[0],
        seconds[1],
        seconds[2],
        seconds[3],
        seconds[4],
    );
}

/// Nanoseconds of all workers: read, Markdown, colour, minify, write.
#[derive(Default)]
struct Spent([AtomicU64; 5]);

impl Spent {
    fn time<T>(&self, step: usize, work: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = work();
        self.0[step].fetch_add(start.elapsed().as_nanos() as u64, Ordering::Relaxed);
        result
    }
}

fn page(text: &str, colours: &Colours, spent: &Spent) -> String {
    let body = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n")).map_or(text, |(_, body)| body);
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS | Options::ENABLE_MATH;
    let mut html = String::with_capacity(body.len() * 3 / 2);
    let mut parser = Parser::new_ext(body, options);
    // One run of events after the other; the blocks of code between them are coloured.
    while let Some((language, code)) = spent.time(1, || up_to_code(&mut parser, &mut html)) {
        html.push_str("<pre><code>");
        if !spent.time(2, || colours.colour(&language, &code, &mut html)) {
            escape(&code, &mut html);
        }
        html.push_str("</code></pre>\n");
    }
    html
}

/// Writes what comes before the next block of code, and gives that block.
fn up_to_code(parser: &mut Parser, html: &mut String) -> Option<(String, String)> {
    let mut block = None;
    let before = std::iter::from_fn(|| match parser.next()? {
        Event::Start(Tag::CodeBlock(kind)) => {
            let language = match kind {
                CodeBlockKind::Fenced(info) => info.split([' ', ',', '{']).next().unwrap_or_default().to_string(),
                CodeBlockKind::Indented => String::new(),
            };
            let mut code = String::new();
            for event in parser.by_ref() {
                match event {
                    Event::Text(text) => code.push_str(&text),
                    Event::End(TagEnd::CodeBlock) => break,
                    _ => {}
                }
            }
            block = Some((language, code));
            None
        }
        event => Some(event),
    });
    pulldown_cmark::html::push_html(html, before);
    block
}

/// Grammars, and their scopes as one letter: the shortest classes that tell anything.
struct Colours {
    syntaxes: SyntaxSet,
    by_name: HashMap<String, usize>,
    classes: Vec<Scope>,
}

impl Colours {
    fn new() -> Colours {
        let syntaxes = two_face::syntax::extra_newlines();
        let mut by_name = HashMap::new();
        for (place, syntax) in syntaxes.syntaxes().iter().enumerate() {
            for name in syntax.file_extensions.iter().chain([&syntax.name]) {
                by_name.entry(name.to_lowercase()).or_insert(place);
            }
        }
        let classes = ["comment", "string", "constant", "keyword", "storage", "entity"];
        let classes = classes.iter().map(|name| Scope::new(name).expect("these are scopes")).collect();
        Colours { syntaxes, by_name, classes }
    }

    /// The letter of a scope that is worth a colour.
    fn class(&self, scope: Scope) -> Option<u8> {
        self.classes.iter().position(|known| known.is_prefix_of(scope)).map(|at| b"csnkte"[at])
    }

    fn colour(&self, language: &str, code: &str, html: &mut String) -> bool {
        let Some(place) = self.by_name.get(&language.to_lowercase()) else { return false };
        if code.lines().any(|line| line.len() > 10_000) {
            return false;
        }
        let mut state = ParseState::new(&self.syntaxes.syntaxes()[*place]);
        let mut stack = ScopeStack::new();
        let mut classes = vec![b' '];
        for line in code.split_inclusive('\n') {
            let ops = state.parse_line(line, &self.syntaxes).expect("the grammars carried are sound");
            let mut done = 0;
            for (at, op) in ops {
                span(&line[done..at.max(done)], *classes.last().unwrap_or(&b' '), html);
                done = at.max(done);
                let hook = |op: BasicScopeStackOp, _: &[Scope]| match op {
                    BasicScopeStackOp::Push(scope) => classes.push(self.class(scope).unwrap_or(*classes.last().unwrap_or(&b' '))),
                    BasicScopeStackOp::Pop => drop(classes.pop()),
                };
                stack.apply_with_hook(&op, hook).expect("the grammars carried are sound");
            }
            span(&line[done..], *classes.last().unwrap_or(&b' '), html);
        }
        true
    }
}

fn span(text: &str, class: u8, html: &mut String) {
    if class == b' ' || text.trim_ascii().is_empty() {
        return escape(text, html);
    }
    html.push_str("<span class=\"");
    html.push(char::from(class));
    html.push_str("\">");
    escape(text, html);
    html.push_str("</span>");
}

fn escape(text: &str, html: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>']) {
        html.push_str(&rest[..at]);
        html.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            _ => "&gt;",
        });
        rest = &rest[at + 1..];
    }
    html.push_str(rest);
}

fn minify(html: &str) -> Vec<u8> {
    let settings = minify_html::Cfg { keep_closing_tags: true, keep_html_and_head_opening_tags: true, minify_doctype: false, ..Default::default() };
    minify_html::minify(html.as_bytes(), &settings)
}

fn write(path: &Path, bytes: &[u8]) {
    if fs::write(path, bytes).is_err() {
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder can be made");
        fs::write(path, bytes).expect("a page can be written");
    }
}
