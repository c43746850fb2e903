//! A disk that forgets: the two databases in memory, for private windows and for the simulator.
//!
//! It is a real disk, not a mock: one contract suite runs against it and against `IndexedDB`. Handles
//! are cloned, one a tab, and share the rows. Each operation lets other tasks run once before it
//! takes effect and once before it answers, so that tests meet the interleavings of a browser, and a
//! dropped future may or may not have done its work. What a browser does on a bad day can be asked
//! for: a refusal, a lost answer, a power cut that takes the relaxed commits with it.

use super::disk::{Check, Commit, Database, Disk, DiskError, Durability, Key, Rows, Stored, Table, Transaction, Write};
use futures::future::LocalBoxFuture;
use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    future::poll_fn,
    rc::Rc,
    task::Poll,
};

/// A handle on two databases in memory.
#[derive(Clone, Default)]
pub struct MemoryDisk(Rc<Medium>);

/// The rows of both databases at one moment.
#[derive(Clone, Default)]
pub struct Snapshot {
    outbox: Contents,
    cache: Contents,
}

#[derive(Default)]
struct Medium {
    now: RefCell<Snapshot>,
    /// What would outlive a power cut, where that is not `now`.
    flushed: RefCell<Vec<(Database, Contents)>>,
    faults: RefCell<VecDeque<Fault>>,
    /// Power cuts so far: an operation begun before one fails after it.
    cuts: Cell<u32>,
}

enum Fault {
    Refuse(DiskError),
    LoseAnswer,
}

#[derive(Clone, Default)]
struct Contents {
    /// By the table's own number; those of the other database stay empty.
    tables: [Numbered; Table::ALL.len()],
    commit_seq: u64,
}

/// The rows of one table, and the last number it gave.
#[derive(Clone, Default)]
struct Numbered {
    /// Sorted by key.
    rows: Vec<(Key, Rc<Stored>)>,
    last_number: u64,
}

impl MemoryDisk {
    /// Two empty databases.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The next transaction of any handle writes nothing and reports `error`. Several calls queue up.
    pub fn fail_next(&self, error: DiskError) {
        self.0.faults.borrow_mut().push_back(Fault::Refuse(error));
    }

    /// The next transaction of any handle takes effect, and is reported as [`DiskError::Lost`].
    pub fn lose_next_answer(&self) {
        self.0.faults.borrow_mut().push_back(Fault::LoseAnswer);
    }

    /// Takes back every relaxed commit since the last strict one of its database, and breaks off
    /// whatever is under way with [`DiskError::Lost`].
    pub fn cut_power(&self) {
        for (database, contents) in std::mem::take(&mut *self.0.flushed.borrow_mut()) {
            *self.0.now.borrow_mut().contents_mut(database) = contents;
        }
        self.0.cuts.set(self.0.cuts.get() + 1);
    }

    /// What both databases hold now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.0.now.borrow().clone()
    }

    /// Puts both databases back to an earlier moment (or to another device's).
    pub fn restore(&self, snapshot: Snapshot) {
        self.0.flushed.borrow_mut().clear();
        self.0.now.replace(snapshot);
    }

    /// Lets others run, then runs `operation`, lets others run again, and hands its result over.
    async fn perform<T>(&self, operation: impl FnOnce(&Medium) -> Result<T, DiskError>) -> Result<T, DiskError> {
        let cuts = self.0.cuts.get();
        let intact = || if cuts == self.0.cuts.get() { Ok(()) } else { Err(DiskError::Lost("power cut".into())) };
        yield_once().await;
        intact()?;
        let result = operation(&self.0);
        yield_once().await;
        intact()?;
        result
    }
}

impl Disk for MemoryDisk {
    fn transact(&self, transaction: Transaction) -> LocalBoxFuture<'_, Result<Commit, DiskError>> {
        Box::pin(self.perform(move |medium| medium.transact(transaction)))
    }

    fn scan(&self, table: Table) -> LocalBoxFuture<'_, Result<(Rows, u64), DiskError>> {
        Box::pin(self.perform(move |medium| {
            let now = medium.now.borrow();
            let contents = now.contents(table.database());
            let rows = contents.rows(table).rows.iter().map(|(key, stored)| (key.clone(), Stored::clone(stored)));
            Ok((rows.collect(), contents.commit_seq))
        }))
    }

    fn get(&self, table: Table, key: Key) -> LocalBoxFuture<'_, Result<Option<Stored>, DiskError>> {
        Box::pin(self.perform(move |medium| {
            let now = medium.now.borrow();
            Ok(now.contents(table.database()).rows(table).get(&key).cloned())
        }))
    }

    fn clear(&self, database: Database) -> LocalBoxFuture<'_, Result<(), DiskError>> {
        Box::pin(self.perform(move |medium| {
            medium.flushed.borrow_mut().retain(|(other, _)| *other != database);
            medium.now.borrow_mut().contents_mut(database).clear();
            Ok(())
        }))
    }

    fn persistent(&self) -> bool {
        false
    }
}

impl Medium {
    fn transact(&self, transaction: Transaction) -> Result<Commit, DiskError> {
        let fault = self.faults.borrow_mut().pop_front();
        if let Some(Fault::Refuse(error)) = fault {
            return Err(error);
        }
        if let Some(fault) = transaction.fault() {
            return Err(DiskError::Aborted(fault.into()));
        }
        let mut now = self.now.borrow_mut();
        let contents = now.contents_mut(transaction.database);
        contents.check(&transaction.checks)?;
        if !transaction.writes.is_empty() {
            self.remember(&transaction, contents);
        }
        let commit = contents.apply(transaction.writes);
        match fault {
            Some(_) => Err(DiskError::Lost("the answer was lost".into())),
            None => Ok(commit),
        }
    }

    /// Keeps what a power cut would leave: all of a strict commit, nothing of a relaxed one.
    fn remember(&self, transaction: &Transaction, before: &Contents) {
        let mut flushed = self.flushed.borrow_mut();
        match transaction.durability {
            Durability::Strict => flushed.retain(|(other, _)| *other != transaction.database),
            Durability::Relaxed if flushed.iter().any(|(other, _)| *other == transaction.database) => {}
            Durability::Relaxed => flushed.push((transaction.database, before.clone())),
        }
    }
}

impl Snapshot {
    fn contents(&self, database: Database) -> &Contents {
        match database {
            Database::Outbox => &self.outbox,
            Database::Cache => &self.cache,
        }
    }

    fn contents_mut(&mut self, database: Database) -> &mut Contents {
        match database {
            Database::Outbox => &mut self.outbox,
            Database::Cache => &mut self.cache,
        }
    }
}

impl Contents {
    fn rows(&self, table: Table) -> &Numbered {
        &self.tables[table as usize]
    }

    fn rows_mut(&mut self, table: Table) -> &mut Numbered {
        &mut self.tables[table as usize]
    }

    fn check(&self, checks: &[Check]) -> Result<(), DiskError> {
        let holds = |check: &Check| match check {
            Check::Clear(table, key, clear) => self.rows(*table).get(key).is_some_and(|row| row.clear == *clear),
            Check::Absent(table, key) => self.rows(*table).get(key).is_none(),
        };
        match checks.iter().position(|check| !holds(check)) {
            Some(failed) => Err(DiskError::CheckFailed(failed)),
            None => Ok(()),
        }
    }

    fn apply(&mut self, writes: Vec<Write>) -> Commit {
        self.commit_seq += u64::from(!writes.is_empty());
        let appended = writes.into_iter().filter_map(|write| self.write(write)).collect();
        Commit { appended, commit_seq: self.commit_seq }
    }

    fn write(&mut self, write: Write) -> Option<u64> {
        match write {
            Write::Append(table, stored) => return Some(self.rows_mut(table).append(stored)),
            Write::Put(table, key, stored) => self.rows_mut(table).put(key, stored),
            Write::Delete(table, key) => self.rows_mut(table).rows.retain(|(other, _)| *other != key),
            Write::DeleteRange(table, first, last) => {
                self.rows_mut(table).rows.retain(|(key, _)| *key < first || *key > last);
            }
        }
        None
    }

    fn clear(&mut self) {
        self.commit_seq += 1;
        for rows in &mut self.tables {
            rows.rows.clear();
        }
    }
}

impl Numbered {
    fn place(&self, key: &Key) -> Result<usize, usize> {
        self.rows.binary_search_by(|(other, _)| other.cmp(key))
    }

    fn get(&self, key: &Key) -> Option<&Stored> {
        self.place(key).ok().map(|at| &*self.rows[at].1)
    }

    fn append(&mut self, stored: Stored) -> u64 {
        self.put(Key::Number(self.last_number + 1), stored);
        self.last_number
    }

    fn put(&mut self, key: Key, stored: Stored) {
        if let Key::Number(number) = key {
            self.last_number = self.last_number.max(number);
        }
        let stored = Rc::new(stored);
        match self.place(&key) {
            Ok(at) => self.rows[at].1 = stored,
            Err(at) => self.rows.insert(at, (key, stored)),
        }
    }
}

/// Pending once, so that every other ready task gets its turn.
async fn yield_once() {
    let mut yielded = false;
    poll_fn(|context| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
