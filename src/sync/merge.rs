//! The three-way merge of one patch with the record as the server now has it, field by field (rule 22).
//!
//! Pure: base is what the user saw, ours what was made of it, theirs what the server has. What only one side changed
//! goes through; lists without order take both sides' additions and removals; the rest is for the user to
//! choose. Comparing is the backend's word ([`crate::remote::RemoteSource::shows`]), because it may have trimmed,
//! rounded or renamed what it was sent.

use crate::model::{Collection, Entry, Fields, Record, Value, value};

/// Whether a record shows these values, by the backend's own rules.
pub type Shows<'a> = &'a dyn Fn(&Record, &Fields) -> bool;

/// What a merge leaves.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Merged {
    /// What is still to be sent: absolute values.
    pub send: Fields,
    /// Our values of the fields that both sides changed.
    pub contested: Fields,
    /// Whether a value of theirs went into a field that we touched.
    pub taken: bool,
}

/// Merges a patch with the server's record.
#[must_use]
pub fn merge(entry: &Entry, theirs: &Record, collection: &Collection, shows: Shows) -> Merged {
    let mut merged = Merged::default();
    let base = Record::new(entry.clear.record.clone(), entry.body.base.clone());
    let unmoved = entry.body.base_version.is_some() && entry.body.base_version == theirs.version;
    for (name, ours) in &entry.body.changes {
        let shown = |record: &Record, value: &Value| shows(record, &one(name, value));
        let known = entry.body.base.get(name).cloned().unwrap_or_default();
        if shown(theirs, ours) {
            continue;
        }
        if unmoved || shown(theirs, &known) {
            merged.send.insert(name.clone(), ours.clone());
        } else if shown(&base, ours) {
            merged.taken = true;
        } else if collection.field(name).is_some_and(crate::model::Field::is_set) {
            merged.taken = true;
            let both = value::merge_sets(Some(&known), Some(ours), theirs.get(name));
            if !shown(theirs, &both) {
                merged.send.insert(name.clone(), both);
            }
        } else {
            merged.contested.insert(name.clone(), ours.clone());
        }
    }
    merged
}

fn one(name: &str, value: &Value) -> Fields {
    let mut fields = Fields::new();
    fields.insert(name.to_owned(), value.clone());
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::mutation::{EntryBody, EntryClear};
    use crate::model::{EntryKey, EntryState, Field, FieldType, Kind, Timestamp, Version};
    use serde_json::json;

    fn fields(value: Value) -> Fields {
        value.as_object().cloned().unwrap()
    }

    fn patch(base: Value, ours: Value) -> Entry {
        let clear = EntryClear {
            format: 1,
            op_id: "op".into(),
            account: "me".into(),
            collection: "projects".into(),
            record: "a".into(),
            kind: Kind::Patch,
            state: EntryState::Ambiguous,
            attempt: 1,
            epoch: 1,
            revision: 1,
            deps: Vec::new(),
            made_at: Timestamp(0),
        };
        let body = EntryBody { changes: fields(ours), base: fields(base), ..EntryBody::default() };
        Entry { key: EntryKey::default(), clear, body }
    }

    fn merged(entry: &Entry, theirs: Value) -> Merged {
        let projects = Collection::new("projects", "name", vec![Field::new("tags", FieldType::Tags)]);
        let trimmed = |record: &Record, values: &Fields| {
            let trim = |value: Option<&Value>| value.and_then(Value::as_str).map(|text| text.trim().to_owned());
            values.iter().all(|(name, value)| match trim(Some(value)) {
                Some(text) => trim(record.get(name)).unwrap_or_default() == text,
                None => value::same(record.get(name), Some(value)),
            })
        };
        let theirs = Record { version: Some(Version("2".into())), ..Record::new("a", fields(theirs)) };
        merge(entry, &theirs, &projects, &trimmed)
    }

    #[test]
    fn each_field_is_ours_theirs_the_same_or_contested() {
        let entry = patch(
            json!({"mine": 1, "theirs": 1, "same": 1, "both": 1}),
            json!({"mine": 2, "theirs": 1, "same": 2, "both": 2}),
        );
        let found = merged(&entry, json!({"mine": 1, "theirs": 3, "same": 2, "both": 3}));
        assert_eq!(found.send, fields(json!({"mine": 2})));
        assert_eq!(found.contested, fields(json!({"both": 2})));
        assert!(found.taken, "their value stands where we changed nothing");
    }

    #[test]
    fn what_the_server_does_to_values_is_no_change() {
        let entry = patch(json!({"name": "A "}), json!({"name": "B "}));
        assert_eq!(merged(&entry, json!({"name": "A"})).send, fields(json!({"name": "B "})));
        assert_eq!(merged(&entry, json!({"name": "B"})), Merged::default());
    }

    #[test]
    fn lists_take_both_sides() {
        let entry = patch(json!({"tags": ["a", "b"]}), json!({"tags": ["a", "x"]}));
        let found = merged(&entry, json!({"tags": ["a", "b", "y"]}));
        assert_eq!(found.send, fields(json!({"tags": ["a", "y", "x"]})));
        assert!(found.contested.is_empty() && found.taken);
        // Our own lost success with their addition: nothing is left to send.
        assert!(merged(&entry, json!({"tags": ["a", "x", "y"]})).send.is_empty());
    }

    #[test]
    fn an_unmoved_version_is_worth_more_than_comparing() {
        let mut entry = patch(json!({"name": "rounded"}), json!({"name": "B"}));
        entry.body.base_version = Some(Version("2".into()));
        assert_eq!(merged(&entry, json!({"name": "r"})).send, fields(json!({"name": "B"})));
    }
}
