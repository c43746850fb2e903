//! The one `h1` of a page, which is also the document's title.

use crate::ui::dom::{El, document, el, follow};
use std::rc::Rc;

/// The page's heading; it takes the focus when the page is entered.
pub fn heading(words: impl Fn() -> String + 'static) -> El {
    let words: Rc<dyn Fn() -> String> = Rc::new(words);
    let title = words.clone();
    follow(move || document().set_title(&[&title(), " · Landfall"].concat()));
    el("h1").attrs(&[("tabindex", "-1"), ("dir", "auto")]).text_of(move || words())
}

/// A heading that never changes.
pub fn fixed_heading(words: &str) -> El {
    document().set_title(&[words, " · Landfall"].concat());
    el("h1").attr("tabindex", "-1").text(words)
}
