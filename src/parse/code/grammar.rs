//! Grammars, made ready for reading lines: syntect's, taken over from its own dump.
//!
//! syntect carries the grammars and reads their sources; its parser asks every pattern of a context at every place. What is kept here
//! are the same contexts with their includes laid out, their patterns numbered, their scopes folded into classes, and
//! what each pattern can begin with. A language is unpacked at its first use.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use onig::{RegexOptions, Syntax};
use serde::Deserialize;
use syntect::parsing::SyntaxSet;

use super::first::First;
use super::names;
use super::plain::Plain;

/// The class of a scope: `None` says nothing, so the class around it counts.
pub type Class = Option<u8>;

/// Where a context is: the language, and the place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct ContextId {
    syntax: usize,
    context: usize,
}

/// All grammars.
pub struct Grammars {
    set: SyntaxSet,
    by_name: HashMap<String, usize>,
    languages: Vec<OnceLock<Option<Language>>>,
    /// Patterns are numbered in the order in which they are met.
    patterns: AtomicU32,
}

struct Language {
    start: Option<ContextId>,
    contexts: Vec<Context>,
}

/// What applies at a place: the patterns that are tried, and the scopes of all that is inside.
pub struct Context {
    pub meta_scope: Vec<Class>,
    pub meta_content_scope: Vec<Class>,
    pub clear: Option<Clear>,
    pub prototype: Option<ContextId>,
    pub uses_backrefs: bool,
    items: Vec<Item>,
    flat: OnceLock<Vec<Arc<Pattern>>>,
}

enum Item {
    Pattern(Arc<Pattern>),
    Include(ContextId),
}

/// One pattern, and what becomes of its match.
pub struct Pattern {
    pub number: u32,
    pub has_backrefs: bool,
    pub source: String,
    pub first: First,
    /// How it is found without the engine.
    pub plain: Option<Plain>,
    pub scope: Vec<Class>,
    pub captures: Vec<(usize, Vec<Class>)>,
    pub act: Act,
    pub with_prototype: Option<ContextId>,
    compiled: OnceLock<Option<onig::Regex>>,
}

pub enum Act {
    Push(Vec<ContextId>),
    Set(Vec<ContextId>),
    Pop,
    Stay,
    /// It leads to a context that no grammar has.
    Broken,
}

/// How many of the scopes around a context do not count in it.
#[derive(Debug, Clone, Copy, Deserialize)]
pub enum Clear {
    TopN(usize),
    All,
}

/// An include deeper than this is one in a circle.
const DEEPEST: u32 = 40;

impl Grammars {
    /// The grammars that syntect brings.
    pub fn new() -> Grammars {
        let set = SyntaxSet::load_defaults_newlines();
        let mut by_name = HashMap::new();
        for (place, syntax) in set.syntaxes().iter().enumerate() {
            for name in syntax.file_extensions.iter().chain([&syntax.name]) {
                by_name.entry(name.to_lowercase()).or_insert(place);
            }
        }
        let languages = set.syntaxes().iter().map(|_| OnceLock::new()).collect();
        Grammars { set, by_name, languages, patterns: AtomicU32::new(0) }
    }

    /// The first context of a language, by its name or the ending of its files.
    pub fn start(&self, name: &str) -> Option<ContextId> {
        let place = *self.by_name.get(name)?;
        self.set.syntaxes().get(place).filter(|syntax| syntax.name != "Plain Text")?;
        self.language(place)?.start
    }

    /// A context by its place.
    pub fn context(&self, id: ContextId) -> Option<&Context> {
        self.language(id.syntax)?.contexts.get(id.context)
    }

    /// The patterns of a context in their order, those that it includes in their places.
    pub fn patterns<'a>(&'a self, context: &'a Context) -> &'a [Arc<Pattern>] {
        context.flat.get_or_init(|| {
            let mut flat = Vec::new();
            self.lay_out(context, 0, &mut flat);
            flat
        })
    }

    fn lay_out(&self, context: &Context, depth: u32, flat: &mut Vec<Arc<Pattern>>) {
        for item in &context.items {
            match item {
                Item::Pattern(pattern) => flat.push(Arc::clone(pattern)),
                Item::Include(id) if depth < DEEPEST => {
                    if let Some(included) = self.context(*id) {
                        self.lay_out(included, depth + 1, flat);
                    }
                }
                Item::Include(_) => {}
            }
        }
    }

    fn language(&self, place: usize) -> Option<&Language> {
        self.languages.get(place)?.get_or_init(|| self.unpack(place)).as_ref()
    }

    fn unpack(&self, place: usize) -> Option<Language> {
        let packed = bincode::serialize(self.set.syntaxes().get(place)?).ok()?;
        let syntax: dump::Syntax = bincode::deserialize(&packed).ok()?;
        let contexts: dump::Contexts = bincode::deserialize_from(flate2::bufread::ZlibDecoder::new(&syntax.contexts[..])).ok()?;
        let mut scopes = Scopes::default();
        Some(Language {
            start: contexts.context_ids.get("__start").copied(),
            contexts: contexts.contexts.into_iter().map(|context| self.ready(context, &mut scopes)).collect(),
        })
    }

    fn ready(&self, context: dump::Context, scopes: &mut Scopes) -> Context {
        let items = context.patterns.into_iter().filter_map(|item| match item {
            dump::Pattern::Match(pattern) => Some(Item::Pattern(Arc::new(self.pattern(pattern, scopes)))),
            dump::Pattern::Include(reference) => reference.id().map(Item::Include),
        });
        Context {
            items: items.collect(),
            meta_scope: scopes.all(&context.meta_scope),
            meta_content_scope: scopes.all(&context.meta_content_scope),
            clear: context.clear_scopes,
            prototype: context.prototype,
            uses_backrefs: context.uses_backrefs,
            flat: OnceLock::new(),
        }
    }

    fn pattern(&self, pattern: dump::Match, scopes: &mut Scopes) -> Pattern {
        let ids = |references: &[dump::Reference]| references.iter().map(dump::Reference::id).collect::<Option<Vec<_>>>();
        let prototype = pattern.with_prototype.as_ref().map(dump::Reference::id);
        let captures = pattern.captures.unwrap_or_default();
        Pattern {
            number: self.patterns.fetch_add(1, Ordering::Relaxed),
            has_backrefs: pattern.has_captures,
            first: First::of(&pattern.regex),
            plain: Plain::of(&pattern.regex),
            source: pattern.regex,
            scope: scopes.all(&pattern.scope),
            captures: captures.iter().map(|(group, all)| (*group, scopes.all(all))).collect(),
            act: match &pattern.operation {
                _ if prototype == Some(None) => Act::Broken,
                dump::Operation::Push(references) => ids(references).map_or(Act::Broken, Act::Push),
                dump::Operation::Set(references) => ids(references).map_or(Act::Broken, Act::Set),
                dump::Operation::Pop => Act::Pop,
                dump::Operation::None => Act::Stay,
            },
            with_prototype: prototype.flatten(),
            compiled: OnceLock::new(),
        }
    }
}

#[cfg(test)]
impl Grammars {
    /// The names of all languages.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.set.syntaxes().iter().map(|syntax| syntax.name.as_str())
    }

    /// The first context of the language of exactly that name.
    pub fn start_of(&self, name: &str) -> Option<ContextId> {
        self.language(self.set.syntaxes().iter().position(|syntax| syntax.name == name)?)?.start
    }

    /// All patterns of a language.
    pub fn all_patterns(&self, name: &str) -> impl Iterator<Item = &Pattern> {
        let place = self.set.syntaxes().iter().position(|syntax| syntax.name == name).expect("a known name");
        let contexts = self.language(place).map_or(&[][..], |language| &language.contexts);
        contexts.iter().flat_map(|context| &context.items).filter_map(|item| match item {
            Item::Pattern(pattern) => Some(&**pattern),
            Item::Include(_) => None,
        })
    }

    /// Words that stand in the patterns of a language: what its code is made of.
    pub fn words(&self, name: &str) -> Vec<String> {
        let words = self.all_patterns(name).flat_map(|pattern| pattern.source.split(|c: char| !c.is_ascii_alphabetic()));
        let words: std::collections::BTreeSet<&str> = words.filter(|word| word.len() > 1).collect();
        words.into_iter().map(str::to_string).collect()
    }
}

impl Pattern {
    /// Whether anybody asks where its groups are: scopes of captures, or the patterns of a context that it leads to.
    pub fn wants_groups(&self) -> bool {
        !self.captures.is_empty() || matches!(self.act, Act::Push(_) | Act::Set(_))
    }

    /// The compiled expression; none where the engine refuses it.
    pub fn regex(&self) -> Option<&onig::Regex> {
        self.compiled.get_or_init(|| compile(&self.source)).as_ref()
    }
}

/// Compiles an expression as syntect does.
pub fn compile(source: &str) -> Option<onig::Regex> {
    onig::Regex::with_options(source, RegexOptions::REGEX_OPTION_CAPTURE_GROUP, Syntax::default()).ok()
}

/// The class of each scope met, looked up once.
#[derive(Default)]
struct Scopes(HashMap<String, Class>);

impl Scopes {
    fn all(&mut self, scopes: &[String]) -> Vec<Class> {
        scopes.iter().map(|scope| *self.0.entry(scope.clone()).or_insert_with(|| names::class(scope))).collect()
    }
}

/// The shapes of syntect's own dump (syntect 5, `SyntaxReference` and its lazily unpacked contexts).
mod dump {
    use std::collections::HashMap;

    use serde::Deserialize;

    use super::{Clear, ContextId};

    #[derive(Deserialize)]
    pub struct Syntax {
        _name: String,
        _file_extensions: Vec<String>,
        _scope: String,
        _first_line_match: Option<String>,
        _hidden: bool,
        _variables: HashMap<String, String>,
        pub contexts: Vec<u8>,
    }

    #[derive(Deserialize)]
    pub struct Contexts {
        pub context_ids: HashMap<String, ContextId>,
        pub contexts: Vec<Context>,
    }

    #[derive(Deserialize)]
    pub struct Context {
        pub meta_scope: Vec<String>,
        pub meta_content_scope: Vec<String>,
        _meta_include_prototype: bool,
        pub clear_scopes: Option<Clear>,
        pub prototype: Option<ContextId>,
        pub uses_backrefs: bool,
        pub patterns: Vec<Pattern>,
    }

    #[derive(Deserialize)]
    pub enum Pattern {
        Match(Match),
        Include(Reference),
    }

    #[derive(Deserialize)]
    pub struct Match {
        pub has_captures: bool,
        pub regex: String,
        pub scope: Vec<String>,
        pub captures: Option<Vec<(usize, Vec<String>)>>,
        pub operation: Operation,
        pub with_prototype: Option<Reference>,
    }

    #[derive(Deserialize)]
    pub enum Operation {
        Push(Vec<Reference>),
        Set(Vec<Reference>),
        Pop,
        None,
    }

    #[derive(Deserialize)]
    pub enum Reference {
        Named(#[expect(dead_code, reason = "a grammar that names what is not there")] String),
        ByScope { _scope: String, _sub_context: Option<String>, _with_escape: bool },
        File { _name: String, _sub_context: Option<String>, _with_escape: bool },
        Inline(#[expect(dead_code, reason = "as above")] String),
        Direct(ContextId),
    }

    impl Reference {
        /// The context it leads to; syntect has resolved all that it could.
        pub fn id(&self) -> Option<ContextId> {
            match self {
                Reference::Direct(id) => Some(*id),
                _ => None,
            }
        }
    }
}
