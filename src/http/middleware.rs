//! What stands between a call and the transport.
//!
//! `handle` returns the answer, so a middleware that forgets to answer does not compile. It may call
//! `next` never (refuse), once (observe, change) or several times (retry).

use super::{HttpError, Request, Response, Transport};
use futures::future::LocalBoxFuture;
use std::rc::Rc;

/// One layer of the chain.
pub trait Middleware {
    /// Handles one request, usually by way of `next.run(request)`.
    fn handle<'a>(&'a self, request: Request, next: Next<'a>) -> LocalBoxFuture<'a, Result<Response, HttpError>>;
}

/// The rest of the chain, down to the transport.
#[derive(Clone, Copy)]
pub struct Next<'a> {
    rest: &'a [Rc<dyn Middleware>],
    transport: &'a dyn Transport,
}

impl<'a> Next<'a> {
    /// The whole chain, outermost first.
    #[must_use]
    pub fn new(chain: &'a [Rc<dyn Middleware>], transport: &'a dyn Transport) -> Self {
        Self { rest: chain, transport }
    }

    /// Passes the request on.
    #[must_use]
    pub fn run(self, request: Request) -> LocalBoxFuture<'a, Result<Response, HttpError>> {
        match self.rest.split_first() {
            Some((first, rest)) => first.handle(request, Self { rest, ..self }),
            None => self.transport.send(request),
        }
    }
}
