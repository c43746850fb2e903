//! Storage that is slow, strict, refused, newer or missing; and a config that cannot be read.

use super::harness::{Browser, Site, e2e};
use super::support::{App, calm, person};
use serde_json::json;

#[test]
fn a_reload_in_the_first_moment_still_finds_the_storage() {
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
