//! The outbox: every edit that the server has not confirmed.

use super::{device, empty::empty, entry, sync};
use crate::{
    state::translation::t,
    ui::{
        components::{Icon, fixed_heading, icon_button},
        context::ui,
        dom::{View, choose, el, keyed},
        route::Route,
    },
};

/// The screen at `/outbox`: what needs the user first, then the rest in the order it was made.
pub fn outbox() -> View {
    let ui = ui();
    let outbox = ui.services.outbox();
    let keys = move || {
        let all = outbox.get();
        let (asks, waits): (Vec<_>, Vec<_>) = all.iter().partition(|item| item.entry.needs_user());
        asks.into_iter().chain(waits).map(|item| entry::key_text(&item.entry)).collect()
    };
    let hint = choose(
        move || usize::from(outbox.get().is_empty()),
        move |is_empty| match is_empty {
            1 => empty(Icon::Check, t("outbox.empty"), t("outbox.empty.hint")).into(),
            _ => el("div")
                .class("head")
                .child(el("p").class("soft").text(t("outbox.hint")))
                .child(device::export_button(ui, t("outbox.export")))
                .into(),
        },
    );
    let refresh = icon_button(Icon::Refresh, t("refresh"), "button bare square", move || ui.services.refresh(None));
    let details = el("a").attr("href", &ui.href(&Route::Sync)).text(t("sync.details"));
    el("div")
        .class("page narrow")
        .child(el("div").class("head").child(fixed_heading(t("outbox"))).child(details).child(refresh))
        .child(sync::sweep(ui))
        .child(hint)
        .child(keyed(keys, move |key| entry::entry_of(ui, key)))
        .into()
}
