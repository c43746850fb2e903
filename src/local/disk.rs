//! The disk: two small transactional databases of keyed rows, whoever keeps them.
//!
//! A [`Transaction`] is a value: what must still be so (compare-and-set), then what to write, in
//! *one* of the two databases. That fits IndexedDB, which commits as soon as control returns to the
//! event loop, and it can be simulated, cut and replayed in native tests. Rows are a clear text
//! (routing columns, as JSON) beside a body of bytes (the user's data, which can be sealed later).
//!
//! Every transaction with at least one write raises its database's `commit_seq` by one within itself
//! (even if what it deletes was not there), and so does a clear: a tab can tell that it has missed
//! something. Transactions of one database take effect in the order in which their futures were
//! first polled, as long as the connection lives.

use futures::future::LocalBoxFuture;
use std::cmp::Ordering;

/// The version of the databases' layout.
pub const DISK_FORMAT: u32 = 1;

/// One of the two databases of a workspace and account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Database {
    /// What only this device has: strict durability, never deleted.
    Outbox,
    /// What the server has too: can be deleted at any moment.
    Cache,
}

/// A table of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Table {
    /// Outbox: entries; [`Write::Append`] numbers them.
    Entries,
    /// Outbox: rows that the server has confirmed and the cache has not yet folded in.
    Confirmed,
    /// Outbox: epoch, counters, id map.
    OutboxMeta,
    /// Cache: chunks of records in the order of the collection's default sort.
    Chunks,
    /// Cache: one value a batch of later changes; [`Write::Append`] numbers them.
    Log,
    /// Cache: heads, orders, cursors, the copy of the epoch.
    CacheMeta,
}

impl Table {
    /// All tables.
    pub const ALL: [Self; 6] =
        [Self::Entries, Self::Confirmed, Self::OutboxMeta, Self::Chunks, Self::Log, Self::CacheMeta];

    /// The database that holds it.
    #[must_use]
    pub fn database(self) -> Database {
        match self {
            Self::Entries | Self::Confirmed | Self::OutboxMeta => Database::Outbox,
            Self::Chunks | Self::Log | Self::CacheMeta => Database::Cache,
        }
    }

    /// Whether it numbers rows: only such a table takes [`Write::Append`].
    #[must_use]
    pub fn numbered(self) -> bool {
        matches!(self, Self::Entries | Self::Log)
    }

    /// Its name on disk.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Entries => "entries",
            Self::Confirmed => "confirmed",
            Self::OutboxMeta | Self::CacheMeta => "meta",
            Self::Chunks => "chunks",
            Self::Log => "log",
        }
    }
}

/// A row's key. Numbers sort before texts; numbers by size, texts by UTF-16 code unit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// An auto-increment number (at most 2^53).
    Number(u64),
    /// A name.
    Text(String),
}

/// `IndexedDB`'s order, which is not `str`'s: beyond U+FFFF the code units sort below U+E000.
impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(one), Self::Number(two)) => one.cmp(two),
            (Self::Text(one), Self::Text(two)) => one.encode_utf16().cmp(two.encode_utf16()),
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A row's value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// Routing columns as compact JSON (or any short text).
    pub clear: String,
    /// The data.
    pub body: Vec<u8>,
}

/// What must hold when the transaction runs, or nothing is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// The row's clear text is exactly this.
    Clear(Table, Key, String),
    /// There is no such row.
    Absent(Table, Key),
}

/// One change of a transaction, applied in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// Stores a row under the next number of the table, beginning at 1 and never used again. A `Put`
    /// under a number that is not yet used raises the next number past it.
    Append(Table, Stored),
    /// Stores a row, replacing the one there.
    Put(Table, Key, Stored),
    /// Removes a row, if it is there.
    Delete(Table, Key),
    /// Removes the rows with keys from the first to the last, both included.
    DeleteRange(Table, Key, Key),
}

/// How sure a commit must be before it is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Flushed to the medium.
    Strict,
    /// Handed to the operating system.
    Relaxed,
}

/// A batch that happens whole or not at all, within one database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Where; every check and write must name a table of it.
    pub database: Database,
    /// How sure.
    pub durability: Durability,
    /// What must hold.
    pub checks: Vec<Check>,
    /// What to change.
    pub writes: Vec<Write>,
}

impl Transaction {
    /// An empty transaction: strict in the outbox, relaxed in the cache.
    #[must_use]
    pub fn new(database: Database) -> Self {
        let durability = match database {
            Database::Outbox => Durability::Strict,
            Database::Cache => Durability::Relaxed,
        };
        Self { database, durability, checks: Vec::new(), writes: Vec::new() }
    }

    /// The first rule of the house that this transaction breaks (a bug of its maker), in words.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let checked = self.checks.iter().map(|check| match check {
            Check::Clear(table, ..) | Check::Absent(table, _) => (*table, false),
        });
        let written = self.writes.iter().map(|write| match write {
            Write::Append(table, _) => (*table, true),
            Write::Put(table, ..) | Write::Delete(table, _) | Write::DeleteRange(table, ..) => (*table, false),
        });
        checked.chain(written).find_map(|(table, append)| {
            if table.database() != self.database {
                Some("table of the other database")
            } else if append && !table.numbered() {
                Some("append to a table without numbers")
            } else {
                None
            }
        })
    }
}

/// What a transaction did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commit {
    /// The numbers given to `Append`ed rows, in order.
    pub appended: Vec<u64>,
    /// The database's commit number, this commit included.
    pub commit_seq: u64,
}

/// Why a disk could not do it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiskError {
    /// The check of this index did not hold; nothing was written.
    #[error("row was changed by someone else (check {0})")]
    CheckFailed(usize),
    /// The device's storage is full; nothing was written.
    #[error("storage is full")]
    Quota,
    /// The data was written by a newer build.
    #[error("data on this device was written by a newer version")]
    NewerVersion,
    /// Another tab holds an older version open.
    #[error("another tab keeps the database open")]
    Blocked,
    /// This browser or mode has no database.
    #[error("no database here: {0}")]
    Unavailable(String),
    /// The transaction was aborted; nothing was written.
    #[error("transaction aborted: {0}")]
    Aborted(String),
    /// The connection was lost while writing, so that whether this commit happened is unknown until the
    /// rows are read again; or it was lost, and the new one too, before anything was written.
    #[error("database connection lost: {0}")]
    Lost(String),
}

/// Rows with their keys, in key order.
pub type Rows = Vec<(Key, Stored)>;

/// A keeper of the two databases. Futures run on one thread and do nothing before they are first
/// polled; dropping one after that may or may not undo its work.
pub trait Disk {
    /// Runs one transaction: all of it or nothing.
    fn transact(&self, transaction: Transaction) -> LocalBoxFuture<'_, Result<Commit, DiskError>>;
    /// All rows of a table in key order, with the commit number that the read saw.
    fn scan(&self, table: Table) -> LocalBoxFuture<'_, Result<(Rows, u64), DiskError>>;
    /// One row.
    fn get(&self, table: Table, key: Key) -> LocalBoxFuture<'_, Result<Option<Stored>, DiskError>>;
    /// Deletes every row of a database; its auto-increment and commit numbers go on.
    fn clear(&self, database: Database) -> LocalBoxFuture<'_, Result<(), DiskError>>;
    /// Whether what is stored outlives this page.
    fn persistent(&self) -> bool;
}
