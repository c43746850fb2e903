//! The device's side of the truth: a store that answers from memory and commits to disk.
//!
//! [`Store`] is what the floors above use. Beneath it lie a [`Disk`] (IndexedDB, or memory), the compact
//! [`Table`] of rows that answers queries, and the outbox with its rules of compaction.

mod compaction;
mod disk;
mod error;
mod export;
#[cfg(target_arch = "wasm32")]
pub mod indexeddb;
mod json_scan;
mod memory;
mod outbox;
mod row;
mod store;
mod table;

pub use compaction::Edit;
pub use disk::{
    Check, Commit, DISK_FORMAT, Database, Disk, DiskError, Durability, Key, Rows, Stored, Table as DiskTable,
    Transaction, Write,
};
pub use error::StoreError;
#[cfg(target_arch = "wasm32")]
pub use indexeddb::IndexedDbDisk;
pub use memory::MemoryDisk;
pub use outbox::{Confirmed, Outbox, PROVISIONAL, apply, overlay};
pub use row::Row;
pub use store::{Merge, Pulled, Store, Subscription, accept};
pub use table::{PreparedQuery, Table, position};
