//! The app's start beside other apps' that show the same list: `make bench-start`.
//!
//! Each visit is a story of its own in a fresh browser: a first visit with nothing kept, then visits to what the first
//! one left. Apps take turns within a round, and the next round begins with the next app, so that a machine whose speed
//! drifts is as kind to one as to the other. What counts is the time from the navigation until the first row is painted.
//!
//! It needs the published app in `target/measure/root`, the others in `target/measure/apps` (`.ci/bench-start` sees to
//! both). Writes the page that `BENCH_PAGE` names, and ends with the two ratios.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::panic, clippy::expect_used)] // a measurement that cannot go on must stop, and say where

mod api;
mod app;
mod conditions;
#[path = "../e2e/harness/mod.rs"]
mod harness;
mod report;
mod visit;

use conditions::CONDITIONS;
use harness::{Site, package_path};
use report::Times;

/// So many times every app has its turn.
const ROUNDS: usize = 5;

fn main() {
    let others = package_path("target/measure/apps");
    api::write(&others.join("api"));
    let (ours, others) = (Site::hosted(&package_path("target/measure/root")), Site::hosted(&others));
    let apps = app::all(&ours, &others);
    let mut measured = Vec::new();
    for condition in &CONDITIONS {
        let mut times: Vec<Times> = apps.iter().map(|_| Times::default()).collect();
        for turn in 0..ROUNDS * apps.len() {
            let at = (turn + turn / apps.len()) % apps.len();
            let visits = visit::visits(&apps[at], condition);
            println!("{}, {}: {visits}", condition.name, apps[at].name);
            times[at].add(visits);
        }
        measured.push(times);
    }
    let results = report::results(&apps, &measured);
    if let Some(path) = std::env::var_os("BENCH_PAGE") {
        std::fs::write(path, report::page(&apps, &results)).expect("the page can be written");
    }
    println!("\n{results}");
}
