//! Files that wait to be sent: their bytes lie in the outbox beside the entries that name them.
//!
//! A file is a row `file/{id}` of the outbox's meta table, so that the databases keep their layout. Nothing reads that
//! table as a whole. The bytes come in the transaction of the entry that names them and go in the one in which
//! the last such entry ends.

use super::Store;
use crate::local::StoreError;
use crate::local::disk::{Key, Stored, Table as DiskTable, Write};
use crate::local::outbox::Outbox;
use crate::model::{Entry, LocalFile};
use std::rc::Rc;

/// Files to be kept: each with its id.
pub type Files = [(String, Rc<[u8]>)];

impl Store {
    /// The bytes of a file that waits here to be sent; `None` when it is not here (any more).
    ///
    /// # Errors
    /// The disk's.
    pub async fn file(&self, id: &str) -> Result<Option<Rc<[u8]>>, StoreError> {
        let row = self.0.disk.get(DiskTable::OutboxMeta, key(id)).await?;
        Ok(row.map(|row| row.body.into()))
    }
}

/// The writes that keep these files.
pub(super) fn keep(files: &Files) -> impl Iterator<Item = Write> {
    let row = |bytes: &Rc<[u8]>| Stored { clear: bytes.len().to_string(), body: bytes.to_vec() };
    files.iter().map(move |(id, bytes)| Write::Put(DiskTable::OutboxMeta, key(id), row(bytes)))
}

/// The writes that let go of the files that `before` named, and that neither `after` nor any other entry names.
pub(super) fn release(outbox: &Outbox, before: &[&Entry], after: &[&Entry]) -> Vec<Write> {
    let named = |entries: &[&Entry]| -> Vec<String> {
        entries.iter().flat_map(|entry| LocalFile::all(&entry.body.changes)).map(|(_, file)| file.id).collect()
    };
    let mut gone = named(before);
    if gone.is_empty() {
        return Vec::new();
    }
    let others = outbox.iter().filter(|entry| before.iter().all(|one| one.key != entry.key));
    let others: Vec<&Entry> = others.map(|entry| &**entry).collect();
    let (kept, elsewhere) = (named(after), named(&others));
    gone.retain(|id| !kept.contains(id) && !elsewhere.contains(id));
    gone.iter().map(|id| Write::Delete(DiskTable::OutboxMeta, key(id))).collect()
}

fn key(id: &str) -> Key {
    Key::Text(["file/", id].concat())
}
