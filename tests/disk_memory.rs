//! The memory disk under the contract of every disk, and the bad days it can be asked for.
#![allow(clippy::expect_used)] // a test may stop

#[path = "support/disk_contract.rs"]
mod disk_contract;

use futures::{FutureExt, executor::block_on, future::join};
use landfall::local::{
    Database, Disk, DiskError, DiskTable as Table, Durability, Key, MemoryDisk, Stored, Transaction, Write,
};

macro_rules! native {
    ($case:ident) => {
        #[test]
        fn $case() {
            let disk = MemoryDisk::new();
            block_on(disk_contract::$case(disk.clone(), disk));
        }
    };
}
disk_contract!(native);

fn put(database: Database, text: &str) -> Transaction {
    let table = if database == Database::Outbox { Table::OutboxMeta } else { Table::CacheMeta };
    let row = Stored { clear: text.into(), body: Vec::new() };
    Transaction { writes: vec![Write::Put(table, "key".into(), row)], ..Transaction::new(database) }
}

fn text(disk: &MemoryDisk, table: Table) -> Option<String> {
    block_on(disk.get(table, "key".into())).expect("memory can be read").map(|row| row.clear)
}

#[test]
fn a_refused_transaction_writes_nothing_and_the_next_one_works() {
    let disk = MemoryDisk::new();
    disk.fail_next(DiskError::Quota);
    assert_eq!(block_on(disk.transact(put(Database::Outbox, "a"))), Err(DiskError::Quota));
    assert_eq!(text(&disk, Table::OutboxMeta), None);
    assert!(block_on(disk.transact(put(Database::Outbox, "b"))).is_ok());
}

#[test]
fn a_transaction_whose_answer_is_lost_has_happened() {
    let disk = MemoryDisk::new();
    disk.lose_next_answer();
    let lost = block_on(disk.transact(put(Database::Outbox, "a")));
    assert!(matches!(lost, Err(DiskError::Lost(_))));
    assert_eq!(text(&disk, Table::OutboxMeta).as_deref(), Some("a"));
}

#[test]
fn a_power_cut_takes_relaxed_commits_and_leaves_strict_ones() {
    let disk = MemoryDisk::new();
    block_on(disk.transact(put(Database::Outbox, "strict"))).expect("memory takes it");
    block_on(disk.transact(put(Database::Cache, "relaxed"))).expect("memory takes it");
    disk.cut_power();
    assert_eq!(text(&disk, Table::OutboxMeta).as_deref(), Some("strict"));
    assert_eq!(text(&disk, Table::CacheMeta), None);
}

#[test]
fn a_strict_commit_carries_the_relaxed_ones_before_it() {
    let disk = MemoryDisk::new();
    block_on(disk.transact(put(Database::Cache, "relaxed"))).expect("memory takes it");
    let writes = vec![Write::Delete(Table::Log, Key::Number(1))];
    let strict = Transaction { durability: Durability::Strict, writes, ..Transaction::new(Database::Cache) };
    block_on(disk.transact(strict)).expect("memory takes it");
    disk.cut_power();
    assert_eq!(text(&disk, Table::CacheMeta).as_deref(), Some("relaxed"));
}

#[test]
fn a_power_cut_breaks_off_what_has_not_answered() {
    let disk = MemoryDisk::new();
    let (lost, ()) = block_on(join(disk.transact(put(Database::Outbox, "a")), async { disk.cut_power() }));
    assert!(matches!(lost, Err(DiskError::Lost(_))));
    assert_eq!(text(&disk, Table::OutboxMeta), None);
}

#[test]
fn a_restored_disk_is_as_it_was() {
    let disk = MemoryDisk::new();
    block_on(disk.transact(put(Database::Outbox, "before"))).expect("memory takes it");
    let before = disk.snapshot();
    block_on(disk.transact(put(Database::Outbox, "after"))).expect("memory takes it");
    disk.restore(before);
    assert_eq!(text(&disk, Table::OutboxMeta).as_deref(), Some("before"));
    assert_eq!(block_on(disk.transact(put(Database::Outbox, "again"))).expect("memory takes it").commit_seq, 2);
}

#[test]
fn a_request_dropped_before_its_effect_leaves_no_trace() {
    let disk = MemoryDisk::new();
    assert!(disk.transact(put(Database::Outbox, "a")).now_or_never().is_none());
    assert_eq!(text(&disk, Table::OutboxMeta), None);
}
