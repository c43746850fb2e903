//! The device's side of the truth.
pub mod disk;
#[cfg(target_arch = "wasm32")]
pub mod indexeddb;
pub mod memory;
pub use disk::{
    Check, Commit, Database, Disk, DiskError, Durability, Key, Rows, Stored, Table as DiskTable, Transaction, Write,
};
#[cfg(target_arch = "wasm32")]
pub use indexeddb::IndexedDbDisk;
pub use memory::MemoryDisk;
