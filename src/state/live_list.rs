//! A list on a screen: the live answer to a query that may itself change.

use super::Services;
use super::row_view::RowView;
use super::signal::{RwSignal, Signal};
use super::stored::StoredValue;
use crate::model::Query;
use crate::repository::LiveQuery;
use leptos::prelude::*;
use std::{ops::Range, rc::Rc};

/// A live list. It ends with the owner in which it was made.
#[derive(Clone, Copy)]
pub struct LiveList {
    /// How many records there are.
    pub total: Signal<usize>,
    /// Whether all records are here: pulled at least once, and loaded.
    pub complete: Signal<bool>,
    /// Changes whenever ids come, go or change places.
    pub version: Signal<u64>,
    asked: Memo<u64>,
    live: StoredValue<LiveQuery>,
    collection: StoredValue<String>,
    services: Services,
}

impl LiveList {
    pub(super) fn new(services: Services, collection: &str, query: Signal<Query>) -> Self {
        let inner = services.inner();
        let store = inner.store.clone();
        let live = StoredValue::new(LiveQuery::new(&store, collection, &query.get_untracked()));
        let collection = StoredValue::new(collection.to_owned());
        let kept = StoredValue::new(store.clone());
        let asked = Memo::new(move |times: Option<&u64>| {
            let query = query.get();
            live.set_value(LiveQuery::new(&kept.get_value(), &collection.get_value(), &query));
            times.map_or(0, |times| times + 1)
        });
        let all_here =
            move || kept.with_value(|store| store.complete() && store.pull_state(&collection.get_value()).complete);
        let (moved, complete) = (RwSignal::new(0_u64), RwSignal::new(all_here()));
        let subscription = store.subscribe(move |changes| {
            let Some(movement) = live.try_update_value(|live| live.apply(changes)) else { return };
            if movement.order {
                moved.update(|times| *times += 1);
            }
            let now_complete = all_here();
            if complete.get_untracked() != now_complete {
                complete.set(now_complete);
            }
        });
        // The subscription ends with the owner.
        StoredValue::new(subscription);
        let total = Signal::derive(move || {
            asked.get(); // a memo that nobody reads follows nothing
            moved.track();
            let known = live.with_value(|live| live.ids().len());
            if complete.get() || query.with(|query| query.filter.is_some() || !query.search.is_empty()) {
                known
            } else {
                known.max(kept.with_value(|store| store.count(&collection.get_value())))
            }
        });
        let version = Signal::derive(move || asked.get().wrapping_mul(1 << 32) + moved.get());
        Self { total, complete: complete.into(), version, asked, live, collection, services }
    }

    /// The ids at these places of the present order; untracked.
    #[must_use]
    pub fn ids(&self, range: Range<usize>) -> Vec<Rc<str>> {
        self.asked.get_untracked();
        self.live.with_value(|live| {
            let end = range.end.min(live.ids().len());
            live.ids().get(range.start.min(end)..end).map(<[_]>::to_vec).unwrap_or_default()
        })
    }

    /// One row; it changes only when that record does.
    #[must_use]
    pub fn row(&self, id: &str) -> Signal<Option<Rc<RowView>>> {
        self.services.record(&self.collection.get_value(), id)
    }

    /// The place of a record in the present order.
    #[must_use]
    pub fn position(&self, id: &str) -> Option<usize> {
        self.asked.get_untracked();
        self.live.with_value(|live| live.ids().iter().position(|other| &**other == id))
    }
}
