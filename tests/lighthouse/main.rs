//! What Lighthouse says of the app on a phone, held to the goals: `make lighthouse`.
//!
//! Every visit is a first one: each run starts a browser with an empty profile, so the sample is made while Lighthouse
//! watches. A page is visited several times and each figure is the median. Lighthouse slows network and processor down
//! by calculation from an unslowed visit; so what else the machine does meanwhile shows, four times as large.
//!
//! It needs the published app in `target/measure/root` and Lighthouse (`.ci/lighthouse` sees to both). Prints a table, what
//! was found below full marks, and ends with `lighthouse: N pages reach the goals, N do not`.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::panic, clippy::expect_used)] // a measurement that cannot go on must stop, and say where

#[path = "../e2e/harness/mod.rs"]
mod harness;
mod report;
mod visit;

use harness::{Site, package_path};
use landfall::model::Timestamp;
use landfall::remote::simulated::Sample;
use report::Report;

/// Visits a page; the median of an odd number is one of them.
const VISITS: usize = 3;

fn main() {
    let site = Site::hosted(&package_path("target/measure/root"));
    let filter = std::env::var("LIGHTHOUSE_FILTER").unwrap_or_default();
    let mut reports = Vec::new();
    for (name, path) in pages().into_iter().filter(|(name, _)| name.contains(&filter)) {
        let visits: Vec<_> = (0..VISITS).map(|number| visit::visit(&site.url(&path), name, number)).collect();
        let report = Report::of(name, &visits);
        println!("{report}");
        reports.push(report);
    }
    let missed = reports.iter().filter(|report| !report.misses().is_empty()).count();
    println!("\n{}", report::table(&reports));
    println!("lighthouse: {} pages reach the goals, {missed} do not", reports.len() - missed);
    std::process::exit(i32::from(missed > 0 || reports.is_empty()));
}

/// The pages, by name and path below the base.
fn pages() -> [(&'static str, String); 4] {
    let person = Sample::new(1, Timestamp(0)).record("people", 0).expect("the first of the sample's people");
    [
        ("home", String::new()),
        ("list", "c/people".to_owned()),
        ("record", format!("c/people/{}", person.id)),
        ("settings", "settings".to_owned()),
    ]
}
