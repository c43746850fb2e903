//! What one commit touched: the currency of notification.

use super::{EntryKey, RecordId, RecordKey};

/// Who made a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// An edit made in this tab.
    Here,
    /// The server's answer or a pull, in this tab.
    Sync,
    /// Another tab of this workspace.
    OtherTab,
}

/// The rows and entries whose view may have changed. Order is not meant; duplicates are allowed.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeSet {
    /// Who made the commit.
    pub origin: Origin,
    /// `(collection, id)` of each row.
    pub rows: Vec<(String, RecordId)>,
    /// Collections of which every row may have changed.
    pub reset: Vec<String>,
    /// Outbox entries added, changed or gone.
    pub entries: Vec<EntryKey>,
    /// Records in which an edit made here was merged with someone else's change, without a question.
    pub merged: Vec<RecordKey>,
    /// Whether something about pulls (cursors, completeness) changed.
    pub pulls: bool,
}

impl ChangeSet {
    /// An empty set by `origin`.
    #[must_use]
    pub fn new(origin: Origin) -> Self {
        Self { origin, rows: Vec::new(), reset: Vec::new(), entries: Vec::new(), merged: Vec::new(), pulls: false }
    }

    /// Whether nothing was touched.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
            && self.reset.is_empty()
            && self.entries.is_empty()
            && self.merged.is_empty()
            && !self.pulls
    }

    /// Whether `collection`'s rows may have changed at all.
    #[must_use]
    pub fn touches(&self, collection: &str) -> bool {
        self.reset.iter().any(|name| name == collection) || self.rows.iter().any(|(name, _)| name == collection)
    }
}
