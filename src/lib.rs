//! placeholder
pub mod local;
pub mod model;
pub mod platform;
pub mod remote;
pub mod repository;
pub mod sync;
