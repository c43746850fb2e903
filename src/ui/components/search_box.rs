//! The search box of a screen; it answers at each letter.

use super::{Icon, icon};
use crate::{
    state::translation::t,
    ui::{
        context::Ui,
        dom::{El, el},
    },
};

/// Searches what the address names: the words live there.
pub fn search_box(ui: Ui) -> El {
    let input = el("input")
        .attrs(&[
            ("class", "input"),
            ("type", "search"),
            ("role", "searchbox"),
            ("name", "q"),
            ("autocomplete", "off"),
            ("enterkeyhint", "search"),
            ("aria-label", t("search")),
            ("placeholder", t("search")),
        ])
        .prop_of("value", move || ui.bar.list().search.into())
        .on_input(move |words| ui.bar.change_list(|address| address.search = words));
    el("div").attrs(&[("class", "search"), ("role", "search")]).child(icon(Icon::Search)).child(input)
}
