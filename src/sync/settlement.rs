//! The outcome table: what each answer means for each kind of entry. The only exits are *acked* and
//! *discarded by the user*; whatever is not certain leads to a reading of the record.

use super::reconcile::Why;
use crate::model::{Kind, Problem, Record};
use crate::remote::Outcome;
use std::time::Duration;

/// After so many attempts without a certain answer the user is asked.
pub const ATTEMPTS: u32 = 8;

/// What happens to an entry after an attempt.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// The server has it. `None`: it did not show the row, so read it (or keep a tombstone for a delete).
    Ack(Option<Record>),
    /// Back to the queue; the attempt does not count, for nothing left this device.
    Unsent,
    /// Back to the queue for so long, or for as long as the backoff says.
    Wait(Option<Duration>),
    /// Nobody knows: read the record after a while.
    Ambiguous(Problem),
    /// Read the record now, and decide by what is there.
    Read(Why),
    /// Back to the queue; the account pauses until someone signs in.
    SignIn,
    /// The user decides.
    Park(Problem),
}

/// Decides by the answer, the kind and how many attempts there were, this one included.
#[must_use]
pub fn settle(outcome: Outcome, kind: Kind, attempt: u32) -> Next {
    match outcome {
        Outcome::Accepted(row) => Next::Ack(row),
        Outcome::NotSent => Next::Unsent,
        Outcome::Later(after) => Next::Wait(after),
        Outcome::SignIn => Next::SignIn,
        Outcome::Unknown(_) if kind == Kind::Command => Next::Park(Problem::code("unknown")),
        Outcome::Unknown(problem) if attempt >= ATTEMPTS => Next::Park(Problem { code: "unknown".into(), ..problem }),
        Outcome::Unknown(problem) => Next::Ambiguous(problem),
        Outcome::Stale => Next::Read(Why::Stale),
        Outcome::Absent if kind == Kind::Create => refused(Problem::code("absent"), attempt),
        Outcome::Absent => Next::Read(Why::Absent),
        // A browser sends again by itself when a connection closes without an answer: the clash may be with ourselves.
        Outcome::Invalid(problem) if kind == Kind::Create && clashes(&problem) => Next::Read(Why::Refused(problem)),
        Outcome::Invalid(problem) | Outcome::Denied(problem) | Outcome::Unsupported(problem) => {
            refused(problem, attempt)
        }
    }
}

/// A refusal of the first attempt is the server's word; a later one may answer our own lost success.
fn refused(problem: Problem, attempt: u32) -> Next {
    if attempt <= 1 { Next::Park(problem) } else { Next::Read(Why::Refused(problem)) }
}

/// Whether another record is said to have one of the values.
fn clashes(problem: &Problem) -> bool {
    problem.field_errors.iter().any(|error| error.code == "not_unique")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FieldError;

    /// The table of the sync model, cell by cell: outcome × kind × first or later attempt.
    #[test]
    fn every_cell_of_the_outcome_table() {
        let problem = || Problem::code("x");
        let kinds = [Kind::Create, Kind::Patch, Kind::Delete, Kind::Upload, Kind::Command];
        for kind in kinds {
            for attempt in [1, 2] {
                let go = |outcome| settle(outcome, kind, attempt);
                let refusal = if attempt == 1 { Next::Park(problem()) } else { Next::Read(Why::Refused(problem())) };
                assert_eq!(go(Outcome::Accepted(None)), Next::Ack(None));
                assert_eq!(go(Outcome::NotSent), Next::Unsent);
                assert_eq!(go(Outcome::Later(None)), Next::Wait(None));
                assert_eq!(go(Outcome::SignIn), Next::SignIn);
                assert_eq!(go(Outcome::Stale), Next::Read(Why::Stale));
                assert_eq!(go(Outcome::Invalid(problem())), refusal);
                assert_eq!(go(Outcome::Denied(problem())), refusal);
                assert_eq!(go(Outcome::Unsupported(problem())), refusal);
                let unknown = match kind {
                    Kind::Command => Next::Park(Problem::code("unknown")),
                    _ => Next::Ambiguous(problem()),
                };
                assert_eq!(go(Outcome::Unknown(problem())), unknown, "{kind:?}");
                let absent = match (kind, attempt) {
                    (Kind::Create, 1) => Next::Park(Problem::code("absent")),
                    (Kind::Create, _) => Next::Read(Why::Refused(Problem::code("absent"))),
                    _ => Next::Read(Why::Absent),
                };
                assert_eq!(go(Outcome::Absent), absent, "{kind:?} {attempt}");
            }
        }
    }

    /// Chromium had sent a create a second time after the first one's answer was lost. `PocketBase` named only the
    /// unique e-mail address, and a record that was there was shown as refused.
    #[test]
    fn a_clash_of_a_new_record_may_be_with_itself() {
        let error = FieldError { field: "email".into(), code: "not_unique".into(), message: String::new() };
        let clash = Problem::fields(vec![error]);
        let go = |kind| settle(Outcome::Invalid(clash.clone()), kind, 1);
        assert_eq!(go(Kind::Create), Next::Read(Why::Refused(clash.clone())));
        assert_eq!(go(Kind::Patch), Next::Park(clash.clone()));
    }

    #[test]
    fn an_unknown_fate_is_parked_after_the_last_attempt() {
        let last = settle(Outcome::Unknown(Problem::code("timeout")), Kind::Patch, ATTEMPTS);
        assert_eq!(last, Next::Park(Problem::code("unknown")));
    }
}
