//! Short notices that float: what was saved, with Undo; what could not be, until it is put away.
//!
//! A notice stays for six seconds, and longer while the pointer or the focus is on it. Errors stay.

use super::{Icon, icon, keyed};
use crate::{
    state::{Notice, Notices, translation::t},
    ui::context::ui,
};
use leptos::prelude::*;
use std::time::Duration;

const STAYS: Duration = Duration::from_secs(6);

/// The corner where notices appear.
pub fn toasts() -> AnyView {
    let notices = ui().services.notices();
    let list = notices.list();
    let keys = Signal::derive(move || list.get().iter().map(|notice| notice.id.to_string()).collect());
    let one = move |key: &str| {
        let found = list.get_untracked().into_iter().find(|notice| notice.id.to_string() == key);
        found.map(|notice| toast(notices, notice)).into_any()
    };
    view! { <div class="toasts" role="status" aria-live="polite">{keyed(keys, one)}</div> }.into_any()
}

fn toast(notices: Notices, notice: Notice) -> AnyView {
    let id = notice.id;
    let notices = StoredValue::new_local(notices);
    let dismiss = move || notices.with_value(|notices| notices.dismiss(id));
    let held = RwSignal::new(notice.is_error);
    Effect::new(move |_| {
        if held.get() {
            return;
        }
        if let Ok(timer) = set_timeout_with_handle(dismiss, STAYS) {
            on_cleanup(move || timer.clear());
        }
    });
    let hold = move |on: bool| move || held.set(on || notice.is_error);
    let (enter, leave) = (hold(true), hold(false));
    let undo = notice.undo.map(|step| undo_button(step, dismiss));
    let class = if notice.is_error { "toast bad" } else { "toast" };
    view! {
        <div
            class=class
            data-testid="toast"
            on:pointerenter=move |_| enter()
            on:pointerleave=move |_| leave()
            on:focusin=move |_| enter()
            on:focusout=move |_| leave()
        >
            <span dir="auto">{notice.text}</span>
            {undo}
            <button type="button" class="button small square" aria-label=t("close") on:click=move |_| dismiss()>
                {icon(Icon::Close)}
            </button>
        </div>
    }
    .into_any()
}

fn undo_button(step: crate::state::UndoStep, dismiss: impl Fn() + 'static) -> AnyView {
    let services = ui().services;
    let undo = move |_| {
        dismiss();
        let undone = services.undo(step.clone());
        let notices = services.notices();
        leptos::task::spawn_local(async move {
            match undone.await {
                Ok(()) => notices.saved(t("toast.undone").to_owned(), None),
                Err(_) => notices.error(t("toast.not_undone").to_owned()),
            }
        });
    };
    view! { <button type="button" class="button small act" on:click=undo>{t("undo")}</button> }.into_any()
}
