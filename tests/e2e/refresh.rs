//! Refresh by button, by key and by pulling: the content stays, and the end is said.

use super::harness::{Device, Look, e2e};
use super::support::{App, calm, slow};
use serde_json::json;
use thirtyfour::Key;

/// Notes the fewest rows that were on the screen, and whether bones ever were.
const WATCH_ROWS: &str = "window.fewest = Infinity;
    const look = () => {
        fewest = Math.min(fewest, document.querySelectorAll('[data-record-id]').length);
        if (document.querySelector('[data-testid=skeleton]')) fewest = -1;
        requestAnimationFrame(look);
    };
    look();";

impl App {
    async fn finger(&self, kind: &str, place: Option<(i32, i32)>) {
        let points: Vec<_> = place.into_iter().map(|(x, y)| json!({ "x": x, "y": y })).collect();
        self.browser.devtools("Input.dispatchTouchEvent", json!({ "type": kind, "touchPoints": points })).await;
    }

    /// Draws a finger over the screen and gives the furthest pull that was shown on its way.
    async fn draw(&self, from: (i32, i32), to: (i32, i32)) -> f64 {
        self.finger("touchStart", Some(from)).await;
        let mut furthest = 0.0_f64;
        for step in 1..=10 {
            let at = |from: i32, to: i32| from + (to - from) * step / 10;
            self.finger("touchMove", Some((at(from.0, to.0), at(from.1, to.1)))).await;
            let pull = "new Promise((done) => requestAnimationFrame(() => done(Number(document.querySelector('.shell').style.getPropertyValue('--pull')))))";
            furthest = furthest.max(self.browser.eval::<f64>(pull).await);
        }
        self.finger("touchEnd", None).await;
        self.browser.wait_until("document.querySelector('.shell').style.getPropertyValue('--pull') === ''").await;
        furthest
    }

    async fn on_a_phone(path: &str, sign: &str) -> Self {
        let mut app = Self::open(calm()).await;
        app.browser.look(Look { device: Device::Phone, ..Look::default() }).await;
        app.load(path).await;
        app.browser.wait_for(sign).await;
        app
    }
}

#[test]
fn pulling_at_the_top_refreshes_and_the_rows_stay() {
    e2e(async {
        let app = App::on_a_phone("c/people", "[data-record-id]").await;
        app.browser.run(WATCH_ROWS, vec![]).await;
        let furthest = app.draw((200, 300), (200, 520)).await;
        assert!(furthest >= 64.0, "the content followed the finger for {furthest} px");
        app.toast("Up to date").await;
        app.browser.wait_gone(".pull[data-busy]").await;
        assert!(app.browser.eval::<f64>("fewest").await > 0.0, "the rows stay");
        app.browser.no_console_errors().await;
    });
}

#[test]
fn a_short_pull_a_swipe_and_a_scroll_refresh_nothing() {
    e2e(async {
        let app = App::on_a_phone("c/people", "[data-record-id]").await;
        let short = app.draw((200, 300), (200, 380)).await;
        assert!(short > 0.0 && short < 64.0, "{short}");
        assert!(app.draw((300, 300), (60, 420)).await <= 0.0, "a swipe is no pull");
        app.draw((200, 600), (200, 300)).await;
        app.browser.wait_until("document.querySelector('[data-testid=record-list]').scrollTop > 100").await;
        app.browser.run("document.querySelector('[data-testid=record-list]').scrollTop = 3000;", vec![]).await;
        assert!(app.draw((200, 300), (200, 520)).await <= 0.0, "not at the top");
        assert!(app.browser.all(".toast").await.is_empty());
        assert!(app.browser.all(".pull[data-busy]").await.is_empty());
    });
}

#[test]
fn the_button_and_the_key_refresh_too_and_say_when_the_server_is_away() {
    e2e(async {
        let app = App::on_a_phone("outbox", "main h1").await;
        app.browser.click("button", "Refresh").await;
        app.toast("Up to date").await;
        app.dismiss_toasts().await;
        app.weather(&slow(1_000)).await;
        app.load("c/people").await;
        app.browser.wait_for("[data-record-id]").await;
        app.focus("h1").await;
        app.browser.press("r").await;
        app.browser.wait_for(".pull[data-busy]").await;
        app.toast("Up to date").await;
        app.browser.wait_gone(".pull[data-busy]").await;
        app.browser.wait_until("document.querySelector('.toasts').matches('[role=status]')").await;
        app.switch_network("Go offline").await;
        app.chip("offline").await;
        app.browser.press(Key::Escape).await;
        app.focus("h1").await;
        app.browser.press("r").await;
        app.toast("out of reach").await;
        app.browser.wait_gone(".pull[data-busy]").await;
    });
}
