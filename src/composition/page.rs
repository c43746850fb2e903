//! What the page itself says: its address, and what stands in its body before the app does.
#![allow(clippy::disallowed_methods)] // the composition may look at the page

use leptos::prelude::{document, window};

/// Where the choice of a workspace is remembered for this tab: a move to another screen drops the query.
const WORKSPACE: &str = "landfall.workspace";

/// Whether the browser gives this page what needs a secure context (https, or this machine).
pub fn is_secure() -> bool {
    window().is_secure_context()
}

/// Takes away what `index.html` shows before the app is there.
pub fn clear() {
    if let Some(shell) = document().get_element_by_id("boot") {
        shell.remove();
    }
}

/// Opens the page anew.
pub fn reload() {
    // A page that cannot be reloaded is being closed.
    let _ = window().location().reload();
}

/// The workspace that `?workspace=` asked for, now or earlier in this tab.
pub fn wanted_workspace() -> Option<String> {
    let search = window().location().search().ok()?;
    let wanted = web_sys::UrlSearchParams::new_with_str(&search).ok()?.get("workspace");
    let Ok(Some(kept)) = window().session_storage() else { return wanted };
    match wanted {
        Some(wanted) => {
            // A tab that forgets shows the first workspace.
            let _ = kept.set_item(WORKSPACE, &wanted);
            Some(wanted)
        }
        None => kept.get_item(WORKSPACE).ok()?,
    }
}

/// The host's name, without a port.
pub fn host() -> String {
    window().location().hostname().unwrap_or_default()
}

/// The address that relative addresses of the page start from.
pub fn base_uri() -> String {
    document().base_uri().ok().flatten().unwrap_or_default()
}

/// The path under which the app is served, without a slash at its end.
pub fn base_path() -> String {
    let path = web_sys::Url::new(&base_uri()).map(|url| url.pathname()).unwrap_or_default();
    path.rsplit_once('/').map(|(folder, _)| folder.to_owned()).unwrap_or_default()
}
