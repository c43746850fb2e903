//! No emptied device: whatever PocketBase denies, and however it looks like absence, rows stay and edits wait.
//!
//! In each story a rename and a delete are on their way when it happens. PocketBase answers 404 to what it denies.

use super::harness::e2e;
use super::pocketbase::{RULES, SIGNED_IN, person_id};
use super::proxy::Fault;
use super::support::{ADA, Backend, Crew, DELETED, RENAMED};
use serde_json::json;

/// A rule that nobody meets.
const NOBODY: &str = "@request.auth.id = 'nobody'";
/// A new password of Ada's.
const NEW: &str = "ada-secret-2";
/// The rename and the delete, as they lie on the disk.
const QUEUED: [(&str, &str); 2] = [("patch", "queued"), ("delete", "queued")];
const IN_DOUBT: [(&str, &str); 2] = [("patch", "ambiguous"), ("delete", "ambiguous")];

impl Crew {
    async fn set_rules(&self, rules: &[&str], value: &str) {
        let change = rules.iter().map(|rule| ((*rule).to_owned(), json!(value))).collect();
        self.backend.admin().change_collection("people", serde_json::Value::Object(change)).await;
    }

    /// The app asks for a sign-in in place, and both edits wait for it.
    async fn waits_for_a_sign_in(&self) {
        self.app.browser.wait_for("[data-testid=sign-in-panel]").await;
        self.app.browser.wait_for_text("sign in to send 2 changes").await;
        self.both_wait().await;
        assert_eq!(self.app.chip_words().await, "Sign in to send 2 changes");
        self.all_are_still_here().await;
        self.both_wait().await;
    }

    /// What was refused is in view, in plain words; then it is tried again.
    async fn is_refused_in_view(&self, kind: &str) {
        self.app.chip("attention").await;
        self.app.go("outbox").await;
        self.app.browser.wait_for("[data-testid=outbox-entry][data-sync=failed]").await;
        self.app.browser.wait_for_text("You may not do this.").await;
        assert!(self.app.chip_words().await.contains("1 needs you"), "{}", self.app.chip_words().await);
        self.outbox_is(&[(kind, "parked")]).await;
        self.all_are_still_here().await;
        self.outbox_is(&[(kind, "parked")]).await;
    }

    /// Both edits are being checked, and say so.
    async fn are_in_doubt(&self) {
        self.outbox_is(&IN_DOUBT).await;
        self.app.go("outbox").await;
        self.app.browser.wait_for_text("Checking…").await;
        assert_eq!(self.app.browser.all("[data-testid=outbox-entry][data-sync=sending]").await.len(), 2);
        self.look_again().await;
        self.all_are_still_here().await;
        self.outbox_is(&IN_DOUBT).await;
    }

    async fn retry_all(&self) {
        self.app.go("outbox").await;
        self.app.browser.click("button", "Retry").await;
    }
}

#[test]
fn a_token_that_ended_on_the_way_empties_nothing() {
    e2e(async {
        let Some(backend) = Backend::start().await else { return };
        backend.admin().set_token_duration(12).await;
        let crew = Crew::open_on(backend).await;
        let refresh = "/api/collections/users/auth-refresh";
        let renewals = crew.backend.proxy.answered("POST", refresh);
        crew.soon("a fresh token", async || crew.backend.proxy.answered("POST", refresh) > renewals).await;
        crew.backend.proxy.always("POST", refresh, Fault::Reset);
        crew.send_two_and_hold().await;
        let token = crew.backend.writes().first().expect("a held request").token.clone();
        crew.soon("its end", async || crew.backend.admin().ask("POST", refresh, None, &token).await.0 == 401).await;
        crew.both_meet_a_404().await;
        crew.both_wait().await;
        crew.backend.proxy.clear();
        crew.waits_for_a_sign_in().await;
        crew.backend.admin().set_token_duration(1_000).await;
        crew.sign_in_again(ADA.1).await;
        crew.both_arrived_once().await;
    });
}

#[test]
fn a_password_change_while_the_token_is_good_empties_nothing() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        crew.send_two_and_hold().await;
        crew.backend.admin().set_password(&crew.user_id(ADA.0).await, NEW).await;
        crew.both_meet_a_404().await;
        crew.waits_for_a_sign_in().await;
        crew.sign_in_again(NEW).await;
        crew.both_arrived_once().await;
    });
}

#[test]
fn all_rules_changed_to_deny_empty_nothing() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        crew.send_two_and_hold().await;
        crew.set_rules(&RULES, NOBODY).await;
        crew.both_meet_a_404().await;
        crew.are_in_doubt().await;
        crew.set_rules(&RULES, SIGNED_IN).await;
        crew.look_again().await;
        crew.both_arrived_once().await;
    });
}

#[test]
fn a_list_rule_changed_to_deny_empties_nothing_and_lets_edits_through() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        crew.send_two_and_hold().await;
        crew.set_rules(&["listRule"], NOBODY).await;
        crew.backend.proxy.release();
        crew.look_again().await;
        crew.app.browser.wait_for_text("9,999 of 9,999 records in").await;
        crew.app.browser.click("button", "Keep them").await;
        crew.all_are_still_here().await;
        crew.set_rules(&["listRule"], SIGNED_IN).await;
        crew.both_arrived_once().await;
    });
}

#[test]
fn a_404_under_a_denied_list_is_no_proof_until_the_list_is_back() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        crew.send_two_and_hold().await;
        crew.set_rules(&["listRule"], NOBODY).await;
        for index in [RENAMED.0, DELETED] {
            crew.backend.admin().delete("people", &person_id(index)).await;
        }
        crew.both_meet_a_404().await;
        crew.are_in_doubt().await;
        crew.set_rules(&["listRule"], SIGNED_IN).await;
        crew.look_again().await;
        crew.outbox_is(&[("patch", "parked")]).await;
        crew.app.browser.wait_for_text("Someone deleted this record while you changed it.").await;
    });
}

#[test]
fn a_view_rule_changed_to_deny_empties_nothing() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        crew.set_rules(&["viewRule"], NOBODY).await;
        crew.make_two().await;
        crew.are_in_doubt().await;
        assert!(crew.backend.writes().is_empty(), "what cannot be read first is not written");
        crew.set_rules(&["viewRule"], SIGNED_IN).await;
        crew.look_again().await;
        crew.both_arrived_once().await;
    });
}

#[test]
fn an_update_rule_changed_to_deny_parks_the_edit_in_view() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        crew.send_two_and_hold().await;
        crew.set_rules(&["updateRule"], NOBODY).await;
        crew.backend.proxy.release();
        crew.is_refused_in_view("patch").await;
        crew.set_rules(&["updateRule"], SIGNED_IN).await;
        crew.retry_all().await;
        crew.both_arrived_once().await;
    });
}

#[test]
fn a_delete_rule_changed_to_deny_parks_the_delete_in_view() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        crew.send_two_and_hold().await;
        crew.set_rules(&["deleteRule"], NOBODY).await;
        crew.backend.proxy.release();
        crew.is_refused_in_view("delete").await;
        crew.set_rules(&["deleteRule"], SIGNED_IN).await;
        crew.retry_all().await;
        crew.both_arrived_once().await;
    });
}

#[test]
fn a_renamed_collection_empties_nothing() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        crew.send_two_and_hold().await;
        crew.backend.admin().change_collection("people", json!({ "name": "persons" })).await;
        crew.both_meet_a_404().await;
        crew.outbox_is(&QUEUED).await;
        crew.look_again().await;
        crew.all_are_still_here().await;
        crew.outbox_is(&QUEUED).await;
        // Now and then both are tried again: for that moment the chip says so.
        crew.app.browser.wait_until("document.querySelector('.chip').innerText.includes('2 waiting')").await;
        crew.app.go("sync").await;
        crew.app.browser.wait_for_text("The server does not show it now").await;
        crew.backend.admin().change_collection("persons", json!({ "name": "people" })).await;
        crew.look_again().await;
        crew.both_arrived_once().await;
        crew.app.go("sync").await;
        crew.app.browser.wait_until("!document.body.innerText.includes('does not show it now')").await;
    });
}

#[test]
fn rows_that_a_list_rule_hides_are_asked_about_and_kept() {
    e2e(async {
        let Some(crew) = Crew::open().await else { return };
        crew.make_two().await;
        crew.both_arrived_once().await;
        crew.set_rules(&["listRule", "viewRule"], "@request.auth.id != '' && age < 25").await;
        crew.look_again().await;
        crew.app.browser.wait_for("[data-testid=sweep-question]").await;
        crew.app.browser.wait_for_text("Nothing was removed.").await;
        crew.app.chip("attention").await;
        crew.all_are_still_here().await;
        crew.look_again().await;
        crew.app.browser.click("button", "Keep them").await;
        crew.app.browser.wait_gone("[data-testid=sweep-question]").await;
        crew.app.chip("synced").await;
        crew.all_are_still_here().await;
        crew.set_rules(&["listRule", "viewRule"], SIGNED_IN).await;
        crew.look_again().await;
        crew.app.edit("people", &person_id(60), "name", "Kept and Edited").await;
        crew.app.synced().await;
        assert_eq!(crew.on_server(&person_id(60), "name").await, "Kept and Edited");
        assert!(crew.app.browser.all("[data-testid=sweep-question]").await.is_empty());
    });
}
