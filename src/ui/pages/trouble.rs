//! What is shown when nothing can be opened: what happened, what is safe, what to do.

use crate::{
    state::translation::t,
    ui::components::{fixed_heading, mark},
};
use leptos::prelude::*;

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

/// The page for that trouble; `sample` is the address that opens the sample workspace.
pub fn trouble(trouble: Trouble, sample: String) -> AnyView {
    let (title, hint, details, offers_sample) = match trouble {
        Trouble::Config(text) => (t("trouble.config"), t("trouble.config.hint"), text, true),
        Trouble::Storage(text) => (t("trouble.storage"), t("trouble.storage.hint"), text, false),
        Trouble::Insecure => (t("trouble.insecure"), t("trouble.insecure.hint"), String::new(), false),
    };
    document().set_title(title);
    let details = (!details.is_empty()).then(|| view! { <pre dir="auto" tabindex="0">{details}</pre> }.into_any());
    let open = offers_sample
        .then(|| view! { <a class="button main-act" rel="external" href=sample>{t("trouble.sample")}</a> }.into_any());
    let reload = move |_| drop(window().location().reload());
    view! {
        <main class="trouble" id="main">
            {mark()}
            {fixed_heading(title)}
            <p>{hint}</p>
            {details}
            <div class="row">{open}<button type="button" class="button" on:click=reload>{t("trouble.reload")}</button></div>
        </main>
    }
    .into_any()
}
