//! The reader's language, as the page finds it: `public/boot.js` asks for the words while the app still loads.
//!
//! What is asked for here is the outcome: the tag for `Intl`, and the text of the language's file.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

/// The event on the window that says: another language is wanted, or its words have come late.
pub const LANGUAGE_CHANGED: &str = "landfall:language";

#[cfg(target_arch = "wasm32")]
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = landfallLanguage)]
    async fn wanted(locale: Option<&str>) -> Result<JsValue, JsValue>;
}

/// The wanted language's tag and the text of its file (empty for English), within a second; `None` where no page tells.
/// `locale` is the config's, once it is known; an empty one says that the config has none.
#[cfg(target_arch = "wasm32")]
pub async fn wanted_language(locale: Option<&str>) -> Option<(String, String)> {
    let answer: js_sys::Array = wanted(locale).await.ok()?.dyn_into().ok()?;
    Some((answer.get(0).as_string()?, answer.get(1).as_string()?))
}

/// Without a page nobody wants a language.
#[cfg(not(target_arch = "wasm32"))]
pub async fn wanted_language(_locale: Option<&str>) -> Option<(String, String)> {
    None
}

/// Tells whoever looks after the app, in the console.
pub fn warn(words: &str) {
    #[cfg(target_arch = "wasm32")]
    web_sys::console::warn_1(&words.into());
    #[cfg(not(target_arch = "wasm32"))]
    eprintln!("{words}");
}
