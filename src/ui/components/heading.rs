//! The one `h1` of a page, which is also the document's title.

use super::{Text, text};
use leptos::prelude::*;

/// The page's heading; it takes the focus when the page is entered.
pub fn heading(words: Text) -> AnyView {
    if let Some(title) = use_context::<RwSignal<String>>() {
        Effect::new(move || title.set(words.get()));
    }
    view! { <h1 tabindex="-1" dir="auto">{words}</h1> }.into_any()
}

/// A heading that never changes.
pub fn fixed_heading(words: &'static str) -> AnyView {
    heading(text(move || words.to_owned()))
}
