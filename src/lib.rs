//! placeholder
pub mod local;
pub mod model;
pub mod platform;
pub mod remote;
#[cfg(feature = "signals")]
pub mod state;
#[cfg(feature = "app")]
pub mod ui;
