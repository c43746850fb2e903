//! The keyboard does everything: the main job without a mouse, the shortcuts, the palette.

use super::harness::{Browser, e2e};
use super::support::{App, calm, person};
use serde_json::json;
use thirtyfour::Key;

async fn opened() -> App {
    let mut browser = Browser::open().await;
    browser.watch_focus().await;
    App::open_in(browser, calm()).await
}

/// Opens the palette, types, and waits until the active option says `first`.
async fn palette(app: &App, words: &str, first: &str) {
    app.browser.press(Key::Control + "k").await;
    app.focused("[role=combobox]").await;
    app.browser.press(words).await;
    let active = format!(
        "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.matches('[aria-selected=true]') \
         && document.querySelector('.palette [aria-selected=true]').firstChild.innerText === {}",
        json!(first)
    );
    app.browser.wait_until(&active).await;
}

/// The same, and takes it.
async fn command(app: &App, words: &str, first: &str) {
    palette(app, words, first).await;
    app.browser.press(Key::Enter).await;
    app.browser.wait_gone("dialog").await;
}

#[test]
fn the_main_job_is_done_by_keyboard_alone() {
    e2e(async {
        let app = opened().await;
        let wanted = person(7);
        app.tab_to(".skip").await;
        app.tab_to("a.card[href$='/c/people']").await;
        app.keys(Key::Enter).await;
        app.arrived("People").await;
        app.keys("/").await;
        app.focused("[role=searchbox]").await;
        app.keys(wanted.text("email").as_str()).await;
        app.browser.wait_until("document.querySelectorAll('[data-record-id]').length === 1").await;
        app.tab_to("[data-testid=record-list]").await;
        app.keys(Key::Down).await;
        app.focused("[data-record-id] a").await;
        app.keys(Key::Enter).await;
        app.arrived(&wanted.text("name")).await;

        app.tab_to("[name=name]").await;
        app.keys(Key::Control + "a").await;
        app.keys("By keyboard").await;
        app.keys(Key::Control + "s").await;
        app.toast("Saved on this device").await;
        app.synced().await;
        assert_eq!(app.server_field("people", &wanted.id, "name").await, "By keyboard");
        app.tab_to(".toast .act").await;
        app.keys(Key::Enter).await;
        app.toast("Undone on this device").await;
        app.arrived(&wanted.text("name")).await;
        app.synced().await;
        assert_eq!(app.server_field("people", &wanted.id, "name").await, wanted.text("name"));

        command(&app, "offline", "Go offline").await;
        app.chip("offline").await;
        command(&app, "new people", "New in People").await;
        app.arrived("New in People").await;
        app.tab_to("[name=name]").await;
        app.keys("Made by keyboard").await;
        app.tab_to("[name=email]").await;
        app.keys("keys@example.org").await;
        app.keys(Key::Meta + Key::Enter).await;
        app.arrived("Made by keyboard").await;
        app.keys("go").await;
        app.arrived("Outbox").await;
        app.tab_to("[data-testid=outbox-entry] a").await;
        command(&app, "online", "Go online").await;
        app.synced().await;
        assert_eq!(app.count_on_server("name", "Made by keyboard").await, 1);
        app.browser.wait_until("document.activeElement.matches('main :focus-visible')").await;
        app.keys("gs").await;
        app.arrived("Settings").await;
        app.tab_to("[name=theme]").await;
        app.keys(Key::Right).await;
        app.browser.wait_for("html[data-theme=light]").await;
        app.kept_focus().await;
        app.browser.no_console_errors().await;
    });
}

#[test]
fn the_palette_finds_screens_acts_and_records_and_gives_the_focus_back() {
    e2e(async {
        let app = opened().await;
        app.tab_to("nav.side a[href$='/outbox']").await;
        palette(&app, "", "Home").await;
        app.keys(Key::Down).await;
        app.keys(Key::Up).await;
        app.keys(Key::Up).await;
        app.browser.wait_until("document.querySelector('[aria-selected=true]').matches(':last-child')").await;
        let shown = "(() => { const [list, one] = ['#palette', '[aria-selected=true]'].map((css) => document.querySelector(css).getBoundingClientRect());
            return one.top >= list.top && one.bottom <= list.bottom; })()";
        app.browser.wait_until(shown).await; // the active option is in sight
        app.keys(Key::Escape).await;
        app.browser.wait_gone("dialog").await;
        app.focused("nav.side a[href$='/outbox']").await;

        let wanted = person(11);
        command(&app, &wanted.text("email"), &wanted.text("name")).await;
        app.arrived(&wanted.text("name")).await;
        command(&app, "sync", "Sync").await;
        app.arrived("Sync").await;
        command(&app, "compan", "Companies").await;
        app.arrived("Companies").await;
        command(&app, "dark", "Theme: Dark").await;
        app.browser.wait_for("html[data-theme=dark]").await;
        app.arrived("Companies").await;
        command(&app, "bahasa", "Language: Bahasa Indonesia").await;
        app.browser.wait_for("html[lang=id]").await;
        app.focused("main h1").await;
        command(&app, "english", "Bahasa: English").await;
        app.browser.wait_for("html[lang^=en]").await;
        palette(&app, "", "Home").await;
        app.keys("nothing of that name").await;
        app.browser.wait_for("#palette [aria-disabled=true]").await;
        app.keys(Key::Enter).await;
        app.keys(Key::Escape).await;
        app.browser.click("button", "Commands Ctrl K").await;
        app.browser.click("option", "Settings g s").await;
        app.arrived("Settings").await;
        app.kept_focus().await;
        app.browser.no_console_errors().await;
    });
}

#[test]
fn single_keys_lead_everywhere_and_are_listed() {
    e2e(async {
        let app = opened().await;
        app.focus("h1").await;
        for (keys, heading) in [("go", "Outbox"), ("gs", "Settings"), ("gy", "Sync"), ("gh", "Home")] {
            app.keys(keys).await;
            app.arrived(heading).await;
        }
        app.keys("/").await;
        app.focused("[role=searchbox]").await;
        assert!(app.browser.eval::<bool>("location.pathname === '/search'").await);
        app.keys("gonr?/").await;
        assert_eq!(app.value("q").await, "gonr?/", "what is typed is no shortcut");
        app.go("c/companies").await;
        app.arrived("Companies").await;
        app.keys("r").await;
        app.toast("Up to date").await;
        app.keys(Key::Alt + "n").await;
        app.keys("n").await;
        app.arrived("New in Companies").await;
        app.keys("gh").await;
        app.arrived("Home").await;
        app.keys("n").await;
        app.arrived("Add").await;
        app.tab_to("main a[href$='/c/people/new']").await;
        app.keys(Key::Enter).await;
        app.arrived("New in People").await;

        app.keys("?").await;
        app.browser.wait_for("dialog[open]").await;
        let words = app
            .browser
            .eval::<Vec<String>>("[...document.querySelectorAll('dialog dt')].map((dt) => dt.innerText)")
            .await;
        assert_eq!(words.len(), 13);
        assert!(words.iter().all(|words| words.starts_with(char::is_uppercase)), "{words:?}");
        app.keys("n").await;
        app.keys(Key::Escape).await;
        app.browser.wait_gone("dialog").await;
        app.arrived("New in People").await;
        app.kept_focus().await;
        app.browser.no_console_errors().await;
    });
}

#[test]
fn single_keys_can_be_switched_off_for_good() {
    e2e(async {
        let app = opened().await;
        app.load("settings").await;
        app.focus("[name=keys]").await;
        app.keys(" ").await;
        app.browser.wait_until("!document.querySelector('[name=keys]').checked").await;
        app.reload().await;
        app.focus("h1").await;
        app.keys("go?n").await;
        app.keys(Key::Control + "k").await;
        app.focused("[role=combobox]").await;
        assert!(
            app.browser.eval::<bool>("location.pathname === '/settings' && !document.querySelector('.keys')").await
        );
        app.keys(Key::Escape).await;
        app.browser.wait_gone("dialog").await;
        app.focus("[name=keys]").await;
        app.keys(" ").await;
        app.focus("h1").await;
        app.keys("go").await;
        app.arrived("Outbox").await;
    });
}
