//! One story: a first visit with nothing kept, and some more to what it left.

use super::app::App;
use super::conditions::Condition;
use super::harness::{Browser, e2e};
use serde::Deserialize;
use std::cell::Cell;
use std::fmt::{self, Display};
use std::time::Duration;

/// Visits after the first that are not counted: the browser keeps compiled scripts from the second visit on.
const UNCOUNTED: usize = 2;
/// Repeat visits that are counted.
const COUNTED: usize = 3;
/// The longest that a slowed-down visit may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// An empty page of the same host.
const BLANK: &str = "before.html";

/// Notes when the first row (or the words for an empty list) comes into the document, and when the frame with it is
/// done: the first task after the animation frame that follows.
const WATCH: &str = "(() => {
    const sign = '[data-record-id], [data-row], .RaDatagrid-row, .RaEmpty-message';
    const look = () => {
        if (![...document.querySelectorAll(sign)].some((row) => row.textContent.trim())) return;
        watch.disconnect();
        requestAnimationFrame(() => {
            const after = new MessageChannel();
            after.port1.onmessage = () => { window.firstRow = performance.now(); };
            after.port2.postMessage(0);
        });
    };
    const watch = new MutationObserver(look);
    watch.observe(document, { subtree: true, childList: true, characterData: true });
})();";

/// Milliseconds from the navigation until the first row was painted.
#[derive(Default)]
pub struct Visits {
    /// The first visit's.
    pub first: f64,
    /// Those of the repeat visits that count.
    pub repeats: Vec<f64>,
}

impl Display for Visits {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "first {:.0}, then", self.first)?;
        self.repeats.iter().try_for_each(|time| write!(out, " {time:.0}"))
    }
}

/// Visits an app with a fresh browser.
pub fn visits(app: &App, condition: &Condition) -> Visits {
    let result = Cell::default();
    e2e(async {
        app.site.put(BLANK, "<!doctype html><title>Before</title><link rel=icon href=data:,>");
        let mut browser = Browser::open().await;
        browser.goto(app.site.url(BLANK)).await;
        browser.at_start(WATCH).await;
        condition.apply(&browser).await;
        let first = visit(app, &browser).await;
        browser
            .until_within(PATIENCE, "what is kept", async || browser.eval::<bool>(app.kept).await.then_some(()))
            .await;
        let mut repeats = Vec::new();
        for _ in 0..UNCOUNTED + COUNTED {
            browser.goto(app.site.url(BLANK)).await;
            repeats.push(visit(app, &browser).await);
        }
        browser.no_console_errors().await;
        result.set(Visits { first, repeats: repeats.split_off(UNCOUNTED) });
    });
    result.take()
}

async fn visit(app: &App<'_>, browser: &Browser) -> f64 {
    browser.goto(app.site.url(app.path)).await;
    let painted = async || browser.eval::<Painted>("({ at: window.firstRow ?? null })").await.at;
    browser.until_within(PATIENCE, "the first row", painted).await
}

#[derive(Deserialize)]
struct Painted {
    at: Option<f64>,
}
