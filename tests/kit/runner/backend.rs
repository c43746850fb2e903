//! What a connector brings along to be judged: its server, started fresh, and whoever else uses it.
//!
//! Everything but the first few functions has a default, so that a small backend is a small file. What it leaves
//! out it does not `offer`, and the scenarios that need it are not applicable.

use futures::future::LocalBoxFuture;
use landfall::model::{Fields, Query, RecordId};
use landfall::remote::RemoteSource;
use std::{rc::Rc, time::Duration};

/// The answer of what only some backends can do.
pub type Done<'a> = LocalBoxFuture<'a, Result<(), String>>;

/// A connector and how to start its server.
pub trait Backend {
    /// How it is called in the report.
    fn name(&self) -> String;
    /// What this set-up can do besides the connector's own capabilities: `faults` (requests and replies get lost),
    /// `wire` (there is a real line: replies are cut or stall, the network goes down), `sessions` (a session can
    /// be ended), `rules` (others can be denied), `files`.
    fn offers(&self) -> &'static [&'static str];
    /// Runs a future to its end.
    fn block_on<'a>(&'a self, work: LocalBoxFuture<'a, ()>);
    /// A server without records, and a client of it. Called for each scenario.
    fn start(&self) -> LocalBoxFuture<'_, Result<Box<dyn World>, String>>;
}

/// A server that runs, its client under test, and everybody else.
pub trait World {
    /// The connector under test, connected and signed in.
    fn us(&self) -> Rc<dyn RemoteSource>;
    /// Other people: they reach the server past the connector under test.
    fn others(&self) -> Rc<dyn Others>;
    /// The collection's name there; `None` if it has no such collection.
    fn collection(&self, name: &str) -> Option<String>;
    /// The field's name there; `None` if it has no such field.
    fn field(&self, collection: &str, name: &str) -> Option<String>;
    /// An id that the server takes, for a word of the scenario: always the same for the same word.
    fn id(&self, word: &str) -> RecordId;
    /// Waits, by the clock that the connector uses.
    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()>;
    /// What happens to the next read or write of ours.
    fn trouble(&self, on: On, trouble: Trouble) {
        unreachable!("not offered: {trouble:?} on {on:?}");
    }
    /// No trouble is left over.
    fn calm(&self) {}
    /// What becomes of our session.
    fn session(&self, state: SessionState) -> Done<'_> {
        unreachable!("not offered: {state:?}");
    }
    /// What all users may do in a collection from now on.
    fn rules<'a>(&'a self, collection: &'a str, rules: Rules) -> Done<'a> {
        unreachable!("not offered: {rules:?} for {collection}");
    }
    /// The ids that the server itself finds for a query, in its order; `None` if it is not asked such things.
    fn query<'a>(
        &'a self,
        collection: &'a str,
        query: Query,
    ) -> LocalBoxFuture<'a, Option<Result<Vec<RecordId>, String>>> {
        let _ = (collection, query);
        Box::pin(std::future::ready(None))
    }
    /// What becomes of the line between us and the server.
    fn line(&self, state: LineState) {
        unreachable!("not offered: {state:?}");
    }
}

/// Other people with the same data. All names are the server's own.
pub trait Others {
    /// Makes records, all at once where the server can; their ids, in the same order.
    fn create<'a>(
        &'a self,
        collection: &'a str,
        records: Vec<(RecordId, Fields)>,
    ) -> LocalBoxFuture<'a, Result<Vec<RecordId>, String>>;
    /// Sets fields of a record.
    fn patch<'a>(&'a self, collection: &'a str, id: &'a str, values: Fields) -> Done<'a>;
    /// Deletes a record.
    fn delete<'a>(&'a self, collection: &'a str, id: &'a str) -> Done<'a>;
}

/// Which requests trouble is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// Pulls, reads, lists of ids.
    Read,
    /// Creates, patches, deletes.
    Write,
}

/// What can happen to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// The server never sees it, and the client hears nothing.
    LoseRequest,
    /// The server does it; the connection is closed without a byte.
    DropReply,
    /// The server does it; the reply breaks off in the middle. Needs a wire.
    CutReply,
    /// The server does it; the reply never comes. Needs a wire.
    StallReply,
    /// The server is too busy to do it.
    Busy,
}

/// What can become of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// The server no longer takes it, though its end has not come: the password was changed, say.
    Revoked,
}

/// What users may do in a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rules {
    /// Everything.
    Open,
    /// Write, but see nothing.
    NoReading,
    /// Only see.
    NoWriting,
}

/// What can become of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineState {
    /// Nobody answers, and every connection ends.
    Down,
    /// As usual.
    Up,
}
