//! How the reader wants the app: theme, density, language, single-key shortcuts, and hints put away for good.
//!
//! Kept in the device's small preferences, never with the data: it opens before any store does, and
//! `public/boot.js` puts the same words on the root element before the first paint.

use super::{format, signal::RwSignal, translation::LANGUAGES};
use crate::platform::Preferences;
use leptos::prelude::{LocalStorage, StoredValue, WithValue};
use std::rc::Rc;

/// One thing that the reader can choose, by words. `data-<name>` on the root element carries the present word.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// What it is called in the preferences and on the root element.
    pub name: &'static str,
    /// The words, in the order of the settings; the first holds until another is chosen.
    pub words: &'static [&'static str],
    /// The present word; change it with [`Appearance::choose`].
    pub now: RwSignal<&'static str>,
}

const LANGUAGE: &str = "language";
/// Where `public/boot.js` keeps the config's language.
const LOCALE: &str = "locale";
const SAMPLE_LINE: &str = "sample-line";
const KEYS: &str = "keys";

/// The reader's choices as signals; provided as Leptos context.
#[derive(Clone, Copy)]
pub struct Appearance {
    preferences: StoredValue<Rc<dyn Preferences>, LocalStorage>,
    /// Paper, deep sea, the strongest contrast, or as the device is set.
    pub theme: Choice,
    /// How much room rows take.
    pub density: Choice,
    /// Whether single letters and signs are shortcuts (WCAG 2.1.4); change it with [`Self::choose_keys`].
    pub keys: RwSignal<bool>,
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
            keys: RwSignal::new(preferences.get(KEYS).as_deref() != Some("off")),
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

    /// Turns single-key shortcuts on or off, for good.
    pub fn choose_keys(self, on: bool) {
        self.keys.set(on);
        self.preferences.with_value(|kept| kept.set(KEYS, if on { "on" } else { "off" }));
    }

    /// The tag of the language that was chosen; empty where nothing was, so that the config or the browser decides.
    #[must_use]
    pub fn chosen_language(self) -> String {
        self.preference(LANGUAGE)
    }

    /// The languages to choose from, tag and name: those of the app, and the config's.
    #[must_use]
    pub fn languages(self) -> Vec<(String, String)> {
        let mut all: Vec<_> = LANGUAGES.iter().map(|(tag, name)| ((*tag).to_owned(), (*name).to_owned())).collect();
        let locale = self.preference(LOCALE);
        if !locale.is_empty() && all.iter().all(|(tag, _)| *tag != locale) {
            all.push((locale.clone(), format::language_name(&locale)));
        }
        all
    }

    /// Keeps the choice of a language; an empty tag takes it back.
    pub fn choose_language(self, tag: &str) {
        self.preferences.with_value(|kept| match tag {
            "" => kept.remove(LANGUAGE),
            tag => kept.set(LANGUAGE, tag),
        });
    }

    fn preference(self, key: &str) -> String {
        self.preferences.with_value(|kept| kept.get(key)).unwrap_or_default()
    }

    /// Puts the line about sample data away for good.
    pub fn dismiss_sample_line(self) {
        self.sample_line.set(false);
        self.preferences.with_value(|kept| kept.set(SAMPLE_LINE, "away"));
    }
}
