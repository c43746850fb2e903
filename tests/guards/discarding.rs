//! What the user's word does to an entry, and to those that hang on it: discard and mend.

use crate::device::{drive, fields};
use crate::{only, wait, watched};
use landfall::local::StoreError;
use landfall::model::{EntryState, Fields};
use landfall::remote::simulated::PRACTICE;
use serde_json::json;

#[test]
fn what_is_under_way_cannot_be_discarded() {
    let (world, device, tab, _) = watched(1, PRACTICE);
    device.set(|settings| (settings.latency_min_ms, settings.latency_max_ms) = (5000, 5000));
    let id = world.person(0);
    drive(&world.clock, &[&tab], async {
        tab.set("people", &id, "city", "Mine").await;
        let sending = tab.until_some(EntryState::Sending).await;
        wait(&world, 1).await;
        assert_eq!(tab.store.discard(sending.key).await, Err(StoreError::EntryGone));
        tab.until_synced().await;
        assert_eq!(tab.text("people", &id, "city").as_deref(), Some("Mine"));
    });
}

#[test]
fn after_a_discard_later_edits_are_based_on_what_is_beneath_them() {
    let (world, device, tab, _) = watched(2, PRACTICE);
    device.set(|settings| settings.reject = true);
    let id = world.person(0);
    let before = tab.text("people", &id, "city").expect("seeded");
    drive(&world.clock, &[&tab], async {
        tab.set("people", &id, "city", "First").await;
        let parked = tab.until_some(EntryState::Parked).await;
        tab.set("people", &id, "city", "Second").await;
        tab.store.discard(parked.key).await.expect("discarded");
        assert_eq!(only(&tab).body.base, Fields::from_iter([("city".to_owned(), json!(before))]));
    });
}

#[test]
fn with_a_discarded_create_go_the_edits_that_hang_on_it() {
    let (world, device, tab, _) = watched(3, PRACTICE);
    device.set(|settings| settings.reject = true);
    drive(&world.clock, &[&tab], async {
        let id = tab.repository.create("companies", fields([("name", "Refused")])).await.expect("saved").id;
        let parked = tab.until_some(EntryState::Parked).await;
        tab.set("companies", &id, "city", "Nowhere").await;
        assert_eq!(tab.store.outbox().len(), 2);
        tab.store.discard(parked.key).await.expect("discarded");
        assert!(tab.store.outbox().is_empty(), "{:#?}", tab.outbox());
    });
}

#[test]
fn a_mended_edit_is_a_new_operation() {
    let (world, device, tab, notes) = watched(4, PRACTICE);
    device.set(|settings| settings.reject = true);
    drive(&world.clock, &[&tab], async {
        tab.set("people", &world.person(0), "city", "Refused").await;
        let parked = tab.until_some(EntryState::Parked).await;
        device.set(|settings| settings.reject = false);
        tab.repository.mend(parked.key, fields([("city", "Mended")])).await.expect("saved");
        tab.until_synced().await;
    });
    let pushed = notes.pushed.borrow();
    assert_eq!(pushed.len(), 2);
    assert_ne!(pushed[0].op_id, pushed[1].op_id, "a server with idempotency keys would answer the old one");
}
