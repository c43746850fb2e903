//! An address that names nothing.

use crate::{
    state::translation::t,
    ui::{
        components::{Icon, fixed_heading, icon},
        context::ui,
        route::Route,
    },
};
use leptos::prelude::*;

/// Says so, and leads home.
pub fn not_found() -> AnyView {
    let home = ui().href(&Route::Home);
    view! {
        <div class="page narrow">
            {fixed_heading(t("missing"))}
            <div class="empty">{icon(Icon::Search)}<p>{t("missing.hint")}</p><a class="button main-act" href=home>{t("missing.home")}</a></div>
        </div>
    }
    .into_any()
}
