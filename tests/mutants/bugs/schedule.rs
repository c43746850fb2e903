//! Which entries may go, and when: `src/sync/schedule.rs` and the engine's loops.

use crate::bug::Bug;

pub const BUGS: &[Bug] = &[
    Bug {
        name: "a parked edit blocks all others",
        file: "src/sync/schedule.rs",
        old: "let (mut start, mut wake) = (Vec::new(), None::<f64>);",
        new: "let (mut start, mut wake) = (Vec::new(), None::<f64>);
    if outbox.iter().any(|entry| entry.needs_user()) {
        return (start, wake);
    }",
        found_by: ("engine", "a_rejected_edit_stays_visible_blocks_nobody_and_can_be_mended"),
    },
    Bug {
        name: "dependencies are not waited for",
        file: "src/sync/schedule.rs",
        old: "&& entry.clear.deps.iter().all(|dep| !outbox.has_any(dep.seq))",
        new: "",
        found_by: ("engine", "what_is_made_offline_arrives_in_order_without_a_click"),
    },
    Bug {
        name: "an edit that was split stands for itself only",
        file: "src/sync/schedule.rs",
        old: "all(|dep| !outbox.has_any(dep.seq))",
        new: "all(|dep| outbox.get(*dep).is_none())",
        found_by: ("lib", "sync::schedule::tests::who_depends_on_an_entry_waits_for_all_of_its_parts"),
    },
    Bug {
        name: "edits of one record overtake each other",
        file: "src/sync/schedule.rs",
        old: "&& outbox.lane(collection, record).take_while(|other| other.key < entry.key).all(|other| lets_by(other, entry))",
        new: "&& (outbox.lane(collection, record).next().is_some() || lets_by(entry, entry))",
        found_by: ("lib", "sync::schedule::tests::a_parked_entry_stops_only_its_lane_and_its_dependants"),
    },
    Bug {
        name: "a conflict lets edits of its own fields pass",
        file: "src/sync/schedule.rs",
        old: "&& entry.body.changes.keys().all(|name| !earlier.body.changes.contains_key(name))",
        new: "",
        found_by: ("lib", "sync::schedule::tests::a_conflict_stops_its_fields_and_no_others"),
    },
    Bug {
        name: "a conflict holds back all later edits of the record",
        file: "src/sync/schedule.rs",
        old: "earlier.clear.state == EntryState::Conflict",
        new: "false && earlier.clear.state == EntryState::Conflict",
        found_by: ("merging", "a_conflict_holds_back_only_its_fields"),
    },
    Bug {
        name: "edits that are not on disk are sent",
        file: "src/sync/schedule.rs",
        old: "entry.key.seq < PROVISIONAL",
        new: "entry.key.seq <= PROVISIONAL",
        found_by: ("lib", "sync::schedule::tests::lanes_are_limited_and_edits_not_on_disk_wait"),
    },
    Bug {
        name: "a refresh does not try what waits",
        file: "src/sync/engine/mod.rs",
        old: "self.sweeps.due.set(true);
                self.at_once.set(true);",
        new: "self.sweeps.due.set(true);",
        found_by: ("doubt", "a_refresh_tries_at_once_what_waits_to_be_tried_again"),
    },
    Bug {
        name: "a lost server is never looked for again",
        file: "src/sync/engine/pulling.rs",
        old: "self.failures.set(failures + 1);
                self.ask_pull(None);
                return false;",
        new: "self.failures.set(failures + 1);
                return false;",
        found_by: ("guards", "sending::a_lost_server_is_looked_for_until_it_answers"),
    },
];
