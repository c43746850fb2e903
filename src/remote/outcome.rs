//! What became of a push: a connector turns every answer into one of these.

use crate::model::{Problem, Record};
use std::time::Duration;

/// The result of sending one mutation.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Done. The row as the server now has it, where it said so; a tombstone for a delete.
    Accepted(Option<Record>),
    /// Nothing left this device.
    NotSent,
    /// Come back later; after the given time, where the server named one.
    Later(Option<Duration>),
    /// It may or may not have happened.
    Unknown(Problem),
    /// The session is not, or no longer, good.
    SignIn,
    /// The record is not in the state that the mutation was based on.
    Stale,
    /// Refused because of its values.
    Invalid(Problem),
    /// Refused because of who asks.
    Denied(Problem),
    /// Refused because this backend cannot do it.
    Unsupported(Problem),
    /// There is no such record, or none that may be seen.
    Absent,
}
