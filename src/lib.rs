//! placeholder
pub mod http;
pub mod local;
pub mod model;
pub mod platform;
pub mod remote;
