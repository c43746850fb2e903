//! The list of shortcuts, and the switch that turns single keys off.

use super::{
    commands::{Panel, SHORTCUTS},
    components::{act, switch},
    context::Ui,
    dom::{El, close_dialog, el, open_dialog},
    pages::settings::line,
};
use crate::state::translation::{find, t};
use std::rc::Rc;

/// The dialog, opened.
pub fn shortcuts(ui: Ui) -> El {
    let lines = SHORTCUTS.iter().map(|(keys, words, _)| {
        let name = el("dt").text(find(words).unwrap_or_default());
        el("div").class("line").child(name).child(el("dd").child(el("kbd").text(keys)))
    });
    let lines: Vec<El> = lines.collect();
    let dialog = el("dialog")
        .attrs(&[("class", "dialog keys"), ("aria-labelledby", "keys-title"), ("closedby", "any")])
        .on("close", move |_| _ = ui.panel.try_set(Panel::None))
        .child(el("h2").attr("id", "keys-title").text(t("keys")))
        .child(el("dl").class("lines").child(lines))
        .child(el("div").class("lines").child(single_keys(ui)))
        .child(el("div").class("row").child(act(t("close"), "button cancel", close_dialog)));
    open_dialog(dialog.element());
    dialog
}

/// The line of the settings that opens the list, and the one with the switch.
pub fn keyboard(ui: Ui) -> Vec<El> {
    let open = act(t("workspaces.open"), "button", move || ui.panel.set(Panel::Shortcuts));
    let open = open.child(el("span").class("unseen").text(" ").text(t("keys")));
    vec![line(t("keys"), t("keys.hint"), open), single_keys(ui)]
}

fn single_keys(ui: Ui) -> El {
    let keys = ui.appearance;
    let control =
        switch(t("keys.single"), "keys", Rc::new(move || keys.keys.get()), Rc::new(move |on| keys.choose_keys(on)));
    line(t("keys.single"), t("keys.single.hint"), control)
}
