//! Reads HTML as a browser's tokenizer does: html5ever, not text search, says what is a tag and what is text.

use std::cell::RefCell;
use std::collections::BTreeMap;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// A start tag.
#[derive(Debug, Clone)]
pub struct Tag {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    /// Text directly behind it, up to the next tag.
    pub text: String,
}

impl Tag {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

/// The start tags of a page in their order.
pub fn tags(html: &str) -> Vec<Tag> {
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from_slice(html));
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    tokenizer.sink.tags.take()
}

#[derive(Default)]
struct Sink {
    tags: RefCell<Vec<Tag>>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => {
                let attributes = tag.attrs.iter().map(|a| (a.name.local.to_string(), a.value.to_string())).collect();
                let name = tag.name.to_string();
                let raw = match name.as_str() {
                    "script" => Some(RawKind::ScriptData),
                    "style" => Some(RawKind::Rawtext),
                    "title" | "textarea" => Some(RawKind::Rcdata),
                    _ => None,
                };
                self.tags.borrow_mut().push(Tag { name, attributes, text: String::new() });
                return raw.map_or(TokenSinkResult::Continue, TokenSinkResult::RawData);
            }
            Token::CharacterTokens(text) => {
                if let Some(last) = self.tags.borrow_mut().last_mut() {
                    last.text.push_str(&text);
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// The addresses that a page names: element, attribute, address.
pub fn addresses(html: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for tag in tags(html) {
        for name in ["href", "src", "poster", "data", "action", "cite", "background"] {
            if let Some(value) = tag.get(name) {
                found.push((tag.name.clone(), name.to_string(), value.to_string()));
            }
        }
        for part in tag.get("srcset").into_iter().flat_map(|set| set.split(',')) {
            found.push((tag.name.clone(), "srcset".to_string(), part.split_whitespace().next().unwrap_or_default().to_string()));
        }
        if tag.get("http-equiv").is_some_and(|value| value.eq_ignore_ascii_case("refresh")) {
            let content = tag.get("content").unwrap_or_default();
            let address = content.split_once("url=").map_or("", |(_, address)| address);
            found.push((tag.name.clone(), "refresh".to_string(), address.to_string()));
        }
    }
    found
}
