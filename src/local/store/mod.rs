//! The local store: the only meeting place of the user's side and the server's side.
//!
//! Reads answer from memory, at once. Every commit is one transaction in one of the two databases
//! (`outbox`: what only this device has; `cache`: what the server has too), after which the view is
//! recomputed for the records that it touched and listeners get a [`ChangeSet`].
//!
//! `view = base ⊕ confirmed ⊕ entries`, and only the base is stored: the table in memory holds the
//! view, and the base is kept aside for the few records that have something on top.
//!
//! | file | holds |
//! | --- | --- |
//! | `view` | how base, confirmed rows and entries make what is seen |
//! | `edits` | what the user does: edit, retry, mend, discard |
//! | `files` | the bytes of files that wait to be sent |
//! | `reshape` | one entry made anew with all that hangs on it: rewrite, merge, resolve, recreate |
//! | `settle` | what sending does: mark as sending, ack, park |
//! | `cache` | what pulling does: commit a page, fold confirmed rows, rewrite chunks |
//! | `load` | opening, and catching up with other tabs |

mod cache;
mod edits;
mod files;
mod load;
mod reshape;
mod settle;
mod view;

pub use cache::{Pulled, accept};
pub use reshape::Merge;

use super::outbox::Outbox;
use super::table::PreparedQuery;
use super::{Disk, Row, StoreError, Table};
use crate::model::cursor::PullState;
use crate::model::order::insert_once;
use crate::model::{ChangeSet, Collection, Query, RecordId, RecordMap};
use crate::platform::Tabs;
use futures::lock::Mutex;
use std::cell::{Cell, Ref, RefCell};
use std::rc::{Rc, Weak};

/// How rows of a collection stand in memory.
struct CollectionState {
    /// What is seen.
    view: Table,
    /// The server's rows of records that have something on top (`None`: the server has none).
    base: RecordMap<Option<Row>>,
    /// How many rows there will be once everything is loaded.
    expected: usize,
    pull: PullState,
    /// Whether the cache on disk has chunks of it.
    stored: bool,
    /// Whether rows changed since its chunks were written.
    dirty: bool,
}

#[derive(Default)]
struct State {
    /// In the order of their names.
    collections: Vec<CollectionState>,
    outbox: Outbox,
    /// The outbox's commit number that memory shows.
    outbox_seq: u64,
    /// The last log row that memory shows.
    log_key: u64,
    /// How many log rows wait to be merged into chunks.
    log_len: usize,
    /// Whether all chunks are loaded.
    complete: bool,
    /// Rows acked lately: a pull begun before must not turn them back.
    acked: RecordMap<u64>,
    next_provisional: u64,
}

type Listener = Rc<dyn Fn(&ChangeSet)>;

struct Inner {
    disk: Rc<dyn Disk>,
    tabs: Rc<dyn Tabs>,
    account: String,
    state: RefCell<State>,
    listeners: RefCell<Vec<(u64, Listener)>>,
    next_listener: Cell<u64>,
    /// Commits to `outbox` by this tab, one after the other.
    outbox_lock: Mutex<()>,
    /// Commits to `cache` by this tab, one after the other.
    cache_lock: Mutex<()>,
    /// Set when the cache could not be written: from then on only memory has what is new.
    cache_off: Cell<bool>,
}

/// A workspace's data on this device. Cheap to clone.
#[derive(Clone)]
pub struct Store(Rc<Inner>);

/// Ends a subscription when dropped.
pub struct Subscription {
    store: Weak<Inner>,
    id: u64,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(store) = self.store.upgrade() {
            store.listeners.borrow_mut().retain(|(id, _)| *id != self.id);
        }
    }
}

impl Store {
    /// Calls `listener` after every commit, until the subscription is dropped. The listener may read
    /// the store.
    #[must_use]
    pub fn subscribe(&self, listener: impl Fn(&ChangeSet) + 'static) -> Subscription {
        let id = self.0.next_listener.get();
        self.0.next_listener.set(id + 1);
        self.0.listeners.borrow_mut().push((id, Rc::new(listener)));
        Subscription { store: Rc::downgrade(&self.0), id }
    }

    fn emit(&self, changes: &ChangeSet) {
        if changes.is_empty() {
            return;
        }
        let listeners: Vec<Listener> = self.0.listeners.borrow().iter().map(|(_, listener)| listener.clone()).collect();
        for listener in listeners {
            listener(changes);
        }
    }

    /// The account whose data this is.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.0.account
    }

    /// Whether edits outlive this page.
    #[must_use]
    pub fn persistent(&self) -> bool {
        self.0.disk.persistent()
    }

    /// Whether all rows are in memory; before that, only the first screenful of each collection is.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.0.state.borrow().complete
    }

    /// The schemas, in the order of their names.
    #[must_use]
    pub fn collections(&self) -> Vec<Rc<Collection>> {
        self.0.state.borrow().collections.iter().map(|state| state.view.collection().clone()).collect()
    }

    /// The schema of one collection.
    ///
    /// # Errors
    /// `NoCollection`.
    pub fn collection(&self, name: &str) -> Result<Rc<Collection>, StoreError> {
        let state = self.0.state.borrow();
        let found = state.collection(name).map(|state| state.view.collection().clone());
        found.ok_or_else(|| StoreError::NoCollection(name.to_owned()))
    }

    /// A record as the screen shows it.
    #[must_use]
    pub fn row(&self, collection: &str, id: &str) -> Option<Row> {
        self.0.state.borrow().collection(collection)?.view.get(id).cloned()
    }

    /// A record as the server has it, as far as this device knows.
    #[must_use]
    pub fn server_row(&self, collection: &str, id: &str) -> Option<Row> {
        self.0.state.borrow().server_row(collection, id).filter(|row| !row.gone())
    }

    /// The ids of a collection's rows as the server has them, as far as the cache knows; sorted.
    #[must_use]
    pub fn server_ids(&self, collection: &str) -> Vec<RecordId> {
        let state = self.0.state.borrow();
        let rows = state.collection(collection).map(CollectionState::base_rows).unwrap_or_default();
        let mut ids: Vec<RecordId> = Vec::new();
        rows.iter().filter(|row| !row.gone()).for_each(|row| insert_once(&mut ids, row.id().to_string()));
        ids
    }

    /// Whether edits of a record wait here, or one was acked after `fence`: then no sweep may take it.
    #[must_use]
    pub fn is_covered(&self, collection: &str, id: &str, fence: u64) -> bool {
        let state = self.0.state.borrow();
        state.outbox.lane(collection, id).next().is_some()
            || state.acked.get(collection, id).is_some_and(|ack_seq| *ack_seq > fence)
            || state.outbox.confirmed(collection, id).is_some_and(|confirmed| confirmed.ack_seq > fence)
    }

    /// The ids that answer a query, in its order.
    #[must_use]
    pub fn query(&self, collection: &str, query: &Query) -> Vec<Rc<str>> {
        let state = self.0.state.borrow();
        let Some(state) = state.collection(collection) else { return Vec::new() };
        state.view.query(&PreparedQuery::new(query, state.view.collection()))
    }

    /// Reads a collection's table.
    pub fn with_table<T>(&self, collection: &str, read: impl FnOnce(&Table) -> T) -> Option<T> {
        self.0.state.borrow().collection(collection).map(|state| read(&state.view))
    }

    /// How many records there are; until everything is loaded, how many there were.
    #[must_use]
    pub fn count(&self, collection: &str) -> usize {
        let state = self.0.state.borrow();
        let Some(found) = state.collection(collection) else { return 0 };
        if state.complete { found.view.len() } else { found.expected.max(found.view.len()) }
    }

    /// The outbox in memory. Do not hold it across an await.
    #[must_use]
    pub fn outbox(&self) -> Ref<'_, Outbox> {
        Ref::map(self.0.state.borrow(), |state| &state.outbox)
    }

    /// How far a collection has been pulled.
    #[must_use]
    pub fn pull_state(&self, collection: &str) -> PullState {
        self.0.state.borrow().collection(collection).map(|state| state.pull.clone()).unwrap_or_default()
    }
}
