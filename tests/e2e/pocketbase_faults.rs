//! The server did the work and its answer never came: whatever the edit was, it is there once, and the screen says
//! "Checking…" until that is known, and "Synced" only then.

use super::harness::e2e;
use super::pocketbase::person_id;
use super::proxy::Fault;
use super::support::{ADA, Backend, Crew};
use serde_json::{Value, json};
use std::time::Duration;

const RECORDS: &str = "/api/collections/people/records";

/// Remembers every badge that was ever on the screen, and every claim that all is synced while something waits.
const WATCH_WORDS: &str = "window.words = []; window.lies = [];
    new MutationObserver(() => {
        for (const badge of document.querySelectorAll('.badge')) {
            if (!words.includes(badge.innerText)) words.push(badge.innerText);
        }
        const chip = document.querySelector('[data-testid=sync-status]');
        if (chip?.dataset.state === 'synced' && chip.dataset.pending !== '0') lies.push(chip.innerText);
    }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });";

impl Crew {
    /// Ada at work on a line that loses answers, with a config that does not wait long for them.
    async fn on_a_bad_line() -> Option<Self> {
        let mut backend = Backend::start().await?;
        backend.timeouts = json!({ "attempt_secs": 3, "total_secs": 6 });
        let crew = Self::open_on(backend).await;
        crew.app.browser.run(WATCH_WORDS, vec![]).await;
        Some(crew)
    }

    /// Lets the fault happen to such requests until the app is in doubt: the browser sends some again by itself. Keeps
    /// the app from asking at once.
    async fn from_now(&self, method: &str, fault: &Fault) {
        self.app.browser.run("words.length = 0; chips.splice(0, chips.length, 'synced');", vec![]).await;
        self.backend.proxy.always(method, RECORDS, fault.clone());
        self.backend.proxy.next("GET", "/api/health", Fault::Latency(Duration::from_millis(700)));
    }

    /// Waits until all is known, and looks back on what was said meanwhile.
    async fn is_told_the_truth(&self) {
        self.app.browser.wait_until("words.includes('Checking…')").await;
        self.backend.proxy.clear();
        self.arrived().await;
        let words: Vec<String> = self.app.browser.eval("words").await;
        assert!(!words.iter().any(|word| word.contains("Refused") || word.contains("onflict")), "{words:?}");
        let chips = self.app.chips().await;
        assert_eq!(chips.iter().filter(|state| *state == "synced").count(), 2, "too early: {chips:?}");
        assert_eq!(self.app.browser.eval::<Vec<String>>("lies").await, Vec::<String>::new());
    }

    async fn creates(&self, fault: &Fault) {
        self.from_now("POST", fault).await;
        let made = self.app.create("people", &[("name", "Made Once"), ("email", "once@example.org")]).await;
        self.is_told_the_truth().await;
        assert_eq!((self.named("Made Once").await, self.people().await), (1, 10_001));
        assert_eq!(self.on_server(&made, "email").await, "once@example.org");
    }

    async fn patches(&self, fault: &Fault) {
        self.from_now("PATCH", fault).await;
        self.app.edit("people", &person_id(5), "name", "Patched Once").await;
        self.is_told_the_truth().await;
        assert_eq!(self.on_server(&person_id(5), "name").await, "Patched Once");
        assert_eq!(self.on_server(&person_id(5), "email").await, "person5@example.org");
    }

    async fn deletes(&self, fault: &Fault) {
        self.app.go("outbox").await; // a deleted record has no screen of its own
        // It has no body, and a browser makes do with half of its head.
        let cut = Fault::CutAfter("HTTP/1.1 204".len());
        self.from_now("DELETE", if *fault == Fault::CutInHalf { &cut } else { fault }).await;
        self.delete(&person_id(6)).await;
        self.app.go("outbox").await;
        self.is_told_the_truth().await;
        assert_eq!((self.on_server(&person_id(6), "id").await, self.people().await), (Value::Null, 10_000));
    }

    /// A new record, and a patch of it while nobody knows what became of it.
    async fn chains(&self, fault: &Fault) {
        self.from_now("POST", fault).await;
        let made = self.app.create("people", &[("name", "Chained"), ("notes", "as made")]).await;
        let stored = async || (self.named("Chained").await == 1).then_some(());
        self.app.browser.until("the record on the server", stored).await;
        self.app.edit("people", &made, "notes", "as changed").await;
        self.is_told_the_truth().await;
        assert_eq!((self.named("Chained").await, self.people().await), (1, 10_001));
        assert_eq!(self.on_server(&made, "notes").await, "as changed");
        assert_eq!(self.on_server(&made, "name").await, "Chained");
    }

    async fn uploads(&self, fault: &Fault) {
        let file = std::env::temp_dir().join(format!("landfall-paper-{}.txt", self.backend.admin().port()));
        std::fs::write(&file, "A paper.").expect("a file");
        self.app.go(&format!("c/people/{}", person_id(9))).await;
        self.app.browser.wait_until(&format!("location.pathname.endsWith('{}')", person_id(9))).await;
        self.from_now("PATCH", fault).await;
        let field = self.app.browser.field("papers").await;
        field.send_keys(file.to_string_lossy().as_ref()).await.expect("the control takes a file");
        self.app.browser.wait_until("document.querySelector('.files li')").await;
        self.app.save().await;
        self.is_told_the_truth().await;
        std::fs::remove_file(&file).expect("the file was there");
        let papers = self.on_server(&person_id(9), "papers").await;
        let names = papers.as_array().expect("a list of names");
        assert_eq!(names.len(), 1, "{papers}");
        let path = format!("/api/files/people/{}/{}", person_id(9), names[0].as_str().expect("a name"));
        let bytes = self.backend.admin().http().get([self.backend.admin().url(), path].concat()).send().await;
        assert_eq!(bytes.expect("an answer").bytes().await.expect("a body"), "A paper.");
    }

    async fn people(&self) -> u64 {
        self.backend.admin().count("people").await
    }
}

async fn every_edit_survives(fault: Fault) {
    let Some(crew) = Crew::on_a_bad_line().await else { return };
    crew.creates(&fault).await;
    crew.patches(&fault).await;
    crew.deletes(&fault).await;
    crew.chains(&fault).await;
    crew.uploads(&fault).await;
}

#[test]
fn with_the_answer_dropped_every_edit_is_there_once() {
    e2e(every_edit_survives(Fault::DropReply));
}

#[test]
fn with_the_answer_cut_in_half_every_edit_is_there_once() {
    e2e(every_edit_survives(Fault::CutInHalf));
}

#[test]
fn with_the_answer_stalled_every_edit_is_there_once() {
    e2e(every_edit_survives(Fault::Stall));
}

#[test]
fn a_first_pull_over_a_bad_line_ends_with_everything_once() {
    e2e(async {
        let Some(mut backend) = Backend::start().await else { return };
        backend.timeouts = json!({ "attempt_secs": 3, "total_secs": 6 });
        let crew = Crew::at_the_door(backend).await;
        let faults = [Fault::CutInHalf, Fault::Reset, Fault::Stall, Fault::DropReply, Fault::CutAfter(2_000)];
        faults.into_iter().for_each(|fault| crew.backend.proxy.next("GET", RECORDS, fault));
        crew.sign_in(ADA).await;
        crew.app.go("c/people").await;
        crew.arrived().await;
        let all = async || (crew.app.browser.text("main .num").await == "10,000").then_some(());
        crew.app.browser.until_within(Duration::from_secs(45), "all people", all).await;
        assert_eq!(crew.backend.proxy.waiting(), 0);
        assert!(crew.backend.writes().is_empty());
    });
}
