//! The HTTP client: one call in, one answer or one honest error out.
//!
//! A [`Client`] sends a [`Request`] through a chain of [`Middleware`] to a [`Transport`]. The chain's
//! order is fixed by the builder, outermost first: logging → connectivity → your own → total
//! deadline → retry → auth → attempt deadline → transport, so that each attempt gets a fresh token
//! and its own deadline. What to do is decided by pure functions ([`retry::decide`],
//! [`backoff::Backoff::full_jitter`], [`retry_after::delay`]); time and chance come in from `platform`, so all
//! of it but the fetch adapter runs natively on a fake clock.
//!
//! Dropping the future of a call aborts it: nothing runs after. An answer can be read while it arrives
//! ([`Client::stream`]), by the same chain.
//!
//! ```
//! use landfall::http::{Client, HttpError};
//!
//! async fn config(client: &Client) -> Result<String, HttpError> {
//!     Ok(client.get("landfall.json").revalidate().send().await?.text())
//! }
//! ```

pub mod auth;
pub mod backoff;
pub mod client;
pub mod date;
pub mod error;
#[cfg(target_arch = "wasm32")]
pub mod fetch;
pub mod headers;
pub mod logging;
pub mod message;
pub mod middleware;
pub mod multipart;
pub mod problem;
pub mod reachable;
pub mod retry;
pub mod retry_after;
pub mod scripted;
pub mod stream;
pub mod timeout;
pub mod transport;
pub mod upload;
pub mod url;
#[cfg(target_arch = "wasm32")]
mod xhr;

pub use auth::{Auth, Credentials, Token};
pub use client::{Call, Client, ClientBuilder};
pub use error::{HttpError, Phase};
#[cfg(target_arch = "wasm32")]
pub use fetch::FetchTransport;
pub use headers::Headers;
pub use message::{Body, Method, Options, Progress, Request, Response};
pub use middleware::{Middleware, Next};
pub use multipart::Form;
pub use problem::ProblemDetails;
pub use scripted::{Reply, ScriptedTransport};
pub use stream::{BodyStream, StreamedResponse};
pub use transport::Transport;
pub use upload::OnProgress;
pub use url::Url;
