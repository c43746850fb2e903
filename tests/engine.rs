//! The engine, the store and the practice server together, on a fake clock: what the promise says.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/clock.rs"]
mod clock;
#[path = "support/device.rs"]
mod device;

use clock::FakeClock;
use device::{World, drive, fields};
use landfall::local::{MemoryDisk, Store};
use landfall::model::cursor::PullState;
use landfall::model::{Collection, EntryState, Fields, Kind, Record, Value, Version};
use landfall::platform::{Clock, MemoryTabs};
use landfall::remote::Outcome;
use landfall::remote::simulated::Fault;
use std::rc::Rc;
use std::time::Duration;

#[test]
fn an_edit_is_seen_at_once_saved_then_synced() {
    let world = World::new(1);
    let device = world.device("a");
    let id = world.person(0);
    let tab = world.clock.run(device.open());
    drive(&world.clock, &[&tab], async {
        let saving = tab.set("people", &id, "city", "Bergen");
        futures::pin_mut!(saving);
        let mut at_once = false;
        futures::future::poll_fn(|context| {
            let polled = saving.as_mut().poll(context);
            at_once |= tab.text("people", &id, "city").as_deref() == Some("Bergen");
            polled
        })
        .await;
        assert!(at_once, "the view changes before the disk answers");
        tab.until_synced().await;
        assert_eq!(tab.text("people", &id, "city").as_deref(), Some("Bergen"));
    });
    assert_eq!(world.on_server("people", &id).map(|row| row.text("city")).as_deref(), Some("Bergen"));
}

#[test]
fn a_dropped_reply_neither_loses_nor_doubles() {
    let world = World::new(2);
    let device = world.device("a");
    let tab = world.clock.run(device.open());
    device.set(|settings| settings.drop_replies = true);
    let (created, patched) = drive(&world.clock, &[&tab], async {
        let company = tab.repository.create("companies", fields([("name", "Lost & Found")])).await.expect("saved");
        let id = world.person(1);
        tab.set("people", &id, "city", "Bodø").await;
        tab.until_synced().await;
        (company.id, id)
    });
    let company = world.on_server("companies", &created).expect("created once");
    assert_eq!(company.text("name"), "Lost & Found");
    assert_eq!(world.on_server("people", &patched).map(|row| row.text("city")).as_deref(), Some("Bodø"));
    assert_eq!(tab.store.row("companies", &created).and_then(|row| row.version()), company.version);
}

#[test]
fn what_is_made_offline_arrives_in_order_without_a_click() {
    let world = World::new(3);
    let device = world.device("a");
    device.set(|settings| settings.offline = true);
    let tab = world.clock.run(device.open());
    let person = world.person(2);
    let gone = world.person(3);
    let company = drive(&world.clock, &[&tab], async {
        let company = tab.repository.create("companies", fields([("name", "Offline Works")])).await.expect("saved").id;
        tab.repository.patch("companies", &company, &Fields::new(), fields([("city", "Oslo")])).await.expect("saved");
        tab.set("people", &person, "company", &company).await;
        tab.repository.delete("people", &gone).await.expect("saved");
        assert_eq!(tab.store.outbox().len(), 3, "the patch folds into the create");
        device.clock.sleep(Duration::from_secs(30)).await;
        assert_eq!(tab.store.outbox().len(), 3, "nothing is given up offline");
        company
    });
    drop(tab);
    // The browser is closed and opened again.
    let tab = world.clock.run(device.open());
    assert_eq!(tab.text("people", &person, "company").as_deref(), Some(company.as_str()));
    assert!(tab.store.row("people", &gone).is_none());
    device.set(|settings| settings.offline = false);
    drive(&world.clock, &[&tab], tab.until_synced());
    assert_eq!(world.on_server("companies", &company).map(|row| row.text("city")).as_deref(), Some("Oslo"));
    assert_eq!(world.on_server("people", &person).map(|row| row.text("company")), Some(company));
    assert!(world.on_server("people", &gone).is_none());
}

#[test]
fn create_and_delete_offline_send_nothing() {
    let world = World::new(4);
    let device = world.device("a");
    device.set(|settings| settings.offline = true);
    let tab = world.clock.run(device.open());
    drive(&world.clock, &[&tab], async {
        let id = tab.repository.create("companies", fields([("name", "Brief")])).await.expect("saved").id;
        tab.repository.delete("companies", &id).await.expect("saved");
    });
    assert!(tab.store.outbox().is_empty());
}

#[test]
fn a_rejected_edit_stays_visible_blocks_nobody_and_can_be_mended() {
    let world = World::new(5);
    let device = world.device("a");
    let tab = world.clock.run(device.open());
    let (first, second) = (world.person(0), world.person(1));
    let taken = world.on_server("people", &second).expect("seeded").text("email");
    drive(&world.clock, &[&tab], async {
        tab.set("people", &first, "email", &taken).await;
        tab.until("parked", |tab| tab.store.outbox().iter().any(|entry| entry.clear.state == EntryState::Parked)).await;
        tab.set("people", &second, "city", "Turku").await;
        tab.until("only the parked one waits", |tab| tab.store.outbox().len() == 1).await;
        assert_eq!(tab.text("people", &first, "email"), Some(taken.clone()));
        let entry = tab.store.outbox().iter().next().cloned().expect("parked");
        let errors = entry.body.problem.clone().expect("a reason").field_errors;
        assert_eq!(errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["email"]);
        tab.repository.mend(entry.key, fields([("email", "mended@example.org")])).await.expect("saved");
        tab.until_synced().await;
    });
    assert_eq!(world.on_server("people", &first).map(|row| row.text("email")).as_deref(), Some("mended@example.org"));
}

#[test]
fn discarding_a_parked_edit_shows_the_servers_row_again() {
    let world = World::new(6);
    let device = world.device("a");
    let tab = world.clock.run(device.open());
    let id = world.person(0);
    let before = tab.text("people", &id, "name");
    device.set(|settings| settings.reject = true);
    drive(&world.clock, &[&tab], async {
        tab.set("people", &id, "name", "Rejected").await;
        tab.until("parked", |tab| tab.store.outbox().iter().all(|entry| entry.clear.state == EntryState::Parked)).await;
        let key = tab.store.outbox().iter().next().expect("parked").key;
        tab.store.discard(key).await.expect("discarded");
    });
    assert!(tab.store.outbox().is_empty());
    assert_eq!(tab.text("people", &id, "name"), before);
}

#[test]
fn a_crash_at_any_moment_leaves_the_edit_once() {
    for milliseconds in (0..900).step_by(15) {
        let world = World::new(7);
        let device = world.device("a");
        let tab = world.clock.run(device.open());
        let id = world.person(4);
        let made = drive(&world.clock, &[&tab], async {
            tab.set("people", &id, "city", "Tromsø").await;
            let made = tab.repository.create("companies", fields([("name", "Crash Test")])).await.expect("saved").id;
            device.clock.sleep(Duration::from_millis(milliseconds)).await;
            made
        });
        drop(tab);
        let tab = world.clock.run(device.open());
        assert_eq!(tab.text("people", &id, "city").as_deref(), Some("Tromsø"), "after {milliseconds} ms");
        drive(&world.clock, &[&tab], tab.until_synced());
        assert_eq!(world.on_server("people", &id).map(|row| row.text("city")).as_deref(), Some("Tromsø"));
        assert!(world.on_server("companies", &made).is_some());
        assert!(tab.store.row("companies", &made).is_some());
    }
}

#[test]
fn a_power_cut_that_takes_the_cache_takes_no_edit() {
    let world = World::new(8);
    let device = world.device("a");
    let tab = world.clock.run(device.open());
    let id = world.person(4);
    drive(&world.clock, &[&tab], async {
        tab.set("people", &id, "city", "Vardø").await;
        tab.until_synced().await;
        device.set(|settings| settings.offline = true);
        tab.set("people", &id, "phone", "+47 55 10 20").await;
    });
    drop(tab);
    device.disk.cut_power();
    let tab = world.clock.run(device.open());
    assert_eq!(tab.text("people", &id, "city").as_deref(), Some("Vardø"));
    assert_eq!(tab.text("people", &id, "phone").as_deref(), Some("+47 55 10 20"));
}

/// The browser was closed during the first pull: thousands of rows were on disk, and the next start painted bones.
#[test]
fn after_the_first_page_a_start_paints_rows_before_it_has_loaded() {
    let (clock, disk) = (FakeClock::default(), MemoryDisk::new());
    let schema = [Rc::new(Collection::new("people", "name", Vec::new()))];
    let open = async || {
        let tabs = Rc::new(MemoryTabs::new());
        Store::open(Rc::new(disk.clone()), tabs, "me", &schema).await.expect("opens")
    };
    clock.run(async {
        let store = open().await;
        store.load().await.unwrap();
        let epoch = store.raise_epoch().await.unwrap();
        store.claim_cache(epoch).await.unwrap();
        for page in [["b", "a"], ["d", "c"]] {
            let rows = page.map(|id| Record { version: Some(Version("1".into())), ..Record::new(id, Fields::new()) });
            store.commit_pull(epoch, "people", &rows, Some(PullState::default()), 0).await.unwrap();
        }
        let started = open().await;
        assert!(started.row("people", "a").is_some() && !started.complete());
        started.load().await.unwrap();
        assert_eq!(started.count("people"), 4);
    });
}

#[test]
fn the_same_field_changed_elsewhere_is_a_conflict_that_the_user_decides() {
    for keep_mine in [true, false] {
        let world = World::new(9);
        let (mine, theirs) = (world.device("mine"), world.device("theirs"));
        let (a, b) = (world.clock.run(mine.open()), world.clock.run(theirs.open()));
        let id = world.person(5);
        mine.set(|settings| settings.offline = true);
        drive(&world.clock, &[&a, &b], async {
            a.set("people", &id, "city", "Mine").await;
            b.set("people", &id, "city", "Theirs").await;
            b.until_synced().await;
            mine.set(|settings| settings.offline = false);
            a.until("conflict", |tab| tab.store.outbox().iter().any(|entry| entry.clear.state == EntryState::Conflict))
                .await;
            assert_eq!(a.text("people", &id, "city").as_deref(), Some("Mine"), "nothing is taken from the view");
            let entry = a.store.outbox().iter().next().cloned().expect("in conflict");
            assert_eq!(entry.body.theirs.as_ref().and_then(|row| row.get("city")), Some(&Value::from("Theirs")));
            if keep_mine {
                a.repository.keep_mine(entry.key).await.expect("kept");
            } else {
                a.store.discard(entry.key).await.expect("discarded");
            }
            a.until_synced().await;
        });
        let expected = if keep_mine { "Mine" } else { "Theirs" };
        assert_eq!(world.on_server("people", &id).map(|row| row.text("city")).as_deref(), Some(expected));
        assert_eq!(a.text("people", &id, "city").as_deref(), Some(expected));
    }
}

#[test]
fn other_fields_changed_elsewhere_are_no_conflict() {
    let world = World::new(10);
    let (mine, theirs) = (world.device("mine"), world.device("theirs"));
    let (a, b) = (world.clock.run(mine.open()), world.clock.run(theirs.open()));
    let id = world.person(5);
    mine.set(|settings| settings.offline = true);
    drive(&world.clock, &[&a, &b], async {
        a.set("people", &id, "city", "Mine").await;
        b.set("people", &id, "phone", "+1 555 22").await;
        b.until_synced().await;
        mine.set(|settings| settings.offline = false);
        a.until_synced().await;
        a.until("their phone", |tab| tab.text("people", &id, "phone").as_deref() == Some("+1 555 22")).await;
    });
    let row = world.on_server("people", &id).expect("there");
    assert_eq!((row.text("city"), row.text("phone")), ("Mine".into(), "+1 555 22".into()));
}

#[test]
fn a_record_deleted_elsewhere_while_edited_here_is_the_users_choice() {
    let world = World::new(11);
    let (mine, theirs) = (world.device("mine"), world.device("theirs"));
    let (a, b) = (world.clock.run(mine.open()), world.clock.run(theirs.open()));
    let id = world.person(6);
    mine.set(|settings| settings.offline = true);
    drive(&world.clock, &[&a, &b], async {
        a.set("people", &id, "city", "Mine").await;
        b.repository.delete("people", &id).await.expect("saved");
        b.until_synced().await;
        mine.set(|settings| settings.offline = false);
        a.until("parked", |tab| tab.store.outbox().iter().any(|entry| entry.clear.state == EntryState::Parked)).await;
        assert_eq!(a.text("people", &id, "city").as_deref(), Some("Mine"), "the row stays while its edit waits");
        let entry = a.store.outbox().iter().next().cloned().expect("parked");
        assert_eq!(entry.body.problem.as_ref().map(|problem| problem.code.as_str()), Some("deleted_remotely"));
        a.store.discard(entry.key).await.expect("discarded");
        a.until("gone here too", |tab| tab.store.row("people", &id).is_none()).await;
    });
}

#[test]
fn an_edit_in_one_tab_shows_in_the_other_and_is_sent_once() {
    let world = World::new(12);
    let device = world.device("a");
    let (first, second) = (world.clock.run(device.open()), world.clock.run(device.open()));
    let id = world.person(7);
    let before = world.on_server("people", &id).expect("seeded").version;
    drive(&world.clock, &[&first, &second], async {
        first.until("a leader", |tab| tab.engine.state().leading || second.engine.state().leading).await;
        let follower = if first.engine.state().leading { &second } else { &first };
        let leader = if first.engine.state().leading { &first } else { &second };
        follower.set("people", &id, "city", "Two Tabs").await;
        leader.until("seen", |tab| tab.text("people", &id, "city").as_deref() == Some("Two Tabs")).await;
        follower.until_synced().await;
        leader.until_synced().await;
    });
    let row = world.on_server("people", &id).expect("there");
    assert_eq!(row.text("city"), "Two Tabs");
    assert_ne!(row.version, before);
}

#[test]
fn a_leader_closed_while_sending_is_replaced_and_nothing_is_sent_twice() {
    let world = World::new(13);
    let device = world.device("a");
    device.set(|settings| (settings.latency_min_ms, settings.latency_max_ms) = (5000, 5000));
    let (first, second) = (world.clock.run(device.open()), world.clock.run(device.open()));
    let company = drive(&world.clock, &[&first], async {
        let company = first.repository.create("companies", fields([("name", "Handed Over")])).await.expect("saved").id;
        first
            .until("sending", |tab| tab.store.outbox().iter().any(|entry| entry.clear.state == EntryState::Sending))
            .await;
        device.clock.sleep(Duration::from_millis(2600)).await;
        company
    });
    drop(first);
    device.set(|settings| (settings.latency_min_ms, settings.latency_max_ms) = (150, 400));
    drive(&world.clock, &[&second], async {
        second.store.catch_up_outbox().await.expect("reads");
        second.until_synced().await;
    });
    assert_eq!(world.on_server("companies", &company).map(|row| row.text("name")).as_deref(), Some("Handed Over"));
    assert!(second.store.row("companies", &company).is_some());
}

#[test]
fn undo_of_an_unsent_edit_sends_nothing_and_of_a_sent_one_sends_the_way_back() {
    let world = World::new(15);
    let device = world.device("a");
    let tab = world.clock.run(device.open());
    let id = world.person(9);
    let before = tab.text("people", &id, "city").expect("seeded");
    drive(&world.clock, &[&tab], async {
        device.set(|settings| settings.offline = true);
        let saved =
            tab.repository.patch("people", &id, &Fields::new(), fields([("city", "Unsent")])).await.expect("saved");
        // An edit made while a request is on its way out is "unsent" only once it has come back.
        tab.until("queued", |tab| tab.store.outbox().iter().all(|entry| entry.never_sent())).await;
        tab.repository.undo(saved.undo).await.expect("undone");
        tab.until("nothing waits", |tab| tab.store.outbox().is_empty()).await;
        assert_eq!(tab.text("people", &id, "city").as_ref(), Some(&before));
        device.set(|settings| settings.offline = false);
        let sent =
            tab.repository.patch("people", &id, &Fields::new(), fields([("city", "Sent")])).await.expect("saved");
        tab.until_synced().await;
        tab.repository.undo(sent.undo).await.expect("undone");
        tab.until_synced().await;
        let deleted = tab.repository.delete("people", &id).await.expect("saved");
        tab.until_synced().await;
        assert!(tab.store.row("people", &id).is_none());
        tab.repository.undo(deleted.undo).await.expect("undone");
        tab.until_synced().await;
    });
    assert_eq!(world.on_server("people", &id).map(|row| row.text("city")), Some(before));
}

#[test]
fn scripted_answers_reach_the_state_that_the_table_names() {
    for (answer, state) in [
        (Outcome::Denied(landfall::model::Problem::code("denied")), Some(EntryState::Parked)),
        (Outcome::Later(Some(Duration::from_secs(3))), None),
        (Outcome::NotSent, None),
        (Outcome::Unknown(landfall::model::Problem::code("http_500")), None),
        (Outcome::Stale, None),
    ] {
        let world = World::new(16);
        let device = world.device("a");
        let tab = world.clock.run(device.open());
        let id = world.person(1);
        tab.line.faults().on_write(Fault::Answer(answer.clone()));
        drive(&world.clock, &[&tab], async {
            tab.set("people", &id, "city", "Answered").await;
            match state {
                Some(state) => {
                    let reached = |tab: &device::Tab| tab.store.outbox().iter().all(|entry| entry.clear.state == state);
                    tab.until("the state", reached).await;
                }
                None => tab.until_synced().await,
            }
        });
        let arrived = world.on_server("people", &id).map(|row| row.text("city")).as_deref() == Some("Answered");
        assert_eq!(arrived, state.is_none(), "{answer:?}");
    }
}

#[test]
fn edits_of_one_record_arrive_in_their_order() {
    let world = World::new(17);
    let device = world.device("a");
    let tab = world.clock.run(device.open());
    let id = world.person(2);
    drive(&world.clock, &[&tab], async {
        for city in ["One", "Two", "Three", "Four"] {
            tab.set("people", &id, "city", city).await;
            device.clock.sleep(Duration::from_millis(60)).await;
        }
        tab.until_synced().await;
    });
    assert_eq!(world.on_server("people", &id).map(|row| row.text("city")).as_deref(), Some("Four"));
    assert!(tab.store.outbox().iter().all(|entry| entry.clear.kind == Kind::Patch));
}
