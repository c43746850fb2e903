//! Opening, and catching up with other tabs.
//!
//! Opening has two stages: the outbox and the heads (one screenful of each collection) first, so that
//! the first paint shows rows; then all chunks and the log. A tab that missed a commit of another tab
//! sees it by the commit numbers and reads again what it needs.

use super::cache::{CACHE_CHANGED, OUTBOX_CHANGED, THROUGH, head_key, pull_key};
use super::{CollectionState, Inner, State, Store};
use crate::local::disk::{Disk, DiskError, Key, Stored, Table as DiskTable};
use crate::local::outbox::{Confirmed, ConfirmedClear, Outbox};
use crate::local::{Row, StoreError, Table};
use crate::model::cursor::PullState;
use crate::model::mutation::{ENTRY_FORMAT, EntryBody, EntryClear};
use crate::model::{ChangeSet, Collection, Entry, EntryKey, Origin, Record, RecordMap, json, order};
use crate::platform::Tabs;
use futures::StreamExt;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

impl Store {
    /// Opens the store as far as the first screenful: the outbox and the heads.
    ///
    /// # Errors
    /// The disk's: the outbox must be readable. An unreadable cache is cleared and pulled anew.
    pub async fn open(
        disk: Rc<dyn Disk>,
        tabs: Rc<dyn Tabs>,
        account: &str,
        collections: &[Rc<Collection>],
    ) -> Result<Self, StoreError> {
        let empty = |collection: &Rc<Collection>| CollectionState {
            view: Table::new(collection.clone()),
            base: RecordMap::default(),
            expected: 0,
            pull: PullState::default(),
            stored: false,
            dirty: false,
        };
        let by_name = |left: usize, right: usize| collections[left].name.cmp(&collections[right].name);
        let places = order::sorted_places(collections.len(), &by_name);
        let collections = places.into_iter().map(|place| empty(&collections[place])).collect();
        let state = State { collections, ..State::default() };
        let store = Self(Rc::new(Inner {
            disk,
            tabs,
            account: account.to_owned(),
            state: RefCell::new(state),
            listeners: RefCell::default(),
            next_listener: Cell::default(),
            outbox_lock: futures::lock::Mutex::new(()),
            cache_lock: futures::lock::Mutex::new(()),
            cache_off: Cell::default(),
        }));
        store.read_outbox().await?;
        store.read_heads().await?;
        store.0.state.borrow_mut().recompute_overlays(&mut ChangeSet::new(Origin::Here));
        Ok(store)
    }

    /// Loads all rows. Until this is done, [`Store::complete`] is false.
    ///
    /// # Errors
    /// The disk's.
    pub async fn load(&self) -> Result<(), StoreError> {
        let _guard = self.0.cache_lock.lock().await;
        self.read_cache().await
    }

    /// Follows the other tabs, for as long as it is polled.
    pub async fn follow(&self) {
        let mut messages = self.0.tabs.messages().ready_chunks(64);
        while let Some(batch) = messages.next().await {
            // A failed read is tried again at the next message; the data is safe on disk.
            if batch.iter().any(|message| message == OUTBOX_CHANGED) {
                let _ = self.catch_up_outbox().await;
            }
            if batch.iter().any(|message| message == CACHE_CHANGED) {
                let _ = self.catch_up_cache().await;
            }
        }
    }

    /// Reads the outbox again if another tab has committed to it.
    ///
    /// # Errors
    /// The disk's.
    pub async fn catch_up_outbox(&self) -> Result<(), StoreError> {
        let _guard = self.0.outbox_lock.lock().await;
        self.reread_outbox().await
    }

    /// The same, for callers that hold the outbox's lock.
    pub(super) async fn reread_outbox(&self) -> Result<(), StoreError> {
        let before = self.0.state.borrow().outbox.clone();
        self.read_outbox().await?;
        let mut changes = ChangeSet::new(Origin::OtherTab);
        {
            let mut state = self.0.state.borrow_mut();
            state.recompute_overlays(&mut changes);
            changes.entries = before.iter().chain(state.outbox.iter()).map(|entry| entry.key).collect();
        }
        self.emit(&changes);
        Ok(())
    }

    async fn read_outbox(&self) -> Result<(), DiskError> {
        // The meta table is never read as a whole: files lie there.
        let (entries, confirmed, epoch, ack_seq, seq) = loop {
            let (entries, first) = self.0.disk.scan(DiskTable::Entries).await?;
            let epoch = self.outbox_number("epoch").await?;
            let ack_seq = self.outbox_number("ack_seq").await?;
            let (confirmed, last) = self.0.disk.scan(DiskTable::Confirmed).await?;
            if first == last {
                break (entries, confirmed, epoch, ack_seq, last);
            }
        };
        let mut outbox = Outbox::default();
        entries.into_iter().filter_map(decode_entry).for_each(|entry| outbox.put(entry));
        for (collection, row) in confirmed.into_iter().filter_map(decode_confirmed) {
            outbox.confirm(&collection, row);
        }
        (outbox.epoch, outbox.ack_seq) = (epoch, outbox.ack_seq.max(ack_seq));
        let mut state = self.0.state.borrow_mut();
        for entry in state.outbox.provisional() {
            outbox.put((*entry).clone());
        }
        (state.outbox, state.outbox_seq) = (outbox, seq);
        Ok(())
    }

    async fn outbox_number(&self, name: &str) -> Result<u64, DiskError> {
        let row = self.0.disk.get(DiskTable::OutboxMeta, name.into()).await?;
        Ok(row.and_then(|row| row.clear.parse().ok()).unwrap_or_default())
    }

    async fn read_heads(&self) -> Result<(), DiskError> {
        for collection in self.collections() {
            let head = self.0.disk.get(DiskTable::CacheMeta, head_key(&collection.name)).await?;
            let pull = self.0.disk.get(DiskTable::CacheMeta, pull_key(&collection.name)).await?;
            let mut state = self.0.state.borrow_mut();
            let Some(found) = state.collection_mut(&collection.name) else { continue };
            if let Some(pull) = pull.and_then(|row| PullState::from_json(&row.clear)) {
                found.pull = pull;
            }
            if let Some(head) = head {
                found.expected = head.clear.parse().unwrap_or_default();
                found.view.load(Row::decode_all(&head.body).unwrap_or_default());
            }
        }
        Ok(())
    }

    async fn read_cache(&self) -> Result<(), StoreError> {
        let (chunks, log, meta) = loop {
            let (chunks, first) = self.0.disk.scan(DiskTable::Chunks).await?;
            let (log, _) = self.0.disk.scan(DiskTable::Log).await?;
            let (meta, last) = self.0.disk.scan(DiskTable::CacheMeta).await?;
            if first == last {
                break (chunks, log, meta);
            }
        };
        let Some(loaded) = decode_chunks(chunks) else { return self.drop_cache().await };
        let mut changes = ChangeSet::new(Origin::Sync);
        let intact = {
            let mut state = self.0.state.borrow_mut();
            state.fill(loaded, &meta);
            let intact = state.apply_log(&log, 0, &mut changes);
            state.recompute_overlays(&mut changes);
            state.complete = true;
            changes.rows.clear();
            changes.reset = state.collections.iter().map(|found| found.name().to_owned()).collect();
            intact
        };
        if !intact {
            return self.drop_cache().await;
        }
        self.emit(&changes);
        Ok(())
    }

    /// A damaged cache is thrown away: the server has everything in it.
    async fn drop_cache(&self) -> Result<(), StoreError> {
        self.0.disk.clear(crate::local::Database::Cache).await?;
        let mut changes = ChangeSet::new(Origin::Sync);
        {
            let mut state = self.0.state.borrow_mut();
            for found in &mut state.collections {
                found.view.load(Vec::new());
                found.base.clear();
                (found.pull, found.stored, found.expected) = (PullState::default(), false, 0);
            }
            state.complete = true;
            state.recompute_overlays(&mut changes);
            changes.rows.clear();
            changes.reset = state.collections.iter().map(|found| found.name().to_owned()).collect();
        }
        self.emit(&changes);
        Ok(())
    }

    /// Reads what the leader has logged since, or everything if it has rewritten the chunks meanwhile.
    ///
    /// # Errors
    /// The disk's.
    pub async fn catch_up_cache(&self) -> Result<(), StoreError> {
        let _guard = self.0.cache_lock.lock().await;
        let (log, _) = self.0.disk.scan(DiskTable::Log).await?;
        let (meta, _) = self.0.disk.scan(DiskTable::CacheMeta).await?;
        let known = self.0.state.borrow().log_key;
        if number(&meta, THROUGH) > known {
            return self.read_cache().await;
        }
        let mut changes = ChangeSet::new(Origin::OtherTab);
        {
            let mut state = self.0.state.borrow_mut();
            state.apply_log(&log, known, &mut changes);
            changes.pulls = state.read_pulls(&meta);
        }
        self.emit(&changes);
        Ok(())
    }

    /// Notes a commit to the outbox made by this tab; `false`: another tab's commit came between.
    pub(super) fn note_outbox(&self, commit_seq: u64) -> bool {
        let mut state = self.0.state.borrow_mut();
        let next = commit_seq == state.outbox_seq + 1;
        if next {
            state.outbox_seq = commit_seq;
        }
        next
    }
}

impl State {
    /// Puts the chunks' rows into the tables.
    fn fill(&mut self, mut loaded: Vec<(String, Vec<Row>)>, meta: &[(Key, Stored)]) {
        for found in &mut self.collections {
            let rows = loaded.iter_mut().find(|(name, _)| name == found.name()).map(|(_, rows)| std::mem::take(rows));
            let rows = rows.unwrap_or_default();
            found.stored |= !rows.is_empty();
            if found.stored || !found.dirty {
                found.expected = rows.len();
                found.view.load(rows);
                found.base.clear();
            }
        }
        self.read_pulls(meta);
        self.log_key = number(meta, THROUGH).max(self.log_key);
    }

    fn read_pulls(&mut self, meta: &[(Key, Stored)]) -> bool {
        let mut moved = false;
        for found in &mut self.collections {
            let key = pull_key(found.name());
            let pull = meta.iter().find(|(other, _)| *other == key);
            if let Some(pull) = pull.and_then(|(_, row)| PullState::from_json(&row.clear)) {
                moved |= found.pull != pull;
                found.pull = pull;
            }
        }
        moved
    }

    /// Applies log rows after `known`; `false` if one is damaged.
    fn apply_log(&mut self, log: &[(Key, Stored)], known: u64, changes: &mut ChangeSet) -> bool {
        self.log_len = log.len();
        for (key, batch) in log {
            let Key::Number(key) = key else { continue };
            if *key <= known {
                continue;
            }
            self.log_key = self.log_key.max(*key);
            let Some(rows) = Row::decode_all(&batch.body) else { return false };
            for row in rows {
                self.set_base(&batch.clear, row, changes);
            }
        }
        true
    }
}

fn number(meta: &[(Key, Stored)], name: &str) -> u64 {
    let found = meta.iter().find(|(key, _)| *key == Key::from(name));
    found.and_then(|(_, row)| row.clear.parse().ok()).unwrap_or_default()
}

/// The rows of each collection; its chunks lie beside each other.
fn decode_chunks(chunks: Vec<(Key, Stored)>) -> Option<Vec<(String, Vec<Row>)>> {
    let mut loaded: Vec<(String, Vec<Row>)> = Vec::new();
    for (key, chunk) in chunks {
        let Key::Text(key) = key else { return None };
        let (collection, _) = key.rsplit_once('/')?;
        let rows = Row::decode_all(&chunk.body)?;
        match loaded.last_mut().filter(|(name, _)| name == collection) {
            Some((_, before)) => before.extend(rows),
            None => loaded.push((collection.to_owned(), rows)),
        }
    }
    Some(loaded)
}

/// The disk's key of an entry.
pub(super) fn entry_disk_key(key: EntryKey) -> Key {
    if key.sub == 0 { Key::Number(key.seq) } else { Key::Text(format!("{:016}.{:04}", key.seq, key.sub)) }
}

fn entry_key(key: &Key) -> Option<EntryKey> {
    match key {
        Key::Number(seq) => Some(EntryKey { seq: *seq, sub: 0 }),
        Key::Text(text) => {
            let (seq, sub) = text.split_once('.')?;
            Some(EntryKey { seq: seq.parse().ok()?, sub: sub.parse().ok()? })
        }
    }
}

/// Reads a stored entry; one of a newer format is left alone on disk.
fn decode_entry((key, row): (Key, Stored)) -> Option<Entry> {
    let clear = EntryClear::from_json(&row.clear)?;
    let body = EntryBody::from_json(&row.body)?;
    (clear.format <= ENTRY_FORMAT).then_some(Entry { key: entry_key(&key)?, clear, body })
}

/// An entry as it is stored.
pub(super) fn encode_entry(entry: &Entry) -> Stored {
    Stored { clear: entry.clear.to_json(), body: entry.body.to_json().into_bytes() }
}

fn decode_confirmed((_, row): (Key, Stored)) -> Option<(String, Confirmed)> {
    let clear = ConfirmedClear::from_json(&row.clear)?;
    let record = Record::from_json(json::parse_bytes(&row.body)?)?;
    Some((clear.collection, Confirmed { record, ack_seq: clear.ack_seq }))
}
