//! What the chip in the header says.

use crate::local::Outbox;
use crate::model::Timestamp;
use crate::sync::SyncState;

/// The chip's state; where several hold, the later one shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChipState {
    /// There is no server.
    Local,
    /// The server has everything.
    Synced,
    /// Edits wait.
    Pending,
    /// Edits are under way.
    Sending,
    /// The server is out of reach.
    Offline,
    /// An edit needs the user.
    Attention,
}

impl ChipState {
    /// The word of `data-state`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Synced => "synced",
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Offline => "offline",
            Self::Attention => "attention",
        }
    }
}

/// The state of a workspace's sync.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncStatus {
    /// What the chip shows.
    pub state: ChipState,
    /// How many entries the outbox has.
    pub pending: usize,
    /// How many of them are under way or being checked.
    pub sending: usize,
    /// How many of them need the user; the question of a sweep counts too.
    pub attention: usize,
    /// Whether nothing is sent before someone signs in again.
    pub needs_sign_in: bool,
    /// When everything was last pulled.
    pub synced_at: Option<Timestamp>,
}

impl SyncStatus {
    /// Sums up the outbox and the engine; `session_ended` says that someone must sign in again.
    #[must_use]
    pub fn new(outbox: &Outbox, engine: &SyncState, online: bool, session_ended: bool) -> Self {
        let needs_sign_in = session_ended || engine.needs_sign_in;
        let count = |wanted: fn(&crate::model::Entry) -> bool| outbox.iter().filter(|entry| wanted(entry)).count();
        let (pending, sending) = (outbox.len(), count(crate::model::Entry::in_flight));
        let attention = count(crate::model::Entry::needs_user) + usize::from(engine.sweep_question.is_some());
        let state = [
            (attention > 0 || needs_sign_in, ChipState::Attention),
            (!online || !engine.reachable, ChipState::Offline),
            (sending > 0, ChipState::Sending),
            (pending > 0, ChipState::Pending),
        ];
        let state = state.into_iter().find(|(holds, _)| *holds).map_or(ChipState::Synced, |(_, state)| state);
        Self { state, pending, sending, attention, needs_sign_in, synced_at: engine.synced_at }
    }
}
