//! The fetch transport in a real browser: answers, limits, deadlines, failures and abort.
//!
//! The test page's own server gives what can be had from a server; what it cannot do (a body that
//! never ends, a look at the abort signal) is done by a `fetch` put in place of the browser's, whose
//! answers are real `Response`s.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::expect_used)]

use futures::{
    FutureExt, StreamExt,
    future::{Either, select},
};
use js_sys::{Function, Reflect, global};
use landfall::http::{
    Body, FetchTransport, HttpError, Method, Middleware, Next, OnProgress, Options, Phase, Request, Response,
    Transport, Url, timeout::AttemptTimeout,
};
use landfall::platform::{Clock, clock::WebClock};
use std::{cell::RefCell, rc::Rc, time::Duration};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// The value of a JavaScript expression.
fn eval(expression: &str) -> JsValue {
    let body = format!("return ({expression});");
    Function::new_no_args(&body).call0(&JsValue::NULL).expect("the expression has a value")
}

fn get(url: &str) -> Request {
    Request::new(Method::Get, Url::new(url))
}

async fn fetch(request: Request) -> Result<Response, HttpError> {
    FetchTransport.send(request).await
}

/// A `fetch` in place of the browser's until this is dropped. It notes each request in `fetch.seen`.
struct FakeFetch(JsValue);

impl FakeFetch {
    /// `answer` is a JavaScript function from the request to a promise.
    fn new(answer: &str) -> Self {
        let original = Reflect::get(&global(), &"fetch".into()).expect("there is a fetch");
        let script =
            format!("globalThis.fetch = request => {{ globalThis.fetch.seen = request; return ({answer})(request); }}");
        eval(&script);
        Self(original)
    }

    fn aborted() -> bool {
        eval("globalThis.fetch.seen.signal.aborted").as_bool().expect("the request has a signal")
    }
}

impl Drop for FakeFetch {
    fn drop(&mut self) {
        Reflect::set(&global(), &"fetch".into(), &self.0).expect("fetch can be put back");
    }
}

/// A promise that rejects as the browser's does when the signal aborts.
const HANGING: &str = "r => new Promise((_, no) => r.signal.addEventListener('abort', () => no(r.signal.reason)))";

/// An answer whose body begins and never ends.
const ENDLESS: &str =
    "() => Promise.resolve(new Response(new ReadableStream({ start(c) { c.enqueue(new Uint8Array(3)); } })))";

#[wasm_bindgen_test]
async fn bytes_of_the_page_are_an_answer() {
    let answer = fetch(get("data:application/json,%7B%22a%22:1%7D")).await.expect("data: answers");
    assert_eq!(answer.headers.get("Content-Type"), Some("application/json"));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json::<serde_json::Value>().expect("it is JSON")["a"], 1);

    let blob = eval("URL.createObjectURL(new Blob(['h\u{e9}llo']))").as_string().expect("a URL");
    assert_eq!(fetch(get(&blob)).await.expect("blob: answers").text(), "h\u{e9}llo");
}

#[wasm_bindgen_test]
async fn a_status_of_any_kind_is_an_answer() {
    assert_eq!(fetch(get("/")).await.expect("the test page").status, 200);
    assert_eq!(fetch(get("/no/such/file")).await.expect("the server answers").status, 404);
}

#[wasm_bindgen_test]
async fn method_headers_and_body_arrive_as_given() {
    let _fake = FakeFetch::new(
        "async r => new Response([r.method, r.headers.get('x-a'), r.headers.get('content-type'), r.url, r.cache, \
         await r.text()].join('|'), { status: 207, headers: { 'x-b': '2' } })",
    );
    let mut request = Request::new(Method::Patch, Url::new("https://a.org/x").query("q", "a b"));
    request.headers.set("x-a", "\u{e9}");
    request.headers.set("content-type", "application/json");
    request.body = Some(Body::Replayable(Rc::from("{}".as_bytes())));
    request.options.revalidate = true;
    let answer = fetch(request).await.expect("the fake answers");
    assert_eq!((answer.status, answer.headers.get("x-b")), (207, Some("2")));
    assert_eq!(answer.text(), "PATCH|\u{e9}|application/json|https://a.org/x?q=a%20b|no-cache|{}");
}

#[wasm_bindgen_test]
async fn a_body_over_the_limit_is_refused_and_one_within_is_whole() {
    let options = Options { body_limit: Some(5), ..Options::default() };
    let limited = |url| Request { options: options.clone(), ..get(url) };
    assert_eq!(fetch(limited("data:,12345")).await.expect("within").body, b"12345");
    assert_eq!(fetch(limited("data:,123456")).await, Err(HttpError::TooLarge { limit: 5 }));
    assert_eq!(fetch(limited("/")).await, Err(HttpError::TooLarge { limit: 5 }));

    let _fake = FakeFetch::new(
        "() => Promise.resolve(new Response(new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(2)); } })))",
    );
    assert_eq!(fetch(limited("/endless")).await, Err(HttpError::TooLarge { limit: 5 }));
    assert!(FakeFetch::aborted());
}

#[wasm_bindgen_test]
async fn a_dead_port_is_unreachable() {
    assert_eq!(fetch(get("http://127.0.0.1:49151/")).await, Err(HttpError::Unreachable));
    let diagnosed = Options { diagnose: true, ..Options::default() };
    let request = Request { options: diagnosed, ..get("http://127.0.0.1:49151/") };
    assert_eq!(fetch(request).await, Err(HttpError::Unreachable));
}

#[wasm_bindgen_test]
async fn a_server_that_hides_its_answer_is_told_from_a_dead_one_on_demand() {
    let _fake = FakeFetch::new(
        "r => r.mode === 'no-cors' ? Promise.resolve(new Response('')) : Promise.reject(new TypeError('Failed to fetch'))",
    );
    assert_eq!(fetch(get("https://a.org/x")).await, Err(HttpError::Unreachable));
    let options = Options { diagnose: true, ..Options::default() };
    let request = Request { options, ..get("https://a.org/x?token=hush") };
    assert_eq!(fetch(request).await, Err(HttpError::LikelyCors));
    let probe = eval("[globalThis.fetch.seen.url, globalThis.fetch.seen.credentials].join()");
    assert_eq!(probe.as_string().as_deref(), Some("https://a.org/,omit"));
}

#[wasm_bindgen_test]
async fn a_real_server_that_hides_its_answer_is_told_from_a_dead_one() {
    // the page's own server under another name; an isolated page may not even ask in `no-cors` mode
    let isolated = eval("crossOriginIsolated").as_bool().expect("a flag");
    let expected = if isolated { HttpError::Unreachable } else { HttpError::LikelyCors };
    let port = eval("location.port").as_string().expect("a port");
    let options = Options { diagnose: true, ..Options::default() };
    let request = Request { options, ..get(&format!("http://localhost:{port}/")) };
    assert_eq!(fetch(request).await, Err(expected));
}

#[wasm_bindgen_test]
async fn what_fetch_refuses_was_never_sent() {
    let mut split = get("/");
    split.headers.set("x-a", "a\r\nb: c");
    for request in [split, get("https://me:pw@a.org/"), get("https://")] {
        let error = fetch(request).await.expect_err("fetch refuses");
        assert!(error.never_sent(), "{error}");
    }
}

#[wasm_bindgen_test]
async fn dropping_the_future_aborts_the_fetch() {
    let _fake = FakeFetch::new(HANGING);
    let mut call = FetchTransport.send(get("/hangs"));
    assert!(call.as_mut().now_or_never().is_none());
    assert!(!FakeFetch::aborted());
    drop(call);
    assert!(FakeFetch::aborted());
}

#[wasm_bindgen_test]
async fn dropping_the_future_aborts_a_body_under_way() {
    let _fake = FakeFetch::new(ENDLESS);
    let request = get("/endless");
    let progress = request.progress.clone();
    let call = FetchTransport.send(request);
    let reached = async {
        while progress.phase() != Phase::Body {
            WebClock.sleep(Duration::from_millis(1)).await;
        }
    };
    let Either::Right(((), call)) = select(call, Box::pin(reached)).await else { panic!("the body has no end") };
    assert!(!FakeFetch::aborted());
    drop(call);
    assert!(FakeFetch::aborted());
}

#[wasm_bindgen_test]
async fn a_deadline_names_the_phase_and_aborts() {
    for (answer, phase) in [(HANGING, Phase::ToHeaders), (ENDLESS, Phase::Body)] {
        let _fake = FakeFetch::new(answer);
        let timeout = AttemptTimeout { default: Duration::from_millis(30), clock: Rc::new(WebClock) };
        let outcome = timeout.handle(get("/slow"), Next::new(&[], &FetchTransport)).await;
        assert_eq!(outcome, Err(HttpError::Timeout { phase }));
        assert!(FakeFetch::aborted());
    }
}

#[wasm_bindgen_test]
async fn an_answer_cut_in_its_body_is_no_answer() {
    let _fake = FakeFetch::new(
        "() => Promise.resolve(new Response(new ReadableStream({ start(c) { c.enqueue(new Uint8Array(3)); \
         c.error(new TypeError('network error')); } })))",
    );
    assert_eq!(fetch(get("/cut")).await, Err(HttpError::Unreachable));
}

#[wasm_bindgen_test]
async fn a_fetch_that_the_browser_aborts_is_cancelled() {
    let _fake = FakeFetch::new("() => Promise.reject(new DOMException('gone', 'AbortError'))");
    assert_eq!(fetch(get("/x")).await, Err(HttpError::Cancelled));
    assert!(eval("globalThis.fetch").is_instance_of::<Function>());
}

/// An answer whose body comes in two pieces, the second one when asked for, and then stays open.
const TWO_PIECES: &str = "() => Promise.resolve(new Response(new ReadableStream({ \
    start(c) { c.enqueue(new TextEncoder().encode('one')); globalThis.fetch.more = text => \
    text ? c.enqueue(new TextEncoder().encode(text)) : c.close(); } }), { status: 201, headers: { 'x-b': '2' } }))";

#[wasm_bindgen_test]
async fn a_streamed_body_is_read_while_it_arrives_and_ends_with_its_end() {
    let _fake = FakeFetch::new(TWO_PIECES);
    let mut answer = FetchTransport.stream(get("/feed")).await.expect("headers");
    assert_eq!((answer.status, answer.headers.get("x-b")), (201, Some("2")));
    assert_eq!(answer.body.next().await, Some(Ok(b"one".to_vec())));
    assert!(answer.body.next().now_or_never().is_none());
    eval("globalThis.fetch.more('two')");
    assert_eq!(answer.body.next().await, Some(Ok(b"two".to_vec())));
    eval("globalThis.fetch.more()");
    assert_eq!(answer.body.next().await, None);
}

#[wasm_bindgen_test]
async fn dropping_a_streamed_body_aborts_the_fetch() {
    let _fake = FakeFetch::new(TWO_PIECES);
    let mut answer = FetchTransport.stream(get("/feed")).await.expect("headers");
    assert_eq!(answer.body.next().await, Some(Ok(b"one".to_vec())));
    assert!(!FakeFetch::aborted());
    drop(answer);
    assert!(FakeFetch::aborted());
}

#[wasm_bindgen_test]
async fn a_streamed_body_that_is_cut_says_so_once() {
    let _fake = FakeFetch::new(
        "() => Promise.resolve(new Response(new ReadableStream({ pull(c) { c.error(new TypeError('network error')); } })))",
    );
    let mut answer = FetchTransport.stream(get("/cut")).await.expect("headers");
    assert_eq!(answer.body.next().await, Some(Err(HttpError::Unreachable)));
    assert_eq!(answer.body.next().await, None);
}

/// A POST of `size` bytes that is told how far it has come.
fn upload(url: &str, size: usize) -> (Request, Rc<RefCell<Vec<(u64, u64)>>>) {
    let told = Rc::new(RefCell::new(Vec::new()));
    let mut request = Request::new(Method::Post, Url::new(url));
    request.body = Some(Body::Replayable(vec![7; size].into()));
    request.headers.set("content-type", "application/octet-stream");
    let watcher = told.clone();
    request.options.on_progress = Some(OnProgress::new(move |sent, total| watcher.borrow_mut().push((sent, total))));
    (request, told)
}

#[wasm_bindgen_test]
async fn an_upload_tells_how_far_it_has_come() {
    let (request, told) = upload("/no/such/file", 1 << 20);
    let progress = request.progress.clone();
    let answer = fetch(request).await.expect("the server answers");
    assert_eq!(answer.status, 404);
    assert_eq!(progress.phase(), Phase::Body);
    let told = told.borrow();
    assert_eq!(told.last(), Some(&(1 << 20, 1 << 20)), "{told:?}");
    assert!(told.iter().all(|(sent, total)| sent <= total), "{told:?}");
}

#[wasm_bindgen_test]
async fn an_answer_to_an_upload_is_whole_within_its_limit() {
    let watched = Options { on_progress: Some(OnProgress::new(|_, _| ())), ..Options::default() };
    let request = Request { options: watched.clone(), ..get("data:application/json,%7B%22a%22:1%7D") };
    let answer = fetch(request).await.expect("data: answers");
    assert_eq!((answer.status, answer.headers.get("content-type")), (200, Some("application/json")));
    assert_eq!(answer.body, b"{\"a\":1}");
    let limited = Options { body_limit: Some(5), ..watched };
    let request = Request { options: limited, ..get("data:,123456") };
    assert_eq!(fetch(request).await, Err(HttpError::TooLarge { limit: 5 }));
}

#[wasm_bindgen_test]
async fn an_upload_that_no_server_takes_is_unreachable() {
    let (request, _) = upload("http://127.0.0.1:49151/", 10);
    assert_eq!(fetch(request).await, Err(HttpError::Unreachable));
    let (mut request, _) = upload("/", 10);
    request.headers.set("x-a", "a\r\nb: c");
    assert!(fetch(request).await.is_err_and(|error| error.never_sent()));
}

#[wasm_bindgen_test]
async fn dropping_an_upload_aborts_it() {
    eval(
        "(() => { const abort = XMLHttpRequest.prototype.abort; globalThis.aborts = 0; \
         XMLHttpRequest.prototype.abort = function () { globalThis.aborts += this.readyState === 1; abort.call(this); }; })()",
    );
    let (request, told) = upload("/no/such/file", 1 << 20);
    let mut call = FetchTransport.send(request);
    assert!(call.as_mut().now_or_never().is_none());
    drop(call);
    assert_eq!(eval("globalThis.aborts").as_f64(), Some(1.0));
    WebClock.sleep(Duration::from_millis(100)).await;
    assert_eq!(told.borrow().len(), 0, "nobody is told after it");
}
