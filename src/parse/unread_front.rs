//! Front matter that is not read as such: behind something that nobody sees, between other signs than `---`, in another language
//! than YAML, or without its first line. It would stand on the page as text, and what it says of drafts and days would be lost,
//! so it is an error.
//!
//! Start at [`unread`]. A text that only begins with a rule, or with a line that has a colon, is left alone: only lines
//! that name fields make front matter.

use crate::ground::diagnostic::Span;
use crate::ground::{Code, Diagnostic, Place};

/// Lines looked at: front matter is short.
const LINES: usize = 60;

/// Fields of this program and of other generators, by which front matter is known.
const FIELDS: &[&str] = &[
    "aliases",
    "attachments",
    "author",
    "authors",
    "categories",
    "category",
    "comments",
    "cover",
    "date",
    "deadline",
    "description",
    "doc_no",
    "draft",
    "effective_on",
    "excerpt",
    "expires",
    "expirydate",
    "id",
    "issuer",
    "keywords",
    "kind",
    "lastmod",
    "layout",
    "permalink",
    "publish_on",
    "publishdate",
    "published",
    "review",
    "slug",
    "source",
    "speaker",
    "status",
    "summary",
    "tags",
    "template",
    "title",
    "toc",
    "type",
    "updated",
    "weight",
];

/// Fields that keep a page from being published: one of them is enough.
const HOLDS: &[&str] = &["draft", "expires", "expirydate", "publish_on", "publishdate", "published"];

/// The same in Chinese, and the field that a page begins with. Words as 时间 and 来源 begin texts, and are none.
const CHINESE: &[(&str, bool)] = &[("标题", false), ("草稿", true), ("定时发布", true), ("到期", true), ("过期", true)];

/// What is wrong where front matter is not read as such.
pub fn unread(file: &str, text: &str) -> Option<Diagnostic> {
    let (rest, is_hidden) = behind_the_unseen(text);
    let start = text.len() - rest.len();
    let lines: Vec<&str> = rest.lines().take(LINES).collect();
    let first = lines.first()?.trim();
    let reason = match () {
        () if is_fence(first) => {
            let inner = lines[1..].iter().take_while(|line| !is_fence(line.trim()));
            if !looks_like_fields(inner.copied(), false) {
                return None;
            }
            if first == "---" && is_hidden { "unseen" } else { "fence" }
        }
        () if first.starts_with('{') && json_fields(&lines) => "json",
        () => {
            let before = lines.iter().position(|line| is_fence(line.trim())).unwrap_or(0);
            let is_closed = before > 0 && looks_like_fields(lines[..before].iter().copied(), false);
            let block = lines.iter().take_while(|line| !line.trim().is_empty());
            if !is_closed && !looks_like_fields(block.copied(), true) {
                return None;
            }
            "missing"
        }
    };
    let line = u32::try_from(text[..start].matches('\n').count()).unwrap_or(u32::MAX - 1) + 1;
    let column = text[..start].rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
    let place = Place::at(file, Span::new(line, number(column), number(first.chars().count().min(40))));
    Some(
        Diagnostic::new(Code::FrontMatterUnread, place)
            .arg("reason", format!("@front-{reason}"))
            .arg("found", first.chars().take(20).collect::<String>()),
    )
}

/// The text behind blanks, signs that nobody sees, and comments; whether there was more than empty lines.
fn behind_the_unseen(text: &str) -> (&str, bool) {
    let mut rest = text;
    loop {
        let before = rest.len();
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || is_unseen(c));
        if let Some(comment) = rest.strip_prefix("<!--")
            && let Some((_, behind)) = comment.split_once("-->")
        {
            rest = behind;
        }
        if rest.len() == before {
            break;
        }
    }
    let passed = &text[..text.len() - rest.len()];
    (rest, !passed.trim_start_matches('\u{feff}').chars().all(|c| matches!(c, '\r' | '\n')))
}

fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{feff}')
}

/// Whether a line fences front matter off in some way that people and programs write.
fn is_fence(line: &str) -> bool {
    let line = line.trim_matches(|c: char| c.is_whitespace() || is_unseen(c));
    let is_dash = |c: char| matches!(c, '-' | '_' | '‐'..='―' | '−' | '─' | '━' | 'ー' | '－' | '﹣' | '＿' | '~' | '=');
    let count = line.chars().count();
    let is_wide = line.chars().all(|c| matches!(c, '—' | '―' | '─' | '━'));
    let dashes = line.chars().all(is_dash) && (count >= 3 || (is_wide && count >= 1));
    let named =
        ["---yaml", "--- yaml", "```yaml", "```yml", "~~~yaml", "---toml", "```toml"].iter().any(|fence| line.eq_ignore_ascii_case(fence));
    dashes || named || matches!(line, "+++" | ";;;" | "＋＋＋" | "；；；" | "...")
}

/// Whether lines are fields: two that are known, or one that keeps a page back. `is_bare` asks it of the very first line too,
/// where nothing fences the lines off.
fn looks_like_fields<'a>(lines: impl Iterator<Item = &'a str>, is_bare: bool) -> bool {
    let (mut known, mut holds) = (0, false);
    for (at, line) in lines.enumerate() {
        match field(line) {
            Some(is_hold) => {
                known += 1;
                holds |= is_hold;
            }
            None if is_bare && at == 0 => return false,
            None => {}
        }
    }
    holds || known >= if is_bare { 2 } else { 1 }
}

/// Whether a line names a field, and whether that keeps a page back.
fn field(line: &str) -> Option<bool> {
    let line = line.trim_start_matches(|c: char| c.is_whitespace() || is_unseen(c));
    let (name, _) = line.split_once([':', '：', '='])?;
    let name = name.trim().trim_matches(['"', '\'']);
    if let Some((_, holds)) = CHINESE.iter().find(|(known, _)| *known == name) {
        return Some(*holds);
    }
    let plain = name.to_ascii_lowercase().replace('-', "_");
    FIELDS.contains(&plain.as_str()).then(|| HOLDS.contains(&plain.as_str()))
}

fn json_fields(lines: &[&str]) -> bool {
    let all = lines.concat();
    let parts = all.trim_start_matches('{').split([',', '{']).take(LINES);
    parts.filter(|part| part.trim_start().starts_with('"')).any(|part| field(part.trim()).is_some())
}

/// Whether a field, by its name, says that a page is not to be published, or not yet, or no longer, in the manner of some generator.
pub fn holds_back(name: &str) -> bool {
    let plain = name.trim().to_lowercase().replace(['-', ' '], "_");
    let other = [
        "drafts",
        "expire",
        "expired",
        "expire_on",
        "expiry",
        "expiry_date",
        "hidden",
        "private",
        "publish",
        "publish_date",
        "草稿",
        "定时发布",
        "发布日期",
        "到期",
        "过期",
        "下线日期",
    ];
    HOLDS.contains(&plain.as_str()) || other.contains(&plain.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_in_any_style_is_seen() {
        let body = "\ntitle: 内部讨论稿\ndraft: true\n";
        for (text, reason) in [
            (format!("\u{200b}---{body}---\n"), "@front-unseen"),
            (format!(" ---{body}---\n"), "@front-unseen"),
            (format!("\u{a0}---{body}---\n"), "@front-unseen"),
            (format!("\u{3000}---{body}---\n"), "@front-unseen"),
            (format!("<!-- 改过 -->\n---{body}---\n"), "@front-unseen"),
            (format!("———{body}———\n"), "@front-fence"),
            (format!("—{body}—\n"), "@front-fence"),
            (format!("－－－{body}－－－\n"), "@front-fence"),
            (format!("----{body}----\n"), "@front-fence"),
            (format!("\n\n-----{body}-----\n"), "@front-fence"),
            (format!("===={body}====\n"), "@front-fence"),
            (format!("--- yaml{body}---\n"), "@front-fence"),
            (format!("```yaml{body}```\n"), "@front-fence"),
            (format!("----{body}\n没有结束。\n"), "@front-fence"),
            ("+++\ntitle = \"内\"\ndraft = true\n+++\n".into(), "@front-fence"),
            (";;;\n\"title\": \"内\"\n;;;\n".into(), "@front-fence"),
            ("{\n\"title\": \"内\",\n\"draft\": true\n}\n".into(), "@front-json"),
            ("{ \"draft\": true }\n正文".into(), "@front-json"),
            ("title: 内\ndraft: true\n---\n正文".into(), "@front-missing"),
            ("draft: true\n\n正文".into(), "@front-missing"),
            ("草稿：是\n\n正文".into(), "@front-missing"),
            ("title: 内\ndate: 2026-01-01\n正文".into(), "@front-missing"),
            ("Title: 内\n---\n正文".into(), "@front-missing"),
        ] {
            let found = unread("a.md", &text).unwrap_or_else(|| panic!("{text:?} passes"));
            assert!(found.args.contains(&("reason".into(), reason.into())), "{text:?}: {found:?}");
        }
    }

    #[test]
    fn texts_are_left_alone() {
        for text in [
            "",
            "正文。\n",
            "# 题目\n\n正文：见下。\n",
            "----\n\n正文。\n",
            "———\n正文。\n",
            "***\n\ntitle 一词的来历：……\n",
            "时间：2026年11月23日\n地点：图书馆\n\n正文。\n",
            "来源：校报\n作者：某某\n---\n正文。\n",
            "各支部：\n\n请于周五前报送。\n",
            "date: 一个英文单词\n\n正文。\n",
            "{ 集合 }\n\n正文。\n",
            "```yaml\nname: x\n```\n",
            "<!-- 说明 -->\n正文。\n",
            "Title\n=====\n\ntext\n",
            "题目\n----\n\n正文\n",
        ] {
            assert_eq!(unread("a.md", text), None, "{text:?}");
        }
    }
}
