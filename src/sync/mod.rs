//! The server's side: one leading tab sends what waits and pulls what is new.
//!
//! Decisions are pure (`schedule`: what may go now; `settlement`: what an answer means; `reconcile`:
//! what a reading proves) and the shells around them are thin: `push` carries out one entry, `pull`
//! one collection, `engine` runs both while this tab leads.

mod backoff;
mod engine;
mod pull;
mod push;
mod reconcile;
mod schedule;
mod settlement;

pub use engine::{Connect, Engine, SyncState};
pub use reconcile::{Verdict, Why, reconcile};
pub use schedule::{LANES, ready};
pub use settlement::{ATTEMPTS, Next, settle};
