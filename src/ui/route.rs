//! The screens and their addresses: a path names exactly one screen, and each screen knows its path.
//!
//! Matching is a plain `match` on decoded path segments, because a route table of generic types
//! costs more bytes than all of the screens' addresses are worth.

use crate::model::EntryKey;

/// One screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// `/`
    Home,
    /// `/c/:collection`
    List(String),
    /// `/c/:collection/new`
    New(String),
    /// `/c/:collection/:id`
    Record(String, String),
    /// `/new`: to which collection?
    Add,
    /// `/search`
    Search,
    /// `/outbox`
    Outbox,
    /// `/conflicts/:id`: an outbox entry, by [`entry_id`]
    Conflict(String),
    /// `/sync`
    Sync,
    /// `/settings`
    Settings,
    /// `/start`
    Start,
    /// `/connect`
    Connect,
    /// Anything else.
    Missing,
}

impl Route {
    /// The screen of these path segments, already decoded; empty ones do not count.
    #[must_use]
    pub fn of(segments: &[String]) -> Self {
        let segments: Vec<&str> = segments.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        match segments.as_slice() {
            [] | ["index.html"] => Self::Home,
            ["c", collection] => Self::List((*collection).to_owned()),
            ["c", collection, "new"] => Self::New((*collection).to_owned()),
            ["c", collection, id] => Self::Record((*collection).to_owned(), (*id).to_owned()),
            ["new"] => Self::Add,
            ["search"] => Self::Search,
            ["outbox"] => Self::Outbox,
            ["conflicts", id] => Self::Conflict((*id).to_owned()),
            ["sync"] => Self::Sync,
            ["settings"] => Self::Settings,
            ["start"] => Self::Start,
            ["connect"] => Self::Connect,
            _ => Self::Missing,
        }
    }

    /// The path segments of the screen, not yet encoded.
    #[must_use]
    pub fn segments(&self) -> Vec<&str> {
        match self {
            Self::Home | Self::Missing => Vec::new(),
            Self::List(collection) => vec!["c", collection],
            Self::New(collection) => vec!["c", collection, "new"],
            Self::Record(collection, id) => vec!["c", collection, id],
            Self::Add => vec!["new"],
            Self::Search => vec!["search"],
            Self::Outbox => vec!["outbox"],
            Self::Conflict(id) => vec!["conflicts", id],
            Self::Sync => vec!["sync"],
            Self::Settings => vec!["settings"],
            Self::Start => vec!["start"],
            Self::Connect => vec!["connect"],
        }
    }

    /// The collection that the screen is about.
    #[must_use]
    pub fn collection(&self) -> Option<&str> {
        match self {
            Self::List(name) | Self::New(name) | Self::Record(name, _) => Some(name),
            _ => None,
        }
    }
}

/// An outbox entry in an address: its place, `seq.sub`.
#[must_use]
pub fn entry_id(key: EntryKey) -> String {
    [&key.seq.to_string(), ".", &key.sub.to_string()].concat()
}

/// The entry that an address names.
#[must_use]
pub fn entry_key(id: &str) -> Option<EntryKey> {
    let (seq, sub) = id.split_once('.')?;
    Some(EntryKey { seq: seq.parse().ok()?, sub: sub.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_found_again_by_its_address() {
        let key = EntryKey { seq: 12, sub: 3 };
        assert_eq!(entry_key(&entry_id(key)), Some(key));
        assert_eq!(entry_key("12"), None);
        assert_eq!(entry_key("12.x"), None);
    }

    fn all() -> [Route; 12] {
        [
            Route::Home,
            Route::List("people".into()),
            Route::New("people".into()),
            Route::Record("people".into(), "p 1".into()),
            Route::Add,
            Route::Search,
            Route::Outbox,
            Route::Conflict("12.0".into()),
            Route::Sync,
            Route::Settings,
            Route::Start,
            Route::Connect,
        ]
    }

    #[test]
    fn each_screen_is_found_by_its_own_path() {
        for route in all() {
            let segments: Vec<String> = route.segments().into_iter().map(str::to_owned).collect();
            assert_eq!(Route::of(&segments), route);
        }
    }

    /// The service worker answers these addresses when no host does.
    #[test]
    fn the_service_worker_knows_every_screen() {
        let worker = include_str!("../../public/sw.js");
        let known = worker.lines().find(|line| line.starts_with("const SCREENS")).unwrap_or_default();
        for route in all() {
            let first = route.segments().first().copied().unwrap_or("index.html");
            assert!(known.contains(&["'", first, "'"].concat()), "{first} is missing in {known}");
        }
    }

    #[test]
    fn unknown_paths_are_missing() {
        assert_eq!(Route::of(&["c".into()]), Route::Missing);
        assert_eq!(Route::of(&["nowhere".into(), String::new()]), Route::Missing);
    }
}
