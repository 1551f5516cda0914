//! Reads code line by line by a grammar, and tells where scopes begin and end.
//!
//! The rules are those of Sublime's syntax definitions as syntect follows them, down to their odd corners: the earliest match
//! wins, among those the first pattern; a match that takes nothing must not push and pop for ever. What differs is how
//! the winner is found: a pattern is asked only where a byte that it can begin with comes before the best match so far, and
//! what it answered holds for the rest of the line.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use onig::{MatchParam, Region, SearchOptions};

use super::grammar::{Act, Class, Clear, Context, ContextId, Grammars, Pattern, compile};
use super::plain::Found;

/// Grammars that push deeper than this run in circles.
const DEEPEST: usize = 100;

/// What happens to the scopes at a place of the line.
#[derive(Debug, Clone, Copy)]
pub enum Op {
    Push(Class),
    Pop(usize),
    Clear(Clear),
    Restore,
}

/// What was found out about a line, kept between lines and blocks for its room.
#[derive(Default)]
pub struct Scratch {
    line: u64,
    known: Vec<Known>,
}

/// Where each group of a match stands.
type Groups = Vec<Option<(usize, usize)>>;

/// What is known of one pattern on the line with that number.
#[derive(Default)]
struct Known {
    line: u64,
    answer: Answer,
    groups: Groups,
}

#[derive(Debug, Clone, Copy, Default)]
enum Answer {
    /// The earliest match from where the search began.
    Match { start: usize, end: usize },
    /// No match begins before this place.
    Miss { until: usize },
    /// The earliest match, which does nothing.
    Idle { start: usize },
    #[default]
    Unknown,
}

/// Where a block of code stands after some lines.
pub struct Reader<'a> {
    grammars: &'a Grammars,
    stack: Vec<Level<'a>>,
    /// Heights of the stack from which on the prototypes of pushes count.
    from_heights: Vec<usize>,
    is_first: bool,
    region: Region,
}

struct Level<'a> {
    context: &'a Context,
    prototypes: Vec<&'a Context>,
    captures: Option<Rc<Captures>>,
}

/// What the match that led into a context captured: its patterns may name it (`\1`).
struct Captures {
    groups: Vec<Option<String>>,
    compiled: RefCell<HashMap<u32, Option<Rc<onig::Regex>>>>,
}

/// The winner among the patterns at a place.
struct Best<'a> {
    pattern: &'a Arc<Pattern>,
    start: usize,
    end: usize,
    /// The groups, where they are not among what is known of the pattern.
    groups: Option<Groups>,
    is_prototype: bool,
    would_loop: bool,
}

/// What a search writes into.
struct Asking<'a> {
    scratch: &'a mut Scratch,
    region: &'a mut Region,
}

struct Match {
    start: usize,
    end: usize,
    groups: Option<Groups>,
}

impl<'a> Reader<'a> {
    /// Begins a block in a context.
    pub fn new(grammars: &'a Grammars, start: ContextId) -> Option<Reader<'a>> {
        let level = Level { context: grammars.context(start)?, prototypes: Vec::new(), captures: None };
        Some(Reader { grammars, stack: vec![level], from_heights: Vec::new(), is_first: true, region: Region::with_capacity(8) })
    }

    /// Reads a line with its end; `ops` gets what happens in it, by place. `None`: the grammar is at odds with itself.
    pub fn read(&mut self, line: &str, scratch: &mut Scratch, ops: &mut Vec<(usize, Op)>) -> Option<()> {
        ops.clear();
        scratch.line += 1;
        if std::mem::take(&mut self.is_first)
            && let Some(&class) = self.stack.last()?.context.meta_content_scope.first()
        {
            ops.push((0, Op::Push(class)));
        }
        let mut at = 0;
        // Where a push took nothing, and how high the stack stood then.
        let mut idle_push = (0, 0);
        loop {
            let height = self.stack.len();
            while self.from_heights.last().is_some_and(|from| *from >= height) {
                self.from_heights.pop();
            }
            let mut region = std::mem::replace(&mut self.region, Region::new());
            let best = self.best(line, at, idle_push == (at, height), &mut Asking { scratch, region: &mut region });
            self.region = region;
            let Some(best) = best? else { return Some(()) };
            if best.would_loop {
                // As Sublime does: one character on, and again.
                match line[at..].char_indices().nth(1) {
                    Some((length, _)) => at += length,
                    None => return Some(()),
                }
                continue;
            }
            if best.end <= at && matches!(best.pattern.act, Act::Push(_)) {
                idle_push = (best.end, height + 1);
            }
            at = best.end;
            if best.is_prototype {
                self.from_heights.push(height);
            }
            let groups = match &best.groups {
                Some(groups) => groups,
                None => &scratch.known.get(best.pattern.number as usize)?.groups,
            };
            self.obey(line, best.pattern, (best.start, best.end), groups, ops)?;
        }
    }

    /// The match that wins at a place, if any. The outer `None` as in [`Reader::read`].
    fn best(&self, line: &str, at: usize, idle_push: bool, asking: &mut Asking<'_>) -> Option<Option<Best<'a>>> {
        let level = self.stack.last()?;
        let mut best: Option<Best<'a>> = None;
        let from = self.from_heights.last().copied().unwrap_or(0);
        for below in self.stack.get(from..)? {
            for prototype in &below.prototypes {
                if self.contest(line, at, idle_push, prototype, below.captures.as_ref(), true, &mut best, asking) {
                    return Some(best);
                }
            }
        }
        if let Some(id) = level.context.prototype {
            let prototype = self.grammars.context(id)?;
            if self.contest(line, at, idle_push, prototype, None, false, &mut best, asking) {
                return Some(best);
            }
        }
        self.contest(line, at, idle_push, level.context, level.captures.as_ref(), false, &mut best, asking);
        Some(best)
    }

    /// Lets the patterns of a context contest what is best so far; true when nothing can be better any more.
    #[expect(clippy::too_many_arguments, reason = "the loop of loops: a struct for one call would only name them again")]
    fn contest(
        &self,
        line: &str,
        at: usize,
        idle_push: bool,
        context: &'a Context,
        captures: Option<&Rc<Captures>>,
        is_prototype: bool,
        best: &mut Option<Best<'a>>,
        asking: &mut Asking<'_>,
    ) -> bool {
        for pattern in self.grammars.patterns(context) {
            // Only an earlier match counts; or one at the same place, where the best would run in circles.
            let before = best.as_ref().map_or(line.len() + 1, |best| best.start + usize::from(best.would_loop));
            let Some(found) = self.search(line, at, before, pattern, captures, asking) else { continue };
            if found.start >= before {
                continue;
            }
            let would_loop = idle_push && found.end <= at && matches!(pattern.act, Act::Pop);
            if matches!(pattern.act, Act::Push(_)) && self.stack.len() >= DEEPEST {
                *best = None;
                return true;
            }
            let Match { start, end, groups } = found;
            *best = Some(Best { pattern, start, end, groups, is_prototype, would_loop });
            if start == at && !would_loop {
                return true;
            }
        }
        false
    }

    /// The earliest match of a pattern that begins at `at` or after; one at `before` or after may be left out.
    fn search(
        &self,
        line: &str,
        at: usize,
        before: usize,
        pattern: &Pattern,
        captures: Option<&Rc<Captures>>,
        Asking { scratch, region }: &mut Asking<'_>,
    ) -> Option<Match> {
        if let Some(captures) = captures.filter(|_| pattern.has_backrefs) {
            let (start, end) = find(&*captures.regex(pattern)?, line, at, line.len(), region)?;
            return self.does_something(pattern, start, end).then(|| Match { start, end, groups: Some(groups(region).collect()) });
        }
        let number = pattern.number as usize;
        if scratch.known.len() <= number {
            scratch.known.resize_with(number + 1, Known::default);
        }
        let known = &mut scratch.known[number];
        if known.line != scratch.line {
            known.line = scratch.line;
            known.answer = Answer::Unknown;
        }
        let mut from = at;
        match known.answer {
            Answer::Match { start, end } if start >= at => return Some(Match { start, end, groups: None }),
            Answer::Idle { start } if start >= at => return None,
            Answer::Miss { until } => from = at.max(until),
            _ => {}
        }
        if !pattern.first.is_sticky() {
            if from >= before {
                return None;
            }
            match pattern.first.next(line.as_bytes(), from, before - 1) {
                Some(next) => from = next,
                None => {
                    known.answer = Answer::Miss { until: before };
                    return None;
                }
            }
        } else if from > at {
            return None;
        }
        // To the end of the line: the engine would keep a match within the bounds of the search.
        let plain = pattern.plain.as_ref().map(|plain| (plain, plain.find(line, from)));
        let engine = |from: usize, region: &mut Region| pattern.regex().and_then(|regex| find(regex, line, from, line.len(), region));
        let (found, of) = match plain {
            Some((plain, Found::Match(start, end))) => (Some((start, end)), Some(plain)),
            Some((_, Found::Nowhere)) => (None, None),
            Some((_, Found::Ask(from))) => (engine(from, region), None),
            None => (engine(from, region), None),
        };
        let Some((start, end)) = found else {
            known.answer = Answer::Miss { until: usize::MAX };
            return None;
        };
        if self.does_something(pattern, start, end) {
            known.answer = Answer::Match { start, end };
            if pattern.wants_groups() {
                known.groups.clear();
                match of {
                    Some(plain) => known.groups.extend(std::iter::repeat_n(Some((start, end)), plain.groups())),
                    None => known.groups.extend(groups(region)),
                }
            }
            return Some(Match { start, end, groups: None });
        }
        known.answer = match pattern.act {
            Act::Stay => Answer::Idle { start },
            _ => Answer::Unknown,
        };
        None
    }

    fn does_something(&self, pattern: &Pattern, start: usize, end: usize) -> bool {
        match pattern.act {
            Act::Stay => start != end,
            Act::Push(_) => self.stack.len() < DEEPEST,
            _ => true,
        }
    }

    /// Does what a pattern says about its match.
    fn obey(
        &mut self,
        line: &str,
        pattern: &Pattern,
        (start, end): (usize, usize),
        groups: &[Option<(usize, usize)>],
        ops: &mut Vec<(usize, Op)>,
    ) -> Option<()> {
        let context = self.stack.last()?.context;
        self.enter(start, context, &pattern.act, ops)?;
        ops.extend(pattern.scope.iter().map(|&class| (start, Op::Push(class))));
        if !pattern.captures.is_empty() {
            // Groups may be listed in any order; the outer ones begin first, ends come before beginnings.
            let mut marks: Vec<((usize, i64), Op)> = Vec::new();
            for (group, classes) in &pattern.captures {
                let Some((from, to)) = groups.get(*group).copied().flatten().filter(|(from, to)| from != to) else { continue };
                let length = i64::try_from(to.abs_diff(from)).unwrap_or(i64::MAX);
                marks.extend(classes.iter().map(|&class| ((from, -length), Op::Push(class))));
                marks.push(((to, i64::MIN), Op::Pop(classes.len())));
            }
            marks.sort_by_key(|&(key, _)| key);
            ops.extend(marks.into_iter().map(|((at, _), op)| (at, op)));
        }
        if !pattern.scope.is_empty() {
            ops.push((end, Op::Pop(pattern.scope.len())));
        }
        self.settle(end, context, &pattern.act, ops)?;
        self.go(line, pattern, groups)
    }

    /// The scopes of contexts, as far as they hold for the match itself.
    fn enter(&self, at: usize, context: &Context, act: &Act, ops: &mut Vec<(usize, Op)>) -> Option<()> {
        match act {
            Act::Pop if !context.meta_content_scope.is_empty() => ops.push((at, Op::Pop(context.meta_content_scope.len()))),
            Act::Push(ids) | Act::Set(ids) => {
                let is_set = matches!(act, Act::Set(_));
                if is_set && context.clear.is_some() {
                    ops.push((at, Op::Restore));
                }
                for id in ids {
                    let next = self.grammars.context(*id)?;
                    if let Some(clear) = next.clear.filter(|_| !is_set) {
                        ops.push((at, Op::Clear(clear)));
                    }
                    ops.extend(next.meta_scope.iter().map(|&class| (at, Op::Push(class))));
                }
            }
            Act::Broken => return None,
            Act::Pop | Act::Stay => {}
        }
        Some(())
    }

    /// The scopes of contexts for what follows the match.
    fn settle(&self, at: usize, context: &Context, act: &Act, ops: &mut Vec<(usize, Op)>) -> Option<()> {
        match act {
            Act::Pop => {
                if !context.meta_scope.is_empty() {
                    ops.push((at, Op::Pop(context.meta_scope.len())));
                }
                if context.clear.is_some() {
                    ops.push((at, Op::Restore));
                }
            }
            Act::Push(ids) | Act::Set(ids) => {
                let is_set = matches!(act, Act::Set(_));
                let next: Option<Vec<&Context>> = ids.iter().map(|id| self.grammars.context(*id)).collect();
                let next = next?;
                let had = if is_set { context.meta_scope.len() + context.meta_content_scope.len() } else { 0 };
                let again = had > 0 || next.iter().any(|next| !next.meta_content_scope.is_empty() || (is_set && next.clear.is_some()));
                if !again {
                    return Some(());
                }
                // Content scopes come inside the scopes of their own context: all are taken off and put on in order.
                let off = had + next.iter().map(|next| next.meta_scope.len()).sum::<usize>();
                if off > 0 {
                    ops.push((at, Op::Pop(off)));
                }
                for next in next {
                    if let Some(clear) = next.clear.filter(|_| is_set) {
                        ops.push((at, Op::Clear(clear)));
                    }
                    ops.extend(next.meta_scope.iter().chain(&next.meta_content_scope).map(|&class| (at, Op::Push(class))));
                }
            }
            Act::Broken | Act::Stay => {}
        }
        Some(())
    }

    /// Changes the stack.
    fn go(&mut self, line: &str, pattern: &Pattern, groups: &[Option<(usize, usize)>]) -> Option<()> {
        let (ids, mut kept) = match &pattern.act {
            Act::Push(ids) => (ids, Vec::new()),
            // A prototype that came with a push goes on through what takes its place.
            Act::Set(ids) => (ids, self.stack.pop()?.prototypes),
            Act::Pop => {
                self.stack.pop();
                return Some(());
            }
            Act::Stay | Act::Broken => return Some(()),
        };
        for (place, id) in ids.iter().enumerate() {
            let mut prototypes = std::mem::take(&mut kept);
            if place + 1 == ids.len()
                && let Some(id) = pattern.with_prototype
            {
                prototypes.push(self.grammars.context(id)?);
            }
            let context = self.grammars.context(*id)?;
            let is_asked = context.uses_backrefs || prototypes.iter().any(|prototype| prototype.uses_backrefs);
            let captures = is_asked.then(|| Rc::new(Captures::of(line, groups)));
            self.stack.push(Level { context, prototypes, captures });
        }
        Some(())
    }
}

/// Asks the engine. Whatever it stumbles over counts as no match.
pub fn find(regex: &onig::Regex, line: &str, from: usize, to: usize, region: &mut Region) -> Option<(usize, usize)> {
    let asked = regex.search_with_param(line, from, to, SearchOptions::SEARCH_OPTION_NONE, Some(region), MatchParam::default());
    asked.ok().flatten()?;
    region.pos(0)
}

fn groups(region: &Region) -> impl Iterator<Item = Option<(usize, usize)>> {
    (0..region.len()).map(|group| region.pos(group))
}

impl Captures {
    fn of(line: &str, groups: &[Option<(usize, usize)>]) -> Captures {
        let texts = groups.iter().take(10).map(|group| group.and_then(|(from, to)| Some(literal(line.get(from..to)?))));
        Captures { groups: texts.collect(), compiled: RefCell::default() }
    }

    /// The pattern with what was captured in the place of `\1`, compiled once.
    fn regex(&self, pattern: &Pattern) -> Option<Rc<onig::Regex>> {
        let mut compiled = self.compiled.borrow_mut();
        compiled.entry(pattern.number).or_insert_with(|| compile(&self.filled(&pattern.source)).map(Rc::new)).clone()
    }

    fn filled(&self, source: &str) -> String {
        let mut filled = String::with_capacity(source.len());
        let mut characters = source.chars();
        while let Some(c) = characters.next() {
            if c != '\\' {
                filled.push(c);
                continue;
            }
            let next = characters.next();
            match next.and_then(|next| next.to_digit(10)) {
                Some(group) => filled.push_str(self.groups.get(group as usize).and_then(Option::as_deref).unwrap_or_default()),
                None => {
                    filled.push('\\');
                    filled.extend(next);
                }
            }
        }
        filled
    }
}

/// Text as an expression that matches it and nothing else.
fn literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' | '#' | '&' | '-' | '~') {
            literal.push('\\');
        }
        literal.push(c);
    }
    literal
}
