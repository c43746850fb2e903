//! The app as the device sees it: the number on its icon, and the version that waits.
//!
//! `public/update.js` does both, because it also looks after the service worker, and works before the app does.

use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = landfallBadge)]
    fn badge(count: usize);
    #[wasm_bindgen(js_name = landfallUpdate)]
    fn open_waiting();
}

/// Puts a number on the app's icon, and takes it away at zero. A device without such numbers does nothing.
pub fn set_badge(count: usize) {
    badge(count);
}

/// Opens the page anew, with the version that waits, if one does. Other tabs keep theirs.
pub fn update() {
    open_waiting();
}
