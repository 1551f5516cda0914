//! Scripts of themes as phones get them: modules joined into one file, without comments and blanks, in ASCII.
//!
//! Pure functions of texts. The only module that knows the package that reads scripts (oxc, which comes with minify-html
//! in any case). What is not written in ES2017 is not rewritten: the floor is kept by those who write, and by
//! `tests/browser`. Start at [`ready`].

mod bounds;
mod fault;
mod join;
#[cfg(test)]
mod tests;

use oxc_allocator::Allocator;
use oxc_codegen::{Codegen, CodegenOptions};
use oxc_compat::EngineTargets;
use oxc_minifier::{CompressOptions, MangleOptions, Minifier, MinifierOptions};
use oxc_parser::Parser;
use oxc_span::SourceType;

use crate::ground::text::ascii;

pub use bounds::with_room;
pub use fault::{Fault, Files};

/// What a script becomes: what it imports is joined in, and all that only people need is taken out. A first line that begins
/// with `//#` is for the browser and stays, such as V8's `allFunctionsCalledOnLoad`.
///
/// # Errors
/// When it, or a module that it imports, cannot be read.
pub fn ready(name: &str, files: &Files<'_>, minify: bool) -> Result<String, Fault> {
    let text = join::join(name, files)?;
    bounds::short(name, &text)?;
    let hint = files(name).and_then(|text| text.lines().next()).filter(|line| line.starts_with("//#"));
    let text = if minify { small(&text) } else { text };
    Ok(ascii(&match hint {
        Some(hint) if !text.starts_with(hint) => format!("{hint}\n{text}"),
        _ => text,
    }))
}

/// The text without comments, blanks and long names. A text that cannot be read stays as it is: a script for another
/// reader than a browser's is not ours to judge.
fn small(text: &str) -> String {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, SourceType::default().with_script(true)).parse();
    if !parsed.errors.is_empty() || parsed.panicked {
        return text.to_string();
    }
    let mut program = parsed.program;
    // Without a target it would write `??` and `?.`, which the phones we promise do not know.
    let target = EngineTargets::from_target("es2017").expect("the name is in its table");
    let compress = CompressOptions { target, ..CompressOptions::safest() };
    let settings = MinifierOptions { mangle: Some(MangleOptions::default()), compress: Some(compress) };
    let names = Minifier::new(settings).minify(&allocator, &mut program).scoping;
    let small = Codegen::new().with_options(CodegenOptions::minify()).with_scoping(names).build(&program).code;
    if small.len() < text.len() { small } else { text.to_string() }
}
