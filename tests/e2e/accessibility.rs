//! Every screen for everyone: axe finds nothing.

use super::harness::{Browser, Device, Look, Site, Theme, e2e};
use super::support::{App, BUSY, QUIET, calm, company, person};

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
