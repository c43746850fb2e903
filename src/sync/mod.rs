//! The server's side: one leading tab sends what waits and pulls what is new.
//!
//! Decisions are pure (`schedule`: what may go now; `settlement`: what an answer means; `reconcile` and `merge`:
//! what a reading proves) and the shells around them are thin: `push` carries out one entry, `pull`
//! one collection, `sweep` finds what is gone, `absence` proves it, `engine` runs all while this tab leads.

mod absence;
mod backoff;
mod engine;
mod merge;
mod pull;
mod push;
mod reconcile;
mod schedule;
mod settlement;
mod sweep;

pub use engine::{Connect, Engine, SyncState};
pub use merge::{Merged, Shows, merge};
pub use reconcile::{Verdict, Why, reconcile};
pub use schedule::{LANES, ready};
pub use settlement::{ATTEMPTS, Next, settle};
