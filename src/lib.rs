//! Landfall turns the backend you already have into an app that opens instantly, works offline and
//! keeps every edit that it has called saved.
//!
//! This crate is the app and, in its lower floors, a library for screens of your own: an HTTP client
//! with middleware, a local store with an outbox, connectors, a sync engine, an offline-first
//! repository, and Leptos signals over all of it.
//!
//! # The law
//!
//! **Imports go down. Calls go down. Data comes up as change sets. The local store is the only meeting
//! place.** `tests/architecture.rs` holds every file to this table:
//!
//! | floor | module | holds | imports |
//! | --- | --- | --- | --- |
//! | 7 | [`ui`] | screens: render and dispatch, nothing else | state, model |
//! | 6 | [`state`] | signals over repositories and sync, translation; Leptos starts here | repository, sync, auth, model, platform, local |
//! | 5 | [`sync`] | schedule, push, pull: the server's side | remote, local, model, platform |
//! | 5 | [`repository`] | offline-first edits, live queries: the user's side | local, model, platform |
//! | 4 | [`remote`] | [`remote::RemoteSource`] and one connector a folder | auth, realtime, http, model, platform |
//! | 3 | [`auth`] | sessions: sign-in, renewal, credentials | http, local, platform, model |
//! | 3 | [`realtime`] | streams that reconnect | http, platform, model |
//! | 2 | [`local`] | the store, the outbox, IndexedDB and memory disks | model, platform |
//! | 2 | [`http`] | request, response, middleware, client | platform |
//! | 1 | [`platform`] | what we ask of the environment: a trait and its web adapter each | model |
//! | 0 | [`model`] | data only: records, schema, query, mutation, config | – |
//!
//! `repository` and `sync` never import each other: both read from and commit to `local`. Nothing
//! fetched is ever shown directly: it is committed to the store, and the store tells the screen.
//! `composition` and `main.rs` stand above and are the only ones that name concrete adapters.
//!
//! # Features
//!
//! `app` (default) is everything; `signals` stops below the screens; without either, the library
//! compiles no Leptos at all. `practice` is the simulated backend.

pub mod auth;
#[cfg(all(target_arch = "wasm32", feature = "app"))]
pub mod composition;
pub mod http;
pub mod local;
pub mod model;
pub mod platform;
pub mod realtime;
pub mod remote;
pub mod repository;
#[cfg(feature = "signals")]
pub mod state;
pub mod sync;
#[cfg(feature = "app")]
pub mod ui;
