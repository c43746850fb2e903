//! Every connector against its own server: `make kit`.
//!
//! Prints what each scenario came to, writes the page that `KIT_PAGE` names, and ends with
//! `N passed, N failed, N skipped`, where a skipped cell is one that does not apply. `KIT_FILTER` picks scenarios by
//! a part of their names; then no page is written.
#![allow(clippy::panic, clippy::expect_used, clippy::unwrap_used)] // a test that cannot go on must stop, and say where

mod backends;
#[path = "../support/clock.rs"]
mod clock;
#[path = "runner/mod.rs"]
mod kit;
#[path = "../support/native.rs"]
mod native;
#[path = "../support/pocketbase.rs"]
mod pocketbase;
#[path = "../support/proxy/mod.rs"]
mod proxy;

use backends::{pocketbase::PocketBaseBackend, practice::Practice};
use kit::{Backend, Report, Scenario};

fn main() {
    let filter = std::env::var("KIT_FILTER").unwrap_or_default();
    let scenarios: Vec<_> = kit::all().into_iter().filter(|scenario| scenario.name.contains(&filter)).collect();
    let (reports, missing) = run_all(&scenarios);
    match std::env::var_os("KIT_PAGE") {
        Some(path) if missing.is_empty() && filter.is_empty() => {
            std::fs::write(path, kit::page(&scenarios, &reports)).expect("the page can be written");
        }
        _ => {}
    }
    for connector in &missing {
        println!("skipped: {connector} is not installed (see .ci/setup --tests); the page stays as it is");
    }
    let sum = reports.iter().map(Report::tally).fold((0, 0, 0), |a, b| (a.0 + b.0, a.1 + b.1, a.2 + b.2));
    println!("{} passed, {} failed, {} skipped", sum.0, sum.1, sum.2 + missing.len() * scenarios.len());
    std::process::exit(i32::from(sum.1 > 0));
}

/// Every connector whose server is here, and the names of the others. Servers end with this function.
fn run_all(scenarios: &[Scenario]) -> (Vec<Report>, Vec<&'static str>) {
    let (mut reports, mut missing) = (vec![run(&Practice::default(), scenarios)], Vec::new());
    for (name, with_hook) in [("PocketBase", false), ("PocketBase with the hook", true)] {
        match PocketBaseBackend::new(with_hook) {
            Some(backend) => reports.push(run(&backend, scenarios)),
            None => missing.push(name),
        }
    }
    (reports, missing)
}

fn run(backend: &dyn Backend, scenarios: &[Scenario]) -> Report {
    let report = kit::run_some(backend, scenarios);
    println!("{report}");
    report
}
