//! What we ask of the environment: a trait and its web adapter each.
//!
//! Time, chance, the network's state, tabs and small preferences come in through these traits, so
//! that every floor above runs natively under a fake clock. The web adapters exist only on wasm.

#[cfg(target_arch = "wasm32")]
pub mod app_shell;
pub mod cipher;
#[cfg(target_arch = "wasm32")]
pub mod cipher_web;
pub mod clock;
pub mod connectivity;
#[cfg(target_arch = "wasm32")]
pub mod connectivity_web;
pub mod language;
#[cfg(target_arch = "wasm32")]
mod listeners;
pub mod preferences;
pub mod random;
pub mod scope;
pub mod storage;
mod subscribers;
pub mod tabs;
pub mod tabs_memory;
#[cfg(target_arch = "wasm32")]
pub mod tabs_web;

#[cfg(target_arch = "wasm32")]
#[allow(clippy::disallowed_methods)] // the one place that asks for it
fn window() -> Option<web_sys::Window> {
    web_sys::window()
}

/// Runs a future to its end, beside everything else in this page.
#[cfg(target_arch = "wasm32")]
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    spawn_boxed(Box::pin(future));
}

/// Apart, so that the executor's code is there once and not for every future.
#[cfg(target_arch = "wasm32")]
#[allow(clippy::disallowed_methods)] // the one place that asks for it
fn spawn_boxed(future: futures::future::LocalBoxFuture<'static, ()>) {
    wasm_bindgen_futures::spawn_local(future);
}

pub use cipher::{Cipher, MemoryCipher};
pub use clock::Clock;
pub use connectivity::{Connectivity, MemoryConnectivity, Wake};
pub use language::{LANGUAGE_CHANGED, wanted_language};
pub use preferences::{MemoryPreferences, Preferences};
pub use random::{Random, operation_id};
pub use scope::{live_under, own_key, own_name};
pub use storage::{Estimate, MemoryStorage, Storage};
pub use tabs::{Leadership, Tabs};
pub use tabs_memory::MemoryTabs;

#[cfg(target_arch = "wasm32")]
pub use {
    cipher_web::WebCipher,
    clock::WebClock,
    connectivity_web::{ServerPlace, WebConnectivity},
    preferences::WebPreferences,
    random::WebRandom,
    storage::WebStorage,
    tabs_web::WebTabs,
};

use std::rc::Rc;

/// Everything that the engine asks of its surroundings.
#[derive(Clone)]
pub struct Environment {
    /// Time.
    pub clock: Rc<dyn Clock>,
    /// Chance.
    pub random: Rc<dyn Random>,
    /// Whether a network is there, and when to try again.
    pub connectivity: Rc<dyn Connectivity>,
    /// The other tabs of this workspace.
    pub tabs: Rc<dyn Tabs>,
}
