//! PocketBase's realtime API: scripted where time matters, and the real server.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/clock.rs"]
mod clock;
#[path = "support/native.rs"]
mod native;
#[path = "support/pocketbase.rs"]
mod pocketbase;

use clock::FakeClock;
use futures::{StreamExt, future::LocalBoxFuture, stream::LocalBoxStream};
use landfall::{
    http::{Client, Credentials, Form, HttpError, Reply, ScriptedTransport, Token, Transport},
    model::{Record, Value, Version, json},
    platform::{Environment, MemoryConnectivity, MemoryTabs},
    remote::{Live, pocketbase::live::live},
};
use pocketbase::{PocketBase, skipped};
use serde_json::json;
use std::{cell::RefCell, collections::HashSet, rc::Rc, time::Duration};

type Stream = LocalBoxStream<'static, Live>;

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A token that is changed by hand.
#[derive(Clone, Default)]
struct Hand(Rc<RefCell<Option<String>>>);

impl Hand {
    fn set(&self, token: &str) {
        *self.0.borrow_mut() = Some(token.to_owned());
    }
}

impl Credentials for Hand {
    fn current(&self) -> LocalBoxFuture<'_, Result<Option<Token>, HttpError>> {
        let token = self.0.borrow().clone().map(|value| Token { header: "authorization", value, generation: 0 });
        Box::pin(std::future::ready(Ok(token)))
    }

    fn refresh(&self, _: u64) -> LocalBoxFuture<'_, Result<Option<Token>, HttpError>> {
        self.current()
    }
}

fn listen(transport: Rc<dyn Transport>, environment: &Environment, url: &str, hand: &Hand) -> Stream {
    let client = Client::builder(transport, environment).base(url).auth(Rc::new(hand.clone()), &[url]).build();
    let token = hand.clone();
    let read = |_: &str, value: Value| {
        let mut fields = json::into_fields(value)?;
        let id = json::take_text(&mut fields, "id")?;
        let version = json::take_text(&mut fields, "updated").map(Version);
        Some(Record { version, ..Record::new(id, fields) })
    };
    let collections = vec!["people".to_owned(), "plain".to_owned()];
    live(client, environment.clone(), collections, Rc::new(move || token.0.borrow().clone()), Rc::new(read))
}

const HELLO: &str = "id:c1\nevent:PB_CONNECT\ndata:{\"clientId\":\"c1\"}\n\n";

fn scripted(replies: impl IntoIterator<Item = Reply>) -> (FakeClock, ScriptedTransport, Stream, Hand) {
    let clock = FakeClock::default();
    let transport = ScriptedTransport::new(Rc::new(clock.clone()), replies, Reply::status(204));
    let environment = Environment {
        clock: Rc::new(clock.clone()),
        random: Rc::new(native::Chance),
        connectivity: Rc::new(MemoryConnectivity::default()),
        tabs: Rc::new(MemoryTabs::new()),
    };
    let hand = Hand::default();
    hand.set("t1");
    let stream = listen(Rc::new(transport.clone()), &environment, "https://pb.example.org", &hand);
    (clock, transport, stream, hand)
}

fn take(clock: &FakeClock, stream: &mut Stream, count: usize) -> Vec<Live> {
    (0..count).map(|_| clock.run(stream.next()).unwrap()).collect()
}

/// What was sent: method, token and body.
fn sent(transport: &ScriptedTransport) -> Vec<(&'static str, String, String)> {
    let line = |sent: &landfall::http::scripted::Sent| {
        let request = &sent.request;
        let body =
            request.body.as_ref().map_or_else(String::new, |body| String::from_utf8(body.bytes().into()).unwrap());
        (request.method.as_str(), request.headers.get("authorization").unwrap().to_owned(), body)
    };
    transport.sent().iter().map(line).collect()
}

const SUBSCRIPTION: &str = r#"{"clientId":"c1","subscriptions":["people/*","plain/*"]}"#;

#[test]
fn everything_is_subscribed_to_in_one_signed_call_and_events_become_changes() {
    let events = "event:people/*\ndata:{\"action\":\"update\",\"record\":{\"id\":\"a\",\"updated\":\"u\",\"name\":\"Ada\"}}\n\n\
        event:plain/*\ndata:{\"action\":\"delete\",\"record\":{\"id\":\"b\",\"updated\":\"u\"}}\n\n\
        event:people/*\ndata:{\"action\":\"create\"}\n\n\
        event:unknown\ndata:{}\n\n";
    let (clock, transport, mut stream, _) = scripted([Reply::pieces([(secs(1), HELLO), (secs(1), events)])]);
    let name = json!({ "name": "Ada" });
    let ada = Record { version: Some(Version("u".into())), ..Record::new("a", name.as_object().cloned().unwrap()) };
    assert_eq!(
        take(&clock, &mut stream, 4),
        [
            Live::Resumed,
            Live::Change { collection: "people".into(), record: ada },
            Live::Change { collection: "plain".into(), record: Record::tombstone("b", Some(Version("u".into()))) },
            Live::Poke(Some("people".into())),
        ]
    );
    let sent = sent(&transport);
    assert_eq!(sent, [("GET", "t1".into(), String::new()), ("POST", "t1".into(), SUBSCRIPTION.into())]);
    assert_eq!(transport.sent()[0].request.headers.get("accept"), Some("text/event-stream"));
}

#[test]
fn what_comes_with_the_greeting_is_heard_too() {
    let both = format!("{HELLO}event:people/*\ndata:{{}}\n\n");
    let (clock, _, mut stream, _) = scripted([Reply::pieces([(secs(1), both.as_str())])]);
    assert_eq!(take(&clock, &mut stream, 2), [Live::Resumed, Live::Poke(Some("people".into()))]);
}

#[test]
fn an_unknown_client_id_and_a_missing_greeting_lead_to_a_new_connection() {
    let hello = || Reply::pieces([(secs(0), HELLO)]);
    let odd = Reply::pieces([(secs(0), "data: hi\n\n")]);
    let replies = [hello(), Reply::status(404), Reply::pieces([]), odd, hello(), Reply::status(204)];
    let (clock, transport, mut stream, _) = scripted(replies);
    assert_eq!(take(&clock, &mut stream, 2), [Live::Gap, Live::Resumed]);
    let methods: Vec<_> = sent(&transport).into_iter().map(|(method, ..)| method).collect();
    assert_eq!(methods, ["GET", "POST", "GET", "GET", "GET", "POST"]);
    assert!(clock.elapsed() > secs(15) && clock.elapsed() < secs(25), "{:?}", clock.elapsed());
    assert_eq!(transport.aborted(), 3, "nothing stays open");
}

#[test]
fn a_new_token_renews_the_subscription_of_the_same_connection() {
    let later = "event:people/*\ndata:{}\n\n";
    let replies = [Reply::pieces([(secs(0), HELLO), (secs(60), later)]), Reply::status(204), Reply::status(204)];
    let (clock, transport, mut stream, hand) = scripted(replies);
    assert_eq!(take(&clock, &mut stream, 1), [Live::Resumed]);
    hand.set("t2");
    assert_eq!(take(&clock, &mut stream, 2), [Live::Poke(None), Live::Poke(Some("people".into()))]);
    let sent = sent(&transport);
    assert_eq!(sent.len(), 3);
    assert_eq!(sent[2], ("POST", "t2".into(), SUBSCRIPTION.into()));
}

#[test]
fn a_renewal_that_is_refused_is_a_gap() {
    let hello = || Reply::pieces([(secs(0), HELLO)]);
    let replies = [hello(), Reply::status(204), Reply::status(403), hello(), Reply::status(204)];
    let (clock, transport, mut stream, hand) = scripted(replies);
    assert_eq!(take(&clock, &mut stream, 1), [Live::Resumed]);
    hand.set("somebody else's");
    assert_eq!(take(&clock, &mut stream, 2), [Live::Gap, Live::Resumed]);
    assert_eq!(transport.sent().len(), 5);
}

#[test]
fn a_connection_that_is_silent_for_longer_than_an_idle_one_lives_is_dead() {
    let (clock, _, mut stream, _) = scripted([Reply::pieces([(secs(0), HELLO)])]);
    assert_eq!(take(&clock, &mut stream, 2), [Live::Resumed, Live::Gap]);
    assert_eq!(clock.elapsed().as_secs(), 330);
}

/// Starts a server, or ends the test with a visible word.
macro_rules! server {
    () => {
        match PocketBase::start().await {
            Some(server) => server,
            None => return skipped(std::thread::current().name().unwrap_or_default()),
        }
    };
}

/// A listener signed in as somebody, past its `Resumed`.
async fn listener(server: &PocketBase, hand: &Hand) -> Stream {
    let environment = native::environment(&native::TokioClock::default());
    let mut stream = listen(Rc::new(native::NativeTransport::default()), &environment, &server.url(), hand);
    assert_eq!(next(&mut stream).await, Live::Resumed);
    stream
}

async fn signed_in(server: &PocketBase, name: &str) -> Hand {
    let hand = Hand::default();
    server.add_user(&format!("{name}@example.org"), "secret-123").await;
    hand.set(&server.token_of("users", &format!("{name}@example.org"), "secret-123").await);
    hand
}

/// The next item, which must come within the 2 s that the app promises.
async fn next(stream: &mut Stream) -> Live {
    within(stream, secs(2)).await
}

async fn within(stream: &mut Stream, time: Duration) -> Live {
    tokio::time::timeout(time, stream.next()).await.expect("it comes in time").expect("it never ends")
}

fn change(item: Live) -> (String, Record) {
    let Live::Change { collection, record } = item else { panic!("{item:?}") };
    (collection, record)
}

#[tokio::test]
async fn what_another_person_does_arrives_in_time() {
    let server = server!();
    let hand = signed_in(&server, "ada").await;
    let mut stream = listener(&server, &hand).await;
    let grace = server.create("people", json!({ "name": "Grace", "age": 40 })).await;
    let (collection, created) = change(next(&mut stream).await);
    assert_eq!((collection.as_str(), created.id.as_str()), ("people", grace["id"].as_str().unwrap()));
    assert_eq!(created.get("name"), Some(&json!("Grace")));
    assert_eq!(created.version, Some(Version(grace["updated"].as_str().unwrap().into())));
    server.patch("people", &created.id, json!({ "age": 41 })).await;
    let (_, updated) = change(next(&mut stream).await);
    assert_eq!(updated.get("age"), Some(&json!(41)));
    assert!(updated.version >= created.version);
    server.delete("people", &created.id).await;
    let gone = change(next(&mut stream).await);
    assert_eq!(gone, ("people".into(), Record::tombstone(created.id, updated.version)));
    let plain = server.create("plain", json!({ "name": "x" })).await;
    let (collection, record) = change(next(&mut stream).await);
    assert_eq!((collection.as_str(), record.id.as_str()), ("plain", plain["id"].as_str().unwrap()));
    assert_eq!(record.version, None);
}

#[tokio::test]
async fn a_burst_arrives_whole_if_not_in_order() {
    let server = server!();
    let hand = signed_in(&server, "ada").await;
    let mut stream = listener(&server, &hand).await;
    let all: Vec<Value> =
        (0..300).map(|number| json!({ "name": format!("n{number}"), "notes": "ü".repeat(500) })).collect();
    server.create_all("people", &all).await;
    let mut missing: HashSet<&str> = all.iter().filter_map(|person| person["name"].as_str()).collect();
    while !missing.is_empty() {
        let (_, record) = change(next(&mut stream).await);
        assert!(missing.remove(&*record.text("name")), "it came twice");
    }
}

#[tokio::test]
async fn a_server_that_dies_and_comes_back_is_a_gap_and_then_heard_again() {
    let mut server = server!();
    let hand = signed_in(&server, "ada").await;
    let mut stream = listener(&server, &hand).await;
    server.kill();
    assert_eq!(next(&mut stream).await, Live::Gap);
    server.restart().await;
    assert_eq!(within(&mut stream, secs(10)).await, Live::Resumed);
    server.create("people", json!({ "name": "Grace" })).await;
    assert_eq!(change(next(&mut stream).await).1.get("name"), Some(&json!("Grace")));
}

#[tokio::test]
async fn a_new_token_after_a_new_password_is_heard_again_on_the_same_connection() {
    let server = server!();
    let user = server.add_user("ada@example.org", "secret-123").await;
    let hand = Hand::default();
    hand.set(&server.token_of("users", "ada@example.org", "secret-123").await);
    let mut stream = listener(&server, &hand).await;
    server.set_password(&user, "secret-456").await;
    server.create("people", json!({ "name": "unheard" })).await;
    assert!(tokio::time::timeout(secs(1), stream.next()).await.is_err(), "a guest hears nothing");
    hand.set(&server.token_of("users", "ada@example.org", "secret-456").await);
    assert_eq!(within(&mut stream, secs(7)).await, Live::Poke(None));
    server.create("people", json!({ "name": "heard" })).await;
    assert_eq!(change(next(&mut stream).await).1.get("name"), Some(&json!("heard")));
}

#[tokio::test]
async fn somebody_elses_token_takes_a_new_connection() {
    let server = server!();
    let (hand, other) = (signed_in(&server, "ada").await, signed_in(&server, "bob").await);
    let mut stream = listener(&server, &hand).await;
    hand.set(other.0.borrow().as_ref().unwrap());
    assert_eq!(within(&mut stream, secs(7)).await, Live::Gap);
    assert_eq!(next(&mut stream).await, Live::Resumed);
}

#[tokio::test]
async fn a_form_with_files_is_stored() {
    let server = server!();
    let environment = native::environment(&native::TokioClock::default());
    let hand = signed_in(&server, "ada").await;
    let url = server.url();
    let transport = Rc::new(native::NativeTransport::default());
    let client = Client::builder(transport, &environment).base(&url).auth(Rc::new(hand), &[&url]).build();
    let mut form = Form::new(&*environment.random);
    form.text("@jsonPayload", r#"{"name":"Ada \"A\" Lovelace\r\n","age":36}"#);
    let bytes: Vec<u8> = (0..200_000_u32).map(|number| number.to_le_bytes()[1]).collect();
    form.file("papers", "ü \"1\".bin", "", &bytes);
    form.file("papers", "two.txt", "text/plain", b"two");
    let answer = client.post("api/collections/people/records").form(form).send().await.unwrap();
    let person: Value = answer.json().unwrap();
    assert_eq!((&person["age"], person["papers"].as_array().map(Vec::len)), (&json!(36), Some(2)));
    assert_eq!(person["name"], "Ada \"A\" Lovelace\r\n");
    let file = |index: usize| {
        let (id, name) = (person["id"].as_str().unwrap(), person["papers"][index].as_str().unwrap());
        client.get("api/files/people").segment(id).segment(name).send()
    };
    assert!(file(0).await.unwrap().body == bytes);
    assert_eq!(file(1).await.unwrap().text(), "two");
}
