//! A record: an id, named fields, and what the server said of its version.

use super::{Fields, Value, json};

/// A record's id within its collection: the server's, or one made here that the server will take.
pub type RecordId = String;

/// The server's word for one state of a record (a revision, an ETag, an `updated` time), opaque here.
///
/// Whether two versions can be put in order is a capability of the backend
/// (`Capabilities::ordered_versions`); where they can, plain text order is their order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub String);

/// One record as the server knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Unique within the collection.
    pub id: RecordId,
    /// The named values; the id is not among them.
    pub fields: Fields,
    /// The state of the record that `fields` shows, where the backend has such a thing.
    pub version: Option<Version>,
    /// A tombstone: the record is gone, `fields` is empty.
    pub deleted: bool,
}

impl Record {
    /// A record with no version yet.
    #[must_use]
    pub fn new(id: impl Into<RecordId>, fields: Fields) -> Self {
        Self { id: id.into(), fields, version: None, deleted: false }
    }

    /// The mark that says a record is gone.
    #[must_use]
    pub fn tombstone(id: impl Into<RecordId>, version: Option<Version>) -> Self {
        Self { id: id.into(), fields: Fields::new(), version, deleted: true }
    }

    /// A field's value.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.fields.get(field)
    }

    /// A field as text, empty when there is none.
    #[must_use]
    pub fn text(&self, field: &str) -> String {
        self.get(field).map(super::value::text).unwrap_or_default()
    }
}

impl Record {
    /// As it is stored.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut members = json::Members::default();
        members.text("id", &self.id);
        members.fields("fields", &self.fields);
        if let Some(version) = &self.version {
            members.text("version", &version.0);
        }
        if self.deleted {
            members.flag("deleted", true);
        }
        members.end()
    }

    /// Reads what is stored.
    #[must_use]
    pub fn from_json(value: Value) -> Option<Self> {
        let mut members = json::into_fields(value)?;
        Some(Self {
            id: json::take_text(&mut members, "id")?,
            fields: json::take_fields(&mut members, "fields")?,
            version: json::take_text(&mut members, "version").map(Version),
            deleted: json::flag(&members, "deleted").unwrap_or_default(),
        })
    }
}
