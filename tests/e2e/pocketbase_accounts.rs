//! Two people on one device, one after the other: neither sees the other's rows, neither sends the other's edits.

use super::harness::e2e;
use super::pocketbase::person_id;
use super::proxy::Fault;
use super::support::{ADA, App, BOB, Backend, Crew};
use serde_json::Value;

/// Every third person is Ada's, the others are Bob's.
const TO_EACH_THEIR_OWN: &str = "(@request.auth.email = 'ada@example.org' && active = true) || \
    (@request.auth.email = 'bob@example.org' && active = false)";
/// One of Ada's, and one of Bob's.
const HERS: usize = 3;
const HIS: usize = 4;

impl Crew {
    /// A server that shows Ada and Bob different people, with nobody signed in yet.
    async fn of_two() -> Option<Self> {
        let backend = Backend::start().await?;
        for rule in ["listRule", "viewRule", "updateRule", "deleteRule"] {
            backend.admin().set_rule("people", rule, Some(TO_EACH_THEIR_OWN)).await;
        }
        Some(Self::at_the_door(backend).await)
    }

    /// Presses "Sign out" on the settings; where work waits, answers with the button of that name.
    async fn sign_out(&self, answer: Option<&str>) {
        self.app.go("settings").await;
        self.app.browser.click("button", "Sign out").await;
        if let Some(answer) = answer {
            self.app.browser.wait_for("[role=alertdialog]").await;
            self.app.browser.click("button", answer).await;
        }
    }

    /// Waits for the page that asks who is there, with nothing of anybody's on it.
    async fn nobody_is_in(&self) {
        self.app.browser.field("identity").await;
        assert!(self.app.browser.all("[data-record-id], [data-testid=sync-status]").await.is_empty());
    }

    /// Ada's edit, saved on this device while the server is away.
    async fn ada_edits_offline(&mut self, name: &str) {
        self.backend.kill();
        self.app.edit("people", &person_id(HERS), "name", name).await;
        self.app.chip("offline").await;
        assert_eq!(self.app.entries().await.len(), 1);
    }

    /// Waits until the list of people has so many.
    async fn sees(&self, amount: &str) {
        self.app.go("c/people").await;
        let there = format!("document.querySelector('main .num')?.innerText === '{amount}'");
        self.app.browser.wait_until(&there).await;
    }

    fn writes_to(&self, index: usize) -> usize {
        self.backend.writes().iter().filter(|write| write.path.contains(&person_id(index))).count()
    }
}

impl App {
    /// Opens a record that is not on this device.
    async fn does_not_know(&self, id: &str) {
        self.load(&format!("c/people/{id}")).await;
        self.browser.wait_for_text("Not here").await;
    }
}

#[test]
fn neither_sees_the_others_rows_nor_sends_the_others_edits() {
    e2e(async {
        let Some(mut crew) = Crew::of_two().await else { return };
        crew.sign_in(ADA).await;
        crew.complete().await;
        crew.sees("3,334").await;
        crew.ada_edits_offline("Ada's Own").await;
        crew.sign_out(Some("Keep for next time")).await;
        crew.nobody_is_in().await;

        crew.backend.restart().await;
        crew.sign_in(BOB).await;
        crew.complete().await;
        crew.sees("6,666").await;
        crew.app.browser.wait_for("[data-testid=sync-status][data-state=synced][data-pending='0']").await;
        crew.app.does_not_know(&person_id(HERS)).await;
        crew.app.edit("people", &person_id(HIS), "name", "Bob's Own").await;
        crew.app.browser.wait_for("[data-testid=sync-status][data-state=synced][data-pending='0']").await;
        assert_eq!(crew.on_server(&person_id(HIS), "name").await, "Bob's Own");
        let waiting = crew.app.entries().await;
        assert_eq!(waiting.iter().map(|entry| &entry["record"]).collect::<Vec<_>>(), [&person_id(HERS)]);
        assert_eq!(crew.writes_to(HERS), 0, "Bob sent Ada's edit");
        crew.sign_out(None).await;
        crew.nobody_is_in().await;

        crew.sign_in(ADA).await;
        crew.arrived().await;
        assert_eq!(crew.on_server(&person_id(HERS), "name").await, "Ada's Own");
        assert_eq!((crew.writes_to(HERS), crew.writes_to(HIS)), (1, 1));
        crew.sees("3,334").await;
        crew.app.does_not_know(&person_id(HIS)).await;
    });
}

/// Ada's edit was on its way when she left: the server has it, her device does not know, and Bob comes.
#[test]
fn what_was_under_way_at_a_sign_out_is_settled_by_its_own_account() {
    e2e(async {
        let Some(crew) = Crew::of_two().await else { return };
        crew.sign_in(ADA).await;
        crew.complete().await;
        crew.backend.proxy.next("PATCH", "/api/collections/people/records", Fault::Stall);
        crew.app.edit("people", &person_id(HERS), "name", "Ada's Last Word").await;
        let stored = async || (crew.on_server(&person_id(HERS), "name").await == "Ada's Last Word").then_some(());
        crew.app.browser.until("the edit on the server", stored).await;
        crew.sign_out(Some("Keep for next time")).await;
        crew.nobody_is_in().await;
        crew.sign_in(BOB).await;
        crew.complete().await;
        crew.sees("6,666").await;
        assert_eq!(crew.app.entries().await.len(), 1);
        crew.sign_out(None).await;
        crew.nobody_is_in().await;
        crew.sign_in(ADA).await;
        crew.arrived().await;
        assert_eq!((crew.writes_to(HERS), crew.backend.writes().len()), (1, 1));
    });
}

#[test]
fn signing_out_with_unsent_work_asks_and_cancel_changes_nothing() {
    e2e(async {
        let Some(mut crew) = Crew::of_two().await else { return };
        crew.sign_in(ADA).await;
        crew.complete().await;
        crew.ada_edits_offline("Kept Through").await;
        crew.sign_out(Some("Cancel")).await;
        crew.app.browser.wait_gone("[role=alertdialog]").await;
        crew.app.reload().await;
        assert_eq!(crew.app.entries().await.len(), 1);
        crew.backend.restart().await;
        crew.arrived().await;
        assert_eq!(crew.on_server(&person_id(HERS), "name").await, "Kept Through");
    });
}

#[test]
fn discarded_at_sign_out_is_gone_for_good() {
    e2e(async {
        let Some(mut crew) = Crew::of_two().await else { return };
        crew.sign_in(ADA).await;
        crew.complete().await;
        let before = crew.on_server(&person_id(HERS), "name").await;
        crew.ada_edits_offline("Given Up").await;
        crew.sign_out(Some("Discard them")).await;
        crew.nobody_is_in().await;
        assert!(crew.app.entries().await.is_empty());
        crew.backend.restart().await;
        crew.sign_in(ADA).await;
        crew.complete().await;
        crew.sees("3,334").await;
        crew.app.synced().await;
        assert_eq!(crew.app.shown_name(&person_id(HERS)).await, before);
        assert_eq!((crew.on_server(&person_id(HERS), "name").await, crew.writes_to(HERS)), (before, 0));
    });
}

#[test]
fn signing_out_in_one_tab_signs_out_the_other() {
    e2e(async {
        let Some(crew) = Crew::of_two().await else { return };
        crew.sign_in(ADA).await;
        crew.complete().await;
        let first = crew.app.browser.tab().await;
        let second = crew.app.browser.open_window().await;
        crew.app.load("c/people").await;
        crew.app.browser.wait_for("[data-record-id]").await;
        crew.app.browser.switch_to(&first).await;
        crew.sign_out(None).await;
        crew.nobody_is_in().await;
        crew.app.browser.switch_to(&second).await;
        crew.nobody_is_in().await;
        crew.app.browser.reload().await;
        crew.nobody_is_in().await;

        crew.app.browser.switch_to(&first).await;
        crew.sign_in(BOB).await;
        crew.complete().await;
        crew.app.browser.switch_to(&second).await;
        crew.app.browser.fill("identity", ADA.0).await;
        crew.app.browser.fill("password", ADA.1).await;
        crew.app.browser.click("button", "Sign in").await;
        crew.app.browser.wait_for("[role=alert] *").await;
        crew.app.load("c/people").await;
        crew.sees("6,666").await;
    });
}

impl App {
    /// The name in a record's form.
    async fn shown_name(&self, id: &str) -> Value {
        self.go(&format!("c/people/{id}")).await;
        self.browser.wait_until(&format!("location.pathname.endsWith('{id}')")).await;
        self.value("name").await.into()
    }
}
