//! A tree written as Markdown again, as officers would write it: parsed, it is the same tree.
//!
//! What the parser makes of an address, a box or a question is written in its first form: `[text](<a b.md>)`,
//! `::: 提示 标题`, `- [x] 甲`. Raw HTML is written as HTML. Start at [`write()`].

mod pieces;
mod write;

pub use self::write::write;
