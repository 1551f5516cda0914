//! HTML as it goes out.
//!
//! Pages are minified but for their texts, which the Markdown writer makes small in the first place: they are most of
//! the bytes, and a third of a build's time went into reading them once more to save two in a hundred.

use super::templates::engine::Rendered;
use crate::ground::nesting::is_deep_html;

/// Stands for the text while the page around it is minified: an element that no blank beside it matters to.
const STAND_IN: &str = "<section id=studyhall-text-stands-here></section>";

/// Shorter texts are minified with the page.
const WORTH_SPARING: usize = 256;

/// What browsers believe more than the header of an answer, and the header more than the page's own declaration: some hosts add
/// an encoding of their own to every page.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The bytes of a page.
pub fn finish(rendered: &Rendered, minify: bool, mark: bool) -> Vec<u8> {
    let page = match minify {
        false => rendered.html.as_bytes().to_vec(),
        true => around(&rendered.html, &rendered.text).unwrap_or_else(|| minified(&rendered.html)),
    };
    if mark { [BYTE_ORDER_MARK, &page].concat() } else { page }
}

/// Minifies what stands around the text. `None` when a template made something else of it, or put it where a minifier
/// takes things out.
fn around(html: &str, text: &str) -> Option<Vec<u8>> {
    if text.len() < WORTH_SPARING {
        return None;
    }
    let (before, after) = split_at_text(html, text)?;
    let page = minified(&[before, STAND_IN, after].concat());
    let page = std::str::from_utf8(&page).ok()?;
    let (before, after) = page.split_once(STAND_IN)?;
    (!after.contains(STAND_IN)).then(|| [before, text.trim(), after].concat().into_bytes())
}

/// What stands before and after a text. Looks for its beginning only: to prepare for a search of all of a long text costs
/// more than the search.
fn split_at_text<'a>(html: &'a str, text: &str) -> Option<(&'a str, &'a str)> {
    let beginning = &text[..text.floor_char_boundary(64)];
    let (at, _) = html.match_indices(beginning).find(|(at, _)| html[*at..].starts_with(text))?;
    Some((&html[..at], &html[at + text.len()..]))
}

/// Deeper HTML goes out as it was written: the minifier calls itself for every level, and browsers stop at 512.
const MAX_DEPTH: usize = 1000;

fn minified(html: &str) -> Vec<u8> {
    if is_deep_html(html, MAX_DEPTH) {
        return html.as_bytes().to_vec();
    }
    let settings = minify_html::Cfg {
        keep_closing_tags: true,
        keep_html_and_head_opening_tags: true,
        // The XML doctype of a page is part of no rule we need; the HTML one stays as written.
        minify_doctype: false,
        ..minify_html::Cfg::default()
    };
    minify_html::minify(html.as_bytes(), &settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(html: &str, text: &str) -> String {
        let rendered = Rendered { html: html.replace("TEXT", text), text: text.to_string(), asked: Vec::new() };
        String::from_utf8(finish(&rendered, true, false)).expect("UTF-8")
    }

    #[test]
    fn the_text_stays_and_the_rest_is_minified() {
        let text = format!("<p class=\"x\">字  字</p>{}", "<p>段落</p>".repeat(40));
        let page = finished("<!doctype html>\n<main  id=\"main\">\n  <article>\n  TEXT\n </article>\n</main>\n", &text);
        assert_eq!(page, format!("<!doctype html><main id=main><article>{text}</article></main>"));
    }

    #[test]
    fn a_text_that_a_template_changed_is_minified_with_the_page() {
        let text = "<p>段落</p>\n".repeat(40);
        let rendered = Rendered { html: format!("<div>{}</div>", text.to_uppercase()), text, asked: Vec::new() };
        let page = String::from_utf8(finish(&rendered, true, false)).expect("UTF-8");
        assert_eq!(page, format!("<div>{}</div>", "<p>段落</p>".repeat(40)));
    }

    #[test]
    fn the_beginning_of_a_text_may_stand_elsewhere() {
        let beginning = "<p>开头的一段话，写得比较长，长到超过六十四个字节。</p>";
        let text = format!("{beginning}{}", "<p>段落</p>".repeat(40));
        let page = finished(&format!("<main>{beginning}<div>TEXT</div></main>"), &text);
        assert_eq!(page, format!("<main>{beginning}<div>{text}</div></main>"));
    }

    #[test]
    fn what_is_too_deep_stays_as_it_was_written() {
        let deep = "<div> ".repeat(100_000);
        let rendered = Rendered { html: deep.clone(), text: String::new(), asked: Vec::new() };
        assert_eq!(finish(&rendered, true, false), deep.into_bytes());
    }

    #[test]
    fn a_text_in_a_comment_goes_with_it() {
        let text = "<p>段落</p>".repeat(40);
        assert_eq!(finished("<div><!-- TEXT --></div>", &text), "<div></div>");
        assert_eq!(finished("<div>TEXT</div><div>TEXT</div>", &text), format!("<div>{text}</div><div>{text}</div>"));
    }
}
