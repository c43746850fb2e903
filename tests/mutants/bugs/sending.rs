//! Sending and its answers: `src/sync/push.rs`, `src/sync/settlement.rs`, `src/local/store/settle.rs`.

use crate::bug::Bug;

pub const BUGS: &[Bug] = &[
    Bug {
        name: "an edit is sent twice after a timeout",
        file: "src/sync/settlement.rs",
        old: "Outcome::Unknown(problem) => Next::Ambiguous(problem),",
        new: "Outcome::Unknown(_) => Next::Wait(None),",
        found_by: ("guards", "sending::a_lost_answer_is_asked_about_and_nothing_is_sent_twice"),
    },
    Bug {
        name: "an ambiguous entry is sent again without reading",
        file: "src/sync/push.rs",
        old: "EntryState::Sending | EntryState::Ambiguous => self.read(&entry, Why::Unknown).await,",
        new: "EntryState::Sending | EntryState::Ambiguous => {
            self.requeue(&entry, false).await?;
            self.send(key).await
        }",
        found_by: ("guards", "sending::a_lost_answer_is_asked_about_and_nothing_is_sent_twice"),
    },
    Bug {
        name: "an edit is dropped on a 4xx",
        file: "src/sync/push.rs",
        old: "Next::Park(problem) => self.refused(&entry, problem).await,
        }",
        new: "Next::Park(_) => {
            let row = self.store.server_row(&entry.clear.collection, &entry.clear.record).map(|row| row.record());
            self.ack(&entry, row.unwrap_or_else(|| Record::tombstone(&entry.clear.record, None))).await
        }
        }",
        found_by: ("engine", "a_rejected_edit_stays_visible_blocks_nobody_and_can_be_mended"),
    },
    Bug {
        name: "an edit leaves the outbox when its request leaves",
        file: "src/sync/push.rs",
        old: "let outcome = self.remote.push(self.request(&entry, files)).await;",
        new: "let request = self.request(&entry, files);
        let row = Record::new(entry.clear.record.clone(), entry.body.changes.clone());
        self.store.ack(entry.key, self.epoch, row, false).await?;
        let outcome = self.remote.push(request).await;",
        found_by: ("engine", "a_crash_at_any_moment_leaves_the_edit_once"),
    },
    Bug {
        name: "a request leaves before the disk knows",
        file: "src/sync/push.rs",
        old: "let entry = self.store.mark_sending(key, self.epoch).await?;",
        new: "let entry = self.store.outbox().get(key).cloned().ok_or(StoreError::EntryGone)?;",
        found_by: ("guards", "sending::the_disk_knows_of_a_request_before_it_leaves"),
    },
    Bug {
        name: "an ack is shown although the disk refused it",
        file: "src/local/store/settle.rs",
        old: "Err(error) => {
                    self.reread_outbox().await?;
                    return Err(error.into());
                }",
        new: "Err(_) => {
                    self.ended(&entry, end, ack_seq, later, &gone);
                    return Ok(());
                }",
        found_by: ("guards", "sending::an_ack_that_the_disk_refuses_has_not_happened"),
    },
    Bug {
        name: "what was under way at a crash is queued again",
        file: "src/local/store/settle.rs",
        old: "let sending = is_sending(entry);
                entry.clear.state = EntryState::Ambiguous;",
        new: "let sending = is_sending(entry);
                entry.clear.state = EntryState::Queued;",
        found_by: ("guards", "sending::what_was_under_way_at_a_crash_is_read_and_not_sent_again"),
    },
    Bug {
        name: "the rows of an ack are not kept",
        file: "src/local/store/settle.rs",
        old: "state.outbox.confirm(collection, Confirmed { record, ack_seq });",
        new: "let _ = Confirmed { record, ack_seq };",
        found_by: ("guards", "cache::what_was_acked_stays_in_the_view_without_a_pull"),
    },
    Bug {
        name: "being offline spends an attempt",
        file: "src/sync/push.rs",
        old: "Next::Unsent => {
                self.requeue(&entry, true).await?;",
        new: "Next::Unsent => {
                self.requeue(&entry, false).await?;",
        found_by: ("guards", "sending::what_never_left_the_device_spends_no_attempt"),
    },
    Bug {
        name: "an expired session counts as a refusal",
        file: "src/sync/settlement.rs",
        old: "Outcome::SignIn => Next::SignIn,",
        new: "Outcome::SignIn => Next::Park(Problem::code(\"sign_in\")),",
        found_by: ("guards", "sending::an_expired_session_parks_nothing"),
    },
    Bug {
        name: "a refusal that a bad session may have made is believed",
        file: "src/sync/push.rs",
        old: "if plain && self.remote.capabilities().denial_looks_like_absence {",
        new: "if false && plain {",
        found_by: ("doubt", "a_bad_session_empties_nothing_sends_nothing_and_goes_on_after_sign_in"),
    },
    Bug {
        name: "a refusal of a second attempt is believed",
        file: "src/sync/settlement.rs",
        old: "if attempt <= 1 { Next::Park(problem) }",
        new: "if attempt <= 8 { Next::Park(problem) }",
        found_by: ("guards", "sending::a_refusal_of_a_second_attempt_may_be_our_own_lost_success"),
    },
    Bug {
        name: "a create that clashes with itself is refused",
        file: "src/sync/settlement.rs",
        old: "Outcome::Invalid(problem) if kind == Kind::Create && clashes(&problem) => Next::Read(Why::Refused(problem)),",
        new: "",
        found_by: ("lib", "sync::settlement::tests::a_clash_of_a_new_record_may_be_with_itself"),
    },
    Bug {
        name: "an unknown outcome is asked about for ever",
        file: "src/sync/settlement.rs",
        old: "pub const ATTEMPTS: u32 = 8;",
        new: "pub const ATTEMPTS: u32 = u32::MAX;",
        found_by: ("doubt", "an_absence_that_cannot_be_proven_waits_and_is_then_shown_to_the_user"),
    },
    Bug {
        name: "another account's queue is sent",
        file: "src/sync/push.rs",
        old: "if entry.clear.account != self.store.account() {",
        new: "if false {",
        found_by: ("merging", "an_entry_of_another_account_is_never_sent"),
    },
    Bug {
        name: "an edit is discarded while it is under way",
        file: "src/local/store/settle.rs",
        old: "if matches!(end, End::Discarded) && entry.clear.state == EntryState::Sending {",
        new: "if false {",
        found_by: ("guards", "discarding::what_is_under_way_cannot_be_discarded"),
    },
    Bug {
        name: "an edit whose file is missing is sent without it",
        file: "src/sync/push.rs",
        old: "let Some(bytes) = self.store.file(&file.id).await? else { return Ok(None) };",
        new: "let Some(bytes) = self.store.file(&file.id).await? else { continue };",
        found_by: ("merging", "an_edit_whose_file_is_gone_is_parked_and_not_sent"),
    },
];
