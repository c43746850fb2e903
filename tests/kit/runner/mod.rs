//! The conformance kit: one call runs every scenario against one connector and says what came of each.
//!
//! A connector of your own needs a [`Backend`] (how to start its server fresh, what its collection and fields are called)
//! and then `kit::run(&backend)`. Scenarios are JSON and know no language and no connector; see `tests/kit/README.md`.
#![allow(dead_code, unused_imports)] // each user of the kit uses a part

mod backend;
mod expect;
mod queries;
mod report;
mod scenario;
mod stage;
mod steps;

pub use backend::{Backend, LineState, On, Others, Rules, SessionState, Trouble, World};
pub use report::{Report, Verdict, page};
pub use scenario::{Scenario, all};

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs every scenario of this folder against a connector.
pub fn run(backend: &dyn Backend) -> Report {
    run_some(backend, &all())
}

/// Runs these scenarios against a connector.
pub fn run_some(backend: &dyn Backend, scenarios: &[Scenario]) -> Report {
    let verdicts = scenarios.iter().map(|scenario| (scenario.name.clone(), judge(backend, scenario))).collect();
    Report { connector: backend.name(), verdicts }
}

/// One scenario on a server that was started, or cleaned, for it. A panic is a failure, not the kit's end.
fn judge(backend: &dyn Backend, scenario: &Scenario) -> Verdict {
    let play = || {
        let mut verdict = Verdict::Failed("did not run".into());
        backend.block_on(Box::pin(async {
            verdict = match backend.start().await {
                Ok(world) => stage::play(backend, &*world, scenario).await,
                Err(reason) => Verdict::Failed(format!("the server did not start: {reason}")),
            };
        }));
        verdict
    };
    catch_unwind(AssertUnwindSafe(play)).unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<String>().cloned();
        let words = words.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Verdict::Failed(format!("panicked: {}", words.unwrap_or_default()))
    })
}
