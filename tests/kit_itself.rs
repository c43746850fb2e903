//! The kit's own test: it passes the practice server, and sees through connectors that lie.
//!
//! A scenario that no wrong connector fails proves nothing. So each lie here is one that real clients tell, and the kit
//! must name it.
#![cfg(all(feature = "practice", not(target_arch = "wasm32")))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/clock.rs"]
mod clock;
#[path = "kit/runner/mod.rs"]
mod kit;
#[path = "kit/backends/practice.rs"]
mod practice;

use futures::{StreamExt, future::LocalBoxFuture, stream::LocalBoxStream};
use kit::Verdict;
use landfall::model::{Problem, Record};
use landfall::remote::{
    Capabilities, IdPage, Live, Outcome, Page, PullRequest, Push, RemoteError, RemoteSource,
    capabilities::DeleteFeed,
    simulated::{PRACTICE, SimulatedSource},
};
use practice::Practice;
use std::rc::Rc;

/// What a connector gets wrong.
#[derive(Clone, Copy, PartialEq)]
enum Lie {
    /// It takes silence for success.
    Optimist,
    /// It takes silence for a refusal.
    Pessimist,
    /// It sends again by itself, and tells the second answer.
    Resender,
    /// Its cursor knows only the moment.
    SkipsTies,
    /// It forgets the last id of each page.
    ForgetsIds,
    /// It takes a read that failed for an absence.
    FailsAsAbsent,
    /// It sends no precondition, though it says that it can.
    Overwrites,
    /// It does not say which field is wrong.
    VagueErrors,
    /// It never hears anything.
    Deaf,
}

struct Liar(Rc<SimulatedSource>, Lie);

impl RemoteSource for Liar {
    fn capabilities(&self) -> Capabilities {
        self.0.capabilities()
    }

    fn pull(&self, request: PullRequest) -> LocalBoxFuture<'_, Result<Page, RemoteError>> {
        Box::pin(async move {
            let mut page = self.0.pull(request).await?;
            if let (Lie::SkipsTies, Some(cursor)) = (self.1, &mut page.cursor) {
                cursor.id = "zzzzzzzzzzzzzzz".into();
            }
            Ok(page)
        })
    }

    fn read<'a>(&'a self, collection: &'a str, id: &'a str) -> LocalBoxFuture<'a, Result<Option<Record>, RemoteError>> {
        Box::pin(async move {
            let found = self.0.read(collection, id).await;
            if self.1 == Lie::FailsAsAbsent { Ok(found.unwrap_or_default()) } else { found }
        })
    }

    fn push(&self, mut push: Push) -> LocalBoxFuture<'_, Outcome> {
        Box::pin(async move {
            if self.1 == Lie::Overwrites {
                push.precondition = None;
            }
            match (self.1, self.0.push(push.clone()).await) {
                (Lie::Optimist, Outcome::Unknown(_)) => Outcome::Accepted(None),
                (Lie::Pessimist, Outcome::Unknown(problem)) => Outcome::Denied(problem),
                (Lie::Resender, Outcome::Unknown(_)) => self.0.push(push).await,
                (Lie::VagueErrors, Outcome::Invalid(_)) => Outcome::Invalid(Problem::code("validation")),
                (_, outcome) => outcome,
            }
        })
    }

    fn probe(&self) -> LocalBoxFuture<'_, Result<(), RemoteError>> {
        self.0.probe()
    }

    fn live(&self) -> LocalBoxStream<'static, Live> {
        if self.1 == Lie::Deaf { futures::stream::pending().boxed_local() } else { self.0.live() }
    }

    fn ids<'a>(
        &'a self,
        collection: &'a str,
        after: Option<&'a str>,
        limit: usize,
    ) -> LocalBoxFuture<'a, Result<IdPage, RemoteError>> {
        Box::pin(async move {
            let mut page = self.0.ids(collection, after, limit).await?;
            if self.1 == Lie::ForgetsIds {
                page.ids.pop();
            }
            Ok(page)
        })
    }
}

/// What the connectors of real backends without conditional writes do, and the practice server's, which never lacks
/// them in the app, need not.
const COMPARES: &str = "without conditional writes, a changed field is still noticed before the write";

/// The names of the scenarios that a lie fails.
fn failed_by(lie: Lie) -> Vec<String> {
    let wrap = move |source| Rc::new(Liar(source, lie)) as Rc<dyn RemoteSource>;
    let report = kit::run(&Practice { wrap: Box::new(wrap), ..Practice::default() });
    let failed = report.verdicts.into_iter().filter(|(_, verdict)| matches!(verdict, Verdict::Failed(_)));
    failed.map(|(name, _)| name).collect()
}

fn names(lie: Lie, part: &str) -> bool {
    let failed = failed_by(lie);
    failed.iter().any(|name| name.contains(part)) || panic!("not seen through; failed were {failed:?}")
}

#[test]
fn the_practice_server_passes_whatever_it_promises() {
    let weak = Capabilities {
        client_ids: false,
        conditional_writes: false,
        idempotency_keys: true,
        ordered_versions: false,
        deletes: DeleteFeed::Sweep,
        ..PRACTICE
    };
    for capabilities in [PRACTICE, Capabilities { deletes: DeleteFeed::Sweep, ..PRACTICE }, weak] {
        let report = kit::run(&Practice { capabilities, ..Practice::default() });
        let failed = report.verdicts.iter().filter(|(_, verdict)| matches!(verdict, Verdict::Failed(_)));
        let failed: Vec<_> = failed.filter(|(name, _)| name != COMPARES).collect();
        assert!(failed.is_empty(), "{failed:#?}");
    }
}

#[test]
fn silence_is_neither_success_nor_refusal() {
    assert!(names(Lie::Optimist, "a patch whose reply is lost is unknown"));
    assert!(names(Lie::Optimist, "a write that the server never saw is unknown"));
    assert!(names(Lie::Pessimist, "a delete whose reply is lost is unknown"));
    assert!(names(Lie::Resender, "a create whose reply is lost is unknown"));
}

#[test]
fn rows_and_ids_that_fall_between_two_pages_are_missed() {
    assert!(names(Lie::SkipsTies, "records of one moment are all brought"));
    assert!(names(Lie::ForgetsIds, "the ids tell what others deleted"));
}

#[test]
fn a_read_that_failed_is_no_absence() {
    assert!(names(Lie::FailsAsAbsent, "a read whose answer is lost fails, and is not an absence"));
}

#[test]
fn a_promise_that_is_not_kept_is_seen() {
    assert!(names(Lie::Overwrites, "of two writers on one version, the second is told"));
    assert!(names(Lie::Overwrites, "of two writes at once on one version"));
    assert!(names(Lie::Deaf, "what others change is heard within two seconds"));
    assert!(names(Lie::VagueErrors, "a value that is taken is invalid at its field"));
}

#[test]
fn the_page_has_a_row_for_each_scenario_and_a_reason_for_each_gap() {
    let scenarios = kit::all();
    let report = kit::run_some(&Practice::default(), &scenarios);
    let page = kit::page(&scenarios, &[report]);
    for scenario in &scenarios {
        assert_eq!(page.matches(&format!("| {} |", scenario.name)).count(), 1, "{}", scenario.name);
    }
    assert!(page.contains("| n/a: no files |"));
}
