//! Every visible word, by key, in the reader's language.
//!
//! Every language is one flat JSON file. English (`en.json`) is compiled in; every other one lies beside the app as
//! `lang/TAG.json` and is read when it is wanted. A key that it lacks falls back to English, and a key that English lacks
//! shows itself (a test finds it first). The language is a signal, but [`t`] does not subscribe to it: the app rebuilds its whole view
//! when the language changes, which costs one frame and spares every word an effect of its own.

mod file;

pub use crate::platform::LANGUAGE_CHANGED;
pub use file::{LANGUAGES, Language, language, language_signal, speak};

use super::format;
use crate::model::{Fields, json};

/// A text is smaller than a table with an address for each word.
const ENGLISH_FILE: &str = include_str!("en.json");
use crate::model::Collection;

/// The words under `key`; the key itself where the table has none.
#[must_use]
pub fn t(key: &'static str) -> &'static str {
    find(key).unwrap_or(key)
}

/// The words under a key made at run time, such as an error's code; `None` where the table has none.
#[must_use]
pub fn find(key: &str) -> Option<&'static str> {
    language().word(key).or_else(|| english(key))
}

fn english(key: &str) -> Option<&'static str> {
    thread_local! {
        static ENGLISH: &'static Fields = Box::leak(json::object(ENGLISH_FILE).unwrap_or_default().into());
    }
    ENGLISH.with(|words| words.get(key)?.as_str())
}

/// What a thing of the sample is called; `label` in English, and where the language has no word of its own.
#[must_use]
pub fn of_sample<'l>(name: &str, label: &'l str) -> &'l str {
    find(&["sample.", name].concat()).unwrap_or(label)
}

/// A schema of the sample with the language's labels.
#[must_use]
pub fn sample_schema(schema: &Collection) -> Collection {
    let mut own = schema.clone();
    own.label = of_sample(&own.name, &own.label).to_owned();
    for field in &mut own.fields {
        field.label = of_sample(&field.name, &field.label).to_owned();
    }
    own
}

/// The words under `key` with each `{name}` replaced by its value.
#[must_use]
pub fn fill(key: &'static str, values: &[(&str, &str)]) -> String {
    replace(t(key), values)
}

/// The words for an amount: `key.one`, `key.other` and so on by the language's plural rules, with
/// `{n}` replaced by the amount as the language writes it.
#[must_use]
pub fn plural(key: &str, amount: usize) -> String {
    let category = format::plural_category(amount);
    let with = |category: &str| find(&[key, ".", category].concat());
    let words = with(category).or_else(|| with("other")).unwrap_or("{n}");
    replace(words, &[("n", &format::count(amount))])
}

fn replace(words: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(words.len() + 16);
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            rest = after;
            break;
        };
        let value = values.iter().find(|(known, _)| *known == name);
        out.push_str(value.map_or(name, |(_, value)| *value));
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, path::Path};

    #[test]
    fn words_are_sorted_and_unique() {
        let keys: Vec<&str> = ENGLISH_FILE.lines().filter_map(|line| line.trim().split('"').nth(1)).collect();
        assert_eq!(Some(keys.len()), json::object(ENGLISH_FILE).map(|words| words.len()));
        for pair in keys.windows(2) {
            assert!(pair[0] < pair[1], "{} must come before {}", pair[1], pair[0]);
        }
    }

    #[test]
    fn placeholders_are_filled_by_name() {
        assert_eq!(replace("{a} of {b}", &[("b", "3"), ("a", "1")]), "1 of 3");
        assert_eq!(replace("no {such} name", &[]), "no such name");
        assert_eq!(plural("list.found", 1), "1 record");
        assert_eq!(plural("list.found", 3), "3 records");
    }

    #[test]
    fn every_key_in_the_screens_has_words() {
        let mut missing = Vec::new();
        visit(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/ui")), &mut missing);
        visit(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/state")), &mut missing);
        assert!(missing.is_empty(), "{missing:?}");
    }

    fn visit(folder: &Path, missing: &mut Vec<String>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                visit(&path, missing);
            } else if let Ok(source) = fs::read_to_string(&path) {
                missing.extend(unknown_keys(&source));
            }
        }
    }

    fn unknown_keys(source: &str) -> Vec<String> {
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        let called = |call: &'static str, suffix: &'static str| {
            code.split(call).skip(1).filter_map(move |rest| Some([rest.split_once('"')?.0, suffix].concat()))
        };
        called(" t(\"", "")
            .chain(called("(t(\"", ""))
            .chain(called("{t(\"", ""))
            .chain(called("fill(\"", ""))
            .chain(called("plural(\"", ".other"))
            .filter(|key| find(key).is_none())
            .collect()
    }
}
