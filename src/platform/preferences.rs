//! Small choices of the user (theme, language, practice panel): never records, never tokens.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

/// A synchronous store of short texts, shared by the tabs of one origin.
pub trait Preferences {
    /// The text kept under `key`.
    fn get(&self, key: &str) -> Option<String>;
    /// Keeps `value` under `key`; a full or forbidden storage is not an error worth stopping for.
    fn set(&self, key: &str, value: &str);
    /// Forgets `key`.
    fn remove(&self, key: &str);
}

/// Preferences that last as long as their last handle.
#[derive(Clone, Debug, Default)]
pub struct MemoryPreferences(Rc<RefCell<BTreeMap<String, String>>>);

impl Preferences for MemoryPreferences {
    fn get(&self, key: &str) -> Option<String> {
        self.0.borrow().get(key).cloned()
    }

    fn set(&self, key: &str, value: &str) {
        self.0.borrow_mut().insert(key.to_owned(), value.to_owned());
    }

    fn remove(&self, key: &str) {
        self.0.borrow_mut().remove(key);
    }
}

/// `localStorage`, under keys of this app ([`own_key`](super::own_key)). Where it is forbidden, nothing is kept.
#[cfg(target_arch = "wasm32")]
#[derive(Clone, Copy, Debug, Default)]
pub struct WebPreferences;

#[cfg(target_arch = "wasm32")]
impl WebPreferences {
    /// Asking for it throws where cookies are blocked, and gloo takes it for granted: so it is asked first.
    fn storage() -> Option<web_sys::Storage> {
        super::window()?.local_storage().ok()??;
        Some(gloo_storage::LocalStorage::raw())
    }
}

#[cfg(target_arch = "wasm32")]
use gloo_storage::Storage as _;

#[cfg(target_arch = "wasm32")]
impl Preferences for WebPreferences {
    fn get(&self, key: &str) -> Option<String> {
        Self::storage()?.get_item(&super::own_key(key)).ok()?
    }

    fn set(&self, key: &str, value: &str) {
        if let Some(storage) = Self::storage() {
            let _ = storage.set_item(&super::own_key(key), value); // full: it lasts until reload
        }
    }

    fn remove(&self, key: &str) {
        if let Some(storage) = Self::storage() {
            let _ = storage.remove_item(&super::own_key(key));
        }
    }
}
