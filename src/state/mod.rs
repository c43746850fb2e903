//! stub of the lead's floor
#![allow(missing_docs, clippy::all)]
pub mod appearance;
pub mod format;
pub mod services;
pub mod translation;
pub use appearance::{Appearance, Theme};
pub use services::*;
