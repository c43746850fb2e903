//! JSON: the one reader and the one writer of the app.
//!
//! Everything kept or exchanged as JSON passes through [`Value`] here; types say beside themselves how they look as
//! JSON. One reader and one writer by hand are a fifth of the code of derived ones, and keep the position of a
//! mistake. What is written has the members in the order in which they are given ([`Members`]), always the same, so
//! that texts can be compared.

use super::{Fields, Value, number};
use serde_json::Number;

/// How deep values may lie in each other.
const DEPTH: usize = 128;

/// Why a text is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} at byte {offset}")]
pub struct Mistake {
    /// Where, in bytes from the beginning.
    pub offset: usize,
    /// What is wrong there.
    pub message: &'static str,
}

/// Reads a text.
///
/// # Errors
/// The first mistake.
pub fn parse(text: &str) -> Result<Value, Mistake> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let value = reader.value()?;
    match reader.next() {
        None => Ok(value),
        Some(_) => Err(reader.mistake("trailing characters")),
    }
}

/// Reads bytes; `None` if they are not JSON.
#[must_use]
pub fn parse_bytes(bytes: &[u8]) -> Option<Value> {
    parse(std::str::from_utf8(bytes).ok()?).ok()
}

/// Reads an object; `None` if the text is none.
#[must_use]
pub fn object(text: &str) -> Option<Fields> {
    into_fields(parse(text).ok()?)
}

/// The members of an object.
#[must_use]
pub fn into_fields(value: Value) -> Option<Fields> {
    match value {
        Value::Object(fields) => Some(fields),
        _ => None,
    }
}

/// Takes a text out of an object.
pub fn take_text(fields: &mut Fields, name: &str) -> Option<String> {
    match fields.remove(name)? {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// Takes a list out of an object; empty if there is none.
pub fn take_list(fields: &mut Fields, name: &str) -> Vec<Value> {
    match fields.remove(name) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}

/// Takes an object out of an object.
pub fn take_fields(fields: &mut Fields, name: &str) -> Option<Fields> {
    into_fields(fields.remove(name)?)
}

/// A whole number of an object.
#[must_use]
pub fn whole(fields: &Fields, name: &str) -> Option<u64> {
    fields.get(name)?.as_u64()
}

/// A whole number of an object that fits 32 bits.
#[must_use]
pub fn small(fields: &Fields, name: &str) -> Option<u32> {
    whole(fields, name)?.try_into().ok()
}

/// Yes or no, of an object.
#[must_use]
pub fn flag(fields: &Fields, name: &str) -> Option<bool> {
    fields.get(name)?.as_bool()
}

/// A value on one line.
#[must_use]
pub fn text(value: &Value) -> String {
    let mut out = String::new();
    write(value, None, &mut out);
    out
}

/// A value for people to read: indented by two spaces.
#[must_use]
pub fn pretty(value: &Value) -> String {
    let mut out = String::new();
    write(value, Some(0), &mut out);
    out
}

/// An object on one line.
#[must_use]
pub fn fields_text(fields: &Fields) -> String {
    let mut out = String::new();
    write_fields(fields, None, &mut out);
    out
}

/// Writes an object member by member, in the order in which they come.
#[derive(Default)]
pub struct Members(String);

impl Members {
    /// A text.
    pub fn text(&mut self, name: &str, text: &str) {
        write_text(text, self.name(name));
    }

    /// A whole number.
    pub fn whole(&mut self, name: &str, number: u64) {
        self.json(name, &number.to_string());
    }

    /// Yes or no.
    pub fn flag(&mut self, name: &str, flag: bool) {
        self.json(name, if flag { "true" } else { "false" });
    }

    /// An object.
    pub fn fields(&mut self, name: &str, fields: &Fields) {
        write_fields(fields, None, self.name(name));
    }

    /// What is JSON already.
    pub fn json(&mut self, name: &str, json: &str) {
        self.name(name).push_str(json);
    }

    /// The object.
    #[must_use]
    pub fn end(mut self) -> String {
        self.0.push_str(if self.0.is_empty() { "{}" } else { "}" });
        self.0
    }

    fn name(&mut self, name: &str) -> &mut String {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        write_text(name, &mut self.0);
        self.0.push(':');
        &mut self.0
    }
}

/// A list of what is JSON already.
#[must_use]
pub fn list(items: &[String]) -> String {
    ["[", &items.join(","), "]"].concat()
}

/// A text as JSON.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_text(text, &mut out);
    out
}

/// `indent`: how far the value stands to the right; `None`: all on one line.
fn write(value: &Value, indent: Option<usize>, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => write_number(number, out),
        Value::String(text) => write_text(text, out),
        Value::Array(items) if items.is_empty() => out.push_str("[]"),
        Value::Array(items) => {
            let inner = indent.map(|indent| indent + 1);
            for (index, item) in items.iter().enumerate() {
                out.push(if index == 0 { '[' } else { ',' });
                new_line(inner, out);
                write(item, inner, out);
            }
            new_line(indent, out);
            out.push(']');
        }
        Value::Object(fields) => write_fields(fields, indent, out),
    }
}

fn write_fields(fields: &Fields, indent: Option<usize>, out: &mut String) {
    if fields.is_empty() {
        out.push_str("{}");
        return;
    }
    let inner = indent.map(|indent| indent + 1);
    let mut before = '{';
    for (name, value) in fields {
        out.push(before);
        before = ',';
        new_line(inner, out);
        write_text(name, out);
        out.push_str(if indent.is_some() { ": " } else { ":" });
        write(value, inner, out);
    }
    new_line(indent, out);
    out.push('}');
}

fn new_line(indent: Option<usize>, out: &mut String) {
    if let Some(indent) = indent {
        out.push('\n');
        (0..indent).for_each(|_| out.push_str("  "));
    }
}

/// A number that is no integer keeps a sign of that, so that it reads back as what it was.
fn write_number(number: &Number, out: &mut String) {
    if let Some(whole) = number.as_i64() {
        out.push_str(&whole.to_string());
    } else if let Some(whole) = number.as_u64() {
        out.push_str(&whole.to_string());
    } else {
        let text = number::text(number.as_f64().unwrap_or_default());
        out.push_str(&text);
        if !text.contains(['.', 'e']) {
            out.push_str(".0");
        }
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let short = match byte {
            b'"' => '"',
            b'\\' => '\\',
            b'\n' => 'n',
            b'\r' => 'r',
            b'\t' => 't',
            0x08 => 'b',
            0x0c => 'f',
            0..0x20 => 'u',
            _ => continue,
        };
        out.push_str(&text[plain..at]);
        plain = at + 1;
        out.push('\\');
        out.push(short);
        if short == 'u' {
            out.push_str(if byte < 0x10 { "000" } else { "001" });
            out.push(char::from_digit(u32::from(byte % 16), 16).unwrap_or('0'));
        }
    }
    out.push_str(&text[plain..]);
    out.push('"');
}

/// Walks a text; `at` is always between two characters.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn mistake(&self, message: &'static str) -> Mistake {
        Mistake { offset: self.at, message }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no white space, without taking it.
    fn next(&mut self) -> Option<u8> {
        while matches!(self.byte(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
        self.byte()
    }

    fn value(&mut self) -> Result<Value, Mistake> {
        match self.next() {
            None => Err(self.mistake("the text ends where a value should be")),
            Some(b'"') => self.string().map(Value::String),
            Some(b'{') => self.nested(Self::members),
            Some(b'[') => self.nested(Self::items),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(_) => self.word(),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, Mistake>) -> Result<Value, Mistake> {
        if self.depth == DEPTH {
            return Err(self.mistake("values lie too deep in each other"));
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn word(&mut self) -> Result<Value, Mistake> {
        let words = [("null", Value::Null), ("true", Value::Bool(true)), ("false", Value::Bool(false))];
        for (word, value) in words {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(self.mistake("expected a value"))
    }

    fn items(&mut self) -> Result<Value, Mistake> {
        let mut items = Vec::new();
        if self.next() == Some(b']') {
            self.at += 1;
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value()?);
            if !self.more(b']', "expected `,` or `]`")? {
                return Ok(Value::Array(items));
            }
        }
    }

    fn members(&mut self) -> Result<Value, Mistake> {
        let mut fields = Fields::new();
        if self.next() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Object(fields));
        }
        loop {
            if self.next() != Some(b'"') {
                return Err(self.mistake("expected a name in quotation marks"));
            }
            let name = self.string()?;
            if self.next() != Some(b':') {
                return Err(self.mistake("expected `:`"));
            }
            self.at += 1;
            let value = self.value()?;
            fields.insert(name, value);
            if !self.more(b'}', "expected `,` or `}`")? {
                return Ok(Value::Object(fields));
            }
        }
    }

    /// After a part: whether another one follows.
    fn more(&mut self, end: u8, otherwise: &'static str) -> Result<bool, Mistake> {
        let next = self.next();
        if next != Some(b',') && next != Some(end) {
            return Err(self.mistake(otherwise));
        }
        self.at += 1;
        Ok(next == Some(b','))
    }

    fn number(&mut self) -> Result<Value, Mistake> {
        let start = self.at;
        while matches!(self.byte(), Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')) {
            self.at += 1;
        }
        let text = &self.text[start..self.at];
        let found = if is_number(text) { read_number(text) } else { None };
        found.map(Value::Number).ok_or(Mistake { offset: start, message: "not a number" })
    }

    fn string(&mut self) -> Result<String, Mistake> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let start = self.at;
            while self.byte().is_some_and(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
                self.at += 1;
            }
            out.push_str(&self.text[start..self.at]);
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escaped()?),
                Some(_) => return Err(self.mistake("a text must not hold control characters")),
                None => return Err(self.mistake("the text ends before a closing quotation mark")),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, Mistake> {
        let wrong = self.mistake("not an escape");
        self.at += 2;
        Ok(match self.text.as_bytes().get(self.at - 1) {
            Some(b'u') => self.code_point().ok_or(wrong)?,
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(mark @ (b'"' | b'\\' | b'/')) => char::from(*mark),
            _ => return Err(wrong),
        })
    }

    /// The character of `\u` and four digits, or of two of them (a surrogate pair).
    fn code_point(&mut self) -> Option<char> {
        let first = self.hexadecimal()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        if self.text.get(self.at..self.at + 2)? != "\\u" {
            return None;
        }
        self.at += 2;
        let second = self.hexadecimal()?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        char::from_u32(0x10000 + ((first - 0xd800) << 10) + second)
    }

    fn hexadecimal(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.chars().try_fold(0, |number, digit| Some(number * 16 + digit.to_digit(16)?))
    }
}

/// JSON's own rules, beyond what any decimal is: no leading zero or plus, digits on both sides of the point.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let leading_zero = digits.len() > 1 && digits[0] == b'0' && digits[1].is_ascii_digit();
    let point = digits.iter().position(|byte| *byte == b'.');
    let after = point.is_none_or(|at| digits.get(at + 1).is_some_and(u8::is_ascii_digit));
    digits.first().is_some_and(u8::is_ascii_digit) && !leading_zero && after
}

fn read_number(text: &str) -> Option<Number> {
    if text != "-0" && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit()) {
        if let Ok(whole) = text.parse::<i64>() {
            return Some(whole.into());
        }
        if let Ok(whole) = text.parse::<u64>() {
            return Some(whole.into());
        }
    }
    Number::from_f64(number::parse(text)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<i32>().prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
            any::<String>().prop_map(Value::from),
            "[\\x00-\\x7f]{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
                proptest::collection::btree_map(any::<String>(), inner, 0..5)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_here_and_elsewhere(value in values()) {
            for written in [text(&value), pretty(&value)] {
                prop_assert_eq!(parse(&written), Ok(value.clone()));
                prop_assert_eq!(serde_json::from_str::<Value>(&written).map(|read| text(&read)).ok(), Some(text(&value)));
            }
        }

        #[test]
        fn what_others_write_is_read(value in values()) {
            prop_assert_eq!(parse(&value.to_string()), Ok(value.clone()));
            prop_assert_eq!(parse(&serde_json::to_string_pretty(&value).unwrap()), Ok(value));
        }

        #[test]
        fn garbage_is_refused_where_others_refuse_it(garbage in "[-+.eE0-9 \\[\\]{},:\"\\\\untrlseaf\u{1}\u{e9}]{0,24}") {
            prop_assert_eq!(parse(&garbage).is_ok(), serde_json::from_str::<Value>(&garbage).is_ok(), "{}", garbage);
        }
    }

    #[test]
    fn texts_look_as_they_always_did() {
        let value = json!({"b": [1, -2.5, 1.0, {}], "a": {"x": null, "y": "é\u{1f}\"\\\n\u{8}"}, "c": []});
        assert_eq!(text(&value), serde_json::to_string(&value).unwrap());
        assert_eq!(pretty(&value), serde_json::to_string_pretty(&value).unwrap());
    }

    #[test]
    fn escapes_and_surrogates() {
        assert_eq!(parse(r#""\u00e9\ud83d\ude00\/""#), Ok(json!("é😀/")));
        for wrong in [r#""\ud83d""#, r#""\ude00""#, r#""\ud83dx""#, r#""\u00g0""#, r#""\x""#, "\"\u{1}\"", "\"", "\"\\"]
        {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn deep_values_are_refused_before_the_stack_is() {
        let deep = |depth: usize| ["[".repeat(depth), "]".repeat(depth)].concat();
        assert!(parse(&deep(DEPTH)).is_ok());
        assert!(parse(&deep(100_000)).is_err());
    }

    #[test]
    fn members_keep_their_order() {
        let mut members = Members::default();
        members.text("z", "\"");
        members.whole("a", 7);
        members.flag("m", true);
        members.fields("f", &Fields::new());
        assert_eq!(members.end(), r#"{"z":"\"","a":7,"m":true,"f":{}}"#);
        assert_eq!(Members::default().end(), "{}");
    }
}
