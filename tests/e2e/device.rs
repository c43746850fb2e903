//! This device: a copy of its data as a file, how long the browser keeps it, and how the app is installed.

use super::harness::{Browser, e2e};
use super::support::{ADA, App, Backend, Crew, calm, company, person};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Counts how often the browser is asked to keep the storage; it is asked all the same.
const WATCH_PERSIST: &str = "window.asked = 0;
    const ask = StorageManager.prototype.persist;
    StorageManager.prototype.persist = function () { asked += 1; return ask.call(this); };";

/// A browser that has no question to ask.
const NO_QUESTION: &str = "addEventListener('beforeinstallprompt', (event) => event.stopImmediatePropagation());";

/// A folder of its own for what a browser saves; taken away with it.
struct Downloads(PathBuf);

impl Downloads {
    async fn of(browser: &Browser, name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("landfall-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let how = json!({ "behavior": "allow", "downloadPath": folder });
        browser.devtools("Browser.setDownloadBehavior", how).await;
        Self(folder)
    }

    /// The one file, once it is whole: its name and what it says.
    async fn file(&self, browser: &Browser) -> (String, Value) {
        browser
            .until("a saved file", async || {
                let mut files = std::fs::read_dir(&self.0).ok()?.flatten();
                let name = files.next()?.file_name().into_string().ok()?;
                // The browser writes under another name until it has all.
                let text = std::fs::read_to_string(self.0.join(&name)).ok().filter(|_| name.ends_with(".json"))?;
                Some((name, serde_json::from_str(&text).ok()?))
            })
            .await
    }
}

impl Drop for Downloads {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn records<'a>(document: &'a Value, collection: &str) -> &'a Vec<Value> {
    let all = document["collections"].as_array().expect("collections");
    let found = all.iter().find(|one| one["name"] == collection).expect("the collection");
    assert_eq!(found["complete"], true, "{collection}");
    found["records"].as_array().expect("records")
}

fn record<'a>(document: &'a Value, collection: &str, id: &str) -> Option<&'a Value> {
    records(document, collection).iter().find(|record| record["id"] == id)
}

#[test]
fn the_copy_has_every_record_as_it_is_seen_and_the_outbox_as_it_is_on_the_disk() {
    e2e(async {
        let app = App::open(calm()).await;
        let downloads = Downloads::of(&app.browser, "copy").await;
        app.switch_network("Go offline").await;
        app.edit("people", &person(1).id, "name", "Seen \"Here\"").await;
        let made = app.create("companies", &[("name", "Only Here")]).await;
        app.load(&format!("c/people/{}", person(2).id)).await;
        app.browser.click("button", "Delete").await;
        app.toast("Deleted on this device").await;

        app.go("settings").await;
        app.browser.click("button", "Export").await;
        let (name, document) = downloads.file(&app.browser).await;
        let today: String = app.browser.eval("new Date().toISOString().slice(0, 10)").await;
        assert_eq!(name, format!("landfall-sample-{today}.json"));
        assert_eq!((&document["app"], &document["format"]), (&json!("Landfall"), &json!(1)));
        assert_eq!(document["workspace"], json!({ "id": "sample", "label": "Sample" }));

        assert_eq!(records(&document, "people").len(), 9_999);
        for index in (3..10_000).step_by(97) {
            let own = person(index);
            let found = record(&document, "people", &own.id).expect("every person");
            assert_eq!(found["fields"]["name"], own.fields["name"]);
        }
        assert_eq!(record(&document, "people", &person(1).id).expect("edited")["fields"]["name"], "Seen \"Here\"");
        assert_eq!(record(&document, "people", &person(2).id), None);
        assert_eq!(records(&document, "companies").len(), 401);
        assert_eq!(record(&document, "companies", &made).expect("made here")["fields"]["name"], "Only Here");
        assert_eq!(
            record(&document, "companies", &company(1).id).expect("one")["fields"]["name"],
            company(1).fields["name"]
        );

        let waiting = document["outbox"].as_array().expect("the outbox");
        let stored = app.entries().await;
        assert_eq!(waiting.len(), stored.len());
        for (copied, stored) in waiting.iter().zip(&stored) {
            for (column, value) in stored.as_object().expect("columns") {
                assert_eq!(copied[column], *value, "{column}");
            }
        }
        assert_eq!(waiting[0]["changes"], json!({ "name": "Seen \"Here\"" }));
        app.browser.no_console_errors().await;
    });
}

#[test]
fn signing_out_with_unsent_work_offers_a_copy_first_and_it_holds_no_token() {
    e2e(async {
        let Some(backend) = Backend::start().await else { return };
        let mut crew = Crew::at_the_door(backend).await;
        crew.sign_in(ADA).await;
        crew.complete().await;
        let downloads = Downloads::of(&crew.app.browser, "sign-out").await;
        crew.backend.kill();
        let id = super::pocketbase::person_id(3);
        crew.app.edit("people", &id, "name", "Not sent").await;
        crew.app.chip("offline").await;
        crew.app.go("outbox").await;
        crew.app.browser.by_role("button", "Export all").await;
        crew.app.go("settings").await;
        crew.app.browser.click("button", "Sign out").await;
        crew.app.browser.wait_for("[role=alertdialog]").await;
        crew.app.browser.click("button", "Export first").await;
        let (_, document) = downloads.file(&crew.app.browser).await;
        assert_eq!(document["account"], ADA.0);
        assert_eq!(record(&document, "people", &id).expect("a person")["fields"]["name"], "Not sent");
        assert_eq!(document["outbox"][0]["changes"]["name"], "Not sent");
        let text = document.to_string();
        // A JSON Web Token's parts begin like this.
        assert!(!text.contains("eyJ") && !text.contains(ADA.1) && !text.contains("token"), "a secret in the copy");
        assert_eq!(crew.app.entries().await.len(), 1, "it still waits");
    });
}

#[test]
fn the_browser_is_asked_to_keep_the_data_once_after_the_first_edit_and_its_answer_is_shown() {
    e2e(async {
        let mut browser = Browser::open().await;
        browser.at_start(WATCH_PERSIST).await;
        let app = App::open_in(browser, calm()).await;
        assert_eq!(app.browser.eval::<u32>("asked").await, 0, "never at start");
        app.edit("people", &person(1).id, "name", "Worth keeping").await;
        app.browser.wait_until("asked === 1").await;
        app.edit("people", &person(1).id, "name", "Worth keeping too").await;
        app.go("settings").await;
        let answer: bool = app.browser.eval("await navigator.storage.persisted()").await;
        let words = if answer { "Kept until you erase it." } else { "The browser may clear it when space runs short." };
        app.browser
            .wait_until(&format!(
                "document.querySelector('[data-testid=device]')?.innerText.includes({})",
                json!(words)
            ))
            .await;
        assert!(!app.browser.text("[data-testid=device]").await.contains("seven days"), "this is not Safari");
        app.browser
            .wait_until("/\\d.* used of \\d/.test(document.querySelector('[data-testid=device]').innerText)")
            .await;
        assert_eq!(app.browser.eval::<u32>("asked").await, 1, "once");
        app.reload().await;
        app.edit("people", &person(1).id, "name", "Worth keeping again").await;
        assert_eq!(app.browser.eval::<u32>("asked").await, 0, "nor in a later page");
    });
}

/// Chromium's own limit is lowered, so the error is the browser's. It measures again when it has been restarted.
#[test]
fn a_full_device_says_so_keeps_the_form_and_saves_once_there_is_room() {
    e2e(async {
        let mut app = App::open(calm()).await;
        app.edit("people", &person(1).id, "name", "Before").await;
        app.synced().await;
        app.browser.restart().await;
        app.browser.goto(app.site.url("before.html")).await;
        let origin: String = app.browser.eval("location.origin").await;
        app.browser.devtools("Storage.overrideQuotaForOrigin", json!({ "origin": origin, "quotaSize": 1 })).await;
        app.load(&format!("c/people/{}", person(2).id)).await;
        app.browser.fill("notes", &"Long. ".repeat(50)).await;
        app.dismiss_toasts().await;
        app.browser.click("button", "Save").await;
        app.toast("this device’s storage is full. Free some space, then save again.").await;
        assert!(app.value("notes").await.starts_with("Long. "), "what was typed is still there");
        app.browser.devtools("Storage.overrideQuotaForOrigin", json!({ "origin": origin })).await;
        app.save().await;
        app.synced().await;
    });
}

fn device_says(words: &str) -> String {
    format!("document.querySelector('[data-testid=device]')?.innerText.includes({})", json!(words))
}

#[test]
fn without_a_question_of_the_browser_the_way_to_install_is_told() {
    e2e(async {
        let mut browser = Browser::open().await;
        browser.at_start(NO_QUESTION).await;
        let app = App::open_in(browser, calm()).await;
        app.go("settings").await;
        app.browser.wait_until(&device_says("Look in this browser’s menu for Install")).await;
        app.browser.is_accessible().await;
    });
}

/// No browser here is Safari: only what tells Safari apart is put in place.
#[test]
fn on_an_iphone_the_exact_words_and_the_seven_days_are_told() {
    e2e(async {
        let mut browser = Browser::open().await;
        let apple = "Object.defineProperty(Navigator.prototype, 'vendor', { get: () => 'Apple Computer, Inc.' });
            Object.defineProperty(Navigator.prototype, 'maxTouchPoints', { get: () => 5 });
            StorageManager.prototype.persisted = async () => false;";
        browser.at_start(NO_QUESTION).await;
        browser.at_start(apple).await;
        let app = App::open_in(browser, calm()).await;
        app.go("settings").await;
        app.browser.wait_until(&device_says("Press Share, then Add to Home Screen.")).await;
        app.browser.wait_until(&device_says("after seven days without a visit")).await;
        let standalone = "Object.defineProperty(Navigator.prototype, 'standalone', { get: () => true });";
        let mut browser = app.browser;
        browser.at_start(standalone).await;
        let app = App { site: app.site, browser };
        app.load("settings").await;
        app.browser.wait_until(&device_says("It is installed on this device.")).await;
        assert!(!app.browser.text("[data-testid=device]").await.contains("seven days"));
    });
}

/// The browser's own event; only its window, which no test can press, is answered here.
#[test]
fn the_third_edit_is_followed_by_one_hint_and_the_button_asks_the_browsers_question() {
    e2e(async {
        let mut browser = Browser::open().await;
        let answer = "window.prompts = 0;
            BeforeInstallPromptEvent.prototype.prompt = async () => { prompts += 1; return { outcome: 'dismissed' }; };";
        browser.at_start(answer).await;
        let app = App::open_in(browser, calm()).await;
        app.browser.wait_for("[data-install=ask]").await;
        for edit in ["One", "Two"] {
            app.edit("people", &person(1).id, "name", edit).await;
            assert!(app.browser.all("[data-testid=install-hint]").await.is_empty(), "after edit {edit}");
        }
        app.edit("people", &person(1).id, "name", "Three").await;
        app.browser.wait_for("[data-testid=install-hint]").await;
        app.browser.is_accessible().await;
        app.browser.run("document.querySelector('[data-testid=install-hint] a').click();", vec![]).await;
        app.browser.click("button", "Install").await;
        app.browser.wait_until("prompts === 1").await;
        app.browser.wait_until(&device_says("Look in this browser’s menu")).await;
        app.browser.wait_gone("[data-testid=install-hint]").await;
        app.edit("people", &person(1).id, "name", "Four").await;
        app.reload().await;
        app.browser.wait_for("[data-install=ask]").await;
        app.edit("people", &person(1).id, "name", "Five").await;
        assert!(app.browser.all("[data-testid=install-hint]").await.is_empty(), "once is enough");
    });
}
