//! Upper and lower case in every script.
//!
//! The browser brings the tables; in the app they would be 25 kB. Both sides follow Unicode's default mapping and
//! no locale, so that devices agree.

/// The text in lower case.
#[must_use]
pub fn lower(text: &str) -> String {
    engine::lower(text)
}

/// The text in upper case.
#[must_use]
pub fn upper(text: &str) -> String {
    engine::upper(text)
}

#[cfg(target_arch = "wasm32")]
mod engine {
    use js_sys::JsString;

    pub fn lower(text: &str) -> String {
        JsString::from(text).to_lower_case().into()
    }

    pub fn upper(text: &str) -> String {
        JsString::from(text).to_upper_case().into()
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod engine {
    pub fn lower(text: &str) -> String {
        text.to_lowercase()
    }

    pub fn upper(text: &str) -> String {
        text.to_uppercase()
    }
}
