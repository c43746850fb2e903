//! Renewal: one for all who ask, ahead of expiry, and never in a storm.
//!
//! Whoever needs a newer token joins the renewal of its generation, or begins it. Tabs take turns, and look at the
//! disk first: another one may have a newer token already. A renewal has its own deadline, and a sign-out makes it
//! void. After a failure nobody asks again with the same token for a moment that grows; the session stays as it was,
//! for only the server's own word ends it.

use super::{
    AuthError, Grant,
    core::{Core, Next},
};
use crate::{
    http::{HttpError, Phase, backoff::Backoff},
    platform::Leadership,
};
use futures::{
    FutureExt,
    future::{Either, LocalBoxFuture, Shared, select},
};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

/// The time for one renewal, and the longest wait for another tab's.
const DEADLINE: Duration = Duration::from_secs(15);
/// The longest sleep: a laptop that was shut notices within this time that its token is about to end.
const SLICE: Duration = Duration::from_secs(30);
/// A token is renewed when this part of its life is left,
const LAST_PART: u64 = 5;
/// but no longer than this before its end,
const AHEAD_MS: u64 = 5 * 60 * 1000;
/// and never sooner than this after its arrival.
const REST_MS: i64 = 1000;
/// The moment after a failure.
const COOLDOWN: Backoff = Backoff { base: Duration::from_secs(1), cap: Duration::from_secs(30) };
/// What tabs take turns at.
const TURN: &str = "renewal";

type Flight = Shared<LocalBoxFuture<'static, Result<u64, AuthError>>>;

/// What is known of renewals in this tab.
#[derive(Default)]
pub(super) struct Renewal {
    /// The one under way, with the generation that it is to replace.
    flight: RefCell<Option<(u64, Flight)>>,
    /// The last one, if it failed and the token is still the same.
    failure: RefCell<Option<Failure>>,
    failures: Cell<u32>,
    /// How many the server has granted.
    answers: Cell<u64>,
}

struct Failure {
    error: AuthError,
    /// By the monotonic clock.
    until_ms: f64,
}

impl Renewal {
    pub fn answers(&self) -> u64 {
        self.answers.get()
    }

    pub fn forget_failure(&self) {
        self.failure.take();
        self.failures.set(0);
    }

    pub fn abandon(&self) {
        self.flight.take();
    }

    fn under_way(&self) -> Option<(u64, Flight)> {
        self.flight.borrow().clone()
    }
}

impl Core {
    /// A newer token than this moment's: from the renewal under way, or from a new one. Without force a newer one of
    /// another tab will do.
    pub async fn renewed(self: &Rc<Self>, force: bool) -> Result<u64, AuthError> {
        let generation = self.generation();
        let flight = match self.renewal.under_way() {
            Some((replaces, flight)) if replaces == generation => flight,
            _ => self.begin(generation, force)?,
        };
        flight.await
    }

    fn begin(self: &Rc<Self>, generation: u64, force: bool) -> Result<Flight, AuthError> {
        if let Some(error) = self.cooling() {
            return Err(error);
        }
        let flight = Rc::clone(self).renew(generation, force).boxed_local().shared();
        self.renewal.flight.replace(Some((generation, flight.clone())));
        self.bell.ring();
        Ok(flight)
    }

    async fn renew(self: Rc<Self>, generation: u64, force: bool) -> Result<u64, AuthError> {
        let turn = self.turn().await;
        self.reread().await;
        let held = self.held();
        let outcome = match held.grant {
            None => Err(AuthError::Over),
            Some(grant) if !force && held.generation != generation && self.lasts(&grant) => Ok(held.generation),
            Some(grant) => self.ask(grant, held.generation).await,
        };
        drop(turn);
        self.renewal.flight.borrow_mut().take_if(|(replaces, _)| *replaces == generation);
        outcome
    }

    /// Waits until no other tab renews; not for ever, for one may have been frozen.
    async fn turn(&self) -> Option<Box<dyn Leadership>> {
        let turn = self.environment.tabs.turn(TURN);
        match select(turn, self.environment.clock.sleep(DEADLINE)).await {
            Either::Left((turn, _)) => Some(turn),
            Either::Right(_) => None,
        }
    }

    /// Asks the server, and makes its answer the session, if nothing else has become it meanwhile.
    async fn ask(&self, grant: Grant, generation: u64) -> Result<u64, AuthError> {
        let id = grant.account.id.clone();
        let next = match self.answer(grant, generation).await {
            None => return self.standing(),
            Some(Ok(grant)) if grant.account.id == id => Next::Granted(grant),
            Some(Ok(_)) => return Err(self.failed(AuthError::OtherAccount)),
            Some(Err(AuthError::Over)) => Next::Ended,
            Some(Err(error)) => return Err(self.failed(error)),
        };
        if matches!(next, Next::Granted(_)) {
            self.renewal.answers.set(self.renewal.answers.get() + 1);
        }
        let _ = self.commit(next, Some(generation)).await; // where it cannot be kept it holds in this tab
        self.standing()
    }

    /// What the server says within the deadline; `None` if the session has changed while it thought.
    async fn answer(&self, grant: Grant, generation: u64) -> Option<Result<Grant, AuthError>> {
        let late = self.environment.clock.sleep(DEADLINE);
        let changed = Box::pin(async {
            while self.generation() == generation {
                let _ = self.bell.heard().await;
            }
        });
        match select(self.authenticator.refresh(grant), select(late, changed)).await {
            Either::Left((answer, _)) => Some(answer),
            Either::Right((Either::Left(_), _)) => {
                Some(Err(AuthError::Unreachable(HttpError::Timeout { phase: Phase::ToHeaders })))
            }
            Either::Right((Either::Right(_), _)) => None,
        }
    }

    fn standing(&self) -> Result<u64, AuthError> {
        let held = self.held();
        held.grant.map(|_| held.generation).ok_or(AuthError::Over)
    }

    /// Notes a failure: nobody asks again with this token for a moment.
    fn failed(&self, error: AuthError) -> AuthError {
        let failures = self.renewal.failures.get() + 1;
        self.renewal.failures.set(failures);
        let ceiling = COOLDOWN.ceiling(failures).as_secs_f64() * 1000.0;
        let wait_ms = ceiling * (0.5 + self.environment.random.unit() / 2.0);
        let until_ms = self.environment.clock.monotonic_ms() + wait_ms;
        self.renewal.failure.replace(Some(Failure { error: error.clone(), until_ms }));
        error
    }

    /// The failure of a moment ago, while it is not yet time to ask again. One that never left this device costs
    /// nothing, and is no reason to wait.
    fn cooling(&self) -> Option<AuthError> {
        let failure = self.renewal.failure.borrow();
        let failure = failure.as_ref()?;
        let free = matches!(&failure.error, AuthError::Unreachable(error) if error.never_sent());
        let cooling = !free && self.environment.clock.monotonic_ms() < failure.until_ms;
        cooling.then(|| failure.error.clone())
    }

    /// Renews ahead of expiry, for ever; it also carries on a renewal whose callers have gone.
    pub async fn keep_fresh(self: &Rc<Self>) {
        loop {
            let changed = self.bell.heard();
            if let Some((_, flight)) = self.renewal.under_way() {
                let _ = flight.await; // a failure is noted, and heeded by the next wait
                continue;
            }
            match self.until_renewal() {
                Some(Duration::ZERO) => drop(self.renewed(false).await),
                Some(wait) => drop(select(self.environment.clock.sleep(wait.min(SLICE)), changed).await),
                None => drop(changed.await),
            }
        }
    }

    /// The time until the token should be renewed; `None` if it never ends, or there is none.
    fn until_renewal(&self) -> Option<Duration> {
        let grant = self.held().grant?;
        let end = grant.expires_at?;
        let ahead = (end.since(grant.received_at) / LAST_PART).min(AHEAD_MS);
        let due = end.plus(-i64::try_from(ahead).unwrap_or_default()).max(grant.received_at.plus(REST_MS));
        let wait = Duration::from_millis(due.since(self.environment.clock.now()));
        let now_ms = self.environment.clock.monotonic_ms();
        let failure = self.renewal.failure.borrow();
        let cooldown_ms = failure.as_ref().map_or(0.0, |failure| (failure.until_ms - now_ms).max(0.0));
        Some(wait.max(Duration::from_secs_f64(cooldown_ms / 1000.0)))
    }
}
