//! What a file is called on a screen, and whether it can be shown as a picture.
//!
//! Servers add a random part to the names that they store, and this app's own uploads begin with a mark of ten
//! letters by which a lost success is recognised. Neither is worth reading.

use crate::model::{LocalFile, Value, value};

/// How long the random parts are.
const RANDOM: usize = 10;
/// What browsers draw.
const PICTURES: [&str; 7] = ["png", "jpg", "jpeg", "gif", "webp", "avif", "svg"];

/// The name to show for a file: a token's own, or the server's without its random parts.
#[must_use]
pub fn shown(held: &Value) -> String {
    match LocalFile::of(held) {
        Some(token) => token.name,
        None => plain(&value::text(held)),
    }
}

/// The names of all files of a field.
#[must_use]
pub fn shown_all(value: &Value) -> String {
    let held = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    held.iter().map(shown).collect::<Vec<_>>().join(", ")
}

/// Whether a browser can draw it, by its media type or the end of its name.
#[must_use]
pub fn is_picture(name: &str, content_type: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    content_type.starts_with("image/") || PICTURES.contains(&ending.as_str())
}

fn plain(name: &str) -> String {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let stem = stem.rsplit_once('_').filter(|(_, tail)| is_random(tail)).map_or(stem, |(stem, _)| stem);
    let stem = stem.split_once('_').filter(|(mark, _)| is_random(mark)).map_or(stem, |(_, stem)| stem);
    if ending.is_empty() { stem.to_owned() } else { [stem, ".", ending].concat() }
}

/// Ten letters and digits, a digit among them: words rarely look so.
fn is_random(part: &str) -> bool {
    let letters = part.bytes().all(|letter| letter.is_ascii_alphanumeric());
    part.len() == RANDOM && letters && part.bytes().any(|letter| letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn random_parts_are_not_shown_and_words_stay() {
        assert_eq!(shown(&json!("0123456789_mein_foto_2_x8f2k1q9z0.png")), "mein_foto_2.png");
        assert_eq!(shown(&json!("photo_x8f2k1q9z0.jpg")), "photo.jpg");
        assert_eq!(shown(&json!("annual_statements.pdf")), "annual_statements.pdf");
        assert_eq!(shown(&json!("x8f2k1q9z0.png")), "x8f2k1q9z0.png");
        assert_eq!(shown(&json!("README")), "README");
    }

    #[test]
    fn a_chosen_file_goes_by_its_own_name() {
        let token = json!({ "local": "f1", "name": "My photo.png", "type": "image/png", "size": 3 });
        assert_eq!(shown_all(&json!(["a_x8f2k1q9z0.pdf", token])), "a.pdf, My photo.png");
    }

    #[test]
    fn pictures_are_told_by_type_or_name() {
        assert!(is_picture("camera", "image/heic"));
        assert!(is_picture("A.PNG", ""));
        assert!(!is_picture("notes.pdf", "application/pdf"));
    }
}
