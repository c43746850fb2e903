//! The faulty network itself: each fault as a plain client sees it, and what the server did meanwhile.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/proxy/mod.rs"]
mod proxy;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::Method,
    response::IntoResponse,
    routing::{any, get, options, post},
};
use futures::StreamExt;
use proxy::{Fault, Proxy};
use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// Longer than anything here takes, also on a busy machine.
const LONG: Duration = Duration::from_secs(20);
/// How long a client waits for an answer that does not come.
const SHORT: Duration = Duration::from_millis(300);

/// A server that counts what it did, behind a proxy, and a client that keeps its connections.
struct World {
    proxy: Proxy,
    client: reqwest::Client,
    work: Arc<AtomicUsize>,
    server: tokio::task::JoinHandle<()>,
}

impl World {
    async fn new() -> Self {
        let work = Arc::new(AtomicUsize::new(0));
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let proxy = Proxy::before(listener.local_addr().unwrap());
        let routes = routes(work.clone());
        let server = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { proxy, client: reqwest::Client::new(), work, server }
    }

    fn url(&self, path: &str) -> String {
        [&self.proxy.url(), path].concat()
    }

    async fn post(&self, path: &str) -> Result<String, reqwest::Error> {
        self.client.post(self.url(path)).timeout(LONG).body("hello").send().await?.text().await
    }

    /// Whether a client that waits for a while only gives up.
    async fn gives_up(&self, path: &str) -> bool {
        let answer = self.client.post(self.url(path)).timeout(SHORT).body("hello").send().await;
        answer.is_err_and(|error| error.is_timeout())
    }

    fn done(&self) -> usize {
        self.work.load(Ordering::SeqCst)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn routes(work: Arc<AtomicUsize>) -> Router {
    Router::new()
        .route("/work", post(do_it))
        .route("/other", any(|| async { "other" }))
        .route("/large", get(|| async { vec![b'x'; 200_000] }))
        .route("/size", post(|body: Bytes| async move { body.len().to_string() }))
        .route("/stream", get(stream))
        .route(
            "/cors",
            options(|method: Method| async move { ([("access-control-allow-origin", "*")], method.to_string()) }),
        )
        .route("/nothing", get(|| async { axum::http::StatusCode::NO_CONTENT }))
        .layer(axum::extract::DefaultBodyLimit::disable())
        .with_state(work)
}

async fn do_it(State(work): State<Arc<AtomicUsize>>, body: String) -> impl IntoResponse {
    work.fetch_add(1, Ordering::SeqCst);
    (axum::http::StatusCode::CREATED, body.repeat(20))
}

/// An event every 20 ms, for ever.
async fn stream() -> impl IntoResponse {
    let events = futures::stream::unfold(0, |number| async move {
        tokio::time::sleep(Duration::from_millis(20)).await;
        Some((Ok::<_, std::convert::Infallible>(format!("data: {number}\n\n")), number + 1))
    });
    ([("content-type", "text/event-stream")], Body::from_stream(events))
}

#[tokio::test]
async fn requests_pass_unharmed_over_one_connection_and_are_noted() {
    let world = World::new().await;
    for _ in 0..3 {
        assert_eq!(world.post("/work").await.unwrap().len(), 100);
    }
    assert_eq!(
        world.client.get(world.url("/large?page=2")).send().await.unwrap().bytes().await.unwrap().len(),
        200_000
    );
    let empty = world.client.get(world.url("/nothing")).send().await.unwrap();
    assert_eq!((empty.status().as_u16(), empty.text().await.unwrap()), (204, String::new()));
    let head = world.client.head(world.url("/large")).send().await.unwrap();
    assert_eq!(head.headers()["content-length"], "200000");
    assert_eq!(world.client.get(world.url("/missing")).send().await.unwrap().status(), 404);

    let seen: Vec<_> = world.proxy.passed().iter().map(|it| (it.method.clone(), it.path.clone(), it.status)).collect();
    let expected = [
        ("POST", "/work", 201),
        ("POST", "/work", 201),
        ("POST", "/work", 201),
        ("GET", "/large?page=2", 200),
        ("GET", "/nothing", 204),
        ("HEAD", "/large", 200),
        ("GET", "/missing", 404),
    ];
    assert_eq!(seen, expected.map(|(method, path, status)| (method.into(), path.into(), Some(status))));
    assert_eq!(world.proxy.answered("POST", "/work"), 3);
}

#[tokio::test]
async fn a_large_body_passes_with_its_length_or_in_chunks() {
    let world = World::new().await;
    let size = async |body: reqwest::Body| {
        world.client.post(world.url("/size")).body(body).send().await.unwrap().text().await.unwrap()
    };
    assert_eq!(size(vec![1; 3_000_000].into()).await, "3000000");
    let pieces = futures::stream::iter((0..100).map(|_| Ok::<_, std::io::Error>(vec![2_u8; 10_000])));
    assert_eq!(size(reqwest::Body::wrap_stream(pieces)).await, "1000000");
}

#[tokio::test]
async fn events_arrive_as_they_are_sent_and_the_server_learns_that_the_client_left() {
    let world = World::new().await;
    let mut events = world.client.get(world.url("/stream")).send().await.unwrap().bytes_stream();
    for number in 0..5 {
        let event = tokio::time::timeout(LONG, events.next()).await.unwrap().unwrap().unwrap();
        assert_eq!(event, format!("data: {number}\n\n"));
    }
    world.proxy.cut();
    while let Some(Ok(_)) = tokio::time::timeout(LONG, events.next()).await.expect("the stream ends") {}
    assert_eq!(world.post("/work").await.unwrap().len(), 100);
}

#[tokio::test]
async fn a_preflight_is_not_the_request_that_a_fault_waits_for() {
    let world = World::new().await;
    world.proxy.next("*", "/", Fault::Reset);
    let preflight = world.client.request(Method::OPTIONS, world.url("/cors")).send().await.unwrap();
    assert_eq!(preflight.text().await.unwrap(), "OPTIONS");
    assert_eq!(world.proxy.waiting(), 1);
    assert!(world.post("/work").await.is_err());
    assert_eq!(world.proxy.waiting(), 0);
}

#[tokio::test]
async fn a_fault_strikes_the_requests_it_is_for_and_no_other() {
    let world = World::new().await;
    world.proxy.times(2, "POST", "/work", Fault::Reset);
    assert_eq!(world.post("/other").await.unwrap(), "other");
    assert!(world.post("/work").await.is_err());
    assert!(world.post("/work").await.is_err());
    world.post("/work").await.unwrap();
    world.proxy.always("POST", "/work", Fault::Reset);
    assert!(world.post("/work").await.is_err());
    world.proxy.clear();
    assert!(world.post("/work").await.is_ok());
    assert_eq!(world.done(), 2);
}

#[tokio::test]
async fn latency_comes_before_the_work() {
    let world = World::new().await;
    world.proxy.next("POST", "/work", Fault::Latency(Duration::from_millis(150)));
    let began = tokio::time::Instant::now();
    assert!(world.post("/work").await.is_ok());
    assert!(began.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn a_held_request_waits_for_its_release() {
    let world = World::new().await;
    world.proxy.next("POST", "/work", Fault::Hold);
    let (answer, ()) = tokio::join!(world.post("/work"), async {
        while world.proxy.waiting() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(world.done(), 0);
        world.proxy.release();
    });
    assert!(answer.is_ok());
    assert_eq!(world.done(), 1);
}

#[tokio::test]
async fn a_reset_request_never_reaches_the_server() {
    let world = World::new().await;
    world.proxy.next("POST", "/work", Fault::Reset);
    assert!(world.post("/work").await.unwrap_err().is_request());
    assert_eq!(world.done(), 0);
}

#[tokio::test]
async fn a_dropped_reply_is_of_work_that_was_done() {
    let world = World::new().await;
    world.proxy.next("POST", "/work", Fault::DropReply);
    assert!(world.post("/work").await.unwrap_err().is_request());
    assert_eq!(world.done(), 1);
    assert_eq!(world.proxy.passed()[0].status, Some(201));
}

#[tokio::test]
async fn a_stalled_reply_is_of_work_that_was_done() {
    let world = World::new().await;
    world.proxy.next("POST", "/work", Fault::Stall);
    assert!(world.gives_up("/work").await);
    assert_eq!(world.done(), 1);
}

#[tokio::test]
async fn a_cut_reply_breaks_off_where_it_was_told_to() {
    let world = World::new().await;
    world.proxy.next("POST", "/work", Fault::CutInHalf);
    let response = world.client.post(world.url("/work")).body("hello").send().await.unwrap();
    assert_eq!(response.status(), 201);
    let mut body = response.bytes_stream();
    let mut received = 0;
    let error = loop {
        match body.next().await.expect("an error before the end") {
            Ok(piece) => received += piece.len(),
            Err(error) => break error,
        }
    };
    assert_eq!((received, error.is_timeout()), (50, false));
    world.proxy.next("POST", "/work", Fault::CutAfter(9));
    assert!(world.post("/work").await.unwrap_err().is_request());
    assert_eq!(world.done(), 2);
}

#[tokio::test]
async fn a_rate_slows_both_directions() {
    let world = World::new().await;
    world.proxy.next("GET", "/large", Fault::Rate(1_000_000));
    world.proxy.next("POST", "/size", Fault::Rate(1_000_000));
    let began = tokio::time::Instant::now();
    world.client.get(world.url("/large")).send().await.unwrap().bytes().await.unwrap();
    assert!(began.elapsed() >= Duration::from_millis(180));
    let began = tokio::time::Instant::now();
    world.client.post(world.url("/size")).body(vec![0; 200_000]).send().await.unwrap();
    assert!(began.elapsed() >= Duration::from_millis(180));
    let began = tokio::time::Instant::now();
    world.client.get(world.url("/large")).send().await.unwrap().bytes().await.unwrap();
    assert!(began.elapsed() < Duration::from_millis(180), "only the requests that were meant are slow");
}

#[tokio::test]
async fn a_made_up_answer_comes_instead_of_the_work() {
    let world = World::new().await;
    world.proxy.next("POST", "/work", Fault::Answer(503, "{}".into()));
    let answer = world.client.post(world.url("/work")).body("hello").send().await.unwrap();
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.text().await.unwrap(), "{}");
    assert!(world.post("/work").await.is_ok());
    assert_eq!(world.done(), 1);
}

#[tokio::test]
async fn hidden_cors_headers_are_hidden_from_preflights_too() {
    let world = World::new().await;
    world.proxy.always("*", "/", Fault::HideCors);
    let preflight = world.client.request(Method::OPTIONS, world.url("/cors")).send().await.unwrap();
    assert_eq!(preflight.headers().get("access-control-allow-origin"), None);
    assert_eq!(preflight.text().await.unwrap(), "OPTIONS");
}

#[tokio::test]
async fn a_refusing_network_refuses_and_comes_back_on_the_same_port() {
    let world = World::new().await;
    assert!(world.post("/work").await.is_ok());
    world.proxy.refuse();
    let newcomer = reqwest::Client::new().post(world.url("/work")).send().await;
    assert!(newcomer.unwrap_err().is_connect());
    assert!(world.post("/work").await.is_err());
    world.proxy.accept();
    assert!(world.post("/work").await.is_ok());
    assert_eq!(world.done(), 2);
}

#[tokio::test]
async fn a_connection_of_the_moment_in_which_the_network_refuses_is_no_way_around_it() {
    let world = World::new().await;
    for round in 0..300 {
        let early = std::net::TcpStream::connect(world.proxy.address()).unwrap();
        world.proxy.refuse();
        let answered = tokio::task::spawn_blocking(|| answers(early)).await;
        assert!(!answered.unwrap(), "in round {round}");
        world.proxy.accept();
    }
}

/// Whether a request on this connection is answered.
fn answers(mut connection: std::net::TcpStream) -> bool {
    connection.set_read_timeout(Some(LONG)).unwrap();
    let asked = connection.write_all(b"GET /work HTTP/1.1\r\nhost: proxy\r\ncontent-length: 0\r\n\r\n");
    asked.is_ok() && connection.read(&mut [0; 16]).is_ok_and(|length| length > 0)
}

#[tokio::test]
async fn in_a_frozen_network_nothing_moves_until_it_thaws() {
    let world = World::new().await;
    world.proxy.freeze();
    assert!(world.gives_up("/work").await);
    assert_eq!(world.done(), 0);
    world.proxy.thaw();
    assert!(world.post("/work").await.is_ok());
}

#[tokio::test]
async fn a_server_that_is_gone_is_a_closed_connection_and_a_new_one_is_found() {
    let mut world = World::new().await;
    assert!(world.post("/work").await.is_ok());
    let nobody: SocketAddr = (Ipv4Addr::LOCALHOST, 1).into();
    world.proxy.retarget(nobody);
    assert!(world.post("/work").await.is_err());
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    world.proxy.retarget(listener.local_addr().unwrap());
    let routes = routes(world.work.clone());
    world.server.abort();
    world.server = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
    assert!(world.post("/work").await.is_ok());
}
