//! What a page carries in itself that is to be opened alone, from a stick or a message: the single file of a course.

use super::render_input::RenderInput;

/// The files of a site that such a page takes along.
pub trait EmbeddedFiles: Send + Sync {
    /// A picture as a `data:` address, by its address in the site; `None` where there is none.
    fn picture(&self, url: &str) -> Option<String>;

    /// A style or script, by its name in the theme, and its media type.
    fn asset(&self, name: &str) -> Option<(&[u8], &'static str)>;
}

/// The address of what such a page cannot take along (other pages, recordings, attachments): on the public site, where it is
/// known.
pub fn public_address(render_input: &RenderInput, url: &str) -> Option<String> {
    let base = &render_input.config.base_url;
    (!base.is_empty()).then(|| format!("{base}{url}"))
}

/// The text of a style or script as it stands in its element, which nothing in it may end.
pub fn inline_text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace("</", "<\\/")
}

#[cfg(test)]
mod tests {
    use super::inline_text;

    #[test]
    fn nothing_ends_the_element_that_holds_a_style() {
        assert_eq!(inline_text(b"a::after{content:'</style>'}"), "a::after{content:'<\\/style>'}");
    }
}
