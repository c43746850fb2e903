//! Answers that are read while they arrive: through the same chain as any other call.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/clock.rs"]
mod clock;

use clock::FakeClock;
use futures::{StreamExt, future::LocalBoxFuture};
use landfall::http::{
    Client, ClientBuilder, Credentials, HttpError, Options, Phase, Reply, Request, Response, ScriptedTransport,
    StreamedResponse, Token, Transport,
};
use landfall::platform::{Clock, Environment, MemoryConnectivity, MemoryTabs, Random};
use std::{cell::Cell, rc::Rc, time::Duration};

const BASE: &str = "https://api.example.org";

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

struct Zeros;

impl Random for Zeros {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }
}

fn builder(clock: &FakeClock, transport: Rc<dyn Transport>) -> ClientBuilder {
    let environment = Environment {
        clock: Rc::new(clock.clone()),
        random: Rc::new(Zeros),
        connectivity: Rc::new(MemoryConnectivity::default()),
        tabs: Rc::new(MemoryTabs::new()),
    };
    Client::builder(transport, &environment).base(BASE)
}

fn world(replies: impl IntoIterator<Item = Reply>) -> (FakeClock, ScriptedTransport, ClientBuilder) {
    let clock = FakeClock::default();
    let transport = ScriptedTransport::new(Rc::new(clock.clone()), replies, Reply::status(500));
    let builder = builder(&clock, Rc::new(transport.clone()));
    (clock, transport, builder)
}

/// The next piece, as text.
fn piece(clock: &FakeClock, answer: &mut StreamedResponse) -> Option<Result<String, HttpError>> {
    let piece = clock.run(answer.body.next())?;
    Some(piece.map(|bytes| String::from_utf8(bytes).unwrap()))
}

#[test]
fn pieces_come_as_they_arrive_and_no_deadline_ends_a_slow_body() {
    let reply = Reply::pieces([(secs(1), "a"), (secs(3600), "b")]).then_body(secs(1));
    let (clock, transport, builder) = world([reply]);
    let mut answer = clock.run(builder.build().get("feed").stream()).unwrap();
    assert_eq!((answer.status, clock.elapsed()), (200, Duration::ZERO));
    assert_eq!(piece(&clock, &mut answer), Some(Ok("a".into())));
    assert_eq!(clock.elapsed(), secs(1));
    assert_eq!(piece(&clock, &mut answer), Some(Ok("b".into())));
    assert_eq!(piece(&clock, &mut answer), Some(Ok(String::new())));
    assert_eq!(piece(&clock, &mut answer), None);
    drop(answer);
    assert_eq!(transport.aborted(), 0);
}

#[test]
fn headers_that_never_come_end_in_a_deadline() {
    let (clock, transport, builder) = world([Reply::silence()]);
    let options = Options { retries: Some(0), ..Options::default() };
    let error = clock.run(builder.build().get("feed").options(options).stream()).unwrap_err();
    assert_eq!(error, HttpError::Timeout { phase: Phase::ToHeaders });
    assert_eq!((clock.elapsed(), transport.aborted()), (secs(15), 1));
}

#[test]
fn a_refusal_is_an_error_with_its_body() {
    let (clock, _, builder) = world([Reply::answer(Response::new(403, "no"))]);
    let error = clock.run(builder.build().get("feed").stream()).unwrap_err();
    assert!(matches!(error, HttpError::Status { status: 403, body, .. } if body == b"no"));
}

#[test]
fn a_body_that_is_cut_says_so_once() {
    let reply = Reply { outcome: Err(HttpError::Unreachable), ..Reply::pieces([(secs(1), "a")]).then_body(secs(1)) };
    let (clock, _, builder) = world([reply]);
    let mut answer = clock.run(builder.build().get("feed").stream()).unwrap();
    assert_eq!(piece(&clock, &mut answer), Some(Ok("a".into())));
    assert_eq!(piece(&clock, &mut answer), Some(Err(HttpError::Unreachable)));
    assert_eq!(piece(&clock, &mut answer), None);
}

#[test]
fn dropping_the_body_ends_the_request() {
    let (clock, transport, builder) = world([Reply::pieces([(secs(1), "a")])]);
    let mut answer = clock.run(builder.build().get("feed").stream()).unwrap();
    assert_eq!(piece(&clock, &mut answer), Some(Ok("a".into())));
    assert_eq!(transport.aborted(), 0);
    drop(answer);
    assert_eq!(transport.aborted(), 1);
}

/// A session whose second token is the good one.
#[derive(Default)]
struct Session(Cell<u64>);

impl Session {
    fn token(&self) -> Option<Token> {
        Some(Token { header: "authorization", value: format!("t{}", self.0.get()), generation: self.0.get() })
    }
}

impl Credentials for Session {
    fn current(&self) -> LocalBoxFuture<'_, Result<Option<Token>, HttpError>> {
        Box::pin(std::future::ready(Ok(self.token())))
    }

    fn refresh(&self, refused: u64) -> LocalBoxFuture<'_, Result<Option<Token>, HttpError>> {
        self.0.set(refused + 1);
        self.current()
    }
}

#[test]
fn a_stream_is_signed_and_replayed_once_with_a_newer_token() {
    let (clock, transport, builder) = world([Reply::status(401), Reply::pieces([(secs(1), "a")])]);
    let client = builder.auth(Rc::new(Session::default()), &[BASE]).build();
    let mut answer = clock.run(client.get("feed").stream()).unwrap();
    assert_eq!(piece(&clock, &mut answer), Some(Ok("a".into())));
    let tokens: Vec<_> =
        transport.sent().iter().map(|sent| sent.request.headers.get("authorization").unwrap().to_owned()).collect();
    assert_eq!(tokens, ["t0", "t1"]);
}

#[test]
fn a_whole_answer_is_made_of_the_same_pieces() {
    let (clock, _, builder) = world([Reply::pieces([(secs(1), "a"), (secs(1), "b")]).then_body(secs(1))]);
    let answer = clock.run(builder.build().get("feed").send()).unwrap();
    assert_eq!((answer.text().as_str(), clock.elapsed()), ("ab", secs(3)));
}

/// Takes so many pieces of the body, one in ten seconds; then nothing moves any more, unless there is an answer.
struct SlowUpload {
    clock: FakeClock,
    pieces: u32,
    answers: bool,
}

impl Transport for SlowUpload {
    fn stream(&self, request: Request) -> LocalBoxFuture<'_, Result<StreamedResponse, HttpError>> {
        Box::pin(async move {
            for _ in 0..self.pieces {
                self.clock.sleep(secs(10)).await;
                request.progress.moved();
            }
            if !self.answers {
                std::future::pending::<()>().await;
            }
            let body = futures::stream::empty().boxed_local();
            Ok(StreamedResponse { status: 204, headers: [("x", "y")].into_iter().collect(), body })
        })
    }
}

#[test]
fn an_upload_that_moves_is_not_ended_and_one_that_stands_is() {
    for (answers, ended) in [(true, Ok(204)), (false, Err(HttpError::Timeout { phase: Phase::ToHeaders }))] {
        let clock = FakeClock::default();
        let client = builder(&clock, Rc::new(SlowUpload { clock: clock.clone(), pieces: 30, answers })).build();
        let outcome = clock.run(client.post("files").body("text/plain", b"x".to_vec()).send());
        assert_eq!(outcome.map(|answer| answer.status), ended);
        assert!(clock.elapsed() >= secs(300) && clock.elapsed() <= secs(330), "{:?}", clock.elapsed());
    }
}
