//! The outbox in memory: entries in order, grouped into lanes, with the rows that were confirmed.
//!
//! A lane is the entries of one record, first in first out. Rows that the server confirmed wait here
//! (with the `ack_seq` that orders them among acks) until the cache has folded them in.

use crate::model::order::insert_once;
use crate::model::{Entry, EntryKey, Fields, Kind, Record, RecordKey, RecordMap, json};
use std::rc::Rc;

/// Keys from here on are of edits that are on the screen but not yet on disk.
pub const PROVISIONAL: u64 = 1 << 53;

/// A row that the server returned for an acked entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Confirmed {
    /// The row, or a tombstone.
    pub record: Record,
    /// Its place among all acks of this outbox.
    pub ack_seq: u64,
}

/// The clear columns of a stored [`Confirmed`].
#[derive(Clone, Debug, PartialEq)]
pub struct ConfirmedClear {
    /// The record's collection.
    pub collection: String,
    /// The record's id.
    pub id: String,
    /// Its place among all acks.
    pub ack_seq: u64,
}

impl ConfirmedClear {
    /// As it is stored.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut members = json::Members::default();
        members.text("collection", &self.collection);
        members.text("id", &self.id);
        members.whole("ack_seq", self.ack_seq);
        members.end()
    }

    /// Reads what is stored.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        let mut members = json::object(text)?;
        Some(Self {
            collection: json::take_text(&mut members, "collection")?,
            id: json::take_text(&mut members, "id")?,
            ack_seq: json::whole(&members, "ack_seq")?,
        })
    }
}

/// All entries that the server has not confirmed, and the rows that it has.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    /// Sorted by key.
    entries: Vec<Rc<Entry>>,
    lanes: RecordMap<Vec<EntryKey>>,
    confirmed: RecordMap<Confirmed>,
    /// The leader's epoch as last read from disk.
    pub epoch: u64,
    /// The last `ack_seq` given out.
    pub ack_seq: u64,
}

impl Outbox {
    /// Adds or replaces an entry.
    pub fn put(&mut self, entry: Entry) {
        let (collection, record) = (&entry.clear.collection, &entry.clear.record);
        match self.lanes.get_mut(collection, record) {
            Some(lane) => insert_once(lane, entry.key),
            None => self.lanes.insert(collection, record, vec![entry.key]),
        }
        match self.place(entry.key) {
            Ok(at) => self.entries[at] = Rc::new(entry),
            Err(at) => self.entries.insert(at, Rc::new(entry)),
        }
    }

    /// Takes an entry out.
    pub fn remove(&mut self, key: EntryKey) -> Option<Rc<Entry>> {
        let entry = self.entries.remove(self.place(key).ok()?);
        let (collection, record) = (&entry.clear.collection, &entry.clear.record);
        if let Some(lane) = self.lanes.get_mut(collection, record) {
            lane.retain(|other| *other != key);
            if lane.is_empty() {
                self.lanes.remove(collection, record);
            }
        }
        Some(entry)
    }

    fn place(&self, key: EntryKey) -> Result<usize, usize> {
        self.entries.binary_search_by(|entry| entry.key.cmp(&key))
    }

    /// One entry.
    #[must_use]
    pub fn get(&self, key: EntryKey) -> Option<&Rc<Entry>> {
        self.entries.get(self.place(key).ok()?)
    }

    /// Whether any part of an entry is still here.
    #[must_use]
    pub fn has_any(&self, seq: u64) -> bool {
        let first = self.place(EntryKey { seq, sub: 0 }).unwrap_or_else(|at| at);
        self.entries.get(first).is_some_and(|entry| entry.key.seq == seq)
    }

    /// The key of one more part of an entry.
    #[must_use]
    pub fn free_part(&self, seq: u64) -> EntryKey {
        let parts = self.entries.iter().filter(|entry| entry.key.seq == seq);
        EntryKey { seq, sub: parts.map(|entry| entry.key.sub).max().unwrap_or_default() + 1 }
    }

    /// All entries in order, those not yet on disk last.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Rc<Entry>> {
        self.entries.iter()
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries of one record, in order.
    pub fn lane(&self, collection: &str, record: &str) -> impl DoubleEndedIterator<Item = &Rc<Entry>> {
        let keys = self.lanes.get(collection, record).map(Vec::as_slice).unwrap_or_default();
        keys.iter().filter_map(|key| self.get(*key))
    }

    /// The keys of all lanes: `(collection, record)`.
    #[must_use]
    pub fn lane_records(&self) -> &[RecordKey] {
        self.lanes.keys()
    }

    /// The row confirmed for a record, if it waits here.
    #[must_use]
    pub fn confirmed(&self, collection: &str, record: &str) -> Option<&Confirmed> {
        self.confirmed.get(collection, record)
    }

    /// All confirmed rows.
    #[must_use]
    pub fn all_confirmed(&self) -> &RecordMap<Confirmed> {
        &self.confirmed
    }

    /// Keeps a confirmed row.
    pub fn confirm(&mut self, collection: &str, confirmed: Confirmed) {
        self.ack_seq = self.ack_seq.max(confirmed.ack_seq);
        let id = confirmed.record.id.clone();
        self.confirmed.insert(collection, &id, confirmed);
    }

    /// Forgets a confirmed row, once the cache has it.
    pub fn release(&mut self, collection: &str, record: &str) {
        self.confirmed.remove(collection, record);
    }

    /// The edits that are not on disk yet.
    #[must_use]
    pub fn provisional(&self) -> Vec<Rc<Entry>> {
        let start = EntryKey { seq: PROVISIONAL, sub: 0 };
        let first = self.place(start).unwrap_or_else(|at| at);
        self.entries[first..].to_vec()
    }
}

/// What a record looks like with its entries on top: `None` when it is not there.
/// `base` is the server's row with the confirmed one already chosen.
pub fn overlay<'a>(base: Option<Fields>, lane: impl Iterator<Item = &'a Rc<Entry>>) -> Option<Fields> {
    lane.fold(base, |row, entry| apply(row, entry))
}

/// One entry applied to what lies beneath it.
#[must_use]
pub fn apply(row: Option<Fields>, entry: &Entry) -> Option<Fields> {
    match entry.clear.kind {
        Kind::Delete => None,
        Kind::Create | Kind::Patch | Kind::Upload => {
            let mut fields = row.unwrap_or_default();
            fields.extend(entry.body.changes.iter().map(|(name, value)| (name.clone(), value.clone())));
            Some(fields)
        }
        Kind::Command => row,
    }
}
