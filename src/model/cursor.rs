//! How far a collection has been pulled.

use super::Timestamp;
use serde::{Deserialize, Serialize};

/// A place in the server's change feed, in the server's own time: never ordered by a client's clock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The `updated` value of the last row taken, as the server wrote it.
    pub updated: String,
    /// That row's id: breaks ties among rows of the same `updated`.
    pub id: String,
}

/// What is known of a collection's last pull.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PullState {
    /// Where the next pull goes on.
    pub cursor: Option<Cursor>,
    /// When the last complete pull ended, by this device's clock (for display only).
    pub pulled_at: Option<Timestamp>,
    /// Whether every page has been taken at least once.
    pub complete: bool,
}
