//! Languages that nobody speaks, made from the English words: what is not in them was never translated.
//!
//! Each text stands in brackets and is two fifths longer, as words in other languages are. One has accents on every letter; the
//! other is written from right to left, with the six plural forms of Arabic.

use crate::words;
use std::collections::BTreeMap;

/// English with accents, two fifths longer.
pub const ACCENTED: &str = "en-x-pseudo";
/// From right to left, two fifths longer.
pub const MIRRORED: &str = "ar-x-pseudo";

const LATIN: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ACCENTS: &str = "åƀçđéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇĐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ";
const ARABIC: &str = "ابجدهوزحطيكلمنسعفصقرشتثخذضابجدهوزحطيكلمنسعفصقرشتثخذض";

/// The file of one of the two.
pub fn pseudo_file(tag: &str) -> String {
    let mut file = BTreeMap::new();
    for (key, english) in words::english() {
        let own = pseudo(tag, &english);
        let stem = key.strip_suffix(".other").filter(|_| tag == MIRRORED);
        for form in
            stem.into_iter().flat_map(|stem| ["zero", "two", "few", "many"].map(|form| format!("{stem}.{form}")))
        {
            file.insert(form, own.clone());
        }
        file.insert(key, own);
    }
    serde_json::to_string(&file).expect("texts are JSON")
}

/// The words as one of the two has them; names in braces stay.
pub fn pseudo(tag: &str, english: &str) -> String {
    let letters = if tag == MIRRORED { ARABIC } else { ACCENTS };
    let mut out = String::from("[");
    for (index, part) in english.split('{').enumerate() {
        let (name, words) = if index == 0 {
            (None, part)
        } else {
            part.split_once('}').map_or((None, part), |(name, words)| (Some(name), words))
        };
        if let Some(name) = name {
            out += &format!("{{{name}}}");
        }
        out.extend(words.chars().map(|letter| {
            LATIN.chars().position(|own| own == letter).and_then(|at| letters.chars().nth(at)).unwrap_or(letter)
        }));
    }
    let longer = (english.chars().count() * 2).div_ceil(5);
    let filler: String = letters
        .chars()
        .cycle()
        .take(longer.max(2))
        .enumerate()
        .map(|(at, letter)| if at % 6 == 0 { ' ' } else { letter })
        .collect();
    [out, filler, "]".to_owned()].concat()
}
