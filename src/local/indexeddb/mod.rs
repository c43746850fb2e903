//! The disk of a browser: two `IndexedDB` databases that survive what browsers do to them.
//!
//! Written on the raw interface, because three promises need it: strict durability for the outbox,
//! compare-and-set inside one transaction without an await in between, and a future that always
//! settles: on `complete`, `error`, `abort` and the connection's `close`.
//!
//! On disk: `landfall/{name}/outbox` and `landfall/{name}/cache`, an object store for each table, plus
//! `commits` with the commit number. A row is `{c: text, b: Uint8Array}` under a number or a text.

mod connection;
mod database;
mod failure;
mod opening;
mod operations;
mod row;
mod run;

pub use database::IndexedDbDisk;
