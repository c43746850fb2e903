//! The practice server itself: one state, saved before it is told, and whoever listens for changes.
//!
//! It stands apart from [`super::SimulatedSource`], which is one client's line to it, so that a test
//! can join several clients, each with a network of its own, to one server. Each request is done at
//! once, and then all that is not yet in the ledger is saved before its answer leaves, whoever wrote
//! it. So a future that is dropped half-way harms nothing (the next request saves what it left), and
//! a crash loses only writes that nobody was told of.

use super::{Ledger, LedgerError, Sample, chance::Chance, state::State};
use crate::{
    model::{Collection, Cursor, Problem, Record},
    platform::Clock,
    remote::{Capabilities, IdPage, Live, Outcome, Page, PullRequest, Push, capabilities::DeleteFeed},
};
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use std::{cell::RefCell, rc::Rc};

/// What the practice server of the app promises: everything but idempotency keys, so that a lost
/// answer has to be cleared up by reading.
pub const PRACTICE: Capabilities = Capabilities {
    client_ids: true,
    conditional_writes: true,
    idempotency_keys: false,
    ordered_versions: true,
    delta_pull: true,
    change_feed: true,
    deletes: DeleteFeed::Tombstones,
    denial_looks_like_absence: false,
};

/// What a backend like `PocketBase` promises: no conditional writes, deletes that leave nothing behind, and a session
/// that is not good sees what an empty server would show.
pub const POCKETBASE_LIKE: Capabilities =
    Capabilities { conditional_writes: false, deletes: DeleteFeed::Sweep, denial_looks_like_absence: true, ..PRACTICE };

/// A simulated backend. See the module's header.
pub struct Server {
    state: RefCell<State>,
    ledger: Rc<dyn Ledger>,
    clock: Rc<dyn Clock>,
    listeners: RefCell<Vec<Listener>>,
}

struct Listener {
    client: String,
    sender: UnboundedSender<Live>,
}

impl Server {
    /// A server over the sample and what the ledger kept of earlier writes. The capabilities
    /// `client_ids`, `conditional_writes`, `idempotency_keys`, `ordered_versions`, `change_feed` and
    /// `deletes` change what it does; the others are only told.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn open(
        sample: Sample,
        capabilities: Capabilities,
        clock: Rc<dyn Clock>,
        ledger: Rc<dyn Ledger>,
    ) -> Result<Rc<Self>, LedgerError> {
        let mut state = State::new(sample, capabilities);
        for (_, bytes) in ledger.load().await? {
            state.restore(&bytes)?;
        }
        Ok(Rc::new(Self { state: RefCell::new(state), ledger, clock, listeners: RefCell::default() }))
    }

    /// What it promises.
    #[must_use]
    pub fn capabilities(&self) -> Capabilities {
        self.state.borrow().capabilities().clone()
    }

    /// A collection's schema.
    pub(super) fn collection(&self, name: &str) -> Option<Rc<Collection>> {
        self.state.borrow().collection(name).cloned()
    }

    /// Where a pull goes on for a device that holds the whole sample already.
    #[must_use]
    pub fn seed_cursor(&self) -> Cursor {
        self.state.borrow().sample().seed_cursor()
    }

    /// The id of any record of the sample.
    pub(super) fn sample_id(&self, collection: &str, chance: &mut Chance) -> Option<String> {
        let state = self.state.borrow();
        let index = chance.below(state.sample().len(collection));
        state.sample().id(collection, index)
    }

    /// Does one write in the name of `by`, and tells every client but `by`. No answer may leave
    /// before [`Server::save`].
    pub(super) fn write(&self, push: &Push, by: &str) -> Outcome {
        let outcome = self.state.borrow_mut().write(push, by, self.clock.now());
        if let Outcome::Accepted(row) = &outcome {
            self.tell(&push.collection, row.as_ref(), &push.record, by);
        }
        outcome
    }

    /// One record, unless there is none or it was deleted.
    pub(super) fn read(&self, collection: &str, id: &str) -> Option<Record> {
        self.state.borrow().read(collection, id)
    }

    /// One page of the change feed.
    pub(super) fn page(&self, request: &PullRequest) -> Result<Page, Problem> {
        self.state.borrow().page(request)
    }

    /// A page of the ids that can be read.
    pub(super) fn ids(&self, collection: &str, after: Option<&str>, limit: usize) -> IdPage {
        self.state.borrow().ids(collection, after, limit)
    }

    /// Brings all that was written into the ledger.
    pub(super) async fn save(&self) -> Result<(), LedgerError> {
        loop {
            let Some((revision, key, bytes)) = self.state.borrow().next_unsaved() else { return Ok(()) };
            self.ledger.save(&key, bytes).await?;
            self.state.borrow_mut().saved(revision);
        }
    }

    /// Hints about writes by anyone but `client`.
    pub(super) fn listen(&self, client: &str) -> UnboundedReceiver<Live> {
        let (sender, receiver) = unbounded();
        self.listeners.borrow_mut().push(Listener { client: client.into(), sender });
        receiver
    }

    /// Forgets every write: the sample is as it was on the first day.
    ///
    /// # Errors
    /// When the ledger cannot be cleared; then nothing is forgotten.
    pub async fn reset(&self) -> Result<(), LedgerError> {
        self.ledger.clear().await?;
        self.state.borrow_mut().reset();
        Ok(())
    }

    /// Where no pull brings tombstones the stream carries whole records; else it hints.
    fn tell(&self, collection: &str, row: Option<&Record>, id: &str, by: &str) {
        let record = || row.cloned().unwrap_or_else(|| Record::tombstone(id, None));
        let event = match self.state.borrow().capabilities().deletes {
            DeleteFeed::Sweep => Live::Change { collection: collection.into(), record: record() },
            DeleteFeed::Tombstones => Live::Poke(Some(collection.into())),
        };
        let reached =
            |listener: &Listener| listener.client == by || listener.sender.unbounded_send(event.clone()).is_ok();
        self.listeners.borrow_mut().retain(|listener| !listener.sender.is_closed() && reached(listener));
    }
}
