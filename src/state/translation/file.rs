//! The language in use, and the files of those that are not compiled in.
//!
//! A file is one flat JSON object, `{"key": "words"}`. It is read once and then kept for as long as the page lives, so that words
//! can be handed out as `&'static str`. What is wrong with a file is told in the console, and English fills the gaps.

use super::english;
use crate::model::{Fields, json};
use crate::platform::{language::warn, wanted_language};
use crate::state::ArcRwSignal;
use std::cell::RefCell;

/// The languages that come with the app, each with its name for itself. `public/boot.js` knows them too.
pub const LANGUAGES: [(&str, &str); 2] = [("en", "English"), ("id", "Bahasa Indonesia")];

/// A language of the app.
#[derive(Clone, Copy, Debug)]
pub struct Language {
    /// The BCP 47 tag, for `Intl`.
    pub tag: &'static str,
    /// The words of its file; none for English.
    words: Option<&'static Fields>,
}

thread_local! {
    static LANGUAGE: ArcRwSignal<Language> = ArcRwSignal::new(Language { tag: "en-GB", words: None });
    static KNOWN: RefCell<Vec<Language>> = const { RefCell::new(Vec::new()) };
}

impl Language {
    /// The words of the file under `key`.
    pub(super) fn word(self, key: &str) -> Option<&'static str> {
        self.words?.get(key)?.as_str()
    }

    /// The language of that tag with the words of its file; an empty file is English.
    fn read(tag: &str, text: &str) -> Self {
        let known = KNOWN.with_borrow(|known| known.iter().find(|own| own.tag == tag).copied());
        known.unwrap_or_else(|| {
            let words: Option<&'static Fields> = json::object(text).map(|words| &*Box::leak(Box::new(words)));
            let language = Self { tag: Box::leak(tag.into()), words };
            let unknown: Vec<&str> = language.unknown().collect();
            if !unknown.is_empty() {
                warn(&["Landfall: unknown words in the file for ", tag, ": ", &unknown.join(", ")].concat());
            }
            KNOWN.with_borrow_mut(|known| known.push(language));
            language
        })
    }

    /// Keys that English does not have either; `boot.` is for `public/boot.js`, `sample.` names the sample's
    /// fields, and a language may need more plurals.
    fn unknown(self) -> impl Iterator<Item = &'static str> {
        let keys = self.words.into_iter().flat_map(|words| words.keys().map(String::as_str));
        keys.filter(|key| {
            let plural = key.rsplit_once('.').is_some_and(|(stem, _)| english(&[stem, ".other"].concat()).is_some());
            !plural && !key.starts_with("boot.") && !key.starts_with("sample.") && english(key).is_none()
        })
    }
}

/// The language in use, to read with tracking.
#[must_use]
pub fn language_signal() -> ArcRwSignal<Language> {
    LANGUAGE.with(Clone::clone)
}

/// The language in use.
#[must_use]
pub fn language() -> Language {
    LANGUAGE.with(ArcRwSignal::get_untracked)
}

/// Takes the language that the reader wants, as soon as its words are here; `locale` is the config's, once it is known.
pub async fn speak(locale: Option<&str>) {
    if let Some((tag, text)) = wanted_language(locale).await {
        let wanted = Language::read(&tag, &text);
        if wanted.tag != language().tag {
            language_signal().set(wanted);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_once_and_its_gaps_are_english() {
        let read = Language::read(
            "xx-TEST",
            r#"{"save": "Xave", "list.found.few": "{n} xew", "sav": "?", "boot.stopped": "!"}"#,
        );
        assert_eq!((read.word("save"), read.word("cancel")), (Some("Xave"), None));
        assert_eq!(read.unknown().collect::<Vec<_>>(), ["sav"]);
        let again = Language::read("xx-TEST", "");
        assert_eq!(again.word("save"), Some("Xave"), "the tag is known");
        language_signal().set(read);
        assert_eq!((super::super::t("save"), super::super::t("cancel")), ("Xave", "Cancel"));
    }

    #[test]
    fn the_page_knows_the_same_languages() {
        let named = LANGUAGES.map(|(tag, _)| ["'", tag, "'"].concat()).join(", ");
        let page = include_str!("../../../public/boot.js");
        assert!(page.contains(&["const languages = [", &named, "];"].concat()));
    }

    #[test]
    fn a_broken_file_is_english() {
        for broken in ["", "{", "[]", "<!doctype html>", r#"{"save": 1}"#] {
            assert_eq!(Language::read(broken, broken).word("save"), None, "{broken}");
        }
    }
}
