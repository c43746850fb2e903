//! Who is signed in, and the way out: what was not sent yet is never dropped without being asked for.

use super::device;
use crate::{
    state::{
        ChipState, RwSignal, Unsent,
        translation::{fill, plural, t},
    },
    ui::{
        components::{act, alert_dialog, cancel_button},
        context::Ui,
        dom::{El, View, choose, close_dialog, el, spawn},
    },
};
use leptos::prelude::untrack;

/// The account's section of the settings; nothing where nobody signs in.
pub fn account(ui: Ui) -> View {
    let services = ui.services;
    let Some(account) = untrack(|| services.account()) else { return View::default() };
    let asking = RwSignal::new(false);
    let press = move || match services.sync_status().get_untracked().pending {
        0 => leave(ui, Unsent::Keep),
        _ => asking.set(true),
    };
    let hint = move || {
        let over = services.account().is_some_and(|account| account.needs_sign_in);
        (if over { t("account.over") } else { t("account.hint") }).to_owned()
    };
    let who = el("span")
        .child(el("span").attr("dir", "auto").text(&account.label))
        .child(el("small").class("soft").text_of(hint));
    let row = el("div").class("line").child(who).child(act(t("sign_out"), "button", press));
    let section = el("section")
        .class("stack")
        .child(el("h2").text(t("account")))
        .child(el("div").class("card lines flush").child(row));
    vec![section.into(), dialog(ui, asking, account.label)].into()
}

fn dialog(ui: Ui, asking: RwSignal<bool>, label: String) -> View {
    let status = ui.services.sync_status();
    let words = move || match status.get().pending {
        0 => t("sign_out.sent").to_owned(),
        amount => plural("sign_out.unsent", amount),
    };
    let acts = move || {
        let which = move || {
            let status = status.get();
            match status.pending {
                0 => 0,
                _ if status.state == ChipState::Offline || status.needs_sign_in => 1,
                _ => 2,
            }
        };
        vec![choose(which, move |which| choices(ui, which).into()), cancel_button().into()].into()
    };
    alert_dialog(asking, fill("sign_out.title", &[("label", &label)]), words, acts)
}

/// What can be done: with nothing left to send, with no server in reach, or with one.
fn choices(ui: Ui, which: usize) -> Vec<El> {
    let out = move |words: &str, class: &str, unsent| {
        act(words, class, move || {
            close_dialog();
            leave(ui, unsent);
        })
    };
    if which == 0 {
        return vec![out(t("sign_out"), "button main-act", Unsent::Keep)];
    }
    let send = (which == 2).then(|| act(t("sign_out.send"), "button main-act", move || ui.services.refresh(None)));
    let keep = out(t("sign_out.keep"), "button", Unsent::Keep);
    let discard = out(t("sign_out.discard"), "button danger", Unsent::Discard);
    let copy = device::export_button(ui, t("export.first"));
    send.into_iter().chain([copy, keep, discard]).collect()
}

fn leave(ui: Ui, unsent: Unsent) {
    let gone = ui.services.sign_out(unsent);
    spawn(async move {
        if let Err(why) = gone.await {
            ui.services.notices().error(fill("sign_out.failed", &[("why", &why)]));
        }
    });
}
