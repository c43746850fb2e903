//! Two languages that nobody speaks show what is not translated, what does not fit, and what is not mirrored.

use super::harness::{Device, Look, Site, e2e};
use super::support::{ACCENTED, App, BUSY, MIRRORED, QUIET, calm, pseudo, pseudo_file};
use crate::harness::Browser;
use serde_json::json;

const SIZES: [Device; 3] = [Device::Window(320, 640), Device::Phone, Device::Desk];

/// What is read or heard and is neither data (`dir=auto`), nor the app's name, nor in brackets. Options of a record's
/// fields are data too.
const UNTRANSLATED: &str = "(() => {
    const foreign = (text) => /\\p{L}{2}/u.test(text) && !(text.startsWith('[') && text.endsWith(']')) && text !== 'Landfall';
    const data = '[dir=auto], [dir=auto] *, pre, kbd, [data-record-id], option[lang], .main form select option';
    const found = [];
    const look = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (look.nextNode()) {
        const text = look.currentNode.data.trim(), el = look.currentNode.parentElement;
        const shown = el.closest('select') ?? el;
        if (foreign(text) && shown.checkVisibility({ visibilityProperty: true }) && !el.matches(data) && !el.closest('script, style, noscript'))
            found.push(`${el.tagName}.${el.className}: ${text}`);
    }
    for (const el of document.querySelectorAll('body *'))
        for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-description']) {
            const text = el.getAttribute(name)?.trim() ?? '';
            if (foreign(text) && el.checkVisibility() && !el.matches(data) && !text.startsWith('https://'))
                found.push(`${el.tagName}.${el.className} ${name}: ${text}`);
        }
    const title = document.title.replace(' · Landfall', '');
    if (foreign(title) && !document.querySelector('main h1[dir=auto]')) found.push(`title: ${title}`);
    return found;
})()";

/// What scrolls sideways, sticks out of the window, or is cut off inside its control.
const TOO_NARROW: &str = "(() => {
    const name = (el) => `${el.tagName}.${el.className}: ${el.innerText?.slice(0, 60)}`;
    const wide = [document.documentElement, document.querySelector('.shell'), document.querySelector('main')]
        .filter((box) => box && box.scrollWidth > box.clientWidth);
    const visible = [...document.querySelectorAll('main *, header *, nav *, .toasts *')]
        .filter((el) => el.checkVisibility() && !el.closest('.unseen, svg') && el.getBoundingClientRect().width > 0);
    const scrolls = (el) => el.closest('[role=grid]');
    const out = visible.filter((el) => !scrolls(el)
        && (el.getBoundingClientRect().right > innerWidth + 1 || el.getBoundingClientRect().left < -1));
    const cut = visible.filter((el) => el.matches('button, a.button, .chip, h1, h2, label, nav a, .segments *')
        && !el.closest('[dir=auto]') && (el.scrollWidth > el.clientWidth + 1 && getComputedStyle(el).display !== 'inline'));
    return [...wide.map((el) => `wide ${name(el)}`), ...out.map((el) => `out ${name(el)}`), ...cut.map((el) => `cut ${name(el)}`)];
})()";

/// The sample in a language that nobody speaks: chosen before each page is loaded.
async fn app() -> App {
    let site = Site::at("/");
    for tag in [ACCENTED, MIRRORED] {
        site.put(&format!("lang/{tag}.json"), &pseudo_file(tag));
    }
    App::open_until("just now", site, Browser::open().await, calm()).await
}

async fn speak(app: &App, tag: &str) {
    let key = app.site.preference("language");
    app.browser.run("localStorage.setItem(...arguments);", vec![json!(key), json!(tag)]).await;
}

/// What is wrong with the present screen, at each size.
async fn flaws(app: &mut App, screen: &str) -> Vec<String> {
    let mut found = Vec::new();
    for device in SIZES {
        app.browser.look(Look { device, reduced_motion: true, ..Look::default() }).await;
        app.browser
            .eval::<Option<bool>>(
                "new Promise((end) => requestAnimationFrame(() => requestAnimationFrame(() => end(null))))",
            )
            .await;
        for probe in [UNTRANSLATED, TOO_NARROW] {
            let flaws: Vec<String> = app.browser.eval(probe).await;
            found.extend(flaws.into_iter().map(|flaw| format!("{screen} {}: {flaw}", device.name())));
        }
    }
    found
}

async fn inspect(tag: &str) {
    let mut app = app().await;
    speak(&app, tag).await;
    let mut found = Vec::new();
    for screen in QUIET {
        app.show(screen).await;
        found.extend(flaws(&mut app, screen.0).await);
    }
    app.show_record().await;
    found.extend(flaws(&mut app, "record").await);
    app.browser.look(Look::default()).await;
    speak(&app, "en").await;
    app.reload().await;
    app.make_busy().await;
    speak(&app, tag).await;
    for screen in BUSY {
        app.show(screen).await;
        found.extend(flaws(&mut app, screen.0).await);
    }
    assert!(found.is_empty(), "{} flaws:\n{}", found.len(), found.join("\n"));
}

#[test]
fn every_word_is_translated_and_longer_words_fit() {
    e2e(inspect(ACCENTED));
}

#[test]
fn every_screen_can_be_read_from_right_to_left() {
    e2e(inspect(MIRRORED));
}

#[test]
fn right_to_left_is_mirrored() {
    e2e(async {
        let app = app().await;
        speak(&app, MIRRORED).await;
        app.load("c/people").await;
        app.browser.wait_for("[data-record-id]").await;
        app.browser.by_role("link", &pseudo(MIRRORED, "Home")).await;
        assert_eq!(app.browser.eval::<String>("document.documentElement.dir").await, "rtl");
        let beside = "document.querySelector('nav.side').getBoundingClientRect().left >= document.querySelector('main').getBoundingClientRect().right - 1";
        app.browser.wait_until(beside).await;
        app.show_record().await;
        assert_eq!(
            app.browser.eval::<String>("getComputedStyle(document.querySelector('.back .icon')).scale").await,
            "-1 1"
        );
        app.browser.no_console_errors().await;
    });
}

#[test]
fn the_probes_find_what_they_look_for() {
    e2e(async {
        let app = app().await;
        app.load("settings").await;
        app.browser.wait_for("[name=latency]").await;
        assert!(app.browser.eval::<Vec<String>>(UNTRANSLATED).await.iter().any(|flaw| flaw.ends_with("Settings")));
        app.browser.run("document.querySelector('main button').style.minInlineSize = '3000px';", vec![]).await;
        assert!(!app.browser.eval::<Vec<String>>(TOO_NARROW).await.is_empty());
    });
}
