//! Puts the app together: the only file that names concrete adapters.
//!
//! The order is the order of what a person sees: the kept config and the first screenful from the
//! disk, then the page, and behind it the rest of the rows, the lead among the tabs, the backend, and
//! the network's copy of the config.

mod config;
mod connect;
mod ledger;
mod link;
mod page;
mod practice;
mod remote;
mod removal;
mod startup;
mod workspaces;

pub use startup::start;
