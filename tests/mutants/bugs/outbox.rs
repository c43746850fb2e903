//! The outbox: folding, bases, dependencies and the user's word. `src/local/{compaction,outbox}.rs`, `src/local/store`.

use crate::bug::Bug;

pub const BUGS: &[Bug] = &[
    Bug {
        name: "a fold takes the later base",
        file: "src/local/compaction.rs",
        old: "if folded.clear.kind == Kind::Patch && !folded.body.changes.contains_key(name) {",
        new: "if folded.clear.kind == Kind::Patch {",
        found_by: (
            "lib",
            "local::compaction::tests::a_patch_folds_into_one_that_was_never_sent_and_keeps_the_earliest_base",
        ),
    },
    Bug {
        name: "an edit is folded into one that was sent",
        file: "src/local/compaction.rs",
        old: "&& target.never_sent()",
        new: "",
        found_by: ("guards", "outbox::an_edit_made_while_another_is_under_way_is_sent_too"),
    },
    Bug {
        name: "a fold makes an entry wait for a later one",
        file: "src/local/compaction.rs",
        old: "&& deps.iter().all(|dep| *dep < target.key)",
        new: "",
        found_by: ("lib", "local::compaction::tests::a_fold_never_makes_a_cycle_of_dependencies"),
    },
    Bug {
        name: "create and delete vanish although the create was sent",
        file: "src/local/compaction.rs",
        old: "let unsent = lane.iter().all(|entry| entry.never_sent());",
        new: "let unsent = true;",
        found_by: ("guards", "outbox::a_record_deleted_while_its_create_is_under_way_does_not_stay_on_the_server"),
    },
    Bug {
        name: "create and delete vanish although something mentions the record",
        file: "src/local/compaction.rs",
        old: "if unsent && !mentioned(outbox, &edit.record) {",
        new: "if unsent {",
        found_by: ("lib", "local::compaction::tests::create_and_delete_vanish_only_unsent_and_unmentioned"),
    },
    Bug {
        name: "a link does not wait for the record that it names",
        file: "src/local/compaction.rs",
        old: "collection.links(&edit.changes).iter().filter_map(|(to, id)| pending_create(outbox, to, id)).collect()",
        new: "Vec::new()",
        found_by: ("engine", "what_is_made_offline_arrives_in_order_without_a_click"),
    },
    Bug {
        name: "a delete does not wait for those who mention the record",
        file: "src/local/compaction.rs",
        old: "outbox.iter().filter(|entry| mentions(entry, &edit.record)).map(|entry| entry.key).collect()",
        new: "Vec::new()",
        found_by: ("lib", "local::compaction::tests::create_and_delete_vanish_only_unsent_and_unmentioned"),
    },
    Bug {
        name: "a fold forgets what the later edit depends on",
        file: "src/local/compaction.rs",
        old: "deps.into_iter().for_each(|dep| insert_once(&mut folded.clear.deps, dep));",
        new: "drop(deps);",
        found_by: ("guards", "outbox::a_folded_link_still_waits_for_the_record_that_it_names"),
    },
    Bug {
        name: "an edit is folded over a contested field",
        file: "src/local/compaction.rs",
        old: "let contested = lane.iter().any(|entry| is_contested(entry, &edit.changes));",
        new: "let contested = false;",
        found_by: ("guards", "outbox::an_edit_of_a_contested_field_does_not_hold_back_the_others"),
    },
    Bug {
        name: "later bases stay after a discard",
        file: "src/local/store/settle.rs",
        old: "let mut reset = reset_bases(&schema, row.as_ref(), version.as_ref(), &plain, touched);",
        new: "let mut reset = match end {
            End::Discarded => Vec::new(),
            End::Acked { .. } => reset_bases(&schema, row.as_ref(), version.as_ref(), &plain, touched),
        };",
        found_by: ("guards", "discarding::after_a_discard_later_edits_are_based_on_what_is_beneath_them"),
    },
    Bug {
        name: "later bases stay after an ack",
        file: "src/local/store/settle.rs",
        old: "let mut reset = reset_bases(&schema, row.as_ref(), version.as_ref(), &plain, touched);",
        new: "let mut reset = match end {
            End::Acked { .. } => Vec::new(),
            End::Discarded => reset_bases(&schema, row.as_ref(), version.as_ref(), &plain, touched),
        };",
        found_by: ("guards", "outbox::an_ack_is_the_new_base_of_the_edits_after_it"),
    },
    Bug {
        name: "a later edit takes a newer version over a foreign change",
        file: "src/local/compaction.rs",
        old: "if version.is_some() && value::contains_all(&fields, &reset.body.base) {",
        new: "if version.is_some() {",
        found_by: ("lib", "local::compaction::tests::a_foreign_edit_under_a_later_entry_keeps_its_old_version"),
    },
    Bug {
        name: "a discarded create leaves its edits behind",
        file: "src/local/store/settle.rs",
        old: "return (Vec::new(), later);",
        new: "return (Vec::new(), Vec::new());",
        found_by: ("guards", "discarding::with_a_discarded_create_go_the_edits_that_hang_on_it"),
    },
    Bug {
        name: "a mended edit keeps its operation's id",
        file: "src/local/store/edits.rs",
        old: "op_id.clone_into(&mut entry.clear.op_id);",
        new: "let _ = op_id;",
        found_by: ("guards", "discarding::a_mended_edit_is_a_new_operation"),
    },
    Bug {
        name: "a retried edit of unknown fate is sent without reading",
        file: "src/local/store/edits.rs",
        old: "entry.clear.state = if unknown { EntryState::Ambiguous } else { EntryState::Queued };",
        new: "entry.clear.state = if unknown { EntryState::Queued } else { EntryState::Queued };",
        found_by: ("guards", "sending::a_retry_of_an_unknown_fate_reads_before_it_sends"),
    },
    Bug {
        name: "a parked edit leaves the view",
        file: "src/local/outbox.rs",
        old: "lane.fold(base, |row, entry| apply(row, entry))",
        new: "lane.filter(|entry| !entry.needs_user()).fold(base, |row, entry| apply(row, entry))",
        found_by: ("engine", "a_rejected_edit_stays_visible_blocks_nobody_and_can_be_mended"),
    },
    Bug {
        name: "edits lie upon each other in the wrong order",
        file: "src/local/outbox.rs",
        old: "lane.fold(base, |row, entry| apply(row, entry))",
        new: "let mut lane: Vec<_> = lane.collect();
    lane.reverse();
    lane.into_iter().fold(base, |row, entry| apply(row, entry))",
        found_by: ("guards", "outbox::the_last_edit_of_a_field_is_seen_whatever_became_of_the_first"),
    },
    Bug {
        name: "an edit that could not be stored stays in the view",
        file: "src/local/store/edits.rs",
        old: "self.hide(&edit, shown);
        result",
        new: "let _ = shown;
        result",
        found_by: ("guards", "outbox::an_edit_that_cannot_be_stored_is_said_not_saved_and_not_shown"),
    },
    Bug {
        name: "an edit whose commit was answered by nobody is stored twice",
        file: "src/local/store/edits.rs",
        old: "if let Some(found) = self.key_of(&edit.op_id) {",
        new: "if let Some(found) = self.key_of(&edit.op_id).filter(|_| false) {",
        found_by: ("guards", "outbox::an_edit_whose_commit_nobody_answered_is_stored_once"),
    },
    Bug {
        name: "files are not stored with their edit",
        file: "src/local/store/edits.rs",
        old: "transaction.writes.push(Write::Append(DiskTable::Entries, encode_entry(entry)));
                transaction.writes.extend(keep(&edit.files));",
        new: "transaction.writes.push(Write::Append(DiskTable::Entries, encode_entry(entry)));",
        found_by: ("merging", "a_file_is_kept_with_its_edit_and_goes_with_it"),
    },
    Bug {
        name: "an entry of a newer format is read as our own",
        file: "src/local/store/load.rs",
        old: "(clear.format <= ENTRY_FORMAT).then_some(",
        new: "(clear.format <= ENTRY_FORMAT + 99).then_some(",
        found_by: ("guards", "outbox::an_entry_of_a_newer_format_is_left_alone"),
    },
    Bug {
        name: "stored edits are taken in without their order",
        file: "src/local/outbox.rs",
        old: "Some(lane) => insert_once(lane, entry.key),",
        new: "Some(lane) => lane.insert(0, entry.key),",
        found_by: ("guards", "outbox::the_last_edit_of_a_field_is_seen_whatever_became_of_the_first"),
    },
];
