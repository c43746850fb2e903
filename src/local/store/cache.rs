//! The server's side of the cache: pages are committed, confirmed rows folded in, chunks rewritten.
//!
//! Only the leader writes here, and every write checks the cache's own copy of the epoch, so that a
//! leader that was frozen and thawed is refused. What the cache holds the server has too: if its disk
//! fails, rows are still shown from memory, and the whole database can be thrown away.

use super::{State, Store};
use crate::local::disk::{Check, Database, DiskError, Durability, Key, Stored, Table as DiskTable, Transaction, Write};
use crate::local::outbox::ConfirmedClear;
use crate::local::{Row, StoreError};
use crate::model::cursor::PullState;
use crate::model::{ChangeSet, Origin, Record, RecordId, RecordKey, Version};

/// How many records a chunk holds.
pub(super) const CHUNK_ROWS: usize = 200;
/// How many records the head holds: the first screenful.
pub(super) const HEAD_ROWS: usize = 50;
/// Chunks are rewritten when so many batches wait in the log.
const LOG_LIMIT: usize = 64;
/// The meta row with the last log key that the chunks contain.
pub(super) const THROUGH: &str = "through";
/// What other tabs are told.
pub(super) const CACHE_CHANGED: &str = "cache";
/// What other tabs are told.
pub(super) const OUTBOX_CHANGED: &str = "outbox";
/// Above any chunk's number in key order.
const LAST_CHUNK: &str = "~";

/// What a pull's commit did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pulled {
    /// How many rows were news.
    pub news: usize,
    /// Rows that could not be put in order with an ack made meanwhile: read them by id.
    pub reread: Vec<RecordId>,
}

/// Whether an incoming row is news beside the known one, by version. `None`: versions are missing and
/// cannot tell. Versions are put in order as text (`Capabilities::ordered_versions`).
#[must_use]
pub fn accept(known: Option<&Version>, incoming: Option<&Version>) -> Option<bool> {
    match (known, incoming) {
        (None, Some(_)) => Some(true),
        (Some(known), Some(incoming)) => Some(incoming > known),
        (_, None) => None,
    }
}

impl Store {
    /// The last `ack_seq` given out: a pull remembers it when it begins (the read fence).
    #[must_use]
    pub fn fence(&self) -> u64 {
        self.0.state.borrow().outbox.ack_seq
    }

    /// Shows rows that need no pull (a sample that both sides know), if the cache has none.
    /// Returns whether they were taken.
    pub fn seed(&self, collection: &str, records: &[Record], pull: PullState) -> bool {
        let Ok(schema) = self.collection(collection) else { return false };
        let rows = records.iter().map(|record| Row::encode(record, &schema)).collect();
        let taken = self.seed_rows(collection, rows, false, pull);
        if taken {
            self.seeded(collection);
        }
        taken
    }

    /// The same with rows that were made little by little; `sorted` if they are in the collection's own order. Nobody is
    /// told before [`Store::seeded`] is called.
    pub fn seed_rows(&self, collection: &str, rows: Vec<Row>, sorted: bool, pull: PullState) -> bool {
        let mut state = self.0.state.borrow_mut();
        let Some(found) = state.collection_mut(collection) else { return false };
        if found.stored || found.pull.complete {
            return false;
        }
        (found.pull, found.dirty, found.expected) = (pull, true, rows.len());
        if sorted {
            found.view.load(rows)
        } else {
            found.view.load_unsorted(rows)
        }
        found.base.clear();
        true
    }

    /// Lays the outbox over seeded rows, and tells whoever follows them.
    pub fn seeded(&self, collection: &str) {
        let mut changes = ChangeSet::new(Origin::Sync);
        self.0.state.borrow_mut().recompute_overlays(&mut changes);
        changes.rows.clear();
        changes.reset.push(collection.to_owned());
        self.emit(&changes);
    }

    /// Shows the first screenful of `total` rows that [`Store::seed_rows`] will bring, in the collection's own order.
    pub fn seed_head(&self, collection: &str, rows: Vec<Row>, total: usize) {
        let mut changes = ChangeSet::new(Origin::Sync);
        if let Some(found) = self.0.state.borrow_mut().collection_mut(collection).filter(|found| found.view.is_empty())
        {
            found.view.load(rows);
            found.expected = total;
            changes.reset.push(collection.to_owned());
        }
        self.emit(&changes);
    }

    /// Makes this tab's epoch the cache's: older leaders are refused from now on.
    ///
    /// # Errors
    /// `NotLeader` if the cache knows a later epoch; the disk's errors.
    pub async fn claim_cache(&self, epoch: u64) -> Result<(), StoreError> {
        let _guard = self.0.cache_lock.lock().await;
        let key = Key::from("epoch");
        let known = self.0.disk.get(DiskTable::CacheMeta, key.clone()).await?;
        let mut transaction = Transaction::new(Database::Cache);
        transaction.checks.push(match known {
            Some(row) if row.clear.parse::<u64>().is_ok_and(|known| known > epoch) => {
                return Err(StoreError::NotLeader);
            }
            Some(row) => Check::Clear(DiskTable::CacheMeta, key.clone(), row.clear),
            None => Check::Absent(DiskTable::CacheMeta, key.clone()),
        });
        let row = Stored { clear: epoch.to_string(), body: Vec::new() };
        transaction.writes.push(Write::Put(DiskTable::CacheMeta, key, row));
        self.0.disk.transact(transaction).await.map(drop).map_err(not_leader)
    }

    /// Commits rows read from the server: a page of a pull that began at `fence`, and how far it has come (`pull`), or
    /// single rows (`None`). Rows that are no news are left out; a row acked since `fence` is taken only if its
    /// version says that it is newer.
    ///
    /// # Errors
    /// `NotLeader`; other failures of the disk only cost the cache.
    pub async fn commit_pull(
        &self,
        epoch: u64,
        collection: &str,
        records: &[Record],
        pull: Option<PullState>,
        fence: u64,
    ) -> Result<Pulled, StoreError> {
        self.fold(epoch).await?;
        let _guard = self.0.cache_lock.lock().await;
        let (rows, pulled) = self.0.state.borrow().news(collection, records, fence);
        let mut transaction = cache_transaction(epoch);
        if !rows.is_empty() {
            transaction.writes.push(Write::Append(DiskTable::Log, batch(collection, &rows)));
        }
        if let Some(pull) = &pull {
            let meta = Stored { clear: pull.to_json(), body: Vec::new() };
            transaction.writes.push(Write::Put(DiskTable::CacheMeta, pull_key(collection), meta));
        }
        if transaction.writes.is_empty() {
            return Ok(pulled);
        }
        transaction.writes.extend(self.0.state.borrow().first_head(collection, &rows));
        let logged = self.write_cache(transaction).await?;
        let mut changes = ChangeSet::new(Origin::Sync);
        {
            let mut state = self.0.state.borrow_mut();
            for row in rows {
                state.set_base(collection, row, &mut changes);
            }
            if let (Some(pull), Some(found)) = (pull, state.collection_mut(collection)) {
                changes.pulls = found.pull != pull;
                found.pull = pull;
                // Only a pull knows that none begun before it is still under way.
                state.forget_acks(fence);
            }
        }
        self.emit(&changes);
        if logged {
            self.0.tabs.broadcast(CACHE_CHANGED);
        }
        Ok(pulled)
    }

    /// Folds all confirmed rows into the cache, strictly, and only then releases them.
    ///
    /// # Errors
    /// `NotLeader`. If the disk fails the confirmed rows simply stay in the outbox.
    pub async fn fold(&self, epoch: u64) -> Result<(), StoreError> {
        let _guard = self.0.cache_lock.lock().await;
        let confirmed: Vec<_> = {
            let state = self.0.state.borrow();
            state.outbox.all_confirmed().iter().map(|(key, confirmed)| (key.0.clone(), confirmed.clone())).collect()
        };
        if confirmed.is_empty() || self.0.cache_off.get() {
            return Ok(());
        }
        let mut transaction = cache_transaction(epoch);
        transaction.durability = Durability::Strict;
        let folded: Vec<(String, Row)> = {
            let state = self.0.state.borrow();
            let row = |(collection, confirmed): &(String, _)| state.folded_row(collection, confirmed);
            confirmed.iter().filter_map(|pair| Some((pair.0.clone(), row(pair)?))).collect()
        };
        for (collection, row) in &folded {
            transaction.writes.push(Write::Append(DiskTable::Log, batch(collection, std::slice::from_ref(row))));
        }
        let through = confirmed.iter().map(|(_, confirmed)| confirmed.ack_seq).max().unwrap_or_default();
        let meta = Stored { clear: through.to_string(), body: Vec::new() };
        transaction.writes.push(Write::Put(DiskTable::CacheMeta, "folded_through".into(), meta));
        if !self.write_cache(transaction).await? {
            return Ok(());
        }
        let mut release = Transaction::new(Database::Outbox);
        for (collection, confirmed) in &confirmed {
            let clear = ConfirmedClear {
                collection: collection.clone(),
                id: confirmed.record.id.clone(),
                ack_seq: confirmed.ack_seq,
            };
            let key = confirmed_key(collection, &confirmed.record.id);
            release.checks.push(Check::Clear(DiskTable::Confirmed, key.clone(), clear.to_json()));
            release.writes.push(Write::Delete(DiskTable::Confirmed, key));
        }
        let _outbox = self.0.outbox_lock.lock().await;
        let released = self.0.disk.transact(release).await;
        let mut changes = ChangeSet::new(Origin::Sync);
        {
            let mut state = self.0.state.borrow_mut();
            for (collection, confirmed) in confirmed.iter().filter(|_| released.is_ok()) {
                state.outbox.release(collection, &confirmed.record.id);
            }
            for (collection, row) in folded {
                state.set_base(&collection, row, &mut changes);
            }
            for (collection, confirmed) in &confirmed {
                state.recompute(collection, &confirmed.record.id, &mut changes);
            }
        }
        if let Ok(commit) = released {
            self.note_outbox(commit.commit_seq);
        }
        self.0.tabs.broadcast(OUTBOX_CHANGED);
        self.0.tabs.broadcast(CACHE_CHANGED);
        self.emit(&changes);
        Ok(())
    }

    /// Rewrites chunks and heads of changed collections, if enough has gathered in the log or `force`.
    ///
    /// # Errors
    /// `NotLeader`; the disk's errors (the old chunks and the log then still hold everything).
    pub async fn compact(&self, epoch: u64, mut force: bool) -> Result<bool, StoreError> {
        let mut wrote = false;
        while self.write_dirty(epoch, force).await? {
            (wrote, force) = (true, false);
        }
        Ok(wrote)
    }

    /// One transaction of [`Store::compact`]; whether there was something to write. Collections that no batch of the log
    /// tells of are written one by one, so that the page can paint between them.
    async fn write_dirty(&self, epoch: u64, force: bool) -> Result<bool, StoreError> {
        let _guard = self.0.cache_lock.lock().await;
        let (transaction, names, through) = {
            let state = self.0.state.borrow();
            let unsaved = state.collections.iter().any(|found| found.dirty && !found.stored);
            if !state.complete || self.0.cache_off.get() || !(force || unsaved || state.log_len >= LOG_LIMIT) {
                return Ok(false);
            }
            let mut transaction = cache_transaction(epoch);
            let mut names = Vec::new();
            let most = if force || state.log_len > 0 { usize::MAX } else { 1 };
            for found in state.collections.iter().filter(|found| found.dirty).take(most) {
                write_chunks(&mut transaction, found);
                names.push(found.name().to_owned());
            }
            transaction.writes.push(Write::DeleteRange(DiskTable::Log, Key::Number(0), Key::Number(state.log_key)));
            let through = Stored { clear: state.log_key.to_string(), body: Vec::new() };
            transaction.writes.push(Write::Put(DiskTable::CacheMeta, THROUGH.into(), through));
            (transaction, names, state.log_key)
        };
        if names.is_empty() {
            return Ok(false);
        }
        if !self.write_cache(transaction).await? {
            return Ok(false);
        }
        let mut state = self.0.state.borrow_mut();
        for name in names {
            if let Some(found) = state.collection_mut(&name) {
                (found.dirty, found.stored) = (false, true);
            }
        }
        if state.log_key == through {
            state.log_len = 0;
        }
        Ok(true)
    }

    /// Runs a cache transaction; `false`: not written. Only a lost lead is an error: a cache that cannot
    /// write costs time, not data. After a failure nothing more is written until the next start, so that
    /// the cursor on disk never runs ahead of the rows on disk; a full disk is relieved of the cache.
    async fn write_cache(&self, transaction: Transaction) -> Result<bool, StoreError> {
        if self.0.cache_off.get() {
            return Ok(false);
        }
        match self.0.disk.transact(transaction).await {
            Ok(commit) => {
                self.note_log(&commit.appended);
                Ok(true)
            }
            Err(error @ DiskError::CheckFailed(_)) => Err(not_leader(error)),
            Err(error) => {
                self.0.cache_off.set(true);
                if error == DiskError::Quota {
                    self.0.disk.clear(Database::Cache).await?;
                }
                Ok(false)
            }
        }
    }

    fn note_log(&self, appended: &[u64]) {
        let mut state = self.0.state.borrow_mut();
        state.log_len += appended.len();
        state.log_key = appended.last().copied().unwrap_or_default().max(state.log_key);
    }
}

impl State {
    /// The rows of a pull that are news, as bytes, and what must be read again.
    fn news(&self, collection: &str, records: &[Record], fence: u64) -> (Vec<Row>, Pulled) {
        let mut pulled = Pulled::default();
        let mut rows = Vec::new();
        let Some(state) = self.collection(collection) else { return (rows, pulled) };
        for record in records {
            let known = self.server_row(collection, &record.id);
            let version = known.as_ref().and_then(Row::version);
            let acked = self.acked.get(collection, &record.id).is_some_and(|seq| *seq > fence);
            match accept(version.as_ref(), record.version.as_ref()) {
                Some(false) if !record.deleted || version != record.version => continue,
                // What was acked has no version to compare with: its own reading decides.
                None | Some(true) if acked && (version.is_none() || record.version.is_none()) => {
                    pulled.reread.push(record.id.clone());
                    continue;
                }
                _ => {}
            }
            let known = known.filter(|row| !row.gone());
            if known.as_ref().map_or(record.deleted, |row| is_same(row, record)) {
                continue;
            }
            rows.push(Row::encode(record, state.view.collection()));
        }
        pulled.news = rows.len();
        (rows, pulled)
    }

    /// The head of a collection of which nothing was here: whatever comes between, the next start has rows to paint.
    fn first_head(&self, collection: &str, rows: &[Row]) -> Option<Write> {
        let bare = |state: &&super::CollectionState| state.view.is_empty() && !state.dirty && !rows.is_empty();
        let state = self.collection(collection).filter(bare)?;
        let mut table = crate::local::Table::new(state.view.collection().clone());
        table.load_unsorted(rows.to_vec());
        Some(put_head(collection, &table.iter().collect::<Vec<_>>()))
    }

    /// A pull that begins now sees these acks itself.
    fn forget_acks(&mut self, through: u64) {
        let old = self.acked.iter().filter(|(_, ack_seq)| **ack_seq <= through);
        let old: Vec<RecordKey> = old.map(|(key, _)| key.clone()).collect();
        for (collection, id) in old {
            self.acked.remove(&collection, &id);
        }
    }

    fn folded_row(&self, collection: &str, confirmed: &crate::local::outbox::Confirmed) -> Option<Row> {
        let state = self.collection(collection)?;
        let known = state.base_row(&confirmed.record.id).and_then(|row| row.version());
        let news = accept(known.as_ref(), confirmed.record.version.as_ref()).unwrap_or(true);
        news.then(|| Row::encode(&confirmed.record, state.view.collection()))
    }
}

/// Whether a row without a version is known as it is.
fn is_same(row: &Row, record: &Record) -> bool {
    record.version.is_none() && !record.deleted && row.version().is_none() && row.fields() == record.fields
}

fn write_chunks(transaction: &mut Transaction, state: &super::CollectionState) {
    let name = state.name();
    let mut base = crate::local::Table::new(state.view.collection().clone());
    // With nothing on top, the view is the base, and in order: to sort ten thousand rows takes longer than to write them.
    let is_base = state.base.keys().is_empty();
    if !is_base {
        base.load_unsorted(state.base_rows());
    }
    let rows: Vec<&Row> = if is_base { state.view.iter().collect() } else { base.iter().collect() };
    let chunk_key = |suffix: &str| Key::Text([name, "/", suffix].concat());
    transaction.writes.push(Write::DeleteRange(DiskTable::Chunks, chunk_key(""), chunk_key(LAST_CHUNK)));
    for (index, chunk) in rows.chunks(CHUNK_ROWS).enumerate() {
        let number = format!("{index:06}");
        let stored = Stored { clear: String::new(), body: bytes(chunk.iter().copied()) };
        transaction.writes.push(Write::Put(DiskTable::Chunks, chunk_key(&number), stored));
    }
    transaction.writes.push(put_head(name, &rows));
    let pull = Stored { clear: state.pull.to_json(), body: Vec::new() };
    transaction.writes.push(Write::Put(DiskTable::CacheMeta, pull_key(name), pull));
}

fn put_head(collection: &str, rows: &[&Row]) -> Write {
    let head = Stored { clear: rows.len().to_string(), body: bytes(rows.iter().take(HEAD_ROWS).copied()) };
    Write::Put(DiskTable::CacheMeta, head_key(collection), head)
}

fn bytes<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<u8> {
    let mut out = Vec::new();
    rows.for_each(|row| row.write_to(&mut out));
    out
}

fn batch(collection: &str, rows: &[Row]) -> Stored {
    Stored { clear: collection.to_owned(), body: bytes(rows.iter()) }
}

fn cache_transaction(epoch: u64) -> Transaction {
    let mut transaction = Transaction::new(Database::Cache);
    transaction.checks.push(Check::Clear(DiskTable::CacheMeta, "epoch".into(), epoch.to_string()));
    transaction
}

fn not_leader(error: DiskError) -> StoreError {
    match error {
        DiskError::CheckFailed(_) => StoreError::NotLeader,
        other => other.into(),
    }
}

pub(super) fn head_key(collection: &str) -> Key {
    Key::Text(["head/", collection].concat())
}

pub(super) fn pull_key(collection: &str) -> Key {
    Key::Text(["pull/", collection].concat())
}

pub(super) fn confirmed_key(collection: &str, id: &str) -> Key {
    Key::Text([collection, "/", id].concat())
}
