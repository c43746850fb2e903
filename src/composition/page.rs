//! What the page itself says: its address, and what stands in its body before the app does.
#![allow(clippy::disallowed_methods)] // the composition may look at the page

use crate::platform::own_key;
use leptos::prelude::{document, window};

/// Where the choice of a workspace is remembered for this tab: a move to another screen drops the query.
const WORKSPACE: &str = "workspace";

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

/// Tells `public/device.js` that the kept look has changed.
pub fn dress() {
    if let Ok(event) = web_sys::Event::new("landfall:look") {
        let _ = window().dispatch_event(&event);
    }
}

/// Opens the page anew, without what was typed: somebody else may sign in, or the data is another.
pub fn reload() {
    if let Ok(Some(kept)) = window().session_storage() {
        let _ = kept.remove_item(crate::ui::DRAFT);
    }
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
            let _ = kept.set_item(&own_key(WORKSPACE), &wanted);
            Some(wanted)
        }
        None => kept.get_item(&own_key(WORKSPACE)).ok()?,
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

/// Forgets which workspace this tab was asked for, and opens the app anew.
pub fn start_over() {
    if let Ok(Some(kept)) = window().session_storage() {
        let _ = kept.remove_item(&own_key(WORKSPACE));
    }
    let _ = window().location().set_href(&[base_path().as_str(), "/"].concat());
}

/// Opens a workspace: the page is loaded anew at its home.
pub fn open_workspace(id: &str) {
    let address = [base_path().as_str(), "/?workspace=", id].concat();
    let _ = window().location().set_href(&address);
}

/// The address of a server as it was typed, made whole: a scheme in front (plain http on this machine), nothing
/// after the path. `None` if it is no address.
pub fn server_address(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let local = ["localhost", "127.", "[::1]"].iter().any(|host| typed.starts_with(host));
    let whole = match typed.contains("://") {
        true => typed.to_owned(),
        false => [if local { "http://" } else { "https://" }, typed].concat(),
    };
    let url = web_sys::Url::new(&whole).ok()?;
    let http = matches!(url.protocol().as_str(), "http:" | "https:");
    let address = [url.origin(), url.pathname()].concat();
    (http && !url.hostname().is_empty()).then(|| address.trim_end_matches('/').to_owned())
}
