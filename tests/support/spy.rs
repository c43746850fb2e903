//! A line to the practice server that counts what is asked, and can hide what a real server might.
#![allow(dead_code)] // each test file uses a part

use super::device::Tab;
use futures::{future::LocalBoxFuture, stream::LocalBoxStream};
use landfall::local::{Disk, DiskTable, MemoryDisk};
use landfall::model::{Fields, Record};
use landfall::remote::simulated::SimulatedSource;
use landfall::remote::{Capabilities, IdPage, Live, Outcome, Page, PullRequest, Push, RemoteError, RemoteSource};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// What was seen, and what is to be hidden.
pub struct Notes {
    /// Everything that was sent.
    pub pushed: RefCell<Vec<Push>>,
    /// The stored entries at the moment of each sending.
    pub on_disk: RefCell<Vec<Vec<String>>>,
    /// Every pull.
    pub pulls: RefCell<Vec<PullRequest>>,
    /// Lists of ids leave this one out.
    pub unlisted: RefCell<Option<String>>,
    /// No record can be read by its id.
    pub unreadable: Cell<bool>,
    /// The session turns bad at the next reading by id.
    pub expires_on_read: Cell<bool>,
    /// The session is not good: a reading by id finds nothing, and only vouching says why.
    pub expired: Cell<bool>,
    disk: MemoryDisk,
}

impl Notes {
    pub fn new(disk: MemoryDisk) -> Self {
        Self {
            pushed: RefCell::default(),
            on_disk: RefCell::default(),
            pulls: RefCell::default(),
            unlisted: RefCell::default(),
            unreadable: Cell::default(),
            expires_on_read: Cell::default(),
            expired: Cell::default(),
            disk,
        }
    }

    /// How often something was sent.
    pub fn sent(&self) -> usize {
        self.pushed.borrow().len()
    }
}

/// Puts a spy between the engine and its line.
pub fn over(notes: &Rc<Notes>) -> impl FnOnce(Rc<SimulatedSource>) -> Rc<dyn RemoteSource> + use<> {
    let notes = notes.clone();
    move |line| Rc::new(Spy { line, notes })
}

struct Spy {
    line: Rc<SimulatedSource>,
    notes: Rc<Notes>,
}

impl RemoteSource for Spy {
    fn capabilities(&self) -> Capabilities {
        self.line.capabilities()
    }

    fn pull(&self, request: PullRequest) -> LocalBoxFuture<'_, Result<Page, RemoteError>> {
        self.notes.pulls.borrow_mut().push(request.clone());
        self.line.pull(request)
    }

    fn read<'a>(&'a self, collection: &'a str, id: &'a str) -> LocalBoxFuture<'a, Result<Option<Record>, RemoteError>> {
        Box::pin(async move {
            self.notes.expired.set(self.notes.expired.get() || self.notes.expires_on_read.take());
            let found = self.line.read(collection, id).await?;
            Ok(found.filter(|_| !self.notes.unreadable.get() && !self.notes.expired.get()))
        })
    }

    fn push(&self, push: Push) -> LocalBoxFuture<'_, Outcome> {
        Box::pin(async move {
            let (rows, _) = self.notes.disk.scan(DiskTable::Entries).await.expect("memory can be read");
            self.notes.on_disk.borrow_mut().push(rows.into_iter().map(|(_, row)| row.clear).collect());
            push.progress.iter().for_each(|progress| (progress.0)(1, 1000));
            self.notes.pushed.borrow_mut().push(push.clone());
            self.line.push(push).await
        })
    }

    fn probe(&self) -> LocalBoxFuture<'_, Result<(), RemoteError>> {
        self.line.probe()
    }

    fn live(&self) -> LocalBoxStream<'static, Live> {
        self.line.live()
    }

    fn ids<'a>(
        &'a self,
        collection: &'a str,
        after: Option<&'a str>,
        limit: usize,
    ) -> LocalBoxFuture<'a, Result<IdPage, RemoteError>> {
        Box::pin(async move {
            let mut page = self.line.ids(collection, after, limit).await?;
            page.ids.retain(|id| self.notes.unlisted.borrow().as_ref() != Some(id));
            Ok(page)
        })
    }

    fn vouch(&self) -> LocalBoxFuture<'_, Result<(), RemoteError>> {
        Box::pin(async move {
            self.line.vouch().await?;
            if self.notes.expired.get() { Err(RemoteError::SignIn) } else { Ok(()) }
        })
    }

    fn shows(&self, collection: &str, record: &Record, values: &Fields) -> bool {
        self.line.shows(collection, record, values)
    }
}

/// Waits until everything was pulled once and nothing is under way.
pub async fn settled(tab: &Tab) {
    tab.until("pulled", |tab| tab.engine.state().synced_at.is_some() && !tab.engine.state().pulling).await;
}
