//! The one trait that every backend's connector implements.

use super::{Capabilities, Outcome};
use crate::model::{Cursor, Fields, Kind, Problem, Record, RecordId, Version, value};
use futures::{future::LocalBoxFuture, stream::LocalBoxStream};
use std::{rc::Rc, time::Duration};

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
    /// Where the next page starts; `None` when nothing was ever there, and at the end of a collection that is pulled
    /// whole each time.
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
    /// The values that the touched fields had when the user began: backends without preconditions compare.
    pub base: Fields,
    /// Files that `changes` names by token.
    pub files: Vec<PushFile>,
    /// The version that the edit was based on, demanded where the backend can.
    pub precondition: Option<Version>,
    /// Told while files go out.
    pub progress: Option<Progress>,
}

/// Is told how many bytes of a request have gone out, and of how many.
#[derive(Clone)]
pub struct Progress(pub Rc<dyn Fn(u64, u64)>);

impl PartialEq for Progress {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl std::fmt::Debug for Progress {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Progress")
    }
}

/// A file that goes out with a mutation: `changes` names it by its token (see [`crate::model::file`]).
#[derive(Clone, Debug, PartialEq)]
pub struct PushFile {
    /// The field that holds it.
    pub field: String,
    /// The name to send ([`crate::model::LocalFile::sent_name`]), by which a lost success can be recognised.
    pub name: String,
    /// Its media type.
    pub content_type: String,
    /// Its bytes.
    pub bytes: Rc<[u8]>,
}

/// What a realtime stream brings.
#[derive(Clone, Debug, PartialEq)]
pub enum Live {
    /// A record as it now is, whole; a tombstone when it went.
    Change {
        /// Its collection.
        collection: String,
        /// The record.
        record: Record,
    },
    /// Something changed: pull. The collection, where it is known.
    Poke(Option<String>),
    /// The stream broke: what happens from now until `Resumed` is missed.
    Gap,
    /// The stream is there again: whatever was missed must be pulled.
    Resumed,
}

/// A page of the ids that are readable, in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdPage {
    /// The ids.
    pub ids: Vec<RecordId>,
    /// Whether more follow the last one.
    pub more: bool,
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
    /// What happens on the server, for as long as the stream is held.
    fn live(&self) -> LocalBoxStream<'static, Live>;
    /// The readable ids after `after` in ascending order, at most `limit`: what a sweep for deletes compares with.
    fn ids<'a>(
        &'a self,
        collection: &'a str,
        after: Option<&'a str>,
        limit: usize,
    ) -> LocalBoxFuture<'a, Result<IdPage, RemoteError>>;
    /// Proves, by a call that a bad session cannot pass, that the session in use is good. Where
    /// `denial_looks_like_absence`, nothing counts as absent without it.
    fn vouch(&self) -> LocalBoxFuture<'_, Result<(), RemoteError>> {
        Box::pin(std::future::ready(Ok(())))
    }
    /// Whether a record shows these values, after what this backend does to what it stores (trimmed text, the
    /// precision of dates, renamed files).
    fn shows(&self, collection: &str, record: &Record, values: &Fields) -> bool {
        let _ = collection;
        value::contains_all(&record.fields, values)
    }
}
