//! Parses the documents that changed, and takes the others from memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::cache::Cache;
use crate::config::Config;
use crate::discover::{self, Listing, Source};
use crate::document::DocumentTree;
use crate::ground::guard::guarded_on;
use crate::ground::path::{name, parent};
use crate::ground::yaml::{Key, Node};
use crate::ground::{Diagnostic, Meter, Stamp, Stamper, Step};
use crate::parse::code::Highlighter;
use crate::parse::document::{self, Origin, Settings};
use crate::parse::front;
use crate::parse::kind::is_index;
use crate::parse::markdown::Highlight;
use crate::parse::{Document, Summary};

use super::cached::CachedDocument;
use super::options::Progress;

/// Bodies in the cache.
pub const BODIES: u8 = 1;
/// Coloured code blocks in the cache.
const BLOCKS: u8 = 2;
/// Changes whenever parsing the same text may give another result.
const FORMAT: u32 = 6;

/// So many bytes of texts are kept at hand. Beyond, they are read back from the cache where they are needed, which costs
/// a hundredth of parsing them; without a bound, the texts of a large site would be most of a build's memory.
const AT_HAND: usize = 64 << 20;

/// What parsing gives.
pub struct Parsed {
    /// The documents, sorted by path.
    pub summaries: Vec<Arc<Summary>>,
    /// Their texts.
    pub texts: Texts,
    /// What was wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// The texts of documents by content path: those just parsed are at hand, the others in the cache. A copy costs little.
#[derive(Clone, Default)]
pub struct Texts {
    /// Texts parsed since the others were gathered.
    newer: HashMap<String, Arc<DocumentTree>>,
    all: Arc<Gathered>,
}

#[derive(Default)]
struct Gathered {
    fresh: HashMap<String, DocumentTree>,
    tasks: HashMap<String, Task>,
    highlighter: Arc<Highlighter>,
}

impl Texts {
    /// The text of a document. What the cache has lost since is parsed again; `None` when the file has gone as well.
    pub fn get<T>(&self, cache: Option<&Cache>, summary: &Summary, with: impl FnOnce(&DocumentTree) -> T) -> Option<T> {
        if let Some(body) = self.newer.get(&summary.path) {
            return Some(with(body));
        }
        if let Some(body) = self.all.fresh.get(&summary.path) {
            return Some(with(body));
        }
        let stored = cache.and_then(|cache| cache.get(BODIES, summary.body));
        if let Some(body) = stored.and_then(|bytes| postcard::from_bytes::<DocumentTree>(&bytes).ok()) {
            return Some(with(&body));
        }
        let task = self.all.tasks.get(&summary.path)?;
        let text = discover::read_text(&task.source).ok()?;
        Some(with(&task.parse(&text, &*self.all.highlighter, &Meter::default()).body))
    }

    /// The same texts but for one.
    pub fn with(&self, path: &str, body: DocumentTree) -> Texts {
        let mut texts = self.clone();
        texts.newer.insert(path.to_string(), Arc::new(body));
        texts
    }
}

/// Whether the cache still holds a text; asked before a document is taken from memory.
fn holds(cache: Option<&Cache>, summary: &Summary) -> bool {
    cache.is_some_and(|cache| cache.holds(BODIES, summary.body))
}

/// What parsing needs besides the files.
pub struct ParseContext<'a> {
    /// Settings.
    pub config: &'a Config,
    /// Where texts and coloured blocks are kept.
    pub cache: Option<&'a Cache>,
    /// Colours code.
    pub highlighter: &'a Arc<Highlighter>,
    /// What the steps are counted by.
    pub meter: &'a Meter,
}

/// Parses all documents of a listing.
pub fn parse(
    listing: &Listing,
    context: &ParseContext<'_>,
    cached: &mut BTreeMap<String, CachedDocument>,
    progress: &dyn Progress,
) -> Parsed {
    let ParseContext { config, cache, highlighter, meter } = *context;
    let known = std::mem::take(cached);
    let defaults = all_defaults(listing, &known);
    let colours = Colours { highlighter, cache, meter };
    let held = AtomicUsize::new(0);
    // A text that the cache did not take must stay, whatever its size.
    let stays = |summary: &Summary, body: &DocumentTree| held.fetch_add(body.size(), Ordering::Relaxed) < AT_HAND || !holds(cache, summary);
    let results: Vec<Result<_, Diagnostic>> = listing
        .pages
        .par_iter()
        .map(|source| {
            let task = Task::new(source, config, &defaults, listing.at);
            let result = task.run(known.get(&source.file), cache, &colours, meter).map(|(document, body)| {
                let body = body.filter(|body| stays(&document.summary, body));
                (document, body, task)
            });
            progress.step();
            result
        })
        .collect();
    let mut parsed = Parsed { summaries: Vec::with_capacity(results.len()), texts: Texts::default(), diagnostics: Vec::new() };
    let mut gathered = Gathered { highlighter: Arc::clone(highlighter), ..Gathered::default() };
    for (source, result) in listing.pages.iter().zip(results) {
        match result {
            Ok((document, body, task)) => {
                parsed.diagnostics.extend(document.summary.diagnostics.iter().cloned());
                parsed.summaries.push(Arc::clone(&document.summary));
                match body {
                    Some(body) => drop(gathered.fresh.insert(source.path.clone(), body)),
                    None => drop(gathered.tasks.insert(source.path.clone(), task)),
                }
                cached.insert(source.file.clone(), document);
            }
            Err(diagnostic) => parsed.diagnostics.push(diagnostic),
        }
    }
    parsed.texts.all = Arc::new(gathered);
    // Two mounts may bring two files to one content path; the first holds, the model reports the clash by address.
    parsed.summaries.sort_by(|a, b| a.path.cmp(&b.path));
    parsed
}

/// Parses one document of a listing again. `Ok(None)` when its bytes are what they were.
///
/// # Errors
/// When the file cannot be read.
pub fn parse_again(
    source: &Source,
    listing: &Listing,
    context: &ParseContext<'_>,
    cached: &mut BTreeMap<String, CachedDocument>,
) -> Result<Option<(Arc<Summary>, DocumentTree)>, Diagnostic> {
    let ParseContext { config, cache, highlighter, meter } = *context;
    let defaults = all_defaults(listing, &*cached);
    let task = Task::new(source, config, &defaults, listing.at);
    let colours = Colours { highlighter, cache, meter };
    let (document, body) = task.run(cached.get(&source.file), cache, &colours, meter)?;
    let summary = Arc::clone(&document.summary);
    cached.insert(source.file.clone(), document);
    Ok(body.map(|body| (summary, body)))
}

type DefaultsByFolder = HashMap<String, (String, Vec<(Key, Node)>)>;

/// The `defaults:` of all sections, by folder.
fn all_defaults(listing: &Listing, known: &BTreeMap<String, CachedDocument>) -> DefaultsByFolder {
    let indexes = listing.pages.iter().filter(|source| is_index(name(&source.path)));
    let mut defaults = DefaultsByFolder::new();
    for source in indexes {
        let remembered = known.get(&source.file).filter(|document| document.seen == Some(source.seen));
        let own = match remembered {
            Some(document) => document.defaults.clone(),
            // What cannot be read or parsed is reported when the page itself is.
            None => read_defaults(source),
        };
        if !own.is_empty() {
            defaults.insert(parent(&source.path).to_string(), (source.file.clone(), own));
        }
    }
    defaults
}

fn read_defaults(source: &Source) -> Vec<(Key, Node)> {
    let Ok(text) = discover::read_text(source) else { return Vec::new() };
    front::cut(&source.file, &text).front.map(|node| front::defaults(&node)).unwrap_or_default()
}

/// The defaults that hold for a page, nearest first. A section's own do not hold for itself.
fn above(path: &str, defaults: &DefaultsByFolder) -> Vec<(String, Vec<(Key, Node)>)> {
    if defaults.is_empty() {
        return Vec::new();
    }
    let mut folder = parent(path);
    let mut layers = Vec::new();
    let skip_first = is_index(name(path));
    let mut first = true;
    loop {
        if !(first && skip_first)
            && let Some(layer) = defaults.get(folder)
        {
            layers.push(layer.clone());
        }
        first = false;
        if folder.is_empty() {
            return layers;
        }
        folder = parent(folder);
    }
}

/// One document to parse.
struct Task {
    source: Source,
    above: Vec<(String, Vec<(Key, Node)>)>,
    settings: Settings,
    setting: Stamp,
    listed_at: u64,
}

impl Task {
    fn new(source: &Source, config: &Config, defaults: &DefaultsByFolder, listed_at: u64) -> Task {
        let above = above(&source.path, defaults);
        let settings = Settings { math: config.math, trusted: config.trusts(&source.path) };
        let mut stamper = Stamper::default();
        stamper.value(&(FORMAT, config.math)).value(&settings.trusted);
        for (file, map) in &above {
            stamper.text(file).value(map);
        }
        Task { source: source.clone(), above, settings, setting: stamper.finish(), listed_at }
    }

    /// From memory if nothing it depends on has changed, else anew.
    fn run(
        &self,
        known: Option<&CachedDocument>,
        cache: Option<&Cache>,
        colours: &Colours<'_>,
        meter: &Meter,
    ) -> Result<(CachedDocument, Option<DocumentTree>), Diagnostic> {
        let known =
            known.filter(|known| known.setting == self.setting && known.summary.path == self.source.path && holds(cache, &known.summary));
        if let Some(known) = known.filter(|known| known.seen == Some(self.source.seen)) {
            return Ok((known.clone(), None));
        }
        let text = meter.time(Step::Read, || discover::read_text(&self.source))?;
        let bytes = Stamp::of_bytes(text.as_bytes());
        let seen = self.source.seen.settled(self.listed_at);
        if let Some(known) = known.filter(|known| known.bytes == bytes) {
            return Ok((CachedDocument { seen, ..known.clone() }, None));
        }
        let document = guarded_on(&self.source.file, || self.parse(&text, colours, meter))?;
        if let Some(cache) = cache {
            cache.put(BODIES, document.summary.body, &encode(&document));
        }
        let defaults = match is_index(name(&self.source.path)) {
            true => front::cut(&self.source.file, &text).front.map(|node| front::defaults(&node)).unwrap_or_default(),
            false => Vec::new(),
        };
        let known = CachedDocument { seen, bytes, setting: self.setting, summary: Arc::new(document.summary), defaults };
        Ok((known, Some(document.body)))
    }

    fn parse(&self, text: &str, code: &dyn Highlight, meter: &Meter) -> Document {
        let origin = Origin { path: &self.source.path, file: &self.source.file, defaults: &self.above };
        document::parse(&origin, text, &self.settings, code, meter)
    }
}

/// The bytes of a parsed text as the cache holds them.
fn encode(document: &Document) -> Vec<u8> {
    postcard::to_stdvec(&document.body).expect("plain values have a serialised form and memory is there")
}

/// Colours code, each block once: blocks are remembered by their text.
struct Colours<'a> {
    highlighter: &'a Highlighter,
    cache: Option<&'a Cache>,
    meter: &'a Meter,
}

impl Highlight for Colours<'_> {
    fn highlight(&self, language: &str, code: &str) -> Option<String> {
        let highlight = || self.meter.time(Step::Colour, || self.highlighter.highlight(language, code));
        let Some(cache) = self.cache else { return highlight() };
        let key = Stamp::of(&(FORMAT, language, code));
        // The first byte says whether the language is known.
        match cache.get(BLOCKS, key).and_then(|bytes| String::from_utf8(bytes).ok()) {
            Some(text) if text.starts_with('1') => return Some(text[1..].to_string()),
            Some(text) if text == "0" => return None,
            _ => {}
        }
        let coloured = highlight();
        let stored = coloured.as_ref().map_or_else(|| "0".to_string(), |html| format!("1{html}"));
        cache.put(BLOCKS, key, stored.as_bytes());
        coloured
    }
}
