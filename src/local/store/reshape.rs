//! One entry made anew in one transaction, with all that hangs on it: parts split off, later entries, files.
//!
//! Every change of an entry that is not its end passes here: it checks that the entry (and whatever else it rewrites) is
//! still as it was read, and the leader's epoch, and starts again from a fresh reading if another tab was faster.

use super::edits::{epoch_check, put, unchanged};
use super::files::{Files, keep, release};
use super::load::entry_disk_key;
use super::{State, Store};
use crate::local::compaction::{rebase_lists, reset_bases};
use crate::local::disk::{Check, Database, DiskError, Table as DiskTable, Transaction, Write};
use crate::local::outbox::PROVISIONAL;
use crate::local::{Row, StoreError};
use crate::model::{
    ChangeSet, Collection, Entry, EntryKey, EntryState, Fields, Kind, Origin, Problem, Record, Version, value,
};
use std::rc::Rc;

/// What becomes of an entry.
#[derive(Default)]
pub(super) struct Reshaped {
    /// The entry itself; `None`: it leaves the outbox.
    pub(super) entry: Option<Entry>,
    /// A part split off, which gets the next free `sub`.
    pub(super) part: Option<Entry>,
    /// Later entries of the record, as they then are.
    pub(super) later: Vec<Entry>,
    /// Whether to tell of a merge that asked nobody.
    pub(super) note: bool,
}

/// How an entry goes on after its record was found changed (rules 22 and 23).
#[derive(Clone, Debug)]
pub struct Merge {
    /// What is still to be sent: absolute values.
    pub send: Fields,
    /// Our values of the contested fields: the user chooses.
    pub contested: Fields,
    /// The server's record.
    pub theirs: Record,
    /// For what is sent, if that is no longer what was asked before.
    pub op_id: String,
    /// Whether to tell of it although nobody is asked.
    pub note: bool,
}

impl Store {
    /// Rewrites one entry, checking that it is still as it was read (and, for the leader, its epoch).
    /// `change` says with `false` that the entry is no longer in a state to be changed so.
    ///
    /// # Errors
    /// `EntryGone`, `NotLeader`, the disk's.
    pub async fn rewrite(
        &self,
        key: EntryKey,
        epoch: Option<u64>,
        change: &dyn Fn(&mut Entry) -> bool,
    ) -> Result<Rc<Entry>, StoreError> {
        self.rewrite_with(key, epoch, &[], change).await
    }

    /// The same, with files that the entry then names.
    pub(super) async fn rewrite_with(
        &self,
        key: EntryKey,
        epoch: Option<u64>,
        files: &Files,
        change: &dyn Fn(&mut Entry) -> bool,
    ) -> Result<Rc<Entry>, StoreError> {
        let whole = |_: &State, old: &Entry| {
            let mut new = old.clone();
            change(&mut new).then(|| Reshaped { entry: Some(new), ..Reshaped::default() })
        };
        self.reshape(key, epoch, files, &whole).await?.ok_or(StoreError::EntryGone)
    }

    /// Lets an unsettled patch go on after its record was found changed: what is clean is sent upon the server's
    /// values, what is contested waits for the user, as a part of its own where anything is clean.
    ///
    /// # Errors
    /// `EntryGone`, `NotLeader`, the disk's.
    pub async fn merge(&self, key: EntryKey, epoch: u64, merge: &Merge) -> Result<(), StoreError> {
        let merged = |state: &State, old: &Entry| old.in_flight().then(|| state.merged(old, merge));
        self.reshape(key, Some(epoch), &[], &merged).await.map(drop)
    }

    /// Settles a conflict field by field: `choices` names fields with `true` (ours) or `false` (theirs); a field that is
    /// not named stays in the conflict. Chosen values of ours are sent upon the server's, under the new `op_id`.
    /// A delete has one choice for all: it goes on if any is `true`.
    ///
    /// # Errors
    /// `EntryGone` if there is no conflict any more; the disk's.
    pub async fn resolve(&self, key: EntryKey, choices: &Fields, op_id: &str) -> Result<(), StoreError> {
        let choose = |state: &State, old: &Entry| {
            let theirs = old.body.theirs.as_ref().filter(|_| old.clear.state == EntryState::Conflict)?;
            Some(match old.clear.kind {
                Kind::Delete => state.resolved_delete(old, theirs, choices, op_id),
                _ => state.resolved(old, theirs, choices, op_id),
            })
        };
        self.reshape(key, None, &[], &choose).await.map(drop)
    }

    /// Resolves a whole conflict for this device's values: the server's become the base, and ours are sent.
    ///
    /// # Errors
    /// `EntryGone` if there is no conflict any more; the disk's.
    pub async fn keep_mine(&self, key: EntryKey, op_id: &str) -> Result<(), StoreError> {
        let choices = {
            let outbox = self.outbox();
            let body = &outbox.get(key).ok_or(StoreError::EntryGone)?.body;
            let touched = if body.changes.is_empty() { &body.base } else { &body.changes };
            value::gather(&mut touched.keys().map(|name| (name.clone(), true.into())))
        };
        self.resolve(key, &choices, op_id).await
    }

    /// Makes a record again that was deleted elsewhere while it was edited here: under its id, with all values that
    /// are seen of it (but those that only the server sets, and files that it had).
    ///
    /// # Errors
    /// `EntryGone` if the entry is no longer parked for that reason; the disk's.
    pub async fn recreate(&self, key: EntryKey, op_id: &str) -> Result<(), StoreError> {
        let again = |state: &State, old: &Entry| {
            let absent = |problem: &Problem| matches!(&*problem.code, "deleted_remotely" | "absent_or_denied");
            let parked = old.clear.state == EntryState::Parked && old.clear.kind == Kind::Patch;
            let absent = parked && old.body.problem.as_ref().is_some_and(absent);
            absent.then(|| Reshaped { entry: Some(state.recreated(old, op_id)), ..Reshaped::default() })
        };
        self.reshape(key, None, &[], &again).await.map(drop)
    }

    /// The one transaction. `None` by `change`: the entry is no longer in a state to be changed so.
    pub(super) async fn reshape(
        &self,
        key: EntryKey,
        epoch: Option<u64>,
        files: &Files,
        change: &dyn Fn(&State, &Entry) -> Option<Reshaped>,
    ) -> Result<Option<Rc<Entry>>, StoreError> {
        let _guard = self.0.outbox_lock.lock().await;
        loop {
            let old = self.outbox().get(key).cloned().ok_or(StoreError::EntryGone)?;
            let mut new = change(&self.0.state.borrow(), &old).ok_or(StoreError::EntryGone)?;
            if let Some(entry) = &mut new.entry {
                entry.clear.revision += 1;
            }
            let transaction = self.0.state.borrow().reshaping(&old, &mut new, epoch, files);
            match self.0.disk.transact(transaction).await {
                Ok(commit) => {
                    let entry = new.entry.clone().map(Rc::new);
                    self.show_reshaped(&old, new);
                    self.settle_seq(commit.commit_seq).await?;
                    return Ok(entry);
                }
                Err(DiskError::CheckFailed(0)) if epoch.is_some() => return Err(StoreError::NotLeader),
                Err(DiskError::CheckFailed(_)) => self.reread_outbox().await?,
                Err(error) => {
                    self.reread_outbox().await?;
                    return Err(error.into());
                }
            }
        }
    }

    fn show_reshaped(&self, old: &Entry, new: Reshaped) {
        let (collection, record) = (&old.clear.collection, &old.clear.record);
        let mut changes = ChangeSet::new(Origin::Here);
        changes.entries.push(old.key);
        changes.merged.extend(new.note.then(|| (collection.clone(), record.clone())));
        {
            let mut state = self.0.state.borrow_mut();
            if new.entry.is_none() {
                state.outbox.remove(old.key);
            }
            for entry in new.entry.into_iter().chain(new.part).chain(new.later) {
                changes.entries.push(entry.key);
                state.outbox.put(entry);
            }
            state.recompute(collection, record, &mut changes);
        }
        self.emit(&changes);
    }
}

impl State {
    fn reshaping(&self, old: &Entry, new: &mut Reshaped, epoch: Option<u64>, files: &Files) -> Transaction {
        let mut transaction = Transaction::new(Database::Outbox);
        transaction.checks.extend(epoch.map(epoch_check));
        transaction.checks.push(unchanged(old));
        transaction.writes.push(match &new.entry {
            Some(entry) => put(entry),
            None => Write::Delete(DiskTable::Entries, entry_disk_key(old.key)),
        });
        if let Some(part) = &mut new.part {
            part.key = self.outbox.free_part(old.key.seq);
            transaction.checks.push(Check::Absent(DiskTable::Entries, entry_disk_key(part.key)));
            transaction.writes.push(put(part));
        }
        let mut before = vec![old];
        for entry in &new.later {
            if let Some(old) = self.outbox.get(entry.key) {
                transaction.checks.push(unchanged(old));
                before.push(old);
            }
            transaction.writes.push(put(entry));
        }
        let after: Vec<&Entry> = new.entry.iter().chain(&new.part).chain(&new.later).collect();
        transaction.writes.extend(release(&self.outbox, &before, &after));
        transaction.writes.extend(keep(files));
        transaction
    }

    /// The entries of the record after this one that are on disk.
    pub(super) fn later(&self, entry: &Entry) -> Vec<Rc<Entry>> {
        let lane = self.outbox.lane(&entry.clear.collection, &entry.clear.record);
        lane.filter(|other| other.key > entry.key && other.key.seq < PROVISIONAL).cloned().collect()
    }

    fn merged(&self, old: &Entry, merge: &Merge) -> Reshaped {
        let Merge { send, contested, theirs, op_id, note } = merge;
        let mut clean = old.clone();
        if *send != old.body.changes {
            clean.clear.op_id.clone_from(op_id);
        }
        clean.clear.state = EntryState::Queued;
        clean.body.base = value::pick(&theirs.fields, send);
        clean.body.changes.clone_from(send);
        clean.body.base_version.clone_from(&theirs.version);
        clean.body.problem = None;
        let mut waits = old.clone();
        waits.clear.state = EntryState::Conflict;
        waits.body.base = value::pick(&old.body.base, contested);
        waits.body.changes.clone_from(contested);
        waits.body.theirs = Some(value::pick(&theirs.fields, contested));
        waits.body.theirs_version.clone_from(&theirs.version);
        waits.body.problem = Some(Problem::code("conflict"));
        if send.is_empty() {
            return Reshaped { entry: Some(waits), note: *note, ..Reshaped::default() };
        }
        // Lists that are no longer what the later edits were made upon.
        let lists = send.iter().filter(|(name, list)| list.is_array() && old.body.changes.get(*name) != Some(*list));
        let lists = value::gather(&mut lists.map(|(name, list)| (name.clone(), list.clone())));
        let later = self.later(old);
        let later: Vec<&Entry> = later.iter().map(|entry| &**entry).collect();
        let later = rebase_lists(lists, &later);
        let part = (!contested.is_empty()).then_some(waits);
        Reshaped { entry: Some(clean), part, later, note: *note }
    }

    fn resolved_delete(&self, old: &Entry, theirs: &Fields, choices: &Fields, op_id: &str) -> Reshaped {
        if choices.values().all(|mine| mine.as_bool() != Some(true)) {
            return self.dropped(old, &old.body.base);
        }
        Reshaped { entry: Some(sent_anew(old, theirs.clone(), op_id)), ..Reshaped::default() }
    }

    fn resolved(&self, old: &Entry, theirs: &Fields, choices: &Fields, op_id: &str) -> Reshaped {
        let chosen = |wanted: Option<bool>| {
            let of = old.body.changes.iter().filter(|(name, _)| choices.get(*name).map(is_true) == wanted);
            value::gather(&mut of.map(|(name, value)| (name.clone(), value.clone())))
        };
        let (mine, given, open) = (chosen(Some(true)), chosen(Some(false)), chosen(None));
        let mut waits = old.clone();
        waits.body.base = value::pick(&old.body.base, &open);
        waits.body.theirs = Some(value::pick(theirs, &open));
        waits.body.changes.clone_from(&open);
        let waits = (!open.is_empty()).then_some(waits);
        if mine.is_empty() {
            return Reshaped { entry: waits, ..self.dropped(old, &given) };
        }
        let mut sent = sent_anew(old, value::pick(theirs, &mine), op_id);
        sent.body.changes = mine;
        Reshaped { entry: Some(sent), part: waits, ..self.dropped(old, &given) }
    }

    /// The fields are the server's again: later entries are based on its values.
    fn dropped(&self, old: &Entry, given: &Fields) -> Reshaped {
        if given.is_empty() {
            return Reshaped::default();
        }
        let (row, version) = self.beneath(old);
        let later = self.later(old);
        let later: Vec<&Entry> = later.iter().map(|entry| &**entry).collect();
        let schema = self.schema(&old.clear.collection);
        Reshaped { later: reset_bases(&schema, row.as_ref(), version.as_ref(), &later, given), ..Reshaped::default() }
    }

    /// A collection's schema; an empty one where there is none.
    pub(super) fn schema(&self, collection: &str) -> Rc<Collection> {
        self.collection(collection).map(|found| found.view.collection().clone()).unwrap_or_default()
    }

    /// The record as it is beneath an entry: the server's row with the earlier entries on top.
    pub(super) fn beneath(&self, entry: &Entry) -> (Option<Fields>, Option<Version>) {
        let (collection, id) = (&entry.clear.collection, &entry.clear.record);
        let server = self.server_row(collection, id);
        let earlier = self.outbox.lane(collection, id).filter(|other| other.key < entry.key);
        let fields = crate::local::outbox::overlay(server.as_ref().map(Row::fields), earlier);
        (fields, server.as_ref().and_then(Row::version))
    }

    fn recreated(&self, old: &Entry, op_id: &str) -> Entry {
        let seen = crate::local::outbox::apply(self.beneath(old).0, old).unwrap_or_default();
        let schema = self.schema(&old.clear.collection);
        let ours = |name: &str| {
            let field = schema.field(name);
            // A file that is not chosen here went with the record.
            let lost = |field: &crate::model::Field| field.is_file() && !old.body.changes.contains_key(name);
            field.is_some_and(|field| !field.read_only && !lost(field))
        };
        let mut again = sent_anew(old, Fields::new(), op_id);
        again.clear.kind = Kind::Create;
        again.body.base_version = None;
        again.body.changes = value::gather(&mut seen.into_iter().filter(|(name, _)| ours(name)));
        again
    }
}

/// The entry as one that was never sent: what the server had is its base.
fn sent_anew(old: &Entry, base: Fields, op_id: &str) -> Entry {
    let mut new = old.clone();
    op_id.clone_into(&mut new.clear.op_id);
    (new.clear.state, new.clear.attempt) = (EntryState::Queued, 0);
    new.body.base = base;
    new.body.base_version = new.body.theirs_version.take();
    (new.body.theirs, new.body.problem) = (None, None);
    new
}

fn is_true(choice: &crate::model::Value) -> bool {
    choice.as_bool() == Some(true)
}
