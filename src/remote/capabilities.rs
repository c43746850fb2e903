//! What a backend can promise: the engine picks the strongest safe protocol by it, and the app shows it.

/// How deletes made elsewhere become known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeleteFeed {
    /// Pulls bring tombstones.
    Tombstones,
    /// Only a sweep over all ids tells.
    Sweep,
}

/// A backend's properties.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // independent facts, each a yes or a no
pub struct Capabilities {
    /// Creates take an id made here, and refuse one that exists.
    pub client_ids: bool,
    /// Patches and deletes can demand the version that they were based on.
    pub conditional_writes: bool,
    /// A repeated `op_id` is answered with the first result.
    pub idempotency_keys: bool,
    /// Versions can be put in order (as text).
    pub ordered_versions: bool,
    /// Changed rows can be pulled from a cursor on.
    pub delta_pull: bool,
    /// Pokes arrive when something changes.
    pub change_feed: bool,
    /// How deletes made elsewhere become known.
    pub deletes: DeleteFeed,
    /// A refusal to show a record looks the same as its absence.
    pub denial_looks_like_absence: bool,
}
