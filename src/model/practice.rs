//! How the practice server should behave: the switches of the practice panel.

use serde::{Deserialize, Serialize};

/// The practice server's weather. The default is a good day: quick answers, other people at work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PracticeSettings {
    /// The server cannot be reached.
    pub offline: bool,
    /// The shortest time to an answer, in milliseconds.
    pub latency_min_ms: u32,
    /// The longest time to an answer, in milliseconds.
    pub latency_max_ms: u32,
    /// Writes are done, but the answer never arrives.
    pub drop_replies: bool,
    /// Writes are refused with an error at the title field.
    pub reject: bool,
    /// Someone else edits a record now and then.
    pub others: bool,
}

impl Default for PracticeSettings {
    fn default() -> Self {
        Self {
            offline: false,
            latency_min_ms: 150,
            latency_max_ms: 400,
            drop_replies: false,
            reject: false,
            others: true,
        }
    }
}
