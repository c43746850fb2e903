//! This device: installing the app, how long the browser keeps its data, a copy of the data, and erasing all of it.
//!
//! Installing and erasing are done by `public/device.js`, which hears a press on a button with `data-act`: the browser
//! asks its own question there, and what is erased must not be open in the page.

use super::{settings::line, sync};
use crate::{
    state::{
        RwSignal,
        translation::{fill, find, plural, t},
    },
    ui::{
        components::{act, alert_dialog, cancel_button},
        context::Ui,
        dom::{Download, El, Page, View, dynamic, el, on_window, spawn},
    },
};

/// The section of the settings.
pub fn device(ui: Ui) -> El {
    let (asking, unsent) = (RwSignal::new(false), RwSignal::new(0));
    let ask = move || {
        let counted = ui.services.unsent_on_device();
        spawn(async move {
            unsent.try_set(counted.await);
            asking.try_set(true);
        });
    };
    let copy = line(t("export"), t("export.hint"), export_button(ui, t("export")));
    let erase = line(t("erase"), t("erase.hint"), act(t("erase.act"), "button danger", ask));
    let lines: Vec<View> = vec![install(), sync::storage(ui), copy.into(), erase.into()];
    el("section")
        .class("stack")
        .child(el("h2").text(t("device")))
        .child(el("div").attrs(&[("class", "card lines flush"), ("data-testid", "device")]).child(lines))
        .child(dialog(ui, asking, unsent))
}

/// How this app is installed here, followed: the browser's question may come late.
fn install() -> View {
    let how = RwSignal::new(Page::noted("install"));
    on_window("landfall:install", move |_| how.set(Page::noted("install")));
    dynamic(move || {
        let how = how.get();
        let button = (how == "ask").then(|| acting("install", t("install"), "button main-act"));
        let words = find(&["install.", &how].concat()).unwrap_or_default();
        line(t("install.title"), words, button.unwrap_or_else(|| el("span"))).into()
    })
}

/// A button that `public/device.js` hears.
fn acting(what: &str, words: &str, class: &str) -> El {
    el("button").attrs(&[("type", "button"), ("class", class), ("data-act", what)]).text(words)
}

/// Takes a copy of this workspace as a file.
pub fn export_button(ui: Ui, words: &str) -> El {
    act(words, "button", move || {
        let parts = Download::default();
        let name = ui.services.export(&mut |part| parts.push(part));
        parts.save(&name);
    })
}

/// Says what goes and what stays; where work would be lost, the button says that too.
fn dialog(ui: Ui, asking: RwSignal<bool>, unsent: RwSignal<usize>) -> View {
    let labels: Vec<String> = ui.services.workspaces().into_iter().map(|known| known.label).collect();
    let all = fill("erase.words", &[("workspaces", &labels.join(", "))]);
    let words = move || match unsent.get() {
        0 => all.clone(),
        amount => [&plural("erase.unsent", amount), " ", &all].concat(),
    };
    let acts = move || {
        let words = if unsent.get_untracked() > 0 { t("erase.discard") } else { t("erase.act") };
        vec![export_button(ui, t("export.first")), acting("erase", words, "button danger"), cancel_button()].into()
    };
    alert_dialog(asking, t("erase.title").to_owned(), words, acts)
}
