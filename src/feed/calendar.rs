//! A deadline as a calendar file (iCalendar, RFC 5545): one entry, which reminds a day before.

use std::fmt::Write;

use jiff::civil::Date;

/// A deadline.
pub struct Deadline<'a> {
    /// The site's short name, for the entry's id.
    pub site: &'a str,
    /// The page's path, for the entry's id.
    pub path: &'a str,
    /// What it is about.
    pub title: &'a str,
    /// The page's public address, or nothing.
    pub link: &'a str,
    /// The day on which it was made known: a calendar takes a later one as a change.
    pub since: Date,
    /// The last day.
    pub day: Date,
    /// The time on that day in minutes from its beginning, as the zero meridian counts; `None` for the whole day.
    pub minutes: Option<i32>,
}

/// A line holds at most so many bytes without its end.
const LINE: usize = 75;

/// The calendar file.
pub fn calendar(deadline: &Deadline<'_>) -> String {
    let plain = |date: Date| format!("{:04}{:02}{:02}", date.year(), date.month(), date.day());
    let mut out = String::new();
    let mut line = |text: &str| fold(&mut out, text);
    line("BEGIN:VCALENDAR");
    line("VERSION:2.0");
    line("PRODID:-//Studyhall//Studyhall//ZH");
    line("BEGIN:VEVENT");
    line(&format!("UID:{}@{}.studyhall", deadline.path, deadline.site));
    line(&format!("DTSTAMP:{}T000000Z", plain(deadline.since)));
    match deadline.minutes {
        Some(minutes) => {
            let days = minutes.div_euclid(24 * 60);
            let day = deadline.day.checked_add(jiff::Span::new().days(days)).unwrap_or(deadline.day);
            let minutes = minutes.rem_euclid(24 * 60);
            line(&format!("DTSTART:{}T{:02}{:02}00Z", plain(day), minutes / 60, minutes % 60));
        }
        None => line(&format!("DTSTART;VALUE=DATE:{}", plain(deadline.day))),
    }
    line(&format!("SUMMARY:{}", escaped(&format!("截止：{}", deadline.title))));
    if !deadline.link.is_empty() {
        line(&format!("URL:{}", deadline.link));
    }
    line("TRANSP:TRANSPARENT");
    line("BEGIN:VALARM");
    line("ACTION:DISPLAY");
    line(&format!("DESCRIPTION:{}", escaped(deadline.title)));
    line("TRIGGER:-P1D");
    line("END:VALARM");
    line("END:VEVENT");
    line("END:VCALENDAR");
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Writes a line, cut where it is too long; what follows a cut begins with a space.
fn fold(out: &mut String, text: &str) {
    let mut room = LINE;
    for c in text.chars() {
        if c.len_utf8() > room {
            out.push_str("\r\n ");
            room = LINE - 1;
        }
        room -= c.len_utf8();
        let _ = out.write_char(c);
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn of(title: &str, minutes: Option<i32>) -> String {
        calendar(&Deadline {
            site: "qinghe",
            path: "notices/a.html",
            title,
            link: "",
            since: date(2026, 11, 16),
            day: date(2026, 12, 1),
            minutes,
        })
    }

    #[test]
    fn a_day_and_a_time() {
        assert!(of("报名", None).contains("\r\nDTSTART;VALUE=DATE:20261201\r\n"));
        // 17:30 in China, and 3:00, which is still the day before at the zero meridian.
        assert!(of("报名", Some(17 * 60 + 30 - 480)).contains("\r\nDTSTART:20261201T093000Z\r\n"));
        assert!(of("报名", Some(3 * 60 - 480)).contains("\r\nDTSTART:20261130T190000Z\r\n"));
    }

    #[test]
    fn long_lines_are_cut_between_characters() {
        let text = of(&"关于报送年度工作总结、计划的通知；".repeat(4), None);
        assert!(text.lines().all(|line| line.len() <= LINE), "{text}");
        assert!(text.ends_with("END:VCALENDAR\r\n"));
        let whole = text.replace("\r\n ", "");
        assert!(whole.contains(&"关于报送年度工作总结、计划的通知；".repeat(4)));
        assert!(of("甲,乙;丙\\丁", None).contains("甲\\,乙\\;丙\\\\丁"));
    }
}
