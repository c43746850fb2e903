//! The server's side of the outbox: epochs, acks, and what ends with them.
//!
//! An ack is one transaction: check the epoch and the entry, keep the server's row as *confirmed*,
//! drop the entry, reset the bases of the record's later entries. If it does not happen the entry
//! stays as it was, and the record is read before anything is sent again.

use super::cache::confirmed_key;
use super::edits::{epoch_check, meta, put, unchanged};
use super::files::release;
use super::load::entry_disk_key;
use super::{State, Store};
use crate::local::StoreError;
use crate::local::compaction::{name_files, reset_bases};
use crate::local::disk::{Check, Database, DiskError, Key, Stored, Table as DiskTable, Transaction, Write};
use crate::local::outbox::{Confirmed, ConfirmedClear};
use crate::model::{ChangeSet, Entry, EntryKey, EntryState, Kind, Origin, Record};
use std::rc::Rc;

/// How an entry ends.
enum End {
    /// The server has it; this is its row, or a tombstone. `note`: someone else's change came with it.
    Acked { epoch: u64, record: Record, note: bool },
    /// The user let it go.
    Discarded,
}

impl Store {
    /// Raises the epoch for a new leader, and makes what an earlier one was sending ambiguous.
    ///
    /// # Errors
    /// The disk's.
    pub async fn raise_epoch(&self) -> Result<u64, StoreError> {
        let epoch = self.next_epoch().await?;
        let sending: Vec<EntryKey> = self.outbox().iter().filter(|e| is_sending(e)).map(|entry| entry.key).collect();
        for key in sending {
            let take_over = |entry: &mut Entry| {
                let sending = is_sending(entry);
                entry.clear.state = EntryState::Ambiguous;
                sending
            };
            match self.rewrite(key, Some(epoch), &take_over).await {
                Ok(_) | Err(StoreError::EntryGone) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(epoch)
    }

    async fn next_epoch(&self) -> Result<u64, StoreError> {
        let _guard = self.0.outbox_lock.lock().await;
        let key = Key::from("epoch");
        loop {
            let known = self.0.disk.get(DiskTable::OutboxMeta, key.clone()).await?;
            let epoch = known.as_ref().and_then(|row| row.clear.parse::<u64>().ok()).unwrap_or_default() + 1;
            let mut transaction = Transaction::new(Database::Outbox);
            transaction.checks.push(match known {
                Some(row) => Check::Clear(DiskTable::OutboxMeta, key.clone(), row.clear),
                None => Check::Absent(DiskTable::OutboxMeta, key.clone()),
            });
            transaction.writes.push(Write::Put(DiskTable::OutboxMeta, key.clone(), meta(epoch)));
            match self.0.disk.transact(transaction).await {
                Ok(_) => {
                    self.reread_outbox().await?;
                    return Ok(epoch);
                }
                Err(DiskError::CheckFailed(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Writes `sending` before the request leaves, and returns the body that is to be sent.
    ///
    /// # Errors
    /// `EntryGone` if it no longer waits; `NotLeader`; the disk's.
    pub async fn mark_sending(&self, key: EntryKey, epoch: u64) -> Result<Rc<Entry>, StoreError> {
        let send = |entry: &mut Entry| {
            let queued = entry.clear.state == EntryState::Queued;
            entry.clear.state = EntryState::Sending;
            entry.clear.attempt += 1;
            entry.clear.epoch = epoch;
            queued
        };
        self.rewrite(key, Some(epoch), &send).await
    }

    /// The server has the edit: keeps its row and drops the entry. `note` tells of a silent merge.
    ///
    /// # Errors
    /// `EntryGone`, `NotLeader`, the disk's (the entry then stays).
    pub async fn ack(&self, key: EntryKey, epoch: u64, record: Record, note: bool) -> Result<(), StoreError> {
        self.end(key, End::Acked { epoch, record, note }).await
    }

    /// The user lets an edit go; with a create go the record's other edits, which hang on it.
    ///
    /// # Errors
    /// `EntryGone` if it is gone or under way; the disk's.
    pub async fn discard(&self, key: EntryKey) -> Result<(), StoreError> {
        self.end(key, End::Discarded).await
    }

    async fn end(&self, key: EntryKey, end: End) -> Result<(), StoreError> {
        let _guard = self.0.outbox_lock.lock().await;
        loop {
            let entry = self.outbox().get(key).cloned().ok_or(StoreError::EntryGone)?;
            if matches!(end, End::Discarded) && entry.clear.state == EntryState::Sending {
                return Err(StoreError::EntryGone);
            }
            let (later, gone) = self.0.state.borrow().after(&entry, &end);
            let ack_seq = self.outbox().ack_seq + 1;
            let mut transaction = end_transaction(&entry, &end, ack_seq, &later, &gone);
            let before = gone.iter().chain(later.iter().map(|(old, _)| old)).map(|other| &**other);
            let before: Vec<&Entry> = before.chain([&*entry]).collect();
            let after: Vec<&Entry> = later.iter().map(|(_, new)| new).collect();
            transaction.writes.extend(release(&self.outbox(), &before, &after));
            match self.0.disk.transact(transaction).await {
                Ok(commit) => {
                    self.ended(&entry, end, ack_seq, later, &gone);
                    return self.settle_seq(commit.commit_seq).await;
                }
                Err(DiskError::CheckFailed(0)) if matches!(end, End::Acked { .. }) => {
                    return Err(StoreError::NotLeader);
                }
                Err(DiskError::CheckFailed(_)) => self.reread_outbox().await?,
                Err(error) => {
                    self.reread_outbox().await?;
                    return Err(error.into());
                }
            }
        }
    }

    fn ended(&self, entry: &Entry, end: End, ack_seq: u64, later: Vec<(Rc<Entry>, Entry)>, gone: &[Rc<Entry>]) {
        let mut changes = ChangeSet::new(Origin::Sync);
        let collection = &entry.clear.collection;
        {
            let mut state = self.0.state.borrow_mut();
            let keys: Vec<_> = gone.iter().map(|other| other.key).chain([entry.key]).collect();
            state.forget(&keys, &mut changes);
            for (_, new) in later {
                changes.entries.push(new.key);
                state.outbox.put(new);
            }
            if let End::Acked { record, note, .. } = end {
                changes.merged.extend(note.then(|| (collection.clone(), record.id.clone())));
                state.acked.insert(collection, &record.id, ack_seq);
                state.outbox.confirm(collection, Confirmed { record, ack_seq });
            }
            state.recompute(collection, &entry.clear.record, &mut changes);
        }
        self.emit(&changes);
    }
}

impl State {
    /// What the end of an entry does to the others of its record: those that get a new base (before,
    /// after), and those that go with it.
    fn after(&self, entry: &Entry, end: &End) -> (Vec<(Rc<Entry>, Entry)>, Vec<Rc<Entry>>) {
        let later = self.later(entry);
        if matches!(end, End::Discarded) && entry.clear.kind == Kind::Create {
            return (Vec::new(), later);
        }
        let (row, version) = match end {
            End::Acked { record, .. } if record.deleted => (None, None),
            End::Acked { record, .. } => (Some(record.fields.clone()), record.version.clone()),
            End::Discarded => self.beneath(entry),
        };
        let plain: Vec<&Entry> = later.iter().map(|entry| &**entry).collect();
        let touched = if entry.clear.kind == Kind::Delete { &entry.body.base } else { &entry.body.changes };
        let schema = self.schema(&entry.clear.collection);
        let mut reset = reset_bases(&schema, row.as_ref(), version.as_ref(), &plain, touched);
        if let (End::Acked { .. }, Some(row)) = (end, &row) {
            // Those that need nothing else may still name a file that has just been sent.
            for other in plain {
                let is_reset = reset.iter().any(|one| one.key == other.key);
                let mut named = other.clone();
                name_files(entry, row, &mut std::iter::once(&mut named));
                if !is_reset && named.body != other.body {
                    named.clear.revision += 1;
                    reset.push(named);
                }
            }
            name_files(entry, row, &mut reset.iter_mut());
        }
        let before = |new: &Entry| self.outbox.get(new.key).cloned();
        (reset.into_iter().filter_map(|new| Some((before(&new)?, new))).collect(), Vec::new())
    }
}

fn is_sending(entry: &Entry) -> bool {
    entry.clear.state == EntryState::Sending
}

fn end_transaction(
    entry: &Entry,
    end: &End,
    ack_seq: u64,
    later: &[(Rc<Entry>, Entry)],
    gone: &[Rc<Entry>],
) -> Transaction {
    let mut transaction = Transaction::new(Database::Outbox);
    if let End::Acked { epoch, record, .. } = end {
        let clear = ConfirmedClear { collection: entry.clear.collection.clone(), id: record.id.clone(), ack_seq };
        let body = record.to_json().into_bytes();
        let confirmed = Stored { clear: clear.to_json(), body };
        transaction.checks.push(epoch_check(*epoch));
        let key = confirmed_key(&entry.clear.collection, &record.id);
        transaction.writes.push(Write::Put(DiskTable::Confirmed, key, confirmed));
        transaction.writes.push(Write::Put(DiskTable::OutboxMeta, "ack_seq".into(), meta(ack_seq)));
    }
    transaction.checks.push(unchanged(entry));
    transaction.writes.push(Write::Delete(DiskTable::Entries, entry_disk_key(entry.key)));
    for (old, new) in later {
        transaction.checks.push(unchanged(old));
        transaction.writes.push(put(new));
    }
    for other in gone {
        transaction.checks.push(unchanged(other));
        transaction.writes.push(Write::Delete(DiskTable::Entries, entry_disk_key(other.key)));
    }
    transaction
}
