//! Pictures of every screen, on a phone and a desk, light and dark: `make screenshots`.
//!
//! They are to be looked at; nothing is compared.

use super::harness::{Browser, Device, Look, Site, Theme, e2e, package_path};
use super::support::{App, BUSY, HOLD_THE_SAMPLE, QUIET, calm, company, person};
use serde_json::json;

const THEMES: [Theme; 2] = [Theme::Light, Theme::Dark];
const DEVICES: [Device; 2] = [Device::Phone, Device::Desk];

async fn picture(browser: &Browser, name: &str, look: Look) {
    browser.screenshot(&format!("{name}-{}-{}", look.device.name(), look.theme.name())).await;
}

fn looks() -> impl Iterator<Item = Look> {
    DEVICES.into_iter().flat_map(|device| THEMES.map(|theme| Look { device, theme, reduced_motion: true }))
}

#[test]
fn every_quiet_screen() {
    e2e(async {
        let mut app = App::open(calm()).await;
        for look in looks() {
            app.browser.look(look).await;
            for screen in QUIET {
                app.show(screen).await;
                picture(&app.browser, screen.0, look).await;
            }
            app.show_record().await;
            picture(&app.browser, "record", look).await;
            app.load(&format!("c/people/{}", person(1).id)).await;
            app.browser.field("notes").await;
            picture(&app.browser, "record-person", look).await;
        }
    });
}

#[test]
fn every_busy_screen() {
    e2e(async {
        let mut app = App::open(calm()).await;
        app.make_busy().await;
        for look in looks() {
            app.browser.look(look).await;
            for screen in BUSY {
                app.show(screen).await;
                picture(&app.browser, screen.0, look).await;
            }
            app.browser.click("button", "Mend").await;
            app.browser.wait_for("form [aria-invalid=true]").await;
            picture(&app.browser, "outbox-mending", look).await;
            app.load(&format!("c/people/{}", person(2).id)).await;
            app.browser.wait_for("[data-testid=outbox-entry]").await;
            picture(&app.browser, "record-busy", look).await;
        }
    });
}

#[test]
fn every_passing_moment() {
    e2e(async {
        let mut app = App::open(calm()).await;
        for look in looks() {
            app.browser.look(look).await;
            app.load("c/people/new").await;
            app.browser.click("button", "Save").await;
            app.browser.wait_for("[aria-invalid=true]").await;
            app.browser.fill("company", "an").await;
            app.browser.wait_for("[role=option]").await;
            picture(&app.browser, "new-errors", look).await;
            app.load("c/people").await;
            app.browser.click("button", "Filter").await;
            app.browser.wait_for("#filter-field").await;
            picture(&app.browser, "list-filter", look).await;
            let city = format!("{} {}", look.device.name(), look.theme.name());
            app.edit("companies", &company(5).id, "city", &city).await;
            picture(&app.browser, "record-saved", look).await;
        }
    });
}

#[test]
fn every_screen_without_data() {
    e2e(async {
        for look in looks() {
            let site = Site::at("/");
            let mut browser = Browser::open().await;
            browser.look(look).await;
            browser.at_start(HOLD_THE_SAMPLE).await;
            browser.goto(site.url("c/tasks")).await;
            browser.wait_for("[data-testid=skeleton]").await;
            picture(&browser, "list-loading", look).await;
            site.put("landfall.json", "{ \"name\": \"Field book\",\n  \"workspaces\": [\n    { \"id\": 7 } ] }");
            browser.run("localStorage.clear();", vec![]).await;
            browser.goto(site.url("")).await;
            browser.wait_for("main.trouble").await;
            picture(&browser, "trouble", look).await;
        }
    });
}

/// The pictures of the README, in the order of a first acquaintance.
#[test]
fn every_picture_of_the_readme() {
    e2e(async {
        let mut app = App::open(calm()).await;
        let show = async |app: &App, name: &str| {
            let away = json!({ "type": "mouseMoved", "x": 1, "y": 1 });
            app.browser.devtools("Input.dispatchMouseEvent", away).await;
            app.browser.small_picture(&format!("docs/pictures/{name}.webp")).await;
        };
        let desk = Look { reduced_motion: true, ..Look::default() };
        app.browser.look(desk).await;
        app.show(QUIET[0]).await;
        show(&app, "first-start").await;
        app.show(QUIET[1]).await;
        show(&app, "list").await;
        app.browser.look(Look { theme: Theme::Dark, ..desk }).await;
        show(&app, "dark").await;
        app.browser.look(Look { device: Device::Phone, ..desk }).await;
        app.show(QUIET[1]).await;
        show(&app, "phone").await;
        app.browser.look(desk).await;
        app.show_record().await;
        show(&app, "record").await;
        app.switch_network("Go offline").await;
        app.edit("people", &person(4).id, "city", "Valparaíso").await;
        app.browser.wait_for("[data-testid=outbox-entry]").await;
        show(&app, "offline-edit").await;
        app.switch_network("Go online").await;
        app.synced().await;
        app.make_busy().await;
        app.show(BUSY[2]).await;
        show(&app, "outbox").await;
        app.browser.click("link", "Choose field by field").await;
        app.browser.wait_for("fieldset[data-testid=conflict-field]").await;
        app.browser.run("document.querySelector('.mine input').click();", vec![]).await;
        show(&app, "conflict").await;
    });
}
/// The manifest's pictures, which stores and installation dialogs show. They are kept in the repository: `make pictures`.
#[test]
fn pictures_for_the_manifest() {
    e2e(async {
        let mut app = App::open(calm()).await;
        let look = |device| Look { device, theme: Theme::Light, reduced_motion: true };
        app.switch_network("Go offline").await;
        app.edit("people", &person(1).id, "name", "Ada Tidewater").await;
        app.edit("companies", &company(1).id, "city", "Port Haven").await;
        app.create("tasks", &[("title", "Call the harbour master")]).await;
        app.dismiss_toasts().await;
        app.browser.look(look(Device::Desk)).await;
        app.show(("list", "c/people", "[data-record-id]")).await;
        store_picture(&app.browser, "wide-list", 1).await;
        app.load(&format!("c/people/{}", person(1).id)).await;
        app.browser.field("notes").await;
        store_picture(&app.browser, "wide-record", 1).await;
        app.browser.look(look(Device::Phone)).await;
        app.show(("home", "", ".tiles .big")).await;
        store_picture(&app.browser, "narrow-home", 2).await;
        app.show(("outbox", "outbox", "[data-testid=outbox-entry]")).await;
        store_picture(&app.browser, "narrow-outbox", 2).await;
    });
}

/// Saves the tab's view, `scale` times as large, as WebP under `screenshots/manifest/`.
async fn store_picture(browser: &Browser, name: &str, scale: u32) {
    let (width, height): (u32, u32) = browser.eval("[innerWidth, innerHeight]").await;
    let clip = json!({ "x": 0, "y": 0, "width": width, "height": height, "scale": scale });
    let wanted = json!({ "format": "webp", "quality": 80, "clip": clip });
    let answer = browser.devtools("Page.captureScreenshot", wanted).await;
    let bytes = "return Array.from(atob(arguments[0]), (letter) => letter.charCodeAt(0));";
    let bytes = browser.run(bytes, vec![answer["data"].clone()]).await;
    let bytes: Vec<u8> = serde_json::from_value(bytes).expect("bytes");
    let folder = package_path("screenshots/manifest");
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    std::fs::write(folder.join(format!("{name}.webp")), bytes).expect("a picture");
}
