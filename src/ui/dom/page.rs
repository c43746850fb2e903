//! The browser's page, as far as screens need it: document, window events, frames, timers.
//!
//! The one file of this floor that reaches for the window. A screen's timers end with their owner; a
//! command that a screen gave runs to its end even if the screen is left.
#![allow(clippy::disallowed_methods)] // the adapter of this floor

use leptos::prelude::{Dispose, Owner, StoredValue, on_cleanup};
use std::{rc::Rc, time::Duration};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{
    Document, Element, Event, EventTarget, HtmlDialogElement, HtmlElement, Location, ScrollIntoViewOptions,
    ScrollLogicalPosition, Window,
};

/// The document.
pub fn document() -> Document {
    leptos::prelude::document()
}

/// Where a tab keeps what is typed and not yet saved, in `sessionStorage`.
pub const DRAFT: &str = "landfall.draft";

fn window() -> Window {
    leptos::prelude::window()
}

/// What the window knows.
pub struct Page;

impl Page {
    /// The address.
    pub fn location() -> Location {
        window().location()
    }

    /// Writes the address, into a new entry of the history or the present one.
    pub fn go(path: &str, replace: bool) {
        let Ok(history) = window().history() else { return };
        let nothing = wasm_bindgen::JsValue::NULL;
        let _ = if replace {
            history.replace_state_with_url(&nothing, "", Some(path))
        } else {
            history.push_state_with_url(&nothing, "", Some(path))
        };
    }

    /// A value of the address's query.
    pub fn query(name: &str) -> Option<String> {
        web_sys::UrlSearchParams::new_with_str(&Self::location().search().ok()?).ok()?.get(name)
    }

    /// Whether a media condition holds, now and whenever that changes.
    pub fn watch_media(condition: &str, tell: impl Fn(bool) + 'static) {
        let Ok(Some(list)) = window().match_media(condition) else { return tell(true) };
        tell(list.matches());
        let again = list.clone();
        listen(list.as_ref(), "change", Box::new(move |_| tell(again.matches())));
    }

    /// What `public/device.js` has noted on the root element; empty where it has not.
    pub fn noted(name: &str) -> String {
        let root = document().document_element();
        root.and_then(|root| root.get_attribute(&["data-", name].concat())).unwrap_or_default()
    }

    /// The draft that this tab keeps over a reload.
    pub fn draft() -> Option<String> {
        window().session_storage().ok()??.get_item(DRAFT).ok()?
    }

    /// Keeps a draft in this tab; none takes it away. Where storage is full or forbidden, it lasts as long as the page.
    pub fn keep_draft(text: Option<&str>) {
        let Ok(Some(kept)) = window().session_storage() else { return };
        let _ = match text {
            Some(text) => kept.set_item(DRAFT, text),
            None => kept.remove_item(DRAFT),
        };
    }

    /// Puts text on the clipboard.
    pub fn copy(words: &str) {
        let _ = window().navigator().clipboard().write_text(words);
    }
}

/// Listens on the window until the present owner ends.
pub fn on_window(event: &'static str, run: impl Fn(Event) + 'static) {
    listen(window().as_ref(), event, Box::new(run));
}

struct Listener {
    target: EventTarget,
    event: &'static str,
    closure: Closure<dyn FnMut(Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.target.remove_event_listener_with_callback(self.event, self.closure.as_ref().unchecked_ref());
    }
}

/// Listens until the present owner ends. The listener is taken away before its closure goes.
pub(super) fn listen(target: &EventTarget, event: &'static str, run: Box<dyn FnMut(Event)>) {
    debug_assert!(Owner::current().is_some(), "a listener without an owner would stay for ever");
    let closure = Closure::wrap(run);
    let _ = target.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
    StoredValue::new_local(Rc::new(Listener { target: target.clone(), event, closure }));
}

/// Runs once after a while, unless the present owner ends before.
pub fn after(wait: Duration, run: impl Fn() + 'static) {
    timer(wait, false, Box::new(run));
}

/// Runs every so often until the present owner ends.
pub fn every(wait: Duration, run: impl Fn() + 'static) {
    timer(wait, true, Box::new(run));
}

fn timer(wait: Duration, again: bool, run: Box<dyn Fn()>) {
    let closure = Closure::wrap(Box::new(run) as Box<dyn Fn()>);
    let callback = closure.as_ref().unchecked_ref();
    let millis = i32::try_from(wait.as_millis()).unwrap_or(i32::MAX);
    let started = if again {
        window().set_interval_with_callback_and_timeout_and_arguments_0(callback, millis)
    } else {
        window().set_timeout_with_callback_and_timeout_and_arguments_0(callback, millis)
    };
    let kept = StoredValue::new_local(closure);
    on_cleanup(move || {
        if let Ok(id) = started {
            window().clear_timeout_with_handle(id); // intervals share the ids
        }
        kept.dispose();
    });
}

/// Runs before the next paint.
pub fn next_frame(run: impl FnOnce() + 'static) {
    let _ = window().request_animation_frame(Closure::once_into_js(run).unchecked_ref());
}

/// Runs a command to its end.
pub fn spawn(command: impl Future<Output = ()> + 'static) {
    leptos::task::spawn_local(command);
}

/// A length of the style sheet's own (`--name`, registered as one) where the element stands, in whole pixels.
pub fn length_of(element: &Element, name: &str) -> i32 {
    let style = window().get_computed_style(element).ok().flatten();
    let length = style.and_then(|style| style.get_property_value(name).ok()).unwrap_or_default();
    length.trim_end_matches("px").parse().unwrap_or_default()
}

/// Gives the focus to an element, if there is one.
pub fn focus(element: Option<Element>) {
    if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Presses the first element that matches; says whether there is one.
pub fn press(selector: &str) -> bool {
    let found = document().query_selector(selector).ok().flatten();
    let found = found.and_then(|element| element.dyn_into::<HtmlElement>().ok());
    found.inspect(HtmlElement::click).is_some()
}

/// Scrolls as little as brings an element into sight.
pub fn show_nearest(element: Option<Element>) {
    let how = ScrollIntoViewOptions::new();
    how.set_block(ScrollLogicalPosition::Nearest);
    if let Some(element) = element {
        element.scroll_into_view_with_scroll_into_view_options(&how);
    }
}

/// What stands in the control of that name inside an element.
pub fn typed_in(form: &Element, name: &str) -> String {
    let found = form.query_selector(&["[name=", name, "]"].concat()).ok().flatten();
    let value = found.and_then(|found| js_sys::Reflect::get(&found, &"value".into()).ok());
    value.and_then(|value| value.as_string()).unwrap_or_default()
}

/// Shows a dialog above everything else and keeps the focus in it, as soon as it is in the page. The focus begins
/// on its `.cancel`.
pub fn open_dialog(dialog: &Element) {
    let dialog = dialog.clone();
    next_frame(move || {
        if let Some(dialog) = dialog.dyn_ref::<HtmlDialogElement>() {
            let _ = dialog.show_modal();
            focus(dialog.query_selector(".cancel").ok().flatten());
        }
    });
}

/// Closes the dialog that is open: the focus goes back to where it was.
pub fn close_dialog() {
    let open = document().query_selector("dialog[open]").ok().flatten();
    if let Some(dialog) = open.as_ref().and_then(|open| open.dyn_ref::<HtmlDialogElement>()) {
        dialog.close();
    }
}
