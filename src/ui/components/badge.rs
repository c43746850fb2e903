//! What became of an edit, as icon and text; nothing is shown for what is synced.

use super::{Icon, icon};
use crate::{
    model::{Entry, EntryState, Kind},
    state::{RowSync, translation::t},
    ui::dom::{El, el},
};

/// The badge of a row or a field.
pub fn badge(sync: RowSync) -> Option<El> {
    let (shape, words) = match sync {
        RowSync::Synced => return None,
        RowSync::Pending => (Icon::Clock, t("sync.saved")),
        RowSync::Sending => (Icon::Up, t("sync.sending")),
        RowSync::Checking => (Icon::Up, t("sync.checking")),
        RowSync::Conflict => (Icon::Alert, t("sync.conflict")),
        RowSync::Failed => (Icon::Alert, t("sync.failed")),
    };
    Some(worded(sync.as_str(), shape, words))
}

/// The badge of an outbox entry, which knows a little more than a row.
pub fn entry_word(entry: &Entry) -> El {
    let (shape, words) = match entry.clear.state {
        EntryState::Queued => (Icon::Clock, t("sync.saved")),
        EntryState::Sending => (Icon::Up, t("sync.sending")),
        EntryState::Ambiguous => (Icon::Up, t("sync.checking")),
        EntryState::Conflict if entry.clear.kind == Kind::Delete => (Icon::Alert, t("sync.conflict.delete")),
        EntryState::Conflict => (Icon::Alert, t("sync.conflict")),
        EntryState::Parked => (Icon::Alert, t("sync.refused")),
    };
    worded(entry_sync(entry), shape, words)
}

/// The `data-sync` word of an entry; an ambiguous one counts as sending.
pub fn entry_sync(entry: &Entry) -> &'static str {
    match entry.clear.state {
        EntryState::Queued => "pending",
        EntryState::Sending | EntryState::Ambiguous => "sending",
        EntryState::Conflict => "conflict",
        EntryState::Parked => "failed",
    }
}

fn worded(sync: &str, shape: Icon, words: &str) -> El {
    el("span").attrs(&[("class", "badge"), ("data-sync", sync)]).child(icon(shape)).child(el("span").text(words))
}
