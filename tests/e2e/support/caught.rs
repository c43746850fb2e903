//! Ada renames one person and deletes another, and something happens on the server while both are on their way.

use super::Crew;
use crate::pocketbase::person_id;
use crate::proxy::{Fault, Passed};
use serde_json::{Value, json};

/// Where the app writes people.
pub const PEOPLE: &str = "/api/collections/people/records";
/// Who is renamed, and what to.
pub const RENAMED: (usize, &str) = (1, "Renamed Meanwhile");
/// Who is deleted.
pub const DELETED: usize = 2;

/// Remembers the smallest number of people that was shown from now on.
const WATCH: &str = "window.fewest = Infinity;
    const look = () => {
        const shown = document.querySelector('nav.side a[href$=\"c/people\"] > .num')?.innerText.replace(/\\D/g, '');
        if (shown) fewest = Math.min(fewest, Number(shown));
    };
    look();
    new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });";

impl Crew {
    /// Renames and deletes, and returns when the network holds both requests: the server has seen neither.
    pub async fn send_two_and_hold(&self) {
        for method in ["PATCH", "DELETE"] {
            self.backend.proxy.next(method, PEOPLE, Fault::Hold);
        }
        self.make_two().await;
        self.app
            .browser
            .until("both are on their way", async || (self.backend.proxy.waiting() == 0).then_some(()))
            .await;
    }

    /// Lets both requests go on, and returns when the server has answered both with 404.
    pub async fn both_meet_a_404(&self) {
        self.backend.proxy.release();
        let told =
            |method: &str| self.backend.writes().iter().any(|one| one.method == method && one.status == Some(404));
        self.app.browser.until("a 404 on both", async || (told("PATCH") && told("DELETE")).then_some(())).await;
    }

    /// Renames and deletes; from then on the number of people shown is watched.
    pub async fn make_two(&self) {
        self.app.edit("people", &person_id(RENAMED.0), "name", RENAMED.1).await;
        self.delete(&person_id(DELETED)).await;
        self.app.browser.run(WATCH, vec![]).await;
    }

    /// Presses Refresh, and returns when people have been pulled again (a sweep of them follows).
    pub async fn look_again(&self) {
        let is_pull = |one: &Passed| {
            let list = one.method == "GET" && one.path.starts_with(&format!("{PEOPLE}?"));
            list && one.status.is_some() && !one.path.contains("fields=id")
        };
        let pulls = || self.backend.proxy.passed().iter().filter(|one| is_pull(one)).count();
        let before = pulls();
        self.app.go("outbox").await;
        self.app.browser.click("button", "Refresh").await;
        self.app.browser.until("another pull", async || (pulls() > before).then_some(())).await;
    }

    /// The entries on the disk, each as kind and state.
    pub async fn outbox(&self) -> Vec<(String, String)> {
        let word = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        self.app.entries().await.iter().map(|entry| (word(entry, "kind"), word(entry, "state"))).collect()
    }

    /// Both edits are on the disk, and neither is taken for done nor asks anything of the user.
    pub async fn both_wait(&self) {
        let outbox = self.outbox().await;
        let kinds: Vec<&str> = outbox.iter().map(|(kind, _)| kind.as_str()).collect();
        assert_eq!(kinds, ["patch", "delete"], "{outbox:?}");
        let waits = |state: &str| matches!(state, "queued" | "sending" | "ambiguous");
        assert!(outbox.iter().all(|(_, state)| waits(state)), "{outbox:?}");
    }

    /// Waits until the disk has exactly these entries.
    pub async fn outbox_is(&self, wanted: &[(&str, &str)]) {
        let own = |(kind, state): &(&str, &str)| ((*kind).to_owned(), (*state).to_owned());
        let wanted: Vec<_> = wanted.iter().map(own).collect();
        let begun = tokio::time::Instant::now();
        loop {
            let found = self.outbox().await;
            if found == wanted {
                return;
            }
            assert!(begun.elapsed().as_secs() < 10, "an outbox of {wanted:?}, not of {:?}", self.app.entries().await);
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    /// Nobody but the one deleted here has left the screen, and a new start reads all the others from the disk.
    pub async fn all_are_still_here(&self) {
        assert_eq!(self.app.browser.eval::<f64>("fewest").await, 9_999.0, "the fewest people shown");
        self.app.go(&format!("c/people?q={}", RENAMED.1)).await;
        self.app.browser.wait_for(&format!("main [data-record-id='{}']", person_id(RENAMED.0))).await;
        self.app.load("c/people").await;
        self.app.browser.wait_until("document.querySelector('main').innerText.includes('9,999')").await;
        self.app.browser.run(WATCH, vec![]).await;
    }

    /// Both have arrived, each once, and nobody else has gone.
    pub async fn both_arrived_once(&self) {
        self.app.synced().await;
        assert_eq!(self.on_server(&person_id(RENAMED.0), "name").await, RENAMED.1);
        assert_eq!(self.on_server(&person_id(DELETED), "id").await, json!(null));
        assert_eq!(self.backend.admin().count("people").await, 9_999);
        for (method, index) in [("PATCH", RENAMED.0), ("DELETE", DELETED)] {
            let done = |one: &Passed| {
                one.method == method
                    && one.path.contains(&person_id(index))
                    && one.status.is_some_and(|status| status < 300)
            };
            assert_eq!(self.backend.writes().into_iter().filter(done).count(), 1, "{method}");
        }
        assert_eq!(self.app.browser.eval::<f64>("fewest").await, 9_999.0, "the fewest people shown");
    }
}
