//! The outbox: every edit that the server has not confirmed.

use super::entry;
use crate::{
    state::translation::t,
    ui::{
        components::{Icon, dynamic, fixed_heading, icon, keyed},
        context::ui,
    },
};
use leptos::prelude::*;

/// The screen at `/outbox`: what needs the user first, then the rest in the order it was made.
pub fn outbox() -> AnyView {
    let ui = ui();
    let outbox = ui.services.outbox();
    let keys = Memo::new(move |_| {
        let all = outbox.get();
        let (asks, waits): (Vec<_>, Vec<_>) = all.iter().partition(|item| item.entry.needs_user());
        asks.into_iter().chain(waits).map(|item| entry::key_text(&item.entry)).collect::<Vec<_>>()
    });
    let refresh = move |_| ui.services.refresh(None);
    view! {
        <div class="page narrow">
            <div class="head">
                {fixed_heading(t("outbox"))}
                <button type="button" class="button bare square" aria-label=t("refresh") title=t("refresh") on:click=refresh>
                    {icon(Icon::Refresh)}
                </button>
            </div>
            {dynamic(move || if keys.with(Vec::is_empty) { empty() } else { hint() })}
            {keyed(keys.into(), move |key| entry::entry_of(ui, key))}
        </div>
    }
    .into_any()
}

fn hint() -> AnyView {
    view! { <p class="soft">{t("outbox.hint")}</p> }.into_any()
}

fn empty() -> AnyView {
    view! { <div class="empty">{icon(Icon::Check)}<h2>{t("outbox.empty")}</h2><p>{t("outbox.empty.hint")}</p></div> }
        .into_any()
}
