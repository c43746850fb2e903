//! The server did the work and its answer was lost: the edit is there once, and nobody claimed more than was known.

use super::harness::e2e;
use super::support::{App, calm, person};
use landfall::model::practice::PracticeSettings;

fn losing() -> PracticeSettings {
    PracticeSettings { drop_replies: true, ..calm() }
}

/// Remembers every badge of an outbox entry, and every state of the chip, that was ever on the screen.
const WATCH_BADGES: &str = "window.badges = [];
    new MutationObserver(() => {
        for (const badge of document.querySelectorAll('[data-testid=outbox-entry] .badge')) {
            if (!badges.includes(badge.innerText)) badges.push(badge.innerText);
        }
    }).observe(document, { subtree: true, childList: true });";

#[test]
fn an_edit_whose_answer_is_lost_is_checked_and_there_once() {
    e2e(async {
        let app = App::open(calm()).await;
        app.weather(&losing()).await;
        app.browser.run(WATCH_BADGES, vec![]).await;
        app.edit("people", &person(1).id, "name", "Heard of once").await;
        app.browser.wait_until("badges.includes('Checking…')").await;
        app.synced().await;
        assert_eq!(app.server_field("people", &person(1).id, "name").await, "Heard of once");
        assert_eq!(app.count_on_server("name", "Heard of once").await, 1);
        let chips = app.chips().await;
        assert_eq!(chips.iter().filter(|state| *state == "synced").count(), 2, "synced before the proof: {chips:?}");
        app.browser.no_console_errors().await;
    });
}

#[test]
fn a_new_record_whose_answer_is_lost_is_not_made_twice() {
    e2e(async {
        let app = App::open(calm()).await;
        app.weather(&losing()).await;
        let id = app.create("people", &[("name", "Only One"), ("email", "only.one@example.org")]).await;
        app.reload().await; // the doubt survives it
        app.synced().await;
        assert_eq!(app.count_on_server("email", "only.one@example.org").await, 1);
        assert_eq!(app.server_field("people", &id, "name").await, "Only One");
        app.go("c/people?q=only.one@example.org").await;
        app.browser.wait_until("document.querySelectorAll('[data-record-id]').length === 1").await;
    });
}

#[test]
fn edits_to_one_record_arrive_in_order_though_every_answer_is_lost() {
    e2e(async {
        let app = App::open(calm()).await;
        app.weather(&losing()).await;
        let id = person(2).id;
        for name in ["First", "Second", "Third"] {
            app.edit("people", &id, "name", name).await;
        }
        app.browser.until("all of it on the server", async || app.entries().await.is_empty().then_some(())).await;
        app.synced().await;
        assert_eq!(app.server_field("people", &id, "name").await, "Third");
    });
}
