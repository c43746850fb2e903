//! Where the focus is, and that it is never lost.

use super::App;
use crate::harness::Browser;
use serde_json::json;
use thirtyfour::{Key, TypingData};

/// Notes each time that, for two frames on end, nothing has the focus after something once had it.
const WATCH_FOCUS: &str = "window.lost = [];
    addEventListener('focusin', function began({ target }) {
        removeEventListener('focusin', began);
        let last = target, frames = 0;
        addEventListener('focusin', ({ target }) => { last = target; });
        const look = () => {
            frames = document.activeElement === document.body ? frames + 1 : 0;
            if (frames === 2) lost.push(`${location.pathname}: after ${last.outerHTML.slice(0, 120)}`);
            requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
    });";

impl Browser {
    /// From the next page on, notes when the focus is lost.
    pub async fn watch_focus(&mut self) {
        self.at_start(WATCH_FOCUS).await;
    }
}

impl App {
    /// Waits until what has the focus matches a CSS selector, and its focus shows.
    pub async fn focused(&self, css: &str) {
        let css = json!(css);
        self.browser.wait_until(&format!("document.activeElement.matches({css} + ':focus-visible')")).await;
    }

    /// Presses keys where the focus is; afterwards something visibly has it.
    pub async fn keys(&self, keys: impl Into<TypingData>) {
        self.browser.press(keys).await;
        // A date has controls of its own inside, and it is them that show the focus then.
        self.browser.wait_until("document.activeElement.matches(':focus-visible:not(body), [type^=date]')").await;
    }

    /// Presses Tab until what has the focus matches a CSS selector.
    pub async fn tab_to(&self, css: &str) {
        for _ in 0..80 {
            self.keys(Key::Tab).await;
            let there = format!("document.activeElement.matches({})", json!(css));
            if self.browser.eval::<bool>(&there).await {
                return;
            }
        }
        panic!("no Tab leads to {css}");
    }

    /// Gives the focus to the first element that matches, as Tab would.
    pub async fn focus(&self, css: &str) {
        self.browser.wait_for(css).await;
        let focus = "document.querySelector(arguments[0]).focus({ focusVisible: true });";
        self.browser.run(focus, vec![json!(css)]).await;
    }

    /// Panics if the focus was lost since the page was loaded.
    pub async fn kept_focus(&self) {
        let lost = self.browser.eval::<Vec<String>>("lost").await;
        assert!(lost.is_empty(), "nothing had the focus: {lost:#?}");
    }

    /// Waits until the heading has the focus, and says this.
    pub async fn arrived(&self, heading: &str) {
        let there = format!(
            "document.activeElement === document.querySelector('main h1') && document.activeElement.innerText === {}",
            json!(heading)
        );
        self.browser.wait_until(&there).await;
        assert!(self.browser.eval::<String>("document.title").await.starts_with(heading));
    }
}
