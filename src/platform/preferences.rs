//! Small choices of the user (theme, language, practice panel): never records, never tokens.

/// A synchronous store of short texts, shared by the tabs of one origin.
pub trait Preferences {
    /// The text kept under `key`.
    fn get(&self, key: &str) -> Option<String>;
    /// Keeps `value` under `key`; a full or forbidden storage is not an error worth stopping for.
    fn set(&self, key: &str, value: &str);
    /// Forgets `key`.
    fn remove(&self, key: &str);
}
