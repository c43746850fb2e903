//! Text made comparable: lower case, without diacritics.
//!
//! Search and sort must agree on every device, so folding is done here and not by the browser's
//! locale. Latin-1 and Latin Extended-A lose their marks by table, combining marks are dropped,
//! `ß æ œ þ` become two letters; every other script is only lower-cased.

use super::case;

/// Base letters of U+00C0 ..= U+017F, in order; `.` leaves the character as it is.
const LATIN: &str = "aaaaaaaceeeeiiiidnooooo.ouuuuyts\
aaaaaaaceeeeiiiidnooooo.ouuuuyty\
aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllllllln\
nnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/// Appends the folded form of `text` to `out`.
pub fn fold_into(text: &str, out: &mut String) {
    // Romanian, Greek, Cyrillic and all beyond: letters that the table has not.
    if text.chars().any(|letter| letter > '\u{17f}') {
        fold_letters(&case::lower(text), out);
    } else {
        fold_letters(text, out);
    }
}

fn fold_letters(text: &str, out: &mut String) {
    for letter in text.chars() {
        if letter.is_ascii() {
            out.push(letter.to_ascii_lowercase());
        } else {
            fold_letter(letter, out);
        }
    }
}

fn fold_letter(letter: char, out: &mut String) {
    match letter {
        'ß' => out.push_str("ss"),
        'Æ' | 'æ' => out.push_str("ae"),
        'Œ' | 'œ' => out.push_str("oe"),
        'Þ' | 'þ' => out.push_str("th"),
        '\u{300}'..='\u{36f}' => {}
        '\u{c0}'..='\u{17f}' => match LATIN.as_bytes().get(letter as usize - 0xc0) {
            Some(b'.') | None => out.push(letter),
            Some(base) => out.push(char::from(*base)),
        },
        // The form at a word's end depends on what follows; search must not.
        'ς' => out.push('σ'),
        other => out.push(other),
    }
}

/// The folded form of `text`.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_loses_case_and_marks() {
        assert_eq!(
            fold("Ångström Čeněk Łódź Ğül Straße Œuvre ÝŸ Žižek Ñandú"),
            "angstrom cenek lodz gul strasse oeuvre yy zizek nandu"
        );
        assert_eq!(fold("Ānanda Ēriks Īva Ķirsis Šķēle Ūdris"), "ananda eriks iva kirsis skele udris");
        assert_eq!(fold("e\u{301}"), "e");
    }

    #[test]
    fn the_table_has_one_letter_for_each_code_point() {
        assert_eq!(LATIN.len(), 0x180 - 0xc0);
    }

    #[test]
    fn other_scripts_are_lower_cased() {
        assert_eq!(fold("ДОМ 東京 ȘǍ"), "дом 東京 șǎ");
        assert_eq!(fold("ΟΔΟΣ ὈΔΌΣ"), fold("οδοσ ὀδός"));
    }
}
