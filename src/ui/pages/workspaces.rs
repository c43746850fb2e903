//! The workspaces that this device knows: switch, add, remove.

use crate::{
    state::{
        KnownWorkspace, RemoveFailure, RwSignal,
        translation::{fill, plural, t},
    },
    ui::{
        components::{Icon, act, alert_dialog, cancel_button, icon},
        context::Ui,
        dom::{El, View, close_dialog, dynamic, el, spawn},
        route::Route,
        shell::workspace_label,
    },
};
use std::rc::Rc;

/// The section of the settings.
pub fn workspaces(ui: Ui) -> El {
    let known = ui.services.workspaces();
    let lines: Vec<View> = known.into_iter().map(|known| workspace(ui, known)).collect();
    let add = el("a")
        .class("button")
        .attr("href", &ui.href(&Route::Connect))
        .child(icon(Icon::Plus))
        .text(t("workspaces.add"));
    el("section")
        .class("stack")
        .child(el("div").class("head").child(el("h2").text(t("workspaces"))).child(add))
        .child(el("div").class("card lines flush").child(lines))
}

fn workspace(ui: Ui, known: KnownWorkspace) -> View {
    let here = ui.services.workspace().id == known.id;
    let label = workspace_label(&known.id, &known.label);
    let words = el("span")
        .child(el("span").attr("dir", "auto").text(label))
        .child(el("small").class("soft").text(if known.url.is_empty() { t("workspaces.in_page") } else { &known.url }));
    let open = [&ui.href(&Route::Home), "?workspace=", &known.id].concat();
    let link = el("a").attrs(&[("class", "button"), ("rel", "external"), ("href", &open)]);
    let link = link.text(t("workspaces.open")).child(el("span").class("unseen").text(" ").text(label));
    let open = if here { el("span").class("soft").text(t("workspaces.here")) } else { link };
    let line = el("div").class("line").child(words).child(open);
    if !known.removable {
        return line.into();
    }
    let asking = RwSignal::new(false);
    let name = fill("workspaces.remove", &[("label", &known.label)]);
    let button = act(t("remove"), "button danger", move || asking.set(true)).attr("aria-label", &name);
    vec![line.child(button).child(dialog(ui, asking, known))].into()
}

/// Asks once; a second time, in other words, where work would be lost.
fn dialog(ui: Ui, asking: RwSignal<bool>, known: KnownWorkspace) -> View {
    let unsent = RwSignal::new(0);
    let words = move || match unsent.get() {
        0 => t("workspaces.remove.hint").to_owned(),
        amount => plural("workspaces.remove.unsent", amount),
    };
    let title = fill("workspaces.remove", &[("label", &known.label)]);
    let id: Rc<str> = known.id.into();
    let acts = move || {
        let id = id.clone();
        let button = dynamic(move || {
            let (id, discard) = (id.clone(), unsent.get() > 0);
            let words = if discard { t("workspaces.remove.discard") } else { t("remove") };
            act(words, "button danger", move || remove(ui, &id, unsent)).into()
        });
        vec![button, cancel_button().into()].into()
    };
    alert_dialog(asking, title, words, acts)
}

fn remove(ui: Ui, id: &str, unsent: RwSignal<usize>) {
    let removed = ui.services.remove_workspace(id, unsent.get_untracked() > 0);
    spawn(async move {
        match removed.await {
            Ok(()) => close_dialog(),
            Err(RemoveFailure::Unsent(amount)) => _ = unsent.try_set(amount),
            Err(RemoveFailure::Refused(why)) => {
                close_dialog();
                ui.services.notices().error(fill("workspaces.remove.failed", &[("why", &why)]));
            }
        }
    });
}
