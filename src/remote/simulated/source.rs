//! One client's line to the practice server: latency, the panel's switches, and faults.
//!
//! A request takes half of its time to the server and half back. The switches are asked when it
//! leaves and again when the answer does, so going offline in the middle of a request loses the
//! answer and not the work, as it would on a real line. What the server does, it does between the
//! two halves (see [`super::Server`]).

use super::{Fault, Faults, Server};
use crate::{
    model::{FieldError, Problem, Record, practice::PracticeSettings},
    platform::{Clock, Random},
    remote::{Capabilities, Outcome, Page, Poke, PullRequest, Push, RemoteError, RemoteSource},
};
use futures::{
    StreamExt,
    future::{self, LocalBoxFuture},
    stream::LocalBoxStream,
};
use std::{rc::Rc, time::Duration};

/// The switches, as they are at the moment of asking.
pub type Settings = Rc<dyn Fn() -> PracticeSettings>;

/// How long a client waits for an answer that does not come.
const PATIENCE: Duration = Duration::from_secs(2);

/// A [`RemoteSource`] that talks to a [`Server`] in the same process.
pub struct SimulatedSource {
    server: Rc<Server>,
    client: String,
    clock: Rc<dyn Clock>,
    random: Rc<dyn Random>,
    settings: Settings,
    faults: Faults,
}

/// A request under way.
struct Trip {
    fault: Option<Fault>,
    way_back: Duration,
}

impl SimulatedSource {
    /// A line for the client of this name, which is what `updated_by` says of its writes.
    #[must_use]
    pub fn new(
        server: Rc<Server>,
        client: &str,
        clock: Rc<dyn Clock>,
        random: Rc<dyn Random>,
        settings: Settings,
    ) -> Self {
        Self { server, client: client.into(), clock, random, settings, faults: Faults::default() }
    }

    /// What shall go wrong with the next requests on this line.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    async fn send(&self, push: Push) -> Result<Outcome, Outcome> {
        let trip = self.leave(self.fault_of(Some(&push))).await?;
        let outcome = self.server.write(&push, &self.client);
        if trip.fault == Some(Fault::Duplicate) {
            self.server.write(&push, &self.client);
        }
        self.come_back(trip).await?;
        Ok(outcome)
    }

    /// A read; what the server shows it is what is so when the request arrives.
    async fn ask<T>(&self, question: impl FnOnce(&Server) -> Result<T, Outcome>) -> Result<T, RemoteError> {
        let trip = self.leave(self.fault_of(None)).await.map_err(failure)?;
        let answer = question(&self.server).map_err(failure)?;
        self.come_back(trip).await.map_err(failure)?;
        Ok(answer)
    }

    /// What happens to a request: the switch that cuts the line, else its scripted fault, else what
    /// the other switches say of a write.
    fn fault_of(&self, push: Option<&Push>) -> Option<Fault> {
        let settings = (self.settings)();
        if settings.offline {
            return Some(Fault::NotSent);
        }
        let Some(push) = push else { return self.faults.next_read() };
        let scripted = self.faults.next_write();
        if scripted.is_none() && settings.reject {
            return Some(Fault::Answer(self.rejection(&push.collection)));
        }
        scripted.or(settings.drop_replies.then_some(Fault::LoseReply))
    }

    fn rejection(&self, collection: &str) -> Outcome {
        let field = self.server.collection(collection).map(|found| found.title.clone()).unwrap_or_default();
        let error = FieldError { field, code: "rejected".into(), message: String::new() };
        Outcome::Invalid(Problem { status: Some(400), ..Problem::fields(vec![error]) })
    }

    /// The way to the server, and what ends it early.
    async fn leave(&self, fault: Option<Fault>) -> Result<Trip, Outcome> {
        let half = self.latency() / 2;
        let extra = if let Some(Fault::Delay(extra)) = fault { extra } else { Duration::ZERO };
        self.clock.sleep(half + extra).await;
        match fault {
            Some(Fault::NotSent) => Err(Outcome::NotSent),
            Some(Fault::LoseRequest) => Err(self.silence().await),
            Some(Fault::Answer(outcome)) => {
                self.clock.sleep(half).await;
                Err(outcome)
            }
            fault => Ok(Trip { fault, way_back: half }),
        }
    }

    /// The way back, which begins when all is saved.
    async fn come_back(&self, trip: Trip) -> Result<(), Outcome> {
        if let Err(error) = self.server.save().await {
            return Err(Outcome::Unknown(Problem::code("not_saved").detail(error.0)));
        }
        if trip.fault == Some(Fault::LoseReply) || (self.settings)().offline {
            return Err(self.silence().await);
        }
        self.clock.sleep(trip.way_back).await;
        Ok(())
    }

    async fn silence(&self) -> Outcome {
        self.clock.sleep(PATIENCE).await;
        Outcome::Unknown(Problem::code("timeout"))
    }

    /// Any time between the two that the panel sets.
    fn latency(&self) -> Duration {
        let PracticeSettings { latency_min_ms: least, latency_max_ms: most, .. } = (self.settings)();
        let span = u64::from(most.saturating_sub(least)) + 1;
        Duration::from_millis(u64::from(least) + self.random.number() % span)
    }
}

impl RemoteSource for SimulatedSource {
    fn capabilities(&self) -> Capabilities {
        self.server.capabilities()
    }

    fn pull(&self, request: PullRequest) -> LocalBoxFuture<'_, Result<Page, RemoteError>> {
        Box::pin(self.ask(move |server| server.page(&request)))
    }

    fn read<'a>(&'a self, collection: &'a str, id: &'a str) -> LocalBoxFuture<'a, Result<Option<Record>, RemoteError>> {
        Box::pin(self.ask(move |server| Ok(server.read(collection, id))))
    }

    fn push(&self, push: Push) -> LocalBoxFuture<'_, Outcome> {
        Box::pin(async move { self.send(push).await.unwrap_or_else(|failure| failure) })
    }

    fn probe(&self) -> LocalBoxFuture<'_, Result<(), RemoteError>> {
        Box::pin(self.ask(|_| Ok(())))
    }

    fn pokes(&self) -> LocalBoxStream<'static, Poke> {
        if !self.server.capabilities().change_feed {
            return futures::stream::pending().boxed_local();
        }
        let settings = Rc::clone(&self.settings);
        let heard = self.server.listen(&self.client);
        heard.filter(move |_| future::ready(!settings().offline)).boxed_local()
    }
}

/// What the outcome of a write would be, as the failure of a read.
fn failure(outcome: Outcome) -> RemoteError {
    match outcome {
        Outcome::Later(wait) => RemoteError::Later(wait),
        Outcome::SignIn => RemoteError::SignIn,
        Outcome::Invalid(problem) | Outcome::Denied(problem) | Outcome::Unsupported(problem) => {
            RemoteError::Refused(problem)
        }
        _ => RemoteError::Unreachable,
    }
}
