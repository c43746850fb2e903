//! The `Disk` on `IndexedDB`: each operation is one transaction, tried once more if its connection had died.
//!
//! An operation that found its connection closed, or lost it before any write was issued, runs
//! again on a new one. A write that was under way when the connection died is reported as lost and
//! never repeated here: it may have happened.

use super::{connection::Connection, failure::Failure, opening, operations};
use crate::local::disk::{Commit, Database, Disk, DiskError, Key, Rows, Stored, Table, Transaction};
use futures::{
    FutureExt,
    future::{LocalBoxFuture, Shared, try_join},
};
use std::{cell::RefCell, rc::Rc};

type Connecting = Shared<LocalBoxFuture<'static, Result<Rc<Connection>, DiskError>>>;

/// The two databases of a workspace and account in this browser. Clones share their connections.
#[derive(Clone)]
pub struct IndexedDbDisk {
    outbox: Rc<Slot>,
    cache: Rc<Slot>,
}

/// A database's name and its connection, if it has one.
struct Slot {
    name: String,
    database: Database,
    connecting: RefCell<Option<Connecting>>,
}

impl IndexedDbDisk {
    /// Opens both databases, making them if they are new.
    ///
    /// # Errors
    /// `NewerVersion` if a newer build wrote them; `Blocked` if an older build in another tab keeps
    /// them; `Unavailable` if this browser or mode has no database, or none answers in ten seconds.
    pub async fn open(name: &str) -> Result<Self, DiskError> {
        let slot = |database| Rc::new(Slot { name: name.to_owned(), database, connecting: RefCell::new(None) });
        let disk = Self { outbox: slot(Database::Outbox), cache: slot(Database::Cache) };
        try_join(disk.outbox.connecting(), disk.cache.connecting()).await?;
        Ok(disk)
    }

    /// Erases both databases of `name`; other tabs let go of them.
    ///
    /// # Errors
    /// `Blocked` while a tab keeps one open, or `Unavailable`.
    pub async fn delete(name: &str) -> Result<(), DiskError> {
        try_join(opening::delete(name, Database::Outbox), opening::delete(name, Database::Cache)).await.map(drop)
    }

    fn slot(&self, database: Database) -> &Slot {
        match database {
            Database::Outbox => &self.outbox,
            Database::Cache => &self.cache,
        }
    }
}

impl Disk for IndexedDbDisk {
    fn transact(&self, transaction: Transaction) -> LocalBoxFuture<'_, Result<Commit, DiskError>> {
        Box::pin(async move {
            if let Some(fault) = transaction.fault() {
                return Err(DiskError::Aborted(fault.into()));
            }
            let transaction = Rc::new(transaction);
            let slot = self.slot(transaction.database);
            slot.perform(async |connection| operations::transact(connection, &transaction).await).await
        })
    }

    fn scan(&self, table: Table) -> LocalBoxFuture<'_, Result<(Rows, u64), DiskError>> {
        let slot = self.slot(table.database());
        Box::pin(slot.perform(async move |connection| operations::scan(connection, table).await))
    }

    fn get(&self, table: Table, key: Key) -> LocalBoxFuture<'_, Result<Option<Stored>, DiskError>> {
        let slot = self.slot(table.database());
        Box::pin(slot.perform(async move |connection| operations::get(connection, table, &key).await))
    }

    fn clear(&self, database: Database) -> LocalBoxFuture<'_, Result<(), DiskError>> {
        let slot = self.slot(database);
        Box::pin(slot.perform(async move |connection| operations::clear(connection, database).await))
    }

    fn persistent(&self) -> bool {
        true
    }
}

impl Slot {
    /// Runs `operation` on the connection; once more on a new one if that one turned out to be dead.
    async fn perform<T>(&self, operation: impl AsyncFn(&Connection) -> Result<T, Failure>) -> Result<T, DiskError> {
        let mut again = false;
        loop {
            let connecting = self.connecting();
            let connection = self.connected(&connecting).await?;
            let failure = match operation(&connection).await {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            if failure.connection_lost() {
                self.forget(&connecting);
            }
            if again || !failure.safe_to_repeat() {
                return Err(failure.into_error());
            }
            again = true;
        }
    }

    /// The connection that is open or being opened, for all who wait for it.
    fn connecting(&self) -> Connecting {
        self.connecting.borrow_mut().get_or_insert_with(|| self.connect()).clone()
    }

    /// Waits for a connection; after a failure the next operation opens another.
    async fn connected(&self, connecting: &Connecting) -> Result<Rc<Connection>, DiskError> {
        let connected = connecting.clone().await;
        if connected.is_err() {
            self.forget(connecting);
        }
        connected
    }

    fn connect(&self) -> Connecting {
        let (name, database) = (self.name.clone(), self.database);
        async move { Connection::open(&name, database).await.map(Rc::new) }.boxed_local().shared()
    }

    /// Lets go of a connection, unless somebody has already replaced it.
    fn forget(&self, old: &Connecting) {
        let mut connecting = self.connecting.borrow_mut();
        if connecting.as_ref().is_some_and(|current| current.ptr_eq(old)) {
            *connecting = None;
        }
    }
}
