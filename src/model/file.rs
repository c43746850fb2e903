//! A file that was chosen here and is not on the server yet.
//!
//! In an edit's values such a file stands as a token, a JSON object with the member `local`; files that the server
//! has are plain text, their names there. The bytes lie in the outbox beside the entry that names them.

use super::{Fields, Value, json};

/// How many letters of a file's id its sent name begins with.
const MARK_LENGTH: usize = 10;
/// How much of its own name is kept.
const NAME_LENGTH: usize = 60;

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalFile {
    /// Names the bytes on this device.
    pub id: String,
    /// The name that the user's device gave it.
    pub name: String,
    /// Its media type; empty where the device knows none.
    pub content_type: String,
    /// How many bytes it has.
    pub size: u64,
}

impl LocalFile {
    /// The token.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut members = json::Members::default();
        members.text("local", &self.id);
        members.text("name", &self.name);
        members.text("type", &self.content_type);
        members.whole("size", self.size);
        json::parse_bytes(members.end().as_bytes()).unwrap_or_default()
    }

    /// Reads a token; `None` for any other value.
    #[must_use]
    pub fn of(value: &Value) -> Option<Self> {
        let members = value.as_object()?;
        let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            id: text("local")?,
            name: text("name").unwrap_or_default(),
            content_type: text("type").unwrap_or_default(),
            size: json::whole(members, "size").unwrap_or_default(),
        })
    }

    /// The name that it is sent under, the same at every attempt: the end of its id, then what a server is likely to
    /// leave of its own name. So a lost success can be recognised, whatever the server appends.
    #[must_use]
    pub fn sent_name(&self) -> String {
        let (stem, ending) = self.name.rsplit_once('.').unwrap_or((&self.name, ""));
        let stem = [&self.mark(), "_", &plain(stem)].concat();
        let stem = stem.trim_end_matches('_');
        let ending: String = plain(ending).chars().filter(|letter| *letter != '_').collect();
        if ending.is_empty() { stem.to_owned() } else { [stem, ".", &ending].concat() }
    }

    /// Whether a file on the server is this one, by its name.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        let mark = self.mark();
        !mark.is_empty() && name.strip_prefix(&*mark).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    }

    /// The last letters and digits of its id, which are its random part.
    fn mark(&self) -> String {
        let letters: Vec<char> = self.id.chars().filter(char::is_ascii_alphanumeric).collect();
        let from = letters.len().saturating_sub(MARK_LENGTH);
        letters[from..].iter().map(char::to_ascii_lowercase).collect()
    }

    /// All tokens among these values, each with its field's name; a field may hold one or a list.
    #[must_use]
    pub fn all(values: &Fields) -> Vec<(String, Self)> {
        let mut found = Vec::new();
        for (field, value) in values {
            let held = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            found.extend(held.iter().filter_map(Self::of).map(|file| (field.clone(), file)));
        }
        found
    }
}

/// Small letters and digits, everything else one underscore.
fn plain(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_ascii_alphanumeric() {
            out.push(letter.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
    }
    out.truncate(NAME_LENGTH);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tokens_are_told_from_names() {
        let photo = LocalFile { id: "f1".into(), name: "a.png".into(), content_type: "image/png".into(), size: 7 };
        assert_eq!(LocalFile::of(&photo.to_value()), Some(photo.clone()));
        assert_eq!(LocalFile::of(&json!("a_x1.png")), None);
        let values = json!({ "photo": photo.to_value(), "papers": ["old.pdf", photo.to_value()], "name": "Ada" });
        let mut found = LocalFile::all(values.as_object().unwrap());
        found.sort_by(|left, right| left.0.cmp(&right.0));
        assert_eq!(found, [("papers".to_owned(), photo.clone()), ("photo".to_owned(), photo)]);
    }

    #[test]
    fn a_sent_name_is_plain_and_recognised_with_what_the_server_appends() {
        let file =
            |id: &str, name: &str| LocalFile { id: id.into(), name: name.into(), content_type: String::new(), size: 1 };
        let photo = file("0199-AB-0123456789", "Mein Foto (2).PNG");
        assert_eq!(photo.sent_name(), "0123456789_mein_foto_2.png");
        assert!(photo.is_named("0123456789_mein_foto_2_x8f2k1q9z0.png"));
        assert!(!photo.is_named("01234567890_mein_foto_2.png"));
        assert!(!photo.is_named("mein_foto_2.png"));
        assert_eq!(file("abc", "---").sent_name(), "abc");
        assert!(!file("", "a.png").is_named("a.png"));
    }
}
