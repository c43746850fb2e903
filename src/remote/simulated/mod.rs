//! The practice server: a backend inside the page that behaves like a real one.
//!
//! It lets the app be tried without any server, and it is the server of the engine's tests and of
//! its simulator: the same code, so that what is tried is what is proven. It has its own data
//! ([`Sample`] plus the writes since, kept in a [`Ledger`]), its own rules, revisions and clock, and
//! other people at work ([`Others`]). A client reaches it over a [`SimulatedSource`], which is where
//! latency, the panel's switches and scripted [`Fault`]s happen.
//!
//! Whoever runs it must run one of it (the leading tab): two servers over one ledger would not see
//! each other's writes. A new leader opens it again from the ledger.

mod chance;
mod content;
mod fault;
mod ledger;
mod others;
mod sample;
mod schema;
mod server;
mod source;
mod state;
mod words;

pub use fault::{Fault, Faults};
pub use ledger::{Kept, Ledger, LedgerError, MemoryLedger};
pub use others::Others;
pub use sample::Sample;
pub use schema::collections;
pub use server::{POCKETBASE_LIKE, PRACTICE, Server};
pub use source::{Settings, SimulatedSource};
