//! A record as a screen shows it: its values, and how far its edits have come.

use crate::local::{Outbox, Store};
use crate::model::order::insert_once;
use crate::model::{Entry, EntryState, Kind, Record};
use std::rc::Rc;

/// How far a record's edits have come; the word of `data-sync`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowSync {
    /// The server has everything.
    Synced,
    /// Saved on this device.
    Pending,
    /// Under way.
    Sending,
    /// Its answer was lost: whether the server has it is being found out.
    Checking,
    /// Changed here and elsewhere.
    Conflict,
    /// Refused.
    Failed,
}

impl RowSync {
    /// The word of `data-sync`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Synced => "synced",
            Self::Pending => "pending",
            Self::Sending | Self::Checking => "sending",
            Self::Conflict => "conflict",
            Self::Failed => "failed",
        }
    }

    /// The most urgent state among a record's entries.
    fn of<'a>(lane: impl Iterator<Item = &'a Rc<Entry>>) -> Self {
        let urgency = |entry: &Rc<Entry>| match entry.clear.state {
            EntryState::Queued => (1, Self::Pending),
            EntryState::Sending => (2, Self::Sending),
            EntryState::Ambiguous => (3, Self::Checking),
            EntryState::Conflict => (5, Self::Conflict),
            EntryState::Parked => (4, Self::Failed),
        };
        lane.map(urgency).max_by_key(|(rank, _)| *rank).map_or(Self::Synced, |(_, sync)| sync)
    }
}

/// One record on a screen.
#[derive(Clone, Debug, PartialEq)]
pub struct RowView {
    /// Its values, with the edits that wait here.
    pub record: Record,
    /// How far those have come.
    pub sync: RowSync,
    /// The fields that the server has not confirmed.
    pub pending_fields: Vec<String>,
    /// Whether the record that the edits change is still being read from the disk.
    pub half: bool,
}

impl RowView {
    /// The record as it is seen now, if it is there.
    #[must_use]
    pub fn read(store: &Store, collection: &str, id: &str) -> Option<Rc<Self>> {
        let record = store.row(collection, id)?.record();
        let outbox: &Outbox = &store.outbox();
        let mut pending_fields: Vec<String> = Vec::new();
        for name in outbox.lane(collection, id).flat_map(|entry| entry.body.changes.keys()) {
            insert_once(&mut pending_fields, name.clone());
        }
        let made_here = || outbox.lane(collection, id).next().is_none_or(|entry| entry.clear.kind == Kind::Create);
        let half = !store.complete() && store.server_row(collection, id).is_none() && !made_here();
        Some(Rc::new(Self { record, sync: RowSync::of(outbox.lane(collection, id)), pending_fields, half }))
    }
}
