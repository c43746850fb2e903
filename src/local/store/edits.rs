//! The user's side of the outbox: edit, mend, retry, choose, discard.
//!
//! An edit is in the view before this function first waits; it is *saved* when the returned future
//! ends. Every commit checks the entries that it builds on inside its own transaction, and starts
//! again from a fresh reading if another tab was faster.

use super::files::{keep, release};
use super::load::{encode_entry, entry_disk_key};
use super::{State, Store, cache};
use crate::local::compaction::{Edit, Plan, entry, plan};
use crate::local::disk::{Check, Database, DiskError, Stored, Table as DiskTable, Transaction, Write};
use crate::local::{StoreError, outbox::PROVISIONAL};
use crate::model::{ChangeSet, Entry, EntryKey, EntryState, Fields, Kind, Origin, value};
use std::rc::Rc;

/// How often a commit is tried again after losing the connection to the disk.
const LOST_RETRIES: u32 = 3;

impl Store {
    /// Shows an edit at once and stores it. The key of its entry, unless it vanished with another.
    ///
    /// # Errors
    /// The disk's: the edit is then *not* saved and no longer shown.
    pub async fn edit(&self, mut edit: Edit) -> Result<Option<EntryKey>, StoreError> {
        let collection = self.collection(&edit.collection)?;
        let shown = self.show(&edit);
        let _guard = self.0.outbox_lock.lock().await;
        let mut lost = 0;
        let result = loop {
            self.0.state.borrow().rebase(&mut edit);
            let plan = plan(&self.outbox(), &collection, &edit);
            let (transaction, touched) = self.planned(&plan, &edit);
            match self.0.disk.transact(transaction).await {
                Ok(commit) => {
                    let key = commit.appended.first().map(|seq| EntryKey { seq: *seq, sub: 0 }).or(touched);
                    self.take_in(&edit, plan, key, shown);
                    break self.settle_seq(commit.commit_seq).await.map(|()| key);
                }
                Err(DiskError::CheckFailed(_)) => self.reread_outbox().await?,
                Err(DiskError::Lost(reason)) => {
                    self.reread_outbox().await?;
                    if let Some(found) = self.key_of(&edit.op_id) {
                        break Ok(Some(found));
                    }
                    lost += 1;
                    if lost > LOST_RETRIES {
                        break Err(DiskError::Lost(reason).into());
                    }
                }
                Err(error) => break Err(error.into()),
            }
        };
        self.hide(&edit, shown);
        result
    }

    /// Puts the edit into the view before it is stored.
    fn show(&self, edit: &Edit) -> EntryKey {
        let mut changes = ChangeSet::new(Origin::Here);
        let key = {
            let mut state = self.0.state.borrow_mut();
            let key = EntryKey { seq: PROVISIONAL + state.next_provisional, sub: 0 };
            state.next_provisional += 1;
            let mut provisional = entry(edit, Vec::new());
            provisional.key = key;
            state.outbox.put(provisional);
            state.recompute(&edit.collection, &edit.record, &mut changes);
            key
        };
        changes.entries.push(key);
        self.emit(&changes);
        key
    }

    fn hide(&self, edit: &Edit, shown: EntryKey) {
        let mut changes = ChangeSet::new(Origin::Here);
        {
            let mut state = self.0.state.borrow_mut();
            if state.outbox.remove(shown).is_none() {
                return;
            }
            state.recompute(&edit.collection, &edit.record, &mut changes);
        }
        changes.entries.push(shown);
        self.emit(&changes);
    }

    fn planned(&self, plan: &Plan, edit: &Edit) -> (Transaction, Option<EntryKey>) {
        let mut transaction = Transaction::new(Database::Outbox);
        let state = self.0.state.borrow();
        match plan {
            Plan::Append(entry) => {
                for dep in entry.clear.deps.iter().filter_map(|dep| state.outbox.get(*dep)) {
                    transaction.checks.push(unchanged(dep));
                }
                transaction.writes.push(Write::Append(DiskTable::Entries, encode_entry(entry)));
                transaction.writes.extend(keep(&edit.files));
                (transaction, None)
            }
            Plan::Replace(entry) => {
                transaction.writes.push(put(entry));
                if let Some(old) = state.outbox.get(entry.key) {
                    transaction.checks.push(unchanged(old));
                    transaction.writes.extend(release(&state.outbox, &[&**old], &[&**entry]));
                }
                transaction.writes.extend(keep(&edit.files));
                (transaction, Some(entry.key))
            }
            Plan::Vanish(keys) => {
                let gone: Vec<&Entry> =
                    keys.iter().filter_map(|key| state.outbox.get(*key)).map(|old| &**old).collect();
                for old in &gone {
                    transaction.checks.push(unchanged(old));
                    transaction.writes.push(Write::Delete(DiskTable::Entries, entry_disk_key(old.key)));
                }
                transaction.writes.extend(release(&state.outbox, &gone, &[]));
                (transaction, None)
            }
            Plan::Nothing => (transaction, None),
        }
    }

    /// Shows what was stored in place of what was shown.
    fn take_in(&self, edit: &Edit, plan: Plan, key: Option<EntryKey>, shown: EntryKey) {
        let mut changes = ChangeSet::new(Origin::Here);
        {
            let mut state = self.0.state.borrow_mut();
            state.outbox.remove(shown);
            changes.entries.push(shown);
            match (plan, key) {
                (Plan::Append(mut entry) | Plan::Replace(mut entry), Some(key)) => {
                    entry.key = key;
                    changes.entries.push(key);
                    state.outbox.put(*entry);
                }
                (Plan::Vanish(keys), _) => state.forget(&keys, &mut changes),
                _ => {}
            }
            state.recompute(&edit.collection, &edit.record, &mut changes);
        }
        self.emit(&changes);
    }

    /// Tells other tabs; reads the outbox again if another tab's commit came between.
    pub(super) async fn settle_seq(&self, commit_seq: u64) -> Result<(), StoreError> {
        self.0.tabs.broadcast(cache::OUTBOX_CHANGED);
        if self.note_outbox(commit_seq) { Ok(()) } else { self.reread_outbox().await }
    }

    fn key_of(&self, op_id: &str) -> Option<EntryKey> {
        let state = self.0.state.borrow();
        let found = state.outbox.iter().find(|entry| entry.clear.op_id == op_id && entry.key.seq < PROVISIONAL);
        found.map(|entry| entry.key)
    }

    /// Sends a parked entry again, as it is. One whose fate was unknown is read first.
    ///
    /// # Errors
    /// `EntryGone` if it is no longer parked; the disk's.
    pub async fn retry(&self, key: EntryKey) -> Result<(), StoreError> {
        let again = |entry: &mut Entry| {
            let unknown = entry.body.problem.as_ref().is_some_and(|problem| problem.code == "unknown");
            let parked = entry.clear.state == EntryState::Parked;
            entry.clear.state = if unknown { EntryState::Ambiguous } else { EntryState::Queued };
            // The user's word begins the count anew; that it was sent is not forgotten.
            entry.clear.attempt = entry.clear.attempt.min(1);
            entry.body.problem = None;
            parked
        };
        self.rewrite(key, None, &again).await.map(drop)
    }

    /// Gives a parked entry new values and a new `op_id`, and sends it again. Values that are no longer
    /// wanted stay as they are: a mend adds to what was asked. `files` are those that the values name by token.
    ///
    /// # Errors
    /// `EntryGone` if it is no longer parked; the disk's.
    pub async fn mend(
        &self,
        key: EntryKey,
        changes: &Fields,
        files: &[(String, Rc<[u8]>)],
        op_id: &str,
    ) -> Result<(), StoreError> {
        let mended = |entry: &mut Entry| {
            let parked = entry.needs_user();
            entry.body.changes.extend(changes.iter().map(|(name, value)| (name.clone(), value.clone())));
            op_id.clone_into(&mut entry.clear.op_id);
            entry.clear.state = EntryState::Queued;
            entry.body.problem = None;
            parked
        };
        self.rewrite_with(key, None, files, &mended).await.map(drop)
    }
}

impl State {
    /// An earlier edit may have been acked while this one waited for its turn: what it is based on then has a newer
    /// version, if it still looks the same.
    fn rebase(&self, edit: &mut Edit) {
        let first =
            self.outbox.lane(&edit.collection, &edit.record).next().is_none_or(|one| one.key.seq >= PROVISIONAL);
        let server = self.server_row(&edit.collection, &edit.record).filter(|_| first && edit.kind == Kind::Patch);
        if let Some(version) =
            server.filter(|row| value::contains_all(&row.fields(), &edit.base)).and_then(|row| row.version())
            && edit.base_version.is_some()
        {
            edit.base_version = Some(version);
        }
    }

    pub(super) fn forget(&mut self, keys: &[EntryKey], changes: &mut ChangeSet) {
        for key in keys {
            self.outbox.remove(*key);
            changes.entries.push(*key);
        }
    }
}

/// The entry is still what was read.
pub(super) fn unchanged(entry: &Entry) -> Check {
    Check::Clear(DiskTable::Entries, entry_disk_key(entry.key), entry.clear.to_json())
}

pub(super) fn put(entry: &Entry) -> Write {
    Write::Put(DiskTable::Entries, entry_disk_key(entry.key), encode_entry(entry))
}

/// The epoch is still this leader's.
pub(super) fn epoch_check(epoch: u64) -> Check {
    Check::Clear(DiskTable::OutboxMeta, "epoch".into(), epoch.to_string())
}

pub(super) fn meta(number: u64) -> Stored {
    Stored { clear: number.to_string(), body: Vec::new() }
}
