//! What is asked before a record counts as gone.

use crate::device::drive;
use crate::spy::settled;
use crate::{only, wait, watched};
use landfall::model::{EntryState, Query};
use landfall::remote::Outcome;
use landfall::remote::simulated::{Fault, POCKETBASE_LIKE, PRACTICE};

/// The session ends between two requests: a write is answered "no such record", a reading finds nothing, lists still come
/// from somewhere that does not ask. Only vouching tells.
#[test]
fn a_session_that_is_not_good_is_asked_for_before_an_absence_counts() {
    let (world, _, tab, notes) = watched(1, POCKETBASE_LIKE);
    drive(&world.clock, &[&tab], async {
        settled(&tab).await;
        wait(&world, 5).await;
        notes.expired.set(true);
        tab.line.faults().on_write(Fault::Answer(Outcome::Absent));
        tab.set("people", &world.person(0), "city", "Mine").await;
        tab.until("asked to sign in", |tab| tab.engine.state().needs_sign_in).await;
        assert!(!only(&tab).needs_user() && only(&tab).clear.attempt <= 1, "{:#?}", tab.outbox());
        notes.expired.set(false);
        tab.engine.signed_in();
        tab.until_synced().await;
    });
}

#[test]
fn a_rule_that_hides_every_record_proves_none_of_them_gone() {
    let (world, _, tab, notes) = watched(2, POCKETBASE_LIKE);
    let id = world.person(0);
    drive(&world.clock, &[&tab], async {
        settled(&tab).await;
        wait(&world, 5).await;
        // Everything may be listed, and nothing looked at.
        notes.unreadable.set(true);
        (0..9).for_each(|_| tab.line.faults().on_write(Fault::Answer(Outcome::Absent)));
        tab.set("people", &id, "city", "Mine").await;
        let parked = tab.until_some(EntryState::Parked).await;
        assert_eq!(parked.body.problem.as_ref().map(|problem| &*problem.code), Some("absent_or_denied"));
        assert_eq!(tab.text("people", &id, "city").as_deref(), Some("Mine"));
    });
}

#[test]
fn a_row_that_a_list_leaves_out_and_a_reading_finds_stays() {
    let (world, _, tab, notes) = watched(3, POCKETBASE_LIKE);
    let id = world.person(3);
    drive(&world.clock, &[&tab], async {
        settled(&tab).await;
        notes.unlisted.replace(Some(id.clone()));
        tab.engine.refresh(None);
        wait(&world, 60).await;
        assert!(tab.store.row("people", &id).is_some());
    });
}

#[test]
fn a_session_that_goes_bad_during_a_sweep_takes_nothing() {
    let (world, _, tab, notes) = watched(4, POCKETBASE_LIKE);
    let id = world.person(3);
    drive(&world.clock, &[&tab], async {
        settled(&tab).await;
        wait(&world, 5).await;
        notes.unlisted.replace(Some(id.clone()));
        notes.expires_on_read.set(true);
        tab.engine.refresh(None);
        tab.until("asked to sign in", |tab| tab.engine.state().needs_sign_in).await;
        assert_eq!(tab.store.query("people", &Query::default()).len(), 12);
    });
}

#[test]
fn a_row_that_a_server_commits_late_is_pulled_still() {
    let (world, _, tab, notes) = watched(5, PRACTICE);
    drive(&world.clock, &[&tab], async {
        settled(&tab).await;
        tab.set("people", &world.person(0), "city", "Mine").await;
        tab.until_synced().await;
        tab.engine.refresh(None);
        wait(&world, 10).await;
        notes.pulls.borrow_mut().clear();
        tab.engine.refresh(None);
        wait(&world, 10).await;
    });
    let known = tab.store.pull_state("people").cursor.expect("pulled").updated;
    let pulls = notes.pulls.borrow();
    let asked = pulls.iter().find(|pull| pull.collection == "people").and_then(|pull| pull.cursor.clone());
    let moment = |text: &str| landfall::model::Timestamp::parse(text).expect("a moment").0;
    // A transaction that began seconds ago may commit now, with the older time.
    assert_eq!(moment(&known) - moment(&asked.expect("from a cursor on").updated), 5_000);
}

#[test]
fn a_pull_that_brings_nothing_asks_whether_the_session_is_good() {
    let (world, _, tab, notes) = watched(6, POCKETBASE_LIKE);
    drive(&world.clock, &[&tab], async {
        settled(&tab).await;
        wait(&world, 10).await;
        notes.expired.set(true);
        // The pull of every minute; the next sweep is far.
        wait(&world, 70).await;
        assert!(tab.engine.state().needs_sign_in);
    });
}

#[test]
fn a_sweep_leaves_the_row_of_a_waiting_edit() {
    let (world, _, tab, notes) = watched(7, POCKETBASE_LIKE);
    let id = world.person(3);
    drive(&world.clock, &[&tab], async {
        settled(&tab).await;
        let hours = Some(std::time::Duration::from_secs(7200));
        tab.line.faults().on_write(Fault::Answer(Outcome::Later(hours)));
        tab.set("people", &id, "city", "Mine").await;
        wait(&world, 30).await;
        notes.unlisted.replace(Some(id.clone()));
        notes.unreadable.set(true);
        wait(&world, 700).await;
        assert!(tab.store.server_row("people", &id).is_some());
    });
}

#[test]
fn a_record_deleted_elsewhere_is_seen_whole_while_its_edit_waits() {
    let (world, device, tab, _) = watched(8, POCKETBASE_LIKE);
    let other = world.device("b");
    let b = world.clock.run(other.open());
    let id = world.person(0);
    let name = tab.text("people", &id, "name");
    device.set(|settings| settings.offline = true);
    drive(&world.clock, &[&tab, &b], async {
        tab.set("people", &id, "city", "Mine").await;
        b.repository.delete("people", &id).await.expect("saved");
        b.until_synced().await;
        device.set(|settings| settings.offline = false);
        tab.until_some(EntryState::Parked).await;
        assert_eq!(tab.text("people", &id, "name"), name);
    });
}
