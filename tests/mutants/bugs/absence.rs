//! What is gone, and what only seems so: `src/sync/{absence,sweep,pull}.rs`, the engine's listening.

use crate::bug::Bug;

pub const BUGS: &[Bug] = &[
    Bug {
        name: "an empty list deletes everything",
        file: "src/sync/pull.rs",
        old: "if page.rows.is_empty() {
                self.vouch().await?;",
        new: "if page.rows.is_empty() {
                let gone = self.store.server_ids(collection);
                let gone: Vec<Record> = gone.into_iter().map(|id| Record::tombstone(id, None)).collect();
                self.commit(collection, &gone, None, fence).await?;",
        found_by: ("doubt", "a_bad_session_is_found_by_a_pull_that_brings_nothing"),
    },
    Bug {
        name: "a pull that brings nothing is believed under any token",
        file: "src/sync/pull.rs",
        old: "if page.rows.is_empty() {
                self.vouch().await?;
            }",
        new: "",
        found_by: ("guards", "absence::a_pull_that_brings_nothing_asks_whether_the_session_is_good"),
    },
    Bug {
        name: "a 404 is believed under a doubtful token",
        file: "src/sync/absence.rs",
        old: "if !remote.capabilities().denial_looks_like_absence {",
        new: "if remote.capabilities().client_ids {",
        found_by: ("doubt", "a_bad_session_empties_nothing_sends_nothing_and_goes_on_after_sign_in"),
    },
    Bug {
        name: "nobody asks whether the session is good before a 404 counts",
        file: "src/sync/absence.rs",
        old: "remote.vouch().await?;
    let others",
        new: "let others",
        found_by: ("guards", "absence::a_session_that_is_not_good_is_asked_for_before_an_absence_counts"),
    },
    Bug {
        name: "an absence is believed although nothing else can be read",
        file: "src/sync/absence.rs",
        old: "if remote.read(collection, other).await?.is_none() {
        return Ok(Absence::Doubtful);
    }",
        new: "let _ = other;",
        found_by: ("guards", "absence::a_rule_that_hides_every_record_proves_none_of_them_gone"),
    },
    Bug {
        name: "an absence is believed although no other record is listed",
        file: "src/sync/absence.rs",
        old: "else { return Ok(Absence::Doubtful) };",
        new: "else { return Ok(Absence::Proven) };",
        found_by: ("doubt", "an_absence_that_cannot_be_proven_waits_and_is_then_shown_to_the_user"),
    },
    Bug {
        name: "a sweep believes the list without reading",
        file: "src/sync/sweep.rs",
        old: "if self.remote.read(collection, id).await?.is_none() {",
        new: "if !id.is_empty() {",
        found_by: ("guards", "absence::a_row_that_a_list_leaves_out_and_a_reading_finds_stays"),
    },
    Bug {
        name: "a sweep does not ask about the session again after it has read",
        file: "src/sync/sweep.rs",
        old: "self.remote.vouch().await?;
            let gone = self.candidates",
        new: "let gone = self.candidates",
        found_by: ("guards", "absence::a_session_that_goes_bad_during_a_sweep_takes_nothing"),
    },
    Bug {
        name: "a sweep removes a row that is being edited",
        file: "src/sync/sweep.rs",
        old: "let settled = |id: &&RecordId| !self.store.is_covered(collection, id, fence);",
        new: "let settled = |_: &&RecordId| fence < u64::MAX;",
        found_by: ("guards", "absence::a_sweep_leaves_the_row_of_a_waiting_edit"),
    },
    Bug {
        name: "a sweep never asks",
        file: "src/sync/sweep.rs",
        old: "missing >= of || (missing > FEW && missing * PART > of)",
        new: "missing > of && (missing > FEW && missing * PART > of)",
        found_by: ("doubt", "a_sweep_that_would_take_everything_asks_first"),
    },
    Bug {
        name: "a yes to removing some rows is a yes to all",
        file: "src/sync/sweep.rs",
        old: "if missing.len() > agreed && is_much(missing.len(), here.len()) {",
        new: "if agreed == 0 && is_much(missing.len(), here.len()) {",
        found_by: ("doubt", "a_yes_to_removing_some_rows_is_none_to_removing_more"),
    },
    Bug {
        name: "nothing is swept without being told",
        file: "src/sync/engine/listening.rs",
        old: "sweep_at = clock.monotonic_ms() + 1000.0 * SWEEP_EVERY.as_secs_f64();
                        self.sweeps.due.set(true);",
        new: "sweep_at = clock.monotonic_ms() + 1000.0 * SWEEP_EVERY.as_secs_f64();",
        found_by: ("doubt", "what_went_unheard_is_found_by_a_sweep"),
    },
    Bug {
        name: "a gap in the stream is forgotten",
        file: "src/sync/engine/listening.rs",
        old: "if std::mem::take(gap) {
                        self.sweeps.due.set(true);
                    }
                    self.ask_pull(None);",
        new: "*gap = false;",
        found_by: ("doubt", "a_gap_in_the_stream_ends_in_a_pull_and_a_sweep"),
    },
    Bug {
        name: "of two events the one that comes last wins",
        file: "src/sync/engine/listening.rs",
        old: "(Some(new), Some(old)) if new != old => new > old,",
        new: "(Some(new), Some(old)) if new != old => true,",
        found_by: ("lib", "sync::engine::listening::tests::of_events_that_overtake_each_other_the_later_version_stays"),
    },
    Bug {
        name: "a pull does not look back",
        file: "src/sync/pull.rs",
        old: "let text = moment.plus(-OVERLAP_MS).to_iso();",
        new: "let text = moment.plus(0 * OVERLAP_MS).to_iso();",
        found_by: ("guards", "absence::a_row_that_a_server_commits_late_is_pulled_still"),
    },
    Bug {
        name: "a refused collection holds up the others",
        file: "src/sync/engine/pulling.rs",
        old: "refused.push(collection.name.clone());
                        refusal = Some(problem);",
        new: "return Err(PullError::Remote(RemoteError::Refused(problem)));",
        found_by: ("doubt", "one_that_may_not_be_read_holds_up_no_other_collection"),
    },
];
