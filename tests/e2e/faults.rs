//! A fault in the app itself: the reader is told once and calmly, and can reload.

use super::harness::{Browser, Site, e2e};

/// More memory than there is: the app stops, as it does wherever it finds itself in the wrong.
const STOP: &str = "
    const glue = document.querySelector('link[rel=modulepreload]').href;
    import(glue).then((app) => app.default()).then((wasm) => HOW(() => wasm.__wbindgen_malloc(-1, 1)));";

async fn stops_and_tells(how: &str) {
    let site = Site::at("/");
    let browser = Browser::open().await;
    browser.goto(site.url("")).await;
    browser.wait_for_text("Landfall").await;
    let stop = STOP.replace("HOW", how);
    browser.run(&stop, Vec::new()).await;
    browser.wait_for_text("Something went wrong here").await;
    browser.run(&stop, Vec::new()).await;
    assert_eq!(browser.all("[role=alert]").await.len(), 1, "told once");
    browser.is_accessible().await;

    let console = browser.console().await;
    assert!(console.iter().any(|entry| entry.message.contains("RuntimeError")), "the console keeps it: {console:?}");
    browser.no_console_errors_but(&["RuntimeError"]).await;
    browser.click("button", "Reload").await;
    browser.wait_gone("[role=alert]").await;
    browser.wait_for_text("Landfall").await;
}

#[test]
fn a_fault_in_an_event_is_told_and_reload_helps() {
    e2e(stops_and_tells("setTimeout"));
}

#[test]
fn a_fault_in_a_task_is_told_and_reload_helps() {
    e2e(stops_and_tells("Promise.resolve().then"));
}
