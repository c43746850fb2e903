//! The server dies, the browser dies, work goes on; and when both are back, everything arrives once, by itself.

use super::harness::e2e;
use super::pocketbase::person_id;
use super::proxy::{Fault, Passed};
use super::support::{ADA, Backend, Crew};
use serde_json::{Value, json};
use std::time::Duration;

const RECORDS: &str = "/api/collections/people/records";

/// Notes what was ever on the screen that has no place there when rows are known, and the rows of the first frame
/// that had a heading.
const WATCH_FIRST_PAINT: &str = "window.blanks = [];
    new MutationObserver((_, observer) => {
        for (const css of ['[data-testid=skeleton]', '[name=password]', '.trouble']) {
            if (document.querySelector(css) && !blanks.includes(css)) blanks.push(css);
        }
        if (document.querySelector('main h1') && window.firstRows === undefined) {
            window.firstRows = null;
            requestAnimationFrame(() => { window.firstRows = document.querySelectorAll('[data-record-id]').length; });
        }
    }).observe(document, { subtree: true, childList: true });";

impl Crew {
    /// Opens the list after a crash of the browser, and looks at the first thing that it paints.
    async fn comes_back_with_rows(&mut self) {
        self.restart_browser("c/people").await;
        self.app.browser.wait_until("typeof firstRows === 'number'").await;
        let seen: (usize, Vec<String>) = self.app.browser.eval("[firstRows, blanks]").await;
        assert!(seen.0 > 10 && seen.1.is_empty(), "the first paint had {} rows, and there was {:?}", seen.0, seen.1);
    }

    /// A new person at a firm that was made a moment ago.
    async fn create_at(&self, name: &str, firm: &str) -> String {
        let browser = &self.app.browser;
        self.app.go("c/people/new").await;
        browser.wait_until("location.pathname.endsWith('/people/new')").await;
        browser.fill("name", name).await;
        browser.fill("company", firm).await;
        browser.wait_for("[role=option]").await;
        browser.press(thirtyfour::Key::Enter).await;
        self.app.save().await;
        browser.wait_until("!location.pathname.endsWith('/new')").await;
        browser.eval("location.pathname.split('/').pop()").await
    }

    /// How many writes to paths that begin so were done by the server.
    fn done(&self, method: &str, path: &str) -> usize {
        let path = format!("/api/collections/{path}");
        let is_it = |request: &&Passed| {
            let done = request.status.is_some_and(|status| (200..300).contains(&status));
            request.method == method && request.path.starts_with(&path) && done
        };
        self.backend.proxy.passed().iter().filter(is_it).count()
    }
}

#[test]
fn work_goes_on_without_server_and_browser_and_arrives_once() {
    e2e(async {
        let Some(mut crew) = Crew::open().await else { return };
        crew.app.browser.at_start(WATCH_FIRST_PAINT).await;
        crew.backend.kill();
        crew.comes_back_with_rows().await;
        crew.app.chip("offline").await;
        crew.app.browser.wait_until("document.querySelector('main .num').innerText === '10,000'").await;

        crew.app.edit("people", &person_id(7), "name", "Edited Away").await;
        let made = crew.app.create("people", &[("name", "Made Away"), ("email", "away@example.org")]).await;
        crew.app.edit("people", &made, "notes", "Noted away").await;
        crew.delete(&person_id(8)).await;
        let firm = crew.app.create("companies", &[("name", "Away & Daughters")]).await;
        let linked = crew.create_at("Linked Away", "Away & Daughters").await;
        crew.comes_back_with_rows().await;
        crew.app.edit("people", &person_id(7), "age", "44").await;
        crew.comes_back_with_rows().await;
        crew.app.chip("offline").await;
        assert!(crew.app.chip_words().await.contains("Offline, 5 waiting"), "{}", crew.app.chip_words().await);
        assert_eq!(crew.app.entries().await.len(), 5);

        crew.backend.restart().await;
        crew.arrived().await;
        let seven = crew.backend.admin().find("people", &person_id(7)).await.expect("Seven");
        assert_eq!((&seven["name"], &seven["age"]), (&json!("Edited Away"), &json!(44)));
        assert_eq!(crew.on_server(&made, "notes").await, "Noted away");
        assert_eq!(crew.on_server(&person_id(8), "id").await, Value::Null);
        assert_eq!(crew.on_server(&linked, "company").await, json!(firm));
        assert_eq!(crew.backend.admin().count("people").await, 10_001);
        assert_eq!(crew.backend.admin().count("companies").await, 21);
        assert_eq!((crew.done("POST", "people"), crew.done("POST", "companies")), (2, 1));
        assert_eq!(crew.done("PATCH", &format!("people/records/{}", person_id(7))), 1);
        assert_eq!(crew.done("DELETE", "people"), 1);
        assert_eq!(crew.done("PATCH", "people"), 1, "what was made away was sent as it was last");
    });
}

/// The browser died while the request was under way: the server has done it, and nobody here has heard.
#[test]
fn what_was_under_way_when_the_browser_died_is_there_once() {
    e2e(async {
        let Some(mut crew) = Crew::open().await else { return };
        for method in ["POST", "PATCH", "DELETE"] {
            crew.backend.proxy.next(method, RECORDS, Fault::Stall);
        }
        let made = crew.app.create("people", &[("name", "Half Told"), ("email", "half@example.org")]).await;
        crew.app.edit("people", &person_id(1), "name", "Half Known").await;
        crew.delete(&person_id(2)).await;
        let done = async || (crew.backend.proxy.waiting() == 0).then_some(());
        crew.app.browser.until("all three requests on the server", done).await;
        crew.app.edit("people", &person_id(1), "name", "Wholly Known").await;
        crew.restart_browser("outbox").await;
        crew.arrived().await;
        assert_eq!(crew.named("Half Told").await, 1);
        assert_eq!(crew.on_server(&made, "email").await, "half@example.org");
        assert_eq!(crew.on_server(&person_id(1), "name").await, "Wholly Known");
        assert_eq!(crew.on_server(&person_id(2), "id").await, Value::Null);
        assert_eq!((crew.done("POST", "people"), crew.done("DELETE", "people")), (1, 1));
        assert_eq!(crew.done("PATCH", "people"), 2);
    });
}

/// The first pull was cut short by a dead server and a dead browser: what had come is painted, and the rest comes later.
#[test]
fn a_first_pull_that_was_cut_short_shows_what_came_and_goes_on() {
    e2e(async {
        let Some(backend) = Backend::start().await else { return };
        let mut crew = Crew::at_the_door(backend).await;
        crew.app.browser.at_start(WATCH_FIRST_PAINT).await;
        crew.backend.proxy.always("GET", RECORDS, Fault::Latency(Duration::from_millis(300)));
        crew.sign_in(ADA).await;
        crew.app.go("c/people").await;
        crew.app.browser.wait_for("[data-record-id]").await;
        crew.backend.kill();
        crew.comes_back_with_rows().await;
        crew.app.chip("offline").await;
        let came: String = crew.app.browser.text("main .num").await;
        assert_ne!(came, "10,000", "the pull was not cut short");
        crew.backend.proxy.clear();
        crew.backend.restart().await;
        crew.arrived().await;
        crew.app.browser.wait_until("document.querySelector('main .num').innerText === '10,000'").await;
    });
}
