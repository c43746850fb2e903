//! One client's line to the practice server: latency, the panel's switches, and faults.
//!
//! A request takes half of its time to the server and half back. The switches are asked when it
//! leaves and again when the answer does, so going offline in the middle of a request loses the
//! answer and not the work, as it would on a real line. What the server does, it does between the
//! two halves (see [`super::Server`]).

use super::{Fault, Faults, Server};
use crate::{
    model::{FieldError, Kind, Problem, Record, practice::PracticeSettings},
    platform::{Clock, Random},
    remote::{Capabilities, IdPage, Live, Outcome, Page, PullRequest, Push, RemoteError, RemoteSource},
};
use futures::{
    StreamExt,
    channel::mpsc::{UnboundedSender, unbounded},
    future::{self, LocalBoxFuture},
    stream::{self, LocalBoxStream},
};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

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
    /// Whether the session is good; a bad one matters only where denial looks like absence.
    session: Rc<Cell<bool>>,
    /// What a test says that the stream brings.
    told: RefCell<Vec<UnboundedSender<Live>>>,
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
        Self {
            server,
            client: client.into(),
            clock,
            random,
            settings,
            faults: Faults::default(),
            session: Rc::new(Cell::new(true)),
            told: RefCell::default(),
        }
    }

    /// What shall go wrong with the next requests on this line.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Whether the session is good from now on. Where denial looks like absence a bad one finds nothing; elsewhere
    /// this changes nothing.
    pub fn set_session(&self, good: bool) {
        self.session.set(good);
    }

    /// Puts an event into the open streams of this line.
    pub fn tell(&self, event: &Live) {
        self.told.borrow_mut().retain(|stream| stream.unbounded_send(event.clone()).is_ok());
    }

    fn is_guest(&self) -> bool {
        !self.session.get() && self.capabilities().denial_looks_like_absence
    }

    /// What stops a write before it is made: where writes have no conditions, the record is read and compared first,
    /// which leaves a moment in which someone else may write.
    async fn hindrance(&self, push: &Push) -> Option<Outcome> {
        let guest = |kind| match kind {
            Kind::Patch | Kind::Delete => Outcome::Absent,
            _ => Outcome::Denied(Problem { status: Some(400), ..Problem::code("denied") }),
        };
        let compares = matches!(push.kind, Kind::Patch | Kind::Delete) && !self.capabilities().conditional_writes;
        if compares {
            match self.read(&push.collection, &push.record).await {
                Ok(None) => return Some(Outcome::Absent),
                Ok(Some(row)) if !self.shows(&push.collection, &row, &push.base) => return Some(Outcome::Stale),
                Ok(Some(_)) => {}
                Err(_) => return Some(Outcome::NotSent),
            }
        }
        self.is_guest().then(|| guest(push.kind))
    }

    /// One request, there and back; `work` is what the server does when it arrives, again if it
    /// arrives twice. An error is the outcome without, or in spite of, an answer.
    async fn request(&self, fault: Option<Fault>, work: &mut dyn FnMut(&Server)) -> Result<(), Outcome> {
        let half = self.latency() / 2;
        let extra = if let Some(Fault::Delay(extra)) = fault { extra } else { Duration::ZERO };
        self.clock.sleep(half + extra).await;
        let lost = match fault {
            Some(Fault::NotSent) => return Err(Outcome::NotSent),
            Some(Fault::Answer(outcome)) => {
                self.clock.sleep(half).await;
                return Err(outcome);
            }
            Some(Fault::LoseRequest) => true,
            fault => {
                work(&self.server);
                if matches!(fault, Some(Fault::Duplicate)) {
                    work(&self.server);
                }
                if let Err(error) = self.server.save().await {
                    return Err(Outcome::Unknown(Problem::code("not_saved").detail(error.0)));
                }
                matches!(fault, Some(Fault::LoseReply)) || (self.settings)().offline
            }
        };
        self.clock.sleep(if lost { PATIENCE } else { half }).await;
        if lost { Err(Outcome::Unknown(Problem::code("timeout"))) } else { Ok(()) }
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
        Box::pin(async move {
            let mut page = Err(Problem::default());
            self.request(self.fault_of(None), &mut |server| page = server.page(&request)).await.map_err(failure)?;
            if self.is_guest() {
                return Ok(Page { rows: Vec::new(), cursor: request.cursor, more: false });
            }
            page.map_err(RemoteError::Refused)
        })
    }

    fn read<'a>(&'a self, collection: &'a str, id: &'a str) -> LocalBoxFuture<'a, Result<Option<Record>, RemoteError>> {
        Box::pin(async move {
            let mut found = None;
            self.request(self.fault_of(None), &mut |server| found = server.read(collection, id))
                .await
                .map_err(failure)?;
            Ok(found.filter(|_| !self.is_guest()))
        })
    }

    fn push(&self, push: Push) -> LocalBoxFuture<'_, Outcome> {
        Box::pin(async move {
            if let Some(outcome) = self.hindrance(&push).await {
                return outcome;
            }
            let mut first = None;
            let mut work = |server: &Server| {
                let outcome = server.write(&push, &self.client);
                first.get_or_insert(outcome);
            };
            let told = self.request(self.fault_of(Some(&push)), &mut work).await;
            told.err().or(first).unwrap_or(Outcome::NotSent)
        })
    }

    fn probe(&self) -> LocalBoxFuture<'_, Result<(), RemoteError>> {
        Box::pin(async move { self.request(self.fault_of(None), &mut |_| {}).await.map_err(failure) })
    }

    fn vouch(&self) -> LocalBoxFuture<'_, Result<(), RemoteError>> {
        Box::pin(async move {
            self.probe().await?;
            if self.is_guest() { Err(RemoteError::SignIn) } else { Ok(()) }
        })
    }

    fn live(&self) -> LocalBoxStream<'static, Live> {
        if !self.server.capabilities().change_feed {
            return futures::stream::pending().boxed_local();
        }
        let (settings, session) = (Rc::clone(&self.settings), Rc::clone(&self.session));
        let heard = self.server.listen(&self.client);
        let heard = heard.filter(move |_| future::ready(!settings().offline && session.get()));
        let (sender, told) = unbounded();
        self.told.borrow_mut().push(sender);
        stream::select(heard, told).boxed_local()
    }

    fn ids<'a>(
        &'a self,
        collection: &'a str,
        after: Option<&'a str>,
        limit: usize,
    ) -> LocalBoxFuture<'a, Result<IdPage, RemoteError>> {
        Box::pin(async move {
            let mut page = IdPage::default();
            self.request(self.fault_of(None), &mut |server| page = server.ids(collection, after, limit))
                .await
                .map_err(failure)?;
            Ok(if self.is_guest() { IdPage::default() } else { page })
        })
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
