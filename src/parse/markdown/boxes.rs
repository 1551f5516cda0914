//! Boxes: what a `:::` line opens and closes.

use super::fence::{FenceKind, NAMES};
use super::writer::{Frame, OpenBox, Writer};
use crate::document::{BlockKind, BoxBlock, BoxKind, SourceRange};
use crate::ground::diagnostic::Code;

/// How far down the stack a closing line looks for a box of its own length: keeps ten thousand unclosed boxes cheap.
const REACH: usize = 400;

/// Faults of boxes are reported up to so many for a page: beyond that they are one.
const MAX_REPORTS: usize = 1000;

impl<'a> Writer<'a> {
    /// Obeys a `:::` line.
    pub fn fence(&mut self, index: usize) {
        if self.muted == 0 {
            self.block();
        }
        if self.source.fences[index].name.is_empty() { self.close_fence(index) } else { self.open_fence(index) }
    }

    fn open_fence(&mut self, index: usize) {
        let fence = &self.source.fences[index];
        let span = self.source.span(&fence.range);
        let mut kind = FenceKind::of(&fence.name);
        if kind.is_none() && self.muted == 0 {
            let near = self.suggester.nearest(&fence.name, NAMES.iter().map(|&(name, _)| name));
            self.report(Code::BoxUnknown, span, |diagnostic| diagnostic.arg("name", &fence.name).near(near));
        }
        if kind.is_none() && fence.closed {
            return;
        }
        if self.muted > 0 || self.too_deep(&fence.range) {
            kind = None;
        }
        let (name, title) = (fence.name.clone(), fence.title.clone());
        let open = OpenBox { kind, name, title, colons: fence.colons, closing: false, span };
        match kind {
            None => self.push(Frame::Box(open)),
            Some(FenceKind::Quiz) => self.open_quiz(open),
            Some(FenceKind::Note) => {
                self.muted += 1;
                self.said = Some(String::new());
                self.push(Frame::Box(open));
            }
            Some(FenceKind::Box(kind)) => {
                self.galleries += usize::from(kind == BoxKind::Gallery);
                self.push_blocks(Frame::Box(open));
            }
        }
    }

    fn close_fence(&mut self, index: usize) {
        let fence = &self.source.fences[index];
        let waiting = |frame: &Frame| match frame {
            Frame::Box(open) | Frame::Quiz(_, open) if !open.closing => Some(open.colons),
            _ => None,
        };
        let boxes = || self.frames.iter().enumerate().rev().take(REACH).filter_map(|(place, frame)| Some((place, waiting(frame)?)));
        // The innermost of the same length; else the innermost.
        let target = boxes().find(|&(_, colons)| colons == fence.colons).or_else(|| boxes().next());
        let Some((target, _)) = target else {
            if self.muted == 0 && self.diagnostics.len() < MAX_REPORTS {
                let span = self.source.span(&fence.range);
                self.report(Code::BoxStray, span, |diagnostic| diagnostic);
            }
            return;
        };
        // What is open above it: boxes end with it, elements of Markdown end by themselves first.
        let own = |frame: &Frame| matches!(frame, Frame::Raw { .. } | Frame::Hidden { .. } | Frame::Box(_) | Frame::Quiz(..));
        let free = self.frames[target + 1..].iter().all(own);
        if free {
            while self.frames.len() > target + 1 {
                self.close_top();
            }
        }
        if let Some(Frame::Box(open) | Frame::Quiz(_, open)) = self.frames.get_mut(target) {
            open.closing = true;
        }
        if free {
            self.close_top();
        }
    }

    /// Ends a box.
    pub fn close_box(&mut self, open: OpenBox, range: SourceRange) {
        self.unclosed(&open);
        match open.kind {
            None | Some(FenceKind::Quiz) => {}
            Some(FenceKind::Note) => {
                self.muted -= 1;
                // Slides find them; no reader sees them.
                let said = self.said.take().unwrap_or_default();
                let lines: Vec<Box<str>> = said.lines().map(str::trim).filter(|line| !line.is_empty()).map(Box::from).collect();
                if !lines.is_empty() {
                    self.put_block(range, BlockKind::SpeakerNotes(lines));
                }
            }
            Some(FenceKind::Box(kind)) => {
                self.galleries -= usize::from(kind == BoxKind::Gallery);
                let blocks = self.end_blocks();
                self.put_block(range, BlockKind::Box(Box::new(BoxBlock { kind, title: open.title.into(), blocks })));
            }
        }
    }

    /// Reports a box that ended without its closing line.
    pub fn unclosed(&mut self, open: &OpenBox) {
        // An unknown box has been reported as such; ten thousand in each other are one fault.
        let known = FenceKind::of(&open.name).is_some();
        if !open.closing && known && self.diagnostics.len() < MAX_REPORTS {
            self.report(Code::BoxUnclosed, open.span, |diagnostic| diagnostic.arg("name", &open.name));
        }
    }
}
