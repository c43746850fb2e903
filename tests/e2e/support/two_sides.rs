//! Two people at one record: this one cut off or typing, the other at the server, and the choice between them.

use super::Crew;
use serde_json::Value;

impl Crew {
    /// Nobody listens at the server's address any more, and the app has noticed.
    pub async fn cut_off(&self) {
        self.backend.proxy.refuse();
        self.app.chip("offline").await;
    }

    /// The network is back, and the browser says so.
    pub async fn back_online(&self) {
        self.backend.proxy.accept();
        self.app.browser.run("dispatchEvent(new Event('online'));", vec![]).await;
    }

    /// Opens a person's form.
    pub async fn open_person(&self, id: &str) {
        self.app.go(&format!("c/people/{id}")).await;
        self.app.browser.wait_until(&format!("location.pathname.endsWith('{id}')")).await;
        self.app.browser.field("name").await;
    }

    /// Changes several fields of a person by one edit.
    pub async fn edit_fields(&self, id: &str, fields: &[(&str, &str)]) {
        self.open_person(id).await;
        for (field, value) in fields {
            self.app.browser.fill(field, value).await;
        }
        self.app.save().await;
    }

    /// Both change a person, this one while cut off; the network comes back.
    pub async fn both_change(&self, id: &str, mine: &[(&str, &str)], theirs: Value) {
        self.cut_off().await;
        self.edit_fields(id, mine).await;
        self.backend.admin().patch("people", id, theirs).await;
        self.back_online().await;
    }

    /// Goes to the screen of the one conflict there is, as by its link in the outbox.
    pub async fn open_conflict(&self) {
        self.app.chip("attention").await;
        self.app.go("outbox").await;
        self.app.browser.wait_for("[data-testid=outbox-entry][data-sync=conflict]").await;
        self.app.browser.click("link", "Choose field by field").await;
        self.app.browser.wait_until("location.pathname.includes('/conflicts/')").await;
        self.app.browser.wait_for("fieldset[data-testid=conflict-field]").await;
    }

    /// The fields that are asked about.
    pub async fn asked(&self) -> Vec<String> {
        let asked = "[...document.querySelectorAll('[data-testid=conflict-field]')].map((one) => one.dataset.field)";
        self.app.browser.eval(asked).await
    }

    /// Chooses `mine` or `theirs` for a field.
    pub async fn choose(&self, field: &str, whose: &str) {
        let css = format!("fieldset[data-field='{field}'] label.{whose}");
        self.app.browser.wait_for(&css).await.click().await.expect("a choice takes clicks");
    }

    pub async fn may_save(&self) -> bool {
        self.app.browser.eval("!document.querySelector('main form [type=submit]').disabled").await
    }

    /// Saves the choices and waits until the server has what follows from them.
    pub async fn settle(&self) {
        self.app.dismiss_toasts().await;
        self.app.browser.click("button", "Save").await;
        self.app.toast("Saved on this device").await;
        self.arrived().await;
    }

    /// Waits until a field of a person has this value on the server.
    pub async fn server_gets(&self, id: &str, field: &str, value: Value) {
        let probe = async || (self.on_server(id, field).await == value).then_some(());
        self.app.browser.until(&format!("{field} = {value} on the server"), probe).await;
    }
}
