//! What a person does, in a real browser, against the published app: `make e2e`.
//!
//! Each test is one story in its own browser profile. They need a built app (`make` takes care of it), so
//! they are not among the tests that plain `cargo test` runs.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::panic, clippy::expect_used)] // a test that cannot go on must stop, and say where

mod harness;
#[path = "../support/pocketbase.rs"]
mod pocketbase;
#[path = "../support/proxy/mod.rs"]
mod proxy;
mod support;
#[path = "../support/words.rs"]
mod words;

mod accessibility;
mod backend_checks;
mod device;
mod dressing;
mod edits;
mod erasing;
mod faults;
mod first_start;
mod focus;
mod harness_checks;
mod keyboard;
mod languages;
mod lists;
mod look;
mod offline;
mod pocketbase_accounts;
mod pocketbase_away;
mod pocketbase_conflicts;
mod pocketbase_connect;
mod pocketbase_denied;
mod pocketbase_faults;
mod pocketbase_files;
mod pocketbase_main;
mod pocketbase_tokens;
mod pseudo;
mod publishing;
mod pwa_files;
mod pwa_offline;
mod pwa_update;
mod refresh;
mod rejected;
mod replies;
mod screenshots;
mod sessions;
mod storage;
mod tabs;
