//! placeholder
#[cfg(all(target_arch = "wasm32", feature = "app"))]
pub mod composition;
pub mod http;
pub mod local;
pub mod model;
pub mod platform;
pub mod remote;
pub mod repository;
#[cfg(feature = "signals")]
pub mod state;
pub mod sync;
#[cfg(feature = "app")]
pub mod ui;
