//! Two people on one record: what merges without a question, what is asked field by field, and what a choice does.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/clock.rs"]
mod clock;
#[path = "support/device.rs"]
mod device;
#[path = "support/spy.rs"]
mod spy;

use device::{Device, Tab, World, drive, fields};
use landfall::local::Subscription;
use landfall::model::{Entry, EntryState, Fields, Kind, LocalFile, RecordKey, Value};
use landfall::remote::simulated::{Fault, POCKETBASE_LIKE, PRACTICE};
use landfall::remote::{Capabilities, Outcome};
use serde_json::json;
use std::cell::RefCell;
use std::rc::Rc;

const PROFILES: [Capabilities; 2] = [PRACTICE, POCKETBASE_LIKE];

/// Two devices of two people, mine offline.
struct Pair {
    world: World,
    mine: Device,
    a: Tab,
    b: Tab,
}

impl Pair {
    fn new(seed: u64, capabilities: &Capabilities) -> Self {
        let world = World::like(seed, capabilities.clone());
        let (mine, theirs) = (world.device("mine"), world.device("theirs"));
        let (a, b) = (world.clock.run(mine.open()), world.clock.run(theirs.open()));
        mine.set(|settings| settings.offline = true);
        Self { world, mine, a, b }
    }

    fn drive<T>(&self, script: impl Future<Output = T>) -> T {
        drive(&self.world.clock, &[&self.a, &self.b], script)
    }

    /// What they do arrives first; then my line is there again.
    async fn meet(&self) {
        self.b.until_synced().await;
        self.mine.set(|settings| settings.offline = false);
    }

    fn on_server(&self, collection: &str, id: &str) -> Fields {
        self.world.on_server(collection, id).expect("there").fields
    }
}

async fn patch(tab: &Tab, collection: &str, id: &str, changes: Value) {
    let changes = changes.as_object().cloned().unwrap();
    tab.repository.patch(collection, id, &Fields::new(), changes).await.expect("saved");
}

/// Which records were merged without a question.
fn merged(tab: &Tab) -> (Rc<RefCell<Vec<RecordKey>>>, Subscription) {
    let notes = Rc::new(RefCell::new(Vec::new()));
    let heard = notes.clone();
    let subscription = tab.store.subscribe(move |changes| heard.borrow_mut().extend(changes.merged.iter().cloned()));
    (notes, subscription)
}

fn choices(pairs: &[(&str, bool)]) -> Fields {
    pairs.iter().map(|(name, mine)| ((*name).to_owned(), Value::from(*mine))).collect()
}

fn in_conflict(tab: &Tab) -> Vec<Rc<Entry>> {
    tab.store.outbox().iter().filter(|entry| entry.clear.state == EntryState::Conflict).cloned().collect()
}

#[test]
fn changes_of_different_fields_merge_silently_with_a_note() {
    for profile in PROFILES {
        let pair = Pair::new(1, &profile);
        let id = pair.world.person(0);
        let (notes, _subscription) = merged(&pair.a);
        pair.drive(async {
            pair.a.set("people", &id, "city", "Mine").await;
            pair.b.set("people", &id, "phone", "+47 5551").await;
            pair.meet().await;
            pair.a.until_synced().await;
            pair.a.until("their phone", |tab| tab.text("people", &id, "phone").as_deref() == Some("+47 5551")).await;
        });
        let row = pair.on_server("people", &id);
        assert_eq!((&row["city"], &row["phone"]), (&json!("Mine"), &json!("+47 5551")));
        assert_eq!(*notes.borrow(), [("people".to_owned(), id)], "said once");
    }
}

#[test]
fn an_edit_that_nobody_else_touched_leaves_no_note() {
    for profile in PROFILES {
        let pair = Pair::new(2, &profile);
        let id = pair.world.person(0);
        let (notes, _subscription) = merged(&pair.a);
        pair.mine.set(|settings| settings.offline = false);
        pair.drive(async {
            for city in ["One", "Two", "Three"] {
                pair.a.set("people", &id, "city", city).await;
            }
            pair.a.until_synced().await;
            pair.a.set("people", &id, "phone", "+47 5551").await;
            pair.a.until_synced().await;
        });
        assert!(notes.borrow().is_empty());
    }
}

#[test]
fn tags_added_and_taken_by_both_are_merged_and_later_edits_build_on_that() {
    for profile in PROFILES {
        let pair = Pair::new(3, &profile);
        let id = pair.world.project(0);
        pair.mine.set(|settings| settings.offline = false);
        pair.drive(async {
            patch(&pair.a, "projects", &id, json!({"tags": ["a", "b"]})).await;
            pair.a.until_synced().await;
            pair.b.until("their start", |tab| tab.text("projects", &id, "tags").as_deref() == Some("a, b")).await;
            pair.mine.set(|settings| settings.offline = true);
            patch(&pair.a, "projects", &id, json!({"tags": ["a", "b", "mine"]})).await;
            patch(&pair.b, "projects", &id, json!({"tags": ["b", "theirs"]})).await;
            pair.meet().await;
            pair.a.until_synced().await;
        });
        assert_eq!(pair.on_server("projects", &id)["tags"], json!(["b", "theirs", "mine"]));
    }
}

#[test]
fn a_conflict_holds_back_only_its_fields() {
    for profile in PROFILES {
        let pair = Pair::new(4, &profile);
        let id = pair.world.person(0);
        pair.drive(async {
            patch(&pair.a, "people", &id, json!({"city": "Mine", "notes": "mine alone"})).await;
            pair.b.set("people", &id, "city", "Theirs").await;
            pair.meet().await;
            let conflict = pair.a.until_some(EntryState::Conflict).await;
            assert_eq!(conflict.body.changes, fields([("city", "Mine")]));
            assert_eq!(conflict.body.theirs, Some(fields([("city", "Theirs")])));
            assert_eq!(conflict.key.sub, 1, "split off under its own number");
            pair.a.until("the clean part arrives", |tab| tab.store.outbox().len() == 1).await;
            // Other fields of the record go on; the contested one waits.
            pair.a.set("people", &id, "phone", "+47 5552").await;
            pair.a.until("past the conflict", |tab| tab.store.outbox().len() == 1).await;
            pair.a.set("people", &id, "city", "Mine again").await;
            pair.world.clock.advance(std::time::Duration::from_secs(20));
            assert_eq!(pair.a.text("people", &id, "city").as_deref(), Some("Mine again"));
        });
        let row = pair.on_server("people", &id);
        assert_eq!((&row["city"], &row["notes"]), (&json!("Theirs"), &json!("mine alone")));
        assert_eq!((&row["phone"], pair.a.store.outbox().len()), (&json!("+47 5552"), 2));
        pair.drive(async {
            let key = in_conflict(&pair.a)[0].key;
            pair.a.repository.take_theirs(key).await.expect("taken");
            pair.a.until_synced().await;
        });
        assert_eq!(
            pair.on_server("people", &id)["city"],
            json!("Mine again"),
            "made upon theirs, by the user's choice"
        );
    }
}

#[test]
fn a_conflict_is_settled_field_by_field_and_the_choice_can_be_undone() {
    for profile in PROFILES {
        let pair = Pair::new(5, &profile);
        let id = pair.world.person(0);
        pair.drive(async {
            patch(&pair.a, "people", &id, json!({"city": "Mine", "notes": "mine", "phone": "+1 11111"})).await;
            patch(&pair.b, "people", &id, json!({"city": "Theirs", "notes": "theirs", "phone": "+2 22222"})).await;
            pair.meet().await;
            let conflict = pair.a.until_some(EntryState::Conflict).await;
            assert_eq!(conflict.body.changes.len(), 3);
            // One field is left open: it stays in the conflict.
            let chosen = choices(&[("city", true), ("notes", false)]);
            let undo = pair.a.repository.resolve(conflict.key, &chosen).await.expect("settled").expect("a way back");
            pair.a.until("the choice arrives", |tab| tab.store.outbox().len() == 1).await;
            let open = in_conflict(&pair.a);
            assert_eq!(open[0].body.changes, fields([("phone", "+1 11111")]));
            pair.a.repository.keep_mine(open[0].key).await.expect("kept");
            pair.a.until_synced().await;
            let row = pair.a.store.row("people", &id).expect("there");
            let text = |field: &str| row.record().text(field);
            assert_eq!([text("city"), text("notes"), text("phone")], ["Mine", "theirs", "+1 11111"]);
            pair.a.repository.undo(undo).await.expect("undone");
            pair.a.until_synced().await;
        });
        let row = pair.on_server("people", &id);
        assert_eq!(
            (&row["city"], &row["notes"], &row["phone"]),
            (&json!("Theirs"), &json!("mine"), &json!("+1 11111"))
        );
    }
}

#[test]
fn a_lost_success_with_someones_later_change_is_not_sent_again() {
    for profile in PROFILES {
        let pair = Pair::new(6, &profile);
        let id = pair.world.person(0);
        pair.mine.set(|settings| settings.offline = false);
        pair.drive(async {
            pair.a.line.faults().on_write(Fault::LoseReply);
            patch(&pair.a, "people", &id, json!({"city": "Mine", "notes": "mine"})).await;
            pair.b.until("arrived", |tab| tab.text("people", &id, "city").as_deref() == Some("Mine")).await;
            pair.b.set("people", &id, "notes", "theirs").await;
            pair.b.until_synced().await;
            let conflict = pair.a.until_some(EntryState::Conflict).await;
            assert_eq!(conflict.body.changes, fields([("notes", "mine")]), "the city has arrived");
            pair.a.repository.keep_mine(conflict.key).await.expect("kept");
            pair.a.until_synced().await;
        });
        let row = pair.on_server("people", &id);
        assert_eq!((&row["city"], &row["notes"]), (&json!("Mine"), &json!("mine")));
    }
}

#[test]
fn a_delete_of_what_someone_changed_is_asked_whole() {
    for (profile, keep) in PROFILES.into_iter().flat_map(|profile| [(profile.clone(), true), (profile, false)]) {
        let pair = Pair::new(7, &profile);
        let id = pair.world.person(0);
        pair.drive(async {
            pair.a.repository.delete("people", &id).await.expect("saved");
            pair.b.set("people", &id, "city", "Theirs").await;
            pair.meet().await;
            let conflict = pair.a.until_some(EntryState::Conflict).await;
            assert_eq!(conflict.clear.kind, Kind::Delete);
            match keep {
                true => pair.a.repository.keep_mine(conflict.key).await.expect("kept"),
                false => pair.a.repository.take_theirs(conflict.key).await.expect("taken"),
            };
            pair.a.until_synced().await;
        });
        assert_eq!(pair.world.on_server("people", &id).is_none(), keep);
        assert_eq!(pair.a.store.row("people", &id).is_none(), keep);
    }
}

#[test]
fn a_record_deleted_elsewhere_can_be_made_again_as_it_is_seen() {
    for profile in PROFILES {
        let pair = Pair::new(8, &profile);
        let id = pair.world.person(0);
        let name = pair.a.text("people", &id, "name").expect("seeded");
        pair.drive(async {
            pair.a.set("people", &id, "city", "Mine").await;
            pair.b.repository.delete("people", &id).await.expect("saved");
            pair.meet().await;
            let parked = pair.a.until_some(EntryState::Parked).await;
            assert_eq!(parked.body.problem.as_ref().map(|problem| &*problem.code), Some("deleted_remotely"));
            pair.a.repository.recreate(parked.key).await.expect("made again");
            pair.a.until_synced().await;
            pair.b.until("there too", |tab| tab.store.row("people", &id).is_some()).await;
        });
        let row = pair.on_server("people", &id);
        assert_eq!((&row["city"], &row["name"]), (&json!("Mine"), &json!(name)));
    }
}

#[test]
fn a_file_is_kept_with_its_edit_and_goes_with_it() {
    let pair = Pair::new(9, &PRACTICE);
    let id = pair.world.person(0);
    let bytes: Rc<[u8]> = vec![7; 1000].into();
    let token = |id: &str| {
        LocalFile { id: id.into(), name: "a b.png".into(), content_type: "image/png".into(), size: 1000 }.to_value()
    };
    let nothing = Fields::new();
    let set = |token: Value, file: &str| {
        let changes = Fields::from_iter([("photo".to_owned(), token)]);
        let files = vec![(file.to_owned(), bytes.clone())];
        pair.a.repository.patch_with_files("people", &id, &nothing, changes, files)
    };
    pair.drive(async {
        set(token("file000001"), "file000001").await.expect("saved");
        assert_eq!(pair.a.store.file("file000001").await.expect("read"), Some(bytes.clone()));
        // The edit that replaces it takes its bytes along.
        set(token("file000002"), "file000002").await.expect("saved");
        assert_eq!(pair.a.store.file("file000001").await.expect("read"), None);
        assert!(pair.a.store.file("file000002").await.expect("read").is_some());
    });
    let reopened = pair.world.clock.run(pair.mine.open());
    let kept = pair.world.clock.run(reopened.store.file("file000002")).expect("read");
    assert_eq!(kept, Some(bytes.clone()), "it outlives the page");
    pair.drive(async {
        let key = pair.a.store.outbox().iter().next().expect("waits").key;
        pair.a.until("nothing under way", |tab| tab.state() != Some(EntryState::Sending)).await;
        pair.a.store.discard(key).await.expect("discarded");
        assert_eq!(pair.a.store.file("file000002").await.expect("read"), None, "discarded with it");
        set(token("file000003"), "file000003").await.expect("saved");
        pair.mine.set(|settings| settings.offline = false);
        pair.a.until_synced().await;
        assert_eq!(pair.a.store.file("file000003").await.expect("read"), None, "the server has it");
    });
}

#[test]
fn a_file_goes_out_with_its_bytes_under_one_name_and_says_how_far_it_is() {
    let world = World::new(13);
    let device = world.device("a");
    let notes = Rc::new(spy::Notes::new(device.disk.clone()));
    let tab = world.clock.run(device.open_over(spy::over(&notes)));
    let id = world.person(0);
    let seen = Rc::new(RefCell::new(Vec::new()));
    let heard = seen.clone();
    tab.engine.watch(move |state| heard.borrow_mut().extend(state.sending.map(|(_, sent, total)| (sent, total))));
    tab.line.faults().on_write(Fault::LoseRequest);
    let photo =
        LocalFile { id: "file00000a".into(), name: "A b.PNG".into(), content_type: "image/png".into(), size: 3 };
    let changes = Fields::from_iter([("photo".to_owned(), photo.to_value())]);
    drive(&world.clock, &[&tab], async {
        let files = vec![("file00000a".to_owned(), Rc::from([1, 2, 3]))];
        tab.repository.patch_with_files("people", &id, &Fields::new(), changes, files).await.expect("saved");
        tab.until_synced().await;
    });
    let pushed = notes.pushed.borrow();
    assert_eq!(pushed.len(), 2, "lost, then sent again");
    for push in &*pushed {
        let [file] = &*push.files else { panic!("one file") };
        assert_eq!((&*file.field, &*file.name, &*file.bytes), ("photo", "file00000a_a_b.png", &[1, 2, 3][..]));
    }
    assert!(seen.borrow().contains(&(1, 1000)));
    assert_eq!(tab.engine.state().sending, None, "and nothing is under way afterwards");
}

#[test]
fn an_edit_whose_file_is_gone_is_parked_and_not_sent() {
    let pair = Pair::new(10, &PRACTICE);
    let id = pair.world.person(0);
    let token = LocalFile { id: "lost".into(), name: "a.png".into(), content_type: String::new(), size: 1 }.to_value();
    pair.mine.set(|settings| settings.offline = false);
    pair.drive(async {
        patch(&pair.a, "people", &id, json!({ "photo": token })).await;
        let parked = pair.a.until_some(EntryState::Parked).await;
        assert_eq!(parked.body.problem.as_ref().map(|problem| &*problem.code), Some("file_missing"));
    });
}

#[test]
fn an_entry_of_another_account_is_never_sent() {
    let pair = Pair::new(11, &PRACTICE);
    let id = pair.world.person(0);
    pair.drive(async {
        pair.a.set("people", &id, "city", "Mine").await;
        pair.a.until("queued", |tab| tab.state() == Some(EntryState::Queued)).await;
        let key = pair.a.store.outbox().iter().next().expect("waits").key;
        let other = |entry: &mut Entry| {
            entry.clear.account = "someone".into();
            true
        };
        pair.a.store.rewrite(key, None, &other).await.expect("rewritten");
        pair.mine.set(|settings| settings.offline = false);
        let parked = pair.a.until_some(EntryState::Parked).await;
        assert_eq!(parked.body.problem.as_ref().map(|problem| &*problem.code), Some("other_account"));
    });
    assert_ne!(pair.on_server("people", &id)["city"], json!("Mine"));
}

#[test]
fn a_retry_of_an_unknown_fate_begins_the_count_anew() {
    let pair = Pair::new(12, &PRACTICE);
    let id = pair.world.person(0);
    pair.mine.set(|settings| settings.offline = false);
    for _ in 0..8 {
        pair.a.line.faults().on_write(Fault::Answer(Outcome::Unknown(landfall::model::Problem::code("http_500"))));
    }
    pair.drive(async {
        pair.a.set("people", &id, "city", "Mine").await;
        let parked = pair.a.until_some(EntryState::Parked).await;
        pair.a.store.retry(parked.key).await.expect("tried again");
        pair.a.until_synced().await;
    });
    assert_eq!(pair.on_server("people", &id)["city"], json!("Mine"));
}
