//! The one trait that every backend's connector implements.

use super::{Capabilities, Outcome};
use crate::model::{Cursor, Fields, Kind, Problem, Record, RecordId, Version};
use futures::{future::LocalBoxFuture, stream::LocalBoxStream};
use std::time::Duration;

/// A page of a collection's change feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullRequest {
    /// Which collection.
    pub collection: String,
    /// From here on, `>=`: rows of the same moment come again. `None` starts at the beginning.
    pub cursor: Option<Cursor>,
    /// At most so many rows.
    pub limit: usize,
}

/// An answer to a [`PullRequest`].
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Rows in the feed's order `(updated, id)`, tombstones among them where the backend has any.
    pub rows: Vec<Record>,
    /// Where the next page starts; `None` when nothing was ever there.
    pub cursor: Option<Cursor>,
    /// Whether the server has more right now.
    pub more: bool,
}

/// One mutation as it is sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Push {
    /// Identifies the operation.
    pub op_id: String,
    /// What is asked.
    pub kind: Kind,
    /// Which collection.
    pub collection: String,
    /// Which record.
    pub record: RecordId,
    /// Absolute values of the touched fields; all fields for a create.
    pub changes: Fields,
    /// The version that the edit was based on, demanded where the backend can.
    pub precondition: Option<Version>,
}

/// A hint that something changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poke {
    /// The collection, where it is known.
    pub collection: Option<String>,
}

/// Why a read failed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RemoteError {
    /// No network; nothing left this device.
    #[error("offline")]
    Offline,
    /// The server could not be reached, or its answer did not arrive.
    #[error("server did not answer")]
    Unreachable,
    /// Come back later.
    #[error("server is busy")]
    Later(Option<Duration>),
    /// The session is not good.
    #[error("sign-in needed")]
    SignIn,
    /// Refused.
    #[error("refused: {}", .0.code)]
    Refused(Problem),
}

/// A backend.
pub trait RemoteSource {
    /// What it can promise.
    fn capabilities(&self) -> Capabilities;
    /// A page of changes.
    fn pull(&self, request: PullRequest) -> LocalBoxFuture<'_, Result<Page, RemoteError>>;
    /// One record by id: `None` when the server says that there is none (a tombstone counts as none).
    fn read<'a>(&'a self, collection: &'a str, id: &'a str) -> LocalBoxFuture<'a, Result<Option<Record>, RemoteError>>;
    /// Sends one mutation, once.
    fn push(&self, push: Push) -> LocalBoxFuture<'_, Outcome>;
    /// A cheap read that shows whether the server answers.
    fn probe(&self) -> LocalBoxFuture<'_, Result<(), RemoteError>>;
    /// Hints that something changed, for as long as the stream is held.
    fn pokes(&self) -> LocalBoxStream<'static, Poke>;
}
