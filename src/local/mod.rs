//! The device's side of the truth.
pub mod disk;
pub mod memory;
pub use disk::{
    Check, Commit, Database, Disk, DiskError, Durability, Key, Stored, Table as DiskTable, Transaction, Write,
};
pub use memory::MemoryDisk;
