//! Who carries a request: the browser's fetch, or a script in tests.

use super::{HttpError, Request, Response, StreamedResponse};
use futures::future::LocalBoxFuture;

/// A carrier of single requests, without any policy.
///
/// An answer of any status is `Ok`. The transport notes in `request.progress` when the headers have
/// arrived, and ends the request when its future, or the body's stream, is dropped.
pub trait Transport {
    /// Sends the request once, and gives its body piece by piece as it arrives.
    fn stream(&self, request: Request) -> LocalBoxFuture<'_, Result<StreamedResponse, HttpError>>;

    /// Sends the request once, and reads the whole body, but none longer than `request.options.body_limit`.
    fn send(&self, request: Request) -> LocalBoxFuture<'_, Result<Response, HttpError>> {
        let limit = request.options.body_limit;
        Box::pin(async move { self.stream(request).await?.whole(limit).await })
    }
}
