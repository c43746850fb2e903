//! Holds `public/lang/*.json` and `public/boot.js` to the English words: nothing missing, nothing left over, nothing forgotten.

use super::{LANGUAGES, english};
use crate::model::{Fields, json};
use std::collections::BTreeSet;
use std::{fs, path::PathBuf};

/// Words that are the same in both languages: names, and what is no word.
const SAME_IN_INDONESIAN: [&str; 8] = [
    "backend.firebase",
    "backend.graphql",
    "backend.pocketbase",
    "backend.rest",
    "backend.supabase",
    "backend.websocket",
    "chip.offline",
    "outbox.field_error",
];

fn public(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("public").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn file(tag: &str) -> Fields {
    json::object(&public(&["lang/", tag, ".json"].concat())).expect("one flat JSON object")
}

fn words<'w>(file: &'w Fields, key: &str) -> &'w str {
    file[key].as_str().unwrap_or_else(|| panic!("{key} is not text"))
}

/// The texts of `public/device.js` and `boot.js`, which are told before any table is there: key and English.
fn boot_words() -> Vec<(String, String)> {
    let script = public("device.js") + &public("boot.js");
    let calls = script.split("tell('").skip(1).filter_map(|call| {
        let (key, rest) = call.split_once("', '")?;
        Some((key.to_owned(), rest.split_once("')")?.0.to_owned()))
    });
    calls.collect()
}

/// Every key that Indonesian needs: it has one plural form only.
fn needed() -> BTreeSet<String> {
    let table = english::WORDS.iter().map(|(key, _)| (*key).to_owned());
    let boot = boot_words().into_iter().map(|(key, _)| key);
    let all: BTreeSet<String> = table.chain(boot).collect();
    let plural = |key: &String| key.strip_suffix(".one").is_some_and(|stem| all.contains(&[stem, ".other"].concat()));
    all.iter().filter(|key| !plural(key)).cloned().collect()
}

fn placeholders(words: &str) -> BTreeSet<&str> {
    words.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}

#[test]
fn indonesian_has_every_word_and_no_other() {
    let has: BTreeSet<String> = file("id").keys().cloned().collect();
    let missing: Vec<_> = needed().difference(&has).cloned().collect();
    let left_over: Vec<_> = has.difference(&needed()).cloned().collect();
    assert!(missing.is_empty() && left_over.is_empty(), "missing: {missing:?}; left over: {left_over:?}");
}

#[test]
fn indonesian_keeps_every_placeholder() {
    let file = file("id");
    for (key, english) in english::WORDS.iter().filter(|(key, _)| file.contains_key(*key)) {
        assert_eq!(placeholders(words(&file, key)), placeholders(english), "{key}");
    }
}

#[test]
fn no_words_were_left_in_english() {
    let file = file("id");
    let boot = boot_words();
    let all = english::WORDS.iter().map(|(key, words)| (*key, *words));
    let all = all.chain(boot.iter().map(|(key, words)| (key.as_str(), words.as_str())));
    let same: Vec<&str> =
        all.filter(|(key, english)| file.get(*key).is_some_and(|own| own == *english)).map(|(key, _)| key).collect();
    assert_eq!(same, SAME_IN_INDONESIAN);
}

#[test]
fn words_are_tidy() {
    let (file, boot) = (file("id"), boot_words());
    let own = file.keys().map(|key| (key.as_str(), words(&file, key)));
    let boot = boot.iter().map(|(key, words)| (key.as_str(), words.as_str()));
    for (key, words) in english::WORDS.iter().map(|(key, words)| (*key, *words)).chain(own).chain(boot) {
        assert!(!words.contains('!'), "{key}: no exclamation marks");
        assert!(!words.contains("..."), "{key}: … is one sign");
        assert!(!words.contains("  ") && words.trim() == words && !words.is_empty(), "{key}: “{words}”");
    }
}

#[test]
fn a_sentence_ends_as_its_english_does() {
    let file = file("id");
    let end = |words: &str| words.chars().last().filter(|last| !last.is_alphanumeric() && *last != '}');
    for (key, english) in english::WORDS.iter().filter(|(key, _)| file.contains_key(*key)) {
        assert_eq!(end(words(&file, key)), end(english), "{key}");
    }
}

#[test]
fn the_page_knows_the_same_languages() {
    let named = LANGUAGES.map(|(tag, _)| ["'", tag, "'"].concat()).join(", ");
    assert!(public("boot.js").contains(&["const languages = [", &named, "];"].concat()));
    for (tag, _) in LANGUAGES.iter().skip(1) {
        assert!(!file(tag).is_empty());
    }
}
