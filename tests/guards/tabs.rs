//! Two tabs on one disk: who may write, and what each notices of the other.

use crate::device::{Tab, World, drive, fields};
use crate::only;
use landfall::local::StoreError;
use landfall::model::{EntryState, Record};
use landfall::platform::{Clock, Tabs};
use std::time::Duration;

/// Two tabs that do not follow each other.
fn two(seed: u64) -> (World, Tab, Tab) {
    let world = World::new(seed);
    let device = world.device("a");
    let tabs = world.clock.run(async { (device.open().await, device.open().await) });
    (world, tabs.0, tabs.1)
}

#[test]
fn a_leader_of_an_older_epoch_can_write_nothing() {
    let (world, old, new) = two(1);
    let id = world.person(0);
    world.clock.run(async {
        old.set("people", &id, "city", "Mine").await;
        new.store.catch_up_outbox().await.expect("read");
        let older = old.store.raise_epoch().await.expect("raised");
        old.store.claim_cache(older).await.expect("claimed");
        let newer = new.store.raise_epoch().await.expect("raised");
        new.store.claim_cache(newer).await.expect("claimed");
        let key = only(&old).key;
        let row = Record::new(id.clone(), fields([("city", "Mine")]));
        assert_eq!(old.store.mark_sending(key, older).await.map(drop), Err(StoreError::NotLeader), "to send");
        assert_eq!(old.store.ack(key, older, row.clone(), false).await, Err(StoreError::NotLeader), "to ack");
        assert_eq!(old.store.claim_cache(older).await, Err(StoreError::NotLeader), "to claim");
        let page = old.store.commit_pull(older, "people", &[row], None, 0).await;
        assert_eq!(page.map(drop), Err(StoreError::NotLeader), "to take in");
        assert_eq!(only(&new).clear.state, EntryState::Queued);
        assert!(new.store.mark_sending(key, newer).await.is_ok(), "the newer one may");
    });
}

#[test]
fn an_edit_in_a_tab_that_has_not_heard_is_not_folded_into_what_is_under_way() {
    let (world, leader, other) = two(2);
    let id = world.person(0);
    world.clock.run(async {
        leader.set("people", &id, "city", "First").await;
        other.store.catch_up_outbox().await.expect("read");
        let epoch = leader.store.raise_epoch().await.expect("raised");
        let sent = leader.store.mark_sending(only(&leader).key, epoch).await.expect("marked");
        other.set("people", &id, "city", "Second").await;
        assert_eq!(other.store.outbox().len(), 2, "{:#?}", other.outbox());
        let first = other.store.outbox().get(sent.key).cloned().expect("still there");
        assert_eq!((first.clear.state, &first.body), (EntryState::Sending, &sent.body));
    });
}

#[test]
fn a_tab_that_missed_a_commit_reads_the_outbox_again() {
    let (world, first, second) = two(3);
    world.clock.run(async {
        first.set("people", &world.person(0), "city", "First").await;
        second.set("people", &world.person(1), "city", "Second").await;
        assert_eq!(second.store.outbox().len(), 2, "its own commit came after one that it had not seen");
    });
}

#[test]
fn a_tab_hears_of_another_tabs_edit_at_once() {
    let (world, first, second) = two(4);
    drive(&world.clock, &[&first, &second], async {
        world.clock.sleep(Duration::from_secs(20)).await;
        first.set("people", &world.person(0), "city", "First").await;
        world.clock.sleep(Duration::from_millis(50)).await;
        assert_eq!(second.text("people", &world.person(0), "city").as_deref(), Some("First"));
    });
}

/// The tab that leads is frozen: it holds its lock, and beats no more.
#[test]
fn a_silent_leader_is_relieved_by_a_tab_with_waiting_work() {
    let (world, frozen, other) = two(5);
    let held = world.clock.run(frozen.tabs.lead());
    drive(&world.clock, &[&other], async {
        other.set("people", &world.person(0), "city", "Relieved").await;
        world.clock.sleep(Duration::from_secs(60)).await;
        assert!(other.engine.state().leading);
        other.until_synced().await;
    });
    drop(held);
}
