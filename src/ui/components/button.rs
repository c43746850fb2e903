//! Buttons.

use super::{Icon, icon};
use crate::{
    state::translation::t,
    ui::dom::{El, el},
};

/// A button with words.
pub fn act(words: &str, class: &str, press: impl Fn() + 'static) -> El {
    el("button").attrs(&[("type", "button"), ("class", class)]).text(words).on_click(press)
}

/// A button with an icon; the words are its name.
pub fn icon_button(shape: Icon, words: &str, class: &str, press: impl Fn() + 'static) -> El {
    el("button")
        .attrs(&[("type", "button"), ("class", class), ("aria-label", words), ("title", words)])
        .child(icon(shape))
        .on_click(press)
}

/// The small cross that puts something away.
pub fn close_button(press: impl Fn() + 'static) -> El {
    icon_button(Icon::Close, t("close"), "button bare square small", press)
}
