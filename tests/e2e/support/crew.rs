//! One person at work on a real PocketBase: the app in a browser, the faulty network, the server behind it.

use super::app::WATCH_CHIP;
use super::{ADA, App, Backend};
use crate::harness::{Browser, Site};
use serde_json::json;
use std::time::Duration;

/// The backoff's cap, and some.
const LONGEST_WAIT: Duration = Duration::from_secs(45);

/// The app, signed in to a backend.
pub struct Crew {
    /// The app.
    pub app: App,
    /// The server, behind its network.
    pub backend: Backend,
}

impl Crew {
    /// Signs Ada in on a fresh device and waits until the 10,000 people are here.
    pub async fn open() -> Option<Self> {
        Some(Self::open_on(Backend::start().await?).await)
    }

    /// The same on a server that was made ready for it.
    pub async fn open_on(backend: Backend) -> Self {
        let crew = Self::at_the_door(backend).await;
        crew.sign_in(ADA).await;
        crew.complete().await;
        crew
    }

    /// The app on a fresh device, where nobody has signed in yet.
    pub async fn at_the_door(backend: Backend) -> Self {
        let site = Site::at("/");
        backend.publish(&site);
        let mut browser = Browser::open().await;
        browser.at_start(WATCH_CHIP).await;
        browser.goto(site.url("")).await;
        Self { app: App { site, browser }, backend }
    }

    /// Fills in the sign-in form and waits for the app.
    pub async fn sign_in(&self, (identity, password): (&str, &str)) {
        self.app.browser.fill("identity", identity).await;
        self.app.browser.fill("password", password).await;
        self.app.browser.click("button", "Sign in").await;
        self.app.browser.wait_for("[data-testid=sync-status]").await;
    }

    /// Signs in again, in place.
    pub async fn sign_in_again(&self, password: &str) {
        self.app.browser.fill("password", password).await;
        self.app.browser.click("button", "Sign in").await;
        self.app.browser.wait_gone("[data-testid=sign-in-panel]").await;
    }

    /// Waits for what takes a token's life and more: longer than a page may take.
    pub async fn soon(&self, what: &str, condition: impl AsyncFn() -> bool) {
        let begun = tokio::time::Instant::now();
        while !condition().await {
            assert!(begun.elapsed().as_secs() < 40, "waited for {what}");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }

    /// The server's id of a user.
    pub async fn user_id(&self, email: &str) -> String {
        let query = format!("/api/collections/users/records?filter=email%3D%22{email}%22");
        self.backend.admin().api("GET", &query, None).await["items"][0]["id"].as_str().expect("a user").to_owned()
    }

    /// Waits until all people are on this device.
    pub async fn complete(&self) {
        self.app.browser.wait_until("document.querySelector('.chip')?.innerText.includes('just now')").await;
    }

    /// Restarts the browser on the same profile, as after a crash, and opens a screen.
    pub async fn restart_browser(&mut self, path: &str) {
        self.app.browser.crash_and_restart().await;
        self.app.browser.at_start(WATCH_CHIP).await;
        self.app.load(path).await;
    }

    /// Deletes a person by the button of its screen.
    pub async fn delete(&self, id: &str) {
        self.app.go(&format!("c/people/{id}")).await;
        self.app.browser.wait_until(&format!("location.pathname.endsWith({})", json!(id))).await;
        self.app.dismiss_toasts().await;
        self.app.browser.click("button", "Delete").await;
        self.app.toast("Deleted on this device").await;
    }

    /// Waits until the server has everything, for as long as the app may wait before it asks a lost server again.
    pub async fn arrived(&self) {
        let sign = "[data-testid=sync-status][data-state=synced][data-pending='0']";
        let there = format!("return Boolean(document.querySelector(\"{sign}\"));");
        let gone = async || (self.app.browser.run(&there, vec![]).await == true).then_some(());
        self.app.browser.until_within(LONGEST_WAIT, "everything on the server", gone).await;
        self.app.synced().await;
    }

    /// A field of a person on the server, past the network.
    pub async fn on_server(&self, id: &str, field: &str) -> serde_json::Value {
        self.backend.admin().find("people", id).await.map_or(json!(null), |record| record[field].clone())
    }

    /// How many people on the server have this name.
    pub async fn named(&self, name: &str) -> u64 {
        let query =
            format!("/api/collections/people/records?perPage=1&filter=name%3D%22{}%22", name.replace(' ', "%20"));
        self.backend.admin().api("GET", &query, None).await["totalItems"].as_u64().expect("a total")
    }
}
