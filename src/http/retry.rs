//! Tries again what may be tried again, and no more than that.
//!
//! *What went wrong* is classified apart from *what to do*: [`decide`] is a pure function over the
//! answer, the method and the count; [`Budget`] keeps a dead server from being stormed; [`Retry`]
//! only waits and sends. A wait that would end past the call's deadline is not begun: the answer at
//! hand is the better error.

use super::{
    Body, HttpError, Method, Middleware, Next, Phase, Request, Response, backoff::Backoff, error, retry_after,
};
use crate::platform::{Clock, Random};
use futures::future::LocalBoxFuture;
use std::{cell::Cell, rc::Rc, time::Duration};

/// How often, and how far apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Attempts after the first.
    pub retries: u32,
    /// The wait between them where the server names none.
    pub backoff: Backoff,
}

impl Default for Policy {
    fn default() -> Self {
        Self { retries: 3, backoff: Backoff::default() }
    }
}

/// What became of an attempt, as far as trying again goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A success, or a failure that another attempt would repeat.
    Settled,
    /// It may work later; the server may have named the wait.
    Transient(Option<Duration>),
}

/// What to do after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Take what there is.
    Stop,
    /// Try again after exactly this wait, as the server asked.
    After(Duration),
    /// Try again after a wait with jitter.
    Backoff,
}

/// Classifies what an attempt brought; `now_ms` is since 1970.
#[must_use]
pub fn classify(outcome: &Result<Response, HttpError>, now_ms: i64) -> Seen {
    match outcome {
        Ok(response) if error::transient(response.status) => {
            Seen::Transient(retry_after::delay(&response.headers, now_ms))
        }
        Err(HttpError::Unreachable | HttpError::Timeout { .. }) => Seen::Transient(None),
        _ => Seen::Settled,
    }
}

/// Whether to try again: only what is transient, only what can be repeated without harm (an
/// idempotent method, or a key by which the server knows a repetition), and only so many times.
/// `attempt` counts those made, from 1.
#[must_use]
pub fn decide(seen: Seen, method: Method, has_key: bool, attempt: u32, retries: u32) -> Decision {
    match seen {
        Seen::Transient(wait) if attempt <= retries && (method.is_idempotent() || has_key) => {
            wait.map_or(Decision::Backoff, Decision::After)
        }
        _ => Decision::Stop,
    }
}

/// A reserve of retries, shared by all calls of a client: each retry takes one, and one comes back
/// every few seconds. First attempts are free.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    left: f64,
    at_ms: f64,
}

impl Budget {
    /// The most that can be saved up.
    pub const RESERVE: f64 = 10.0;
    /// One retry comes back in this time.
    pub const REFILL_MS: f64 = 3000.0;

    /// A full reserve at `now_ms` of the monotonic clock.
    #[must_use]
    pub fn full(now_ms: f64) -> Self {
        Self { left: Self::RESERVE, at_ms: now_ms }
    }

    /// The reserve after taking one retry from it, or `None` when there is none to take.
    #[must_use]
    pub fn take(self, now_ms: f64) -> Option<Self> {
        let refill = (now_ms - self.at_ms).max(0.0) / Self::REFILL_MS;
        let left = (self.left + refill).min(Self::RESERVE) - 1.0;
        (left >= 0.0).then_some(Self { left, at_ms: now_ms })
    }
}

/// The middleware.
pub struct Retry {
    policy: Policy,
    clock: Rc<dyn Clock>,
    random: Rc<dyn Random>,
    budget: Cell<Budget>,
}

impl Retry {
    /// Retries by `policy`, with a full budget.
    #[must_use]
    pub fn new(policy: Policy, clock: Rc<dyn Clock>, random: Rc<dyn Random>) -> Self {
        let budget = Cell::new(Budget::full(clock.monotonic_ms()));
        Self { policy, clock, random, budget }
    }

    async fn run(&self, request: Request, next: Next<'_>) -> Result<Response, HttpError> {
        let mut earlier = None;
        for attempt in 1.. {
            let outcome = next.run(request.clone()).await;
            if let (Err(error), Some(earlier)) = (&outcome, earlier) {
                // "nothing was sent" is true of this attempt only
                if error.never_sent() {
                    return earlier;
                }
            }
            let Some(wait) = self.wait_after(&outcome, &request, attempt) else { return outcome };
            earlier = Some(outcome);
            request.progress.enter(Phase::Backoff);
            self.clock.sleep(wait).await;
        }
        earlier.unwrap_or(Err(HttpError::Unreachable))
    }

    /// The wait before the next attempt, or `None` when there is to be none.
    fn wait_after(&self, outcome: &Result<Response, HttpError>, request: &Request, attempt: u32) -> Option<Duration> {
        let seen = classify(outcome, self.clock.now().0);
        let retries = request.options.retries.unwrap_or(self.policy.retries);
        let wait = match decide(seen, request.method, request.has_key(), attempt, retries) {
            Decision::Stop => return None,
            Decision::After(wait) => wait,
            Decision::Backoff => self.policy.backoff.full_jitter(attempt, self.random.unit()),
        };
        let replayable = matches!(request.body, None | Some(Body::Replayable(_)));
        let now_ms = self.clock.monotonic_ms();
        let in_time = request.progress.deadline_ms().is_none_or(|end| now_ms + wait.as_secs_f64() * 1000.0 < end);
        if !replayable || !in_time {
            return None;
        }
        self.budget.set(self.budget.get().take(now_ms)?);
        Some(wait)
    }
}

impl Middleware for Retry {
    fn handle<'a>(&'a self, request: Request, next: Next<'a>) -> LocalBoxFuture<'a, Result<Response, HttpError>> {
        Box::pin(self.run(request, next))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn only_transient_outcomes_are_tried_again() {
        let status = |status| Ok(Response::new(status, ""));
        let transient = Seen::Transient(None);
        for (outcome, seen) in [
            (status(200), Seen::Settled),
            (status(304), Seen::Settled),
            (status(400), Seen::Settled),
            (status(401), Seen::Settled),
            (status(404), Seen::Settled),
            (status(408), transient),
            (status(409), Seen::Settled),
            (status(425), transient),
            (status(429), transient),
            (status(500), transient),
            (status(501), Seen::Settled),
            (status(502), transient),
            (status(503), transient),
            (status(504), transient),
            (status(505), Seen::Settled),
            (status(520), transient),
            (Ok(Response::new(503, "").header("retry-after", "2")), Seen::Transient(Some(Duration::from_secs(2)))),
            (Err(HttpError::Unreachable), transient),
            (Err(HttpError::Timeout { phase: Phase::Body }), transient),
            (Err(HttpError::Offline), Seen::Settled),
            (Err(HttpError::LikelyCors), Seen::Settled),
            (Err(HttpError::Cancelled), Seen::Settled),
            (Err(HttpError::TooLarge { limit: 1 }), Seen::Settled),
        ] {
            assert_eq!(classify(&outcome, 0), seen, "{outcome:?}");
        }
    }

    #[test]
    fn only_what_is_safe_to_repeat_is_repeated() {
        let soon = Seen::Transient(None);
        let told = Seen::Transient(Some(Duration::from_secs(2)));
        for (seen, method, has_key, attempt, decision) in [
            (soon, Method::Get, false, 1, Decision::Backoff),
            (soon, Method::Get, false, 3, Decision::Backoff),
            (soon, Method::Get, false, 4, Decision::Stop),
            (told, Method::Get, false, 1, Decision::After(Duration::from_secs(2))),
            (told, Method::Get, false, 4, Decision::Stop),
            (soon, Method::Head, false, 1, Decision::Backoff),
            (soon, Method::Put, false, 1, Decision::Backoff),
            (soon, Method::Delete, false, 1, Decision::Backoff),
            (soon, Method::Post, false, 1, Decision::Stop),
            (told, Method::Post, false, 1, Decision::Stop),
            (soon, Method::Patch, false, 1, Decision::Stop),
            (soon, Method::Post, true, 1, Decision::Backoff),
            (soon, Method::Patch, true, 1, Decision::Backoff),
            (Seen::Settled, Method::Get, true, 1, Decision::Stop),
        ] {
            assert_eq!(decide(seen, method, has_key, attempt, 3), decision, "{seen:?} {method:?} {has_key} {attempt}");
        }
    }

    #[test]
    fn the_budget_runs_out_and_comes_back_slowly() {
        let mut budget = Budget::full(0.0);
        for _ in 0..10 {
            budget = budget.take(0.0).unwrap();
        }
        assert_eq!(budget.take(2999.0), None);
        assert_eq!(budget.take(3000.0).and_then(|budget| budget.take(3000.0)), None);
        let rested = budget.take(1e9).unwrap();
        assert!((0..9).try_fold(rested, |budget, _| budget.take(1e9)).is_some());
        assert!((0..10).try_fold(rested, |budget, _| budget.take(1e9)).is_none());
    }
}
