//! Backends: one connector each, all behind [`RemoteSource`].
pub mod capabilities;
pub mod outcome;
pub mod pocketbase;
#[cfg(feature = "practice")]
pub mod simulated;
pub mod source;
pub use capabilities::Capabilities;
pub use outcome::Outcome;
pub use source::{IdPage, Live, Page, Progress, PullRequest, Push, PushFile, RemoteError, RemoteSource};
