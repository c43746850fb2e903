//! After one visit nothing is needed to start: no host, no backend, no network.

use super::harness::{Browser, Site, e2e};
use super::pocketbase::person_id;
use super::support::{App, Crew, Publication, calm, person};
use serde_json::json;

/// Screens as deep links, and what shows that they are there.
const SCREENS: [(&str, &str); 8] = [
    ("", ".tiles .big"),
    ("c/people", "[data-record-id]"),
    ("c/people?q=an&sort=-city", "[data-record-id]"),
    ("c/companies/new", "form [name=name]"),
    ("search?q=an", ".card.lines a"),
    ("outbox", "main h1"),
    ("settings", "main h1"),
    ("new", "main a"),
];

async fn starts_without_a_host(base: &str) {
    let mut app = App::open_at(base, Browser::open().await, calm()).await;
    app.installed().await;
    app.site.stop();
    app.browser.restart().await;
    for (path, sign) in SCREENS {
        app.load(path).await;
        app.browser.wait_for(sign).await;
    }
    app.reload().await;
    app.load(&format!("c/people/{}", person(4).id)).await;
    app.browser.fill("name", "Edited without a host").await;
    app.save().await;
    app.reload().await;
    assert_eq!(app.value("name").await, "Edited without a host");
    app.synced().await; // the practice server lives in the page
    app.load("nowhere").await;
    app.browser.wait_for(".empty a").await;
}

#[test]
fn the_app_starts_without_a_host_at_the_root() {
    e2e(starts_without_a_host("/"));
}

#[test]
fn the_app_starts_without_a_host_under_a_path() {
    e2e(starts_without_a_host("/x/y/"));
}

#[test]
fn with_host_and_backend_dead_everything_opens_and_edits_arrive_later() {
    e2e(async {
        let Some(mut crew) = Crew::open().await else { return };
        crew.app.installed().await;
        crew.app.site.stop();
        crew.backend.kill();

        crew.restart_browser("c/people").await;
        crew.app.browser.wait_for("[data-record-id]").await;
        crew.app.chip("offline").await;
        crew.app.reload().await;
        crew.app.browser.wait_for("[data-record-id]").await;
        crew.app.load(&format!("c/people/{}", person_id(7))).await;
        crew.app.browser.fill("name", "Edited with nobody there").await;
        crew.app.save().await;
        let made =
            crew.app.create("people", &[("name", "Made with nobody there"), ("email", "nobody@example.org")]).await;
        for (path, sign) in [("settings", "main h1"), ("outbox", "[data-testid=outbox-entry]")] {
            crew.app.load(path).await;
            crew.app.browser.wait_for(sign).await;
        }
        crew.restart_browser(&format!("c/people/{made}")).await;
        assert_eq!(crew.app.value("name").await, "Made with nobody there");
        crew.app.browser.wait_until("document.querySelector('.chip').innerText.includes('Offline, 2 waiting')").await;

        crew.backend.restart().await;
        crew.app.site.start();
        crew.arrived().await;
        assert_eq!(crew.on_server(&person_id(7), "name").await, json!("Edited with nobody there"));
        assert_eq!(crew.named("Made with nobody there").await, 1);
    });
}

/// What the worker keeps is the list of the build and the deployer's config, whatever the app has talked about with its
/// backend.
#[test]
fn no_answer_of_a_backend_is_kept_by_the_worker() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        crew.app.installed().await;
        crew.app.edit("people", &person_id(3), "name", "Spoken of").await;
        crew.arrived().await;
        crew.app.load("c/people").await;
        crew.app.browser.wait_for("[data-record-id]").await;
        crew.app.load("sync").await;
        let kept = "Promise.all((await caches.keys()).map(async (name) =>
            (await (await caches.open(name)).keys()).map((request) => request.url))).then((all) => all.flat().sort())";
        let kept: Vec<String> = crew.app.browser.eval(kept).await;
        let listed = Publication::of("/").listed();
        let listed = listed.iter().map(|(path, _)| path.trim_start_matches("./")).chain(["landfall.json"]);
        let mut listed: Vec<String> = listed.map(|path| crew.app.site.url(path)).collect();
        listed.sort();
        assert_eq!(kept, listed);
    });
}

/// The deployer's config is the host's while it answers, and the last known when nobody does, even if the browser lost
/// the app's own copy; a config that was taken away is forgotten.
#[test]
fn the_config_outlives_a_lost_local_storage() {
    e2e(async {
        let mut site = Site::at("/");
        let config = |label: &str| {
            let workspace = json!({ "id": "own", "label": label, "backend": { "kind": "practice" } });
            json!({ "name": "Harbour", "workspaces": [workspace] }).to_string()
        };
        site.put("landfall.json", &config("First crew"));
        let browser = Browser::open().await;
        browser.goto(site.url("")).await;
        browser.wait_until("navigator.serviceWorker.controller").await;
        let forget = "localStorage.clear(); sessionStorage.clear();";
        site.put("landfall.json", &config("Second crew"));
        browser.run(forget, vec![]).await;
        browser.reload().await;
        browser.wait_for_text("Second crew").await;
        browser.run(forget, vec![]).await;
        site.stop();
        browser.reload().await;
        browser.wait_for_text("Second crew").await;
        site.start();
        site.refuse("landfall.json", 404);
        browser.run(forget, vec![]).await;
        browser.reload().await;
        browser.wait_for_text("Sample").await;
        site.stop();
        browser.run(forget, vec![]).await;
        browser.reload().await;
        browser.wait_for_text("Sample").await;
    });
}

/// A host in the midst of an upload has the new worker and not yet its files: nothing of it is taken, and the version
/// that is here goes on.
#[test]
fn half_an_upload_is_not_taken() {
    e2e(async {
        let publication = Publication::of("/");
        let site = Site::of("/", publication.folder().to_owned());
        let mut app = App::open_on(site, Browser::open().await, calm()).await;
        app.installed().await;
        let before: Vec<String> = app.browser.eval("caches.keys()").await;
        publication.version("two");
        let page = std::fs::read_to_string(publication.folder().join("index.html")).expect("a page");
        app.site.put("", &page.replace("two", "three"));
        let update = "navigator.serviceWorker.ready.then(async (one) => {
            await one.update().catch(() => {});
            while (one.installing) await new Promise((end) => one.installing.addEventListener('statechange', end, { once: true }));
            return Boolean(one.waiting);
        })";
        assert!(!app.browser.eval::<bool>(update).await, "a page that is not the listed one");
        assert_eq!(app.browser.eval::<Vec<String>>("caches.keys()").await, before);
        app.site.stop();
        app.browser.restart().await;
        app.load("c/people").await;
        app.browser.wait_for("[data-record-id]").await;
    });
}
