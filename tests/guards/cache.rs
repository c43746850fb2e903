//! What the cache takes in, what it must not, and what it may lose.

use crate::device::{Tab, drive};
use crate::{changed, only, watched};
use landfall::local::DiskError;
use landfall::model::{Query, Record};
use landfall::remote::simulated::PRACTICE;
use landfall::repository::LiveQuery;
use std::cell::RefCell;
use std::rc::Rc;

/// Takes the lead without an engine.
async fn lead(tab: &Tab) -> u64 {
    let epoch = tab.store.raise_epoch().await.expect("raised");
    tab.store.claim_cache(epoch).await.expect("claimed");
    epoch
}

/// An edit of a person's city that the server has taken; its row has this version.
async fn acked(tab: &Tab, epoch: u64, id: &str, version: Option<&str>) {
    tab.set("people", id, "city", "Mine").await;
    let entry = tab.store.mark_sending(only(tab).key, epoch).await.expect("marked");
    let row = changed(tab, "people", id, "city", "Mine", version);
    tab.store.ack(entry.key, epoch, row, false).await.expect("acked");
}

#[test]
fn what_was_acked_stays_in_the_view_without_a_pull() {
    let (world, device, tab, _) = watched(1, PRACTICE);
    let id = world.person(0);
    world.clock.run(async {
        let epoch = lead(&tab).await;
        acked(&tab, epoch, &id, Some("9")).await;
        assert_eq!(tab.text("people", &id, "city").as_deref(), Some("Mine"));
    });
    let reopened = world.clock.run(device.open());
    assert_eq!(reopened.text("people", &id, "city").as_deref(), Some("Mine"), "from disk too");
}

#[test]
fn a_foreign_edit_behind_the_fence_is_taken_in() {
    let (world, _, tab, _) = watched(2, PRACTICE);
    let id = world.person(0);
    world.clock.run(async {
        let epoch = lead(&tab).await;
        // A pull begins, our edit is acked, somebody changes the record, and the page comes.
        let fence = tab.store.fence();
        acked(&tab, epoch, &id, Some("8")).await;
        let theirs = changed(&tab, "people", &id, "city", "Theirs", Some("9"));
        tab.store.commit_pull(epoch, "people", &[theirs], None, fence).await.expect("a page");
        assert_eq!(tab.text("people", &id, "city").as_deref(), Some("Theirs"));
    });
}

#[test]
fn without_versions_a_row_behind_the_fence_is_read_again() {
    let (world, _, tab, _) = watched(3, PRACTICE);
    world.clock.run(async {
        let epoch = lead(&tab).await;
        let fence = tab.store.fence();
        let made = tab.repository.create("companies", crate::device::fields([("name", "Mine")])).await;
        let id = made.expect("saved").id;
        let entry = tab.store.mark_sending(only(&tab).key, epoch).await.expect("marked");
        let row = Record::new(id.clone(), entry.body.changes.clone());
        tab.store.ack(entry.key, epoch, row.clone(), false).await.expect("acked");
        let older = Record::new(id.clone(), crate::device::fields([("name", "Older or newer")]));
        let pulled = tab.store.commit_pull(epoch, "companies", &[older], None, fence).await.expect("a page");
        assert_eq!((pulled.reread, pulled.news), (vec![id.clone()], 0));
        assert_eq!(tab.text("companies", &id, "name").as_deref(), Some("Mine"));
    });
}

#[test]
fn what_was_acked_outlives_a_cache_that_cannot_be_written() {
    let (world, device, tab, _) = watched(4, PRACTICE);
    let id = world.person(0);
    world.clock.run(async {
        let epoch = lead(&tab).await;
        acked(&tab, epoch, &id, Some("9")).await;
        device.disk.fail_next(DiskError::Aborted("a bad day".into()));
        tab.store.fold(epoch).await.expect("the cache is allowed to fail");
    });
    let reopened = world.clock.run(device.open());
    assert_eq!(reopened.text("people", &id, "city").as_deref(), Some("Mine"));
}

#[test]
fn an_edit_never_becomes_the_servers_row_on_disk() {
    let (world, device, tab, _) = watched(5, PRACTICE);
    let id = world.person(0);
    let before = tab.text("people", &id, "city");
    world.clock.run(async {
        let epoch = lead(&tab).await;
        tab.set("people", &id, "city", "Mine").await;
        tab.store.compact(epoch, true).await.expect("written");
    });
    let reopened = world.clock.run(device.open());
    world.clock.run(reopened.store.discard(only(&reopened).key)).expect("discarded");
    assert_eq!(reopened.text("people", &id, "city"), before);
}

#[test]
fn a_live_list_moves_a_row_whose_title_changed() {
    let (world, _, tab, _) = watched(6, PRACTICE);
    let query = Query::default();
    let live = Rc::new(RefCell::new(LiveQuery::new(&tab.store, "people", &query)));
    let heard = live.clone();
    let _subscription = tab.store.subscribe(move |changes| drop(heard.borrow_mut().apply(changes)));
    let last = live.borrow().ids().last().cloned().expect("twelve people");
    drive(&world.clock, &[&tab], async {
        tab.set("people", &last, "name", "Aaron the First").await;
        assert_eq!(live.borrow().ids().first(), Some(&last));
        assert_eq!(*live.borrow().ids(), tab.store.query("people", &query));
        tab.until_synced().await;
        assert_eq!(*live.borrow().ids(), tab.store.query("people", &query));
    });
}
