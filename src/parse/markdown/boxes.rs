//! Boxes: what a `:::` line opens and closes.

use super::fence::{BoxKind, NAMES};
use super::fragment::escape_text;
use super::writer::{Frame, OpenBox, Writer};
use crate::ground::diagnostic::Code;
use crate::ground::suggest;

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
        let mut kind = BoxKind::of(&fence.name);
        if kind.is_none() && self.muted == 0 {
            let near = suggest::nearest(&fence.name, NAMES.iter().map(|&(name, _)| name));
            self.report(Code::BoxUnknown, span, |diagnostic| diagnostic.arg("name", &fence.name).near(near));
        }
        if kind.is_none() && fence.closed {
            return;
        }
        if self.muted > 0 || self.too_deep(&fence.range) {
            kind = None;
        }
        let open = OpenBox { kind, name: fence.name.clone(), colons: fence.colons, closing: false, span };
        let class = match kind {
            None => return self.push(Frame::Box(open)),
            Some(BoxKind::Quiz) => {
                let title = fence.title.clone();
                return self.open_quiz(&title, open);
            }
            Some(BoxKind::Note) => {
                self.begin();
                self.muted += 1;
                self.said = Some(String::new());
                return self.push(Frame::Box(open));
            }
            Some(BoxKind::Gallery) => {
                self.galleries += 1;
                self.out.push("<div class=\"gallery\">");
                return self.push(Frame::Box(open));
            }
            Some(BoxKind::Fold) => "<details class=\"fold\"><summary>",
            Some(BoxKind::Transcript) => "<details class=\"fold transcript\"><summary>",
            Some(BoxKind::Tip) => "<div class=\"box box-tip\"><p class=\"box-title\">",
            Some(BoxKind::Key) => "<div class=\"box box-key\"><p class=\"box-title\">",
            Some(BoxKind::Source) => "<div class=\"box box-source\"><p class=\"box-title\">",
            Some(BoxKind::Think) => "<div class=\"box box-think\"><p class=\"box-title\">",
        };
        let title = match (fence.title.as_str(), kind) {
            ("", Some(kind)) => kind.title(),
            (title, _) => title,
        };
        self.out.push(class);
        escape_text(title, &mut self.out.html);
        self.out.push(if matches!(kind, Some(BoxKind::Fold | BoxKind::Transcript)) { "</summary>" } else { "</p>" });
        if !fence.title.is_empty() {
            self.visible(title);
            self.gap('\n');
        }
        self.push(Frame::Box(open));
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
    pub fn close_box(&mut self, open: OpenBox) {
        self.unclosed(&open);
        match open.kind {
            None => {}
            Some(BoxKind::Note) => {
                self.muted -= 1;
                self.end_piece();
                self.write_said();
            }
            Some(BoxKind::Fold | BoxKind::Transcript) => self.out.push("</details>"),
            Some(BoxKind::Gallery) => {
                self.galleries -= 1;
                self.out.push("</div>");
            }
            Some(_) => self.out.push("</div>"),
        }
        self.gap('\n');
    }

    /// Leaves the speaker's notes where slides find them and no reader sees them, with scripts or without.
    fn write_said(&mut self) {
        let said = self.said.take().unwrap_or_default();
        let mut lines = said.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
        if lines.peek().is_none() {
            return;
        }
        self.out.push("<template class=\"said\">");
        for line in lines {
            self.out.push("<p>");
            escape_text(line, &mut self.out.html);
            self.out.push("</p>");
        }
        self.out.push("</template>");
    }

    /// Reports a box that ended without its closing line.
    pub fn unclosed(&mut self, open: &OpenBox) {
        // An unknown box has been reported as such; ten thousand in each other are one fault.
        let known = BoxKind::of(&open.name).is_some();
        if !open.closing && known && self.diagnostics.len() < MAX_REPORTS {
            self.report(Code::BoxUnclosed, open.span, |diagnostic| diagnostic.arg("name", &open.name));
        }
    }
}
