//! Languages: the browser's from the first frame, another at a word, and English where a file cannot be had.

use super::harness::{Browser, Site, e2e};
use super::support::{App, calm, person};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Keeps what each frame shows, from the first on.
const WATCH_FRAMES: &str = "window.frames_seen = [];
    const look = () => {
        frames_seen.push([document.documentElement.lang, document.body?.innerText ?? '']);
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);";

/// The app in a browser that asks for Indonesian.
async fn indonesian(site: Site) -> App {
    App::open_until("baru saja", site, Browser::speaking("id-ID,id,en-US").await, calm()).await
}

/// What stands in the language file under `key`.
fn words(key: &str) -> String {
    let file = include_str!("../../public/lang/id.json");
    let file: Value = serde_json::from_str(file).expect("a language file");
    file[key].as_str().unwrap_or_else(|| panic!("no words for {key}")).to_owned()
}

async fn choose(app: &App, tag: &str) {
    let choose = "const select = document.querySelector('[name=language]');
        select.value = arguments[0];
        select.dispatchEvent(new Event('change', { bubbles: true }));";
    app.browser.field("language").await;
    app.browser.run(choose, vec![json!(tag)]).await;
}

#[test]
fn a_browser_that_asks_for_indonesian_gets_it_from_the_first_frame() {
    e2e(async {
        let (site, mut browser) = (Site::at("/"), Browser::speaking("id-ID,id,en-US").await);
        browser.at_start(WATCH_FRAMES).await;
        browser.goto(site.url("")).await;
        browser.wait_for_text(&words("home.sample.connect")).await;
        let frames: Vec<(String, String)> = browser.eval("frames_seen").await;
        // Before boot.js runs there is only the app's name.
        let spoken = frames.iter().filter(|(_, text)| !matches!(text.trim(), "" | "Landfall"));
        let tags: BTreeSet<&str> = spoken.map(|(tag, _)| tag.as_str()).collect();
        assert_eq!(tags, BTreeSet::from(["id-ID"]));
        for english in ["Home", "Search", "Settings", "Outbox"] {
            let shown = frames.iter().position(|(_, text)| text.lines().any(|line| line == english));
            assert_eq!(shown, None, "{english} flashed: {frames:?}");
        }
        browser.no_console_errors().await;
    });
}

#[test]
fn another_language_needs_no_reload_and_reaches_other_tabs() {
    e2e(async {
        let app = App::open(calm()).await;
        let first = app.browser.tab().await;
        app.browser.open_window().await;
        app.load("settings").await;
        app.browser.run("window.same_page = true;", vec![]).await;
        choose(&app, "id").await;
        app.browser.by_role("heading", &words("settings")).await;
        assert_eq!(app.browser.eval::<String>("document.documentElement.lang").await, "id");
        app.browser.wait_until("document.activeElement.name === 'language' && window.same_page").await;
        assert_eq!(app.browser.eval::<String>("document.activeElement.value").await, "id");
        app.browser.switch_to(&first).await;
        app.browser.by_role("link", &words("search")).await;
        app.reload().await;
        app.browser.by_role("link", &words("search")).await;
        app.load("settings").await;
        choose(&app, "").await;
        app.browser.by_role("heading", "Settings").await;
        app.browser.no_console_errors().await;
    });
}

#[test]
fn what_is_typed_outlives_another_language() {
    e2e(async {
        let app = App::open(calm()).await;
        let id = person(4).id;
        app.load(&format!("c/people/{id}")).await;
        app.browser.fill("name", "Half a na").await;
        let form = app.browser.tab().await;
        app.browser.open_window().await;
        app.load("settings").await;
        choose(&app, "id").await;
        app.browser.by_role("heading", &words("settings")).await;
        app.browser.switch_to(&form).await;
        app.browser.by_role("button", &words("save")).await;
        assert_eq!(app.value("name").await, "Half a na");
        let label: String = app.browser.eval("document.querySelector('label[for$=name]').innerText").await;
        assert!(label.starts_with(&words("sample.name")), "{label}");
        app.browser.click("button", &words("save")).await;
        app.toast(&words("sync.saved")).await;
        app.synced().await;
        assert_eq!(app.server_field("people", &id, "name").await, "Half a na");
    });
}

#[test]
fn dates_numbers_and_plurals_follow_the_language() {
    e2e(async {
        let app = indonesian(Site::at("/")).await;
        let tiles: String = app.browser.eval("document.querySelector('.tiles').innerText").await;
        assert!(tiles.contains("10.000"), "{tiles}");
        app.load("c/people").await;
        app.browser.wait_for_text("10.000").await;
        app.browser.wait_for("[data-record-id]").await;
        let english = Browser::open().await;
        english.goto(app.site.url("")).await;
        english.wait_for_text("10,000").await;
        app.go("settings").await;
        app.browser.click("button", &words("go_offline")).await;
        let id = person(3).id;
        app.go(&format!("c/people/{id}")).await;
        app.browser.wait_until(&format!("location.pathname.endsWith({})", json!(id))).await;
        app.browser.fill("name", "Putri").await;
        app.browser.click("button", &words("save")).await;
        app.toast(&words("sync.saved")).await;
        assert_eq!(app.chip_words().await, "Latihan Offline, 1 menunggu");
    });
}

#[test]
fn without_a_host_the_language_comes_from_the_cache() {
    e2e(async {
        let mut app = indonesian(Site::at("/")).await;
        app.installed().await;
        app.site.stop();
        app.browser.restart().await;
        app.load("settings").await;
        app.browser.by_role("heading", &words("settings")).await;
        app.browser.wait_for_text(&words("sample.people")).await;
    });
}

#[test]
fn english_is_shown_where_the_file_cannot_be_had() {
    e2e(async {
        for broken in [None, Some("{"), Some("<!doctype html><title>A fallback</title>")] {
            let (site, browser) = (Site::at("/"), Browser::speaking("id").await);
            match broken {
                Some(text) => site.put("lang/id.json", text),
                None => site.refuse("lang/id.json", 404),
            }
            browser.goto(site.url("settings")).await;
            browser.by_role("heading", "Settings").await;
            assert_eq!(browser.eval::<String>("document.documentElement.lang").await, "en-GB");
            browser.no_console_errors_but(&["lang/id.json"]).await;
            let told = browser.console().await.iter().any(|entry| entry.message.contains("so English is shown"));
            assert!(told, "the console says why: {broken:?}");
        }
    });
}

#[test]
fn a_deployers_language_beside_the_app_is_spoken_and_its_gaps_are_english() {
    e2e(async {
        let (site, browser) = (Site::at("/"), Browser::open().await);
        site.put("landfall.json", r#"{ "locale": "de" }"#);
        site.put("lang/de.json", r#"{ "settings": "Einstellungen", "language": "Sprache", "setings": "?" }"#);
        browser.goto(site.url("settings")).await;
        browser.by_role("heading", "Einstellungen").await;
        browser.by_role("combobox", "Sprache").await;
        browser.by_role("link", "Home").await;
        let choices: Vec<String> =
            browser.eval("[...document.querySelectorAll('[name=language] option')].map((o) => o.label)").await;
        assert_eq!(choices, ["As the browser is set", "English", "Bahasa Indonesia", "Deutsch"]);
        let told = browser
            .console()
            .await
            .iter()
            .any(|entry| entry.message.contains("unknown words") && entry.message.contains("setings"));
        assert!(told, "the console names unknown keys");
    });
}
