//! One edit made here, as the outbox keeps it.
//!
//! An entry is the unit of the promise: from the moment it is stored it is in exactly one of the
//! outbox, the server's record, or a list that the user can see. Its *clear* part ([`EntryClear`])
//! routes and decides; its *body* ([`EntryBody`]) holds the user's data and can be sealed.

use super::{Fields, Problem, RecordId, Timestamp, Version};
use serde::{Deserialize, Serialize};

/// The format that this build writes; newer ones are left alone.
pub const ENTRY_FORMAT: u32 = 1;

/// An entry's place in the outbox: `seq` is the store's auto-increment, `sub` orders the parts of a split entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EntryKey {
    /// Given by the disk, never by a clock.
    pub seq: u64,
    /// 0 unless the entry was split.
    pub sub: u32,
}

/// What an entry asks of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A new record, with all its fields.
    Create,
    /// Absolute values of the touched fields.
    Patch,
    /// The record goes.
    Delete,
    /// Bytes of a file.
    Upload,
    /// An action of the backend that is not an edit of fields.
    Command,
}

/// Where an entry stands. The only exits are *acked* and *discarded by the user*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryState {
    /// Waits to be sent.
    Queued,
    /// A request is, or was, under way.
    Sending,
    /// Sent, but what became of it is unknown: the record is read before anything else.
    Ambiguous,
    /// The server's record changed in the same fields: the user chooses.
    Conflict,
    /// Refused: the user mends, retries or discards.
    Parked,
}

/// The routing columns of a stored entry: all that an ack, a fold or a take-over decides by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntryClear {
    /// The format of this row.
    pub format: u32,
    /// Identifies the operation to the server; a UUIDv7.
    pub op_id: String,
    /// Whose edit it is.
    pub account: String,
    /// The record's collection.
    pub collection: String,
    /// The record's id.
    pub record: RecordId,
    /// What is asked.
    pub kind: Kind,
    /// Where it stands.
    pub state: EntryState,
    /// How many times it was sent.
    pub attempt: u32,
    /// The leader's epoch that last wrote `sending`.
    pub epoch: u64,
    /// Counts every rewrite of the row: compare-and-set goes by it.
    pub revision: u32,
    /// Entries that must be acked first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deps: Vec<EntryKey>,
    /// When the user made the edit, by this device's clock (for display only).
    pub made_at: Timestamp,
}

/// The user's data in a stored entry.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EntryBody {
    /// The values to set; empty for a delete.
    pub changes: Fields,
    /// The view's values of the touched fields when the user began editing; the whole row for a delete.
    pub base: Fields,
    /// The record's version that `base` showed, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_version: Option<Version>,
    /// The server's row in a conflict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theirs: Option<Fields>,
    /// The version of `theirs`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theirs_version: Option<Version>,
    /// Why it last failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// One entry of the outbox.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its place.
    pub key: EntryKey,
    /// Its routing columns.
    pub clear: EntryClear,
    /// Its data.
    pub body: EntryBody,
}

impl Entry {
    /// Whether the entry concerns this record.
    #[must_use]
    pub fn is_for(&self, collection: &str, record: &str) -> bool {
        self.clear.collection == collection && self.clear.record == record
    }

    /// Whether it was never sent, so that the server cannot know of it.
    #[must_use]
    pub fn never_sent(&self) -> bool {
        self.clear.attempt == 0 && self.clear.state == EntryState::Queued
    }

    /// Whether only the user can move it on.
    #[must_use]
    pub fn needs_user(&self) -> bool {
        matches!(self.clear.state, EntryState::Conflict | EntryState::Parked)
    }

    /// Whether a request is under way or its outcome unknown.
    #[must_use]
    pub fn in_flight(&self) -> bool {
        matches!(self.clear.state, EntryState::Sending | EntryState::Ambiguous)
    }
}
