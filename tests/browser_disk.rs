//! The `IndexedDB` disk in a real browser: the contract of every disk, and what browsers do to it.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::expect_used)] // a test may stop

#[path = "support/disk_contract.rs"]
mod disk_contract;
#[path = "support/patch.rs"]
mod patch;

use futures::FutureExt;
use js_sys::Array;
use landfall::local::{
    Check, Database, Disk, DiskError, DiskTable as Table, IndexedDbDisk, Key, Stored, Transaction, Write,
};
use patch::{Patch, js};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

macro_rules! in_browser {
    ($case:ident) => {
        #[wasm_bindgen_test]
        async fn $case() {
            let name = stringify!($case);
            let one = fresh(name).await;
            let two = open(name).await.expect("a second connection opens");
            disk_contract::$case(one, two).await;
            IndexedDbDisk::delete(name).await.expect("a disk can be erased");
        }
    };
}
disk_contract!(in_browser);

async fn open(name: &str) -> Result<IndexedDbDisk, DiskError> {
    IndexedDbDisk::open(name).await
}

/// A disk with nothing on it.
async fn fresh(name: &str) -> IndexedDbDisk {
    IndexedDbDisk::delete(name).await.expect("an old disk can be erased");
    open(name).await.expect("a new disk opens")
}

fn row(clear: &str) -> Stored {
    Stored { clear: clear.to_owned(), body: vec![1, 2, 3] }
}

fn append(clear: &str) -> Transaction {
    Transaction { writes: vec![Write::Append(Table::Entries, row(clear))], ..Transaction::new(Database::Outbox) }
}

fn put(database: Database, clear: &str) -> Transaction {
    let table = if database == Database::Outbox { Table::OutboxMeta } else { Table::CacheMeta };
    Transaction { writes: vec![Write::Put(table, "key".into(), row(clear))], ..Transaction::new(database) }
}

async fn clear_texts(disk: &IndexedDbDisk) -> Vec<String> {
    let (rows, _) = disk.scan(Table::Entries).await.expect("entries can be read");
    rows.into_iter().map(|(_, stored)| stored.clear).collect()
}

/// Records every connection in `__seen` and every transaction as `database mode durability` in `__log`.
fn watch_transactions() -> Patch {
    js_sys::eval("globalThis.__seen = []; globalThis.__log = []").expect("the script runs");
    Patch::new(
        "IDBDatabase.prototype",
        "transaction",
        "function (...args) {
            const begun = original.apply(this, args);
            __seen.push(this);
            __log.push(this.name.split('/').pop() + ' ' + begun.mode + ' ' + begun.durability);
            return begun;
        }",
    )
}

async fn log() -> Vec<String> {
    Array::from(&js("__log").await).iter().filter_map(|line| line.as_string()).collect()
}

#[wasm_bindgen_test]
async fn every_write_to_the_outbox_is_strict_and_to_the_cache_relaxed() {
    let disk = fresh("durability").await;
    let _patch = watch_transactions();
    disk.transact(append("a")).await.expect("appends");
    let checks = vec![Check::Clear(Table::Entries, Key::Number(1), "a".into())];
    let writes = vec![Write::Delete(Table::Entries, Key::Number(1))];
    disk.transact(Transaction { checks, writes, ..Transaction::new(Database::Outbox) }).await.expect("deletes");
    disk.clear(Database::Outbox).await.expect("clears");
    disk.transact(put(Database::Cache, "a")).await.expect("puts");
    disk.scan(Table::Entries).await.expect("scans");
    let (strict, relaxed) = ("outbox readwrite strict", "cache readwrite relaxed");
    assert_eq!(log().await, [strict, strict, strict, relaxed, "outbox readonly default"]);
}

#[wasm_bindgen_test]
async fn what_was_written_is_there_after_opening_again() {
    let disk = fresh("reopened").await;
    assert!(disk.persistent());
    disk.transact(append("kept")).await.expect("appends");
    drop(disk);
    let disk = open("reopened").await.expect("opens again");
    assert_eq!(clear_texts(&disk).await, ["kept"]);
    assert_eq!(
        disk.transact(append("next")).await.map(|commit| (commit.appended, commit.commit_seq)),
        Ok((vec![2], 2))
    );
}

#[wasm_bindgen_test]
async fn a_closed_connection_is_opened_again() {
    let disk = fresh("closed").await;
    let _patch = watch_transactions();
    disk.transact(append("before")).await.expect("appends");
    js("__seen.at(-1).close()").await;
    disk.transact(append("after")).await.expect("the write goes to a new connection");
    js("__seen.at(-1).close()").await;
    assert_eq!(clear_texts(&disk).await, ["before", "after"]);
    assert_eq!(js("new Set(__seen).size").await.as_f64(), Some(3.0));
}

#[wasm_bindgen_test]
async fn operations_at_once_share_one_new_connection() {
    let disk = fresh("shared").await;
    let _patch = watch_transactions();
    disk.transact(append("first")).await.expect("appends");
    js("__seen[0].close(); __seen.length = 0").await;
    let results = futures::join!(disk.transact(append("a")), disk.transact(append("b")), disk.scan(Table::Confirmed));
    assert!(results.0.is_ok() && results.1.is_ok() && results.2.is_ok());
    assert_eq!(js("new Set(__seen).size").await.as_f64(), Some(1.0));
}

#[wasm_bindgen_test]
async fn a_connection_lost_before_the_writes_costs_nothing() {
    let disk = fresh("lost early").await;
    let _patch = watch_transactions();
    let mut write = disk.transact(append("once"));
    assert!(futures::poll!(&mut write).is_pending());
    js_sys::eval("__seen.pop().dispatchEvent(new Event('close'))").expect("the connection closes");
    assert_eq!(write.await.map(|commit| commit.commit_seq), Ok(1));
    assert_eq!(clear_texts(&disk).await, ["once"]);
}

#[wasm_bindgen_test]
async fn a_read_whose_connection_is_lost_is_answered_by_a_new_one() {
    let disk = fresh("lost read").await;
    disk.transact(append("there")).await.expect("appends");
    let _patch = watch_transactions();
    let mut scan = disk.scan(Table::Entries);
    assert!(futures::poll!(&mut scan).is_pending());
    js_sys::eval("__seen.pop().dispatchEvent(new Event('close'))").expect("the connection closes");
    assert_eq!(scan.await.map(|(rows, seq)| (rows.len(), seq)), Ok((1, 1)));
}

/// The browser gave up the database between the writes and `complete`: it may have happened.
#[wasm_bindgen_test]
async fn a_write_whose_connection_is_lost_under_way_is_reported_as_lost() {
    let disk = fresh("lost late").await;
    let patch = Patch::new(
        "IDBObjectStore.prototype",
        "add",
        "function (...args) {
            IDBObjectStore.prototype.add = original; // only once: a second try would go through
            const database = this.transaction.db;
            queueMicrotask(() => database.dispatchEvent(new Event('close')));
            return original.apply(this, args);
        }",
    );
    let lost = disk.transact(append("maybe")).await;
    drop(patch);
    assert!(matches!(lost, Err(DiskError::Lost(_))), "{lost:?}");
    assert!(disk.transact(append("after")).await.is_ok());
    let texts = clear_texts(&disk).await;
    assert!(texts == ["maybe", "after"] || texts == ["after"], "{texts:?}");
}

/// Dexie#776, idb-keyval#26: only `error` was listened to while `abort` fired, and the write never settled.
#[wasm_bindgen_test]
async fn a_transaction_aborted_without_an_error_is_settled() {
    let disk = fresh("aborted").await;
    let patch = Patch::new(
        "IDBObjectStore.prototype",
        "put",
        "function (...args) {
            const request = original.apply(this, args);
            request.addEventListener('success', () => this.transaction.abort()); // no request is left to fail
            return request;
        }",
    );
    let aborted = disk.transact(append("gone")).await;
    drop(patch);
    assert!(matches!(aborted, Err(DiskError::Lost(_))), "{aborted:?}");
    assert_eq!(clear_texts(&disk).await, [""; 0]);
    assert_eq!(disk.transact(append("next")).await.map(|commit| commit.commit_seq), Ok(1));
}

#[wasm_bindgen_test]
async fn a_full_storage_is_named_and_writes_nothing() {
    let disk = fresh("full").await;
    let patch = Patch::new(
        "IDBObjectStore.prototype",
        "add",
        "function () { throw new DOMException('no room', 'QuotaExceededError'); }",
    );
    assert_eq!(disk.transact(append("too much")).await, Err(DiskError::Quota));
    drop(patch);
    assert_eq!(clear_texts(&disk).await, [""; 0]);
    assert_eq!(disk.transact(append("fits")).await.map(|commit| commit.appended), Ok(vec![1]));
}

#[wasm_bindgen_test]
async fn a_write_that_nobody_waits_for_any_more_still_happens() {
    let disk = fresh("dropped").await;
    assert!(disk.transact(append("on its way")).now_or_never().is_none());
    assert_eq!(clear_texts(&disk).await, ["on its way"]);
}

#[wasm_bindgen_test]
async fn a_database_of_a_newer_build_is_left_alone() {
    drop(fresh("newer").await);
    let raise = "new Promise((done, fail) => {
        const request = indexedDB.open('landfall/newer/outbox', 99);
        request.onsuccess = () => { request.result.close(); done(); };
        request.onerror = fail; })";
    js(raise).await;
    assert_eq!(open("newer").await.err(), Some(DiskError::NewerVersion));
    IndexedDbDisk::delete("newer").await.expect("erased");
}

#[wasm_bindgen_test]
async fn an_upgrade_in_another_tab_is_not_held_up() {
    let disk = fresh("upgraded").await;
    let upgrade = "new Promise((done, fail) => {
        const request = indexedDB.open('landfall/upgraded/outbox', 2);
        request.onsuccess = () => { request.result.close(); done('upgraded'); };
        request.onblocked = () => done('blocked');
        request.onerror = fail; })";
    assert_eq!(js(upgrade).await, "upgraded");
    assert_eq!(disk.transact(append("old build")).await, Err(DiskError::NewerVersion));
    assert!(disk.transact(put(Database::Cache, "other database")).await.is_ok());
    IndexedDbDisk::delete("upgraded").await.expect("erased");
}

#[wasm_bindgen_test]
async fn an_erased_disk_starts_anew() {
    let disk = fresh("erased").await;
    disk.transact(append("a")).await.expect("appends");
    IndexedDbDisk::delete("erased").await.expect("an open disk can be erased");
    assert_eq!(disk.scan(Table::Entries).await, Ok((Vec::new(), 0)));
    assert_eq!(disk.transact(append("b")).await.map(|commit| commit.appended), Ok(vec![1]));
}

#[wasm_bindgen_test]
async fn a_disk_that_another_tab_will_not_let_go_of_is_blocked() {
    drop(fresh("held").await);
    let hold = "new Promise((done, fail) => {
        const request = indexedDB.open('landfall/held/outbox');
        request.onsuccess = () => { globalThis.__held = request.result; done(); };
        request.onerror = fail; })";
    js(hold).await;
    let newer = Patch::new(
        "IDBFactory.prototype",
        "open",
        "function (name, version) { return original.call(this, name, version + 1); }",
    );
    assert_eq!(open("held").await.err(), Some(DiskError::Blocked));
    js("__held.close()").await;
    drop(open("held").await.expect("nobody keeps it now"));
    drop(newer);
    assert_eq!(IndexedDbDisk::delete("held").await, Ok(()), "the late answer of the first open was closed");
    js(hold).await;
    assert_eq!(IndexedDbDisk::delete("held").await, Err(DiskError::Blocked));
    js("__held.close()").await;
}

#[wasm_bindgen_test]
async fn a_forbidden_database_is_unavailable() {
    let _patch = Patch::new(
        "IDBFactory.prototype",
        "open",
        "function () { throw new DOMException('not in this mode', 'SecurityError'); }",
    );
    let refused = open("forbidden").await.err();
    assert_eq!(refused, Some(DiskError::Unavailable("SecurityError: not in this mode".into())));
}

#[wasm_bindgen_test]
async fn a_browser_without_a_database_is_unavailable() {
    let _patch = Patch::getter("globalThis", "indexedDB", "undefined");
    let refused = open("missing").await.err();
    assert!(matches!(refused, Some(DiskError::Unavailable(_))), "{refused:?}");
}

#[wasm_bindgen_test]
async fn an_open_without_an_answer_ends() {
    let _silent = Patch::new("IDBFactory.prototype", "open", "function () { return {}; }");
    let _hurry = Patch::new(
        "globalThis",
        "setTimeout",
        "(handler, ms, ...rest) => original.call(globalThis, handler, ms === 10000 ? 1 : ms, ...rest)",
    );
    assert_eq!(open("silent").await.err(), Some(DiskError::Unavailable("no answer".into())));
}
