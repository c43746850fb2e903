//! The screens and their addresses: a path names exactly one screen, and each screen knows its path.
//!
//! Matching is a plain `match` on decoded path segments, because a route table of generic types
//! costs more bytes than all of the screens' addresses are worth.

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
    /// `/search`
    Search,
    /// `/outbox`
    Outbox,
    /// `/settings`
    Settings,
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
            ["search"] => Self::Search,
            ["outbox"] => Self::Outbox,
            ["settings"] => Self::Settings,
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
            Self::Search => vec!["search"],
            Self::Outbox => vec!["outbox"],
            Self::Settings => vec!["settings"],
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_screen_is_found_by_its_own_path() {
        for route in [
            Route::Home,
            Route::List("people".into()),
            Route::New("people".into()),
            Route::Record("people".into(), "p 1".into()),
            Route::Search,
            Route::Outbox,
            Route::Settings,
        ] {
            let segments: Vec<String> = route.segments().into_iter().map(str::to_owned).collect();
            assert_eq!(Route::of(&segments), route);
        }
    }

    #[test]
    fn unknown_paths_are_missing() {
        assert_eq!(Route::of(&["c".into()]), Route::Missing);
        assert_eq!(Route::of(&["nowhere".into(), String::new()]), Route::Missing);
    }
}
