//! Where in the text a path leads: found by walking the text once, when there is something to report.
//!
//! The text is known to be valid JSON (or carries its reader's own position), so the walk
//! only has to skip; it never recurses into what it skips and never fails worse than by `None`.

use super::Finding;
use crate::model::json;

/// One step of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// Into an object's member.
    Key(&'a str),
    /// Into a list's item.
    Index(usize),
}

/// The offset of the member's name or the item that the path leads to.
pub(super) fn find(text: &str, path: &[Step]) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut place, mut value) = (blank(bytes, 0), blank(bytes, 0));
    for step in path {
        (place, value) = enter(text, value, *step)?;
    }
    Some(place)
}

/// The places of the member's name (or the item) and of its value, in the object or list at `at`.
/// Of several members of one name the last counts, as it does for the reader.
fn enter(text: &str, at: usize, step: Step) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let object = matches!(step, Step::Key(_));
    if *bytes.get(at)? != if object { b'{' } else { b'[' } {
        return None;
    }
    let (mut next, mut index, mut found) = (blank(bytes, at + 1), 0, None);
    while !matches!(bytes.get(next)?, b'}' | b']') {
        let (place, name_end) = (next, if object { skip(bytes, next)? } else { next });
        let value = if object { blank(bytes, blank(bytes, name_end) + 1) } else { next };
        let wanted = match step {
            Step::Key(key) => is_name(text.get(place..name_end)?, key),
            Step::Index(wanted) => wanted == index,
        };
        if wanted {
            found = Some((place, value));
        }
        next = blank(bytes, skip(bytes, value)?);
        if bytes.get(next) == Some(&b',') {
            next = blank(bytes, next + 1);
        }
        index += 1;
    }
    found
}

fn is_name(quoted: &str, key: &str) -> bool {
    match quoted.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
        Some(name) if !name.contains('\\') => name == key,
        _ => json::parse(quoted).is_ok_and(|name| name == key),
    }
}

/// The next place that is not blank.
fn blank(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    at
}

/// The end of the value that starts at `at`.
fn skip(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        match bytes.get(at)? {
            b'"' => at = string_end(bytes, at + 1)?,
            b'{' | b'[' => (depth, at) = (depth + 1, at + 1),
            b'}' | b']' => (depth, at) = (depth.checked_sub(1)?, at + 1),
            b',' | b':' => at += 1,
            byte if byte.is_ascii_whitespace() => at += 1,
            _ => at += bytes[at..].iter().take_while(|byte| !b",:]}\"[{ \t\r\n".contains(byte)).count(),
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// Line and column (in characters), counted from 1.
pub(super) fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text.as_bytes()[..offset.min(text.len())];
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    // every byte but the continuations of UTF-8 starts a character
    let column = before[line_start..].iter().filter(|byte| **byte & 0xc0 != 0x80).count() + 1;
    (line, column)
}

/// What is said of a text that is no JSON.
pub(super) fn syntax(text: &str, mistake: json::Mistake) -> Finding {
    let (line, column) = line_and_column(text, mistake.offset);
    Finding { line, column, path: String::new(), message: mistake.message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{Step::*, *};

    const TEXT: &str = "{\n  \"a\": [1, {\"b\\u0063\": \"é]}\\\"\", \"d\": true}],\n  \"e\": {\"a\": null},\n\"e\":{ \"f\" : -1.5e3 }\n}";

    #[test]
    fn a_path_leads_to_its_line_and_column() {
        for (path, place) in [
            (vec![], Some((1, 1))),
            (vec![Key("a")], Some((2, 3))),
            (vec![Key("a"), Index(0)], Some((2, 9))),
            (vec![Key("a"), Index(1)], Some((2, 12))),
            (vec![Key("a"), Index(1), Key("bc")], Some((2, 13))),
            (vec![Key("a"), Index(1), Key("d")], Some((2, 33))),
            (vec![Key("a"), Index(2)], None),
            (vec![Key("a"), Key("d")], None),
            (vec![Key("e")], Some((4, 1))),
            (vec![Key("e"), Key("f")], Some((4, 7))),
            (vec![Key("e"), Key("a")], None),
            (vec![Key("e"), Key("f"), Key("g")], None),
        ] {
            let found = find(TEXT, &path).map(|offset| line_and_column(TEXT, offset));
            assert_eq!(found, place, "{path:?}");
        }
    }
}
