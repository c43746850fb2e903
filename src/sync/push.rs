//! Carries out one entry: write `sending`, send once, and store what the answer means.
//!
//! Whatever happens, the entry's state on disk is true before anything else is tried: a crash at any
//! point leaves it `sending`, and the next leader makes that *ambiguous*.

use super::reconcile::{Verdict, Why, reconcile};
use super::settlement::{ATTEMPTS, Next, settle};
use crate::local::{Store, StoreError};
use crate::model::{Entry, EntryKey, EntryState, Kind, Problem, Record};
use crate::remote::{Push, RemoteError, RemoteSource};
use std::rc::Rc;
use std::time::Duration;

/// What an attempt leaves for the engine to heed.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Settled, one way or the other.
    Done,
    /// Try this entry again after the time, or after the backoff.
    Again(Option<Duration>),
    /// The server could not be reached.
    Unreachable,
    /// Someone must sign in.
    SignIn,
}

/// One leader's means of sending.
#[derive(Clone)]
pub struct Sender {
    /// The local store.
    pub store: Store,
    /// The backend.
    pub remote: Rc<dyn RemoteSource>,
    /// This leader's epoch.
    pub epoch: u64,
}

impl Sender {
    /// Carries out one entry as far as it goes.
    ///
    /// # Errors
    /// `NotLeader`, `EntryGone` (fine: someone else ended it), the disk's.
    pub async fn carry_out(&self, key: EntryKey) -> Result<Step, StoreError> {
        let entry = self.store.outbox().get(key).cloned().ok_or(StoreError::EntryGone)?;
        match entry.clear.state {
            EntryState::Queued => self.send(key).await,
            // A leader carries an entry out once at a time: one that is still `sending` was left behind.
            EntryState::Sending | EntryState::Ambiguous => self.read(&entry, Why::Unknown).await,
            EntryState::Conflict | EntryState::Parked => Ok(Step::Done),
        }
    }

    async fn send(&self, key: EntryKey) -> Result<Step, StoreError> {
        let entry = self.store.mark_sending(key, self.epoch).await?;
        let outcome = self.remote.push(self.request(&entry)).await;
        match settle(outcome, entry.clear.kind, entry.clear.attempt) {
            Next::Ack(Some(row)) => self.ack(&entry, row).await,
            Next::Ack(None) if entry.clear.kind == Kind::Delete => {
                self.ack(&entry, Record::tombstone(&entry.clear.record, None)).await
            }
            Next::Ack(None) => self.read(&entry, Why::Unknown).await,
            Next::Unsent => {
                self.requeue(&entry, true).await?;
                Ok(Step::Unreachable)
            }
            Next::Wait(after) => {
                self.requeue(&entry, false).await?;
                Ok(Step::Again(after))
            }
            Next::SignIn => {
                self.requeue(&entry, true).await?;
                Ok(Step::SignIn)
            }
            Next::Ambiguous(problem) => self.doubt(&entry, Some(problem)).await,
            Next::Read(why) => self.read(&entry, why).await,
            Next::Park(problem) => self.park(&entry, problem).await,
        }
    }

    fn request(&self, entry: &Entry) -> Push {
        let conditional = self.remote.capabilities().conditional_writes && entry.clear.kind != Kind::Create;
        Push {
            op_id: entry.clear.op_id.clone(),
            kind: entry.clear.kind,
            collection: entry.clear.collection.clone(),
            record: entry.clear.record.clone(),
            changes: entry.body.changes.clone(),
            base: entry.body.base.clone(),
            files: Vec::new(),
            precondition: entry.body.base_version.clone().filter(|_| conditional),
        }
    }

    /// Reads the record and does what that proves.
    async fn read(&self, entry: &Entry, why: Why) -> Result<Step, StoreError> {
        let found = match self.remote.read(&entry.clear.collection, &entry.clear.record).await {
            Ok(found) => found,
            Err(error) => return self.unread(entry, &why, error).await,
        };
        let doubtful = self.remote.capabilities().denial_looks_like_absence;
        match reconcile(entry, found.as_ref(), &why, doubtful) {
            Verdict::Ack(row) => self.ack(entry, row).await,
            Verdict::Send(_) if entry.clear.attempt >= ATTEMPTS => self.park(entry, Problem::code("unknown")).await,
            Verdict::Send(version) => {
                let again = |entry: &mut Entry| {
                    let unsettled = entry.in_flight();
                    entry.clear.state = EntryState::Queued;
                    if version.is_some() {
                        entry.body.base_version.clone_from(&version);
                    }
                    unsettled
                };
                self.store.rewrite(entry.key, Some(self.epoch), &again).await?;
                Ok(if why == Why::Unknown { Step::Again(None) } else { Step::Done })
            }
            Verdict::Conflict(theirs, version) => {
                self.take_in(entry, found).await?;
                let contested = |entry: &mut Entry| {
                    let unsettled = entry.in_flight();
                    entry.clear.state = EntryState::Conflict;
                    entry.body.theirs = Some(theirs.clone());
                    entry.body.theirs_version.clone_from(&version);
                    entry.body.problem = Some(Problem::code("conflict"));
                    unsettled
                };
                self.store.rewrite(entry.key, Some(self.epoch), &contested).await?;
                Ok(Step::Done)
            }
            Verdict::Park(problem) => self.park(entry, problem).await,
            Verdict::Doubt => self.doubt(entry, None).await,
        }
    }

    /// The record could not be read: the entry stays unsure (or, after a refusal, is the user's).
    async fn unread(&self, entry: &Entry, why: &Why, error: RemoteError) -> Result<Step, StoreError> {
        match (why, error) {
            (Why::Refused(problem), RemoteError::Refused(_)) => self.park(entry, problem.clone()).await,
            (_, RemoteError::SignIn) => {
                self.doubt(entry, None).await?;
                Ok(Step::SignIn)
            }
            (_, RemoteError::Offline | RemoteError::Unreachable) => {
                self.doubt(entry, None).await?;
                Ok(Step::Unreachable)
            }
            (_, RemoteError::Later(after)) => {
                self.doubt(entry, None).await?;
                Ok(Step::Again(after))
            }
            (_, RemoteError::Refused(problem)) => self.park(entry, problem).await,
        }
    }

    async fn ack(&self, entry: &Entry, row: Record) -> Result<Step, StoreError> {
        self.store.ack(entry.key, self.epoch, row).await.map(|()| Step::Done)
    }

    /// The server's row of a conflict becomes the base that the screen compares with.
    async fn take_in(&self, entry: &Entry, found: Option<Record>) -> Result<(), StoreError> {
        let collection = &entry.clear.collection;
        let records: Vec<Record> = found.into_iter().collect();
        let pull = self.store.pull_state(collection);
        let fence = self.store.fence();
        self.store.commit_pull(self.epoch, collection, &records, pull, fence).await.map(drop)
    }

    async fn requeue(&self, entry: &Entry, refund: bool) -> Result<(), StoreError> {
        let queued = |entry: &mut Entry| {
            let sending = entry.clear.state == EntryState::Sending;
            entry.clear.state = EntryState::Queued;
            entry.clear.attempt -= u32::from(refund && entry.clear.attempt > 0);
            sending
        };
        self.store.rewrite(entry.key, Some(self.epoch), &queued).await.map(drop)
    }

    async fn doubt(&self, entry: &Entry, problem: Option<Problem>) -> Result<Step, StoreError> {
        let lost = problem.is_some();
        let unsure = |entry: &mut Entry| {
            let unsettled = entry.in_flight();
            entry.clear.state = EntryState::Ambiguous;
            if problem.is_some() {
                entry.body.problem.clone_from(&problem);
            }
            unsettled
        };
        self.store.rewrite(entry.key, Some(self.epoch), &unsure).await?;
        Ok(if lost { Step::Unreachable } else { Step::Again(None) })
    }

    async fn park(&self, entry: &Entry, problem: Problem) -> Result<Step, StoreError> {
        let parked = |entry: &mut Entry| {
            let unsettled = entry.in_flight();
            entry.clear.state = EntryState::Parked;
            entry.body.problem = Some(problem.clone());
            unsettled
        };
        self.store.rewrite(entry.key, Some(self.epoch), &parked).await.map(|_| Step::Done)
    }
}
