//! A file that was chosen here and is not on the server yet.
//!
//! In an edit's values such a file stands as a token, a JSON object with the member `local`; files that the server
//! has are plain text, their names there. The bytes lie in the outbox beside the entry that names them.

use super::{Fields, Value, json};

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
        let found = LocalFile::all(values.as_object().unwrap());
        assert_eq!(found, [("papers".to_owned(), photo.clone()), ("photo".to_owned(), photo)]);
    }
}
