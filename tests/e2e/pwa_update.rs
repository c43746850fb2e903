//! A new version waits until the reader takes it; it costs one reload and nothing that was typed or saved.

use super::harness::{Browser, Site, e2e, package_path};
use super::support::{App, BUILD, Publication, calm, company, person};

/// Counts the pages that this tab has loaded.
const COUNT_LOADS: &str = "sessionStorage.loads = Number(sessionStorage.loads ?? 0) + 1;";
/// Notes the numbers on the app's icon.
const WATCH_BADGE: &str = "window.badges = [];
    navigator.setAppBadge = async (count) => { badges.push(count); };";
/// The visible number of people.
const PEOPLE: &str = "document.querySelector('nav.side a[href$=\"c/people\"] > .num').innerText";

impl App {
    async fn loads(&self) -> u32 {
        self.browser.eval("Number(sessionStorage.loads)").await
    }

    async fn build(&self) -> String {
        self.browser.eval(BUILD).await
    }
}

async fn published(publication: &Publication) -> App {
    let mut browser = Browser::open().await;
    browser.at_start(COUNT_LOADS).await;
    let app = App::open_on(Site::of("/", publication.folder().to_owned()), browser, calm()).await;
    app.installed().await;
    app
}

#[test]
fn a_new_version_waits_and_takes_one_reload() {
    e2e(async {
        let publication = Publication::of("/");
        let app = published(&publication).await;
        app.switch_network("Go offline").await;
        app.edit("companies", &company(3).id, "city", "Old Harbour").await;
        let first = app.browser.tab().await;
        let second = app.browser.open_tab().await;
        app.load("c/people").await;
        app.browser.switch_to(&first).await;
        app.go(&format!("c/people/{}", person(9).id)).await;
        app.browser.wait_until(&format!("location.pathname.endsWith('{}')", person(9).id)).await;
        app.browser.fill("name", "Half ty").await;
        app.browser.fill("notes", "and a second field").await;
        let before = (app.loads().await, app.entries().await, app.browser.eval::<String>(PEOPLE).await);

        // Found when the page is looked at again.
        publication.version("two");
        app.browser.switch_to(&second).await;
        app.browser.wait_for("[data-testid=update-ready]").await;
        app.browser.switch_to(&first).await;
        app.browser.wait_for("[data-testid=update-ready]").await;
        assert_eq!(app.build().await, "");
        app.browser.fill("name", "Half typed").await;
        app.browser.is_accessible().await;
        app.browser.no_console_errors().await;

        app.browser.click("button", "Reload").await;
        app.browser.wait_until(&format!("{BUILD} === 'two'")).await;
        app.browser.wait_gone("[data-testid=update-ready]").await;
        assert_eq!(app.value("name").await, "Half typed");
        assert_eq!(app.value("notes").await, "and a second field");
        let after = (app.loads().await, app.entries().await, app.browser.eval::<String>(PEOPLE).await);
        assert_eq!((before.0 + 1, before.1, before.2), after);

        // The other tab keeps what it has and goes on working, until its own click.
        app.browser.switch_to(&second).await;
        assert_eq!((app.build().await.as_str(), app.loads().await), ("", 1));
        app.edit("people", &person(5).id, "name", "From the older tab").await;
        app.browser.wait_for("[data-testid=update-ready]").await;
        app.browser.click("button", "Reload").await;
        app.browser.wait_until(&format!("{BUILD} === 'two'")).await;
        assert_eq!(app.loads().await, 2);

        app.browser.switch_to(&first).await;
        assert_eq!(app.loads().await, before.0 + 1, "one reload");
        app.save().await;
        app.switch_network("Go online").await;
        app.synced().await;
        assert_eq!(app.server_field("companies", &company(3).id, "city").await, "Old Harbour");
        assert_eq!(app.server_field("people", &person(9).id, "name").await, "Half typed");
        assert_eq!(app.server_field("people", &person(5).id, "name").await, "From the older tab");
        app.browser.no_console_errors().await;
    });
}

/// Nobody clicked: the version that waits opens when no page of the app is open any more.
#[test]
fn a_version_that_nobody_asked_for_comes_with_the_next_start() {
    e2e(async {
        let publication = Publication::of("/");
        let mut app = published(&publication).await;
        publication.version("two");
        app.browser.run("navigator.serviceWorker.ready.then((one) => one.update());", vec![]).await;
        app.browser.wait_for("[data-testid=update-ready]").await;
        app.reload().await;
        assert_eq!(app.build().await, "", "a reload alone takes nothing");
        app.browser.wait_for("[data-testid=update-ready]").await;
        app.browser.restart().await;
        app.load("c/people").await;
        app.browser.wait_until(&format!("{BUILD} === 'two'")).await;
        assert!(app.browser.all("[data-testid=update-ready]").await.is_empty());
        assert_eq!(app.browser.eval::<usize>("(await caches.keys()).length").await, 1, "the older one is gone");
    });
}

/// `retire.js` in the worker's place: no worker, no cache, one reload; what people saved is still there.
#[test]
fn an_app_that_is_taken_down_leaves_the_records() {
    e2e(async {
        let publication = Publication::of("/");
        let app = published(&publication).await;
        app.switch_network("Go offline").await;
        app.edit("companies", &company(4).id, "city", "Last Port").await;
        let loads = app.loads().await;
        let retire = std::fs::read_to_string(package_path("public/retire.js")).expect("the file");
        app.site.put("sw.js", &retire);
        app.browser.run("navigator.serviceWorker.ready.then((one) => one.update());", vec![]).await;
        app.browser.wait_until(&format!("Number(sessionStorage.loads) === {}", loads + 1)).await;
        app.browser.wait_for("[data-testid=sync-status]").await;
        app.browser.wait_until("!navigator.serviceWorker.controller && (await caches.keys()).length === 0").await;
        app.browser.wait_until("(await navigator.serviceWorker.getRegistrations()).length === 0").await;
        assert_eq!(app.loads().await, loads + 1, "one reload, and no more");
        assert_eq!(app.entries().await.len(), 1);
        app.load(&format!("c/companies/{}", company(4).id)).await;
        assert_eq!(app.value("city").await, "Last Port");
    });
}

#[test]
fn what_is_typed_outlives_an_accidental_reload_and_nothing_else() {
    e2e(async {
        let app = App::open(calm()).await;
        app.load(&format!("c/people/{}", person(2).id)).await;
        let stored = app.value("name").await;
        app.browser.fill("name", "Typed").await;
        app.reload().await;
        assert_eq!(app.value("name").await, "Typed");
        app.go(&format!("c/people/{}", person(3).id)).await;
        app.browser.wait_until(&format!("location.pathname.endsWith('{}')", person(3).id)).await;
        assert_ne!(app.value("name").await, "Typed", "of another record");
        app.load(&format!("c/people/{}", person(2).id)).await;
        assert_eq!(app.value("name").await, stored, "the screen was left");
        app.browser.fill("name", "Typed and saved").await;
        app.save().await;
        assert_eq!(app.browser.eval::<Option<String>>("sessionStorage.getItem('landfall.draft')").await, None);
    });
}

#[test]
fn the_icon_counts_what_waits() {
    e2e(async {
        let mut browser = Browser::open().await;
        browser.at_start(WATCH_BADGE).await;
        let app = App::open_in(browser, calm()).await;
        app.switch_network("Go offline").await;
        app.edit("companies", &company(1).id, "city", "One").await;
        app.browser.wait_until("badges.at(-1) === 1").await;
        app.edit("companies", &company(2).id, "city", "Two").await;
        app.browser.wait_until("badges.at(-1) === 2").await;
        app.reload().await;
        app.browser.wait_until("badges.at(-1) === 2").await;
        app.switch_network("Go online").await;
        app.synced().await;
        app.browser.wait_until("badges.at(-1) === 0").await;
    });
}
