//! A backend on which a bad session looks like an empty server, and deletes leave nothing behind: nothing is taken as
//! gone until it is proven, nothing is sent without a session, and what is gone goes in the end.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/clock.rs"]
mod clock;
#[path = "support/device.rs"]
mod device;

use device::{Device, Tab, World, drive, fields};
use landfall::model::cursor::PullState;
use landfall::model::{Entry, EntryState, Fields, Query, Record, Value};
use landfall::platform::Clock;
use landfall::remote::simulated::{Fault, POCKETBASE_LIKE};
use landfall::remote::{Live, Outcome};
use std::rc::Rc;
use std::time::Duration;

fn world(seed: u64) -> (World, Device, Tab) {
    let world = World::like(seed, POCKETBASE_LIKE);
    let device = world.device("a");
    let tab = world.clock.run(device.open());
    (world, device, tab)
}

fn problem(entry: &Entry) -> &str {
    entry.body.problem.as_ref().map_or("", |problem| &problem.code)
}

fn people(tab: &Tab) -> usize {
    tab.store.query("people", &Query::default()).len()
}

async fn wait(world: &World, seconds: u64) {
    world.clock.sleep(Duration::from_secs(seconds)).await;
}

#[test]
fn a_bad_session_empties_nothing_sends_nothing_and_goes_on_after_sign_in() {
    let (world, _, tab) = world(1);
    let (id, gone) = (world.person(0), world.person(1));
    drive(&world.clock, &[&tab], async {
        tab.until("pulled", |tab| tab.engine.state().synced_at.is_some()).await;
        wait(&world, 30).await;
        tab.line.set_session(false);
        tab.set("people", &id, "city", "Mine").await;
        tab.repository.delete("people", &gone).await.expect("saved");
        let made = tab.repository.create("companies", fields([("name", "New")])).await.expect("saved").id;
        tab.until("asked in place", |tab| tab.engine.state().needs_sign_in).await;
        wait(&world, 1800).await;
        assert_eq!(people(&tab), 11, "all but the one deleted here");
        assert_eq!(tab.store.outbox().len(), 3);
        assert!(tab.store.outbox().iter().all(|entry| !entry.needs_user()), "{:#?}", tab.outbox());
        tab.line.set_session(true);
        tab.engine.signed_in();
        tab.until_synced().await;
        assert!(world.server_has("companies", &made).await);
        assert!(!world.server_has("people", &gone).await);
    });
    assert_eq!(world.on_server("people", &id).map(|row| row.text("city")).as_deref(), Some("Mine"));
    assert!(!tab.engine.state().needs_sign_in);
}

#[test]
fn a_bad_session_is_found_by_a_pull_that_brings_nothing() {
    let (world, _, tab) = world(2);
    drive(&world.clock, &[&tab], async {
        tab.until("pulled", |tab| tab.engine.state().synced_at.is_some()).await;
        tab.line.set_session(false);
        tab.engine.refresh(None);
        tab.until("asked", |tab| tab.engine.state().needs_sign_in).await;
        assert_eq!(people(&tab), 12);
    });
}

#[test]
fn a_record_that_is_gone_is_proven_gone() {
    let (world, device, tab) = world(3);
    let other = world.device("b");
    let b = world.clock.run(other.open());
    let (patched, deleted) = (world.person(0), world.person(1));
    device.set(|settings| settings.offline = true);
    drive(&world.clock, &[&tab, &b], async {
        tab.set("people", &patched, "city", "Mine").await;
        tab.repository.delete("people", &deleted).await.expect("saved");
        b.repository.delete("people", &patched).await.expect("saved");
        b.repository.delete("people", &deleted).await.expect("saved");
        b.until_synced().await;
        device.set(|settings| settings.offline = false);
        let parked = tab.until_some(EntryState::Parked).await;
        assert_eq!(problem(&parked), "deleted_remotely");
        tab.until("the delete is done", |tab| tab.store.outbox().len() == 1).await;
        assert_eq!(tab.text("people", &patched, "city").as_deref(), Some("Mine"), "seen until discarded");
        wait(&world, 1300).await;
        assert_eq!(tab.text("people", &patched, "city").as_deref(), Some("Mine"), "no sweep takes it");
        tab.store.discard(parked.key).await.expect("discarded");
        tab.until("gone", |tab| tab.store.row("people", &patched).is_none()).await;
        assert!(tab.store.row("people", &deleted).is_none());
    });
}

#[test]
fn an_absence_that_cannot_be_proven_waits_and_is_then_shown_to_the_user() {
    let (world, device, tab) = world(4);
    // The collection's rule denies everything: the session is good, and nothing of it can be read.
    let other = world.device("b");
    let b = world.clock.run(other.open());
    let id = world.person(0);
    device.set(|settings| settings.offline = true);
    drive(&world.clock, &[&tab, &b], async {
        tab.set("people", &id, "city", "Mine").await;
        for person in 0..12 {
            b.repository.delete("people", &world.person(person)).await.expect("saved");
        }
        b.until_synced().await;
        device.set(|settings| settings.offline = false);
        let parked = tab.until_some(EntryState::Parked).await;
        assert_eq!(problem(&parked), "absent_or_denied");
        assert_eq!(tab.text("people", &id, "city").as_deref(), Some("Mine"));
        tab.repository.recreate(parked.key).await.expect("the user knows better");
        tab.until_synced().await;
    });
    assert_eq!(world.on_server("people", &id).map(|row| row.text("city")).as_deref(), Some("Mine"));
}

#[test]
fn a_refresh_tries_at_once_what_waits_to_be_tried_again() {
    let (world, _, tab) = world(13);
    drive(&world.clock, &[&tab], async {
        tab.until("pulled", |tab| tab.engine.state().synced_at.is_some()).await;
        wait(&world, 30).await;
        let hour = Some(Duration::from_secs(3600));
        tab.line.faults().on_write(Fault::Answer(Outcome::Later(hour)));
        tab.set("people", &world.person(0), "city", "Mine").await;
        wait(&world, 60).await;
        assert_eq!(tab.store.outbox().len(), 1, "it waits for as long as the server said");
        tab.engine.refresh(None);
        wait(&world, 10).await;
        assert_eq!(tab.store.outbox().len(), 0);
    });
}

#[test]
fn what_went_unheard_is_found_by_a_sweep() {
    let (world, device, tab) = world(5);
    let other = world.device("b");
    let b = world.clock.run(other.open());
    let (gone, edited) = (world.person(3), world.person(4));
    drive(&world.clock, &[&tab, &b], async {
        tab.until("pulled", |tab| tab.engine.state().synced_at.is_some()).await;
        wait(&world, 30).await;
        device.set(|settings| settings.offline = true);
        b.repository.delete("people", &gone).await.expect("saved");
        b.repository.delete("people", &edited).await.expect("saved");
        b.until_synced().await;
        tab.set("people", &edited, "city", "Mine").await;
        device.set(|settings| settings.offline = false);
        assert!(tab.store.row("people", &gone).is_some(), "the event was missed");
        // Every ten minutes, without being told.
        wait(&world, 700).await;
        assert!(tab.store.row("people", &gone).is_none());
        assert!(tab.store.row("people", &edited).is_some(), "never while an edit waits");
        assert_eq!(people(&tab), 11);
    });
    let reopened = world.clock.run(device.open());
    assert_eq!(people(&reopened), 11, "on disk too");
}

#[test]
fn a_gap_in_the_stream_ends_in_a_pull_and_a_sweep() {
    let (world, device, tab) = world(6);
    let other = world.device("b");
    let b = world.clock.run(other.open());
    let (gone, changed) = (world.person(3), world.person(4));
    drive(&world.clock, &[&tab, &b], async {
        tab.until("pulled", |tab| tab.engine.state().synced_at.is_some()).await;
        wait(&world, 30).await;
        tab.line.tell(&Live::Gap);
        device.set(|settings| settings.offline = true);
        b.repository.delete("people", &gone).await.expect("saved");
        b.set("people", &changed, "city", "Theirs").await;
        b.until_synced().await;
        device.set(|settings| settings.offline = false);
        tab.line.tell(&Live::Resumed);
        wait(&world, 5).await;
        assert!(tab.store.row("people", &gone).is_none());
        assert_eq!(tab.text("people", &changed, "city").as_deref(), Some("Theirs"));
    });
}

#[test]
fn records_of_the_stream_are_committed_as_they_come() {
    let (world, device, tab) = world(7);
    let other = world.device("b");
    let b = world.clock.run(other.open());
    let (gone, changed) = (world.person(3), world.person(4));
    drive(&world.clock, &[&tab, &b], async {
        tab.until("pulled", |tab| tab.engine.state().synced_at.is_some()).await;
        wait(&world, 30).await;
        // Whoever asks the server now hears nothing: the events alone must do.
        for _ in 0..50 {
            tab.line.faults().on_read(Fault::LoseReply);
        }
        b.repository.delete("people", &gone).await.expect("saved");
        b.set("people", &changed, "city", "Theirs").await;
        b.until_synced().await;
        wait(&world, 1).await;
        assert!(tab.store.row("people", &gone).is_none());
        assert_eq!(tab.text("people", &changed, "city").as_deref(), Some("Theirs"));
    });
    let reopened = world.clock.run(device.open());
    assert_eq!(reopened.text("people", &changed, "city").as_deref(), Some("Theirs"), "on disk too");
}

#[test]
fn an_event_that_is_older_than_an_ack_turns_nothing_back() {
    let (world, _, tab) = world(8);
    let id = world.person(4);
    drive(&world.clock, &[&tab], async {
        tab.until("pulled", |tab| tab.engine.state().synced_at.is_some()).await;
        let before = world.read("people", &id).await.expect("seeded");
        tab.set("people", &id, "city", "Mine").await;
        tab.until_synced().await;
        for version in [before.version.clone(), None] {
            let record = Record { version, ..before.clone() };
            tab.line.tell(&Live::Change { collection: "people".into(), record });
            wait(&world, 5).await;
            assert_eq!(tab.text("people", &id, "city").as_deref(), Some("Mine"));
        }
    });
}

#[test]
fn a_sweep_that_would_take_everything_asks_first() {
    for remove in [false, true] {
        let (world, device, tab) = world(9);
        let other = world.device("b");
        let b = world.clock.run(other.open());
        drive(&world.clock, &[&tab, &b], async {
            tab.until("pulled", |tab| tab.engine.state().synced_at.is_some()).await;
            wait(&world, 30).await;
            device.set(|settings| settings.offline = true);
            for person in 0..12 {
                b.repository.delete("people", &world.person(person)).await.expect("saved");
            }
            b.until_synced().await;
            device.set(|settings| settings.offline = false);
            tab.engine.refresh(None);
            tab.until("asked", |tab| tab.engine.state().sweep_question.is_some()).await;
            assert_eq!(tab.engine.state().sweep_question, Some(("people".to_owned(), 12)));
            assert_eq!(people(&tab), 12);
            tab.engine.confirm_sweep("people", remove);
            wait(&world, 2000).await;
            assert_eq!(tab.engine.state().sweep_question, None, "answered, and not asked again by itself");
            assert_eq!(people(&tab), if remove { 0 } else { 12 });
            tab.engine.refresh(None);
            wait(&world, 30).await;
            assert_eq!(tab.engine.state().sweep_question.is_some(), !remove, "the user may look again");
        });
    }
}

#[test]
fn a_yes_to_removing_some_rows_is_none_to_removing_more() {
    let (world, device, tab) = world(12);
    let other = world.device("b");
    let b = world.clock.run(other.open());
    let gone = async |people: std::ops::Range<usize>| {
        for person in people {
            b.repository.delete("people", &world.person(person)).await.expect("saved");
        }
        b.until_synced().await;
    };
    drive(&world.clock, &[&tab, &b], async {
        tab.until("pulled", |tab| tab.engine.state().synced_at.is_some()).await;
        wait(&world, 30).await;
        device.set(|settings| settings.offline = true);
        gone(0..8).await;
        device.set(|settings| settings.offline = false);
        tab.engine.refresh(None);
        tab.until("asked", |tab| tab.engine.state().sweep_question == Some(("people".to_owned(), 8))).await;
        device.set(|settings| settings.offline = true);
        tab.engine.confirm_sweep("people", true);
        gone(8..11).await;
        device.set(|settings| settings.offline = false);
        tab.until("asked anew", |tab| tab.engine.state().sweep_question == Some(("people".to_owned(), 11))).await;
        assert_eq!(people(&tab), 12, "nothing went");
        tab.engine.confirm_sweep("people", true);
        tab.until("gone", |tab| people(tab) == 1).await;
    });
}

#[test]
fn a_sweep_with_a_bad_session_takes_nothing() {
    let (world, _, tab) = world(10);
    drive(&world.clock, &[&tab], async {
        tab.until("pulled", |tab| tab.engine.state().synced_at.is_some()).await;
        wait(&world, 30).await;
        // It goes bad between the pull and the sweep: after four pages.
        for _ in 0..4 {
            tab.line.faults().on_read(None);
        }
        tab.engine.refresh(None);
        wait(&world, 1).await;
        tab.line.set_session(false);
        tab.until("asked to sign in", |tab| tab.engine.state().needs_sign_in).await;
        assert_eq!((people(&tab), tab.engine.state().sweep_question), (12, None));
    });
}

#[test]
fn one_that_may_not_be_read_holds_up_no_other_collection() {
    let (world, _, tab) = world(11);
    let denied = || Fault::Answer(Outcome::Denied(landfall::model::Problem::code("denied")));
    let other = world.device("b");
    let b = world.clock.run(other.open());
    let task = world.clock.run(async { b.store.query("tasks", &Query::default())[0].to_string() });
    drive(&world.clock, &[&tab, &b], async {
        tab.until("pulled", |tab| tab.engine.state().synced_at.is_some()).await;
        wait(&world, 30).await;
        let title = Fields::from_iter([("title".to_owned(), Value::from("Theirs"))]);
        tab.line.faults().on_read(denied());
        b.repository.patch("tasks", &task, &Fields::new(), title).await.expect("saved");
        b.until_synced().await;
        let before = tab.engine.state().synced_at;
        tab.engine.refresh(None);
        wait(&world, 10).await;
        assert_eq!(tab.text("tasks", &task, "title").as_deref(), Some("Theirs"));
        assert_eq!(tab.engine.state().refused.len(), 1, "it is said which");
        assert_eq!(tab.engine.state().synced_at, before, "not all is as it is there");
        tab.engine.refresh(None);
        tab.until("all is again", |tab| tab.engine.state().synced_at > before).await;
        assert!(tab.engine.state().refused.is_empty());
    });
}

#[test]
fn a_follower_shows_what_the_leader_asks_and_passes_the_answer_on() {
    let (world, device, first) = world(12);
    let second = world.clock.run(device.open());
    drive(&world.clock, &[&first, &second], async {
        first.until("a leader", |tab| tab.engine.state().leading || second.engine.state().leading).await;
        let (leader, follower) = if first.engine.state().leading { (&first, &second) } else { (&second, &first) };
        leader.until("pulled", |tab| tab.engine.state().synced_at.is_some()).await;
        wait(&world, 30).await;
        leader.line.set_session(false);
        follower.engine.refresh(None);
        follower.until("asked there too", |tab| tab.engine.state().needs_sign_in).await;
        leader.line.set_session(true);
        follower.engine.signed_in();
        leader.until("resumed", |tab| !tab.engine.state().needs_sign_in).await;
        follower.set("people", &world.person(0), "city", "Mine").await;
        follower.until_synced().await;
    });
}

#[test]
fn rows_without_versions_are_news_only_if_they_differ() {
    let (world, device, tab) = world(13);
    device.set(|settings| settings.offline = true);
    let row = |name: &str| Record::new("r1", fields([("name", name)]));
    let news = Rc::new(std::cell::Cell::new(0));
    let heard = news.clone();
    let _subscription = tab.store.subscribe(move |changes| heard.set(heard.get() + changes.rows.len()));
    world.clock.run(async {
        let epoch = tab.store.raise_epoch().await.expect("raised");
        tab.store.claim_cache(epoch).await.expect("claimed");
        for (name, expected) in [("A", 1), ("A", 1), ("B", 2)] {
            let pull = Some(PullState::default());
            tab.store.commit_pull(epoch, "companies", &[row(name)], pull, 0).await.expect("a page");
            assert_eq!(news.get(), expected);
        }
    });
}
