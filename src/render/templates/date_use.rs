//! Whether a template shows the day: Tera does not tell which names a template uses.

/// Whether the code of a template has the word `date` by itself, not as a field or a part of another name.
pub fn names_date(text: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
    let code = code_of(text);
    code.match_indices("date").any(|(at, word)| {
        !code[..at].chars().next_back().is_some_and(part) && !code[at + word.len()..].chars().next().is_some_and(|c| part(c) && c != '.')
    })
}

/// What a template computes with: without its text, its comments and its quoted words.
fn code_of(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        rest = &rest[start..];
        let end = match rest.get(..2) {
            Some("{#") => "#}",
            Some("{{") => "}}",
            Some("{%") => "%}",
            _ => {
                rest = &rest[1..];
                continue;
            }
        };
        let length = rest.find(end).map_or(rest.len(), |at| at + 2);
        if end != "#}" {
            code.extend(rest[..length].split(['"', '\'', '`']).step_by(2));
            code.push(' ');
        }
        rest = &rest[length..];
    }
    code
}

#[cfg(test)]
mod tests {
    use super::names_date;

    #[test]
    fn the_day_is_asked_for_in_code_alone() {
        for asks in ["{{ date }}", "{% if date < p.date %}", "{{ date.year }}", "<p>{{ x | f(of=date) }}</p>"] {
            assert!(names_date(asks), "{asks}");
        }
        for not in ["date", "{# its date #}", "{{ p.date }}", "{{ pages(sort=\"date\") }}", "{{ date_cn }}", "{{ update }} date {"] {
            assert!(!names_date(not), "{not}");
        }
    }
}
