//! The app's entry point: opens the app.
//!
//! A development build shows its panics in the console; a released one stops without a text of its own (see
//! `.ci/release`), and `public/boot.js` tells the reader.

fn main() {
    #[cfg(target_arch = "wasm32")]
    {
        #[cfg(debug_assertions)]
        console_error_panic_hook::set_once();
        landfall::composition::start();
    }
    #[cfg(not(target_arch = "wasm32"))]
    eprintln!("Landfall runs in a browser: `make run` builds and serves it.");
}
