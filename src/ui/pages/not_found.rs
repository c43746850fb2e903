//! An address that names nothing.

use super::empty::empty;
use crate::{
    state::translation::t,
    ui::{
        components::{Icon, fixed_heading},
        context::ui,
        dom::{View, el},
        route::Route,
    },
};

/// Says so, and leads home.
pub fn not_found() -> View {
    let home = el("a").class("button main-act").attr("href", &ui().href(&Route::Home)).text(t("missing.home"));
    el("div")
        .class("page narrow")
        .child(fixed_heading(t("missing")))
        .child(empty(Icon::Search, "", t("missing.hint")).child(home))
        .into()
}
