//! The store on a real browser's databases: what was saved is there after opening again, also for the next build.
//!
//! `fixtures/store_v1.json` holds both databases as version 1 wrote them. It is never changed by hand; a
//! build with another format must still open it. To write it anew (only before a release):
//! `LANDFALL_WRITE_FIXTURE=1 .ci/browser-tests test written_by_this_version -- --nocapture`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::expect_used)] // a test may stop

use futures::StreamExt;
use futures::channel::mpsc;
use futures::future::{Either, select};
use js_sys::Promise;
use landfall::local::{Edit, IndexedDbDisk, Store};
use landfall::model::cursor::PullState;
use landfall::model::{Collection, EntryKey, EntryState, Fields, Kind, Record, Timestamp, Value, Version};
use landfall::platform::WebTabs;
use landfall::remote::simulated::{Sample, collections};
use std::pin::pin;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const NOBODY: &str = "local";
const DAY: Timestamp = Timestamp(1_767_225_600_000);
const FIXTURE: &str = include_str!("fixtures/store_v1.json");
const DATABASES: &str = include_str!("support/databases.js");

/// More people than fit into one chunk, and fewer for the fixture.
fn sample(people: usize) -> Sample {
    Sample::new(1, DAY).sized([people, 4, 3, 5])
}

/// Runs a method of `databases.js`.
async fn databases(call: &str) -> JsValue {
    let promise = js_sys::eval(&format!("({DATABASES}).{call}")).expect("the script runs");
    JsFuture::from(Promise::resolve(&promise)).await.expect("the promise is kept")
}

async fn erase(name: &str) {
    IndexedDbDisk::delete(name).await.expect("an old disk can be erased");
}

/// A tab: a store over its own connection, with all rows loaded.
async fn open(name: &str) -> Store {
    let disk = Rc::new(IndexedDbDisk::open(name).await.expect("a disk opens"));
    let schemas: Vec<Rc<Collection>> = collections().into_iter().map(Rc::new).collect();
    let store = Store::open(disk, Rc::new(WebTabs::new(name)), NOBODY, &schemas).await.expect("a store opens");
    store.load().await.expect("its rows load");
    store
}

/// Fills an empty store with the sample and writes it to the cache.
async fn fill(store: &Store, sample: &Sample) -> u64 {
    let pull = PullState { cursor: Some(sample.seed_cursor()), pulled_at: Some(DAY), complete: true };
    for name in ["people", "companies", "projects", "tasks"] {
        let records: Vec<Record> = sample.records(name).collect();
        assert!(store.seed(name, &records, pull.clone()), "{name} was there already");
    }
    let epoch = store.raise_epoch().await.expect("leads");
    store.claim_cache(epoch).await.expect("the cache is ours");
    store.compact(epoch, true).await.expect("chunks are written");
    epoch
}

fn edit(kind: Kind, record: &Record, changes: &[(&str, &str)]) -> Edit {
    let changes: Fields = changes.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
    let base = changes.keys().filter_map(|name| Some((name.clone(), record.get(name)?.clone()))).collect();
    Edit {
        op_id: format!("operation-{}-{kind:?}", record.id),
        account: NOBODY.into(),
        collection: "people".into(),
        record: record.id.clone(),
        kind,
        changes,
        base,
        base_version: record.version.clone(),
        made_at: DAY,
        files: Vec::new(),
    }
}

async fn rename(store: &Store, record: &Record, name: &str) -> EntryKey {
    let key = store.edit(edit(Kind::Patch, record, &[("name", name)])).await.expect("it is saved");
    key.expect("an entry of its own")
}

fn person(sample: &Sample, index: usize) -> Record {
    sample.record("people", index).expect("a person of the sample")
}

fn name_of(store: &Store, record: &Record) -> Option<String> {
    store.row("people", &record.id).map(|row| row.record().text("name"))
}

#[wasm_bindgen_test]
async fn a_saved_edit_is_there_after_opening_again() {
    erase("store saved").await;
    let sample = sample(12);
    let store = open("store saved").await;
    fill(&store, &sample).await;
    let (one, new) = (person(&sample, 1), Record::new("person-made-here", Fields::new()));
    rename(&store, &one, "Edited").await;
    store.edit(edit(Kind::Create, &new, &[("name", "Made here"), ("email", "here@example.org")])).await.expect("saved");
    drop(store);
    let store = open("store saved").await;
    assert_eq!(store.outbox().iter().map(|entry| entry.clear.kind).collect::<Vec<_>>(), [Kind::Patch, Kind::Create]);
    assert_eq!(name_of(&store, &one).as_deref(), Some("Edited"));
    assert_eq!(name_of(&store, &new).as_deref(), Some("Made here"));
    assert_eq!(store.server_row("people", &one.id).map(|row| row.record()), Some(one));
    erase("store saved").await;
}

#[wasm_bindgen_test]
async fn every_row_comes_back_from_its_chunk() {
    erase("store chunks").await;
    let sample = sample(1_000);
    let store = open("store chunks").await;
    let epoch = fill(&store, &sample).await;
    let key = rename(&store, &person(&sample, 7), "Acked").await;
    store.mark_sending(key, epoch).await.expect("it is ours to send");
    let acked = Record { version: Some(Version("0000000001".into())), ..person(&sample, 7) };
    let fields = acked.fields.clone().into_iter().chain([("name".to_owned(), Value::from("Acked"))]).collect();
    store.ack(key, epoch, Record { fields, ..acked }, false).await.expect("it is acked");
    store.fold(epoch).await.expect("it is folded");
    store.compact(epoch, true).await.expect("chunks are written again");
    drop(store);
    let store = open("store chunks").await;
    assert!(store.complete() && store.outbox().is_empty());
    for name in ["people", "companies", "projects", "tasks"] {
        assert_eq!(store.count(name), sample.len(name), "{name}");
    }
    let changed = |record: &Record| record.id == person(&sample, 7).id;
    for record in sample.records("people").filter(|record| !changed(record)) {
        assert_eq!(store.row("people", &record.id).map(|row| row.record()), Some(record));
    }
    assert_eq!(name_of(&store, &person(&sample, 7)).as_deref(), Some("Acked"));
    erase("store chunks").await;
}

#[wasm_bindgen_test]
async fn two_tabs_follow_each_other() {
    erase("store tabs").await;
    let sample = sample(12);
    let first = open("store tabs").await;
    let epoch = fill(&first, &sample).await;
    let second = open("store tabs").await;
    let record = person(&sample, 3);
    follows(&second, &record, "From the first", rename(&first, &record, "From the first")).await;
    follows(&first, &record, "From the second", rename(&second, &record, "From the second")).await;
    assert_eq!(first.outbox().len(), 1, "the second edit was folded into the first");
    let pulled = Record { version: Some(Version("0000000009".into())), ..person(&sample, 4) };
    let fields = pulled.fields.clone().into_iter().chain([("name".to_owned(), Value::from("Pulled"))]).collect();
    let pulled = Record { fields, ..pulled };
    let (pull, fence) = (first.pull_state("people"), first.fence());
    let pulling = first.commit_pull(epoch, "people", std::slice::from_ref(&pulled), Some(pull), fence);
    follows(&second, &pulled, "Pulled", pulling).await;
    drop((first, second));
    erase("store tabs").await;
}

/// Waits until `store`, following, shows the name that `work` elsewhere gives to the record.
async fn follows<T>(store: &Store, record: &Record, name: &str, work: impl Future<Output = T>) {
    let (changed, mut changes) = mpsc::unbounded();
    let _subscription = store.subscribe(move |_| drop(changed.unbounded_send(())));
    let shown = async {
        work.await;
        while name_of(store, record).as_deref() != Some(name) {
            changes.next().await;
        }
    };
    let (follow, shown) = (pin!(store.follow()), pin!(shown));
    assert!(matches!(select(follow, shown).await, Either::Right(_)), "a tab follows for ever");
}

/// A store with one of everything: chunks, a log row, a confirmed row, entries in three states.
async fn write_everything(name: &str) {
    let sample = sample(12);
    let store = open(name).await;
    let epoch = fill(&store, &sample).await;
    let pulled = Record { version: Some(Version("0000000002".into())), ..person(&sample, 5) };
    let (pull, fence) = (store.pull_state("people"), store.fence());
    store.commit_pull(epoch, "people", &[pulled], Some(pull), fence).await.expect("a page");
    let confirmed = rename(&store, &person(&sample, 1), "Confirmed").await;
    store.mark_sending(confirmed, epoch).await.expect("sending");
    let fields = Fields::from_iter([("name".to_owned(), Value::from("Confirmed"))]);
    let row = Record { version: Some(Version("0000000003".into())), ..Record::new(person(&sample, 1).id, fields) };
    store.ack(confirmed, epoch, row, false).await.expect("acked");
    rename(&store, &person(&sample, 2), "Queued").await;
    let parked = rename(&store, &person(&sample, 3), "Parked").await;
    let park = |entry: &mut landfall::model::Entry| {
        entry.clear.state = EntryState::Parked;
        entry.body.problem = Some(landfall::model::Problem::code("denied"));
        true
    };
    store.rewrite(parked, Some(epoch), &park).await.expect("parked");
    let sending = rename(&store, &person(&sample, 4), "Sending").await;
    store.mark_sending(sending, epoch).await.expect("sending");
    store.edit(edit(Kind::Delete, &person(&sample, 6), &[])).await.expect("deleted");
}

async fn holds_everything(name: &str) {
    let sample = sample(12);
    let store = open(name).await;
    let names = ["Confirmed", "Queued", "Parked", "Sending"];
    for (index, name) in names.into_iter().enumerate() {
        assert_eq!(name_of(&store, &person(&sample, index + 1)).as_deref(), Some(name));
    }
    assert_eq!(name_of(&store, &person(&sample, 6)), None, "it is deleted here");
    assert_eq!(
        store.row("people", &person(&sample, 5).id).and_then(|row| row.version()),
        Some(Version("0000000002".into()))
    );
    let states: Vec<_> = store.outbox().iter().map(|entry| (entry.clear.kind, entry.clear.state)).collect();
    use EntryState::{Parked, Queued, Sending};
    assert_eq!(states, [(Kind::Patch, Queued), (Kind::Patch, Parked), (Kind::Patch, Sending), (Kind::Delete, Queued)]);
    assert!(store.outbox().confirmed("people", &person(&sample, 1).id).is_some());
    for name in ["companies", "projects", "tasks"] {
        for record in sample.records(name) {
            assert_eq!(store.row(name, &record.id).map(|row| row.record()), Some(record));
        }
    }
    assert!(store.pull_state("people").complete);
    let key = rename(&store, &person(&sample, 8), "Next").await;
    assert!(store.outbox().iter().all(|entry| entry.key <= key), "numbers go on");
}

#[wasm_bindgen_test]
async fn a_store_written_by_this_version_opens_whole() {
    erase("store written").await;
    write_everything("store written").await;
    if option_env!("LANDFALL_WRITE_FIXTURE").is_some() {
        let dump = databases("dump('store written')").await;
        console_log!("FIXTURE {} FIXTURE", dump.as_string().unwrap_or_default());
    }
    holds_everything("store written").await;
    erase("store written").await;
}

#[wasm_bindgen_test]
async fn a_store_written_by_version_1_opens_whole() {
    erase("store v1").await;
    databases(&format!("restore('store v1', {FIXTURE})")).await;
    holds_everything("store v1").await;
    erase("store v1").await;
}
