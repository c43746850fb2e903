//! The user's side: edits that are on the screen at once, and lists that stay true.

mod live_query;
mod offline_first;

pub use live_query::{LiveQuery, Moved};
pub use offline_first::{EditError, Files, OfflineFirst, Saved, UndoStep};
