//! Deadlines: one for each attempt, one for the whole call.
//!
//! Both cover reading the body, and both end the work by dropping it, which aborts the fetch. The
//! error names the phase, which the transport and retry note in the request's progress.

use super::{HttpError, Middleware, Next, Phase, Request, Response};
use crate::platform::Clock;
use futures::future::{Either, LocalBoxFuture, select};
use std::{rc::Rc, time::Duration};

/// Ends each attempt in time. It stands just above the transport.
pub struct AttemptTimeout {
    /// For requests that say nothing else.
    pub default: Duration,
    /// Measures it.
    pub clock: Rc<dyn Clock>,
}

impl Middleware for AttemptTimeout {
    fn handle<'a>(&'a self, request: Request, next: Next<'a>) -> LocalBoxFuture<'a, Result<Response, HttpError>> {
        request.progress.enter(Phase::ToHeaders);
        let limit = request.options.attempt.unwrap_or(self.default);
        within(&*self.clock, limit, request, next)
    }
}

/// Ends the whole call in time: all attempts and the waits between. It stands above retry.
pub struct TotalTimeout {
    /// For requests that say nothing else.
    pub default: Duration,
    /// Measures it.
    pub clock: Rc<dyn Clock>,
}

impl Middleware for TotalTimeout {
    fn handle<'a>(&'a self, request: Request, next: Next<'a>) -> LocalBoxFuture<'a, Result<Response, HttpError>> {
        let limit = request.options.total.unwrap_or(self.default);
        request.progress.end_by(self.clock.monotonic_ms() + limit.as_secs_f64() * 1000.0);
        within(&*self.clock, limit, request, next)
    }
}

fn within<'a>(
    clock: &dyn Clock,
    limit: Duration,
    request: Request,
    next: Next<'a>,
) -> LocalBoxFuture<'a, Result<Response, HttpError>> {
    let progress = request.progress.clone();
    let (work, timer) = (next.run(request), clock.sleep(limit));
    Box::pin(async move {
        match select(work, timer).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right(_) => Err(HttpError::Timeout { phase: progress.phase() }),
        }
    })
}
