//! The app's entry point: shows panics in the console, and opens the app.

fn main() {
    #[cfg(target_arch = "wasm32")]
    {
        console_error_panic_hook::set_once();
        landfall::composition::start();
    }
    #[cfg(not(target_arch = "wasm32"))]
    eprintln!("Landfall runs in a browser: `make run` builds and serves it.");
}
