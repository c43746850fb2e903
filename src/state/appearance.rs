//! How the reader wants the app to look: theme and density, and hints put away for good.
//!
//! Kept in the device's small preferences, never with the data: it opens before any store does, and
//! `public/boot.js` puts the same words on the root element before the first paint.

use super::signal::RwSignal;
use crate::platform::Preferences;
use leptos::prelude::{LocalStorage, StoredValue, WithValue};
use std::rc::Rc;

/// One thing that the reader can choose, by words. `data-<name>` on the root element carries the present word.
#[derive(Clone, Copy)]
pub struct Choice {
    /// What it is called in the preferences and on the root element.
    pub name: &'static str,
    /// The words, in the order of the settings; the first holds until another is chosen.
    pub words: &'static [&'static str],
    /// The present word; change it with [`Appearance::choose`].
    pub now: RwSignal<&'static str>,
}

const SAMPLE_LINE: &str = "sample-line";

/// The reader's choices as signals; provided as Leptos context.
#[derive(Clone, Copy)]
pub struct Appearance {
    preferences: StoredValue<Rc<dyn Preferences>, LocalStorage>,
    /// Paper, deep sea, the strongest contrast, or as the device is set.
    pub theme: Choice,
    /// How much room rows take.
    pub density: Choice,
    /// Whether the line about sample data still shows; put it away with [`Self::dismiss_sample_line`].
    pub sample_line: RwSignal<bool>,
}

impl Appearance {
    /// The choices kept in `preferences`.
    #[must_use]
    pub fn new(preferences: Rc<dyn Preferences>) -> Self {
        let choice = |name: &'static str, words: &'static [&'static str]| {
            let kept = preferences.get(name);
            let now = words.iter().find(|word| Some(**word) == kept.as_deref()).unwrap_or(&words[0]);
            Choice { name, words, now: RwSignal::new(*now) }
        };
        Self {
            theme: choice("theme", &["system", "light", "dark", "contrast"]),
            density: choice("density", &["comfortable", "compact"]),
            sample_line: RwSignal::new(preferences.get(SAMPLE_LINE).is_none()),
            preferences: StoredValue::new_local(preferences),
        }
    }

    /// Takes and keeps one of a choice's words.
    pub fn choose(self, choice: Choice, word: &'static str) {
        if choice.now.get_untracked() != word {
            choice.now.set(word);
            self.preferences.with_value(|kept| kept.set(choice.name, word));
        }
    }

    /// Puts the line about sample data away for good.
    pub fn dismiss_sample_line(self) {
        self.sample_line.set(false);
        self.preferences.with_value(|kept| kept.set(SAMPLE_LINE, "away"));
    }
}
