//! Everything of a workspace that is on this device, as one JSON document in parts.
//!
//! Records are written as they are seen, from the bytes that lie in memory: nothing is parsed, and no text ever holds
//! more than one part of the document. The outbox's entries follow as they are. The format is told in
//! `docs/export.md`.

use super::{Row, Store};
use crate::model::{Collection, Entry, json};

/// How long a part may grow before it is handed on.
const PART_BYTES: usize = 64 * 1024;

/// Takes the parts of a text as they become long enough.
struct Parts<'a> {
    text: String,
    take: &'a mut dyn FnMut(&str),
}

impl Parts<'_> {
    fn push(&mut self, texts: &[&str]) {
        texts.iter().for_each(|text| self.text.push_str(text));
        if self.text.len() > PART_BYTES {
            self.hand_on();
        }
    }

    fn hand_on(&mut self) {
        (self.take)(&self.text);
        self.text.clear();
    }
}

impl Store {
    /// Hands on the document, part by part. `head` is a JSON object whose members come first.
    pub fn export(&self, head: &str, take: &mut dyn FnMut(&str)) {
        let mut parts = Parts { text: String::new(), take };
        parts.push(&["{", inside(head), ",\n\"collections\":["]);
        let mut between = "";
        for collection in self.collections() {
            parts.push(&[between, &opening(&collection, self.whole(&collection.name))]);
            self.with_table(&collection.name, |table| {
                let mut between = "";
                for row in table.iter().filter(|row| !row.gone()) {
                    parts.push(&[between, "\n{\"id\":", &json::quoted(row.id()), ",\"fields\":", row.json(), "}"]);
                    between = ",";
                }
            });
            parts.push(&["]}"]);
            between = ",\n";
        }
        parts.push(&["],\n\"outbox\":["]);
        between = "\n";
        for entry in self.outbox().iter() {
            parts.push(&[between, &written(entry)]);
            between = ",\n";
        }
        parts.push(&["]}\n"]);
        parts.hand_on();
    }

    /// Whether everything that the server has of a collection is here, and read.
    fn whole(&self, collection: &str) -> bool {
        self.complete() && self.pull_state(collection).complete
    }
}

/// A collection's object, up to its first record.
fn opening(collection: &Collection, whole: bool) -> String {
    let mut members = json::Members::default();
    members.text("name", &collection.name);
    members.text("label", &collection.label);
    members.flag("complete", whole);
    members.json("records", "[");
    members.end().trim_end_matches('}').to_owned()
}

/// An entry as one object: its place, its routing columns, its data.
fn written(entry: &Entry) -> String {
    let (seq, sub) = (entry.key.seq.to_string(), entry.key.sub.to_string());
    let (clear, body) = (entry.clear.to_json(), entry.body.to_json());
    ["{\"seq\":", &seq, ",\"sub\":", &sub, ",", inside(&clear), ",", inside(&body), "}"].concat()
}

/// The members of an object without its braces.
fn inside(object: &str) -> &str {
    object.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(object)
}

impl Row {
    /// All fields as JSON.
    fn json(&self) -> &str {
        std::str::from_utf8(self.body()).unwrap_or("null")
    }
}

#[cfg(test)]
mod tests {
    use crate::local::{Edit, MemoryDisk, Store};
    use crate::model::cursor::PullState;
    use crate::model::{Collection, Field, FieldType, Fields, Kind, Record, Timestamp};
    use crate::platform::MemoryTabs;
    use futures::executor::block_on;
    use serde_json::{Value, json};
    use std::rc::Rc;

    fn fields(value: Value) -> Fields {
        value.as_object().cloned().unwrap()
    }

    fn edit(record: &str, kind: Kind, changes: Value, base: Value) -> Edit {
        Edit {
            op_id: ["op-", record].concat(),
            account: "me@here".into(),
            collection: "people".into(),
            record: record.into(),
            kind,
            changes: fields(changes),
            base: fields(base),
            base_version: None,
            made_at: Timestamp(5),
            files: Vec::new(),
        }
    }

    fn store(rows: usize) -> Store {
        let people = Collection::new("people", "name", vec![Field::new("name", FieldType::Text)]);
        let empty = Collection::new("empty", "name", vec![Field::new("name", FieldType::Text)]);
        let (disk, tabs) = (Rc::new(MemoryDisk::new()), Rc::new(MemoryTabs::new()));
        let store = block_on(Store::open(disk, tabs, "me@here", &[Rc::new(people), Rc::new(empty)])).unwrap();
        block_on(store.load()).unwrap();
        let one = |at: usize| Record::new(format!("id{at:05}"), fields(json!({ "name": format!("\"{at}\"\n") })));
        let records: Vec<Record> = (0..rows).map(one).collect();
        store.seed("people", &records, PullState { complete: true, ..PullState::default() });
        store
    }

    fn exported(store: &Store) -> (Value, Vec<usize>) {
        let (mut text, mut sizes) = (String::new(), Vec::new());
        store.export(r#"{"app":"Landfall","format":1}"#, &mut |part| {
            text.push_str(part);
            sizes.push(part.len());
        });
        (serde_json::from_str(&text).unwrap(), sizes)
    }

    #[test]
    fn an_export_shows_records_as_they_are_seen_and_the_outbox_as_it_is() {
        let store = store(3);
        block_on(store.edit(edit("id00001", Kind::Patch, json!({ "name": "New" }), json!({ "name": "\"1\"\n" }))))
            .unwrap();
        block_on(store.edit(edit("id00002", Kind::Delete, json!({}), json!({ "name": "\"2\"\n" })))).unwrap();
        let (document, _) = exported(&store);
        assert_eq!((&document["app"], &document["format"]), (&json!("Landfall"), &json!(1)));
        assert_eq!(
            document["collections"],
            json!([
                { "name": "empty", "label": "Empty", "complete": false, "records": [] },
                { "name": "people", "label": "People", "complete": true, "records": [
                    { "id": "id00000", "fields": { "name": "\"0\"\n" } },
                    { "id": "id00001", "fields": { "name": "New" } } ] },
            ])
        );
        let outbox = document["outbox"].as_array().unwrap();
        assert_eq!(outbox.len(), 2);
        assert_eq!((&outbox[0]["kind"], &outbox[0]["changes"]["name"]), (&json!("patch"), &json!("New")));
        assert_eq!((&outbox[1]["kind"], &outbox[1]["account"]), (&json!("delete"), &json!("me@here")));
    }

    #[test]
    fn ten_thousand_records_come_in_parts() {
        let (document, sizes) = exported(&store(10_000));
        assert_eq!(document["collections"][1]["records"].as_array().unwrap().len(), 10_000);
        assert!(sizes.len() > 5 && sizes.iter().all(|size| *size < 2 * super::PART_BYTES), "{sizes:?}");
    }
}
