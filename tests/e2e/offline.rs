//! Without a network everything works; what was done goes out by itself when the network is back.

use super::harness::e2e;
use super::support::{App, calm, company, person};
use serde_json::json;

#[test]
fn work_done_offline_arrives_without_a_click() {
    e2e(async {
        let app = App::open(calm()).await;
        app.switch_network("Go offline").await;
        app.chip("offline").await;
        let firm = app.create("companies", &[("name", "Offline & Daughters")]).await;
        app.go("c/people/new").await;
        app.browser.fill("name", "Ofelia Line").await;
        app.browser.fill("email", "ofelia@example.org").await;
        app.browser.fill("company", "Offline & Daughters").await;
        app.browser.wait_for("[role=option]").await;
        app.browser.press(thirtyfour::Key::Enter).await;
        app.save().await;
        app.browser.wait_until("!location.pathname.endsWith('/new')").await;
        let ofelia: String = app.browser.eval("location.pathname.split('/').pop()").await;
        app.edit("people", &person(1).id, "name", "Edited offline").await;
        app.go(&format!("c/people/{}", person(2).id)).await;
        app.browser.wait_until(&format!("location.pathname.endsWith('{}')", person(2).id)).await;
        app.browser.click("button", "Delete").await;
        app.toast("Deleted on this device").await;

        app.reload().await;
        app.chip("offline").await;
        assert!(app.chip_words().await.contains("Offline, 4 waiting"), "{}", app.chip_words().await);
        app.go(&format!("c/people/{ofelia}")).await;
        app.browser.wait_until("document.querySelector('[name=company]')?.value === 'Offline & Daughters'").await;
        assert_eq!(app.entries().await.len(), 4);
        assert_eq!(app.on_server("people", &ofelia).await, None);

        app.switch_network("Go online").await;
        app.synced().await;
        assert_eq!(app.server_field("companies", &firm, "name").await, "Offline & Daughters");
        assert_eq!(app.server_field("people", &ofelia, "company").await, json!(firm));
        assert_eq!(app.server_field("people", &person(1).id, "name").await, "Edited offline");
        assert_eq!(app.on_server("people", &person(2).id).await.expect("a tombstone")["deleted"], true);
        for (field, value) in [("name", "Offline & Daughters"), ("name", "Ofelia Line"), ("name", "Edited offline")] {
            assert_eq!(app.count_on_server(field, value).await, 1, "{value}");
        }
        app.browser.no_console_errors().await;
    });
}

#[test]
fn what_was_made_and_deleted_offline_sends_nothing() {
    e2e(async {
        let app = App::open(calm()).await;
        app.switch_network("Go offline").await;
        app.chip("offline").await;
        let id = app.create("companies", &[("name", "Short-lived")]).await;
        assert_eq!(app.entries().await.len(), 1);
        app.browser.click("button", "Delete").await;
        app.toast("Deleted on this device").await;
        app.browser.wait_for("[data-testid=sync-status][data-pending='0']").await;
        assert!(app.entries().await.is_empty());
        app.switch_network("Go online").await;
        app.synced().await;
        assert_eq!(app.on_server("companies", &id).await, None);
    });
}

/// The outbox was read before the collection was, and showed ids in the place of names until something moved.
#[test]
fn an_entry_has_its_records_name_after_a_reload() {
    e2e(async {
        let app = App::open(calm()).await;
        app.switch_network("Go offline").await;
        app.edit("companies", &company(7).id, "city", "Port Haven").await;
        let name = app.value("name").await;
        app.load("outbox").await;
        app.browser.wait_for("[data-testid=outbox-entry]").await;
        app.browser
            .wait_until(&format!(
                "document.querySelector('[data-testid=outbox-entry] h2').innerText === {}",
                json!(name)
            ))
            .await;
    });
}

#[test]
fn a_lost_network_is_noticed_and_its_return_too() {
    e2e(async {
        let app = App::open(calm()).await;
        app.browser.offline(true).await;
        app.chip("offline").await;
        app.edit("companies", &company(3).id, "city", "Far out").await;
        app.chip("offline").await;
        assert!(app.chip_words().await.contains("Offline, 1 waiting"), "{}", app.chip_words().await);
        app.browser.offline(false).await;
        app.synced().await;
        assert_eq!(app.server_field("companies", &company(3).id, "city").await, "Far out");
    });
}

#[test]
fn the_banner_says_once_what_still_works() {
    e2e(async {
        let app = App::open(calm()).await;
        app.switch_network("Go offline").await;
        app.chip("offline").await;
        app.browser.wait_for("[data-testid=offline-banner]").await;
        assert_eq!(app.browser.all("[data-testid=offline-banner]").await.len(), 1);
        let close = "document.querySelector('[data-testid=offline-banner] button').click();";
        app.browser.run(close, vec![]).await;
        app.browser.wait_gone("[data-testid=offline-banner]").await;
        app.go("c/people").await;
        app.browser.wait_for("[data-record-id]").await;
        assert!(app.browser.all("[data-testid=offline-banner]").await.is_empty(), "it was put away");
        app.switch_network("Go online").await;
        app.chip("synced").await;
        app.switch_network("Go offline").await;
        app.chip("offline").await;
        app.browser.wait_for("[data-testid=offline-banner]").await;
    });
}
