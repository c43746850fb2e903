//! The cache and the read fence: `src/local/store/{cache,view,load}.rs`.

use crate::bug::Bug;

pub const BUGS: &[Bug] = &[
    Bug {
        name: "the read fence is skipped",
        file: "src/local/store/cache.rs",
        old: "let acked = self.acked.get(collection, &record.id).is_some_and(|seq| *seq > fence);",
        new: "let acked = self.acked.get(collection, &record.id).is_some_and(|seq| *seq > fence) && false;",
        found_by: ("doubt", "an_event_that_is_older_than_an_ack_turns_nothing_back"),
    },
    Bug {
        name: "the read fence loses a foreign edit",
        file: "src/local/store/cache.rs",
        old: "None | Some(true) if acked && (version.is_none() || record.version.is_none()) => {
                    pulled.reread.push(record.id.clone());
                    continue;
                }",
        new: "None | Some(true) if acked => continue,",
        found_by: ("guards", "cache::a_foreign_edit_behind_the_fence_is_taken_in"),
    },
    Bug {
        name: "what the fence holds back is never read",
        file: "src/local/store/cache.rs",
        old: "pulled.reread.push(record.id.clone());",
        new: "",
        found_by: ("guards", "cache::without_versions_a_row_behind_the_fence_is_read_again"),
    },
    Bug {
        name: "an older row overwrites a newer one",
        file: "src/local/store/cache.rs",
        old: "(Some(known), Some(incoming)) => Some(incoming > known),",
        new: "(Some(known), Some(incoming)) => Some(incoming != known),",
        found_by: ("doubt", "an_event_that_is_older_than_an_ack_turns_nothing_back"),
    },
    Bug {
        name: "confirmed rows are released before they are folded in",
        file: "src/local/store/cache.rs",
        old: "if !self.write_cache(transaction).await? {
            return Ok(());
        }
        let mut release",
        new: "let _ = self.write_cache(transaction).await?;
        let mut release",
        found_by: ("guards", "cache::what_was_acked_outlives_a_cache_that_cannot_be_written"),
    },
    Bug {
        name: "confirmed rows are folded in without waiting for the disk",
        file: "src/local/store/cache.rs",
        old: "transaction.durability = Durability::Strict;",
        new: "transaction.durability = Durability::Relaxed;",
        found_by: ("engine", "a_power_cut_that_takes_the_cache_takes_no_edit"),
    },
    Bug {
        name: "edits are stored as the server's rows",
        file: "src/local/store/cache.rs",
        old: "let is_base = state.base.keys().is_empty();",
        new: "let is_base = true;",
        found_by: ("guards", "cache::an_edit_never_becomes_the_servers_row_on_disk"),
    },
    Bug {
        name: "a row deleted elsewhere takes its waiting edits from the view",
        file: "src/local/store/view.rs",
        old: "Some(kept) if row.gone() => kept.as_gone(row.version().as_ref()),",
        new: "Some(kept) if row.gone() && kept.gone() => kept,",
        found_by: ("guards", "absence::a_record_deleted_elsewhere_is_seen_whole_while_its_edit_waits"),
    },
    Bug {
        name: "a live list misses a row that moved",
        file: "src/repository/live_query.rs",
        old: "let at = self.place(table, row);",
        new: "let at = old.iter().find(|(_, old)| old == row.id()).map_or_else(|| self.place(table, row), |(at, _)| *at);",
        found_by: ("guards", "cache::a_live_list_moves_a_row_whose_title_changed"),
    },
];
