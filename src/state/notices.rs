//! Short messages that pass: an edit was saved (with its way back), or something needs a word.

use super::signal::{RwSignal, Signal};
use crate::repository::UndoStep;

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Tells messages apart.
    pub id: u64,
    /// What it says.
    pub text: String,
    /// The way back, where there is one.
    pub undo: Option<UndoStep>,
    /// Whether something went wrong.
    pub is_error: bool,
}

/// The messages on the screen.
#[derive(Clone, Copy)]
pub struct Notices(RwSignal<Vec<Notice>>);

impl Default for Notices {
    fn default() -> Self {
        Self(RwSignal::new(Vec::new()))
    }
}

impl Notices {
    /// The messages, oldest first.
    #[must_use]
    pub fn list(&self) -> Signal<Vec<Notice>> {
        self.0.into()
    }

    /// Something was done.
    pub fn saved(&self, text: String, undo: Option<UndoStep>) {
        self.add(text, undo, false);
    }

    /// Something went wrong.
    pub fn error(&self, text: String) {
        self.add(text, None, true);
    }

    /// Takes a message away.
    pub fn dismiss(&self, id: u64) {
        self.0.update(|list| list.retain(|notice| notice.id != id));
    }

    fn add(&self, text: String, undo: Option<UndoStep>, is_error: bool) {
        self.0.update(|list| {
            let id = list.last().map_or(1, |last| last.id + 1);
            // Said again, it takes the place of the one before.
            list.retain(|before| before.undo.is_some() || before.is_error || before.text != text);
            list.push(Notice { id, text, undo, is_error });
        });
    }
}
