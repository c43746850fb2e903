//! A switch: on or off, at once.

use crate::ui::dom::{El, el};
use std::rc::Rc;

/// A switch of that accessible name; `on` is followed.
pub fn switch(words: &str, name: &str, on: Rc<dyn Fn() -> bool>, set: Rc<dyn Fn(bool)>) -> El {
    let input = el("input")
        .attrs(&[("type", "checkbox"), ("role", "switch"), ("name", name), ("aria-label", words)])
        .prop_of("checked", move || on().into())
        .on_check(move |on| set(on));
    el("span").class("check switch").child(input)
}
