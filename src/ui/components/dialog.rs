//! A question that must be answered before anything else: the APG's alert dialog, on the browser's own.
//!
//! The browser keeps the focus inside, closes at Escape, and gives the focus back. Cancel is what the focus
//! begins on, so that Enter harms nothing.

use super::act;
use crate::{
    state::{RwSignal, translation::t},
    ui::dom::{El, View, close_dialog, el, open_dialog, when},
};

/// Asks while `open` holds: a title, the words of the moment, and what can be done.
pub fn alert_dialog(
    open: RwSignal<bool>,
    title: String,
    words: impl Fn() -> String + Clone + 'static,
    acts: impl Fn() -> View + 'static,
) -> View {
    when(
        move || open.get(),
        move || {
            let dialog = el("dialog")
                .attrs(&[("class", "dialog"), ("role", "alertdialog")])
                .attrs(&[("aria-labelledby", "dialog-title"), ("aria-describedby", "dialog-words")])
                .on("close", move |_| _ = open.try_set(false))
                .child(el("h2").attrs(&[("id", "dialog-title"), ("dir", "auto")]).text(&title))
                .child(el("p").attrs(&[("id", "dialog-words"), ("dir", "auto")]).text_of(words.clone()))
                .child(el("div").class("row").child(acts()));
            open_dialog(dialog.element());
            dialog.into()
        },
    )
}

/// The button that changes nothing.
pub fn cancel_button() -> El {
    act(t("cancel"), "button cancel", close_dialog)
}
