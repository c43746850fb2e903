//! Two windows of one device: what one does the other shows, and whoever leads, it is sent once.

use super::harness::e2e;
use super::support::{App, calm, person, slow};
use serde_json::json;

/// Notes the time at which the heading shows a name.
const WATCH_NAME: &str = "const [name] = arguments;
    new MutationObserver(() => {
        if (document.querySelector('h1')?.innerText === name) window.seenAt ??= Date.now();
    }).observe(document, { subtree: true, childList: true, characterData: true });";

#[test]
fn an_edit_shows_in_the_other_window_within_a_second_and_is_sent_once() {
    e2e(async {
        let app = App::open(calm()).await;
        let path = format!("c/people/{}", person(1).id);
        app.go(&path).await;
        let first = app.browser.tab().await;
        let second = app.browser.open_window().await;
        app.load(&path).await;
        app.browser.field("name").await;
        for (here, there, name) in [(&second, &first, "From the second"), (&first, &second, "From the first")] {
            app.browser.switch_to(there).await;
            app.browser.run("window.seenAt = undefined;", vec![]).await;
            app.browser.run(WATCH_NAME, vec![json!(name)]).await;
            app.browser.switch_to(here).await;
            app.browser.fill("name", name).await;
            let saved = app.browser.eval::<f64>("Date.now()").await;
            app.save().await;
            app.browser.switch_to(there).await;
            app.browser.wait_until("window.seenAt").await;
            let took = app.browser.eval::<f64>("seenAt").await - saved;
            assert!(took < 1_000.0, "{name} took {took} ms");
            app.synced().await;
            assert_eq!(app.server_field("people", &person(1).id, "name").await, name);
            assert_eq!(app.count_on_server("name", name).await, 1);
        }
        app.browser.no_console_errors().await;
    });
}

#[test]
fn when_the_leader_closes_while_sending_the_other_window_finishes_once() {
    e2e(async {
        let app = App::open(calm()).await;
        let leader = app.browser.tab().await;
        let other = app.browser.open_window().await;
        app.load("outbox").await;
        app.browser.switch_to(&leader).await;
        app.weather(&slow(5_000)).await;
        let id = app.create("people", &[("name", "Left Behind"), ("email", "left@example.org")]).await;
        app.chip("sending").await;
        app.browser.close_tab(&other).await;
        app.browser.wait_for("[data-testid=outbox-entry]").await;
        app.weather(&calm()).await;
        app.synced().await;
        assert_eq!(app.server_field("people", &id, "name").await, "Left Behind");
        assert_eq!(app.count_on_server("email", "left@example.org").await, 1);
    });
}

#[test]
fn the_offline_switch_holds_in_every_window() {
    e2e(async {
        let app = App::open(calm()).await;
        let first = app.browser.tab().await;
        let second = app.browser.open_window().await;
        app.load("settings").await;
        app.browser.click("button", "Go offline").await;
        app.chip("offline").await;
        app.browser.switch_to(&first).await;
        app.chip("offline").await;
        app.edit("people", &person(3).id, "name", "Not yet").await;
        app.browser.switch_to(&second).await;
        app.browser.wait_for("[data-testid=sync-status][data-pending='1']").await;
        app.browser.click("button", "Go online").await;
        app.synced().await;
        assert_eq!(app.server_field("people", &person(3).id, "name").await, "Not yet");
    });
}
