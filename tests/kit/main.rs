//! Every connector against its own server: `make kit`.
//!
//! Prints what each scenario came to, writes `docs/kit.md` if `KIT_PAGE` names it, and ends with
//! `N passed, N failed, N skipped`, where a skipped cell is one that does not apply. `KIT_FILTER` picks scenarios by
//! a part of their names.
#![allow(clippy::panic, clippy::expect_used)] // a test that cannot go on must stop, and say where

mod backends;
#[path = "../support/clock.rs"]
mod clock;
#[path = "runner/mod.rs"]
mod kit;

use kit::{Backend, Report, Scenario};

fn main() {
    let scenarios = chosen();
    let practice = backends::practice::Practice::default();
    let backends: Vec<&dyn Backend> = vec![&practice];
    let reports: Vec<Report> = backends.iter().map(|backend| run(*backend, &scenarios)).collect();
    if let Some(path) = std::env::var_os("KIT_PAGE") {
        std::fs::write(path, kit::page(&scenarios, &reports)).expect("the page can be written");
    }
    let sum = reports.iter().map(Report::tally).fold((0, 0, 0), |a, b| (a.0 + b.0, a.1 + b.1, a.2 + b.2));
    println!("{} passed, {} failed, {} skipped", sum.0, sum.1, sum.2);
    std::process::exit(i32::from(sum.1 > 0));
}

fn chosen() -> Vec<Scenario> {
    let filter = std::env::var("KIT_FILTER").unwrap_or_default();
    kit::all().into_iter().filter(|scenario| scenario.name.contains(&filter)).collect()
}

fn run(backend: &dyn Backend, scenarios: &[Scenario]) -> Report {
    let report = kit::run_some(backend, scenarios);
    println!("{report}");
    report
}
