//! The app as the device sees it: the number on its icon, and the version that waits.

use std::cell::Cell;

/// What the device does for an installed app.
pub trait AppShell {
    /// Puts a number on the app's icon, and takes it away at zero. A device without such numbers does nothing.
    fn set_badge(&self, count: usize);
    /// Opens the page anew, with the version that waits, if one does. Other tabs keep theirs.
    fn update(&self);
}

/// A shell that remembers what was asked of it, for tests.
#[derive(Debug, Default)]
pub struct MemoryAppShell {
    badge: Cell<usize>,
    updates: Cell<usize>,
}

impl MemoryAppShell {
    /// The number on the icon.
    pub fn badge(&self) -> usize {
        self.badge.get()
    }

    /// How often the page was opened anew.
    pub fn updates(&self) -> usize {
        self.updates.get()
    }
}

impl AppShell for MemoryAppShell {
    fn set_badge(&self, count: usize) {
        self.badge.set(count);
    }

    fn update(&self) {
        self.updates.set(self.updates.get() + 1);
    }
}

#[cfg(target_arch = "wasm32")]
mod web {
    use super::AppShell;
    use wasm_bindgen::prelude::wasm_bindgen;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_name = landfallBadge)]
        fn badge(count: usize);
        #[wasm_bindgen(js_name = landfallUpdate)]
        fn update();
    }

    /// The browser's, by way of `public/boot.js`, which also looks after the service worker.
    #[derive(Clone, Copy, Debug, Default)]
    pub struct WebAppShell;

    impl AppShell for WebAppShell {
        fn set_badge(&self, count: usize) {
            badge(count);
        }

        fn update(&self) {
            update();
        }
    }
}

#[cfg(target_arch = "wasm32")]
pub use web::WebAppShell;
