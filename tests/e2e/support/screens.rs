//! Every screen in every state it can be in, one after the other: for pictures, and for whoever inspects all of them.

use super::{App, calm, person};
use landfall::model::practice::PracticeSettings;

/// The screens with nothing waiting: name, path, and what shows that they are there.
pub const QUIET: [(&str, &str, &str); 15] = [
    ("home", "", ".tiles .big"),
    ("list", "c/people", "[data-record-id]"),
    ("list-narrowed", "c/people?q=an&sort=-city&f=active:is:true", "[data-record-id]"),
    ("list-empty", "c/people?q=nobody of that name", ".empty h2"),
    ("new", "c/companies/new", "form [name=name]"),
    ("add", "new", "main li a"),
    ("outbox-empty", "outbox", ".empty h2"),
    ("settings", "settings", "[name=latency]"),
    ("search", "search?q=an", ".card.lines a"),
    ("search-empty", "search", ".empty"),
    ("start", "start", ".way"),
    ("connect", "connect?url=https://pb.example.org", "form [name=url]"),
    ("sync", "sync", "[data-testid=guarantees]"),
    ("conflict-none", "conflicts/0.0", ".empty h2"),
    ("not-found", "nowhere", ".empty a"),
];

/// The screens with a refused edit, a conflict and an edit that waits for the network.
pub const BUSY: [(&str, &str, &str); 3] = [
    ("home-busy", "", ".tiles .badge"),
    ("list-busy", "c/people?q=Busy", "[data-record-id]"),
    ("outbox", "outbox", "[data-testid=outbox-entry][data-sync=failed]"),
];

impl App {
    /// Shows the screen of that name from [`QUIET`] or [`BUSY`].
    pub async fn show(&self, (_, path, sign): (&str, &str, &str)) {
        self.load(path).await;
        self.browser.wait_for(sign).await;
    }

    /// Shows a record with others that point to it.
    pub async fn show_record(&self) {
        let company = super::company(1);
        self.load(&format!("c/companies/{}", company.id)).await;
        self.browser.wait_for("section .card.lines a").await;
    }

    /// Leaves the device offline with three people called Busy: contested, refused, waiting.
    pub async fn make_busy(&self) {
        self.switch_network("Go offline").await;
        self.edit("people", &person(2).id, "name", "Busy Two").await;
        self.go("settings").await;
        self.dismiss_toasts().await;
        self.browser.click("button", "Stage a conflict").await;
        self.browser.until("their change", async || self.on_server("people", &person(2).id).await).await;
        self.switch_network("Go online").await;
        self.chip("attention").await;
        self.weather(&PracticeSettings { reject: true, ..calm() }).await;
        self.edit("people", &person(1).id, "name", "Busy One").await;
        self.go("outbox").await;
        self.browser.wait_for("[data-testid=outbox-entry][data-sync=failed]").await;
        self.weather(&calm()).await;
        self.switch_network("Go offline").await;
        self.edit("people", &person(3).id, "name", "Busy Three").await;
        self.dismiss_toasts().await;
    }

    /// Presses "Go offline" or "Go online" on the practice panel.
    pub async fn switch_network(&self, button: &str) {
        self.go("settings").await;
        self.dismiss_toasts().await; // on a phone they lie over the foot of the page
        self.browser.click("button", button).await;
    }
}
