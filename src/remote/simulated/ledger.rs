//! Where the practice server keeps what was changed: rows by key, each saved whole.
//!
//! The server answers a write only after its row is saved, so what was answered survives a reload. A
//! row is one value, so nothing can be kept by halves. The app keeps the ledger in `IndexedDB`; this
//! floor may not know of that, so `composition` hands an adapter in.

use futures::future::LocalBoxFuture;
use std::cell::RefCell;

/// Why a ledger could not keep a row, or give one back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("practice server cannot keep its data: {0}")]
pub struct LedgerError(pub String);

/// What a ledger keeps: rows by key.
pub type Kept = Vec<(String, Vec<u8>)>;

/// A small durable map. Saves take effect in the order in which `save` was called, even when an
/// earlier future was dropped or is still under way.
pub trait Ledger {
    /// Everything that is kept.
    fn load(&self) -> LocalBoxFuture<'_, Result<Kept, LedgerError>>;
    /// Keeps `bytes` under `key`, replacing what was there.
    fn save<'a>(&'a self, key: &'a str, bytes: Vec<u8>) -> LocalBoxFuture<'a, Result<(), LedgerError>>;
    /// Forgets everything.
    fn clear(&self) -> LocalBoxFuture<'_, Result<(), LedgerError>>;
}

/// A ledger that lasts as long as itself: for tests, and where the browser has no database.
#[derive(Debug, Default)]
pub struct MemoryLedger(RefCell<Kept>);

impl Ledger for MemoryLedger {
    fn load(&self) -> LocalBoxFuture<'_, Result<Kept, LedgerError>> {
        let rows = self.0.borrow().clone();
        Box::pin(async { Ok(rows) })
    }

    fn save<'a>(&'a self, key: &'a str, bytes: Vec<u8>) -> LocalBoxFuture<'a, Result<(), LedgerError>> {
        let mut rows = self.0.borrow_mut();
        match rows.iter_mut().find(|(kept, _)| kept == key) {
            Some((_, kept)) => *kept = bytes,
            None => rows.push((key.into(), bytes)),
        }
        Box::pin(async { Ok(()) })
    }

    fn clear(&self) -> LocalBoxFuture<'_, Result<(), LedgerError>> {
        self.0.borrow_mut().clear();
        Box::pin(async { Ok(()) })
    }
}
