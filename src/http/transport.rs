//! Who carries a request: the browser's fetch, or a script in tests.

use super::{HttpError, Request, Response};
use futures::future::LocalBoxFuture;

/// A carrier of single requests, without any policy.
///
/// An answer of any status is `Ok`. The transport notes in `request.progress` when the headers have
/// arrived, ends the request when its future is dropped, and refuses a body longer than
/// `request.options.body_limit`.
pub trait Transport {
    /// Sends the request once.
    fn send(&self, request: Request) -> LocalBoxFuture<'_, Result<Response, HttpError>>;
}
