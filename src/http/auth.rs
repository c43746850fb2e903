//! The hook by which a session puts its token on each attempt.
//!
//! The client knows neither sessions nor refreshing: it asks [`Credentials`] for a token, and when
//! the server answers 401 it asks once for a newer one and replays the request once. Each token
//! carries its generation, so that many requests refused at once can share one refresh. A token goes
//! only to the origins that it was made for.

use super::{HttpError, Middleware, Next, Request, Response, Url};
use futures::future::LocalBoxFuture;
use std::rc::Rc;

/// A header that proves who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The header's name, usually `authorization`.
    pub header: &'static str,
    /// The header's value, such as `Bearer …`.
    pub value: String,
    /// Grows with every refresh.
    pub generation: u64,
}

/// A session, as the client sees it. Its own requests must go through a client without it, or a
/// refresh would wait for itself.
pub trait Credentials {
    /// The token of the moment, renewed first if it has ended. `None` sends the request without one; an `Err` does
    /// not send it at all, as when it would go out as a guest's.
    fn current(&self) -> LocalBoxFuture<'_, Result<Option<Token>, HttpError>>;
    /// A token newer than that of generation `refused`, which the server has just refused; `None` when
    /// there is none without a new sign-in. An `Err` says that the refresh itself failed.
    fn refresh(&self, refused: u64) -> LocalBoxFuture<'_, Result<Option<Token>, HttpError>>;
}

/// The middleware.
pub struct Auth {
    credentials: Rc<dyn Credentials>,
    origins: Vec<String>,
}

impl Auth {
    /// Signs requests to these origins (any address of each will do).
    #[must_use]
    pub fn new(credentials: Rc<dyn Credentials>, origins: &[&str]) -> Self {
        let origins = origins.iter().map(|origin| Url::new(origin).origin()).filter(|origin| !origin.is_empty());
        Self { credentials, origins: origins.collect() }
    }

    async fn sign(&self, request: Request, next: Next<'_>) -> Result<Response, HttpError> {
        let Some(token) = self.credentials.current().await? else { return next.run(request).await };
        let response = next.run(signed(&request, &token)).await?;
        if response.status != 401 {
            return Ok(response);
        }
        match self.credentials.refresh(token.generation).await? {
            Some(newer) if newer.generation != token.generation => next.run(signed(&request, &newer)).await,
            _ => Ok(response),
        }
    }
}

fn signed(request: &Request, token: &Token) -> Request {
    let mut request = request.clone();
    request.headers.set(token.header, token.value.as_str());
    request
}

impl Middleware for Auth {
    fn handle<'a>(&'a self, request: Request, next: Next<'a>) -> LocalBoxFuture<'a, Result<Response, HttpError>> {
        if self.origins.contains(&request.url.origin()) {
            Box::pin(self.sign(request, next))
        } else {
            next.run(request)
        }
    }
}
