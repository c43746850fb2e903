//! Tokens that last ten seconds: renewed ahead, asked for in place when that is refused, and never in the clear on
//! the device.

use super::harness::e2e;
use super::pocketbase::person_id;
use super::proxy::Passed;
use super::support::{ADA, Backend, Crew, PEOPLE};
use serde_json::{Value, json};
use std::time::UNIX_EPOCH;

const RENEWAL: &str = "/api/collections/users/auth-refresh";
const NEW: &str = "ada-secret-2";
const SEARCH: &str = include_str!("support/search_storage.js");

impl Crew {
    async fn with_short_tokens() -> Option<Self> {
        let backend = Backend::start().await?;
        backend.admin().set_token_duration(10).await;
        Some(Self::open_on(backend).await)
    }

    fn renewals(&self) -> usize {
        self.backend.proxy.answered("POST", RENEWAL)
    }

    async fn after_a_renewal(&self) {
        let before = self.renewals();
        self.soon("a renewal", async || self.renewals() > before).await;
    }

    /// Every request that carried a token, and when that token ends, in seconds.
    async fn signed(&self) -> Vec<(Passed, f64)> {
        let token = |request: &Passed| request.token.trim_start_matches("Bearer ").to_owned();
        let signed: Vec<Passed> = self.backend.proxy.passed().into_iter().filter(|one| !one.token.is_empty()).collect();
        let tokens: Vec<String> = signed.iter().map(token).collect();
        let ends = "return arguments[0].map((token) => JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'))).exp);";
        let ends = self.app.browser.run(ends, vec![json!(tokens)]).await;
        let ends: Vec<f64> = serde_json::from_value(ends).expect("the ends of all tokens");
        signed.into_iter().zip(ends).collect()
    }

    fn tokens(&self) -> Vec<String> {
        let mut tokens: Vec<String> = Vec::new();
        for request in self.backend.proxy.passed() {
            let token = request.token.trim_start_matches("Bearer ");
            if !token.is_empty() && !tokens.iter().any(|known| known == token) {
                tokens.push(token.to_owned());
            }
        }
        tokens
    }

    async fn stored(&self, needles: &[String]) -> Value {
        self.app.browser.run(SEARCH, vec![json!(needles)]).await
    }
}

#[test]
fn work_outlives_several_tokens_and_none_is_used_after_its_end() {
    e2e(async {
        let Some(crew) = Crew::with_short_tokens().await else { return };
        for round in 0..4 {
            crew.after_a_renewal().await;
            crew.app.edit("people", &person_id(round), "name", &format!("Round {round}")).await;
            crew.app.synced().await;
            crew.backend.admin().patch("people", &person_id(100 + round), json!({ "name": "Theirs" })).await;
            crew.app.go(&format!("c/people?q={}", "Theirs")).await;
            let theirs = format!("main [data-record-id='{}']", person_id(100 + round));
            crew.app.browser.wait_for(&theirs).await;
        }
        for round in 0..4 {
            assert_eq!(crew.on_server(&person_id(round), "name").await, format!("Round {round}"));
        }
        let signed = crew.signed().await;
        for (request, end) in &signed {
            let at = request.at.duration_since(UNIX_EPOCH).expect("a time").as_secs_f64();
            assert!(at < *end, "{at} is after {end}: {request:?}");
        }
        let used: Vec<_> = crew.tokens();
        assert!(used.len() >= 5, "{} tokens", used.len());
        let unsigned = |one: &Passed| one.token.is_empty() && one.method != "OPTIONS" && one.path.starts_with(PEOPLE);
        assert!(!crew.backend.proxy.passed().iter().any(unsigned), "nothing was asked for as a guest");
        assert!(!crew.app.chips().await.iter().any(|state| state == "attention"), "{:?}", crew.app.chips().await);
        crew.app.browser.no_console_errors().await;
    });
}

#[test]
fn a_refused_renewal_asks_in_place_while_work_goes_on_and_then_all_is_sent() {
    e2e(async {
        let Some(mut crew) = Crew::with_short_tokens().await else { return };
        crew.backend.admin().set_password(&crew.user_id(ADA.0).await, NEW).await;
        crew.soon("the end of the session", async || {
            !crew.app.browser.all("[data-testid=sign-in-panel]").await.is_empty()
        })
        .await;
        crew.app.chip("attention").await;
        assert_eq!(crew.app.chip_words().await, "Sign in to go on");
        crew.app.edit("people", &person_id(1), "name", "While Away").await;
        let made = crew.app.create("people", &[("name", "Made While Away")]).await;
        crew.delete(&person_id(2)).await;
        crew.app.go("c/people?q=While Away").await;
        crew.app.browser.wait_until("document.querySelectorAll('main [data-record-id]').length === 2").await;
        crew.app.browser.wait_for_text("sign in to send 3 changes").await;

        crew.restart_browser("c/people?q=While Away").await;
        crew.app.browser.wait_until("document.querySelectorAll('main [data-record-id]').length === 2").await;
        crew.app.chip("attention").await;
        assert_eq!(crew.app.chip_words().await, "Sign in to send 3 changes");
        assert_eq!(crew.app.entries().await.len(), 3);
        assert!(crew.backend.writes().is_empty(), "{:?}", crew.backend.writes());

        assert_eq!(crew.app.value("identity").await, ADA.0);
        crew.app.browser.fill("password", ADA.1).await;
        crew.app.browser.click("button", "Sign in").await;
        crew.app.browser.wait_for_text("The server does not know this name with this password.").await;
        assert_eq!(crew.app.entries().await.len(), 3);
        crew.sign_in_again(NEW).await;
        crew.app.synced().await;
        assert_eq!(crew.on_server(&person_id(1), "name").await, "While Away");
        assert_eq!(crew.on_server(&made, "name").await, "Made While Away");
        assert_eq!(crew.on_server(&person_id(2), "id").await, json!(null));
        assert_eq!(crew.backend.admin().count("people").await, 10_000);
        assert_eq!(crew.backend.writes().len(), 3, "{:?}", crew.backend.writes());
        crew.after_a_renewal().await;
        crew.app.chip("synced").await;
    });
}

#[test]
fn no_token_lies_on_the_device_in_the_clear() {
    e2e(async {
        let Some(crew) = Crew::with_short_tokens().await else { return };
        crew.after_a_renewal().await;
        crew.app.edit("people", &person_id(1), "name", "Signed").await;
        crew.app.synced().await;
        let control = crew.stored(&[ADA.0.to_owned()]).await;
        assert_ne!(control["places"], json!([]), "what is kept in the clear is found");
        // Whole tokens, and the signature alone.
        let tokens = crew.tokens();
        assert!(tokens.len() >= 2, "{} tokens", tokens.len());
        let signature = |token: &String| token.rsplit('.').next().expect("a part").to_owned();
        let needles: Vec<String> = tokens.iter().cloned().chain(tokens.iter().map(signature)).collect();
        let found = crew.stored(&needles).await;
        assert_eq!(found["places"], json!([]));
        let keys = found["keys"].as_array().expect("keys");
        assert!(!keys.is_empty() && keys.iter().all(|key| key["extractable"] == false), "{keys:?}");
        assert!(found["length"].as_u64().expect("a length") > 1_000_000, "the rows were looked through: {found}");
        for entry in crew.app.browser.console().await {
            assert!(!needles.iter().any(|needle| entry.message.contains(needle)), "{}", entry.message);
        }
    });
}
