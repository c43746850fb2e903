//! Short notices that float: what was saved, with Undo; what could not be, until it is put away.
//!
//! A notice stays for six seconds, and longer while the pointer or the focus is on it. Errors stay.

use super::{Icon, act, icon_button};
use crate::{
    state::{Notice, Notices, RwSignal, UndoStep, translation::t},
    ui::{
        context::{Ui, ui},
        dom::{El, after, el, follow, keyed, spawn},
    },
};
use std::time::Duration;

const STAYS: Duration = Duration::from_secs(6);

/// The corner where notices appear.
pub fn toasts() -> El {
    let ui = ui();
    let list = ui.services.notices().list();
    let keys = move || list.get().iter().map(|notice| notice.id.to_string()).collect();
    let one = move |key: &str| {
        let found = list.get_untracked().into_iter().find(|notice| notice.id.to_string() == key);
        found.map_or_else(|| el("div"), |notice| toast(ui, notice))
    };
    el("div").attrs(&[("class", "toasts"), ("role", "status"), ("aria-live", "polite")]).child(keyed(keys, one))
}

fn toast(ui: Ui, notice: Notice) -> El {
    let (id, notices) = (notice.id, ui.services.notices());
    let held = RwSignal::new(notice.is_error);
    follow(move || {
        if !held.get() {
            after(STAYS, move || notices.dismiss(id));
        }
    });
    let hold = move |_| held.set(true);
    let let_go = move |_| held.set(notice.is_error);
    el("div")
        .attrs(&[("class", if notice.is_error { "toast bad" } else { "toast" }), ("data-testid", "toast")])
        .on("pointerenter", hold)
        .on("focusin", hold)
        .on("pointerleave", let_go)
        .on("focusout", let_go)
        .child(el("span").attr("dir", "auto").text(&notice.text))
        .child(notice.undo.map(|step| undo_button(ui, id, step)))
        .child(icon_button(Icon::Close, t("close"), "button small square", move || notices.dismiss(id)))
}

fn undo_button(ui: Ui, id: u64, step: UndoStep) -> El {
    let notices = ui.services.notices();
    act(t("undo"), "button small act", move || {
        notices.dismiss(id);
        let undone = ui.services.undo(step.clone());
        spawn(async move { tell(notices, undone.await.is_ok()) });
    })
}

fn tell(notices: Notices, undone: bool) {
    if undone {
        notices.saved(t("toast.undone").to_owned(), None);
    } else {
        notices.error(t("toast.not_undone").to_owned());
    }
}
