//! What a reading proves, and the three-way merge: `src/sync/{reconcile,merge}.rs`, `src/local/store/reshape.rs`.

use crate::bug::Bug;

pub const BUGS: &[Bug] = &[
    Bug {
        name: "stale is a conflict without asking whether it was ourselves",
        file: "src/sync/merge.rs",
        old: "if shown(theirs, ours) {
            continue;
        }",
        new: "",
        found_by: ("merging", "a_lost_success_with_someones_later_change_is_not_sent_again"),
    },
    Bug {
        name: "the device always wins",
        file: "src/sync/merge.rs",
        old: "if unmoved || shown(theirs, &known) {",
        new: "if unmoved || !shown(theirs, ours) {",
        found_by: ("merging", "a_conflict_holds_back_only_its_fields"),
    },
    Bug {
        name: "a split conflict drops the contested part",
        file: "src/local/store/reshape.rs",
        old: "let part = (!contested.is_empty()).then_some(waits);",
        new: "let part = (contested.len() > 99).then_some(waits);",
        found_by: ("merging", "a_conflict_holds_back_only_its_fields"),
    },
    Bug {
        name: "a wholly contested edit is dropped",
        file: "src/local/store/reshape.rs",
        old: "return Reshaped { entry: Some(waits), note: *note, ..Reshaped::default() };",
        new: "return Reshaped { entry: None, note: *note, ..Reshaped::default() };",
        found_by: ("engine", "the_same_field_changed_elsewhere_is_a_conflict_that_the_user_decides"),
    },
    Bug {
        name: "a merged edit keeps its operation's id",
        file: "src/local/store/reshape.rs",
        old: "clean.clear.op_id.clone_from(op_id);",
        new: "let _ = op_id;",
        found_by: ("guards", "sending::a_merged_edit_whose_body_changed_is_a_new_operation"),
    },
    Bug {
        name: "their tags are lost in a merge",
        file: "src/sync/merge.rs",
        old: "let both = value::merge_sets(Some(&known), Some(ours), theirs.get(name));",
        new: "let both = ours.clone();",
        found_by: ("merging", "tags_added_and_taken_by_both_are_merged_and_later_edits_build_on_that"),
    },
    Bug {
        name: "later edits of merged tags undo the merge",
        file: "src/local/store/reshape.rs",
        old: "let later = rebase_lists(lists, &later);",
        new: "let later = { drop(rebase_lists(lists, &later)); Vec::new() };",
        found_by: ("guards", "outbox::edits_upon_a_list_that_was_merged_show_the_merge_at_once"),
    },
    Bug {
        name: "a delete goes through whatever has changed",
        file: "src/sync/reconcile.rs",
        old: "None if unchanged(entry, row, shows) => Verdict::Send(row.version.clone()),",
        new: "None => Verdict::Send(row.version.clone()),
            #[allow(unreachable_patterns)]
            None if unchanged(entry, row, shows) => Verdict::Send(None),
            #[allow(unreachable_patterns)]",
        found_by: ("merging", "a_delete_of_what_someone_changed_is_asked_whole"),
    },
    Bug {
        name: "a lost create that is there is sent again",
        file: "src/sync/reconcile.rs",
        old: "(Kind::Create, Some(row)) => Verdict::Ack(row.clone()),",
        new: "(Kind::Create, Some(_)) => refusal(why).map_or(Verdict::Send(None), Verdict::Park),",
        found_by: ("engine", "a_dropped_reply_neither_loses_nor_doubles"),
    },
    Bug {
        name: "a patch of a record deleted elsewhere is taken as done",
        file: "src/sync/reconcile.rs",
        old: "(Kind::Patch, None) => Verdict::Park(Problem::code(\"deleted_remotely\")),",
        new: "(Kind::Patch, None) => Verdict::Ack(Record::tombstone(&entry.clear.record, None)),",
        found_by: ("engine", "a_record_deleted_elsewhere_while_edited_here_is_the_users_choice"),
    },
    Bug {
        name: "a choice for theirs sends ours",
        file: "src/local/store/reshape.rs",
        old: "let (mine, given, open) = (chosen(Some(true)), chosen(Some(false)), chosen(None));",
        new: "let (given, mine, open) = (chosen(Some(true)), chosen(Some(false)), chosen(None));",
        found_by: ("merging", "a_conflict_is_settled_field_by_field_and_the_choice_can_be_undone"),
    },
];
