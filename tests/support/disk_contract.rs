//! What every disk promises, as tests that run against each of them.
//!
//! A case gets two connections to the same two databases, both new and empty; a suite names how to
//! open them and runs each case of [`disk_contract!`], natively or in a browser.

use landfall::local::{Check, Commit, Database, Disk, DiskError, DiskTable as Table, Key, Stored, Transaction, Write};

/// Hands the name of every case to the macro `$run`.
#[macro_export]
macro_rules! disk_contract {
    ($run:ident) => {
        $run!(a_new_disk_is_empty);
        $run!(what_is_written_is_read_back);
        $run!(a_failed_check_writes_nothing);
        $run!(the_first_failed_check_is_named);
        $run!(checks_see_the_rows_before_the_writes);
        $run!(a_check_meets_what_another_connection_wrote);
        $run!(of_two_that_check_the_same_row_one_wins);
        $run!(writes_apply_in_order);
        $run!(appended_numbers_begin_at_one_and_rise);
        $run!(appended_numbers_are_not_used_again);
        $run!(a_failed_transaction_uses_no_number);
        $run!(a_put_under_a_high_number_moves_the_next_one);
        $run!(keys_come_in_order);
        $run!(a_range_goes_with_both_its_ends);
        $run!(commit_numbers_rise_with_every_write);
        $run!(a_transaction_without_writes_only_checks);
        $run!(both_databases_count_for_themselves);
        $run!(connections_see_each_others_commits);
        $run!(large_bodies_come_back_whole);
        $run!(many_writes_are_one_commit);
        $run!(text_of_every_kind_comes_back);
        $run!(clearing_one_database_leaves_the_other);
        $run!(clearing_keeps_the_numbers_going);
        $run!(a_table_of_the_other_database_is_refused);
        $run!(appending_to_a_table_without_numbers_is_refused);
    };
}

type Rows = Vec<(Key, Stored)>;

fn stored(clear: &str) -> Stored {
    Stored { clear: clear.to_owned(), body: clear.bytes().rev().collect() }
}

fn number(number: u64) -> Key {
    Key::Number(number)
}

fn put(table: Table, key: impl Into<Key>, clear: &str) -> Write {
    Write::Put(table, key.into(), stored(clear))
}

fn append(clear: &str) -> Write {
    Write::Append(Table::Entries, stored(clear))
}

fn is(table: Table, key: impl Into<Key>, clear: &str) -> Check {
    Check::Clear(table, key.into(), clear.to_owned())
}

fn transaction(database: Database, checks: Vec<Check>, writes: Vec<Write>) -> Transaction {
    Transaction { checks, writes, ..Transaction::new(database) }
}

async fn write(disk: &impl Disk, database: Database, writes: Vec<Write>) -> Commit {
    disk.transact(transaction(database, Vec::new(), writes)).await.expect("a transaction without checks commits")
}

async fn outbox(disk: &impl Disk, writes: Vec<Write>) -> Commit {
    write(disk, Database::Outbox, writes).await
}

async fn scan(disk: &impl Disk, table: Table) -> Rows {
    disk.scan(table).await.expect("the table can be read").0
}

async fn keys(disk: &impl Disk, table: Table) -> Vec<Key> {
    scan(disk, table).await.into_iter().map(|(key, _)| key).collect()
}

async fn get(disk: &impl Disk, table: Table, key: impl Into<Key>) -> Option<Stored> {
    disk.get(table, key.into()).await.expect("the row can be read")
}

pub async fn a_new_disk_is_empty(disk: impl Disk, _: impl Disk) {
    for table in Table::ALL {
        assert_eq!(disk.scan(table).await, Ok((Vec::new(), 0)));
        assert_eq!(get(&disk, table, "key").await, None);
    }
}

pub async fn what_is_written_is_read_back(disk: impl Disk, _: impl Disk) {
    for table in Table::ALL {
        write(&disk, table.database(), vec![put(table, number(7), "seven"), put(table, "k", "text")]).await;
        assert_eq!(get(&disk, table, number(7)).await, Some(stored("seven")));
        assert_eq!(get(&disk, table, "k").await, Some(stored("text")));
        assert_eq!(scan(&disk, table).await, [(number(7), stored("seven")), ("k".into(), stored("text"))]);
    }
}

pub async fn a_failed_check_writes_nothing(disk: impl Disk, _: impl Disk) {
    outbox(&disk, vec![put(Table::OutboxMeta, "epoch", "1")]).await;
    let checks = vec![is(Table::OutboxMeta, "epoch", "2")];
    let writes = vec![append("lost"), put(Table::OutboxMeta, "epoch", "3")];
    let refused = disk.transact(transaction(Database::Outbox, checks, writes)).await;
    assert_eq!(refused, Err(DiskError::CheckFailed(0)));
    assert_eq!(scan(&disk, Table::Entries).await, []);
    assert_eq!(disk.scan(Table::OutboxMeta).await, Ok((vec![("epoch".into(), stored("1"))], 1)));
}

pub async fn the_first_failed_check_is_named(disk: impl Disk, _: impl Disk) {
    outbox(&disk, vec![put(Table::Confirmed, "there", "x")]).await;
    let checks = vec![
        is(Table::Confirmed, "there", "x"),
        Check::Absent(Table::Entries, number(1)),
        Check::Absent(Table::Confirmed, "there".into()),
        is(Table::Confirmed, "not there", "x"),
    ];
    let refused = disk.transact(transaction(Database::Outbox, checks, vec![append("lost")])).await;
    assert_eq!(refused, Err(DiskError::CheckFailed(2)));
}

pub async fn checks_see_the_rows_before_the_writes(disk: impl Disk, _: impl Disk) {
    let swap = |from: &str, to: &str| {
        let checks = vec![is(Table::OutboxMeta, "state", from)];
        transaction(Database::Outbox, checks, vec![put(Table::OutboxMeta, "state", to)])
    };
    let absent = vec![Check::Absent(Table::OutboxMeta, "state".into())];
    let first = transaction(Database::Outbox, absent, vec![put(Table::OutboxMeta, "state", "queued")]);
    assert!(disk.transact(first).await.is_ok());
    assert!(disk.transact(swap("queued", "sending")).await.is_ok());
    assert_eq!(disk.transact(swap("queued", "parked")).await, Err(DiskError::CheckFailed(0)));
    assert_eq!(get(&disk, Table::OutboxMeta, "state").await, Some(stored("sending")));
}

pub async fn a_check_meets_what_another_connection_wrote(one: impl Disk, two: impl Disk) {
    outbox(&one, vec![put(Table::OutboxMeta, "epoch", "1")]).await;
    outbox(&two, vec![put(Table::OutboxMeta, "epoch", "2")]).await;
    let stale = transaction(Database::Outbox, vec![is(Table::OutboxMeta, "epoch", "1")], vec![append("late")]);
    assert_eq!(one.transact(stale).await, Err(DiskError::CheckFailed(0)));
}

pub async fn of_two_that_check_the_same_row_one_wins(one: impl Disk, two: impl Disk) {
    outbox(&one, vec![put(Table::OutboxMeta, "lock", "free")]).await;
    let take = |by: &str| {
        let checks = vec![is(Table::OutboxMeta, "lock", "free")];
        transaction(Database::Outbox, checks, vec![put(Table::OutboxMeta, "lock", by)])
    };
    let results = futures::join!(one.transact(take("one")), two.transact(take("two")), one.transact(take("three")));
    let won = [results.0.is_ok(), results.1.is_ok(), results.2.is_ok()];
    assert_eq!(won.iter().filter(|won| **won).count(), 1, "{won:?}");
}

pub async fn writes_apply_in_order(disk: impl Disk, _: impl Disk) {
    let writes = vec![
        put(Table::Confirmed, "a", "first"),
        put(Table::Confirmed, "a", "second"),
        put(Table::Confirmed, "b", "gone"),
        Write::Delete(Table::Confirmed, "b".into()),
        Write::Delete(Table::Confirmed, "c".into()),
        put(Table::Confirmed, "c", "back"),
    ];
    outbox(&disk, writes).await;
    assert_eq!(scan(&disk, Table::Confirmed).await, [("a".into(), stored("second")), ("c".into(), stored("back"))]);
}

pub async fn appended_numbers_begin_at_one_and_rise(one: impl Disk, two: impl Disk) {
    let writes = vec![append("a"), put(Table::OutboxMeta, "m", "x"), append("b")];
    assert_eq!(outbox(&one, writes).await.appended, [1, 2]);
    assert_eq!(outbox(&two, vec![append("c")]).await.appended, [3]);
    let log = vec![Write::Append(Table::Log, stored("log"))];
    assert_eq!(write(&one, Database::Cache, log).await.appended, [1]);
    let rows = [(number(1), stored("a")), (number(2), stored("b")), (number(3), stored("c"))];
    assert_eq!(scan(&one, Table::Entries).await, rows);
}

pub async fn appended_numbers_are_not_used_again(one: impl Disk, two: impl Disk) {
    outbox(&one, vec![append("a"), append("b")]).await;
    outbox(&one, vec![Write::Delete(Table::Entries, number(2))]).await;
    assert_eq!(outbox(&two, vec![append("c")]).await.appended, [3]);
    outbox(&one, vec![Write::DeleteRange(Table::Entries, number(0), number(99))]).await;
    assert_eq!(outbox(&one, vec![append("d")]).await.appended, [4]);
}

pub async fn a_failed_transaction_uses_no_number(disk: impl Disk, _: impl Disk) {
    let checks = vec![is(Table::OutboxMeta, "epoch", "1")];
    let refused = disk.transact(transaction(Database::Outbox, checks, vec![append("lost")])).await;
    assert_eq!(refused, Err(DiskError::CheckFailed(0)));
    assert_eq!(outbox(&disk, vec![append("kept")]).await, Commit { appended: vec![1], commit_seq: 1 });
}

pub async fn a_put_under_a_high_number_moves_the_next_one(disk: impl Disk, _: impl Disk) {
    outbox(&disk, vec![put(Table::Entries, number(40), "imported"), put(Table::Entries, number(3), "low")]).await;
    assert_eq!(outbox(&disk, vec![append("next")]).await.appended, [41]);
}

pub async fn keys_come_in_order(disk: impl Disk, _: impl Disk) {
    let in_order: Vec<Key> = vec![
        number(0),
        number(9),
        number(10),
        number(1 << 53),
        "".into(),
        "A".into(),
        "a".into(),
        "aa".into(),
        "b".into(),
        "ä".into(),
        "\u{1F600}".into(), // above U+FFFF, its code units sort before U+FFFD
        "\u{FFFD}".into(),
    ];
    let writes = in_order.iter().rev().map(|key| put(Table::Confirmed, key.clone(), "x")).collect();
    outbox(&disk, writes).await;
    assert_eq!(keys(&disk, Table::Confirmed).await, in_order);
}

pub async fn a_range_goes_with_both_its_ends(disk: impl Disk, _: impl Disk) {
    let writes = (1..=6).map(|n| put(Table::Chunks, number(n), "n")).chain([put(Table::Chunks, "t", "t")]).collect();
    write(&disk, Database::Cache, writes).await;
    let range = |first: Key, last: Key| vec![Write::DeleteRange(Table::Chunks, first, last)];
    write(&disk, Database::Cache, range(number(2), number(4))).await;
    assert_eq!(keys(&disk, Table::Chunks).await, [number(1), number(5), number(6), "t".into()]);
    write(&disk, Database::Cache, range(number(7), number(9))).await;
    write(&disk, Database::Cache, range(number(9), number(1))).await;
    assert_eq!(keys(&disk, Table::Chunks).await, [number(1), number(5), number(6), "t".into()]);
    write(&disk, Database::Cache, range(number(6), "z".into())).await;
    assert_eq!(keys(&disk, Table::Chunks).await, [number(1), number(5)]);
}

pub async fn commit_numbers_rise_with_every_write(one: impl Disk, two: impl Disk) {
    assert_eq!(outbox(&one, vec![append("a"), append("b")]).await.commit_seq, 1);
    assert_eq!(outbox(&two, vec![Write::Delete(Table::Entries, number(99))]).await.commit_seq, 2);
    assert_eq!(outbox(&one, vec![append("c")]).await.commit_seq, 3);
    assert_eq!(two.scan(Table::Confirmed).await, Ok((Vec::new(), 3)));
}

pub async fn a_transaction_without_writes_only_checks(disk: impl Disk, _: impl Disk) {
    outbox(&disk, vec![put(Table::OutboxMeta, "epoch", "1")]).await;
    let check = |clear: &str| transaction(Database::Outbox, vec![is(Table::OutboxMeta, "epoch", clear)], Vec::new());
    assert_eq!(disk.transact(check("1")).await, Ok(Commit { appended: Vec::new(), commit_seq: 1 }));
    assert_eq!(disk.transact(check("2")).await, Err(DiskError::CheckFailed(0)));
    assert_eq!(outbox(&disk, Vec::new()).await.commit_seq, 1);
}

pub async fn both_databases_count_for_themselves(disk: impl Disk, _: impl Disk) {
    outbox(&disk, vec![append("a")]).await;
    outbox(&disk, vec![put(Table::OutboxMeta, "m", "outbox")]).await;
    let commit = write(&disk, Database::Cache, vec![put(Table::CacheMeta, "m", "cache")]).await;
    assert_eq!(commit.commit_seq, 1);
    assert_eq!(get(&disk, Table::OutboxMeta, "m").await, Some(stored("outbox")));
    assert_eq!(get(&disk, Table::CacheMeta, "m").await, Some(stored("cache")));
}

pub async fn connections_see_each_others_commits(one: impl Disk, two: impl Disk) {
    outbox(&one, vec![append("from one")]).await;
    outbox(&two, vec![append("from two")]).await;
    let rows = vec![(number(1), stored("from one")), (number(2), stored("from two"))];
    assert_eq!(one.scan(Table::Entries).await, Ok((rows.clone(), 2)));
    assert_eq!(two.scan(Table::Entries).await, Ok((rows, 2)));
}

pub async fn large_bodies_come_back_whole(disk: impl Disk, _: impl Disk) {
    let body: Vec<u8> = (0..1_048_576_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let large = Stored { clear: "large".into(), body };
    write(&disk, Database::Cache, vec![Write::Put(Table::Chunks, number(1), large.clone())]).await;
    outbox(&disk, vec![Write::Append(Table::Entries, large.clone())]).await;
    assert_eq!(get(&disk, Table::Chunks, number(1)).await.as_ref(), Some(&large));
    assert_eq!(scan(&disk, Table::Entries).await, [(number(1), large)]);
}

pub async fn many_writes_are_one_commit(disk: impl Disk, _: impl Disk) {
    let writes = (0..2_000).map(|n| append(&n.to_string())).collect();
    let commit = outbox(&disk, writes).await;
    assert_eq!(commit, Commit { appended: (1..=2_000).collect(), commit_seq: 1 });
    assert_eq!(get(&disk, Table::Entries, number(2_000)).await, Some(stored("1999")));
}

pub async fn text_of_every_kind_comes_back(disk: impl Disk, _: impl Disk) {
    for clear in ["", "\0", "Ægir Þór — žluťoučký кůň 東京", "\u{1F469}\u{200D}\u{1F680}\u{FFFD}", "{\"a\":\"\\n\"}"]
    {
        let row = Stored { clear: clear.to_owned(), body: vec![0, 255, 128] };
        outbox(&disk, vec![Write::Put(Table::OutboxMeta, clear.into(), row.clone())]).await;
        assert_eq!(get(&disk, Table::OutboxMeta, clear).await, Some(row));
        let check = transaction(Database::Outbox, vec![is(Table::OutboxMeta, clear, clear)], Vec::new());
        assert!(disk.transact(check).await.is_ok(), "{clear:?}");
    }
}

pub async fn clearing_one_database_leaves_the_other(one: impl Disk, two: impl Disk) {
    outbox(&one, vec![append("kept")]).await;
    let writes = vec![put(Table::Chunks, number(1), "x"), put(Table::CacheMeta, "m", "x")];
    write(&one, Database::Cache, writes).await;
    one.clear(Database::Cache).await.expect("the cache can be cleared");
    for table in [Table::Chunks, Table::Log, Table::CacheMeta] {
        assert_eq!(scan(&two, table).await, []);
    }
    assert_eq!(two.scan(Table::Entries).await, Ok((vec![(number(1), stored("kept"))], 1)));
}

pub async fn clearing_keeps_the_numbers_going(one: impl Disk, two: impl Disk) {
    outbox(&one, vec![append("a"), append("b")]).await;
    two.clear(Database::Outbox).await.expect("the outbox can be cleared");
    assert_eq!(one.scan(Table::Entries).await, Ok((Vec::new(), 2)));
    assert_eq!(outbox(&one, vec![append("c")]).await, Commit { appended: vec![3], commit_seq: 3 });
}

pub async fn a_table_of_the_other_database_is_refused(disk: impl Disk, _: impl Disk) {
    let writes = vec![append("a"), put(Table::Chunks, number(1), "x")];
    let refused = disk.transact(transaction(Database::Outbox, Vec::new(), writes)).await;
    assert!(matches!(refused, Err(DiskError::Aborted(_))), "{refused:?}");
    assert_eq!(disk.scan(Table::Entries).await, Ok((Vec::new(), 0)));
}

pub async fn appending_to_a_table_without_numbers_is_refused(disk: impl Disk, _: impl Disk) {
    let writes = vec![Write::Append(Table::OutboxMeta, stored("x"))];
    let refused = disk.transact(transaction(Database::Outbox, Vec::new(), writes)).await;
    assert!(matches!(refused, Err(DiskError::Aborted(_))), "{refused:?}");
}
