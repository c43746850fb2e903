//! The one `h1` of a page, which is also the document's title.

use crate::ui::dom::{El, Page, document, el, follow};
use std::rc::Rc;

/// The page's heading; it takes the focus when the page is entered.
pub fn heading(words: impl Fn() -> String + 'static) -> El {
    let words: Rc<dyn Fn() -> String> = Rc::new(words);
    let title = words.clone();
    follow(move || name_page(&title()));
    el("h1").attrs(&[("tabindex", "-1"), ("dir", "auto")]).text_of(move || words())
}

/// A heading that never changes.
pub fn fixed_heading(words: &str) -> El {
    name_page(words);
    el("h1").attr("tabindex", "-1").text(words)
}

/// The document's title: the page, then the app as its config calls it.
fn name_page(words: &str) {
    document().set_title(&[words, " · ", &Page::noted("name")].concat());
}
