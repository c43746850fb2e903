//! Which entries may be sent now: a pure decision over the outbox.
//!
//! Lanes are first in, first out; at most [`LANES`] run at a time. An entry that needs the user stops
//! its own lane and those that depend on it, and nobody else. Only a conflict of a patch lets those later patches
//! of its record pass that touch none of its fields: whatever the user chooses, they are not concerned.

use crate::local::{Outbox, PROVISIONAL};
use crate::model::{Entry, EntryKey, EntryState, Kind};

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
    for entry in outbox.iter().filter(|entry| may_go(outbox, entry) && !is_busy(outbox, running, entry)) {
        match delays.iter().find(|delay| delay.key == entry.key && delay.until_ms > now_ms) {
            Some(delay) => wake = Some(wake.map_or(delay.until_ms, |known: f64| known.min(delay.until_ms))),
            None if running.len() + start.len() < LANES => start.push(entry.key),
            None => break,
        }
    }
    (start, wake)
}

fn may_go(outbox: &Outbox, entry: &Entry) -> bool {
    let (collection, record) = (&entry.clear.collection, &entry.clear.record);
    entry.key.seq < PROVISIONAL
        && !entry.needs_user()
        && outbox.lane(collection, record).take_while(|other| other.key < entry.key).all(|other| lets_by(other, entry))
        // What an entry was split into stands for it.
        && entry.clear.deps.iter().all(|dep| !outbox.has_any(dep.seq))
}

fn lets_by(earlier: &Entry, entry: &Entry) -> bool {
    earlier.clear.state == EntryState::Conflict
        && earlier.clear.kind == Kind::Patch
        && entry.clear.kind == Kind::Patch
        && entry.body.changes.keys().all(|name| !earlier.body.changes.contains_key(name))
}

/// One request for each record at a time, whatever its parts.
fn is_busy(outbox: &Outbox, running: &[EntryKey], entry: &Entry) -> bool {
    let mut runs = running.iter().filter_map(|key| outbox.get(*key));
    runs.any(|other| other.is_for(&entry.clear.collection, &entry.clear.record))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::mutation::{EntryBody, EntryClear};
    use crate::model::{Fields, Timestamp};

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
    fn a_conflict_stops_its_fields_and_no_others() {
        let touch = |outbox: &mut Outbox, seq: u64, field: &str| {
            let mut entry = (**outbox.get(EntryKey { seq, sub: 0 }).unwrap()).clone();
            entry.body.changes = Fields::from_iter([(field.to_owned(), true.into())]);
            outbox.put(entry);
        };
        let mut outbox = Outbox::default();
        put(&mut outbox, 1, "a", EntryState::Conflict, &[]);
        put(&mut outbox, 2, "a", EntryState::Queued, &[]);
        touch(&mut outbox, 1, "city");
        touch(&mut outbox, 2, "phone");
        assert_eq!(ready_now(&outbox, &[]), [2]);
        put(&mut outbox, 3, "a", EntryState::Queued, &[]);
        touch(&mut outbox, 3, "name");
        assert_eq!(ready_now(&outbox, &[2]), [0; 0], "one at a time");
        touch(&mut outbox, 2, "city");
        assert_eq!(ready_now(&outbox, &[]), [0; 0], "a waiting entry stops those after it");
        outbox.remove(EntryKey { seq: 2, sub: 0 });
        assert_eq!(ready_now(&outbox, &[]), [3]);
    }

    #[test]
    fn who_depends_on_an_entry_waits_for_all_of_its_parts() {
        let mut outbox = Outbox::default();
        put(&mut outbox, 1, "a", EntryState::Conflict, &[]);
        let part = Entry { key: outbox.free_part(1), ..(**outbox.get(EntryKey { seq: 1, sub: 0 }).unwrap()).clone() };
        assert_eq!(part.key, EntryKey { seq: 1, sub: 1 });
        outbox.put(part);
        outbox.remove(EntryKey { seq: 1, sub: 0 });
        put(&mut outbox, 2, "b", EntryState::Queued, &[1]);
        assert_eq!(ready_now(&outbox, &[]), [0; 0]);
        outbox.remove(EntryKey { seq: 1, sub: 1 });
        assert_eq!(ready_now(&outbox, &[]), [2]);
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
        (1..=6).for_each(|seq| drop(outbox.remove(EntryKey { seq, sub: 0 })));
        assert_eq!(ready_now(&outbox, &[]), [0; 0], "only on the screen yet");
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
