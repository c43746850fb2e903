//! Storage that is strict, frozen, refused or newer; a config that cannot be read; an address that names nothing.

use super::harness::{Browser, Site, e2e};
use super::support::{App, calm, person};
use serde_json::json;

/// Notes every transaction that writes.
const WATCH_TRANSACTIONS: &str = "window.written = [];
    const begin = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (...args) {
        const begun = begin.apply(this, args);
        if (begun.mode === 'readwrite') written.push([this.name, begun.durability]);
        return begun;
    };";

/// A browser in which a script runs before the app.
async fn browser_with(script: &str) -> Browser {
    let mut browser = Browser::open().await;
    browser.at_start(script).await;
    browser
}

async fn makes_do_with_memory(script: &str) {
    let app = App::open_in(browser_with(script).await, calm()).await;
    app.browser.wait_for_text("Kept only while this tab is open").await;
    app.edit("people", &person(1).id, "name", "For this tab").await;
    app.browser.wait_for("[data-testid=sync-status][data-state=synced][data-pending='0']").await;
    app.go("c/people?q=For this tab").await;
    app.browser.wait_for(&format!("[data-record-id='{}']", person(1).id)).await;
    app.browser.no_console_errors().await;
}

#[test]
fn every_commit_to_an_outbox_is_strict() {
    e2e(async {
        let app = App::open_in(browser_with(WATCH_TRANSACTIONS).await, calm()).await;
        app.edit("people", &person(1).id, "name", "Strictly").await;
        app.browser.click("button", "Undo").await;
        app.toast("Undone").await;
        let id = app.create("companies", &[("name", "Strict & Sons")]).await;
        app.synced().await;
        app.browser.click("button", "Delete").await;
        app.synced().await;
        assert_eq!(app.on_server("companies", &id).await.expect("a tombstone")["deleted"], true);
        let written: Vec<(String, String)> = app.browser.eval("written").await;
        let (outbox, rest): (Vec<_>, Vec<_>) = written.into_iter().partition(|(name, _)| name.ends_with("/outbox"));
        assert!(outbox.len() > 10 && outbox.iter().all(|(_, durability)| durability == "strict"), "{outbox:?}");
        assert!(!rest.is_empty() && rest.iter().all(|(name, _)| name.ends_with("/cache")), "{rest:?}");
    });
}

#[test]
fn without_a_database_the_app_works_and_says_for_how_long() {
    e2e(makes_do_with_memory("Object.defineProperty(window, 'indexedDB', { value: undefined });"));
}

#[test]
fn with_a_forbidden_database_the_app_works_and_says_for_how_long() {
    e2e(makes_do_with_memory(
        "IDBFactory.prototype.open = () => { throw new DOMException('not here', 'SecurityError'); };",
    ));
}

/// A page that was left while its databases were being made is frozen by the browser, and its half-made
/// databases held the next page's back for longer than it waits: it opened on memory.
#[test]
fn a_page_left_in_its_first_moment_does_not_take_the_storage_with_it() {
    e2e(async {
        let site = Site::at("/");
        let browser = Browser::open().await;
        for path in ["", "c/people", "settings"] {
            browser.goto(site.url(path)).await;
        }
        browser.wait_for(".chip").await;
        assert!(!browser.text("header").await.contains("Kept only while this tab is open"));
    });
}

#[test]
fn data_of_a_newer_version_is_left_alone_and_the_page_says_so() {
    e2e(async {
        let app = App::open(calm()).await;
        app.browser.goto(app.site.url("before.html")).await;
        let raise = "return new Promise((done, fail) => {
            const request = indexedDB.open('landfall/sample/local/outbox', 99);
            request.onsuccess = () => { request.result.close(); done(true); };
            request.onerror = () => fail(request.error); });";
        app.browser.run(raise, vec![]).await;
        app.browser.goto(app.site.url("c/people")).await;
        app.browser.wait_for("main.trouble h1").await;
        app.browser.wait_for_text("newer version").await;
        app.browser.by_role("button", "Reload").await;
        assert!(app.browser.all("[data-record-id]").await.is_empty(), "an empty device was shown");
        app.browser.is_accessible().await;
    });
}

#[test]
fn a_newer_version_in_another_tab_asks_for_a_reload_and_keeps_what_was_typed() {
    e2e(async {
        let app = App::open(calm()).await;
        app.go(&format!("c/people/{}", person(1).id)).await;
        app.browser.fill("name", "Typed before").await;
        let upgrade = "return new Promise((done, fail) => {
            const request = indexedDB.open('landfall/sample/local/outbox', 99);
            request.onsuccess = () => { request.result.close(); done(true); };
            request.onblocked = () => fail('blocked');
            request.onerror = () => fail(request.error); });";
        app.browser.run(upgrade, vec![]).await;
        app.browser.click("button", "Save").await;
        app.toast("Reload this page; what you typed is still in the form.").await;
        assert_eq!(app.value("name").await, "Typed before");
    });
}

#[test]
fn a_broken_config_names_line_and_key_with_the_sample_a_click_away() {
    e2e(async {
        let site = Site::at("/");
        let browser = Browser::open().await;
        let mistakes = [
            ("{ \"name\": \"Field book\",\n  \"workspaces\": [\n    { \"id\": 7 } ] }", ["line 3", "id"]),
            ("{ \"name\": \"Field book\",\n  \"workspaces\": [ }", ["line 2", ""]),
        ];
        for (text, words) in mistakes {
            site.put("landfall.json", text);
            browser.goto(site.url("c/people")).await;
            browser.wait_for("main.trouble h1").await;
            let told = browser.text("main.trouble pre").await;
            assert!(words.iter().all(|word| told.contains(word)), "{told}");
            browser.is_accessible().await;
        }
        browser.click("link", "Open the sample workspace").await;
        browser.wait_for(".tiles .big").await;
        browser.reload().await;
        browser.wait_for(".tiles .big").await;
    });
}

#[test]
fn a_mended_config_is_found_by_a_reload() {
    e2e(async {
        let site = Site::at("/");
        let browser = Browser::open().await;
        site.put("landfall.json", "{");
        browser.goto(site.url("")).await;
        browser.wait_for("main.trouble").await;
        site.put("landfall.json", &config("practice"));
        browser.click("button", "Reload").await;
        browser.wait_for(".tiles").await;
        browser.wait_for_text("Field book").await;
    });
}

/// Holds back the answer that `public/boot.js` asks for until `answer()` is called; the app asks with a request of its own.
const LATE_CONFIG: &str = "const real = window.fetch;
    let letGo;
    const held = new Promise((go) => { letGo = go; });
    window.fetch = (what, how) => {
        if (what !== 'landfall.json') return real(what, how);
        const answer = held.then(() => real(what, how)).then(async (found) => new Response(await found.text(), { status: found.status }));
        window.answer = () => { letGo(); return answer.then(() => true); };
        return answer;
    };";

#[test]
fn a_refused_config_that_comes_once_more_is_not_kept() {
    e2e(async {
        let site = Site::at("/");
        let mut browser = Browser::open().await;
        browser.at_start(LATE_CONFIG).await;
        site.put("landfall.json", "{");
        browser.goto(site.url("")).await;
        browser.wait_for("main.trouble").await;
        assert!(browser.eval::<bool>("answer()").await);
        site.put("landfall.json", &config("practice"));
        browser.click("button", "Reload").await;
        browser.wait_for(".tiles").await;
        browser.wait_for_text("Field book").await;
    });
}

#[test]
fn a_backend_that_is_not_built_yet_is_refused_with_a_plain_word() {
    e2e(async {
        let site = Site::at("/");
        let browser = Browser::open().await;
        site.put("landfall.json", &config("firebase"));
        browser.goto(site.url("")).await;
        browser.wait_for("main.trouble").await;
        let told = browser.text("main.trouble").await;
        assert!(told.contains("firebase") && told.contains("not built yet"), "{told}");
        browser.click("link", "Open the sample workspace").await;
        browser.wait_for(".tiles").await;
    });
}

/// Hosts with a fallback answer every path with the page itself.
#[test]
fn a_page_in_place_of_the_config_counts_as_none() {
    e2e(async {
        let site = Site::at("/");
        let browser = Browser::open().await;
        site.put("landfall.json", "<!doctype html><title>Landfall</title>");
        browser.goto(site.url("")).await;
        browser.wait_for(".tiles .big").await;
        browser.wait_for_text("Sample data, kept on this device.").await;
        assert!(site.requests().contains(&"landfall.json".to_owned()));
        browser.no_console_errors().await;
    });
}

#[test]
fn a_changed_config_is_told_and_applies_at_the_next_start() {
    e2e(async {
        let app = App::open(calm()).await;
        app.site.put("landfall.json", &config("practice"));
        app.reload().await;
        app.toast("The config has changed: reload to use it.").await;
        app.reload().await;
        app.browser.wait_for_text("Field book").await;
    });
}

#[test]
fn an_unknown_address_leads_home() {
    e2e(async {
        let app = App::open(calm()).await;
        for path in ["nowhere", "c/nobody", "c/people/x/y"] {
            app.load(path).await;
            app.browser.wait_until("document.querySelector('h1')?.innerText === 'Page not found'").await;
        }
        app.browser.click("link", "Go home").await;
        app.browser.wait_for(".tiles").await;
        app.load("c/people/not-an-id").await;
        app.browser.wait_until("document.querySelector('h1')?.innerText === 'Not here'").await;
        app.browser.no_console_errors().await;
    });
}

fn config(kind: &str) -> String {
    json!({ "name": "Field book", "workspaces": [
        { "id": "crm", "label": "Field book", "backend": { "kind": kind, "url": "https://backend.example.org" } } ] })
    .to_string()
}
