//! The published folder works on any static host: at the root, under a path, from any deep link.

use super::harness::{Browser, Site, e2e};
use super::support::{App, BUSY, QUIET, calm};

async fn opens_quietly(site: &Site, path: &str) {
    let browser = Browser::open().await;
    browser.goto(site.url(path)).await;
    browser.wait_for_text("Landfall").await;
    browser.no_console_errors().await;
}

#[test]
fn the_app_opens_at_the_root() {
    e2e(async {
        opens_quietly(&Site::at("/"), "").await;
    });
}

#[test]
fn the_app_opens_under_a_path() {
    e2e(async {
        let site = Site::at("/x/y/");
        opens_quietly(&site, "").await;
        let strays: Vec<String> = site.requests().into_iter().filter(|path| path.starts_with('/')).collect();
        assert!(strays.is_empty(), "asked for outside of /x/y/: {strays:?}");
    });
}

#[test]
fn nothing_is_downloaded_twice() {
    e2e(async {
        let site = Site::at("/");
        let browser = Browser::open().await;
        browser.goto(site.url("")).await;
        browser.wait_until("navigator.serviceWorker.controller").await;
        browser.no_console_errors().await;
        let mut sent = site.sent();
        sent.retain(|path| path.starts_with("landfall-") || path.starts_with("boot-"));
        let all = sent.len();
        sent.sort();
        sent.dedup();
        assert!(all >= 4 && sent.len() == all, "{:?}", site.sent());
    });
}

#[test]
fn a_deep_link_opens_the_app() {
    e2e(async {
        opens_quietly(&Site::at("/"), "c/people").await;
        opens_quietly(&Site::at("/x/y/"), "c/people").await;
    });
}

/// Each screen loaded as a deep link, with a title that says which it is, and a console that says nothing: no error, no
/// broken policy.
async fn every_screen_is_quiet(base: &str) {
    let app = App::open_at(base, Browser::open().await, calm()).await;
    for screen in QUIET {
        app.show(screen).await;
        let (title, heading): (String, String) =
            app.browser.eval("[document.title, document.querySelector('main h1').innerText]").await;
        assert_eq!(title, format!("{heading} · Landfall"));
    }
    app.show_record().await;
    app.make_busy().await;
    for screen in BUSY {
        app.show(screen).await;
    }
    app.browser.no_console_errors().await;
    let strays: Vec<String> = app.site.requests().into_iter().filter(|path| path.starts_with('/')).collect();
    assert!(strays.is_empty(), "asked for outside of {base}: {strays:?}");
}

#[test]
fn every_screen_opens_quietly_at_the_root() {
    e2e(every_screen_is_quiet("/"));
}

#[test]
fn every_screen_opens_quietly_under_a_path() {
    e2e(every_screen_is_quiet("/x/y/"));
}

#[test]
fn the_policy_stops_an_inline_script() {
    e2e(async {
        let site = Site::at("/");
        let browser = Browser::open().await;
        browser.goto(site.url("")).await;
        browser.wait_for_text("Landfall").await;
        let inject = "const s = document.createElement('script'); s.textContent = 'window.injected = true';
            document.head.append(s);";
        browser.run(inject, Vec::new()).await;
        assert!(!browser.eval::<bool>("'injected' in window").await);
        browser.no_console_errors_but(&["Content Security Policy"]).await;
    });
}

#[test]
fn a_wasm_file_that_was_tampered_with_does_not_run() {
    e2e(async {
        let site = Site::at("/");
        site.refuse("sw.js", 404); // no copy of the right file
        let browser = Browser::open().await;
        browser.goto(site.url("")).await;
        let wasm: String = browser.eval("document.querySelector('link[type=\"application/wasm\"]').href").await;
        let name = wasm.rsplit('/').next().expect("a file name");
        site.put(name, "something else");
        browser.reload().await;
        browser.wait_for_text("Landfall could not be loaded").await;
        let told = browser.console().await.iter().any(|entry| entry.message.contains("'integrity' attribute"));
        assert!(told, "refused for its hash, not for what it does");
    });
}
