//! Finds one top-level field in a JSON object without building a tree.
//!
//! Lists sort and filter by one or two fields of thousands of records; parsing whole records for
//! that costs ten times as much. The bytes are ours (written by `serde_json`), so anything odd just
//! reads as "no such field".

use crate::model::Value;

/// The value of the field `name` in the JSON object `body`.
#[must_use]
pub fn field(body: &[u8], name: &str) -> Option<Value> {
    serde_json::from_slice(raw_field(body, name)?).ok()
}

fn raw_field<'a>(body: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let mut at = skip_space(body, 0);
    if body.get(at) != Some(&b'{') {
        return None;
    }
    at += 1;
    loop {
        at = skip_space(body, at);
        let key_end = string_end(body, at)?;
        let key = body.get(at + 1..key_end - 1)?;
        at = skip_space(body, key_end);
        if body.get(at) != Some(&b':') {
            return None;
        }
        let start = skip_space(body, at + 1);
        let end = value_end(body, start)?;
        if key == name.as_bytes() {
            return body.get(start..end);
        }
        at = skip_space(body, end);
        if body.get(at) != Some(&b',') {
            return None;
        }
        at += 1;
    }
}

fn skip_space(body: &[u8], mut at: usize) -> usize {
    while body.get(at).is_some_and(u8::is_ascii_whitespace) {
        at += 1;
    }
    at
}

/// The index after the closing quote of the string that starts at `at`.
fn string_end(body: &[u8], at: usize) -> Option<usize> {
    if body.get(at) != Some(&b'"') {
        return None;
    }
    let mut at = at + 1;
    loop {
        match body.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// The index after the value that starts at `at`.
fn value_end(body: &[u8], at: usize) -> Option<usize> {
    match body.get(at)? {
        b'"' => string_end(body, at),
        b'{' | b'[' => {
            let (mut at, mut depth) = (at, 0_usize);
            loop {
                match body.get(at)? {
                    b'"' => at = string_end(body, at)? - 1,
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth -= 1,
                    _ => {}
                }
                at += 1;
                if depth == 0 {
                    return Some(at);
                }
            }
        }
        _ => {
            Some(at + body[at..].iter().position(|byte| matches!(byte, b',' | b'}' | b']')).unwrap_or(body.len() - at))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn finds_fields_behind_nested_values_and_escapes() {
        let body = br#"{"a":{"b":[1,"}"]},"text":"say \"hi\"","n":-1.5, "last" : null}"#;
        assert_eq!(field(body, "n"), Some(json!(-1.5)));
        assert_eq!(field(body, "text"), Some(json!("say \"hi\"")));
        assert_eq!(field(body, "last"), Some(json!(null)));
        assert_eq!(field(body, "b"), None);
    }

    proptest! {
        #[test]
        fn garbage_is_no_field_and_no_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = field(&bytes, "a");
        }

        #[test]
        fn agrees_with_a_full_parse(text in ".{0,20}", number in any::<i64>(), list in proptest::collection::vec(".{0,5}", 0..4)) {
            let record = json!({"text": text, "list": list, "number": number});
            let body = serde_json::to_vec(&record).unwrap();
            for name in ["text", "list", "number"] {
                prop_assert_eq!(field(&body, name), record.get(name).cloned());
            }
        }
    }
}
