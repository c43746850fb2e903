//! A record as bytes: what chunks, log batches and the table in memory are made of.
//!
//! Rows read from one chunk share its buffer, so that loading copies nothing and parses nothing: the
//! folded search text lies beside the record's JSON. A frame is
//! `flags u8, id_len u16, version_len u16, search_len u32, body_len u32`, then the four texts
//! (little endian). The cache can be thrown away at any time, so this layout may change freely.

use super::json_scan;
use crate::model::{Collection, FieldType, Fields, Record, Value, Version, fold, json, value};
use std::{ops::Range, rc::Rc};

const HEADER: usize = 13;
const GONE: u8 = 1;

/// One record in its stored form. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Row {
    id: Rc<str>,
    frame: Rc<[u8]>,
    version: Range<usize>,
    search: Range<usize>,
    body: Range<usize>,
    gone: bool,
}

impl Row {
    /// Makes a row of a record; a tombstone becomes a row that is [`gone`](Self::gone).
    #[must_use]
    pub fn encode(record: &Record, collection: &Collection) -> Self {
        let body = json::fields_text(&record.fields);
        let search = search_text(&record.fields, collection);
        Self::assemble(&record.id, record.version.as_ref(), &search, body.as_bytes(), record.deleted)
    }

    /// The same row, marked as gone on the server: kept only because edits of it wait here.
    #[must_use]
    pub fn as_gone(&self, version: Option<&Version>) -> Self {
        Self::assemble(&self.id, version, self.search(), &self.frame[self.body.clone()], true)
    }

    fn assemble(id: &str, version: Option<&Version>, search: &str, body: &[u8], gone: bool) -> Self {
        let version = version.map_or("", |version| version.0.as_str());
        let mut frame = Vec::with_capacity(HEADER + id.len() + version.len() + search.len() + body.len());
        frame.push(if gone { GONE } else { 0 });
        frame.extend(u16::try_from(id.len()).unwrap_or(u16::MAX).to_le_bytes());
        frame.extend(u16::try_from(version.len()).unwrap_or(u16::MAX).to_le_bytes());
        frame.extend(u32::try_from(search.len()).unwrap_or(u32::MAX).to_le_bytes());
        frame.extend(u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes());
        for part in [id.as_bytes(), version.as_bytes(), search.as_bytes(), body] {
            frame.extend_from_slice(part);
        }
        let starts = HEADER + id.len();
        let search_at = starts + version.len();
        let body_at = search_at + search.len();
        Self {
            id: id.into(),
            version: starts..search_at,
            search: search_at..body_at,
            body: body_at..frame.len(),
            frame: frame.into(),
            gone,
        }
    }

    /// Reads every row of a buffer; `None` if it is damaged.
    #[must_use]
    pub fn decode_all(bytes: &[u8]) -> Option<Vec<Self>> {
        let frame: Rc<[u8]> = bytes.into();
        let mut rows = Vec::new();
        let mut at = 0;
        while at < frame.len() {
            let row = Self::decode(&frame, at)?;
            at = row.body.end;
            rows.push(row);
        }
        Some(rows)
    }

    fn decode(frame: &Rc<[u8]>, at: usize) -> Option<Self> {
        let header = frame.get(at..at + HEADER)?;
        let short = |at: usize| Some(usize::from(u16::from_le_bytes(header.get(at..at + 2)?.try_into().ok()?)));
        let long = |at: usize| usize::try_from(u32::from_le_bytes(header.get(at..at + 4)?.try_into().ok()?)).ok();
        let id_at = at + HEADER;
        let version_at = id_at + short(1)?;
        let search_at = version_at + short(3)?;
        let body_at = search_at + long(5)?;
        let end = body_at + long(9)?;
        if end > frame.len() || std::str::from_utf8(&frame[version_at..body_at]).is_err() {
            return None;
        }
        Some(Self {
            id: std::str::from_utf8(frame.get(id_at..version_at)?).ok()?.into(),
            version: version_at..search_at,
            search: search_at..body_at,
            body: body_at..end,
            frame: frame.clone(),
            gone: header[0] & GONE != 0,
        })
    }

    /// Appends the row's bytes.
    pub fn write_to(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.frame[self.version.start - self.id.len() - HEADER..self.body.end]);
    }

    /// The record's id.
    #[must_use]
    pub fn id(&self) -> &Rc<str> {
        &self.id
    }

    /// Whether the server has deleted the record.
    #[must_use]
    pub fn gone(&self) -> bool {
        self.gone
    }

    /// The server's version, if it has any.
    #[must_use]
    pub fn version(&self) -> Option<Version> {
        let text = std::str::from_utf8(&self.frame[self.version.clone()]).unwrap_or_default();
        (!text.is_empty()).then(|| Version(text.to_owned()))
    }

    /// The folded text that search looks at.
    #[must_use]
    pub fn search(&self) -> &str {
        std::str::from_utf8(&self.frame[self.search.clone()]).unwrap_or_default()
    }

    /// All fields as the bytes of a JSON object.
    pub(super) fn body(&self) -> &[u8] {
        &self.frame[self.body.clone()]
    }

    /// One field's value.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Value> {
        json_scan::field(&self.frame[self.body.clone()], name)
    }

    /// All fields.
    #[must_use]
    pub fn fields(&self) -> Fields {
        json::parse_bytes(&self.frame[self.body.clone()]).and_then(json::into_fields).unwrap_or_default()
    }

    /// The record.
    #[must_use]
    pub fn record(&self) -> Record {
        Record { id: self.id.to_string(), fields: self.fields(), version: self.version(), deleted: self.gone }
    }
}

fn search_text(fields: &Fields, collection: &Collection) -> String {
    let mut out = String::new();
    for field in &collection.fields {
        let searchable = !matches!(
            field.kind,
            FieldType::Relation(_) | FieldType::Boolean | FieldType::Number | FieldType::Date | FieldType::DateTime
        );
        if let Some(found) = fields.get(&field.name).filter(|found| searchable && !value::is_empty(Some(found))) {
            fold::fold_into(&value::text(found), &mut out);
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Field;
    use serde_json::json;

    fn people() -> Collection {
        Collection::new(
            "people",
            "name",
            vec![Field::new("name", FieldType::Text), Field::new("age", FieldType::Number)],
        )
    }

    fn record(id: &str, name: &str) -> Record {
        let fields = json!({"name": name, "age": 4}).as_object().cloned().unwrap();
        Record { version: Some(Version(format!("v-{id}"))), ..Record::new(id, fields) }
    }

    #[test]
    fn rows_survive_a_buffer_together() {
        let records = [record("a", "Zoë"), record("b", "東京"), Record::tombstone("c", None)];
        let mut bytes = Vec::new();
        for record in &records {
            Row::encode(record, &people()).write_to(&mut bytes);
        }
        let rows = Row::decode_all(&bytes).unwrap();
        assert_eq!(rows.iter().map(Row::record).collect::<Vec<_>>(), records);
        assert_eq!(rows[0].search(), "zoe\n");
        let mut again = Vec::new();
        rows.iter().for_each(|row| row.write_to(&mut again));
        assert_eq!(again, bytes);
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let mut bytes = Vec::new();
        Row::encode(&record("a", "Ada"), &people()).write_to(&mut bytes);
        for end in 1..bytes.len() {
            assert!(Row::decode_all(&bytes[..end]).is_none(), "cut at {end}");
        }
    }
}
