//! Pulls one collection from its cursor on, page by page, each page committed before the next.
//!
//! The cursor goes back a little before it goes on (an overlap): a server's transaction that began
//! earlier may commit later with an older `updated`. Rows that come again are recognised by version. Where nothing
//! comes although a bad session would look the same, the session is asked about before that is believed.

use crate::local::{Store, StoreError};
use crate::model::cursor::PullState;
use crate::model::{Cursor, Record, Timestamp};
use crate::platform::Clock;
use crate::remote::{PullRequest, RemoteError, RemoteSource};
use std::cell::Cell;

/// Rows a page.
const PAGE_ROWS: usize = 500;
/// How far a pull looks back: longer than a server's transaction is likely to last.
const OVERLAP_MS: i64 = 5_000;

/// Why a pull ended early.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// The server's side.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// Ours.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// One leader's means of reading.
pub struct Puller<'a> {
    /// The local store.
    pub store: &'a Store,
    /// The backend.
    pub remote: &'a dyn RemoteSource,
    /// Time.
    pub clock: &'a dyn Clock,
    /// This leader's epoch.
    pub epoch: u64,
    /// Whether the session was found good in this round.
    pub vouched: Cell<bool>,
}

impl Puller<'_> {
    /// Pulls everything that is new in `collection`. Returns whether that was all of it from the beginning, because this
    /// collection has no cursor: only a sweep then tells what is gone.
    ///
    /// # Errors
    /// The server's and the store's.
    pub async fn pull(&self, collection: &str) -> Result<bool, PullError> {
        let known = self.store.pull_state(collection);
        let mut from = known.cursor.as_ref().map(look_back);
        loop {
            let fence = self.store.fence();
            let request = PullRequest { collection: collection.to_owned(), cursor: from.clone(), limit: PAGE_ROWS };
            let page = self.remote.pull(request).await?;
            if page.rows.is_empty() {
                self.vouch().await?;
            }
            let cursor = page.cursor.clone().filter(|next| known.cursor.as_ref().is_none_or(|old| newer(next, old)));
            let ended = !page.more;
            let progress = PullState {
                cursor: if ended && page.cursor.is_none() { None } else { cursor.or_else(|| known.cursor.clone()) },
                pulled_at: if ended { Some(self.clock.now()) } else { known.pulled_at },
                complete: known.complete || ended,
            };
            self.commit(collection, &page.rows, Some(progress), fence).await?;
            let stuck = page.cursor == from;
            if ended || stuck {
                return Ok(page.cursor.is_none());
            }
            from = page.cursor;
        }
    }

    /// Commits rows that were read; those that could not be put in order with an ack are read by id.
    ///
    /// # Errors
    /// The server's and the store's.
    pub async fn commit(
        &self,
        collection: &str,
        rows: &[Record],
        progress: Option<PullState>,
        fence: u64,
    ) -> Result<(), PullError> {
        let pulled = self.store.commit_pull(self.epoch, collection, rows, progress, fence).await?;
        for id in pulled.reread {
            let fence = self.store.fence();
            let found: Vec<Record> = self.remote.read(collection, &id).await?.into_iter().collect();
            self.store.commit_pull(self.epoch, collection, &found, None, fence).await?;
        }
        Ok(())
    }

    /// Makes sure, once a round, that the session is good, where a bad one would look like absence.
    ///
    /// # Errors
    /// `SignIn` if it is not; others if nobody can tell.
    pub async fn vouch(&self) -> Result<(), RemoteError> {
        if self.remote.capabilities().denial_looks_like_absence && !self.vouched.get() {
            self.remote.vouch().await?;
            self.vouched.set(true);
        }
        Ok(())
    }
}

fn newer(next: &Cursor, old: &Cursor) -> bool {
    (&next.updated, &next.id) > (&old.updated, &old.id)
}

/// The same place, some seconds earlier; where `updated` is no time, the place itself.
fn look_back(cursor: &Cursor) -> Cursor {
    match Timestamp::parse(&cursor.updated) {
        Some(moment) => {
            let text = moment.plus(-OVERLAP_MS).to_iso();
            let spaced = cursor.updated.as_bytes().get(10) == Some(&b' ');
            Cursor { updated: if spaced { text.replacen('T', " ", 1) } else { text }, id: String::new() }
        }
        None => cursor.clone(),
    }
}
