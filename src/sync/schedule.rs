//! Which entries may be sent now: a pure decision over the outbox.
//!
//! Lanes are first in, first out; at most [`LANES`] run at a time. An entry that needs the user stops
//! its own lane and those that depend on it, and nobody else.

use crate::local::{Outbox, PROVISIONAL};
use crate::model::{Entry, EntryKey};

/// How many lanes run in parallel.
pub const LANES: usize = 4;

/// An entry that was tried in vain, and when it may go again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Delay {
    /// The entry.
    pub key: EntryKey,
    /// How often it was tried.
    pub failures: u32,
    /// By the monotonic clock.
    pub until_ms: f64,
}

/// The entries that may start at `now_ms` (any monotonic clock), given those that are running and the
/// moments before which others must wait. Second: when to look again, if only time holds one back.
#[must_use]
pub fn ready(outbox: &Outbox, running: &[EntryKey], delays: &[Delay], now_ms: f64) -> (Vec<EntryKey>, Option<f64>) {
    let (mut start, mut wake) = (Vec::new(), None::<f64>);
    for entry in outbox.iter().filter(|entry| may_go(outbox, entry) && !running.contains(&entry.key)) {
        match delays.iter().find(|delay| delay.key == entry.key && delay.until_ms > now_ms) {
            Some(delay) => wake = Some(wake.map_or(delay.until_ms, |known: f64| known.min(delay.until_ms))),
            None if running.len() + start.len() < LANES => start.push(entry.key),
            None => break,
        }
    }
    (start, wake)
}

fn may_go(outbox: &Outbox, entry: &Entry) -> bool {
    let first = outbox.lane(&entry.clear.collection, &entry.clear.record).next();
    entry.key.seq < PROVISIONAL
        && !entry.needs_user()
        && first.is_some_and(|first| first.key == entry.key)
        && entry.clear.deps.iter().all(|dep| outbox.get(*dep).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::mutation::{EntryBody, EntryClear};
    use crate::model::{EntryState, Kind, Timestamp};

    fn put(outbox: &mut Outbox, seq: u64, record: &str, state: EntryState, deps: &[u64]) {
        let key = |seq| EntryKey { seq, sub: 0 };
        let clear = EntryClear {
            format: 1,
            op_id: String::new(),
            account: String::new(),
            collection: "people".into(),
            record: record.into(),
            kind: Kind::Patch,
            state,
            attempt: 0,
            epoch: 0,
            revision: 0,
            deps: deps.iter().copied().map(key).collect(),
            made_at: Timestamp(0),
        };
        outbox.put(Entry { key: key(seq), clear, body: EntryBody::default() });
    }

    fn ready_now(outbox: &Outbox, running: &[u64]) -> Vec<u64> {
        let running: Vec<_> = running.iter().map(|seq| EntryKey { seq: *seq, sub: 0 }).collect();
        ready(outbox, &running, &[], 0.0).0.into_iter().map(|key| key.seq).collect()
    }

    #[test]
    fn a_parked_entry_stops_only_its_lane_and_its_dependants() {
        let mut outbox = Outbox::default();
        put(&mut outbox, 1, "a", EntryState::Parked, &[]);
        put(&mut outbox, 2, "a", EntryState::Queued, &[]);
        put(&mut outbox, 3, "b", EntryState::Queued, &[1]);
        put(&mut outbox, 4, "c", EntryState::Queued, &[]);
        put(&mut outbox, 5, "c", EntryState::Queued, &[]);
        assert_eq!(ready_now(&outbox, &[]), [4]);
    }

    #[test]
    fn lanes_are_limited_and_edits_not_on_disk_wait() {
        let mut outbox = Outbox::default();
        for seq in 1..=6 {
            put(&mut outbox, seq, &seq.to_string(), EntryState::Queued, &[]);
        }
        put(&mut outbox, PROVISIONAL, "x", EntryState::Queued, &[]);
        assert_eq!(ready_now(&outbox, &[]), [1, 2, 3, 4]);
        assert_eq!(ready_now(&outbox, &[1, 2, 3]), [4]);
    }

    #[test]
    fn time_holds_an_entry_back_and_says_when() {
        let mut outbox = Outbox::default();
        put(&mut outbox, 1, "a", EntryState::Ambiguous, &[]);
        let later = [Delay { key: EntryKey { seq: 1, sub: 0 }, failures: 1, until_ms: 50.0 }];
        assert_eq!(ready(&outbox, &[], &later, 10.0), (Vec::new(), Some(50.0)));
        assert_eq!(ready(&outbox, &[], &later, 50.0).0.len(), 1);
    }
}
