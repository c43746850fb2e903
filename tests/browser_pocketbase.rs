//! A session in a real browser against a real PocketBase: many calls at once with a token that has ended.
//!
//! `.ci/browser-tests` starts the server and names its address when it compiles this; without one (`PocketBase` is not
//! installed) the test says so and is not counted as passed.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::expect_used)] // a test may stop

use futures::future::{LocalBoxFuture, join_all};
use landfall::auth::{Credential, Session};
use landfall::http::{Client, FetchTransport, HttpError, Request, StreamedResponse, Transport};
use landfall::local::MemoryDisk;
use landfall::model::Timestamp;
use landfall::platform::{Clock, Environment, MemoryConnectivity, MemoryTabs, WebCipher, WebClock, WebRandom};
use landfall::remote::pocketbase::PocketBaseAuth;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// `http://127.0.0.1:PORT`, of a server with this superuser.
const SERVER: Option<&str> = option_env!("LANDFALL_BROWSER_POCKETBASE");
const ROOT: (&str, &str) = ("root@example.org", "root-secret-1");
/// More than a superuser's token lasts.
const TWO_DAYS_MS: i64 = 2 * 86_400_000;

/// The browser's clock, which can be put forward.
#[derive(Clone, Default)]
struct Ahead(Rc<Cell<i64>>);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        WebClock.now().plus(self.0.get())
    }

    fn monotonic_ms(&self) -> f64 {
        WebClock.monotonic_ms()
    }

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()> {
        WebClock.sleep(duration)
    }
}

/// Fetch, with a note of every address that was asked.
#[derive(Clone, Default)]
struct Noted(Rc<RefCell<Vec<String>>>);

impl Transport for Noted {
    fn stream(&self, request: Request) -> LocalBoxFuture<'_, Result<StreamedResponse, HttpError>> {
        self.0.borrow_mut().push(request.url.to_string());
        FetchTransport.stream(request)
    }
}

#[wasm_bindgen_test]
async fn fifty_calls_with_a_token_that_has_ended_make_one_renewal() {
    let server = SERVER.expect("a PocketBase: .ci/browser-tests starts it where it is installed");
    let (clock, sent) = (Ahead::default(), Noted::default());
    let environment = Environment {
        clock: Rc::new(clock.clone()),
        random: Rc::new(WebRandom),
        connectivity: Rc::new(MemoryConnectivity::default()),
        tabs: Rc::new(MemoryTabs::new()),
    };
    let door = Client::builder(Rc::new(sent.clone()), &environment).base(server).build();
    let door = PocketBaseAuth::new(door, "_superusers", environment.clock.clone());
    let disk = Rc::new(MemoryDisk::new());
    let session = Session::open(disk, Rc::new(WebCipher::new()), environment.clone(), Rc::new(door)).await;
    let credential = Credential::Password { identity: ROOT.0.into(), password: ROOT.1.into() };
    session.sign_in(credential).await.expect("the superuser signs in");
    assert!(session.token().is_some());
    let client =
        Client::builder(Rc::new(sent.clone()), &environment).base(server).auth(session.clone(), &[server]).build();

    clock.0.set(TWO_DAYS_MS);
    assert_eq!(session.token(), None, "it has ended by this device's clock");
    sent.0.borrow_mut().clear();
    let calls = (0..50).map(|_| client.get("api/collections").query("perPage", "1").send());
    let answers = join_all(calls).await;
    assert!(answers.iter().all(|answer| answer.as_ref().is_ok_and(|answer| answer.status == 200)), "{answers:?}");

    let sent = sent.0.borrow();
    let renewals = sent.iter().filter(|address| address.contains("auth-refresh")).count();
    assert_eq!((renewals, sent.len()), (1, 51));
    assert!(sent[0].contains("auth-refresh"), "nothing leaves with the ended token: {}", sent[0]);
}
