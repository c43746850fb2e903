//! What is shown when nothing can be opened: what happened, what is safe, what to do.

use crate::{
    state::translation::t,
    ui::{
        app::show,
        components::{act, fixed_heading, mark},
        dom::{El, Page, View, el},
    },
};

/// Why the app could not open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// `landfall.json` has a mistake; the text names the line and the key.
    Config(String),
    /// The device's storage refuses; the text is the browser's.
    Storage(String),
    /// The page is not served over https or from this machine.
    Insecure,
}

/// Puts the page for that trouble into the document's body; `sample` is the address that opens the
/// sample workspace.
pub fn trouble(trouble: Trouble, sample: String) {
    let (title, hint, details) = match &trouble {
        Trouble::Config(text) => (t("trouble.config"), t("trouble.config.hint"), text.as_str()),
        Trouble::Storage(text) => (t("trouble.storage"), t("trouble.storage.hint"), text.as_str()),
        Trouble::Insecure => (t("trouble.insecure"), t("trouble.insecure.hint"), ""),
    };
    let details = (!details.is_empty()).then(|| el("pre").attrs(&[("dir", "auto"), ("tabindex", "0")]).text(details));
    let open = matches!(trouble, Trouble::Config(_)).then(|| sample_link(&sample, "button main-act"));
    let reload = act(t("trouble.reload"), "button", || drop(Page::location().reload()));
    let acts = el("div").class("row").child(open).child(reload);
    alone(title, vec![View::from(el("p").text(hint)), details.into(), acts.into()].into());
}

/// A page with nothing around it.
pub fn alone(title: &str, content: View) {
    let page = el("main")
        .attrs(&[("class", "trouble"), ("id", "main")])
        .child(mark())
        .child(fixed_heading(title))
        .child(content);
    show(page.into());
}

/// Leads to the sample workspace.
pub fn sample_link(sample: &str, class: &str) -> El {
    el("a").attrs(&[("class", class), ("rel", "external"), ("href", sample)]).text(t("trouble.sample"))
}
