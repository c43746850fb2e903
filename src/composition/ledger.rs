//! The practice server's memory: its ledger on a disk of its own, apart from the workspace's.

use crate::local::{Database, Disk, DiskError, DiskTable, Key, Stored, Transaction, Write};
use crate::remote::simulated::{Ledger, LedgerError};
use futures::future::LocalBoxFuture;
use futures::lock::Mutex;
use std::rc::Rc;

/// Rows of the ledger as rows of a disk's outbox, which is strict.
pub struct DiskLedger {
    disk: Rc<dyn Disk>,
    order: Mutex<()>,
}

impl DiskLedger {
    /// A ledger on this disk; nothing else may use it.
    pub fn new(disk: Rc<dyn Disk>) -> Self {
        Self { disk, order: Mutex::new(()) }
    }

    async fn write(&self, write: Write) -> Result<(), LedgerError> {
        let _turn = self.order.lock().await;
        let mut transaction = Transaction::new(Database::Outbox);
        transaction.writes.push(write);
        self.disk.transact(transaction).await.map(drop).map_err(|error| lost(&error))
    }
}

impl Ledger for DiskLedger {
    fn load(&self) -> LocalBoxFuture<'_, Result<Vec<(String, Vec<u8>)>, LedgerError>> {
        Box::pin(async {
            let (rows, _) = self.disk.scan(DiskTable::Entries).await.map_err(|error| lost(&error))?;
            let text = |(key, row): (Key, Stored)| match key {
                Key::Text(key) => Some((key, row.body)),
                Key::Number(_) => None,
            };
            Ok(rows.into_iter().filter_map(text).collect())
        })
    }

    fn save<'a>(&'a self, key: &'a str, bytes: Vec<u8>) -> LocalBoxFuture<'a, Result<(), LedgerError>> {
        let row = Stored { clear: String::new(), body: bytes };
        Box::pin(self.write(Write::Put(DiskTable::Entries, key.into(), row)))
    }

    fn clear(&self) -> LocalBoxFuture<'_, Result<(), LedgerError>> {
        Box::pin(async { self.disk.clear(Database::Outbox).await.map_err(|error| lost(&error)) })
    }
}

fn lost(error: &DiskError) -> LedgerError {
    LedgerError(error.to_string())
}
