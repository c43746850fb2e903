//! Deadlines: one for each attempt, one for the whole call.
//!
//! Both cover reading the body, and both end the work by dropping it, which aborts the fetch. The
//! error names the phase, which the transport and retry note in the request's progress. An upload that is watched
//! (`on_progress`) and moves is not ended, however large it is: its deadlines begin again as long as it does.

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
        let limit = request.options.attempt.unwrap_or(self.default) + request.options.extra;
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
        let limit = request.options.total.unwrap_or(self.default) + request.options.extra;
        request.progress.end_by(self.clock.monotonic_ms() + limit.as_secs_f64() * 1000.0);
        within(&*self.clock, limit, request, next)
    }
}

fn within<'a>(
    clock: &'a dyn Clock,
    limit: Duration,
    request: Request,
    next: Next<'a>,
) -> LocalBoxFuture<'a, Result<Response, HttpError>> {
    let progress = request.progress.clone();
    let mut work = next.run(request);
    Box::pin(async move {
        loop {
            let moves = progress.moves();
            match select(work, clock.sleep(limit)).await {
                Either::Left((outcome, _)) => return outcome,
                Either::Right((_, unfinished)) if progress.moves() != moves => work = unfinished,
                Either::Right(_) => return Err(HttpError::Timeout { phase: progress.phase() }),
            }
        }
    })
}
