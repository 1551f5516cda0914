//! Reads patterns in the syntax of Oniguruma, as far as their beginnings go.

use super::first::Set;

/// What a part of a pattern begins with. `empty`: it can match without taking a character, so what follows counts too.
#[derive(Debug, Clone, Copy)]
pub struct Head {
    pub set: Set,
    pub empty: bool,
    pub line_start: bool,
    pub word_start: bool,
}

impl Head {
    /// Reads a pattern.
    pub fn of(pattern: &str) -> Head {
        let mut reader = Reader { text: pattern.as_bytes(), at: 0, depth: 0, gave_up: false };
        let head = reader.alternatives(Flags::default());
        // What was not read to its end was not understood.
        if reader.gave_up || reader.at < pattern.len() { Head::unknown() } else { head }
    }

    fn taking(set: Set) -> Head {
        Head { set, empty: false, line_start: false, word_start: false }
    }

    fn nothing() -> Head {
        Head { set: Set::NONE, empty: true, line_start: false, word_start: false }
    }

    fn unknown() -> Head {
        Head { set: Set::ALL, empty: true, line_start: false, word_start: false }
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Flags {
    fold: bool,
    spaced: bool,
}

/// Deeper nesting is not read.
const DEEPEST: u32 = 60;

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    depth: u32,
    gave_up: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, text: &str) -> bool {
        let is = self.text[self.at..].starts_with(text.as_bytes());
        self.at += if is { text.len() } else { 0 };
        is
    }

    /// Gives up: nothing more is read, and the whole counts as unknown.
    fn give_up(&mut self) -> Head {
        self.gave_up = true;
        self.at = self.text.len();
        Head::unknown()
    }

    /// Reads up to the closing bracket of a group or the end.
    fn alternatives(&mut self, mut flags: Flags) -> Head {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.give_up();
        }
        let mut all = self.sequence(&mut flags);
        while self.take("|") {
            let next = self.sequence(&mut flags);
            all = Head {
                set: all.set.join(next.set),
                empty: all.empty || next.empty,
                line_start: all.line_start && next.line_start,
                word_start: all.word_start && next.word_start,
            };
        }
        self.depth -= 1;
        all
    }

    /// Flags that are set in it hold for the alternatives that follow as well.
    fn sequence(&mut self, flags: &mut Flags) -> Head {
        let mut all = Head::nothing();
        let mut is_first = true;
        while let Some(byte) = self.peek() {
            if byte == b'|' || byte == b')' {
                break;
            }
            if flags.spaced && self.skip_blanks() {
                continue;
            }
            if let Some(new) = self.inline_flags(*flags) {
                // Further on, what such flags do to the bars that follow is a matter of dialects.
                if !is_first {
                    return self.give_up();
                }
                *flags = new;
                continue;
            }
            is_first = false;
            let item = self.item(*flags);
            let item = self.repeated(item, *flags);
            if all.empty {
                // A word's edge after something that may be there is not the beginning.
                let is_edge = item.word_start && all.set.bytes == Set::NONE.bytes && !all.set.end;
                all = Head {
                    set: all.set.join(item.set),
                    empty: item.empty,
                    line_start: all.line_start || item.line_start,
                    word_start: all.word_start || is_edge,
                };
            }
        }
        all
    }

    fn skip_blanks(&mut self) -> bool {
        let from = self.at;
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => self.at += 1,
                b'#' => self.at += self.text[self.at..].iter().position(|&byte| byte == b'\n').unwrap_or(self.text.len() - self.at),
                _ => break,
            }
        }
        self.at > from
    }

    /// `(?i)`, `(?x-i)`: flags for the rest of the group.
    fn inline_flags(&mut self, flags: Flags) -> Option<Flags> {
        let rest = self.text[self.at..].strip_prefix(b"(?")?;
        let length = rest.iter().position(|byte| !matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'-'))?;
        (length > 0 && rest[length] == b')').then(|| {
            self.at += 2 + length + 1;
            flags.with(&rest[..length])
        })
    }

    fn item(&mut self, flags: Flags) -> Head {
        let Some(byte) = self.peek() else { return Head::nothing() };
        self.at += 1;
        match byte {
            b'(' => self.group(flags),
            b'[' => match self.class(flags) {
                Some(set) => Head::taking(set),
                None => self.give_up(),
            },
            b'.' => Head::taking(Set { end: false, ..Set::ALL }),
            b'^' => Head { line_start: true, ..Head::nothing() },
            b'$' => Head::taking(Set { end: true, ..Set::of([b'\n']) }),
            b'\\' => self.escape(flags),
            0x80.. => {
                self.skip_character();
                Head::taking(if flags.fold { Set::ALL } else { Set::of([byte]) })
            }
            _ => Head::taking(folded(Set::of([byte]), flags)),
        }
    }

    /// Passes the bytes of a character whose first was taken.
    fn skip_character(&mut self) {
        while matches!(self.peek(), Some(0x80..=0xbf)) {
            self.at += 1;
        }
    }

    fn group(&mut self, flags: Flags) -> Head {
        let mut flags = flags;
        // What stands inside says nothing of what a match begins with.
        let mut skipped = false;
        if self.take("?") {
            if self.take("#") {
                self.at += self.text[self.at..].iter().position(|&byte| byte == b')').unwrap_or(self.text.len() - self.at);
                return if self.take(")") { Head::nothing() } else { self.give_up() };
            } else if self.take("!") || self.take("<=") || self.take("<!") {
                skipped = true;
            } else if self.take("=") || self.take(">") || self.take(":") {
                // The same as without.
            } else if self.take("<") || self.take("'") {
                match self.text[self.at..].iter().position(|byte| matches!(byte, b'>' | b'\'')) {
                    Some(length) => self.at += length + 1,
                    None => return self.give_up(),
                }
            } else {
                let rest = &self.text[self.at..];
                let length = rest.iter().position(|&byte| byte == b':').unwrap_or(0);
                if length == 0 || !rest[..length].iter().all(|byte| byte.is_ascii_alphabetic() || *byte == b'-') {
                    return self.give_up();
                }
                flags = flags.with(&rest[..length]);
                self.at += length + 1;
            }
        }
        let inner = self.alternatives(flags);
        if !self.take(")") {
            return self.give_up();
        }
        // What is ahead is not taken; but where it holds, it says what the match begins with.
        if skipped { Head::nothing() } else { inner }
    }

    /// What a quantifier makes of it.
    fn repeated(&mut self, mut item: Head, flags: Flags) -> Head {
        loop {
            if flags.spaced {
                self.skip_blanks();
            }
            let optional = match self.peek() {
                Some(b'*' | b'?') => {
                    self.at += 1;
                    true
                }
                Some(b'+') => {
                    self.at += 1;
                    false
                }
                Some(b'{') => match self.interval() {
                    Some(least) => least == 0,
                    None => return item,
                },
                _ => return item,
            };
            if optional {
                item = Head { empty: true, line_start: false, word_start: false, ..item };
            }
        }
    }

    /// `{2}`, `{2,}`, `{,3}`, `{2,3}`: the least number; anything else is text.
    fn interval(&mut self) -> Option<u32> {
        let rest = &self.text[self.at + 1..];
        let length = rest.iter().position(|&byte| byte == b'}')?;
        let inner = std::str::from_utf8(&rest[..length]).ok()?;
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let (least, most) = inner.split_once(',').unwrap_or((inner, inner));
        if !is_number(least) || !is_number(most) || (least.is_empty() && most.is_empty()) {
            return None;
        }
        self.at += length + 2;
        Some(least.parse().unwrap_or(0))
    }

    fn escape(&mut self, flags: Flags) -> Head {
        let Some(byte) = self.peek() else { return self.give_up() };
        self.at += 1;
        match byte {
            b'b' => Head { word_start: true, ..Head::nothing() },
            b'B' => Head::nothing(),
            b'A' => Head { line_start: true, ..Head::nothing() },
            // What another group matched, which may be nothing.
            b'1'..=b'9' => Head::unknown(),
            b'z' => Head::taking(Set { end: true, ..Set::NONE }),
            b'Z' => Head::taking(Set { end: true, ..Set::of([b'\n']) }),
            _ => match self.character(byte) {
                Some(set) => Head::taking(folded(set, flags)),
                None => self.give_up(),
            },
        }
    }

    /// The characters that `\` and this byte stand for, within a class as well as outside.
    fn character(&mut self, byte: u8) -> Option<Set> {
        let class = |set: Set, is: bool| if is { set } else { set.others() };
        Some(match byte {
            b'w' | b'W' => {
                class(Set::of((0..0x80).filter(|byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_')).join(Set::WIDE), byte == b'w')
            }
            b's' | b'S' => class(Set::of([b' ', b'\t', b'\n', b'\r', 0x0b, 0x0c]).join(Set::WIDE), byte == b's'),
            b'd' | b'D' => class(Set::of(b'0'..=b'9').join(Set::WIDE), byte == b'd'),
            b'h' | b'H' => class(Set::of((0..0x80).filter(u8::is_ascii_hexdigit)), byte == b'h'),
            b't' => Set::of([b'\t']),
            b'n' => Set::of([b'\n']),
            b'r' => Set::of([b'\r']),
            b'f' => Set::of([0x0c]),
            b'v' => Set::of([0x0b]),
            b'a' => Set::of([0x07]),
            b'e' => Set::of([0x1b]),
            b'x' => {
                let is_long = self.take("{");
                let rest = &self.text[self.at..];
                let digits = rest.iter().take(if is_long { 8 } else { 2 }).take_while(|byte| byte.is_ascii_hexdigit()).count();
                let number = u32::from_str_radix(std::str::from_utf8(&rest[..digits]).ok()?, 16).ok()?;
                self.at += digits;
                if is_long && !self.take("}") {
                    return None;
                }
                if number < 0x80 { Set::of([number as u8]) } else { Set::WIDE }
            }
            b'p' | b'P' if self.take("{") => {
                self.at += self.text[self.at..].iter().position(|&byte| byte == b'}')? + 1;
                Set { end: false, ..Set::ALL }
            }
            0x80.. => {
                self.skip_character();
                Set::WIDE
            }
            _ if byte.is_ascii_alphanumeric() => return None,
            _ => Set::of([byte]),
        })
    }

    /// A class in brackets whose first bracket was taken. The right sides of intersections only narrow it: they are passed.
    fn class(&mut self, flags: Flags) -> Option<Set> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let began = self.at;
        let negated = self.take("^");
        let mut set = Set::NONE;
        let mut narrowed = false;
        let mut is_first = true;
        loop {
            let byte = self.peek()?;
            self.at += 1;
            let part = match byte {
                b']' if !is_first => break,
                b'[' if self.peek() == Some(b':') => {
                    let rest = &self.text[self.at..];
                    let length = rest.windows(2).position(|pair| pair == b":]")?;
                    self.at += length + 2;
                    Set { end: false, ..Set::ALL }
                }
                b'[' => self.class(flags)?,
                b'&' if self.take("&") => {
                    narrowed = true;
                    Set::NONE
                }
                _ => self.range(byte)?,
            };
            is_first = false;
            if !narrowed {
                set = set.join(part);
            }
        }
        self.depth -= 1;
        // Of some parts only more than they are is known; the rest is then less than it is.
        let is_vague = narrowed || self.text[began..self.at].windows(2).any(|pair| matches!(pair, b"\\p" | b"\\P" | b"[:"));
        Some(match (negated, is_vague) {
            (true, true) => Set { end: false, ..Set::ALL },
            (true, false) => set.others(),
            (false, _) => folded(set, flags),
        })
    }

    /// A character of a class, or a range that begins with it.
    fn range(&mut self, byte: u8) -> Option<Set> {
        let low = self.member(byte)?;
        let is_range = self.peek() == Some(b'-') && !matches!(self.text.get(self.at + 1), None | Some(b']' | b'['));
        let Some(first) = low.one().filter(|_| is_range) else { return Some(low) };
        self.at += 1;
        let byte = self.peek()?;
        self.at += 1;
        let high = self.member(byte)?;
        Some(match high.one() {
            Some(last) if first < 0x80 && last < 0x80 => Set::of(first..=last),
            Some(_) if first < 0x80 => Set::of(first..0x80).join(Set::WIDE),
            Some(_) => Set::WIDE,
            None => Set { end: false, ..Set::ALL },
        })
    }

    fn member(&mut self, byte: u8) -> Option<Set> {
        match byte {
            b'\\' => {
                let byte = self.peek()?;
                self.at += 1;
                if byte == b'b' { Some(Set::of([0x08])) } else { self.character(byte) }
            }
            0x80.. => {
                self.skip_character();
                Some(Set::WIDE)
            }
            _ => Some(Set::of([byte])),
        }
    }
}

impl Flags {
    fn with(mut self, letters: &[u8]) -> Flags {
        let mut on = true;
        for letter in letters {
            match letter {
                b'-' => on = false,
                b'i' => self.fold = on,
                b'x' => self.spaced = on,
                _ => {}
            }
        }
        self
    }
}

fn folded(set: Set, flags: Flags) -> Set {
    if flags.fold { set.folded() } else { set }
}
