//! Erasing this device's data: all of it, nothing else, and never unsent work without saying so.

use super::harness::{Browser, e2e};
use super::support::{App, Crew, calm, person};
use serde_json::{Value, json};

/// Keeps the app from opening, so that one sees what it finds.
const HOLD_THE_APP: &str = "const made = WebAssembly.instantiate; // the unpacker takes no imports, and may run
    WebAssembly.instantiate = (...of) => (of[1] ? new Promise(() => {}) : made(...of));";

/// Something of this app, of another Landfall below `/other/` of the same origin, and of someone else.
const PLANT: &str = "const [mine] = arguments;
    const make = (name) => new Promise((done) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => { request.result.close(); done(); };
    });
    const others = ['landfall:other/crm/me@there/outbox', 'landfalls', 'else'];
    return Promise.all([mine + 'old/me@there/outbox', mine + 'keys', ...others].map(make)).then(async () => {
        for (const name of ['landfall.recent', 'landfall.theme', 'landfall:other/theme', 'else']) localStorage[name] = '1';
        sessionStorage['landfall.workspace'] = 'sample';
        for (const name of [`landfall ${location.origin}/ v1`, `landfall ${location.origin}/other/ v1`, 'else']) await caches.open(name);
    });";

/// The names of everything that the origin keeps.
const LEFT: &str = "return (async () => ({
        databases: (await indexedDB.databases()).map((one) => one.name).sort(),
        preferences: Object.keys(localStorage).sort(),
        session: Object.keys(sessionStorage),
        caches: (await caches.keys()).sort(),
        workers: (await navigator.serviceWorker.getRegistrations()).length,
    }))();";

impl App {
    async fn press_erase(&self, answer: &str) {
        self.go("settings").await;
        self.browser.click("button", "Erase").await;
        self.browser.wait_for("[role=alertdialog][open]").await;
        // Inside of the dialog: a button beneath it may have the same name.
        let press = format!(
            "[...document.querySelectorAll('dialog button')].find((one) => one.innerText === {}).click();",
            json!(answer)
        );
        self.browser.run(&press, vec![]).await;
    }

    /// Waits until the wish has been fulfilled.
    async fn erased(&self) {
        self.browser
            .until("the end of erasing", async || {
                let done = "return document.readyState === 'complete' && localStorage['landfall.erase'] === undefined \
                    && localStorage['landfall.recent'] === undefined;";
                (self.browser.run(done, vec![]).await == json!(true)).then_some(())
            })
            .await;
    }
}

#[test]
fn erasing_leaves_nothing_of_this_app_and_everything_of_others() {
    e2e(async {
        let mut app = App::open(calm()).await;
        app.edit("people", &person(1).id, "name", "To be erased").await;
        app.synced().await;
        app.browser.run(PLANT, vec![json!("landfall/")]).await;
        app.browser.at_start(HOLD_THE_APP).await;
        app.press_erase("Erase").await;
        app.erased().await;
        let left = app.browser.run(LEFT, vec![]).await;
        let origin: String = app.browser.eval("location.origin").await;
        let others = json!({
            "databases": ["else", "landfall:other/crm/me@there/outbox", "landfalls"],
            "preferences": ["else", "landfall:other/theme"],
            "session": [],
            "caches": ["else", format!("landfall {origin}/other/ v1")],
            "workers": 0,
        });
        assert_eq!(left, others);
    });
}

#[test]
fn after_erasing_the_app_opens_as_at_the_first_start() {
    e2e(async {
        let app = App::open(calm()).await;
        app.edit("people", &person(1).id, "name", "To be erased").await;
        app.synced().await;
        app.load("").await;
        app.browser.click("button", "Close").await;
        app.browser.wait_gone("main .note").await;
        app.press_erase("Erase").await;
        app.browser.wait_for("main .note").await;
        app.browser.wait_until("document.querySelector('.tiles .big')?.innerText === '10,000'").await;
        assert_eq!(app.browser.eval::<String>("location.pathname").await, "/");
        // The app's own files come again, so that it opens without a network as after any first visit.
        let files = "(async () => { for (const name of await caches.keys()) { \
            const cache = await caches.open(name); \
            if (await cache.match(location.origin + '/')) return true; } })()";
        app.browser.wait_until(&format!("await {files}")).await;
        app.load(&format!("c/people/{}", person(1).id)).await;
        let name = app.value("name").await;
        assert_eq!(json!(name), person(1).fields["name"]);
        app.browser.no_console_errors().await;
    });
}

#[test]
fn unsent_changes_are_counted_and_need_words_of_their_own() {
    e2e(async {
        let app = App::open(calm()).await;
        app.switch_network("Go offline").await;
        app.edit("people", &person(1).id, "name", "Not sent").await;
        app.edit("people", &person(2).id, "name", "Nor this").await;
        app.go("settings").await;
        app.browser.click("button", "Erase").await;
        app.browser.wait_for("dialog[open]").await;
        for part in
            ["2 changes were not sent", "Sample", "What the servers have stays there", "preferences", "Export first"]
        {
            let told = format!("document.querySelector('dialog[open]').innerText.includes({})", json!(part));
            app.browser.wait_until(&told).await;
        }
        app.browser.is_accessible().await;
        assert_eq!(app.browser.eval::<String>("document.activeElement.innerText").await, "Cancel");
        app.browser.click("button", "Cancel").await;
        app.browser.wait_gone("dialog").await;
        assert_eq!(app.entries().await.len(), 2, "nothing was erased");
        app.press_erase("Discard and erase").await;
        app.browser.wait_for("main .note").await;
        app.browser.wait_for("[data-testid=sync-status][data-pending='0']").await;
        assert_eq!(app.entries().await, Vec::<Value>::new());
    });
}

/// Signed out, nobody sees that work any more: it counts all the same, in whatever workspace Erase is pressed.
#[test]
fn unsent_work_of_an_account_that_has_signed_out_counts_too() {
    e2e(async {
        let Some(mut crew) = Crew::open().await else { return };
        crew.backend.kill();
        crew.app.edit("people", &super::pocketbase::person_id(3), "name", "Left behind").await;
        crew.app.chip("offline").await;
        crew.app.go("settings").await;
        crew.app.browser.click("button", "Sign out").await;
        crew.app.browser.click("button", "Keep for next time").await;
        crew.app.browser.field("identity").await;
        crew.app.load("?workspace=sample").await;
        crew.app.go("settings").await;
        crew.app.browser.click("button", "Erase").await;
        crew.app.browser.wait_for_text("1 change was not sent").await;
        crew.app.browser.click("button", "Discard and erase").await;
        crew.app.browser.field("identity").await;
        let left: Vec<String> = crew.app.browser.eval("(await indexedDB.databases()).map((one) => one.name)").await;
        assert!(left.iter().all(|name| !name.contains('@')), "{left:?}");
    });
}

#[test]
fn another_tab_notices_and_starts_anew() {
    e2e(async {
        let app = App::open(calm()).await;
        app.edit("people", &person(1).id, "name", "To be erased").await;
        app.synced().await;
        let first = app.browser.tab().await;
        let other = app.browser.open_window().await;
        app.load(&format!("c/people/{}", person(1).id)).await;
        app.browser.wait_until("document.querySelector('h1')?.innerText === 'To be erased'").await;
        app.browser.switch_to(&first).await;
        app.press_erase("Erase").await;
        app.browser.wait_for("main .note").await;
        app.browser.switch_to(&other).await;
        app.browser.wait_until("location.pathname === '/'").await;
        app.browser.wait_for("main .note").await;
        app.load(&format!("c/people/{}", person(1).id)).await;
        assert_eq!(json!(app.value("name").await), person(1).fields["name"]);
        app.browser.no_console_errors().await;
    });
}

#[test]
fn an_app_below_a_path_has_names_of_its_own() {
    e2e(async {
        let app = App::open_at("/x/y/", Browser::open().await, calm()).await;
        app.edit("people", &person(1).id, "name", "Below a path").await;
        app.synced().await;
        app.browser.run("localStorage['landfall.theme'] = 'dark';", vec![]).await;
        let left: Value = app.browser.run(LEFT, vec![]).await;
        for name in left["databases"].as_array().expect("names") {
            assert!(name.as_str().is_some_and(|name| name.starts_with("landfall:x:y/")), "{name}");
        }
        for name in left["preferences"].as_array().expect("names") {
            let own = name.as_str().is_some_and(|name| name.starts_with("landfall:x:y/"));
            assert!(own || *name == json!("landfall.theme"), "{name}");
        }
        app.press_erase("Erase").await;
        app.browser.wait_for("main .note").await;
        assert_eq!(app.browser.eval::<String>("localStorage['landfall.theme']").await, "dark", "that is another's");
        app.load(&format!("c/people/{}", person(1).id)).await;
        assert_eq!(json!(app.value("name").await), person(1).fields["name"]);
    });
}
