//! How the reader wants the app: theme, language, single-key shortcuts, and hints put away for good.
//!
//! Kept in the device's small preferences, never with the data: it opens before any store does.

use super::{format, signal::RwSignal, stored::StoredValue, translation::LANGUAGES};
use crate::platform::Preferences;
use std::rc::Rc;

/// Light, dark, or as the device is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the device is set.
    #[default]
    System,
    /// Paper.
    Light,
    /// Deep sea.
    Dark,
}

impl Theme {
    /// Every theme, in the order of the settings.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word on the root element and in the preferences.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

const THEME: &str = "theme";
const LANGUAGE: &str = "language";
/// Where `public/boot.js` keeps the config's language.
const LOCALE: &str = "locale";
const SAMPLE_LINE: &str = "sample-line";
const KEYS: &str = "keys";

/// The reader's choices as signals; provided as Leptos context.
#[derive(Clone, Copy)]
pub struct Appearance {
    preferences: StoredValue<Rc<dyn Preferences>>,
    /// The theme; change it with [`Self::choose`].
    pub theme: RwSignal<Theme>,
    /// Whether single letters and signs are shortcuts (WCAG 2.1.4); change it with [`Self::choose_keys`].
    pub keys: RwSignal<bool>,
    /// Whether the line about sample data still shows; put it away with [`Self::dismiss_sample_line`].
    pub sample_line: RwSignal<bool>,
}

impl Appearance {
    /// The choices kept in `preferences`.
    #[must_use]
    pub fn new(preferences: Rc<dyn Preferences>) -> Self {
        let kept = preferences.get(THEME);
        let theme = Theme::ALL.into_iter().find(|theme| Some(theme.as_str()) == kept.as_deref());
        Self {
            theme: RwSignal::new(theme.unwrap_or_default()),
            keys: RwSignal::new(preferences.get(KEYS).as_deref() != Some("off")),
            sample_line: RwSignal::new(preferences.get(SAMPLE_LINE).is_none()),
            preferences: StoredValue::new(preferences),
        }
    }

    /// Takes and keeps a theme.
    pub fn choose(self, theme: Theme) {
        if self.theme.get_untracked() != theme {
            self.theme.set(theme);
            self.preferences.with_value(|kept| kept.set(THEME, theme.as_str()));
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
