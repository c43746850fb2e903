//! One row of a form that is not about a record: label, control, hint.

use crate::ui::dom::{El, el};

/// A control under its label. `prefix` sets apart the ids of several forms on one screen.
pub fn form_row(prefix: &str, name: &str, label: &str, hint: &str, control: El) -> El {
    let id = [prefix, "-", name].concat();
    let said = [&id, "-said"].concat();
    let hint = (!hint.is_empty()).then(|| el("p").attrs(&[("class", "hint"), ("id", &said)]).text(hint));
    let control = control.attrs(&[("class", "input"), ("id", &id), ("name", name)]);
    let control = if hint.is_some() { control.attr("aria-describedby", &said) } else { control };
    el("div").class("field").child(el("label").attr("for", &id).text(label)).child(control).child(hint)
}
