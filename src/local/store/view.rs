//! What is seen: `view = base ⊕ confirmed ⊕ entries in order`, recomputed for one record at a time.

use super::{CollectionState, State};
use crate::local::outbox::{Confirmed, Outbox, overlay};
use crate::local::{Row, accept};
use crate::model::order::insert_once;
use crate::model::{ChangeSet, Record};

impl State {
    /// How a collection stands.
    pub(super) fn collection(&self, name: &str) -> Option<&CollectionState> {
        self.collections.iter().find(|found| found.name() == name)
    }

    /// How a collection stands, to be changed.
    pub(super) fn collection_mut(&mut self, name: &str) -> Option<&mut CollectionState> {
        named(&mut self.collections, name)
    }

    /// The server's row: the base, or the confirmed row where that is news.
    pub(super) fn server_row(&self, collection: &str, id: &str) -> Option<Row> {
        let state = self.collection(collection)?;
        let base = state.base_row(id);
        match self.outbox.confirmed(collection, id) {
            Some(confirmed) if confirmed_wins(base.as_ref(), confirmed) => {
                Some(Row::encode(&confirmed.record, state.view.collection()))
            }
            _ => base,
        }
    }

    /// Makes the view of one record anew and notes it in `changes`.
    pub(super) fn recompute(&mut self, collection: &str, id: &str, changes: &mut ChangeSet) {
        let server = self.server_row(collection, id);
        let Self { collections, outbox, .. } = self;
        let Some(state) = named(collections, collection) else { return };
        if has_overlay(outbox, collection, id) {
            let base = state.base_row(id);
            state.base.insert(collection, id, base);
            let beneath = server.as_ref().filter(|row| !row.gone() || outbox.lane(collection, id).next().is_some());
            let version = beneath.and_then(Row::version);
            match overlay(beneath.map(Row::fields), outbox.lane(collection, id)) {
                Some(fields) => {
                    let record = Record { version, ..Record::new(id, fields) };
                    let row = Row::encode(&record, state.view.collection());
                    state.view.put(row);
                }
                None => drop(state.view.remove(id)),
            }
        } else if let Some(base) = state.base.remove(collection, id) {
            match base.filter(|row| !row.gone()) {
                Some(row) => state.view.put(row),
                None => drop(state.view.remove(id)),
            }
        }
        changes.rows.push((collection.to_owned(), id.to_owned()));
    }

    /// Makes the views of all records with something on top anew.
    pub(super) fn recompute_overlays(&mut self, changes: &mut ChangeSet) {
        let mut records = self.outbox.lane_records().to_vec();
        let based = self.collections.iter().flat_map(|state| state.base.keys());
        for key in self.outbox.all_confirmed().keys().iter().chain(based) {
            insert_once(&mut records, key.clone());
        }
        for (collection, id) in records {
            self.recompute(&collection, &id, changes);
        }
    }

    /// Sets the server's row of a record (`None`: it has none) and makes the view anew.
    pub(super) fn set_base(&mut self, collection: &str, row: Row, changes: &mut ChangeSet) {
        let covered = has_overlay(&self.outbox, collection, row.id());
        let Some(state) = named(&mut self.collections, collection) else { return };
        state.dirty = true;
        let id = row.id().clone();
        if covered {
            // Deleted elsewhere while edits of it wait here: the row is kept, marked, until they end.
            let row = match state.base_row(&id) {
                Some(kept) if row.gone() => kept.as_gone(row.version().as_ref()),
                _ => row,
            };
            state.base.insert(collection, &id, Some(row));
            self.recompute(collection, &id, changes);
        } else {
            state.base.remove(collection, &id);
            if row.gone() {
                state.view.remove(&id);
            } else {
                state.view.put(row);
            }
            changes.rows.push((collection.to_owned(), id.to_string()));
        }
    }
}

impl CollectionState {
    /// The collection's name.
    pub(super) fn name(&self) -> &str {
        &self.view.collection().name
    }

    /// The cache's row of a record, with nothing on top.
    pub(super) fn base_row(&self, id: &str) -> Option<Row> {
        match self.base.get(self.name(), id) {
            Some(base) => base.clone(),
            None => self.view.get(id).cloned(),
        }
    }

    /// The cache's rows, in the collection's order as far as the view keeps it.
    pub(super) fn base_rows(&self) -> Vec<Row> {
        let mut rows: Vec<Row> =
            self.view.iter().filter(|row| self.base.get(self.name(), row.id()).is_none()).cloned().collect();
        rows.extend(self.base.values().iter().flatten().cloned());
        rows
    }
}

fn named<'a>(collections: &'a mut [CollectionState], name: &str) -> Option<&'a mut CollectionState> {
    collections.iter_mut().find(|found| found.name() == name)
}

fn has_overlay(outbox: &Outbox, collection: &str, id: &str) -> bool {
    outbox.confirmed(collection, id).is_some() || outbox.lane(collection, id).next().is_some()
}

/// A confirmed row is shown unless the base is already newer.
fn confirmed_wins(base: Option<&Row>, confirmed: &Confirmed) -> bool {
    let known = base.and_then(Row::version);
    accept(known.as_ref(), confirmed.record.version.as_ref()).unwrap_or(true)
}
