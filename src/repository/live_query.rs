//! A query whose answer follows the store: after each change set, only what moved is touched.
//!
//! The answer is the list of ids in order. A changed row is taken out of its old place and put into its
//! new one by binary search; a reset (a first load, a rewritten cache) asks the whole question again.

use crate::local::{PreparedQuery, Row, Store, Table, position};
use crate::model::order::insert_once;
use crate::model::{ChangeSet, Query};
use std::rc::Rc;

/// What a change set did to a live answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// Whether ids came, went or changed places.
    pub order: bool,
    /// Rows in the answer, or formerly in it, whose content may have changed.
    pub rows: Vec<Rc<str>>,
}

/// A live answer.
pub struct LiveQuery {
    store: Store,
    collection: String,
    query: PreparedQuery,
    ids: Vec<Rc<str>>,
}

impl LiveQuery {
    /// Asks once; keep it true with [`apply`](Self::apply).
    #[must_use]
    pub fn new(store: &Store, collection: &str, query: &Query) -> Self {
        let schema = store.collection(collection).unwrap_or_default();
        let query = PreparedQuery::new(query, &schema);
        let mut live = Self { store: store.clone(), collection: collection.to_owned(), query, ids: Vec::new() };
        live.ask();
        live
    }

    fn ask(&mut self) {
        self.ids = self.store.with_table(&self.collection, |table| table.query(&self.query)).unwrap_or_default();
    }

    /// The ids that answer, in order.
    #[must_use]
    pub fn ids(&self) -> &[Rc<str>] {
        &self.ids
    }

    /// Takes a change set in.
    pub fn apply(&mut self, changes: &ChangeSet) -> Moved {
        if changes.reset.contains(&self.collection) {
            let before = std::mem::take(&mut self.ids);
            self.ask();
            return Moved { order: before != self.ids, rows: before };
        }
        let mut changed: Vec<&str> = Vec::new();
        for (_, id) in changes.rows.iter().filter(|row| row.0 == self.collection) {
            insert_once(&mut changed, id);
        }
        if changed.is_empty() {
            return Moved::default();
        }
        // Many rows at once: one new question is cheaper than many moves.
        if changed.len() > 64 {
            let before = std::mem::take(&mut self.ids);
            self.ask();
            return Moved { order: before != self.ids, rows: changed.into_iter().map(Into::into).collect() };
        }
        let store = self.store.clone();
        store.with_table(&self.collection.clone(), |table| self.move_rows(table, &changed)).unwrap_or_default()
    }

    fn move_rows(&mut self, table: &Table, changed: &[&str]) -> Moved {
        let mut moved = Moved::default();
        let old: Vec<(usize, Rc<str>)> = self
            .ids
            .iter()
            .enumerate()
            .filter(|(_, id)| changed.binary_search(&&***id).is_ok())
            .map(|(at, id)| (at, id.clone()))
            .collect();
        for (at, _) in old.iter().rev() {
            self.ids.remove(*at);
        }
        for id in changed {
            let Some(row) = table.get(id).filter(|row| self.query.matches(row)) else { continue };
            let at = self.place(table, row);
            self.ids.insert(at, row.id().clone());
            moved.rows.push(row.id().clone());
        }
        moved.order = old.len() != moved.rows.len() || old.iter().any(|(at, id)| self.ids.get(*at) != Some(id));
        moved.rows.extend(old.into_iter().map(|(_, id)| id).filter(|id| !self.ids_contain(table, id)));
        moved
    }

    fn place(&self, table: &Table, row: &Row) -> usize {
        position(&self.ids, row, self.query.order(), |id| table.get(id)).unwrap_or_else(|at| at)
    }

    fn ids_contain(&self, table: &Table, id: &str) -> bool {
        table.get(id).is_some_and(|row| self.query.matches(row))
    }
}
