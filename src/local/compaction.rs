//! What a new edit does to the outbox: append, fold into an entry that was never sent, or vanish with it.
//!
//! Pure decisions over the outbox in memory; the store runs each one as a single transaction that
//! checks that nothing of it has changed, because tabs race. The rules are 4, 6 and 7 of the sync
//! model (docs/sync.md): a fold needs an entry that was never sent and dependencies older than it;
//! the earliest base is kept; create and delete vanish only if nothing else mentions the record.

use super::outbox::Outbox;
use crate::model::order::insert_once;
use crate::model::{
    Collection, Entry, EntryKey, EntryState, Fields, Kind, RecordId, Timestamp, Version,
    mutation::{ENTRY_FORMAT, EntryBody, EntryClear},
    value,
};

/// An edit that the user made, before it is an entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    /// Identifies the operation; a UUIDv7.
    pub op_id: String,
    /// Whose edit it is.
    pub account: String,
    /// The record's collection.
    pub collection: String,
    /// The record.
    pub record: RecordId,
    /// Create, patch or delete.
    pub kind: Kind,
    /// The touched fields' new values.
    pub changes: Fields,
    /// Their values in the view when the user began; the whole row for a delete.
    pub base: Fields,
    /// The version then known.
    pub base_version: Option<Version>,
    /// By this device's clock.
    pub made_at: Timestamp,
}

/// What to do with an edit.
#[derive(Clone, Debug, PartialEq)]
pub enum Plan {
    /// A new entry (its key is given by the disk).
    Append(Box<Entry>),
    /// The entry becomes this.
    Replace(Box<Entry>),
    /// The entries go, and the edit with them: the server never knew.
    Vanish(Vec<EntryKey>),
    /// Nothing changes.
    Nothing,
}

/// Decides what `edit` does to `outbox`.
#[must_use]
pub fn plan(outbox: &Outbox, collection: &Collection, edit: &Edit) -> Plan {
    let deps = dependencies(outbox, collection, edit);
    let lane: Vec<_> = outbox.lane(&edit.collection, &edit.record).filter(|entry| !is_provisional(entry)).collect();
    if edit.kind == Kind::Delete && lane.first().is_some_and(|first| first.clear.kind == Kind::Create) {
        let unsent = lane.iter().all(|entry| entry.never_sent());
        if unsent && !mentioned(outbox, &edit.record) {
            return Plan::Vanish(lane.iter().map(|entry| entry.key).collect());
        }
    }
    match lane.last().filter(|last| edit.kind == Kind::Patch && may_fold(last, &deps)) {
        Some(last) => fold(last, edit, deps),
        None if edit.kind == Kind::Patch && edit.changes.is_empty() => Plan::Nothing,
        None => Plan::Append(Box::new(entry(edit, deps))),
    }
}

fn is_provisional(entry: &Entry) -> bool {
    entry.key.seq >= super::outbox::PROVISIONAL
}

fn may_fold(target: &Entry, deps: &[EntryKey]) -> bool {
    matches!(target.clear.kind, Kind::Create | Kind::Patch)
        && target.never_sent()
        && deps.iter().all(|dep| *dep < target.key)
}

fn fold(target: &Entry, edit: &Edit, deps: Vec<EntryKey>) -> Plan {
    let mut folded = target.clone();
    for (name, new) in &edit.changes {
        if folded.clear.kind == Kind::Patch && !folded.body.changes.contains_key(name) {
            folded.body.base.insert(name.clone(), edit.base.get(name).cloned().unwrap_or_default());
        }
        folded.body.changes.insert(name.clone(), new.clone());
    }
    if folded.clear.kind == Kind::Patch {
        drop_unchanged(&mut folded.body);
        if folded.body.changes.is_empty() {
            return Plan::Vanish(vec![target.key]);
        }
    }
    deps.into_iter().for_each(|dep| insert_once(&mut folded.clear.deps, dep));
    folded.clear.revision += 1;
    Plan::Replace(Box::new(folded))
}

/// Fields that are back at their base need no sending.
fn drop_unchanged(body: &mut EntryBody) {
    let EntryBody { changes, base, .. } = body;
    changes.retain(|name, new| !value::same(base.get(name), Some(new)));
    base.retain(|name, _| changes.contains_key(name));
}

/// A child waits for its parent's create; a delete for every earlier entry that mentions the record.
fn dependencies(outbox: &Outbox, collection: &Collection, edit: &Edit) -> Vec<EntryKey> {
    let mut deps: Vec<EntryKey> = if edit.kind == Kind::Delete {
        outbox.iter().filter(|entry| mentions(entry, &edit.record)).map(|entry| entry.key).collect()
    } else {
        collection.links(&edit.changes).iter().filter_map(|(to, id)| pending_create(outbox, to, id)).collect()
    };
    deps.retain(|dep| dep.seq < super::outbox::PROVISIONAL);
    deps
}

fn pending_create(outbox: &Outbox, collection: &str, id: &str) -> Option<EntryKey> {
    outbox.lane(collection, id).find(|entry| entry.clear.kind == Kind::Create).map(|entry| entry.key)
}

/// Whether an entry of *another* record has this id among its values.
fn mentions(entry: &Entry, id: &str) -> bool {
    entry.clear.record != id && entry.body.changes.values().any(|value| value.as_str() == Some(id))
}

fn mentioned(outbox: &Outbox, id: &str) -> bool {
    outbox.iter().any(|entry| mentions(entry, id))
}

/// The entry of an edit, before it has a key.
#[must_use]
pub fn entry(edit: &Edit, deps: Vec<EntryKey>) -> Entry {
    Entry {
        key: EntryKey::default(),
        clear: EntryClear {
            format: ENTRY_FORMAT,
            op_id: edit.op_id.clone(),
            account: edit.account.clone(),
            collection: edit.collection.clone(),
            record: edit.record.clone(),
            kind: edit.kind,
            state: EntryState::Queued,
            attempt: 0,
            epoch: 0,
            revision: 0,
            deps,
            made_at: edit.made_at,
        },
        body: EntryBody {
            changes: edit.changes.clone(),
            base: edit.base.clone(),
            base_version: edit.base_version.clone(),
            ..EntryBody::default()
        },
    }
}

/// The later entries of a lane with their bases reset to what now lies beneath them (rule 4).
/// `row` is the record's state after the entry that ended; `only` limits the reset to its fields.
#[must_use]
pub fn reset_bases(row: Option<&Fields>, version: Option<&Version>, later: &[&Entry], only: &Fields) -> Vec<Entry> {
    let mut beneath = row.cloned();
    let mut changed = Vec::new();
    for entry in later {
        let fields = beneath.clone().unwrap_or_default();
        let mut reset = (*entry).clone();
        match entry.clear.kind {
            Kind::Delete => reset.body.base.clone_from(&fields),
            _ => {
                for (name, old) in &mut reset.body.base {
                    if only.contains_key(name) {
                        *old = fields.get(name).cloned().unwrap_or_default();
                    }
                }
            }
        }
        // The newer version may stand for the base only where nothing else changed beneath it: a foreign
        // edit of the same fields must still be found stale.
        if version.is_some() && value::contains_all(&fields, &reset.body.base) {
            reset.body.base_version = version.cloned();
        }
        if reset.body != entry.body {
            reset.clear.revision += 1;
            changed.push(reset);
        }
        beneath = super::outbox::apply(beneath, entry);
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Field, FieldType};
    use serde_json::{Value, json};

    fn fields(value: Value) -> Fields {
        value.as_object().cloned().unwrap()
    }

    fn people() -> Collection {
        let company = Field::new("company", FieldType::Relation("companies".into()));
        Collection::new("people", "name", vec![Field::new("name", FieldType::Text), company])
    }

    fn edit(kind: Kind, record: &str, changes: Value, base: Value) -> Edit {
        Edit {
            op_id: "op".into(),
            account: "me".into(),
            collection: "people".into(),
            record: record.into(),
            kind,
            changes: fields(changes),
            base: fields(base),
            base_version: None,
            made_at: Timestamp(0),
        }
    }

    fn stored(outbox: &mut Outbox, seq: u64, edit: &Edit, attempt: u32) -> EntryKey {
        let mut entry = entry(edit, Vec::new());
        entry.key = EntryKey { seq, sub: 0 };
        entry.clear.attempt = attempt;
        let key = entry.key;
        outbox.put(entry);
        key
    }

    #[test]
    fn a_patch_folds_into_one_that_was_never_sent_and_keeps_the_earliest_base() {
        let mut outbox = Outbox::default();
        stored(&mut outbox, 1, &edit(Kind::Patch, "a", json!({"name": "B"}), json!({"name": "A"})), 0);
        let next = edit(Kind::Patch, "a", json!({"name": "C", "age": 2}), json!({"name": "B", "age": 1}));
        let Plan::Replace(folded) = plan(&outbox, &people(), &next) else { panic!("not folded") };
        assert_eq!(folded.body.changes, fields(json!({"name": "C", "age": 2})));
        assert_eq!(folded.body.base, fields(json!({"name": "A", "age": 1})));
        assert_eq!(folded.clear.revision, 1);
    }

    #[test]
    fn a_patch_that_was_sent_is_left_alone() {
        let mut outbox = Outbox::default();
        stored(&mut outbox, 1, &edit(Kind::Patch, "a", json!({"name": "B"}), json!({"name": "A"})), 1);
        let next = edit(Kind::Patch, "a", json!({"name": "C"}), json!({"name": "B"}));
        assert!(matches!(plan(&outbox, &people(), &next), Plan::Append(_)));
    }

    #[test]
    fn a_patch_back_to_the_base_vanishes_with_its_target() {
        let mut outbox = Outbox::default();
        let key = stored(&mut outbox, 1, &edit(Kind::Patch, "a", json!({"name": "B"}), json!({"name": "A"})), 0);
        let back = edit(Kind::Patch, "a", json!({"name": "A"}), json!({"name": "B"}));
        assert_eq!(plan(&outbox, &people(), &back), Plan::Vanish(vec![key]));
    }

    #[test]
    fn a_fold_never_makes_a_cycle_of_dependencies() {
        let mut outbox = Outbox::default();
        stored(&mut outbox, 1, &edit(Kind::Patch, "a", json!({"name": "B"}), json!({"name": "A"})), 0);
        let mut company = edit(Kind::Create, "c", json!({"name": "New"}), json!({}));
        company.collection = "companies".into();
        let parent = stored(&mut outbox, 2, &company, 0);
        let link = edit(Kind::Patch, "a", json!({"company": "c"}), json!({"company": null}));
        let Plan::Append(entry) = plan(&outbox, &people(), &link) else { panic!("folded over its parent") };
        assert_eq!(entry.clear.deps, [parent]);
    }

    #[test]
    fn create_and_delete_vanish_only_unsent_and_unmentioned() {
        let mut outbox = Outbox::default();
        let create = stored(&mut outbox, 1, &edit(Kind::Create, "a", json!({"name": "A"}), json!({})), 0);
        let delete = edit(Kind::Delete, "a", json!({}), json!({"name": "A"}));
        assert_eq!(plan(&outbox, &people(), &delete), Plan::Vanish(vec![create]));
        let mention = stored(&mut outbox, 2, &edit(Kind::Patch, "b", json!({"friend": "a"}), json!({})), 0);
        let Plan::Append(entry) = plan(&outbox, &people(), &delete) else { panic!("vanished under a mention") };
        assert_eq!(entry.clear.deps, [mention]);
        outbox.remove(mention);
        stored(&mut outbox, 1, &edit(Kind::Create, "a", json!({"name": "A"}), json!({})), 1);
        assert!(matches!(plan(&outbox, &people(), &delete), Plan::Append(_)));
    }

    #[test]
    fn a_foreign_edit_under_a_later_entry_keeps_its_old_version() {
        let later = {
            let mut entry = entry(&edit(Kind::Patch, "a", json!({"b": 9}), json!({"b": 1})), Vec::new());
            entry.body.base_version = Some(Version("1".into()));
            entry
        };
        let newer = Version("3".into());
        let acked = fields(json!({"a": 2, "b": 7}));
        assert!(reset_bases(Some(&acked), Some(&newer), &[&later], &fields(json!({"a": 2}))).is_empty());
        let quiet = fields(json!({"a": 2, "b": 1}));
        let reset = reset_bases(Some(&quiet), Some(&newer), &[&later], &fields(json!({"a": 2})));
        assert_eq!(reset[0].body.base_version, Some(newer));
    }
}
