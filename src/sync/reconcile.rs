//! What a reading of the record proves about an entry whose fate is unsure.
//!
//! The first question is always whether the record already shows our values: "stale" and "exists"
//! may be the answer to our own lost success. Then: is what we touched still as we knew it? Only if
//! neither holds has someone else been there.

use crate::model::{Entry, Fields, Kind, Problem, Record, Version, value};

/// Why the record is read.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// The answer never came.
    Unknown,
    /// The server said that the record has changed.
    Stale,
    /// The server refused, on an attempt that was not the first.
    Refused(Problem),
    /// The server said that there is no such record.
    Absent,
}

/// What to do with the entry.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The server has it.
    Ack(Record),
    /// It never arrived, or what we touched is unchanged: send it (again), based on this version.
    Send(Option<Version>),
    /// Someone else changed what we touched: this is their row.
    Conflict(Fields, Option<Version>),
    /// The user decides.
    Park(Problem),
    /// Absence cannot be told from a refusal here: wait for better proof.
    Doubt,
}

/// Judges an entry by the record as it was read (`None`: there is none that may be seen).
/// `absence_is_doubtful`: a refusal would look the same.
#[must_use]
pub fn reconcile(entry: &Entry, found: Option<&Record>, why: &Why, absence_is_doubtful: bool) -> Verdict {
    match (entry.clear.kind, found) {
        (Kind::Create, Some(row)) => Verdict::Ack(row.clone()),
        (Kind::Create, None) => refusal(why).map_or(Verdict::Send(None), Verdict::Park),
        (Kind::Patch | Kind::Delete, None) if absence_is_doubtful => Verdict::Doubt,
        (Kind::Patch, None) => Verdict::Park(Problem::code("deleted_remotely")),
        (Kind::Delete, None) => Verdict::Ack(Record::tombstone(&entry.clear.record, None)),
        (Kind::Patch, Some(row)) if value::contains_all(&row.fields, &entry.body.changes) => Verdict::Ack(row.clone()),
        (Kind::Patch | Kind::Delete, Some(row)) => match refusal(why) {
            Some(problem) => Verdict::Park(problem),
            None if unchanged(entry, row) => Verdict::Send(row.version.clone()),
            None => Verdict::Conflict(row.fields.clone(), row.version.clone()),
        },
        (Kind::Upload | Kind::Command, _) => Verdict::Park(Problem::code("unknown")),
    }
}

/// The server's refusal, if the reading was made because of one.
fn refusal(why: &Why) -> Option<Problem> {
    match why {
        Why::Refused(problem) => Some(problem.clone()),
        Why::Absent => Some(Problem::code("denied")),
        Why::Unknown | Why::Stale => None,
    }
}

/// Whether the record is, in what the entry touches, as the user knew it.
fn unchanged(entry: &Entry, row: &Record) -> bool {
    let same_version = entry.body.base_version.is_some() && entry.body.base_version == row.version;
    same_version || value::contains_all(&row.fields, &entry.body.base)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::mutation::{EntryBody, EntryClear};
    use crate::model::{EntryKey, EntryState, Timestamp, Value};
    use serde_json::json;

    fn fields(value: Value) -> Fields {
        value.as_object().cloned().unwrap()
    }

    fn entry(kind: Kind, changes: Value, base: Value) -> Entry {
        let clear = EntryClear {
            format: 1,
            op_id: "op".into(),
            account: "me".into(),
            collection: "people".into(),
            record: "a".into(),
            kind,
            state: EntryState::Ambiguous,
            attempt: 1,
            epoch: 1,
            revision: 1,
            deps: Vec::new(),
            made_at: Timestamp(0),
        };
        let body = EntryBody { changes: fields(changes), base: fields(base), ..EntryBody::default() };
        Entry { key: EntryKey::default(), clear, body }
    }

    fn row(value: Value) -> Record {
        Record { version: Some(Version("2".into())), ..Record::new("a", fields(value)) }
    }

    #[test]
    fn a_patch_is_ours_unchanged_or_contested() {
        let patch = entry(Kind::Patch, json!({"name": "B"}), json!({"name": "A"}));
        for why in [Why::Unknown, Why::Stale] {
            let judge = |found: Value| reconcile(&patch, Some(&row(found)), &why, false);
            assert!(matches!(judge(json!({"name": "B", "x": 1})), Verdict::Ack(_)));
            assert_eq!(judge(json!({"name": "A", "x": 2})), Verdict::Send(Some(Version("2".into()))));
            assert!(matches!(judge(json!({"name": "C"})), Verdict::Conflict(..)));
        }
    }

    #[test]
    fn a_lost_create_is_ours_when_it_is_there() {
        let create = entry(Kind::Create, json!({"name": "A"}), json!({}));
        let refused = Why::Refused(Problem::code("not_unique"));
        assert!(matches!(reconcile(&create, Some(&row(json!({"name": "A"}))), &refused, false), Verdict::Ack(_)));
        assert_eq!(reconcile(&create, None, &Why::Unknown, false), Verdict::Send(None));
        assert_eq!(reconcile(&create, None, &refused, false), Verdict::Park(Problem::code("not_unique")));
    }

    #[test]
    fn absence_must_be_proven() {
        let delete = entry(Kind::Delete, json!({}), json!({"name": "A"}));
        let patch = entry(Kind::Patch, json!({"name": "B"}), json!({"name": "A"}));
        assert!(matches!(reconcile(&delete, None, &Why::Absent, false), Verdict::Ack(record) if record.deleted));
        assert_eq!(reconcile(&delete, None, &Why::Absent, true), Verdict::Doubt);
        assert_eq!(reconcile(&patch, None, &Why::Absent, true), Verdict::Doubt);
        assert_eq!(reconcile(&patch, None, &Why::Absent, false), Verdict::Park(Problem::code("deleted_remotely")));
        let readable = row(json!({"name": "A"}));
        assert_eq!(reconcile(&delete, Some(&readable), &Why::Absent, false), Verdict::Park(Problem::code("denied")));
    }

    #[test]
    fn a_delete_of_what_someone_changed_is_a_conflict() {
        let delete = entry(Kind::Delete, json!({}), json!({"name": "A"}));
        assert!(matches!(
            reconcile(&delete, Some(&row(json!({"name": "C"}))), &Why::Stale, false),
            Verdict::Conflict(..)
        ));
        assert!(matches!(reconcile(&delete, Some(&row(json!({"name": "A"}))), &Why::Unknown, false), Verdict::Send(_)));
    }
}
