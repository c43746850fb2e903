//! What can go wrong between an edit and the disk.

use super::DiskError;

/// An error of the local floor.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The disk could not do it; nothing was stored.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The entry was acked, discarded or folded meanwhile.
    #[error("entry is no longer in the outbox")]
    EntryGone,
    /// Another tab has taken the lead.
    #[error("another tab leads now")]
    NotLeader,
    /// No such collection in this workspace.
    #[error("no collection named {0}")]
    NoCollection(String),
}

impl StoreError {
    /// A stable word for the screen's sentence: `quota`, `newer_version`, `unavailable`, `failed`.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Disk(DiskError::Quota) => "quota",
            Self::Disk(DiskError::NewerVersion) => "newer_version",
            Self::Disk(DiskError::Unavailable(_) | DiskError::Blocked) => "unavailable",
            _ => "failed",
        }
    }
}
