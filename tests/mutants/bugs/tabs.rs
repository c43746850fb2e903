//! Tabs, leaders and epochs: `src/local/store`, `src/sync/engine`.

use crate::bug::Bug;

pub const BUGS: &[Bug] = &[
    Bug {
        name: "two leaders both send",
        file: "src/local/store/reshape.rs",
        old: "transaction.checks.extend(epoch.map(epoch_check));",
        new: "let _ = epoch.map(epoch_check);",
        found_by: ("guards", "tabs::a_leader_of_an_older_epoch_can_write_nothing"),
    },
    Bug {
        name: "a leader of an older epoch acks",
        file: "src/local/store/settle.rs",
        old: "transaction.checks.push(epoch_check(*epoch));",
        new: "let _ = epoch_check(*epoch);",
        found_by: ("guards", "tabs::a_leader_of_an_older_epoch_can_write_nothing"),
    },
    Bug {
        name: "the cache is written by an older epoch",
        file: "src/local/store/cache.rs",
        old: "transaction.checks.push(Check::Clear(DiskTable::CacheMeta, \"epoch\".into(), epoch.to_string()));",
        new: "let _ = epoch;",
        found_by: ("guards", "tabs::a_leader_of_an_older_epoch_can_write_nothing"),
    },
    Bug {
        name: "the cache goes back to an older epoch",
        file: "src/local/store/cache.rs",
        old: "Some(row) if row.clear.parse::<u64>().is_ok_and(|known| known > epoch) => {",
        new: "Some(row) if row.clear.parse::<u64>().is_ok_and(|known| known > epoch + 9) => {",
        found_by: ("guards", "tabs::a_leader_of_an_older_epoch_can_write_nothing"),
    },
    Bug {
        name: "a fold overwrites what another tab has made of the entry",
        file: "src/local/store/edits.rs",
        old: "if let Some(old) = state.outbox.get(entry.key) {
                    transaction.checks.push(unchanged(old));",
        new: "if let Some(old) = state.outbox.get(entry.key) {",
        found_by: ("guards", "tabs::an_edit_in_a_tab_that_has_not_heard_is_not_folded_into_what_is_under_way"),
    },
    Bug {
        name: "another tab's commit between is not noticed",
        file: "src/local/store/load.rs",
        old: "let next = commit_seq == state.outbox_seq + 1;",
        new: "let next = commit_seq > state.outbox_seq;",
        found_by: ("guards", "tabs::a_tab_that_missed_a_commit_reads_the_outbox_again"),
    },
    Bug {
        name: "a tab does not hear of another's edits",
        file: "src/local/store/edits.rs",
        old: "self.0.tabs.broadcast(cache::OUTBOX_CHANGED);",
        new: "let _ = cache::OUTBOX_CHANGED;",
        found_by: ("guards", "tabs::a_tab_hears_of_another_tabs_edit_at_once"),
    },
    Bug {
        name: "a silent leader is waited for for ever",
        file: "src/sync/engine/mod.rs",
        old: "if clock.monotonic_ms() - heard > 1000.0 * SILENCE.as_secs_f64() {",
        new: "if clock.monotonic_ms() - heard > 1_000_000.0 * SILENCE.as_secs_f64() {",
        found_by: ("guards", "tabs::a_silent_leader_is_relieved_by_a_tab_with_waiting_work"),
    },
];
