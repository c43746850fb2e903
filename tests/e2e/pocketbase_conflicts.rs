//! Two people change the same record of a real PocketBase: what does not clash is merged, what does is asked about
//! field by field, and nothing is lost on either side.

use super::harness::e2e;
use super::pocketbase::{person, person_id};
use super::support::{Backend, Crew};
use serde_json::json;

#[test]
fn changes_of_different_fields_are_merged_with_a_note() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        let id = person_id(1);
        crew.both_change(&id, &[("name", "Named Here")], json!({ "age": 77 })).await;
        crew.app.toast("merged with a change made elsewhere").await;
        crew.arrived().await;
        assert_eq!(crew.on_server(&id, "name").await, "Named Here");
        assert_eq!(crew.on_server(&id, "age").await, 77);
        assert_eq!(crew.app.value("age").await, "77");
        assert!(!crew.app.chips().await.contains(&"attention".to_owned()), "nobody was asked");
    });
}

#[test]
fn the_contested_field_waits_while_the_others_go_and_the_choice_can_be_undone() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        let id = person_id(2);
        let mine = [("name", "Named Here"), ("age", "33")];
        crew.both_change(&id, &mine, json!({ "name": "Named There" })).await;
        crew.server_gets(&id, "age", json!(33)).await;
        crew.open_conflict().await;
        assert_eq!(crew.on_server(&id, "name").await, "Named There");
        assert_eq!(crew.asked().await, ["name"]);
        let entries = crew.app.entries().await;
        assert!(entries.len() == 1 && entries[0].to_string().contains("conflict"), "{entries:?}");
        let shown = crew.app.browser.text("fieldset[data-field=name]").await;
        for words in [person(2)["name"].as_str().expect("a name"), "Named Here", "Named There"] {
            assert!(shown.contains(words), "{words} is not in: {shown}");
        }

        assert!(!crew.may_save().await, "nothing is chosen yet");
        crew.choose("name", "mine").await;
        assert!(crew.may_save().await);
        crew.settle().await;
        assert_eq!(crew.on_server(&id, "name").await, "Named Here");
        crew.app.browser.click("button", "Undo").await;
        crew.app.toast("Undone on this device").await;
        crew.server_gets(&id, "name", json!("Named There")).await;
        crew.arrived().await;
        assert_eq!(crew.on_server(&id, "age").await, 33);
    });
}

#[test]
fn each_contested_field_has_an_answer_of_its_own() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        let id = person_id(3);
        let mine = [("name", "Named Here"), ("notes", "Noted here")];
        crew.both_change(&id, &mine, json!({ "name": "Named There", "notes": "Noted there" })).await;
        crew.open_conflict().await;
        crew.app.reload().await;
        crew.app.browser.wait_for("fieldset[data-testid=conflict-field]").await;
        assert_eq!(crew.asked().await, ["name", "notes"]);
        crew.choose("name", "theirs").await;
        assert!(!crew.may_save().await, "one is not chosen yet");
        crew.choose("notes", "mine").await;
        crew.settle().await;
        assert_eq!(crew.on_server(&id, "name").await, "Named There");
        assert_eq!(crew.on_server(&id, "notes").await, "Noted here");
        assert_eq!(crew.app.value("name").await, "Named There");

        crew.both_change(&id, &[("name", "Once More Here")], json!({ "name": "Once More There" })).await;
        crew.open_conflict().await;
        crew.choose("name", "theirs").await;
        crew.settle().await;
        assert_eq!(crew.on_server(&id, "name").await, "Once More There");
        crew.app.browser.click("button", "Undo").await;
        crew.server_gets(&id, "name", json!("Once More Here")).await;
        crew.arrived().await;
    });
}

#[test]
fn a_delete_of_what_someone_changed_is_asked_about() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        for (index, whose) in [(4, "theirs"), (5, "mine")] {
            let id = person_id(index);
            crew.cut_off().await;
            crew.delete(&id).await;
            crew.backend.admin().patch("people", &id, json!({ "name": "Changed There" })).await;
            crew.back_online().await;
            crew.open_conflict().await;
            crew.choose("", whose).await;
            crew.settle().await;
            let kept = if whose == "theirs" { json!("Changed There") } else { json!(null) };
            assert_eq!(crew.on_server(&id, "name").await, kept);
        }
    });
}

#[test]
fn a_field_being_typed_in_is_never_overwritten() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        let id = person_id(6);
        crew.open_person(&id).await;
        crew.app.browser.fill("name", "Half a na").await;
        crew.backend.admin().patch("people", &id, json!({ "name": "Named There", "age": 66 })).await;
        crew.app.browser.wait_for_text("Changed meanwhile to “Named There”").await;
        assert_eq!(crew.app.value("age").await, "66", "what is not typed in follows");
        assert_eq!(crew.app.value("name").await, "Half a na");
        let typed_on = crew.app.browser.field("name").await;
        typed_on.send_keys("me").await.expect("the control takes keys");
        assert_eq!(crew.app.value("name").await, "Half a name");
        crew.app.browser.click("button", "Use it").await;
        assert_eq!(crew.app.value("name").await, "Named There");

        // Saved over it all the same: that is a conflict, and theirs stands until it is settled.
        crew.app.browser.fill("name", "Mine After All").await;
        crew.backend.admin().patch("people", &id, json!({ "name": "Theirs Again" })).await;
        crew.app.browser.wait_for_text("Changed meanwhile to “Theirs Again”").await;
        crew.app.save().await;
        crew.open_conflict().await;
        assert_eq!(crew.on_server(&id, "name").await, "Theirs Again");
        crew.choose("name", "mine").await;
        crew.settle().await;
        assert_eq!(crew.on_server(&id, "name").await, "Mine After All");
    });
}

#[test]
fn what_is_typed_stays_in_sight_when_the_record_is_deleted_elsewhere() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        let id = person_id(10);
        crew.open_person(&id).await;
        crew.app.browser.fill("notes", "A long thought").await;
        crew.backend.admin().delete("people", &id).await;
        crew.app.browser.wait_until("document.querySelector('h1').innerText === 'Not here'").await;
        assert_eq!(crew.app.value("notes").await, "A long thought");
        crew.app.browser.click("button", "Save").await;
        crew.app.toast("Not saved: this record is no longer here.").await;
        assert_eq!(crew.app.value("notes").await, "A long thought");
        assert!(crew.app.entries().await.is_empty());
    });
}

/// By the app's own switch, which is in the settings of every workspace.
#[test]
fn a_photo_that_both_replaced_is_chosen_and_sent() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        let id = person_id(11);
        let mine = crew.picture("mine.png").await;
        crew.app.switch_network("Go offline").await;
        crew.app.chip("offline").await;
        crew.choose_file(&id, "photo", &mine).await;
        crew.app.browser.fill("age", "41").await;
        crew.app.save().await;
        crew.upload_elsewhere(&id, "photo", "theirs.png").await;
        crew.app.switch_network("Go online").await;
        crew.server_gets(&id, "age", json!(41)).await;
        crew.open_conflict().await;
        let shown = crew.app.browser.text("fieldset[data-field=photo]").await;
        assert!(shown.contains("mine.png") && shown.contains("theirs"), "{shown}");
        crew.choose("photo", "mine").await;
        crew.settle().await;
        let stored = crew.stored_files(&id, "photo").await;
        assert!(stored.len() == 1 && stored[0].1 == mine.bytes, "{} files", stored.len());
    });
}

#[test]
fn a_record_deleted_elsewhere_can_be_made_again_or_let_go() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        let [again, gone] = [person_id(7), person_id(8)];
        crew.cut_off().await;
        crew.edit_fields(&again, &[("name", "Edited Here")]).await;
        crew.edit_fields(&gone, &[("name", "Given Up Here")]).await;
        for id in [&again, &gone] {
            crew.backend.admin().delete("people", id).await;
        }
        crew.back_online().await;
        crew.app.chip("attention").await;
        crew.app.go("outbox").await;
        for (id, button) in [(&again, "Recreate"), (&gone, "Discard")] {
            let entry = format!("[data-testid=outbox-entry][data-sync=failed][data-record-id='{id}']");
            let shown = crew.app.browser.text(&entry).await;
            assert!(shown.contains("Someone deleted this record while you changed it."), "{shown}");
            let at = format!("document.querySelector({})", json!(entry));
            let press = format!(
                "[...{at}.querySelectorAll('button')].find((one) => one.innerText.trim() === '{button}').click()"
            );
            crew.app.browser.run(&press, vec![]).await;
            crew.app.browser.wait_gone(&entry).await;
        }
        crew.arrived().await;
        let made = crew.backend.admin().find("people", &again).await.expect("it is there again");
        assert_eq!(made["name"], "Edited Here");
        for field in ["email", "company", "age", "notes", "born"] {
            assert_eq!(made[field], person(7)[field], "{field}");
        }
        assert_eq!(crew.on_server(&gone, "id").await, json!(null));
        crew.app.go("c/people?q=Given%20Up%20Here").await;
        crew.app.browser.wait_for_text("Nothing matches").await;
        crew.app.go(&format!("c/people/{again}")).await;
        crew.app.browser.wait_until("document.querySelector('h1').innerText === 'Edited Here'").await;
    });
}

#[test]
fn the_moment_in_which_a_write_can_be_lost_is_told_where_there_is_one() {
    e2e(async {
        let bare = "Between that reading and the writing lies a moment";
        let hooked = "If two people change the same field at the same moment, one of them is asked.";
        let Some(plain) = Backend::start().await else { return };
        let Some(closed) = Backend::start_with_hook().await else { return };
        for (backend, told, not_told) in [(plain, bare, hooked), (closed, hooked, bare)] {
            let crew = Crew::open_on(backend).await;
            crew.app.go("sync").await;
            crew.app.browser.wait_for_text(told).await;
            let promises = crew.app.browser.text("[data-testid=guarantees]").await;
            assert!(!promises.contains(not_told), "{promises}");
            let id = person_id(9);
            crew.both_change(&id, &[("name", "Named Here")], json!({ "name": "Named There" })).await;
            crew.open_conflict().await;
            crew.choose("name", "mine").await;
            crew.settle().await;
            assert_eq!(crew.on_server(&id, "name").await, "Named Here");
        }
    });
}
