//! The face of a screen with nothing on it.

use crate::ui::{
    components::{Icon, icon, swell},
    dom::{El, el},
};

/// An icon above the water, a title, and what to do about it; either text may be empty.
pub fn empty(shape: Icon, title: &str, hint: &str) -> El {
    let title = (!title.is_empty()).then(|| el("h2").text(title));
    el("div").class("empty").child(icon(shape)).child(swell()).child(title).child(el("p").text(hint))
}
