//! What makes the leader look: the backend's stream, wake-ups, timers and other tabs' wishes.
//!
//! Whole records from the stream are committed as they come, all that is ready at once, so that a burst is one
//! commit. They are put in order with acks by version, or else read by id.

use super::Engine;
use crate::local::StoreError;
use crate::model::Record;
use crate::remote::{Live, RemoteError, RemoteSource};
use crate::sync::pull::{PullError, Puller};
use futures::future::FutureExt;
use futures::{StreamExt, select_biased};
use std::cell::Cell;
use std::time::Duration;

/// How often a leader pulls without being told.
const PULL_EVERY: Duration = Duration::from_secs(60);
/// How often it sweeps without being told.
const SWEEP_EVERY: Duration = Duration::from_secs(600);
/// So many events are taken in at once.
const BURST: usize = 256;

impl Engine {
    /// Turns pokes, wake-ups, timers and other tabs' wishes into pulls, and commits what the stream brings.
    pub(super) async fn listen(&self, remote: &dyn RemoteSource, epoch: u64) -> Result<(), StoreError> {
        let clock = &self.environment.clock;
        let mut live = remote.live().ready_chunks(BURST).fuse();
        let mut wakes = self.environment.connectivity.wakes().fuse();
        let mut messages = self.environment.tabs.messages().fuse();
        let mut sweep_at = clock.monotonic_ms() + 1000.0 * SWEEP_EVERY.as_secs_f64();
        let mut timer = clock.sleep(PULL_EVERY).fuse();
        let mut gap = false;
        loop {
            select_biased! {
                events = live.next() => if let Some(events) = events {
                    self.take_in(remote, epoch, events, &mut gap).await?;
                },
                wake = wakes.next() => if wake.is_some() {
                    self.ask_pull(None);
                    self.wake();
                },
                message = messages.next() => if let Some(message) = message {
                    self.obey(&message);
                },
                () = timer => {
                    timer = clock.sleep(PULL_EVERY).fuse();
                    if clock.monotonic_ms() >= sweep_at {
                        sweep_at = clock.monotonic_ms() + 1000.0 * SWEEP_EVERY.as_secs_f64();
                        self.sweeps.due.set(true);
                    }
                    self.ask_pull(None);
                }
            }
        }
    }

    async fn take_in(
        &self,
        remote: &dyn RemoteSource,
        epoch: u64,
        events: Vec<Live>,
        gap: &mut bool,
    ) -> Result<(), StoreError> {
        let mut changed: Vec<(String, Vec<Record>)> = Vec::new();
        for event in events {
            match event {
                Live::Change { collection, record } => {
                    match changed.iter_mut().find(|(name, _)| *name == collection) {
                        // The last word on each record: one commit compares all with what was known before.
                        Some((_, records)) => match records.iter().position(|other| other.id == record.id) {
                            Some(at) if follows(&record, &records[at]) => records[at] = record,
                            Some(_) => {}
                            None => records.push(record),
                        },
                        None => changed.push((collection, vec![record])),
                    }
                }
                Live::Poke(collection) => drop(self.ask_pull(collection)),
                Live::Gap => {
                    // Asking shows at once whether the server is still there.
                    *gap = true;
                    self.ask_pull(None);
                }
                Live::Resumed => {
                    // Deletes that were missed leave nothing behind.
                    if std::mem::take(gap) {
                        self.sweeps.due.set(true);
                    }
                    self.ask_pull(None);
                }
            }
        }
        let clock = &*self.environment.clock;
        let puller = Puller { store: &self.store, remote, clock, epoch, vouched: Cell::new(false) };
        for (collection, records) in changed {
            // An event may be older than any ack: none of them may be turned back by it.
            match puller.commit(&collection, &records, None, 0).await {
                Ok(()) => {}
                Err(PullError::Store(error)) => return Err(error),
                Err(PullError::Remote(RemoteError::SignIn)) => self.ask_sign_in(),
                Err(PullError::Remote(_)) => drop(self.ask_pull(Some(collection))),
            }
        }
        Ok(())
    }
}

/// Whether an event tells what came after another's. They may arrive out of order (PocketBase sends each from a task
/// of its own): their versions decide, and of one version a tombstone is the later.
fn follows(event: &Record, other: &Record) -> bool {
    match (&event.version, &other.version) {
        (Some(new), Some(old)) if new != old => new > old,
        (Some(_), Some(_)) => event.deleted || !other.deleted,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Fields, Version};

    #[test]
    fn of_events_that_overtake_each_other_the_later_version_stays() {
        let at = |version: &str| Record { version: Some(Version(version.into())), ..Record::new("a", Fields::new()) };
        let gone = Record::tombstone("a", Some(Version("2".into())));
        assert!(follows(&at("2"), &at("1")) && !follows(&at("1"), &at("2")));
        assert!(follows(&gone, &at("2")) && !follows(&at("2"), &gone));
        assert!(follows(&at("3"), &gone), "made again");
        assert!(follows(&Record::new("a", Fields::new()), &at("1")), "without versions, the order of arrival");
    }
}
