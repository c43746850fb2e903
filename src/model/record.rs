//! A record: an id, named fields, and what the server said of its version.

use super::{Fields, Value};
use serde::{Deserialize, Serialize};

/// A record's id within its collection: the server's, or one made here that the server will take.
pub type RecordId = String;

/// The server's word for one state of a record (a revision, an ETag, an `updated` time), opaque here.
///
/// Whether two versions can be put in order is a capability of the backend
/// (`Capabilities::ordered_versions`); where they can, plain text order is their order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Version(pub String);

/// One record as the server knows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Unique within the collection.
    pub id: RecordId,
    /// The named values; the id is not among them.
    pub fields: Fields,
    /// The state of the record that `fields` shows, where the backend has such a thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Version>,
    /// A tombstone: the record is gone, `fields` is empty.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
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
