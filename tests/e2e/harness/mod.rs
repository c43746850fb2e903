//! Lets a test read like what a person does: open the app, look, click, go offline, come back.
//!
//! A test is an async block given to [`e2e`], with its own static server ([`Site`]) and its own browser
//! profiles ([`Browser`]). Nothing sleeps for a fixed time: every look at the page waits for what it wants to see,
//! until a deadline. A step that cannot be done panics and says what the page shows instead; `e2e` then
//! leaves a picture in `target/e2e/failures`.
//!
//! ```ignore
//! #[test]
//! fn an_edit_survives_a_browser_restart() {
//!     e2e(async {
//!         let site = Site::at("/");
//!         let mut browser = Browser::open().await;
//!         browser.goto(site.url("c/people")).await;
//!         browser.click("button", "New").await;
//!         browser.fill("name", "Ada").await;
//!         browser.click("button", "Save").await;
//!         browser.wait_for("[data-testid=sync-status][data-state=synced]").await;
//!         browser.restart().await;
//!         browser.goto(site.url("c/people")).await;
//!         browser.wait_for_text("Ada").await;
//!         browser.no_console_errors().await;
//!     });
//! }
//! ```
//!
//! What measures (`tests/lighthouse`, `tests/bench`) stands on the same harness.

#![allow(dead_code, unused_imports)] // each of its targets uses a part

mod accessibility;
mod browser;
mod chromedriver;
mod console;
mod look;
mod page;
mod site;
mod stage;

pub use accessibility::RULES;
pub use browser::Browser;
pub use look::{Device, Look, Theme};
pub use site::Site;
pub use stage::{e2e, e2e_within};

use std::path::{Path, PathBuf};

/// A path inside the package.
pub fn package_path(relative: impl AsRef<Path>) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}
