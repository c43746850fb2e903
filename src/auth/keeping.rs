//! The session on this device's disk: one row, its secrets sealed, with a number that only grows.
//!
//! The row is a register that all tabs share. Each change raises the generation, a sign-out too, and is written
//! only if the row is still as it was read; so whoever finds a higher number than its own knows what came last.
//! Where nothing can be sealed the row says only who is signed in, and the grant stays in memory.

use super::{Account, Grant};
use crate::{
    local::{Check, Database, Disk, DiskError, DiskTable, Key, Stored, Transaction, Write},
    model::json,
    platform::Cipher,
};
use std::rc::Rc;

/// The row's key.
const KEY: &str = "session";

/// What this tab knows of the session.
#[derive(Clone, Default)]
pub(super) struct Held {
    /// Grows with every change.
    pub generation: u64,
    /// The generation at which this account signed in: older tokens were someone else's.
    pub since: u64,
    /// Who it is; nobody after a sign-out.
    pub account: Option<Account>,
    /// What the server granted; nothing when it has ended.
    pub grant: Option<Grant>,
}

/// The row as it was read.
#[derive(Clone, Default)]
pub(super) struct Kept {
    /// Grows with every change; 0 if there is no row, or none that can be read.
    pub generation: u64,
    /// Who it is.
    pub account: Option<Account>,
    /// Whether the server has ended it.
    pub ended: bool,
    /// The whole clear text; `None` if there is no row.
    clear: Option<String>,
    sealed: Vec<u8>,
}

/// Keeps the row.
pub(super) struct Keeper {
    pub disk: Rc<dyn Disk>,
    pub cipher: Rc<dyn Cipher>,
}

impl Keeper {
    /// The row.
    ///
    /// # Errors
    /// The disk's.
    pub async fn read(&self) -> Result<Kept, DiskError> {
        let row = self.disk.get(DiskTable::OutboxMeta, KEY.into()).await?;
        Ok(row.map(Kept::new).unwrap_or_default())
    }

    /// The grant in a row; `None` if there is none, or it was not sealed here.
    pub async fn open(&self, kept: &Kept) -> Option<Grant> {
        if !kept.has_grant() {
            return None;
        }
        let grant = Grant::from_json(&self.cipher.open(&kept.sealed).await?)?;
        (Some(&grant.account.id) == kept.account.as_ref().map(|account| &account.id)).then_some(grant)
    }

    /// Writes the row, if it is still the one that was read.
    ///
    /// # Errors
    /// `CheckFailed` if it is not; the disk's.
    pub async fn write(&self, before: Kept, held: &Held) -> Result<(), DiskError> {
        let sealed = match &held.grant {
            Some(grant) => self.cipher.seal(grant.to_json().as_bytes()).await,
            None => None,
        };
        let row = Stored { clear: clear_text(held), body: sealed.unwrap_or_default() };
        let key = Key::from(KEY);
        let mut transaction = Transaction::new(Database::Outbox);
        transaction.checks.push(match before.clear {
            Some(clear) => Check::Clear(DiskTable::OutboxMeta, key.clone(), clear),
            None => Check::Absent(DiskTable::OutboxMeta, key.clone()),
        });
        transaction.writes.push(Write::Put(DiskTable::OutboxMeta, key, row));
        self.disk.transact(transaction).await.map(drop)
    }
}

impl Kept {
    fn new(row: Stored) -> Self {
        let mut fields = json::object(&row.clear).unwrap_or_default();
        let label = json::take_text(&mut fields, "label").unwrap_or_default();
        Self {
            generation: json::whole(&fields, "generation").unwrap_or_default(),
            account: json::take_text(&mut fields, "id").map(|id| Account { id, label }),
            ended: json::flag(&fields, "ended").unwrap_or_default(),
            clear: Some(row.clear),
            sealed: row.body,
        }
    }

    /// Whether it holds a sealed grant. Someone may be signed in without one, where nothing can be sealed.
    pub fn has_grant(&self) -> bool {
        !self.sealed.is_empty()
    }
}

/// What may be read without the key.
fn clear_text(held: &Held) -> String {
    let mut members = json::Members::default();
    members.whole("generation", held.generation);
    if let Some(account) = &held.account {
        members.text("id", &account.id);
        members.text("label", &account.label);
        if held.grant.is_none() {
            members.flag("ended", true);
        }
    }
    members.end()
}
