//! Dates as officers write them and as readers see them.

use jiff::civil::Date;

/// A date, with the time of day where one was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct When {
    /// The day.
    pub date: Date,
    /// Minutes since midnight, 0 where none was written.
    pub minutes: u16,
}

/// Reads `2026-03-05`, `2026/3/5`, `2026.3.5`, `2026年3月5日`, each also with a time (`14:30`, `T14:30:00`, with or
/// without an offset, which is ignored: dates are the campus's own). `None` when it is no date that exists.
pub fn parse(text: &str) -> Option<When> {
    let text = text.trim();
    let mut rest = text;
    let year: i16 = number(&mut rest, 4)?;
    let separator = rest.chars().next()?;
    if !matches!(separator, '-' | '/' | '.' | '年') {
        return None;
    }
    rest = &rest[separator.len_utf8()..];
    let month: i8 = number(&mut rest, 2)?;
    rest = rest.strip_prefix(if separator == '年' { '月' } else { separator })?;
    let day: i8 = number(&mut rest, 2)?;
    if separator == '年' {
        rest = rest.strip_prefix('日')?;
    }
    let date = Date::new(year, month, day).ok()?;
    let mut minutes = 0;
    if !rest.is_empty() {
        rest = rest.strip_prefix(['T', 't', ' '])?.trim_start();
        let hour: u16 = number(&mut rest, 2)?;
        rest = rest.strip_prefix(':')?;
        let minute: u16 = number(&mut rest, 2)?;
        if hour > 23 || minute > 59 {
            return None;
        }
        minutes = hour * 60 + minute;
        let tail_ok = rest.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | '+' | '-' | 'Z' | 'z' | ' '));
        if !tail_ok {
            return None;
        }
    }
    Some(When { date, minutes })
}

fn number<T: std::str::FromStr>(rest: &mut &str, digits: usize) -> Option<T> {
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    if end == 0 || end > digits || (digits == 4 && end != 4) {
        return None;
    }
    let value = rest[..end].parse().ok()?;
    *rest = &rest[end..];
    Some(value)
}

/// `2026年3月5日`.
pub fn chinese(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// `3月5日`.
pub fn chinese_short(date: Date) -> String {
    format!("{}月{}日", date.month(), date.day())
}

/// Days from `from` to `to`; negative when `to` is past.
pub fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_usual_forms() {
        let day = |text: &str| parse(text).map(|when| when.date.to_string());
        assert_eq!(day("2026-03-05").as_deref(), Some("2026-03-05"));
        assert_eq!(day("2026/3/5").as_deref(), Some("2026-03-05"));
        assert_eq!(day("2026年3月5日").as_deref(), Some("2026-03-05"));
        assert_eq!(parse("2026-03-05 14:30").map(|when| when.minutes), Some(870));
        assert_eq!(parse("2026-03-05T14:30:00+08:00").map(|when| when.minutes), Some(870));
        assert_eq!(day("2026-02-30"), None);
        assert_eq!(day("明天"), None);
        assert_eq!(day("2026-03-05 25:00"), None);
    }

    #[test]
    fn counts_days() {
        let day = |text: &str| parse(text).expect("a date").date;
        assert_eq!(days_between(day("2026-11-23"), day("2026-11-27")), 4);
        assert_eq!(days_between(day("2026-11-23"), day("2025-11-23")), -365);
    }
}
