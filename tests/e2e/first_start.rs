//! The first ten seconds on a fresh device, with no server and no developer tools: what is there, what is said, and
//! what a reload keeps.

use super::harness::{Browser, Site, e2e};
use super::support::App;
use serde_json::json;

/// The app as anybody meets it first: no preference set, the practice server in its ordinary weather.
async fn met_first() -> App {
    let app = App { site: Site::at("/"), browser: Browser::open().await };
    app.browser.goto(app.site.url("")).await;
    app
}

/// The chip's words once they begin like this.
async fn chip_says(app: &App, words: &str) {
    let said = format!(
        "document.querySelector('[data-testid=sync-status]')?.innerText.replace(/\\s+/g, ' ').includes({})",
        json!(words)
    );
    app.browser.wait_until(&said).await;
}

/// Opens the first row of the people as a person does, and returns its id.
async fn open_the_first_person(app: &App) -> String {
    app.browser.click("link", "People 10,000").await;
    let row = app.browser.wait_for("[data-testid=record-list] [data-record-id]").await;
    let id = row.attr("data-record-id").await.expect("a page").expect("an id");
    app.browser.wait_for(&format!("[data-record-id='{id}'] a")).await.click().await.expect("a link");
    app.browser.wait_until(&format!("location.pathname.endsWith({})", json!(id))).await;
    app.browser.field("name").await;
    id
}

#[test]
fn the_sample_is_there_at_once_with_one_line_that_can_be_put_away() {
    e2e(async {
        let app = met_first().await;
        app.browser.wait_until("document.querySelector('.tiles .big')?.innerText === '10,000'").await;
        for collection in ["People", "Companies", "Projects", "Tasks"] {
            app.browser.wait_for_text(collection).await;
        }
        assert!(app.browser.all("[name=identity], [name=password], dialog").await.is_empty(), "nobody signs in");
        assert!(app.browser.all("[data-testid=install-hint], .toast").await.is_empty(), "nothing is asked at start");
        let line = app.browser.text("main .note").await.replace('\n', " ");
        assert!(line.starts_with("Sample data, kept on this device. Connect your backend"), "{line}");
        chip_says(&app, "Practice Synced").await;

        app.browser.click("button", "Close").await;
        app.browser.wait_gone("main .note").await;
        app.browser.reload().await;
        app.browser.wait_for(".tiles .big").await;
        assert!(app.browser.all("main .note").await.is_empty(), "put away, it stays away");
        app.browser.no_console_errors().await;
    });
}

#[test]
fn the_line_leads_to_connecting_and_start_offers_both_ways() {
    e2e(async {
        let app = met_first().await;
        app.browser.click("link", "Connect your backend").await;
        app.browser.field("url").await;
        app.browser.goto(app.site.url("start")).await;
        app.browser.wait_for_text("Connect a backend").await;
        assert_eq!(app.browser.all(".way").await.len(), 2, "nothing is offered that does not exist");
        app.browser.wait_for(".way").await.click().await.expect("a link");
        app.browser.wait_for(".tiles .big").await;
    });
}

#[test]
fn a_row_opens_an_edit_is_saved_undone_and_survives_a_reload() {
    e2e(async {
        let app = met_first().await;
        let id = open_the_first_person(&app).await;
        let before = app.value("name").await;
        app.browser.fill("name", "Edited First").await;
        app.browser.click("button", "Save").await;
        app.toast("Saved on this device").await;
        app.browser.click("button", "Undo").await;
        app.toast("Undone on this device").await;
        app.browser.wait_until(&format!("document.querySelector('h1').innerText === {}", json!(before))).await;
        app.browser.fill("name", "Edited Again").await;
        app.save().await;
        app.synced().await;
        assert_eq!(app.server_field("people", &id, "name").await, "Edited Again");
        app.browser.reload().await;
        app.browser.wait_until("document.querySelector('h1')?.innerText === 'Edited Again'").await;
        app.browser.no_console_errors().await;
    });
}

#[test]
fn going_offline_shows_badge_outbox_and_conflict_without_developer_tools() {
    e2e(async {
        let app = met_first().await;
        app.browser.click("link", "Practice panel").await;
        app.browser.click("button", "Go offline").await;
        app.browser.wait_for("[data-testid=offline-banner]").await;
        chip_says(&app, "Practice Offline").await;
        app.browser.click("link", "Home").await;
        let id = open_the_first_person(&app).await;
        app.browser.fill("name", "Mine Alone").await;
        app.save().await;
        chip_says(&app, "Offline, 1 waiting").await;
        app.browser.wait_for(".badge[data-sync=pending]").await;

        app.browser.reload().await;
        chip_says(&app, "Offline, 1 waiting").await;
        app.browser.wait_for("[data-testid=sync-status]").await.click().await.expect("a link");
        assert!(app.browser.text("[data-testid=outbox-entry]").await.contains("Mine Alone"));

        app.browser.click("link", "Settings").await;
        app.browser.click("button", "Stage a conflict").await;
        app.toast("Someone else changed the same record").await;
        app.browser.until("their change", async || app.on_server("people", &id).await).await;
        app.browser.click("button", "Go online").await;
        app.browser.wait_gone("[data-testid=offline-banner]").await;
        chip_says(&app, "1 needs you").await;
        app.browser.wait_for("[data-testid=sync-status]").await.click().await.expect("a link");
        app.browser.wait_for("[data-testid=outbox-entry][data-sync=conflict]").await;
        app.browser.click("link", "Choose field by field").await;
        app.browser.wait_for("[data-testid=conflict-field]").await;
        app.browser.no_console_errors().await;
    });
}

/// What the panel promises: each switch is there and each press does something (their effects on edits are told in
/// `offline.rs`, `rejected.rs`, `replies.rs`).
#[test]
fn the_practice_panel_has_every_kind_of_weather() {
    e2e(async {
        let app = met_first().await;
        app.browser.goto(app.site.url("settings")).await;
        app.browser.by_role("button", "Go offline").await;
        for name in ["latency", "drop_replies", "reject", "others"] {
            app.browser.field(name).await;
        }
        for button in ["Stage a conflict", "Someone edits now", "Start over"] {
            app.browser.by_role("button", button).await;
        }
        app.browser.click("switch", "Refuse edits").await;
        app.browser.wait_until("localStorage['landfall.practice'].includes('\"reject\":true')").await;
        app.browser.click("button", "Stage a conflict").await;
        app.toast("Change a record first").await;
    });
}
