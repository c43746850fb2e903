//! What an edit does to those before it, and what the disk may do to an edit.

use crate::device::{drive, fields};
use crate::{only, patch, wait, watched};
use landfall::local::{Disk, DiskError, DiskTable, Durability, Transaction, Write};
use landfall::model::{EntryState, Fields};
use landfall::remote::simulated::{POCKETBASE_LIKE, PRACTICE};
use serde_json::json;

#[test]
fn an_edit_made_while_another_is_under_way_is_sent_too() {
    for profile in [PRACTICE, POCKETBASE_LIKE] {
        let (world, device, tab, _) = watched(1, profile);
        device.set(|settings| (settings.latency_min_ms, settings.latency_max_ms) = (5000, 5000));
        let id = world.person(0);
        drive(&world.clock, &[&tab], async {
            tab.set("people", &id, "city", "First").await;
            tab.until_some(EntryState::Sending).await;
            wait(&world, 1).await;
            tab.set("people", &id, "city", "Second").await;
            assert_eq!(tab.store.outbox().len(), 2, "what is under way is what it is");
            tab.until_synced().await;
        });
        assert_eq!(world.on_server("people", &id).map(|row| row.text("city")).as_deref(), Some("Second"));
    }
}

#[test]
fn a_record_deleted_while_its_create_is_under_way_does_not_stay_on_the_server() {
    let (world, device, tab, _) = watched(2, PRACTICE);
    device.set(|settings| (settings.latency_min_ms, settings.latency_max_ms) = (5000, 5000));
    let id = drive(&world.clock, &[&tab], async {
        let id = tab.repository.create("companies", fields([("name", "Brief")])).await.expect("saved").id;
        tab.until_some(EntryState::Sending).await;
        wait(&world, 1).await;
        tab.repository.delete("companies", &id).await.expect("saved");
        tab.until_synced().await;
        wait(&world, 30).await; // a create that was forgotten would still arrive
        id
    });
    assert!(world.on_server("companies", &id).is_none());
}

#[test]
fn a_folded_link_still_waits_for_the_record_that_it_names() {
    let (world, device, tab, notes) = watched(3, PRACTICE);
    device.set(|settings| settings.offline = true);
    let id = world.person(0);
    drive(&world.clock, &[&tab], async {
        let company = tab.repository.create("companies", fields([("name", "First")])).await.expect("saved").id;
        tab.set("people", &id, "city", "Mine").await;
        patch(&tab, "people", &id, "company", json!(company)).await;
        let entries: Vec<_> = tab.store.outbox().iter().cloned().collect();
        assert_eq!(entries.len(), 2, "the link is folded into the edit");
        assert_eq!(entries[1].clear.deps, [entries[0].key]);
        device.set(|settings| settings.offline = false);
        tab.until_synced().await;
    });
    let collections: Vec<String> = notes.pushed.borrow().iter().map(|push| push.collection.clone()).collect();
    assert_eq!(collections.last().map(String::as_str), Some("people"));
}

#[test]
fn the_last_edit_of_a_field_is_seen_whatever_became_of_the_first() {
    let (world, device, tab, _) = watched(4, PRACTICE);
    device.set(|settings| settings.reject = true);
    let id = world.person(0);
    drive(&world.clock, &[&tab], async {
        tab.set("people", &id, "city", "First").await;
        tab.until_some(EntryState::Parked).await;
        tab.set("people", &id, "city", "Last").await;
        assert_eq!(tab.store.outbox().len(), 2);
        assert_eq!(tab.text("people", &id, "city").as_deref(), Some("Last"));
    });
    drop(tab);
    let reopened = world.clock.run(device.open());
    assert_eq!(reopened.text("people", &id, "city").as_deref(), Some("Last"), "from disk too");
}

#[test]
fn an_edit_that_cannot_be_stored_is_said_not_saved_and_not_shown() {
    let (world, device, tab, _) = watched(5, PRACTICE);
    let id = world.person(0);
    let before = tab.text("people", &id, "city");
    world.clock.run(async {
        device.disk.fail_next(DiskError::Quota);
        let changes = fields([("city", "Mine")]);
        let refused = tab.repository.patch("people", &id, &Fields::new(), changes).await;
        assert!(refused.is_err());
    });
    assert_eq!((tab.store.outbox().len(), tab.text("people", &id, "city")), (0, before));
}

#[test]
fn an_edit_whose_commit_nobody_answered_is_stored_once() {
    let (world, device, tab, _) = watched(6, PRACTICE);
    world.clock.run(async {
        device.disk.lose_next_answer();
        tab.repository.create("companies", fields([("name", "Once")])).await.expect("it is there");
    });
    assert_eq!(only(&tab).body.changes, fields([("name", "Once")]));
    let reopened = world.clock.run(device.open());
    assert_eq!(reopened.store.outbox().len(), 1);
}

#[test]
fn an_entry_of_a_newer_format_is_left_alone() {
    let (world, device, tab, _) = watched(7, PRACTICE);
    let id = world.person(0);
    let entries = async || device.disk.scan(DiskTable::Entries).await.expect("memory can be read").0;
    let kept = world.clock.run(async {
        tab.set("people", &id, "city", "From later").await;
        let (key, mut row) = entries().await.remove(0);
        row.clear = row.clear.replacen(r#""format":1"#, r#""format":99"#, 1);
        let writes = vec![Write::Put(DiskTable::Entries, key, row)];
        let newer = Transaction {
            durability: Durability::Strict,
            writes,
            ..Transaction::new(landfall::local::Database::Outbox)
        };
        device.disk.transact(newer).await.expect("memory takes it");
        entries().await
    });
    drop(tab);
    let tab = world.clock.run(device.open());
    assert!(tab.store.outbox().is_empty(), "this build cannot read it");
    drive(&world.clock, &[&tab], async {
        tab.set("people", &id, "phone", "+47 5551").await;
        tab.until_synced().await;
        assert_eq!(entries().await, kept, "and neither sends nor rewrites it");
    });
    assert_ne!(world.on_server("people", &id).map(|row| row.text("city")).as_deref(), Some("From later"));
}

#[test]
fn later_edits_of_merged_tags_keep_what_the_merge_brought() {
    for profile in [PRACTICE, POCKETBASE_LIKE] {
        let (world, device, tab, _) = watched(8, profile);
        let other = world.device("b");
        let b = world.clock.run(other.open());
        let id = world.project(0);
        drive(&world.clock, &[&tab, &b], async {
            patch(&tab, "projects", &id, "tags", json!(["a", "b"])).await;
            tab.until_synced().await;
            b.until("their start", |tab| tab.text("projects", &id, "tags").as_deref() == Some("a, b")).await;
            // They add and take away while our first change is on its long way.
            device.set(|settings| (settings.latency_min_ms, settings.latency_max_ms) = (5000, 5000));
            patch(&b, "projects", &id, "tags", json!(["b", "theirs"])).await;
            b.until_synced().await;
            let tags = |list| Fields::from_iter([("tags".to_owned(), list)]);
            let begun = (tags(json!(["a", "b"])), tags(json!(["a", "b", "mine"])));
            tab.repository.patch("projects", &id, &begun.0, begun.1).await.expect("saved");
            tab.until_some(EntryState::Sending).await;
            patch(&tab, "projects", &id, "tags", json!(["a", "b", "mine", "more"])).await;
            tab.until_synced().await;
        });
        let row = world.on_server("projects", &id).expect("there");
        assert_eq!(row.fields["tags"], json!(["b", "theirs", "mine", "more"]));
    }
}

#[test]
fn an_ack_is_the_new_base_of_the_edits_after_it() {
    let (world, _, tab, _) = watched(9, PRACTICE);
    let id = world.person(0);
    world.clock.run(async {
        tab.set("people", &id, "city", "First").await;
        let epoch = tab.store.raise_epoch().await.expect("raised");
        let first = tab.store.mark_sending(only(&tab).key, epoch).await.expect("marked");
        tab.set("people", &id, "city", "Second").await;
        let tidied = crate::changed(&tab, "people", &id, "city", "First, tidied", Some("9"));
        let version = tidied.version.clone();
        tab.store.ack(first.key, epoch, tidied, false).await.expect("acked");
        assert_eq!(only(&tab).body.base, fields([("city", "First, tidied")]));
        assert!(version.is_some() && only(&tab).body.base_version == version);
    });
}

#[test]
fn an_edit_of_a_contested_field_does_not_hold_back_the_others() {
    let (world, device, tab, _) = watched(10, PRACTICE);
    let other = world.device("b");
    let b = world.clock.run(other.open());
    let id = world.person(0);
    device.set(|settings| settings.offline = true);
    drive(&world.clock, &[&tab, &b], async {
        tab.set("people", &id, "city", "Mine").await;
        b.set("people", &id, "city", "Theirs").await;
        b.until_synced().await;
        device.set(|settings| settings.offline = false);
        tab.until_some(EntryState::Conflict).await;
        device.set(|settings| settings.offline = true);
        tab.set("people", &id, "phone", "+47 5551").await;
        tab.until("nothing under way", |tab| tab.store.outbox().iter().all(|entry| !entry.in_flight())).await;
        tab.set("people", &id, "city", "Mine again").await;
        device.set(|settings| settings.offline = false);
        wait(&world, 120).await;
    });
    let row = world.on_server("people", &id).expect("there");
    assert_eq!((row.text("phone"), row.text("city")), ("+47 5551".into(), "Theirs".into()));
}

#[test]
fn edits_upon_a_list_that_was_merged_show_the_merge_at_once() {
    let (world, _, tab, _) = watched(11, PRACTICE);
    let id = world.project(0);
    let tags = |list| Fields::from_iter([("tags".to_owned(), list)]);
    world.clock.run(async {
        patch(&tab, "projects", &id, "tags", json!(["a", "mine"])).await;
        let epoch = tab.store.raise_epoch().await.expect("raised");
        let first = tab.store.mark_sending(only(&tab).key, epoch).await.expect("marked");
        patch(&tab, "projects", &id, "tags", json!(["a", "mine", "more"])).await;
        let mut theirs = tab.store.server_row("projects", &id).expect("there").record();
        theirs.fields.extend(tags(json!(["a", "theirs"])));
        let send = tags(json!(["a", "theirs", "mine"]));
        let (contested, op_id) = (Fields::new(), "merged".to_owned());
        let merge = landfall::local::Merge { send, contested, theirs, op_id, note: false };
        tab.store.merge(first.key, epoch, &merge).await.expect("merged");
        assert_eq!(tab.text("projects", &id, "tags").as_deref(), Some("a, theirs, mine, more"));
    });
}
