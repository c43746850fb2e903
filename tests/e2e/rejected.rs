//! What the server refuses, or changed itself meanwhile, waits for the user and holds nobody else up.

use super::harness::e2e;
use super::support::{App, calm, company, person};
use landfall::model::practice::PracticeSettings;
use serde_json::json;

fn refusing() -> PracticeSettings {
    PracticeSettings { reject: true, ..calm() }
}

impl App {
    /// An edit of this person's name that the server has refused, while it takes others again.
    async fn refused(&self, index: usize, name: &str) {
        self.weather(&refusing()).await;
        self.edit("people", &person(index).id, "name", name).await;
        self.chip("attention").await;
        self.weather(&calm()).await;
        self.go("outbox").await;
        self.browser.wait_for("[data-testid=outbox-entry][data-sync=failed]").await;
    }

    /// A name changed here while someone else changes it too.
    async fn contested(&self, index: usize, mine: &str) -> String {
        self.switch_network("Go offline").await;
        self.chip("offline").await;
        self.edit("people", &person(index).id, "name", mine).await;
        self.go("settings").await;
        self.browser.click("button", "Stage a conflict").await;
        self.toast("Someone else changed the same record").await;
        self.browser
            .until("their change on the server", async || self.on_server("people", &person(index).id).await)
            .await;
        let theirs = self.server_field("people", &person(index).id, "name").await;
        self.browser.click("button", "Go online").await;
        self.chip("attention").await;
        self.go("outbox").await;
        self.browser.wait_for("[data-testid=outbox-entry][data-sync=conflict]").await;
        theirs.as_str().expect("a name").to_owned()
    }

    async fn name_is(&self, index: usize, name: &str) {
        let id = person(index).id;
        assert_eq!(self.server_field("people", &id, "name").await, name);
        self.go(&format!("c/people/{id}")).await;
        self.browser.wait_until(&format!("document.querySelector('h1').innerText === {}", json!(name))).await;
        self.browser.wait_gone("[data-testid=outbox-entry]").await;
    }
}

#[test]
fn a_refused_edit_keeps_its_place_and_holds_nobody_up() {
    e2e(async {
        let app = App::open(calm()).await;
        app.refused(1, "Refused name").await;
        app.browser.wait_for_text("Name: The server refused this value.").await;
        assert!(app.chip_words().await.contains("1 needs you"), "{}", app.chip_words().await);
        app.edit("people", &person(2).id, "name", "Welcome name").await;
        app.browser.wait_for("[data-testid=sync-status][data-pending='1']").await;
        app.browser.until("the other edit on the server", async || app.on_server("people", &person(2).id).await).await;
        app.load("c/people?q=Refused name").await;
        app.browser.wait_for(&format!("[data-record-id='{}'][data-sync=failed]", person(1).id)).await;
        app.browser.no_console_errors().await;
    });
}

#[test]
fn a_refused_edit_is_mended_from_the_outbox() {
    e2e(async {
        let app = App::open(calm()).await;
        app.refused(1, "Refused name").await;
        app.browser.click("button", "Mend").await;
        app.browser.wait_for("form [aria-invalid=true]").await;
        app.browser.fill("name", "Better name").await;
        app.browser.click("button", "Send again").await;
        app.synced().await;
        app.browser.wait_for_text("Nothing waits").await;
        app.name_is(1, "Better name").await;
    });
}

#[test]
fn retry_sends_a_refused_edit_as_it_is() {
    e2e(async {
        let app = App::open(calm()).await;
        app.refused(1, "Refused name").await;
        app.browser.click("button", "Retry").await;
        app.synced().await;
        app.name_is(1, "Refused name").await;
    });
}

#[test]
fn discard_puts_the_servers_value_back() {
    e2e(async {
        let app = App::open(calm()).await;
        app.refused(1, "Refused name").await;
        app.browser.click("button", "Discard").await;
        app.synced().await;
        app.go(&format!("c/people/{}", person(1).id)).await;
        app.browser
            .wait_until(&format!("document.querySelector('h1').innerText === {}", json!(person(1).text("name"))))
            .await;
        assert_eq!(app.on_server("people", &person(1).id).await, None);
    });
}

#[test]
fn a_refused_new_record_waits_with_those_that_need_it() {
    e2e(async {
        let app = App::open(calm()).await;
        app.weather(&refusing()).await;
        let id = app.create("companies", &[("name", "Refused firm")]).await;
        app.chip("attention").await;
        app.weather(&calm()).await;
        app.edit("companies", &company(2).id, "city", "Elsewhere").await;
        app.browser
            .until("the other company on the server", async || app.on_server("companies", &company(2).id).await)
            .await;
        assert_eq!(app.on_server("companies", &id).await, None);
        app.go("outbox").await;
        app.browser.click("button", "Retry").await;
        app.synced().await;
        assert_eq!(app.count_on_server("name", "Refused firm").await, 1);
    });
}

#[test]
fn a_conflict_shows_three_values_and_keeps_mine() {
    e2e(async {
        let app = App::open(calm()).await;
        let theirs = app.contested(3, "My name").await;
        let field = "[data-testid=conflict-field][data-field=name]";
        for (part, words) in [("was", person(3).text("name")), ("mine", "My name".to_owned()), ("theirs", theirs)] {
            assert_eq!(app.browser.text(&format!("{field} .{part} span")).await, words);
        }
        app.browser.click("button", "Keep mine").await;
        app.synced().await;
        app.name_is(3, "My name").await;
        app.browser.no_console_errors().await;
    });
}

#[test]
fn a_conflict_takes_theirs() {
    e2e(async {
        let app = App::open(calm()).await;
        let theirs = app.contested(3, "My name").await;
        app.reload().await;
        app.browser.click("button", "Take theirs").await;
        app.synced().await;
        app.name_is(3, &theirs).await;
    });
}
