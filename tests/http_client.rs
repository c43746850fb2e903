//! The HTTP client's chain on a fake clock: who is asked, how often, when, and what the caller sees.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/clock.rs"]
mod clock;

use clock::FakeClock;
use futures::{future::LocalBoxFuture, future::join_all};
use landfall::http::{
    Client, ClientBuilder, Credentials, HttpError, Middleware, Next, Options, Phase, Reply, Request, Response,
    ScriptedTransport, Token,
};
use landfall::platform::{Clock, Environment, MemoryConnectivity, MemoryTabs, Random};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

const BASE: &str = "https://api.example.org/v1";

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Chance that always comes out in the middle.
struct Half;

impl Random for Half {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
        if let Some(last) = bytes.last_mut() {
            *last = 0x80;
        }
    }
}

/// A client, its clock, its network and the transport behind it.
struct World {
    clock: FakeClock,
    network: Rc<MemoryConnectivity>,
    transport: ScriptedTransport,
}

impl World {
    /// Replies in order, then `last` for ever.
    fn new(replies: impl IntoIterator<Item = Reply>, last: Reply) -> Self {
        let clock = FakeClock::default();
        let transport = ScriptedTransport::new(Rc::new(clock.clone()), replies, last);
        Self { clock, network: Rc::default(), transport }
    }

    fn builder(&self) -> ClientBuilder {
        let environment = Environment {
            clock: Rc::new(self.clock.clone()),
            random: Rc::new(Half),
            connectivity: self.network.clone(),
            tabs: Rc::new(MemoryTabs::new()),
        };
        Client::builder(Rc::new(self.transport.clone()), &environment).base(BASE)
    }

    fn client(&self) -> Client {
        self.builder().build()
    }

    /// The moments of all attempts, in milliseconds.
    fn attempts_ms(&self) -> Vec<u64> {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // small, whole and positive
        self.transport.sent().iter().map(|sent| sent.at_ms.round() as u64).collect()
    }

    fn sent_header(&self, attempt: usize, name: &str) -> Option<String> {
        self.transport.sent()[attempt].request.headers.get(name).map(str::to_owned)
    }
}

fn ok() -> Reply {
    Reply::answer(Response::new(200, "{\"a\":1}"))
}

fn status_of(outcome: &Result<Response, HttpError>) -> u16 {
    match outcome {
        Ok(response) => response.status,
        Err(error) => error.status().unwrap_or(0),
    }
}

#[test]
fn a_call_reads_json_beneath_the_base() {
    let world = World::new([], ok());
    let call = world.client().get("/people").segment("a/b").query("q", "ü").header("x-a", "1");
    let value: serde_json::Value = world.clock.run(call.send()).unwrap().json().unwrap();
    assert_eq!(value["a"], 1);
    let sent = &world.transport.sent()[0].request;
    assert_eq!(sent.url.as_str(), "https://api.example.org/v1/people/a%2Fb?q=%C3%BC");
    assert_eq!(sent.headers.get("x-a"), Some("1"));
    assert!(sent.headers.get("accept").unwrap().starts_with("application/json"));
}

#[test]
fn a_json_body_names_its_type() {
    let world = World::new([], Reply::status(204));
    let body = serde_json::json!({ "name": "Ada" });
    world.clock.run(world.client().post("people").json(&body).send()).unwrap();
    let sent = &world.transport.sent()[0].request;
    assert_eq!(sent.headers.get("content-type"), Some("application/json"));
    assert_eq!(sent.body.as_ref().unwrap().bytes(), body.to_string().as_bytes());
}

#[test]
fn every_status_but_success_is_an_error_that_keeps_the_answer() {
    let problem = Response::new(422, r##"{"title":"no","errors":[{"pointer":"#/age","detail":"is odd"}]}"##)
        .header("content-type", "application/problem+json");
    let world = World::new([], Reply::answer(problem));
    let error = world.clock.run(world.client().get("x").send()).unwrap_err();
    assert_eq!(error.status(), Some(422));
    assert_eq!(error.problem().unwrap().field_errors[0].field, "age");
}

#[test]
fn waits_double_with_jitter_and_end_after_three_retries() {
    let world = World::new([], Reply::status(503));
    let outcome = world.clock.run(world.client().get("x").send());
    assert_eq!(status_of(&outcome), 503);
    assert_eq!(world.attempts_ms(), [0, 150, 450, 1050]);
}

#[test]
fn what_the_server_asks_for_is_obeyed_without_jitter() {
    let busy = Reply::answer(Response::new(503, "").header("retry-after", "2"));
    let dated = Response::new(429, "").header("retry-after", "Thu, 01 Jan 2026 00:00:07 GMT");
    let world = World::new([busy, Reply::answer(dated)], ok());
    assert_eq!(status_of(&world.clock.run(world.client().get("x").send())), 200);
    assert_eq!(world.attempts_ms(), [0, 2000, 7000]);
}

#[test]
fn a_lost_connection_is_tried_again_and_a_refusal_is_not() {
    let world = World::new([Reply::dropped(), Reply::half_body()], ok());
    assert!(world.clock.run(world.client().get("x").send()).is_ok());
    assert_eq!(world.transport.sent().len(), 3);

    let world = World::new([], Reply::status(404));
    assert!(world.clock.run(world.client().get("x").send()).is_err());
    assert_eq!(world.transport.sent().len(), 1);
}

#[test]
fn a_post_without_a_key_is_never_sent_twice() {
    for reply in [Reply::dropped(), Reply::half_body(), Reply::status(503), Reply::silence(), Reply::endless_body()] {
        let world = World::new([], reply.clone());
        assert!(world.clock.run(world.client().post("x").send()).is_err());
        assert_eq!(world.transport.sent().len(), 1, "{reply:?}");
    }
    let world = World::new([Reply::dropped()], ok());
    let call = world.client().post("x").idempotency_key("k1").body("text/plain", b"once".to_vec());
    assert!(world.clock.run(call.send()).is_ok());
    assert_eq!(world.sent_header(1, "idempotency-key").as_deref(), Some("k1"));
    assert_eq!(world.transport.sent()[1].request.body.as_ref().unwrap().bytes(), b"once");
}

#[test]
fn fifty_calls_to_a_dead_server_are_no_storm() {
    let busy = Reply::answer(Response::new(503, "").header("retry-after", "2"));
    let world = World::new([], busy);
    let client = world.client();
    let outcomes = world.clock.run(join_all((0..50).map(|_| client.get("x").send())));
    assert!(outcomes.iter().all(|outcome| status_of(outcome) == 503));
    let attempts = world.attempts_ms();
    assert!(attempts.len() <= 50 + 12, "{}", attempts.len());
    assert!(attempts.iter().all(|at| at % 2000 == 0));
}

#[test]
fn each_attempt_has_its_deadline_and_the_error_names_the_phase() {
    for (reply, phase) in [(Reply::silence(), Phase::ToHeaders), (Reply::endless_body(), Phase::Body)] {
        let world = World::new([], reply);
        let error = world.clock.run(world.client().post("x").send()).unwrap_err();
        assert_eq!(error, HttpError::Timeout { phase });
        assert_eq!(world.clock.elapsed(), secs(15));
        assert_eq!(world.transport.aborted(), 1);
    }
}

#[test]
fn the_total_deadline_covers_attempts_waits_and_the_body() {
    let world = World::new([], Reply::endless_body());
    let options = Options { attempt: Some(secs(4)), total: Some(secs(10)), ..Options::default() };
    let error = world.clock.run(world.client().get("x").options(options).send()).unwrap_err();
    assert_eq!(error, HttpError::Timeout { phase: Phase::Body });
    assert_eq!(world.clock.elapsed(), secs(10));
    assert_eq!(world.attempts_ms(), [0, 4150, 8450]);
    assert_eq!(world.transport.aborted(), 3);
}

#[test]
fn a_wait_past_the_deadline_is_not_begun() {
    let busy = Reply::answer(Response::new(503, "busy").header("retry-after", "3600"));
    let world = World::new([], busy);
    let outcome = world.clock.run(world.client().get("x").send());
    assert_eq!(status_of(&outcome), 503);
    assert_eq!(world.clock.elapsed(), Duration::ZERO);
}

#[test]
fn dropping_the_call_aborts_it_and_nothing_runs_after() {
    let world = World::new([Reply::silence()], ok());
    let mut call = Box::pin(world.client().get("x").send());
    assert!(world.clock.settle(call.as_mut()).is_pending());
    drop(call);
    assert_eq!(world.transport.aborted(), 1);
    world.clock.advance(secs(3600));
    assert_eq!(world.transport.sent().len(), 1);
}

#[test]
fn offline_nothing_leaves_the_device_but_loopback_still_works() {
    let world = World::new([], ok());
    world.network.set_network(false);
    let client = world.client();
    assert_eq!(world.clock.run(client.get("x").send()), Err(HttpError::Offline));
    assert_eq!(world.transport.sent().len(), 0);
    assert!(world.clock.run(client.get("http://127.0.0.1:8090/api").send()).is_ok());
}

#[test]
fn a_body_over_the_limit_is_refused() {
    let world = World::new([], ok());
    let client = world.builder().body_limit(6).build();
    assert_eq!(world.clock.run(client.get("x").send()), Err(HttpError::TooLarge { limit: 6 }));
    let roomy = Options { body_limit: Some(7), ..Options::default() };
    assert!(world.clock.run(client.get("x").options(roomy).send()).is_ok());
}

/// A session whose refresh is scripted.
struct Session {
    generation: Cell<u64>,
    refresh: Result<u64, HttpError>,
    refreshes: Cell<u32>,
    current_fails_after: Cell<u32>,
}

impl Session {
    fn new(refresh: Result<u64, HttpError>) -> Rc<Self> {
        let forever = Cell::new(u32::MAX);
        Rc::new(Self { generation: Cell::new(1), refresh, refreshes: Cell::new(0), current_fails_after: forever })
    }

    fn token(&self) -> Token {
        let generation = self.generation.get();
        Token { header: "authorization", value: format!("Bearer t{generation}"), generation }
    }
}

impl Credentials for Session {
    fn current(&self) -> LocalBoxFuture<'_, Result<Option<Token>, HttpError>> {
        let left = self.current_fails_after.get();
        self.current_fails_after.set(left.saturating_sub(1));
        let token = if left == 0 { Err(HttpError::Offline) } else { Ok(Some(self.token())) };
        Box::pin(std::future::ready(token))
    }

    fn refresh(&self, refused: u64) -> LocalBoxFuture<'_, Result<Option<Token>, HttpError>> {
        assert_eq!(refused, self.generation.get());
        self.refreshes.set(self.refreshes.get() + 1);
        let outcome = self.refresh.clone().map(|generation| {
            self.generation.set(generation);
            Some(self.token())
        });
        Box::pin(std::future::ready(outcome))
    }
}

#[test]
fn a_refused_token_is_refreshed_and_the_request_replayed_once() {
    let session = Session::new(Ok(2));
    let world = World::new([Reply::status(401)], ok());
    let client = world.builder().auth(session.clone(), &[BASE]).build();
    assert!(world.clock.run(client.post("x").send()).is_ok());
    assert_eq!(world.sent_header(0, "authorization").as_deref(), Some("Bearer t1"));
    assert_eq!(world.sent_header(1, "authorization").as_deref(), Some("Bearer t2"));

    let world = World::new([], Reply::status(401));
    let client = world.builder().auth(Session::new(Ok(2)), &[BASE]).build();
    let error = world.clock.run(client.get("x").send()).unwrap_err();
    assert!(error.needs_sign_in());
    assert_eq!(world.transport.sent().len(), 2);
}

#[test]
fn a_refresh_that_brings_nothing_new_ends_in_the_refusal() {
    let session = Session::new(Ok(1));
    let world = World::new([], Reply::status(401));
    let client = world.builder().auth(session.clone(), &[BASE]).build();
    assert!(world.clock.run(client.get("x").send()).unwrap_err().needs_sign_in());
    assert_eq!((world.transport.sent().len(), session.refreshes.get()), (1, 1));
}

#[test]
fn a_failed_refresh_is_no_sign_out() {
    let world = World::new([], Reply::status(401));
    let client = world.builder().auth(Session::new(Err(HttpError::Offline)), &[BASE]).build();
    let error = world.clock.run(client.get("x").send()).unwrap_err();
    assert_eq!(error, HttpError::Offline);
}

#[test]
fn a_token_goes_only_to_its_own_origin() {
    let world = World::new([], ok());
    let client = world.builder().auth(Session::new(Ok(2)), &[BASE]).build();
    for url in ["https://evil.org/x", "http://api.example.org/x", "https://api.example.org@evil.org/"] {
        world.clock.run(client.get(url).send()).unwrap();
    }
    assert!((0..3).all(|attempt| world.sent_header(attempt, "authorization").is_none()));
}

#[test]
fn a_retry_that_never_left_does_not_hide_the_attempt_that_did() {
    let session = Session::new(Ok(2));
    session.current_fails_after.set(1);
    let world = World::new([], Reply::dropped());
    let client = world.builder().auth(session, &[BASE]).build();
    assert_eq!(world.clock.run(client.put("x").send()), Err(HttpError::Unreachable));
    assert_eq!(world.transport.sent().len(), 1);
}

#[test]
fn a_call_is_one_line_in_the_log_however_often_it_was_tried() {
    let lines = Rc::new(RefCell::new(Vec::new()));
    let world = World::new([Reply::status(503)], ok());
    let sink = lines.clone();
    let client = world.builder().log(move |line| sink.borrow_mut().push(line.to_owned())).build();
    world.clock.run(client.get("x").query("token", "hush").send()).unwrap();
    world.network.set_network(false);
    let _ = world.clock.run(client.get("y").send());
    let lines = lines.borrow();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("GET https://api.example.org/v1/x?token=… "), "{}", lines[0]);
    assert!(lines[0].ends_with("→ 200, 7 bytes, 150 ms"), "{}", lines[0]);
    assert!(lines[1].ends_with("→ offline: the request was not sent, 0 ms"), "{}", lines[1]);
}

/// A middleware of a user's own: marks the request and counts the calls.
struct Mark(Rc<Cell<u32>>);

impl Middleware for Mark {
    fn handle<'a>(&'a self, mut request: Request, next: Next<'a>) -> LocalBoxFuture<'a, Result<Response, HttpError>> {
        self.0.set(self.0.get() + 1);
        request.headers.set("x-mark", "1");
        next.run(request)
    }
}

#[test]
fn ones_own_middleware_sees_each_call_once() {
    let calls = Rc::new(Cell::new(0));
    let world = World::new([Reply::status(503)], ok());
    let client = world.builder().with(Mark(calls.clone())).build();
    world.clock.run(client.get("x").send()).unwrap();
    assert_eq!((calls.get(), world.transport.sent().len()), (1, 2));
    assert_eq!(world.sent_header(1, "x-mark").as_deref(), Some("1"));
}

#[test]
fn the_fake_clock_keeps_the_order_of_timers() {
    let clock = FakeClock::default();
    let order = RefCell::new(Vec::new());
    let wait = |seconds| {
        let (sleep, order) = (clock.sleep(secs(seconds)), &order);
        async move {
            sleep.await;
            order.borrow_mut().push(seconds);
        }
    };
    clock.run(join_all([wait(3), wait(1), wait(2)]));
    assert_eq!(*order.borrow(), [1, 2, 3]);
    assert_eq!(clock.elapsed(), secs(3));
}
