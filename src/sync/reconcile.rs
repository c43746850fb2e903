//! What a reading of the record proves about an entry whose fate is unsure.
//!
//! The first question is always whether the record already shows our values: "stale" and "exists"
//! may be the answer to our own lost success. Then: is what we touched still as we knew it? Only if
//! neither holds has someone else been there, and a patch is merged field by field.
//!
//! That there is no record must have been proven before (see [`super::absence`]).

use super::merge::{Merged, Shows, merge};
use crate::model::{Collection, Entry, Fields, Kind, Problem, Record, Version};

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
    /// A create or a delete never arrived, and what it is based on is unchanged: send it (again), based on this version.
    Send(Option<Version>),
    /// A patch goes on upon this reading.
    Merge(Merged),
    /// Someone else changed what we delete: this is their row.
    Conflict(Fields, Option<Version>),
    /// The user decides.
    Park(Problem),
}

/// Judges an entry by the record as it was read (`None`: there is none).
#[must_use]
pub fn reconcile(entry: &Entry, found: Option<&Record>, why: &Why, collection: &Collection, shows: Shows) -> Verdict {
    match (entry.clear.kind, found) {
        (Kind::Create, Some(row)) => Verdict::Ack(row.clone()),
        (Kind::Create, None) => refusal(why).map_or(Verdict::Send(None), Verdict::Park),
        (Kind::Patch, None) => Verdict::Park(Problem::code("deleted_remotely")),
        (Kind::Delete, None) => Verdict::Ack(Record::tombstone(&entry.clear.record, None)),
        (Kind::Patch, Some(row)) => {
            let merged = merge(entry, row, collection, shows);
            match refusal(why) {
                _ if merged.send.is_empty() && merged.contested.is_empty() => Verdict::Ack(row.clone()),
                Some(problem) => Verdict::Park(problem),
                None => Verdict::Merge(merged),
            }
        }
        (Kind::Delete, Some(row)) => match refusal(why) {
            Some(problem) => Verdict::Park(problem),
            None if unchanged(entry, row, shows) => Verdict::Send(row.version.clone()),
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

/// Whether the record is as the user knew it.
fn unchanged(entry: &Entry, row: &Record, shows: Shows) -> bool {
    let same_version = entry.body.base_version.is_some() && entry.body.base_version == row.version;
    same_version || shows(row, &entry.body.base)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::mutation::{EntryBody, EntryClear};
    use crate::model::{EntryKey, EntryState, Timestamp, Value, value};
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

    fn judge(entry: &Entry, found: Option<&Record>, why: &Why) -> Verdict {
        let shows = |record: &Record, values: &Fields| value::contains_all(&record.fields, values);
        reconcile(entry, found, why, &Collection::new("people", "name", Vec::new()), &shows)
    }

    #[test]
    fn a_patch_is_ours_unchanged_or_contested() {
        let patch = entry(Kind::Patch, json!({"name": "B"}), json!({"name": "A"}));
        for why in [Why::Unknown, Why::Stale] {
            let merged = |found: Value| match judge(&patch, Some(&row(found)), &why) {
                Verdict::Merge(merged) => (merged.send.len(), merged.contested.len()),
                other => panic!("{other:?}"),
            };
            assert!(matches!(judge(&patch, Some(&row(json!({"name": "B", "x": 1}))), &why), Verdict::Ack(_)));
            assert_eq!(merged(json!({"name": "A", "x": 2})), (1, 0));
            assert_eq!(merged(json!({"name": "C"})), (0, 1));
        }
        let refused = Why::Refused(Problem::code("no"));
        assert_eq!(judge(&patch, Some(&row(json!({"name": "A"}))), &refused), Verdict::Park(Problem::code("no")));
    }

    #[test]
    fn a_lost_create_is_ours_when_it_is_there() {
        let create = entry(Kind::Create, json!({"name": "A"}), json!({}));
        let refused = Why::Refused(Problem::code("not_unique"));
        assert!(matches!(judge(&create, Some(&row(json!({"name": "A"}))), &refused), Verdict::Ack(_)));
        assert_eq!(judge(&create, None, &Why::Unknown), Verdict::Send(None));
        assert_eq!(judge(&create, None, &refused), Verdict::Park(Problem::code("not_unique")));
    }

    #[test]
    fn a_proven_absence_ends_a_delete_and_parks_a_patch() {
        let delete = entry(Kind::Delete, json!({}), json!({"name": "A"}));
        let patch = entry(Kind::Patch, json!({"name": "B"}), json!({"name": "A"}));
        assert!(matches!(judge(&delete, None, &Why::Absent), Verdict::Ack(record) if record.deleted));
        assert_eq!(judge(&patch, None, &Why::Absent), Verdict::Park(Problem::code("deleted_remotely")));
        let readable = row(json!({"name": "A"}));
        assert_eq!(judge(&delete, Some(&readable), &Why::Absent), Verdict::Park(Problem::code("denied")));
    }

    #[test]
    fn a_delete_of_what_someone_changed_is_a_conflict() {
        let delete = entry(Kind::Delete, json!({}), json!({"name": "A"}));
        assert!(matches!(judge(&delete, Some(&row(json!({"name": "C"}))), &Why::Stale), Verdict::Conflict(..)));
        assert!(matches!(judge(&delete, Some(&row(json!({"name": "A"}))), &Why::Unknown), Verdict::Send(_)));
    }
}
