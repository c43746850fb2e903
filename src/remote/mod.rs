//! Backends: one connector each, all behind [`RemoteSource`].
pub mod capabilities;
pub mod outcome;
#[cfg(feature = "practice")]
pub mod simulated;
pub mod source;
pub use capabilities::Capabilities;
pub use outcome::Outcome;
pub use source::{Page, Poke, PullRequest, Push, RemoteError, RemoteSource};
