//! How far a collection has been pulled.

use super::{Timestamp, Value, json};

/// A place in the server's change feed, in the server's own time: never ordered by a client's clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    /// The `updated` value of the last row taken, as the server wrote it; empty where rows have none, and the place
    /// means something only to the pull that is under way.
    pub updated: String,
    /// That row's id: breaks ties among rows of the same `updated`.
    pub id: String,
}

/// What is known of a collection's last pull.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PullState {
    /// Where the next pull goes on.
    pub cursor: Option<Cursor>,
    /// When the last complete pull ended, by this device's clock (for display only).
    pub pulled_at: Option<Timestamp>,
    /// Whether every page has been taken at least once.
    pub complete: bool,
}

impl Cursor {
    fn to_json(&self) -> String {
        let mut members = json::Members::default();
        members.text("updated", &self.updated);
        members.text("id", &self.id);
        members.end()
    }
}

impl PullState {
    /// As it is stored.
    #[must_use]
    pub fn to_json(&self) -> String {
        let or_null = |text: Option<String>| text.unwrap_or_else(|| "null".to_owned());
        let mut members = json::Members::default();
        members.json("cursor", &or_null(self.cursor.as_ref().map(Cursor::to_json)));
        members.json("pulled_at", &or_null(self.pulled_at.map(|moment| moment.0.to_string())));
        members.flag("complete", self.complete);
        members.end()
    }

    /// Reads what is stored.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        let mut members = json::object(text)?;
        let cursor = json::take_fields(&mut members, "cursor").and_then(|mut cursor| {
            let (updated, id) = (json::take_text(&mut cursor, "updated")?, json::take_text(&mut cursor, "id")?);
            Some(Cursor { updated, id })
        });
        Some(Self {
            cursor,
            pulled_at: members.get("pulled_at").and_then(Value::as_i64).map(Timestamp),
            complete: json::flag(&members, "complete")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pull_state_reads_back_from_the_text_that_is_stored() {
        for stored in [
            r#"{"cursor":{"updated":"2026-01-01","id":"a"},"pulled_at":5,"complete":true}"#,
            r#"{"cursor":null,"pulled_at":null,"complete":false}"#,
        ] {
            assert_eq!(PullState::from_json(stored).map(|pull| pull.to_json()).as_deref(), Some(stored));
        }
    }
}
