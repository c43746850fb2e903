//! The main job on a real PocketBase: scroll, search, edit, create, delete, undo; and other people's edits.

use super::harness::e2e;
use super::pocketbase::person_id;
use super::support::Crew;
use serde_json::json;

#[test]
fn ten_thousand_people_are_read_searched_edited_made_and_deleted() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        let app = &crew.app;
        app.go("c/people").await;
        app.browser.wait_for("[data-record-id]").await;
        app.browser.wait_until("document.querySelector('main').innerText.includes('10,000')").await;

        app.edit("people", &person_id(7), "name", "Ada Edited").await;
        app.synced().await;
        assert_eq!(crew.on_server(&person_id(7), "name").await, "Ada Edited");

        let made = app.create("people", &[("name", "Newly Made"), ("email", "new@example.org")]).await;
        app.synced().await;
        assert_eq!(crew.on_server(&made, "email").await, "new@example.org");
        assert_eq!(made.len(), 15, "PocketBase's own kind of id");

        app.dismiss_toasts().await;
        app.browser.click("button", "Delete").await;
        app.toast("Deleted on this device").await;
        app.synced().await;
        assert_eq!(crew.on_server(&made, "id").await, json!(null));
        app.browser.click("button", "Undo").await;
        app.browser
            .until("the record is on the server again", async || {
                (crew.on_server(&made, "name").await == "Newly Made").then_some(())
            })
            .await;
        app.synced().await;
        assert_eq!(crew.named("Newly Made").await, 1);
        // The browser itself notes an answer of 404: whether a deleted record is really gone is asked by reading it.
        app.browser.no_console_errors_but(&["status of 404"]).await;
    });
}

#[test]
fn other_peoples_edits_appear_within_two_seconds() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        crew.app.go(&format!("c/people/{}", person_id(3))).await;
        crew.app.browser.field("name").await;
        crew.backend.admin().patch("people", &person_id(3), json!({ "name": "Changed Elsewhere" })).await;
        let told = tokio::time::Instant::now();
        crew.app.browser.wait_until("document.querySelector('[name=name]').value === 'Changed Elsewhere'").await;
        assert!(told.elapsed().as_secs_f64() < 2.0, "{:?}", told.elapsed());
        crew.backend.admin().delete("people", &person_id(3)).await;
        crew.app.browser.wait_gone("[name=name]").await;
    });
}
