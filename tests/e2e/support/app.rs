//! One person with the sample workspace open.

use crate::harness::{Browser, Site};
use landfall::model::practice::PracticeSettings;
use serde_json::{Value, json};

/// Remembers every state that the chip was in.
pub(super) const WATCH_CHIP: &str = "window.chips = [];
    new MutationObserver(() => {
        const now = document.querySelector('[data-testid=sync-status]')?.dataset.state;
        if (now && chips.at(-1) !== now) chips.push(now);
    }).observe(document, { subtree: true, childList: true, attributeFilter: ['data-state'] });";

/// Follows a link that the page does not have, without loading the page again.
const FOLLOW: &str = "const link = document.createElement('a');
    link.href = arguments[0];
    document.body.append(link);
    link.click();
    link.remove();";

/// The app in a browser of its own, served by a host of its own.
pub struct App {
    /// The host.
    pub site: Site,
    /// The browser, on the app.
    pub browser: Browser,
}

impl App {
    /// Opens the sample workspace on a fresh device, and waits until it has met its practice server.
    pub async fn open(weather: PracticeSettings) -> Self {
        Self::open_in(Browser::open().await, weather).await
    }

    /// The same in a browser that was made ready for it.
    pub async fn open_in(browser: Browser, weather: PracticeSettings) -> Self {
        Self::open_at("/", browser, weather).await
    }

    /// The same, published under a path.
    pub async fn open_at(base: &str, browser: Browser, weather: PracticeSettings) -> Self {
        Self::open_on(Site::at(base), browser, weather).await
    }

    /// The same on a host of the story's own.
    pub async fn open_on(site: Site, browser: Browser, weather: PracticeSettings) -> Self {
        Self::open_until("just now", site, browser, weather).await
    }

    /// The same from a given host, in a language that says `just_now` so.
    pub async fn open_until(just_now: &str, site: Site, mut browser: Browser, weather: PracticeSettings) -> Self {
        browser.at_start(WATCH_CHIP).await;
        let app = Self { site, browser };
        app.site.put("before.html", "<!doctype html><title>Before</title><link rel=icon href=data:,>");
        app.browser.goto(app.site.url("before.html")).await;
        app.weather(&weather).await;
        app.load("").await;
        let met = format!("document.querySelector('.chip')?.innerText.includes({})", json!(just_now));
        app.browser.wait_until(&met).await;
        app
    }

    /// Loads a screen as from the address bar.
    pub async fn load(&self, path: &str) {
        self.browser.goto(self.site.url(path)).await;
        self.ready().await;
    }

    /// Loads the present screen again.
    pub async fn reload(&self) {
        self.browser.reload().await;
        self.ready().await;
    }

    async fn ready(&self) {
        self.browser.wait_for("[data-testid=sync-status]").await;
    }

    /// Waits until the service worker has everything that the app needs to start.
    pub async fn installed(&self) {
        self.browser.wait_until("navigator.serviceWorker.controller").await;
    }

    /// Goes to a screen as by a link.
    pub async fn go(&self, path: &str) {
        self.browser.run(FOLLOW, vec![json!(self.site.url(path))]).await;
    }

    /// Changes how the practice server behaves from now on, without the panel.
    pub async fn weather(&self, weather: &PracticeSettings) {
        let (key, text) = (json!(self.site.preference("practice")), json!(weather.to_json()));
        self.browser.run("localStorage.setItem(...arguments);", vec![key, text]).await;
    }

    /// Opens a record by a link, sets one field and saves.
    pub async fn edit(&self, collection: &str, id: &str, field: &str, value: &str) {
        self.go(&format!("c/{collection}/{id}")).await;
        self.browser.wait_until(&format!("location.pathname.endsWith({})", json!(id))).await;
        self.browser.fill(field, value).await;
        self.save().await;
    }

    /// Makes a record of these fields, and returns its id.
    pub async fn create(&self, collection: &str, fields: &[(&str, &str)]) -> String {
        self.go(&format!("c/{collection}/new")).await;
        self.browser.by_role("button", "Save").await;
        self.browser.wait_until("location.pathname.endsWith('/new')").await;
        for (field, value) in fields {
            self.browser.fill(field, value).await;
        }
        self.save().await;
        self.browser.wait_until("!location.pathname.endsWith('/new')").await;
        self.browser.eval("location.pathname.split('/').pop()").await
    }

    /// Saves the form, and waits until the device has it.
    pub async fn save(&self) {
        self.dismiss_toasts().await;
        self.browser.click("button", "Save").await;
        self.toast("Saved on this device").await;
    }

    /// Puts all notices away.
    pub async fn dismiss_toasts(&self) {
        self.browser
            .run("document.querySelectorAll('.toast [aria-label=Close]').forEach((b) => b.click());", vec![])
            .await;
        self.browser.wait_gone(".toast").await;
    }

    /// Waits for a notice.
    pub async fn toast(&self, text: &str) {
        let shown =
            format!("[...document.querySelectorAll('.toast')].some((t) => t.innerText.includes({}))", json!(text));
        self.browser.wait_until(&shown).await;
    }

    /// Waits until the chip is in a state.
    pub async fn chip(&self, state: &str) {
        self.browser.wait_for(&format!("[data-testid=sync-status][data-state={state}]")).await;
    }

    /// Waits until the server has everything: chip and disk say so.
    pub async fn synced(&self) {
        self.browser.wait_for("[data-testid=sync-status][data-state=synced][data-pending='0']").await;
        let left = self.entries().await;
        assert!(left.is_empty(), "synced, but the disk still has {left:?}");
    }

    /// Every state that the chip has been in since the page was loaded.
    pub async fn chips(&self) -> Vec<String> {
        self.browser.eval("chips").await
    }

    /// The chip's words.
    pub async fn chip_words(&self) -> String {
        self.browser
            .eval("document.querySelector('[data-testid=sync-status]').innerText.replace(/\\s+/g, ' ').trim()")
            .await
    }

    /// The value of a form control.
    pub async fn value(&self, field: &str) -> String {
        self.browser.field(field).await;
        self.browser.eval(&format!("document.querySelector(\"[name='{field}']\").value")).await
    }

    /// A field of a record on the practice server.
    pub async fn server_field(&self, collection: &str, id: &str, field: &str) -> Value {
        self.on_server(collection, id).await.map_or(Value::Null, |record| record["fields"][field].clone())
    }
}
