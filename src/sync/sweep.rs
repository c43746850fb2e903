//! The sweep for deletes that leave nothing behind (rules 18 and 27): local ids are compared with the readable ones.
//!
//! A row that is missing there is only a candidate. It goes when the session was proven good before and after a reading by id
//! that found nothing; never while an edit of it waits, never if it was acked since the sweep began. If everything, or
//! a large part of a collection, is missing, that looks more like a changed rule than like deletes, and the user is asked.
//!
//! It also finds what is there and not here: rows that a rule has hidden until now are older than the pull's cursor.

use super::pull::{PullError, Puller};
use crate::model::cursor::PullState;
use crate::model::order::insert_once;
use crate::model::{Record, RecordId};

/// Ids a page.
const PAGE_IDS: usize = 500;
/// Candidates that are read and committed together; so many unknown rows are read one by one.
const BATCH: usize = 50;
/// So many may go unasked, whatever the size of the collection...
const FEW: usize = 5;
/// ... and beyond that, one in so many.
const PART: usize = 10;

/// What a sweep came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swept {
    /// What was gone is gone here too.
    Done,
    /// So many rows are missing there that the user must say so first.
    Ask(usize),
}

impl Puller<'_> {
    /// Sweeps a collection; the user has said yes to removing `agreed` rows, and to no more.
    ///
    /// # Errors
    /// The server's and the store's; what was removed until then was proven.
    pub async fn sweep(&self, collection: &str, agreed: usize) -> Result<Swept, PullError> {
        let fence = self.store.fence();
        let here = self.store.server_ids(collection);
        let there = self.readable(collection).await?;
        self.take_up(collection, &there, fence).await?;
        let missing = self.candidates(collection, &here, &there, fence);
        if missing.is_empty() {
            return Ok(Swept::Done);
        }
        self.remote.vouch().await?;
        if missing.len() > agreed && is_much(missing.len(), here.len()) {
            return Ok(Swept::Ask(missing.len()));
        }
        for batch in missing.chunks(BATCH) {
            let mut gone = Vec::new();
            for id in batch {
                if self.remote.read(collection, id).await?.is_none() {
                    gone.push(id.clone());
                }
            }
            self.remote.vouch().await?;
            let gone = self.candidates(collection, &gone, &[], fence);
            let tombstones: Vec<Record> = gone.into_iter().map(|id| Record::tombstone(id, None)).collect();
            self.commit(collection, &tombstones, None, fence).await?;
        }
        Ok(Swept::Done)
    }

    /// The ids that can be read there, sorted.
    async fn readable(&self, collection: &str) -> Result<Vec<RecordId>, PullError> {
        let mut there = Vec::new();
        let mut after: Option<RecordId> = None;
        loop {
            let page = self.remote.ids(collection, after.as_deref(), PAGE_IDS).await?;
            let last = page.ids.last().cloned();
            page.ids.into_iter().for_each(|id| insert_once(&mut there, id));
            // A page that leads nowhere would lead there for ever.
            if !page.more || last.is_none() || last == after {
                return Ok(there);
            }
            after = last;
        }
    }

    /// Takes in the rows of `there` that are not here: a few by reading them, many by a pull from the beginning.
    async fn take_up(&self, collection: &str, there: &[RecordId], fence: u64) -> Result<(), PullError> {
        let unknown = |id: &&RecordId| {
            self.store.server_row(collection, id).is_none() && !self.store.is_covered(collection, id, fence)
        };
        let unknown: Vec<RecordId> = there.iter().filter(unknown).cloned().collect();
        if unknown.len() > BATCH {
            let anew = PullState { cursor: None, ..self.store.pull_state(collection) };
            self.commit(collection, &[], Some(anew), fence).await?;
            return self.pull(collection).await.map(drop);
        }
        for id in unknown {
            let found = self.remote.read(collection, &id).await?;
            self.commit(collection, found.as_slice(), None, fence).await?;
        }
        Ok(())
    }

    /// The rows of `here` that are not `there`, that nobody edits, and that were not acked since the fence.
    fn candidates(&self, collection: &str, here: &[RecordId], there: &[RecordId], fence: u64) -> Vec<RecordId> {
        let settled = |id: &&RecordId| !self.store.is_covered(collection, id, fence);
        here.iter().filter(|id| there.binary_search(id).is_err()).filter(settled).cloned().collect()
    }
}

/// Whether so many missing rows of so many are more than one removes unasked.
fn is_much(missing: usize, of: usize) -> bool {
    missing >= of || (missing > FEW && missing * PART > of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_or_a_tenth_is_much() {
        assert!(is_much(1, 1) && is_much(3, 3));
        assert!(!is_much(5, 6) && !is_much(10, 100) && !is_much(900, 10_000));
        assert!(is_much(6, 59) && is_much(11, 100) && is_much(1001, 10_000));
    }
}
