//! Carries out one entry: write `sending`, send once, and store what the answer means.
//!
//! Whatever happens, the entry's state on disk is true before anything else is tried: a crash at any
//! point leaves it `sending`, and the next leader makes that *ambiguous*.

use super::absence::{Absence, prove};
use super::merge::Merged;
use super::reconcile::{Verdict, Why, reconcile};
use super::settlement::{ATTEMPTS, Next, settle};
use crate::local::{Merge, Store, StoreError};
use crate::model::{Entry, EntryKey, EntryState, Fields, Kind, LocalFile, Problem, Record, value};
use crate::platform::{Environment, operation_id};
use crate::remote::{Progress, Push, PushFile, RemoteError, RemoteSource};
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

/// Is told which entry's files are under way, how many bytes have gone out, and of how many.
pub type Sending = Rc<dyn Fn(EntryKey, u64, u64)>;

/// One leader's means of sending.
#[derive(Clone)]
pub struct Sender {
    /// The local store.
    pub store: Store,
    /// The backend.
    pub remote: Rc<dyn RemoteSource>,
    /// Time and chance, of which operations get their ids.
    pub environment: Environment,
    /// This leader's epoch.
    pub epoch: u64,
    /// Who watches files go out.
    pub sending: Sending,
}

impl Sender {
    /// Carries out one entry as far as it goes.
    ///
    /// # Errors
    /// `NotLeader`, `EntryGone` (fine: someone else ended it), the disk's.
    pub async fn carry_out(&self, key: EntryKey) -> Result<Step, StoreError> {
        let entry = self.store.outbox().get(key).cloned().ok_or(StoreError::EntryGone)?;
        if entry.clear.account != self.store.account() {
            // Databases are an account's own, so this cannot be; if it is, nothing may be sent in another's name.
            return self.park(&entry, Problem::code("other_account")).await;
        }
        match entry.clear.state {
            EntryState::Queued => self.send(key).await,
            // A leader carries an entry out once at a time: one that is still `sending` was left behind.
            EntryState::Sending | EntryState::Ambiguous => self.read(&entry, Why::Unknown).await,
            EntryState::Conflict | EntryState::Parked => Ok(Step::Done),
        }
    }

    async fn send(&self, key: EntryKey) -> Result<Step, StoreError> {
        let entry = self.store.mark_sending(key, self.epoch).await?;
        let Some(files) = self.files(&entry).await? else {
            return self.park(&entry, Problem::code("file_missing")).await;
        };
        let outcome = self.remote.push(self.request(&entry, files)).await;
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
            Next::Park(problem) => self.refused(&entry, problem).await,
        }
    }

    fn request(&self, entry: &Entry, files: Vec<PushFile>) -> Push {
        let conditional = self.remote.capabilities().conditional_writes && entry.clear.kind != Kind::Create;
        let (key, sending) = (entry.key, self.sending.clone());
        let progress = Progress(Rc::new(move |sent, total| sending(key, sent, total)));
        Push {
            op_id: entry.clear.op_id.clone(),
            kind: entry.clear.kind,
            collection: entry.clear.collection.clone(),
            record: entry.clear.record.clone(),
            changes: entry.body.changes.clone(),
            base: entry.body.base.clone(),
            progress: (!files.is_empty()).then_some(progress),
            files,
            precondition: entry.body.base_version.clone().filter(|_| conditional),
        }
    }

    /// The files that the entry names; `None` if the bytes of one are not here.
    async fn files(&self, entry: &Entry) -> Result<Option<Vec<PushFile>>, StoreError> {
        let mut files = Vec::new();
        for (field, file) in LocalFile::all(&entry.body.changes) {
            let Some(bytes) = self.store.file(&file.id).await? else { return Ok(None) };
            files.push(PushFile { field, name: file.sent_name(), content_type: file.content_type, bytes });
        }
        Ok(Some(files))
    }

    /// Reads the record and does what that proves.
    async fn read(&self, entry: &Entry, why: Why) -> Result<Step, StoreError> {
        let mut found = match self.remote.read(&entry.clear.collection, &entry.clear.record).await {
            Ok(found) => found,
            Err(error) => return self.unread(entry, &why, error).await,
        };
        if found.is_none() && matches!(entry.clear.kind, Kind::Patch | Kind::Delete) {
            match prove(&*self.remote, &entry.clear.collection, &entry.clear.record).await {
                Ok(Absence::Proven) => {}
                Ok(Absence::There(record)) => found = Some(*record),
                Ok(Absence::Doubtful) => return self.wait_for_proof(entry).await,
                Err(error) => return self.unread(entry, &why, error).await,
            }
        }
        self.judge(entry, found, &why).await
    }

    async fn judge(&self, entry: &Entry, found: Option<Record>, why: &Why) -> Result<Step, StoreError> {
        let collection = self.store.collection(&entry.clear.collection)?;
        let verdict = reconcile(entry, found.as_ref(), why, &collection, &self.shows(entry));
        match verdict {
            Verdict::Ack(row) => self.ack(entry, row).await,
            Verdict::Send(_) | Verdict::Merge(_) if entry.clear.attempt >= ATTEMPTS => {
                self.park(entry, Problem::code("unknown")).await
            }
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
                Ok(after_reading(why))
            }
            Verdict::Merge(merged) => match found {
                Some(theirs) => self.merge(entry, merged, theirs, why).await,
                None => Ok(Step::Done),
            },
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
            Verdict::Park(problem) if found.is_none() && entry.clear.kind == Kind::Patch => {
                // The row stays as long as its edits do, and goes with the last of them.
                self.take_in(entry, Some(Record::tombstone(&entry.clear.record, None))).await?;
                self.park(entry, problem).await
            }
            Verdict::Park(problem) => self.refused(entry, problem).await,
        }
    }

    /// The patch goes on as far as it is clean; the server's row is shown beneath it at once.
    async fn merge(&self, entry: &Entry, merged: Merged, theirs: Record, why: &Why) -> Result<Step, StoreError> {
        let note = merged.contested.is_empty() && (merged.taken || self.brings_news(entry, &theirs));
        let done = if merged.send.is_empty() { Step::Done } else { after_reading(why) };
        let merge = Merge {
            send: merged.send,
            contested: merged.contested,
            theirs: theirs.clone(),
            op_id: operation_id(&*self.environment.clock, &*self.environment.random),
            note,
        };
        self.take_in(entry, Some(theirs)).await?;
        self.store.merge(entry.key, self.epoch, &merge).await.map(|()| done)
    }

    fn shows(&self, entry: &Entry) -> impl Fn(&Record, &Fields) -> bool {
        let (remote, collection) = (self.remote.clone(), entry.clear.collection.clone());
        move |record, values| remote.shows(&collection, record, values)
    }

    /// Whether a row of the server shows that someone else changed the record since this patch was begun. What is known
    /// may be this very row: the stream can be faster than the answer, and then nothing tells whose change it was.
    fn brings_news(&self, entry: &Entry, row: &Record) -> bool {
        let Some(known) = self.store.server_row(&entry.clear.collection, &entry.clear.record) else { return false };
        if entry.clear.kind != Kind::Patch || row.deleted {
            return false;
        }
        let moved = entry.body.base_version.is_some()
            && known.version() != row.version
            && known.version().is_some_and(|known| entry.body.base_version.as_ref() != Some(&known));
        let Ok(schema) = self.store.collection(&entry.clear.collection) else { return moved };
        let before = known.fields();
        let differs = |name: &str| !value::same(before.get(name), row.fields.get(name));
        moved
            || schema
                .fields
                .iter()
                .any(|field| !field.read_only && !entry.body.changes.contains_key(&field.name) && differs(&field.name))
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
        let taken = entry.clear.kind == Kind::Patch && !self.shows(entry)(&row, &entry.body.changes);
        let note = !row.deleted && (taken || self.brings_news(entry, &row));
        self.store.ack(entry.key, self.epoch, row, note).await.map(|()| Step::Done)
    }

    /// What was read of the record becomes the base that the screen shows beneath the entry.
    async fn take_in(&self, entry: &Entry, found: Option<Record>) -> Result<(), StoreError> {
        let records: Vec<Record> = found.into_iter().collect();
        let fence = self.store.fence();
        self.store.commit_pull(self.epoch, &entry.clear.collection, &records, None, fence).await.map(drop)
    }

    async fn requeue(&self, entry: &Entry, refund: bool) -> Result<(), StoreError> {
        let queued = |entry: &mut Entry| {
            let unsettled = entry.in_flight();
            entry.clear.state = EntryState::Queued;
            entry.clear.attempt -= u32::from(refund && entry.clear.attempt > 0);
            unsettled
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

    /// Nothing of the collection can be read: the entry waits, and each look in vain counts.
    async fn wait_for_proof(&self, entry: &Entry) -> Result<Step, StoreError> {
        if entry.clear.attempt >= ATTEMPTS {
            return self.park(entry, Problem::code("absent_or_denied")).await;
        }
        let waits = |entry: &mut Entry| {
            let unsettled = entry.in_flight();
            entry.clear.state = EntryState::Ambiguous;
            entry.clear.attempt += 1;
            unsettled
        };
        self.store.rewrite(entry.key, Some(self.epoch), &waits).await?;
        Ok(Step::Again(None))
    }

    /// A refusal is the user's; but where a bad session looks like one, the session is asked about first.
    async fn refused(&self, entry: &Entry, problem: Problem) -> Result<Step, StoreError> {
        let plain = problem.field_errors.is_empty() && problem.code != "unknown";
        if plain && self.remote.capabilities().denial_looks_like_absence {
            match self.remote.vouch().await {
                Ok(()) | Err(RemoteError::Refused(_)) => {}
                Err(RemoteError::SignIn) => {
                    self.requeue(entry, true).await?;
                    return Ok(Step::SignIn);
                }
                Err(error) => return self.unread(entry, &Why::Unknown, error).await,
            }
        }
        self.park(entry, problem).await
    }

    async fn park(&self, entry: &Entry, problem: Problem) -> Result<Step, StoreError> {
        let parked = |entry: &mut Entry| {
            let waits = !entry.needs_user();
            entry.clear.state = EntryState::Parked;
            entry.body.problem = Some(problem.clone());
            waits
        };
        self.store.rewrite(entry.key, Some(self.epoch), &parked).await.map(|_| Step::Done)
    }
}

/// Where the answer was lost the entry goes again after a while, where it was an answer at once.
fn after_reading(why: &Why) -> Step {
    if *why == Why::Unknown { Step::Again(None) } else { Step::Done }
}
