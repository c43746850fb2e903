//! What can be done from the keyboard: one table of shortcuts, and what each of them does.
//!
//! The same table drives the keys, the list of shortcuts and the palette. Single letters and signs count only while
//! nothing is typed, nothing is held and no dialog is open, and can be switched off (WCAG 2.1.4).

use super::{
    context::Ui,
    dom::{Page, document, focus, next_frame, press as click, spawn},
    route::Route,
};
use crate::state::{Choice, translation};
use leptos::prelude::{GetValue, SetValue, StoredValue, untrack};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent};

/// What a shortcut, or a line of the palette, does.
#[derive(Clone, Debug)]
pub enum Act {
    /// Shows a screen.
    Go(Route),
    /// Loads another address of this host.
    Load(String),
    /// Opens one of [`Panel`].
    Open(Panel),
    /// Goes to the search box.
    Search,
    /// Begins a record of the collection on the screen; elsewhere a screen asks of which.
    New,
    /// Pulls what the screen shows.
    Refresh,
    /// Goes offline, or online.
    Network,
    /// Takes a word of one of the reader's choices.
    Choose(Choice, &'static str),
    /// Takes a language, by its tag.
    Language(String),
    /// Told in the list only: the browser, a form or a list does it.
    Told,
}

/// What can lie over the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Panel {
    /// Nothing.
    None,
    /// The palette.
    Palette,
    /// The list of shortcuts.
    Shortcuts,
}

/// Keys as they are told, the key of the words, and the act.
pub static SHORTCUTS: [(&str, &str, Act); 13] = [
    ("g h", "home", Act::Go(Route::Home)),
    ("/", "search", Act::Search),
    ("g o", "outbox", Act::Go(Route::Outbox)),
    ("g y", "sync", Act::Go(Route::Sync)),
    ("g s", "settings", Act::Go(Route::Settings)),
    ("n", "new", Act::New),
    ("r", "refresh", Act::Refresh),
    ("?", "keys", Act::Open(Panel::Shortcuts)),
    ("Ctrl K", "palette", Act::Open(Panel::Palette)),
    ("Ctrl S", "save", Act::Told),
    ("↑ ↓ PgUp PgDn Home End", "keys.rows", Act::Told),
    ("Enter", "workspaces.open", Act::Told),
    ("Esc", "close", Act::Told),
];

/// How long the letter after `g` may take, in milliseconds.
const CHORD_MS: f64 = 1_500.0;

/// Does it.
pub fn perform(ui: Ui, act: &Act) {
    match act {
        Act::Go(route) => ui.go(route),
        Act::Load(path) => drop(Page::location().assign(path)),
        Act::Open(panel) => ui.panel.set(*panel),
        Act::Search => search_now(ui),
        Act::New => {
            let here = untrack(|| ui.bar.route());
            ui.go(&here.collection().map_or(Route::Add, |collection| Route::New(collection.to_owned())));
        }
        Act::Refresh => ui.refresh(),
        Act::Network => ui.services.offline_switch().update(|offline| *offline = !*offline),
        Act::Choose(choice, word) => ui.appearance.choose(*choice, word),
        Act::Language(tag) => {
            ui.appearance.choose_language(tag);
            spawn(translation::speak(None));
        }
        Act::Told => {}
    }
}

/// Takes a key of the window; `chord` keeps when `g` was pressed.
pub fn press_key(ui: Ui, chord: StoredValue<f64>, event: &Event) {
    let key: &KeyboardEvent = event.unchecked_ref();
    let name = key.key();
    if event.default_prevented() || key.alt_key() || key.repeat() {
        return;
    }
    let taken = if key.ctrl_key() || key.meta_key() {
        !key.shift_key() && held(ui, &name)
    } else {
        name.len() == 1 && single(ui, chord, event, name)
    };
    if taken {
        event.prevent_default();
    }
}

/// With Ctrl or Cmd: the palette, and Save.
fn held(ui: Ui, name: &str) -> bool {
    match name {
        "k" if !in_dialog() => ui.panel.set(Panel::Palette),
        // A button that is disabled does nothing.
        "s" | "Enter" => {
            return click("form:focus-within [type=submit]") || !in_dialog() && click("main form [type=submit]");
        }
        _ => return false,
    }
    true
}

fn single(ui: Ui, chord: StoredValue<f64>, event: &Event, name: String) -> bool {
    if !ui.appearance.keys.get_untracked() || is_typing(event) || in_dialog() {
        return false;
    }
    let follows = event.time_stamp() - chord.get_value() < CHORD_MS;
    chord.set_value(if name == "g" && !follows { event.time_stamp() } else { -CHORD_MS });
    let keys = if follows { ["g ", &name].concat() } else { name };
    let found = SHORTCUTS.iter().find(|(known, ..)| *known == keys);
    if let Some((_, _, act)) = found {
        perform(ui, act);
    }
    found.is_some()
}

fn in_dialog() -> bool {
    document().query_selector("dialog[open]").ok().flatten().is_some()
}

fn is_typing(event: &Event) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    element.is_some_and(|element| element.matches("input, textarea, select, [contenteditable]").unwrap_or_default())
}

/// Goes to the screen's search box, or to the one of the search screen as soon as that has its place.
fn search_now(ui: Ui) {
    let search_box = || document().query_selector("main [role=searchbox]").ok().flatten();
    match search_box() {
        Some(found) => focus(Some(found)),
        None => {
            ui.go(&Route::Search);
            next_frame(move || next_frame(move || focus(search_box())));
        }
    }
}
