//! No config: someone in the sample workspace types an address, hears in plain words what is there, signs in, and has
//! the records.

use super::harness::{Browser, Site, e2e};
use super::pocketbase::{ROOT, person, person_id};
use super::support::{ADA, App, Backend, Crew};
use serde_json::json;

const WRONG_PASSWORD: &str = "The server does not know this name with this password.";

impl Crew {
    /// A fresh device in the sample workspace, at the connect screen.
    async fn at_connect(backend: Backend) -> Self {
        let app = App { site: Site::at("/"), browser: Browser::open().await };
        app.load("connect").await;
        app.browser.field("url").await;
        Self { app, backend }
    }

    /// Types an address and presses Connect.
    async fn try_address(&self, url: &str) {
        self.app.browser.fill("url", url).await;
        self.app.browser.click("button", "Connect").await;
    }

    /// What an address leads to, in words.
    async fn told_of(&self, url: &str, words: &str) {
        self.try_address(url).await;
        self.app.browser.wait_for_text(words).await;
        assert!(self.app.browser.all("[name=password]").await.is_empty(), "nobody is asked to sign in to {url}");
    }

    /// Chooses which kind of account signs in.
    async fn account(&self, collection: &str) {
        let option = format!("[name=auth_collection] option[value={collection}]");
        self.app.browser.wait_for(&option).await.click().await.expect("an option takes clicks");
    }

    /// Connects by hand as a user who names the collections.
    async fn connect_as_user(backend: Backend) -> Self {
        let crew = Self::at_connect(backend).await;
        crew.try_address(&crew.backend.url()).await;
        crew.app.browser.wait_for_text("PocketBase answers at").await;
        crew.app.browser.fill("collections", "people, companies").await;
        crew.enter(ADA).await;
        crew
    }

    /// Signs in on the connect screen and waits until all people are here.
    async fn enter(&self, who: (&str, &str)) {
        self.sign_in(who).await;
        self.app.browser.wait_until("location.search.includes('workspace=')").await;
        self.complete().await;
    }
}

/// An address of this machine at which nobody listens.
fn nobody() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    format!("http://{}", listener.local_addr().expect("it has an address"))
}

#[test]
fn each_wrong_address_is_told_in_words_of_its_own() {
    e2e(async {
        let Some(backend) = Backend::start().await else { return };
        let crew = Crew::at_connect(backend).await;
        crew.told_of("http://", "This is not an address.").await;
        crew.told_of(&nobody(), "Nothing answers at this address.").await;
        crew.told_of("http://pb.example.org", "Over http:// a password would travel unprotected.").await;
        // A web server that is no PocketBase: the app's own host.
        crew.told_of(&crew.app.site.url(""), "A web server answers there (status 200)").await;
        // One that lets no other page read its answers, and a PocketBase behind such a one.
        let origin = crew.app.site.url("").trim_end_matches('/').to_owned();
        let sentence =
            format!("does not let this page read its answers (CORS). Whoever runs it has to allow the origin {origin}");
        let other = Site::at("/");
        crew.told_of(&other.url(""), &sentence).await;
        crew.backend.proxy.always("*", "/", super::proxy::Fault::HideCors);
        crew.told_of(&crew.backend.url(), &sentence).await;
        crew.backend.proxy.clear();

        crew.try_address(&crew.backend.url()).await;
        crew.app.browser.wait_for_text("PocketBase answers at").await;
        crew.app.browser.fill("collections", "people").await;
        for who in [(ADA.0, "not-her-password"), ("nobody@example.org", ADA.1)] {
            crew.app.browser.fill("identity", who.0).await;
            crew.app.browser.fill("password", who.1).await;
            crew.app.browser.click("button", "Sign in").await;
            crew.app.browser.wait_for_text(WRONG_PASSWORD).await;
        }
        crew.app.browser.fill("collections", "people, peoples").await;
        crew.app.browser.fill("identity", ADA.0).await;
        crew.app.browser.fill("password", ADA.1).await;
        crew.app.browser.click("button", "Sign in").await;
        crew.app.browser.wait_for_text("This account cannot read peoples.").await;
        // Nothing was opened by all that.
        crew.app.go("").await;
        crew.app.browser.wait_for_text("Sample data, kept on this device.").await;
    });
}

#[test]
fn a_superuser_names_nothing_and_has_all_collections() {
    e2e(async {
        let Some(backend) = Backend::start().await else { return };
        let crew = Crew::at_connect(backend).await;
        // Without a scheme, this machine is meant to speak plain http.
        crew.try_address(crew.backend.url().trim_start_matches("http://")).await;
        crew.app.browser.wait_for_text("PocketBase answers at").await;
        crew.account("_superusers").await;
        crew.app.browser.wait_gone("[name=collections]").await;
        crew.enter(ROOT).await;
        for label in ["People", "Companies", "Plain"] {
            crew.app.browser.by_role("heading", "Home").await;
            crew.app.browser.wait_for_text(label).await;
        }
        crew.app.go("c/people").await;
        crew.app.browser.wait_until("document.querySelector('main').innerText.includes('10,000')").await;
        crew.app.edit("people", &person_id(1), "name", "Found By Itself").await;
        crew.app.synced().await;
        assert_eq!(crew.on_server(&person_id(1), "name").await, "Found By Itself");
        // The workspace stays: the next start opens it on its rows.
        crew.app.load("c/people").await;
        crew.app.browser.wait_for("[data-record-id]").await;
    });
}

#[test]
fn a_user_names_collections_scrolls_to_the_last_and_finds_anyone() {
    e2e(async {
        let Some(backend) = Backend::start().await else { return };
        let crew = Crew::connect_as_user(backend).await;
        let browser = &crew.app.browser;
        crew.app.go("c/people").await;
        browser.wait_until("document.querySelector('main').innerText.includes('10,000')").await;
        browser.wait_for("[data-record-id]").await;
        let to_the_end = "const list = document.querySelector('[data-testid=record-list]');
            list.scrollTop = list.scrollHeight;";
        browser.run(to_the_end, vec![]).await;
        // Sorted by name, the last of all is the one whose name comes last.
        browser.wait_until("document.querySelector('[aria-rowindex=\"10001\"]')").await;
        let last: String = browser.eval("document.querySelector('[aria-rowindex=\"10001\"]').dataset.recordId").await;
        let name = crew.on_server(&last, "name").await;
        assert!(name.as_str().is_some_and(|name| name.starts_with("Özgür") || name.starts_with("Zoë")), "{name}");

        let wanted = person(8_765);
        for word in ["name", "email"].map(|field| wanted[field].as_str().expect("a text")) {
            let box_ = browser.by_role("searchbox", "Search").await;
            box_.clear().await.expect("the box takes keys");
            box_.send_keys(word).await.expect("the box takes keys");
            let only = format!(
                "(() => {{ const rows = [...document.querySelectorAll('[data-record-id]')];
                    return rows.length === 1 && rows[0].dataset.recordId === {}; }})()",
                json!(person_id(8_765))
            );
            browser.wait_until(&only).await;
        }
    });
}

#[test]
fn a_clash_on_a_unique_index_is_told_at_its_field_and_mended() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        let id = person_id(20);
        crew.app.edit("people", &id, "email", "person21@example.org").await;
        crew.app.chip("attention").await;
        crew.app.edit("people", &person_id(22), "name", "Held Up By Nobody").await;
        crew.app.browser.wait_for("[data-testid=sync-status][data-pending='1']").await;
        assert_eq!(crew.on_server(&person_id(22), "name").await, "Held Up By Nobody");

        crew.app.go("outbox").await;
        crew.app.browser.wait_for_text("Email: Another record has this already.").await;
        let entries = crew.app.entries().await;
        assert_eq!(entries.len(), 1, "{entries:?}");
        crew.app.browser.click("button", "Mend").await;
        let at_field = "document.querySelector('.entry [name=email]').getAttribute('aria-invalid') === 'true'";
        crew.app.browser.wait_until(at_field).await;
        crew.app.browser.fill("email", "mended@example.org").await;
        crew.app.browser.click("button", "Send again").await;
        crew.app.synced().await;
        assert_eq!(crew.on_server(&id, "email").await, "mended@example.org");

        // A new record that clashes is not there before it is mended.
        let made = crew.app.create("people", &[("name", "Second Owner"), ("email", "person23@example.org")]).await;
        crew.app.chip("attention").await;
        assert_eq!(crew.named("Second Owner").await, 0);
        crew.app.browser.wait_for_text("Email: Another record has this already.").await;
        crew.app.go("outbox").await;
        crew.app.browser.click("button", "Mend").await;
        crew.app.browser.wait_until(at_field).await;
        crew.app.browser.fill("email", "second@example.org").await;
        crew.app.browser.click("button", "Send again").await;
        crew.app.synced().await;
        assert_eq!(crew.on_server(&made, "email").await, "second@example.org");
        assert_eq!(crew.named("Second Owner").await, 1);
        assert_eq!(crew.on_server(&person_id(21), "email").await, "person21@example.org");
    });
}
