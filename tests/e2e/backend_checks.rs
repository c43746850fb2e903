//! The real backend of these stories does what it claims to: quick to start, reached across origins, ill at will.

use super::harness::{Browser, Site, e2e};
use super::pocketbase::person_id;
use super::proxy::Fault;
use super::support::{ADA, BOB, Backend};
use landfall::model::config;
use serde_json::{Value, json};
use std::time::Duration;

/// Signs in and keeps the token on the page.
const SIGN_IN: &str = "const [url, identity, password] = arguments;
    window.base = url;
    const answer = await fetch(`${url}/api/collections/users/auth-with-password`, {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ identity, password }),
    });
    window.token = (await answer.json()).token;
    return answer.status;";

/// One request of the page; its status, or what `fetch` says, and the answer.
const ASK: &str = "const [method, path, body] = arguments;
    try {
        const answer = await fetch(base + path, {
            method, headers: { 'content-type': 'application/json', authorization: token },
            body: body && JSON.stringify(body),
        });
        return [answer.status, answer.status === 204 ? null : await answer.json()];
    } catch (error) {
        return [0, String(error)];
    }";

const RECORDS: &str = "/api/collections/people/records";

/// A page of another origin than the backend's, signed in as Ada.
async fn page(site: &Site, backend: &Backend) -> Browser {
    site.put("page.html", "<!doctype html><title>Page</title><link rel=icon href=data:,>");
    let browser = Browser::open().await;
    browser.goto(site.url("page.html")).await;
    sign_in(&browser, backend).await;
    browser
}

async fn sign_in(browser: &Browser, backend: &Backend) {
    let status = browser.run(SIGN_IN, vec![json!(backend.url()), json!(ADA.0), json!(ADA.1)]).await;
    assert_eq!(status, 200);
}

async fn ask(browser: &Browser, method: &str, path: &str, body: Value) -> (u64, Value) {
    let answer = browser.run(ASK, vec![json!(method), json!(path), body]).await;
    (answer[0].as_u64().expect("a status"), answer[1].clone())
}

fn record(index: usize) -> String {
    format!("{RECORDS}/{}", person_id(index))
}

#[test]
fn a_page_reaches_ten_thousand_people_across_origins() {
    e2e(async {
        let Some(backend) = Backend::start().await else { return };
        let site = Site::at("/");
        let browser = page(&site, &backend).await;
        let (status, list) = ask(&browser, "GET", &format!("{RECORDS}?perPage=1"), Value::Null).await;
        assert_eq!((status, &list["totalItems"]), (200, &json!(10_000)));
        let (status, _) = ask(&browser, "PATCH", &record(7), json!({ "name": "Seven" })).await;
        assert_eq!(status, 200);
        assert_eq!(backend.admin().find("people", &person_id(7)).await.expect("Seven")["name"], "Seven");
        assert_eq!(backend.writes().len(), 1);
    });
}

#[test]
fn the_config_of_a_backend_is_understood() {
    e2e(async {
        let Some(backend) = Backend::start().await else { return };
        let (config, warnings) = config::parse(&backend.config()).expect("a config");
        assert!(warnings.is_empty(), "{warnings:?}");
        assert_eq!(config.workspaces[0].collections[0].fields.len(), 9);
        let site = Site::at("/");
        backend.publish(&site);
    });
}

#[test]
fn a_killed_backend_comes_back_with_what_it_had_and_so_does_the_browser() {
    e2e(async {
        let Some(mut backend) = Backend::start().await else { return };
        let site = Site::at("/");
        let mut browser = page(&site, &backend).await;
        assert_eq!(ask(&browser, "PATCH", &record(3), json!({ "name": "Three" })).await.0, 200);
        backend.kill();
        assert_eq!(ask(&browser, "GET", &record(3), Value::Null).await.0, 0);
        browser.crash_and_restart().await;
        browser.goto(site.url("page.html")).await;
        backend.restart().await;
        sign_in(&browser, &backend).await;
        let (status, three) = ask(&browser, "GET", &record(3), Value::Null).await;
        assert_eq!((status, &three["name"]), (200, &json!("Three")));
    });
}

/// Chromium sends a request again by itself when a connection that it had used before is closed without a byte: a
/// create is then answered by its own double. A story that drops a reply must know of it.
#[test]
fn a_dropped_reply_makes_chromium_send_again_and_a_cut_one_does_not() {
    e2e(async {
        let Some(backend) = Backend::start().await else { return };
        let site = Site::at("/");
        let browser = page(&site, &backend).await;
        backend.proxy.next("POST", RECORDS, Fault::DropReply);
        let new = json!({ "id": "new000000000001", "name": "New" });
        let (status, answer) = ask(&browser, "POST", RECORDS, new).await;
        let sent: Vec<_> = backend.writes().iter().map(|write| write.status).collect();
        assert_eq!(sent, [Some(200), Some(400)], "{status} {answer}");
        assert_eq!((status, &answer["data"]["id"]["code"]), (400, &json!("validation_not_unique")));

        backend.proxy.times(2, "PATCH", RECORDS, Fault::DropReply);
        let (status, _) = ask(&browser, "PATCH", &record(5), json!({ "name": "Five" })).await;
        assert_eq!((status, backend.proxy.waiting()), (0, 0), "dropped twice, it is a failure that the page sees");

        backend.proxy.next("PATCH", RECORDS, Fault::CutInHalf);
        let before = backend.writes().len();
        let (status, _) = ask(&browser, "PATCH", &record(6), json!({ "name": "Six" })).await;
        assert_eq!((status, backend.writes().len() - before), (0, 1));
        assert_eq!(backend.admin().find("people", &person_id(6)).await.expect("Six")["name"], "Six");
    });
}

#[test]
fn a_stalled_reply_hides_work_that_was_done_and_hidden_cors_headers_hide_all() {
    e2e(async {
        let Some(backend) = Backend::start().await else { return };
        let site = Site::at("/");
        let browser = page(&site, &backend).await;
        backend.proxy.next("PATCH", RECORDS, Fault::Stall);
        let patch = format!(
            "fetch(base + '{}', {{ method: 'PATCH', signal: AbortSignal.timeout(1000), body: '{{\"name\":\"Stalled\"}}',
                headers: {{ 'content-type': 'application/json', authorization: token }} }})
                .then((answer) => answer.status, (error) => error.name)",
            record(8)
        );
        assert_eq!(browser.eval::<String>(&patch).await, "TimeoutError");
        assert_eq!(backend.admin().find("people", &person_id(8)).await.expect("Eight")["name"], "Stalled");

        backend.proxy.next("GET", RECORDS, Fault::Latency(Duration::from_millis(300)));
        assert_eq!(ask(&browser, "GET", &record(8), Value::Null).await.0, 200);
        backend.proxy.always("*", "/api/", Fault::HideCors);
        assert_eq!(ask(&browser, "GET", &record(8), Value::Null).await.0, 0);
    });
}

#[test]
fn events_pass_the_network_and_stop_with_it() {
    e2e(async {
        let Some(backend) = Backend::start().await else { return };
        let site = Site::at("/");
        let browser = page(&site, &backend).await;
        let listen = "window.heard = []; window.broken = 0;
            const events = new EventSource(base + '/api/realtime');
            events.onerror = () => { broken += 1; };
            events.addEventListener('people/*', (event) => heard.push(JSON.parse(event.data).record.name));
            events.addEventListener('PB_CONNECT', async (event) => {
                const answer = await fetch(base + '/api/realtime', {
                    method: 'POST', headers: { 'content-type': 'application/json', authorization: token },
                    body: JSON.stringify({ clientId: event.lastEventId, subscriptions: ['people/*'] }),
                });
                window.subscribed = answer.status;
            });";
        browser.run(listen, vec![]).await;
        browser.wait_until("window.subscribed === 204").await;
        backend.admin().patch("people", &person_id(9), json!({ "name": "Nine" })).await;
        browser.wait_until("heard.includes('Nine')").await;
        backend.proxy.cut();
        browser.wait_until("broken > 0").await;
    });
}

#[test]
fn the_hook_lets_one_of_two_writers_win_across_origins_too() {
    e2e(async {
        let Some(backend) = Backend::start_with_hook().await else { return };
        let site = Site::at("/");
        let browser = page(&site, &backend).await;
        let token = backend.admin().token_of("users", BOB.0, BOB.1).await;
        let change = json!({ "name": "Bob was here" });
        let path = record(4);
        assert_eq!(backend.admin().ask("PATCH", &path, Some(&change), &token).await.0, 200);
        let patch = |revision: u32| {
            format!(
                "fetch(base + '{path}', {{ method: 'PATCH', body: '{{\"name\":\"Ada was here\"}}', headers: {{
                    'content-type': 'application/json', authorization: token, 'if-match': '{revision}' }} }})
                    .then((answer) => answer.status, (error) => String(error))"
            )
        };
        assert_eq!(browser.eval::<Value>(&patch(0)).await, 412);
        assert_eq!(browser.eval::<Value>(&patch(1)).await, 200);
        assert_eq!(backend.admin().find("people", &person_id(4)).await.expect("Four")["rev"], 2);
    });
}
