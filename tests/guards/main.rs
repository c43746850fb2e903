//! Rules that nothing else would notice: each test here finds a bug that was planted and that no other test found.
//!
//! `make mutants` plants the bugs (`tests/mutants`). What is counted here others cannot see, because the engine mends
//! most of its own mistakes: how often something was sent, what the disk knew when, what was asked before something was
//! believed.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../support/clock.rs"]
mod clock;
#[path = "../support/device.rs"]
mod device;
#[path = "../support/spy.rs"]
mod spy;

mod absence;
mod cache;
mod discarding;
mod outbox;
mod sending;
mod tabs;

use device::{Device, Tab, World};
use landfall::model::{Entry, Fields, Record, Value, Version};
use landfall::platform::Clock;
use std::rc::Rc;
use std::time::Duration;

/// A world with one device, and its tab over a spied line.
fn watched(seed: u64, profile: landfall::remote::Capabilities) -> (World, Device, Tab, Rc<spy::Notes>) {
    let world = World::like(seed, profile);
    let device = world.device("a");
    let notes = Rc::new(spy::Notes::new(device.disk.clone()));
    let tab = world.clock.run(device.open_over(spy::over(&notes)));
    (world, device, tab, notes)
}

/// The only entry.
fn only(tab: &Tab) -> Rc<Entry> {
    let outbox = tab.store.outbox();
    assert_eq!(outbox.len(), 1, "{:#?}", tab.outbox());
    outbox.iter().next().cloned().expect("just counted")
}

/// Patches one field, beginning from what is seen.
async fn patch(tab: &Tab, collection: &str, id: &str, field: &str, value: Value) {
    let changes = Fields::from_iter([(field.to_owned(), value)]);
    tab.repository.patch(collection, id, &Fields::new(), changes).await.expect("saved");
}

/// The row that is seen, with another value in a field and another version.
fn changed(tab: &Tab, collection: &str, id: &str, field: &str, value: &str, version: Option<&str>) -> Record {
    let mut record = tab.store.server_row(collection, id).expect("there").record();
    record.fields.insert(field.to_owned(), Value::from(value));
    Record { version: version.map(|version| Version(version.to_owned())), ..record }
}

/// Lets so much time pass.
async fn wait(world: &World, seconds: u64) {
    world.clock.sleep(Duration::from_secs(seconds)).await;
}
