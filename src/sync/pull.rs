//! Pulls one collection from its cursor on, page by page, each page committed before the next.
//!
//! The cursor goes back a little before it goes on (an overlap): a server's transaction that began
//! earlier may commit later with an older `updated`. Rows that come again are recognised by version.

use crate::local::{Store, StoreError};
use crate::model::cursor::PullState;
use crate::model::{Cursor, Timestamp};
use crate::platform::Clock;
use crate::remote::{PullRequest, RemoteError, RemoteSource};

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

/// Pulls everything that is new in `collection`.
pub async fn pull(
    store: &Store,
    remote: &dyn RemoteSource,
    clock: &dyn Clock,
    epoch: u64,
    collection: &str,
) -> Result<(), PullError> {
    let known = store.pull_state(collection);
    let mut from = known.cursor.as_ref().filter(|cursor| cursor.lasts()).map(look_back);
    loop {
        let fence = store.fence();
        let request = PullRequest { collection: collection.to_owned(), cursor: from.clone(), limit: PAGE_ROWS };
        let page = remote.pull(request).await?;
        let news = |next: &Cursor| next.lasts() && known.cursor.as_ref().is_none_or(|old| newer(next, old));
        let cursor = page.cursor.clone().filter(news);
        let progress = PullState {
            cursor: cursor.or_else(|| known.cursor.clone()),
            pulled_at: if page.more { known.pulled_at } else { Some(clock.now()) },
            complete: known.complete || !page.more,
        };
        let pulled = store.commit_pull(epoch, collection, &page.rows, progress.clone(), fence).await?;
        for id in pulled.reread {
            let fence = store.fence();
            let found: Vec<_> = remote.read(collection, &id).await?.into_iter().collect();
            store.commit_pull(epoch, collection, &found, progress.clone(), fence).await?;
        }
        let stuck = page.cursor == from;
        if !page.more || stuck {
            return Ok(());
        }
        from = page.cursor;
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
