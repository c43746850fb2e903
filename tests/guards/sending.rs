//! What is sent, how often, and what is known before it is.

use crate::device::{drive, fields};
use crate::{only, wait, watched};
use landfall::local::DiskError;
use landfall::model::{EntryState, Problem, Record};
use landfall::remote::Outcome;
use landfall::remote::simulated::{Fault, POCKETBASE_LIKE, PRACTICE};
use std::time::Duration;

#[test]
fn a_lost_answer_is_asked_about_and_nothing_is_sent_twice() {
    for profile in [PRACTICE, POCKETBASE_LIKE] {
        let (world, _, tab, notes) = watched(1, profile);
        let id = world.person(0);
        drive(&world.clock, &[&tab], async {
            tab.line.faults().on_write(Fault::LoseReply);
            tab.set("people", &id, "city", "Mine").await;
            tab.until_synced().await;
            assert_eq!(notes.sent(), 1, "a patch");
            tab.line.faults().on_write(Fault::LoseReply);
            tab.repository.create("companies", fields([("name", "Once")])).await.expect("saved");
            tab.until_synced().await;
            assert_eq!(notes.sent(), 2, "a create");
            tab.line.faults().on_write(Fault::LoseReply);
            tab.repository.delete("people", &id).await.expect("saved");
            tab.until_synced().await;
            assert_eq!(notes.sent(), 3, "a delete");
        });
    }
}

#[test]
fn the_disk_knows_of_a_request_before_it_leaves() {
    let (world, _, tab, notes) = watched(2, PRACTICE);
    drive(&world.clock, &[&tab], async {
        tab.set("people", &world.person(0), "city", "Mine").await;
        tab.until_synced().await;
    });
    let seen = notes.on_disk.borrow();
    assert!(seen.len() == 1 && seen[0].len() == 1 && seen[0][0].contains(r#""state":"sending""#), "{seen:?}");
}

#[test]
fn what_was_under_way_at_a_crash_is_read_and_not_sent_again() {
    let (world, device, tab, _) = watched(3, PRACTICE);
    device.set(|settings| (settings.latency_min_ms, settings.latency_max_ms) = (5000, 5000));
    drive(&world.clock, &[&tab], async {
        tab.repository.create("companies", fields([("name", "Half Told")])).await.expect("saved");
        tab.until_some(EntryState::Sending).await;
        // Half of the time there, half back: the server has it, and the answer is on its way.
        wait(&world, 3).await;
    });
    drop(tab);
    let notes = std::rc::Rc::new(crate::spy::Notes::new(device.disk.clone()));
    let tab = world.clock.run(device.open_over(crate::spy::over(&notes)));
    drive(&world.clock, &[&tab], tab.until_synced());
    assert_eq!(notes.sent(), 0);
}

#[test]
fn an_ack_that_the_disk_refuses_has_not_happened() {
    let (world, device, tab, _) = watched(4, PRACTICE);
    let id = world.person(0);
    world.clock.run(async {
        tab.set("people", &id, "city", "Mine").await;
        let epoch = tab.store.raise_epoch().await.expect("raised");
        let entry = tab.store.mark_sending(only(&tab).key, epoch).await.expect("marked");
        device.disk.fail_next(DiskError::Aborted("a bad day".into()));
        let row = Record::new(id.clone(), entry.body.changes.clone());
        assert!(tab.store.ack(entry.key, epoch, row, false).await.is_err());
    });
    assert_eq!(only(&tab).clear.state, EntryState::Sending);
    assert_eq!(tab.text("people", &id, "city").as_deref(), Some("Mine"));
}

#[test]
fn what_never_left_the_device_spends_no_attempt() {
    let (world, device, tab, _) = watched(5, PRACTICE);
    device.set(|settings| settings.offline = true);
    drive(&world.clock, &[&tab], async {
        tab.set("people", &world.person(0), "city", "Mine").await;
        tab.until("tried", |tab| !tab.engine.state().reachable).await;
        tab.until("queued again", |tab| tab.state() == Some(EntryState::Queued)).await;
        assert!(only(&tab).never_sent());
    });
}

#[test]
fn an_expired_session_parks_nothing() {
    let (world, _, tab, _) = watched(6, PRACTICE);
    drive(&world.clock, &[&tab], async {
        tab.line.faults().on_write(Fault::Answer(Outcome::SignIn));
        tab.set("people", &world.person(0), "city", "Mine").await;
        tab.until("asked in place", |tab| tab.engine.state().needs_sign_in).await;
        assert!(only(&tab).never_sent(), "it waits as if nothing had been tried");
        tab.engine.signed_in();
        tab.until_synced().await;
    });
}

#[test]
fn a_refusal_of_a_second_attempt_may_be_our_own_lost_success() {
    let (world, _, tab, notes) = watched(7, PRACTICE);
    let other = world.device("b");
    let b = world.clock.run(other.open());
    let id = world.person(0);
    drive(&world.clock, &[&tab, &b], async {
        // A gateway says "later" of what the server behind it has done: the change that is there is as good as ours.
        tab.line.faults().on_write(Fault::Answer(Outcome::Later(Some(Duration::from_secs(5)))));
        tab.line.faults().on_write(Fault::Answer(Outcome::Denied(Problem::code("denied"))));
        tab.set("people", &id, "city", "Mine").await;
        b.set("people", &id, "city", "Mine").await;
        b.until_synced().await;
        tab.until_synced().await;
        assert_eq!(notes.sent(), 2);
    });
}

#[test]
fn a_retry_of_an_unknown_fate_reads_before_it_sends() {
    let (world, _, tab, notes) = watched(8, PRACTICE);
    let lost = || Fault::Answer(Outcome::Unknown(Problem::code("http_500")));
    drive(&world.clock, &[&tab], async {
        (0..7).for_each(|_| tab.line.faults().on_write(lost()));
        tab.line.faults().on_write(Fault::LoseReply);
        tab.set("people", &world.person(0), "city", "Mine").await;
        let parked = tab.until_some(EntryState::Parked).await;
        let sent = notes.sent();
        tab.store.retry(parked.key).await.expect("tried again");
        tab.until_synced().await;
        assert_eq!(notes.sent(), sent, "the last attempt had arrived");
    });
}

#[test]
fn a_merged_edit_whose_body_changed_is_a_new_operation() {
    let (world, device, tab, notes) = watched(9, PRACTICE);
    let other = world.device("b");
    let b = world.clock.run(other.open());
    let id = world.project(0);
    device.set(|settings| settings.offline = true);
    drive(&world.clock, &[&tab, &b], async {
        crate::patch(&tab, "projects", &id, "tags", serde_json::json!(["mine"])).await;
        crate::patch(&b, "projects", &id, "tags", serde_json::json!(["theirs"])).await;
        b.until_synced().await;
        notes.pushed.borrow_mut().clear();
        device.set(|settings| settings.offline = false);
        tab.until_synced().await;
    });
    let pushed = notes.pushed.borrow();
    let (first, last) = (pushed.first().expect("sent"), pushed.last().expect("sent"));
    assert_ne!(first.changes, last.changes, "what went through is the merge");
    assert_ne!(first.op_id, last.op_id, "a server with idempotency keys would answer the old one");
}

#[test]
fn a_lost_server_is_looked_for_until_it_answers() {
    let (world, device, tab, _) = watched(10, PRACTICE);
    drive(&world.clock, &[&tab], async {
        crate::spy::settled(&tab).await;
        device.set(|settings| settings.offline = true);
        tab.set("people", &world.person(0), "city", "Mine").await;
        tab.until("lost", |tab| !tab.engine.state().reachable).await;
        // Long enough for the backoff to be at its longest, and far from the next pull of every minute.
        wait(&world, 125).await;
        device.set(|settings| settings.offline = false);
        wait(&world, 35).await;
        assert!(tab.store.outbox().is_empty(), "half a minute is the longest wait");
    });
}
