//! Every screen for everyone: axe finds nothing, and a keyboard is enough.

use super::harness::{Browser, Device, Look, Site, Theme, e2e};
use super::support::{App, BUSY, QUIET, calm, company, person};
use serde_json::json;
use thirtyfour::Key;

async fn inspect_all(theme: Theme) {
    let mut app = App::open(calm()).await;
    for device in [Device::Desk, Device::Phone] {
        app.browser.look(Look { device, theme, reduced_motion: true }).await;
        for screen in QUIET {
            app.show(screen).await;
            app.browser.is_accessible().await;
        }
        app.show_record().await;
        app.browser.is_accessible().await;
    }
}

async fn inspect_busy(theme: Theme) {
    let mut app = App::open(calm()).await;
    app.make_busy().await;
    for device in [Device::Desk, Device::Phone] {
        app.browser.look(Look { device, theme, reduced_motion: true }).await;
        for screen in BUSY {
            app.show(screen).await;
            app.browser.is_accessible().await;
        }
        app.browser.click("button", "Mend").await;
        app.browser.wait_for("form [aria-invalid=true]").await;
        app.browser.is_accessible().await;
        for index in 1..=3 {
            app.load(&format!("c/people/{}", person(index).id)).await;
            app.browser.wait_for("[data-testid=outbox-entry]").await;
            app.browser.is_accessible().await;
        }
    }
}

#[test]
fn axe_finds_nothing_on_any_screen_in_the_light() {
    e2e(inspect_all(Theme::Light));
}

#[test]
fn axe_finds_nothing_on_any_screen_in_the_dark() {
    e2e(inspect_all(Theme::Dark));
}

#[test]
fn axe_finds_nothing_where_edits_need_the_user_in_the_light() {
    e2e(inspect_busy(Theme::Light));
}

#[test]
fn axe_finds_nothing_where_edits_need_the_user_in_the_dark() {
    e2e(inspect_busy(Theme::Dark));
}

#[test]
fn axe_finds_nothing_on_open_menus_errors_notices_and_trouble() {
    e2e(async {
        let mut app = App::open(calm()).await;
        for (device, theme) in
            [(Device::Phone, Theme::Light), (Device::Phone, Theme::Dark), (Device::Desk, Theme::Light)]
        {
            app.browser.look(Look { device, theme, reduced_motion: true }).await;
            app.load("c/people/new").await;
            app.browser.click("button", "Save").await;
            app.browser.wait_for("[aria-invalid=true]").await;
            app.browser.fill("company", "a").await;
            app.browser.wait_for("[role=option]").await;
            app.browser.is_accessible().await;
            app.load("c/people").await;
            app.browser.click("button", "Filter").await;
            app.browser.wait_for("#filter-field").await;
            app.browser.is_accessible().await;
            app.edit("companies", &company(5).id, "city", &format!("{device:?} {theme:?}")).await;
            app.browser.is_accessible().await;
            if device == Device::Phone {
                app.load("").await;
                app.browser.click("button", "Add").await;
                app.browser.wait_for(".add .options").await;
                app.browser.is_accessible().await;
            }
        }
        let (site, browser) = (Site::at("/"), Browser::open().await);
        site.put("landfall.json", "{");
        browser.goto(site.url("")).await;
        browser.wait_for("main.trouble").await;
        browser.is_accessible().await;
    });
}

async fn tab_to(app: &App, wanted: &str) {
    for _ in 0..60 {
        app.browser.press(Key::Tab).await;
        if app.browser.eval::<bool>(&format!("Boolean(document.activeElement.matches({}))", json!(wanted))).await {
            return;
        }
    }
    panic!("no Tab leads to {wanted}");
}

#[test]
fn the_main_job_is_done_by_keyboard_alone() {
    e2e(async {
        let app = App::open(calm()).await;
        tab_to(&app, ".skip").await;
        tab_to(&app, "a.card[href$='/c/people']").await;
        app.browser.press(Key::Enter).await;
        app.browser.wait_for("[data-record-id]").await;
        app.browser.wait_until("document.activeElement === document.querySelector('h1')").await;
        app.browser.press("/").await;
        app.browser.wait_until("document.activeElement.matches('[role=searchbox]')").await;
        app.browser.press(person(7).text("email").as_str()).await;
        app.browser.wait_until("document.querySelectorAll('[data-record-id]').length === 1").await;
        tab_to(&app, "[data-testid=record-list]").await;
        app.browser.press(Key::Down).await;
        app.browser.wait_until("document.activeElement.matches('[data-record-id] a')").await;
        app.browser.press(Key::Enter).await;
        app.browser
            .wait_until(
                "document.activeElement === document.querySelector('h1') && document.querySelector('[name=name]')",
            )
            .await;
        tab_to(&app, "[name=name]").await;
        app.browser.press(Key::Control + "a").await;
        app.browser.press("By keyboard").await;
        app.browser.press(Key::Enter).await;
        app.toast("Saved on this device").await;
        app.synced().await;
        assert_eq!(app.server_field("people", &person(7).id, "name").await, "By keyboard");
        tab_to(&app, ".toast .act").await;
        app.browser.press(Key::Enter).await;
        app.toast("Undone on this device").await;
        app.synced().await;
        assert_eq!(app.server_field("people", &person(7).id, "name").await, person(7).text("name"));
    });
}

#[test]
fn a_new_screen_takes_the_focus_to_its_heading() {
    e2e(async {
        let app = App::open(calm()).await;
        for (link, heading) in [("Search", "Search"), ("Outbox", "Outbox"), ("Settings", "Settings"), ("Home", "Home")]
        {
            let nav = format!(
                "[...document.querySelectorAll('nav.side a')].find((a) => a.innerText.trim().startsWith('{link}')).click()"
            );
            app.browser.run(&nav, vec![]).await;
            app.browser.wait_until(&format!("document.activeElement === document.querySelector('h1') && document.activeElement.innerText === '{heading}'")).await;
            assert_eq!(app.browser.all("main h1").await.len(), 1);
            assert!(app.browser.eval::<String>("document.title").await.contains(heading));
        }
    });
}
