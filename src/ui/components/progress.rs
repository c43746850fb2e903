//! How far an upload has gone.

use crate::{
    model::Entry,
    state::translation::t,
    ui::{
        context::Ui,
        dom::{View, el, when},
    },
};

/// A bar while a file of such an entry is being sent.
pub fn upload_progress(ui: Ui, mine: impl Fn(&Entry) -> bool + Clone + 'static) -> View {
    let share = move || {
        let now = ui.services.sending_progress()?;
        let entry = ui.services.entry(now.entry)?;
        mine(&entry).then(|| now.sent.saturating_mul(100) / now.total.max(1))
    };
    let under_way = share.clone();
    when(
        move || under_way().is_some(),
        move || {
            let share = share.clone();
            el("progress")
                .attrs(&[("max", "100"), ("aria-label", t("sync.sending"))])
                .attr_of("value", move || Some(share().unwrap_or(100).to_string()))
                .into()
        },
    )
}
