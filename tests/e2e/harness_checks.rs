//! The harness does what it claims to: sizes, themes, a lost network, scripts before the page, finding, axe.

use super::harness::{Browser, Device, Look, Site, Theme, e2e};
use serde_json::json;
use thirtyfour::Key;

#[test]
fn a_page_sees_the_screen_and_the_preferences() {
    e2e(async {
        let site = Site::at("/");
        let mut browser = Browser::open().await;
        browser.look(Look { device: Device::Phone, theme: Theme::Dark, reduced_motion: true }).await;
        browser.goto(site.url("")).await;
        assert_eq!(browser.eval::<[u32; 2]>("[innerWidth, innerHeight]").await, [390, 844]);
        for feature in ["(prefers-color-scheme: dark)", "(prefers-reduced-motion)", "(pointer: coarse)"] {
            assert!(browser.eval::<bool>(&format!("matchMedia('{feature}').matches")).await, "{feature}");
        }
        browser.look(Look { device: Device::Window(320, 640), ..Look::default() }).await;
        browser.open_tab().await;
        browser.goto(site.url("")).await;
        assert_eq!(browser.eval::<[u32; 2]>("[innerWidth, innerHeight]").await, [320, 640]);
        assert!(browser.eval::<bool>("matchMedia('(prefers-color-scheme: light)').matches").await);
    });
}

#[test]
fn a_page_loses_the_network_and_gets_it_back() {
    e2e(async {
        let site = Site::at("/");
        site.refuse("answer", 404);
        let browser = Browser::open().await;
        browser.goto(site.url("")).await;
        let answer = "fetch('answer').then((response) => response.status, () => 0)";
        browser.offline(true).await;
        browser.wait_until("!navigator.onLine").await;
        assert_eq!(browser.eval::<u16>(answer).await, 0);
        browser.offline(false).await;
        browser.wait_until("navigator.onLine").await;
        assert_eq!(browser.eval::<u16>(answer).await, 404);
    });
}

#[test]
fn a_start_script_runs_before_the_page() {
    e2e(async {
        let site = Site::at("/");
        site.put("plain.html", "<title>Plain</title><script>document.title = window.early</script>");
        let mut browser = Browser::open().await;
        browser.at_start("window.early = 'Early';").await;
        browser.goto(site.url("plain.html")).await;
        browser.wait_until("document.title === 'Early'").await;
        browser.open_tab().await;
        browser.goto(site.url("plain.html")).await;
        browser.wait_until("document.title === 'Early'").await;
    });
}

#[test]
fn people_find_things_by_role_and_name() {
    e2e(async {
        let site = Site::at("/");
        site.put("form.html", FORM);
        site.put("elsewhere.txt", "Elsewhere");
        let browser = Browser::open().await;
        browser.goto(site.url("form.html")).await;
        browser.fill("who", "Ada").await;
        browser.fill("who", "Grace").await;
        browser.press(Key::Tab).await;
        browser.press(Key::Enter).await;
        browser.wait_for_text("Saved Grace").await;
        assert_eq!(browser.text("[role=status]").await, "Saved Grace");
        assert_eq!(browser.all_by_role("button", "Save").await.len(), 1);
        browser.click("link", "Elsewhere").await;
        browser.wait_gone("h1").await;
        browser.back().await;
        browser.by_role("heading", "Form").await;
        assert_eq!(browser.all("button").await.len(), 2);
    });
}

#[test]
fn axe_names_what_is_wrong() {
    e2e(async {
        let site = Site::at("/");
        site.put("form.html", FORM);
        let browser = Browser::open().await;
        browser.goto(site.url("form.html")).await;
        browser.is_accessible().await;
        browser.run("document.querySelector('label').replaceWith(document.querySelector('input'));", Vec::new()).await;
        let violations = browser.axe().await;
        assert!(violations.iter().any(|violation| violation.starts_with("label")), "{violations:?}");
    });
}

#[test]
fn the_clock_can_be_told_to_the_browser() {
    e2e(async {
        let site = Site::at("/");
        let browser = Browser::open().await;
        browser.devtools("Emulation.setTimezoneOverride", json!({ "timezoneId": "Asia/Jakarta" })).await;
        browser.goto(site.url("")).await;
        assert_eq!(browser.eval::<i32>("new Date(0).getTimezoneOffset()").await, -420);
    });
}

const FORM: &str = "<!doctype html><html lang=en><title>Form</title>
    <main><h1>Form</h1><label>Name <input name=who></label>
    <button aria-label=Save onclick='document.querySelector(\"[role=status]\").textContent = `Saved ${document.querySelector(\"input\").value}`'>x</button>
    <button hidden>Save</button><p role=status></p><a href=elsewhere.txt>Elsewhere</a></main>";
