//! Answers whose bodies are read while they arrive: a feed of events, a long download.
//!
//! A streaming call goes through the same chain as any other, so that it is signed, replayed once after a 401 and
//! logged alike. Only its end differs: `Opening` stands in the transport's place and hands the chain an answer that
//! is complete at its headers, while the body waits beside it. So the deadlines of the chain end with the headers;
//! how long a body may be silent is its reader's business.

use super::{Headers, HttpError, Request, Response, Transport};
use futures::{StreamExt, future::LocalBoxFuture, stream::LocalBoxStream};
use std::cell::RefCell;

/// A body as it arrives. Dropping it ends the request; after an error or its end it gives nothing more.
pub type BodyStream = LocalBoxStream<'static, Result<Vec<u8>, HttpError>>;

/// One answer at its headers.
pub struct StreamedResponse {
    /// The HTTP status.
    pub status: u16,
    /// The header fields that the browser shows.
    pub headers: Headers,
    /// The body.
    pub body: BodyStream,
}

impl std::fmt::Debug for StreamedResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StreamedResponse").field("status", &self.status).finish_non_exhaustive()
    }
}

impl StreamedResponse {
    /// Reads the body to its end.
    ///
    /// # Errors
    /// What the body ends with, or [`HttpError::TooLarge`], by the announced length if there is one.
    pub async fn whole(mut self, limit: Option<usize>) -> Result<Response, HttpError> {
        let limit = limit.unwrap_or(usize::MAX);
        let announced = self.headers.get("content-length").and_then(|length| length.parse::<usize>().ok());
        let mut body = Vec::new();
        if announced.is_none_or(|length| length <= limit) {
            while let Some(piece) = self.body.next().await {
                body.extend_from_slice(&piece?);
                if body.len() > limit {
                    return Err(HttpError::TooLarge { limit });
                }
            }
            return Ok(Response { status: self.status, headers: self.headers, body });
        }
        Err(HttpError::TooLarge { limit })
    }
}

/// The end of the chain for a streaming call. The answer that it gives has an empty body if it is a success; the
/// real one is to be taken from here.
pub(super) struct Opening<'a> {
    transport: &'a dyn Transport,
    body: RefCell<Option<BodyStream>>,
}

impl<'a> Opening<'a> {
    /// Nothing has been opened yet.
    pub fn new(transport: &'a dyn Transport) -> Self {
        Self { transport, body: RefCell::default() }
    }

    /// The streamed form of what the chain answered.
    pub fn finish(self, answer: Response) -> StreamedResponse {
        let body = self.body.into_inner().unwrap_or_else(|| futures::stream::empty().boxed_local());
        StreamedResponse { status: answer.status, headers: answer.headers, body }
    }
}

impl Transport for Opening<'_> {
    fn stream(&self, request: Request) -> LocalBoxFuture<'_, Result<StreamedResponse, HttpError>> {
        self.transport.stream(request)
    }

    fn send(&self, request: Request) -> LocalBoxFuture<'_, Result<Response, HttpError>> {
        Box::pin(async move {
            let limit = request.options.body_limit;
            let answer = self.stream(request).await?;
            if !(200..300).contains(&answer.status) {
                return answer.whole(limit).await;
            }
            *self.body.borrow_mut() = Some(answer.body);
            Ok(Response { status: answer.status, headers: answer.headers, body: Vec::new() })
        })
    }
}
