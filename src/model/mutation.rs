//! One edit made here, as the outbox keeps it.
//!
//! An entry is the unit of the promise: from the moment it is stored it is in exactly one of the
//! outbox, the server's record, or a list that the user can see. Its *clear* part ([`EntryClear`])
//! routes and decides; its *body* ([`EntryBody`]) holds the user's data and can be sealed.

use super::{Fields, Problem, RecordId, Timestamp, Value, Version, json};

/// The format that this build writes; newer ones are left alone.
pub const ENTRY_FORMAT: u32 = 1;

/// An entry's place in the outbox: `seq` is the store's auto-increment, `sub` orders the parts of a split entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryKey {
    /// Given by the disk, never by a clock.
    pub seq: u64,
    /// 0 unless the entry was split.
    pub sub: u32,
}

/// What an entry asks of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
#[derive(Clone, Debug, PartialEq)]
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
    pub deps: Vec<EntryKey>,
    /// When the user made the edit, by this device's clock (for display only).
    pub made_at: Timestamp,
}

/// The user's data in a stored entry.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EntryBody {
    /// The values to set; empty for a delete.
    pub changes: Fields,
    /// The view's values of the touched fields when the user began editing; the whole row for a delete.
    pub base: Fields,
    /// The record's version that `base` showed, if any.
    pub base_version: Option<Version>,
    /// The server's row in a conflict.
    pub theirs: Option<Fields>,
    /// The version of `theirs`.
    pub theirs_version: Option<Version>,
    /// Why it last failed.
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

impl EntryKey {
    fn to_json(self) -> String {
        let mut members = json::Members::default();
        members.whole("seq", self.seq);
        members.whole("sub", self.sub.into());
        members.end()
    }

    fn from_json(value: &Value) -> Option<Self> {
        let fields = value.as_object()?;
        Some(Self { seq: json::whole(fields, "seq")?, sub: json::small(fields, "sub")? })
    }
}

impl Kind {
    const ALL: [Self; 5] = [Self::Create, Self::Patch, Self::Delete, Self::Upload, Self::Command];

    /// The word in what is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::Upload => "upload",
            Self::Command => "command",
        }
    }
}

impl EntryState {
    const ALL: [Self; 5] = [Self::Queued, Self::Sending, Self::Ambiguous, Self::Conflict, Self::Parked];

    /// The word in what is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Ambiguous => "ambiguous",
            Self::Conflict => "conflict",
            Self::Parked => "parked",
        }
    }
}

impl EntryClear {
    /// As it is stored.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut members = json::Members::default();
        members.whole("format", self.format.into());
        members.text("op_id", &self.op_id);
        members.text("account", &self.account);
        members.text("collection", &self.collection);
        members.text("record", &self.record);
        members.text("kind", self.kind.as_str());
        members.text("state", self.state.as_str());
        members.whole("attempt", self.attempt.into());
        members.whole("epoch", self.epoch);
        members.whole("revision", self.revision.into());
        if !self.deps.is_empty() {
            let deps: Vec<String> = self.deps.iter().map(|dep| dep.to_json()).collect();
            members.json("deps", &json::list(&deps));
        }
        members.json("made_at", &self.made_at.0.to_string());
        members.end()
    }

    /// Reads what is stored.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        let mut fields = json::object(text)?;
        let (kind, state) = (json::take_text(&mut fields, "kind")?, json::take_text(&mut fields, "state")?);
        let deps = json::take_list(&mut fields, "deps");
        Some(Self {
            format: json::small(&fields, "format")?,
            op_id: json::take_text(&mut fields, "op_id")?,
            account: json::take_text(&mut fields, "account")?,
            collection: json::take_text(&mut fields, "collection")?,
            record: json::take_text(&mut fields, "record")?,
            kind: Kind::ALL.into_iter().find(|known| known.as_str() == kind)?,
            state: EntryState::ALL.into_iter().find(|known| known.as_str() == state)?,
            attempt: json::small(&fields, "attempt")?,
            epoch: json::whole(&fields, "epoch")?,
            revision: json::small(&fields, "revision")?,
            deps: deps.iter().map(EntryKey::from_json).collect::<Option<_>>()?,
            made_at: Timestamp(fields.get("made_at")?.as_i64()?),
        })
    }
}

impl EntryBody {
    /// As it is stored.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut members = json::Members::default();
        members.fields("changes", &self.changes);
        members.fields("base", &self.base);
        if let Some(version) = &self.base_version {
            members.text("base_version", &version.0);
        }
        if let Some(theirs) = &self.theirs {
            members.fields("theirs", theirs);
        }
        if let Some(version) = &self.theirs_version {
            members.text("theirs_version", &version.0);
        }
        if let Some(problem) = &self.problem {
            members.json("problem", &problem.to_json());
        }
        members.end()
    }

    /// Reads what is stored.
    #[must_use]
    pub fn from_json(bytes: &[u8]) -> Option<Self> {
        let mut fields = json::into_fields(json::parse_bytes(bytes)?)?;
        Some(Self {
            changes: json::take_fields(&mut fields, "changes")?,
            base: json::take_fields(&mut fields, "base")?,
            base_version: json::take_text(&mut fields, "base_version").map(Version),
            theirs: json::take_fields(&mut fields, "theirs"),
            theirs_version: json::take_text(&mut fields, "theirs_version").map(Version),
            problem: json::take_fields(&mut fields, "problem").and_then(Problem::from_json),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FieldError;
    use serde_json::json;

    #[test]
    fn an_entry_reads_back_from_the_text_that_is_stored() {
        let stored = concat!(
            r#"{"format":1,"op_id":"op","account":"me","collection":"people","record":"a","kind":"patch","#,
            r#""state":"parked","attempt":2,"epoch":3,"revision":4,"deps":[{"seq":7,"sub":1}],"made_at":-5}"#
        );
        let clear = EntryClear::from_json(stored).unwrap();
        assert_eq!(clear.to_json(), stored);
        assert_eq!(clear.deps, [EntryKey { seq: 7, sub: 1 }]);
        assert_eq!((clear.kind, clear.state, clear.made_at), (Kind::Patch, EntryState::Parked, Timestamp(-5)));
        let alone = stored.replace(r#""deps":[{"seq":7,"sub":1}],"#, "");
        assert_eq!(EntryClear::from_json(&alone).unwrap().to_json(), alone);
        assert_eq!(EntryClear::from_json(&stored.replace("parked", "lost")), None);
    }

    #[test]
    fn a_body_leaves_out_what_it_has_not() {
        let mut body =
            EntryBody { changes: json!({"a": null, "b": 1.5}).as_object().cloned().unwrap(), ..EntryBody::default() };
        assert_eq!(body.to_json(), r#"{"changes":{"a":null,"b":1.5},"base":{}}"#);
        body.problem = Some(Problem {
            status: Some(400),
            ..Problem::fields(vec![FieldError { field: "a".into(), code: "required".into(), message: String::new() }])
        });
        body.theirs_version = Some(Version("2".into()));
        assert!(body.to_json().ends_with(
            r#""problem":{"code":"validation","status":400,"field_errors":[{"field":"a","code":"required"}]}}"#
        ));
        assert_eq!(EntryBody::from_json(body.to_json().as_bytes()), Some(body));
    }
}
