//! What a new edit does to the outbox: append, fold into an entry that was never sent, or vanish with it.
//!
//! Pure decisions over the outbox in memory; the store runs each one as a single transaction that
//! checks that nothing of it has changed, because tabs race. The rules are 4, 6 and 7 of the sync
//! model (docs/sync.md): a fold needs an entry that was never sent and dependencies older than it;
//! the earliest base is kept; create and delete vanish only if nothing else mentions the record.

use super::outbox::Outbox;
use crate::model::order::insert_once;
use crate::model::{
    Collection, Entry, EntryKey, EntryState, Field, Fields, Kind, LocalFile, RecordId, Timestamp, Value, Version,
    mutation::{ENTRY_FORMAT, EntryBody, EntryClear},
    value,
};
use std::rc::Rc;

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
    /// The bytes of the files that `changes` names by token, each with the token's id: stored with the entry.
    pub files: Vec<(String, Rc<[u8]>)>,
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
    // A contested field must not hold back what is folded together with it.
    let contested = lane.iter().any(|entry| is_contested(entry, &edit.changes));
    match lane.last().filter(|last| edit.kind == Kind::Patch && !contested && may_fold(last, &deps)) {
        Some(last) => fold(last, edit, deps),
        None if edit.kind == Kind::Patch && edit.changes.is_empty() => Plan::Nothing,
        None => Plan::Append(Box::new(entry(edit, deps))),
    }
}

fn is_contested(entry: &Entry, changes: &Fields) -> bool {
    entry.clear.state == EntryState::Conflict && changes.keys().any(|name| entry.body.changes.contains_key(name))
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
/// `row` is the record's state after the entry that ended; `only` limits the reset to its fields. A list without order
/// (by `schema`) keeps what the later edit adds to it and takes from it.
#[must_use]
pub fn reset_bases(
    schema: &Collection,
    row: Option<&Fields>,
    version: Option<&Version>,
    later: &[&Entry],
    only: &Fields,
) -> Vec<Entry> {
    let mut beneath = row.cloned();
    let mut changed = Vec::new();
    for entry in later {
        let fields = beneath.clone().unwrap_or_default();
        let mut reset = (*entry).clone();
        match entry.clear.kind {
            Kind::Delete => reset.body.base.clone_from(&fields),
            _ => {
                for (name, old) in reset.body.base.iter_mut().filter(|(name, _)| only.contains_key(*name)) {
                    let new = fields.get(name).cloned().unwrap_or_default();
                    let is_set = schema.field(name).is_some_and(Field::is_set) && !value::same(Some(old), Some(&new));
                    if let Some(ours) = reset.body.changes.get_mut(name).filter(|_| is_set) {
                        *ours = value::merge_sets(Some(old), Some(ours), Some(&new));
                    }
                    *old = new;
                }
            }
        }
        // The newer version may stand for the base only where nothing else changed beneath it: a foreign
        // edit of the same fields must still be found stale.
        if version.is_some() && value::contains_all(&fields, &reset.body.base) {
            reset.body.base_version = version.cloned();
        }
        beneath = super::outbox::apply(beneath, &reset);
        if reset.body != entry.body {
            reset.clear.revision += 1;
            changed.push(reset);
        }
    }
    changed
}

/// The later entries of a lane after an earlier one's lists were merged with the server's: what they add to and take
/// from a list stays, upon what now lies beneath. `beneath` holds the merged lists.
#[must_use]
pub fn rebase_lists(mut beneath: Fields, later: &[&Entry]) -> Vec<Entry> {
    let mut changed = Vec::new();
    for entry in later {
        let mut rebased = (*entry).clone();
        for (name, list) in &mut beneath {
            if let Some(base) = rebased.body.base.get_mut(name) {
                let ours = rebased.body.changes.get_mut(name);
                let merged = ours.as_ref().map(|ours| value::merge_sets(Some(base), Some(ours), Some(list)));
                base.clone_from(list);
                if let (Some(ours), Some(merged)) = (ours, merged) {
                    ours.clone_from(&merged);
                    *list = merged;
                }
            }
        }
        if rebased.body != entry.body {
            rebased.clear.revision += 1;
            changed.push(rebased);
        }
    }
    changed
}

/// Puts the server's names in place of an acked entry's files in the values of later entries, which would send
/// them once more.
pub fn name_files(acked: &Entry, row: &Fields, later: &mut dyn Iterator<Item = &mut Entry>) {
    let files = LocalFile::all(&acked.body.changes);
    if files.is_empty() {
        return;
    }
    let name_of = |file: &LocalFile| {
        let (field, _) = files.iter().find(|(_, sent)| sent.id == file.id)?;
        let held = row.get(field)?;
        let names = held.as_array().map_or(std::slice::from_ref(held), Vec::as_slice);
        names.iter().find(|name| name.as_str().is_some_and(|name| file.is_named(name))).cloned()
    };
    for entry in later {
        for value in entry.body.changes.values_mut().chain(entry.body.base.values_mut()) {
            let held = if let Value::Array(items) = value { items.as_mut_slice() } else { std::slice::from_mut(value) };
            for item in held {
                if let Some(name) = LocalFile::of(item).as_ref().and_then(name_of) {
                    *item = name;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FieldType;
    use serde_json::json;

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
            files: Vec::new(),
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
        assert!(reset_bases(&people(), Some(&acked), Some(&newer), &[&later], &fields(json!({"a": 2}))).is_empty());
        let quiet = fields(json!({"a": 2, "b": 1}));
        let reset = reset_bases(&people(), Some(&quiet), Some(&newer), &[&later], &fields(json!({"a": 2})));
        assert_eq!(reset[0].body.base_version, Some(newer));
    }

    #[test]
    fn an_edit_of_a_contested_field_does_not_fold_over_free_ones() {
        let mut outbox = Outbox::default();
        let contested = stored(&mut outbox, 1, &edit(Kind::Patch, "a", json!({"name": "B"}), json!({"name": "A"})), 1);
        let mut conflict = (**outbox.get(contested).unwrap()).clone();
        conflict.clear.state = EntryState::Conflict;
        outbox.put(conflict);
        stored(&mut outbox, 2, &edit(Kind::Patch, "a", json!({"age": 2}), json!({"age": 1})), 0);
        let again = edit(Kind::Patch, "a", json!({"name": "C"}), json!({"name": "B"}));
        assert!(matches!(plan(&outbox, &people(), &again), Plan::Append(_)));
        let free = edit(Kind::Patch, "a", json!({"age": 3}), json!({"age": 2}));
        assert!(matches!(plan(&outbox, &people(), &free), Plan::Replace(_)));
    }

    #[test]
    fn what_came_with_an_ack_stays_in_the_lists_of_later_edits() {
        let tags = Collection::new("people", "name", vec![Field::new("tags", FieldType::Tags)]);
        let later = entry(&edit(Kind::Patch, "a", json!({"tags": ["x", "y"]}), json!({"tags": ["x"]})), Vec::new());
        let acked = fields(json!({"tags": ["x", "theirs"]}));
        let reset = reset_bases(&tags, Some(&acked), None, &[&later], &fields(json!({"tags": ["x"]})));
        assert_eq!(reset[0].body.changes, fields(json!({"tags": ["x", "theirs", "y"]})));
        assert_eq!(reset[0].body.base, acked);
    }

    #[test]
    fn later_edits_of_a_merged_list_keep_what_they_add_and_take() {
        let later =
            entry(&edit(Kind::Patch, "a", json!({"tags": ["x", "z"]}), json!({"tags": ["a", "x"]})), Vec::new());
        let rebased = rebase_lists(fields(json!({"tags": ["a", "y", "x"]})), &[&later]);
        assert_eq!(rebased[0].body.base, fields(json!({"tags": ["a", "y", "x"]})));
        assert_eq!(rebased[0].body.changes, fields(json!({"tags": ["y", "x", "z"]})));
    }

    #[test]
    fn a_sent_file_stands_under_the_servers_name_in_later_edits() {
        let token = |id: &str| {
            LocalFile { id: id.into(), name: "a.pdf".into(), content_type: String::new(), size: 1 }.to_value()
        };
        let acked = entry(&edit(Kind::Patch, "a", json!({"docs": [token("0123456789")]}), json!({})), Vec::new());
        let row = fields(json!({"docs": ["0123456789_a_xyz.pdf"]}));
        let mut later = [entry(
            &edit(Kind::Patch, "a", json!({"docs": [token("0123456789"), token("9876543210")]}), json!({})),
            Vec::new(),
        )];
        name_files(&acked, &row, &mut later.iter_mut());
        assert_eq!(later[0].body.changes["docs"], json!(["0123456789_a_xyz.pdf", token("9876543210")]));
    }
}
