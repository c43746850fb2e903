//! Refuses at once when the device has no network.
//!
//! It stands outside of retry: `Offline` promises that nothing left this device, which could not be
//! said after a first attempt. Loopback hosts need no network.

use super::{HttpError, Middleware, Next, Request, Response};
use crate::platform::Connectivity;
use futures::future::LocalBoxFuture;
use std::rc::Rc;

/// Asks the device before each call.
pub struct Reachable {
    connectivity: Rc<dyn Connectivity>,
}

impl Reachable {
    /// Goes by `connectivity`.
    #[must_use]
    pub fn new(connectivity: Rc<dyn Connectivity>) -> Self {
        Self { connectivity }
    }
}

impl Middleware for Reachable {
    fn handle<'a>(&'a self, request: Request, next: Next<'a>) -> LocalBoxFuture<'a, Result<Response, HttpError>> {
        if self.connectivity.online() || request.url.is_local() {
            next.run(request)
        } else {
            Box::pin(std::future::ready(Err(HttpError::Offline)))
        }
    }
}
