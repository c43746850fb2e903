//! What is asked and what is answered.
//!
//! A [`Request`] is cheap to clone: its body is shared bytes, so that an attempt can be repeated. A
//! [`Response`] is whole: its body has been read, within the limit.

use super::{Headers, HttpError, OnProgress, Phase, Url};
use serde::de::DeserializeOwned;
use std::{cell::Cell, rc::Rc, time::Duration};

/// A request method.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Method {
    /// Reads.
    #[default]
    Get,
    /// Reads the headers only.
    Head,
    /// Does whatever the resource means by it.
    Post,
    /// Replaces.
    Put,
    /// Changes in part.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether doing it twice has the effect of doing it once (RFC 9110, 9.2.2).
    #[must_use]
    pub fn is_idempotent(self) -> bool {
        !matches!(self, Self::Post | Self::Patch)
    }
}

/// A request's body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Body {
    /// Bytes in memory, which can be sent again.
    Replayable(Rc<[u8]>),
}

impl Body {
    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Replayable(bytes) => bytes,
        }
    }
}

/// What one call wants otherwise than its client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The time for one attempt, its body included.
    pub attempt: Option<Duration>,
    /// The time for all attempts and the waits between them.
    pub total: Option<Duration>,
    /// Added to both: for a body that takes long to go out.
    pub extra: Duration,
    /// How many times to try again.
    pub retries: Option<u32>,
    /// The longest body to accept, in bytes.
    pub body_limit: Option<usize>,
    /// Ask the server whether a cached answer is still good, instead of trusting the HTTP cache.
    pub revalidate: bool,
    /// When no answer comes, make one more (empty, anonymous) request to tell CORS from a dead server.
    pub diagnose: bool,
    /// Told how much of the body has left this device.
    pub on_progress: Option<OnProgress>,
}

/// How far a call has come, shared between the middleware and the transport.
#[derive(Clone, Debug, Default)]
pub struct Progress(Rc<ProgressCells>);

#[derive(Debug, Default)]
struct ProgressCells {
    phase: Cell<Phase>,
    deadline_ms: Cell<Option<f64>>,
    moves: Cell<u32>,
}

impl Progress {
    /// What the call is doing.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.0.phase.get()
    }

    /// Notes what the call is doing from now on.
    pub fn enter(&self, phase: Phase) {
        self.0.phase.set(phase);
    }

    /// How often the body has been seen to move on its way out.
    #[must_use]
    pub fn moves(&self) -> u32 {
        self.0.moves.get()
    }

    /// Notes that some of the body has left this device.
    pub fn moved(&self) {
        self.0.moves.set(self.moves().wrapping_add(1));
    }

    /// When the whole call must end, by the monotonic clock.
    #[must_use]
    pub fn deadline_ms(&self) -> Option<f64> {
        self.0.deadline_ms.get()
    }

    /// Sets when the whole call must end.
    pub fn end_by(&self, deadline_ms: f64) {
        self.0.deadline_ms.set(Some(deadline_ms));
    }
}

/// One request.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// What is to be done.
    pub method: Method,
    /// Where.
    pub url: Url,
    /// Its header fields.
    pub headers: Headers,
    /// Its body.
    pub body: Option<Body>,
    /// What it wants otherwise than its client.
    pub options: Options,
    /// How far it has come.
    pub progress: Progress,
}

impl Request {
    /// A request without headers and body.
    #[must_use]
    pub fn new(method: Method, url: Url) -> Self {
        Self { method, url, ..Self::default() }
    }

    /// Whether the server will recognise a repetition (`Idempotency-Key`).
    #[must_use]
    pub fn has_key(&self) -> bool {
        self.headers.has("idempotency-key")
    }

    /// Whether HTTP can carry it.
    ///
    /// # Errors
    /// [`HttpError::Unsendable`] names what is wrong.
    pub fn check(&self) -> Result<(), HttpError> {
        let bodiless = matches!(self.method, Method::Get | Method::Head);
        let reason = match self.headers.malformed() {
            Some(name) => format!("malformed header {name:?}"),
            None if bodiless && self.body.is_some() => "GET and HEAD carry no body".to_owned(),
            None => return Ok(()),
        };
        Err(HttpError::Unsendable { reason })
    }
}

/// One answer, whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The header fields that the browser shows; across origins few (CORS hides the rest).
    pub headers: Headers,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// An answer without headers.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Headers::new(), body: body.into() }
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.append(name, value);
        self
    }

    /// Whether the status is 2xx.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as UTF-8; broken characters are replaced, a byte-order mark is dropped.
    #[must_use]
    pub fn text(&self) -> String {
        let bytes = self.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.body);
        String::from_utf8_lossy(bytes).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// [`HttpError::Decode`] keeps the body as it came.
    pub fn json<T: DeserializeOwned>(self) -> Result<T, HttpError> {
        serde_json::from_slice(&self.body).map_err(|error| HttpError::Decode {
            path: String::new(),
            reason: error.to_string(),
            body: self.body,
        })
    }

    /// The answer itself if it is a success, else the error that holds it.
    ///
    /// # Errors
    /// [`HttpError::Status`] for every status but 2xx.
    pub fn into_success(self) -> Result<Self, HttpError> {
        if self.is_success() {
            return Ok(self);
        }
        Err(HttpError::Status { status: self.status, headers: self.headers, body: self.body })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unreadable_answer_keeps_its_body() {
        let error = Response::new(200, "<html>").json::<serde_json::Value>();
        let Err(HttpError::Decode { body, .. }) = error else { panic!("{error:?}") };
        assert_eq!(body, b"<html>");
    }

    #[test]
    fn a_request_that_http_cannot_carry_is_refused() {
        let mut request = Request::new(Method::Get, Url::new("https://a.org"));
        assert_eq!(request.check(), Ok(()));
        request.body = Some(Body::Replayable(Rc::from(*b"x")));
        assert!(request.check().is_err_and(|error| error.never_sent()));
        request.method = Method::Post;
        assert_eq!(request.check(), Ok(()));
        request.headers.set("x", "a\nb");
        assert!(request.check().is_err());
    }

    #[test]
    fn text_survives_broken_bytes() {
        assert_eq!(Response::new(200, *b"\xef\xbb\xbf{\xff}").text(), "{\u{fffd}}");
    }
}
