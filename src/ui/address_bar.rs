//! The address: which screen it names, and how links, Back and commands change it.
//!
//! A plain link inside the app becomes a step in the history without a load; a link that says
//! `rel=external`, has a target, or leads elsewhere is the browser's. Path and query are signals of
//! their own, so that typing into a search does not build the page again.

use super::{
    dom::{Page, on_window},
    list_address::ListAddress,
    route::Route,
};
use crate::state::{RwSignal, StoredValue};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

/// The address as signals.
#[derive(Clone, Copy)]
pub struct AddressBar {
    path: RwSignal<String>,
    query: RwSignal<String>,
    base: StoredValue<String>,
    /// Whether the last move was Back or Forward.
    pub went_back: StoredValue<bool>,
    /// The encoded path before the last move.
    pub came_from: StoredValue<String>,
}

impl AddressBar {
    /// The present address of an app served under `base`, kept up to date until the present owner ends.
    pub fn new(base: String) -> Self {
        let bar = Self {
            path: RwSignal::new(String::new()),
            query: RwSignal::new(String::new()),
            base: StoredValue::new(base),
            went_back: StoredValue::new(false),
            came_from: StoredValue::new(String::new()),
        };
        bar.read();
        on_window("popstate", move |_| {
            bar.went_back.set_value(true);
            bar.read();
        });
        on_window("click", move |event| {
            if let Some(path) = event.dyn_ref().and_then(|event| bar.link_of(event)) {
                event.prevent_default();
                bar.go(&path, false);
            }
        });
        bar
    }

    /// The path goes first: the page that it ends must not see the next page's query.
    fn read(self) {
        let location = Page::location();
        let (path, query) = (location.pathname().unwrap_or_default(), location.search().unwrap_or_default());
        if self.path.with_untracked(|before| *before != path) {
            self.came_from.set_value(self.path.get_untracked());
            self.path.set(path);
        }
        if self.query.with_untracked(|before| *before != query) {
            self.query.set(query);
        }
    }

    /// Where a click leads inside the app, if it does.
    fn link_of(self, event: &MouseEvent) -> Option<String> {
        let special = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
        if special || event.button() != 0 || event.default_prevented() {
            return None;
        }
        let clicked = event.target()?.dyn_into::<Element>().ok()?;
        let link = clicked.closest("a[href]").ok()??.dyn_into::<HtmlAnchorElement>().ok()?;
        let ours = link.target().is_empty() && link.rel() != "external" && !link.has_attribute("download");
        let same = link.origin() == Page::location().origin().ok()?;
        let path = link.pathname();
        let inside =
            self.base.with_value(|base| path.strip_prefix(base.as_str()).is_some_and(|rest| rest.starts_with('/')));
        (ours && same && inside).then(|| [path, link.search()].concat())
    }

    /// Goes to an encoded path; `replace` keeps the number of steps in the history.
    pub fn go(self, path: &str, replace: bool) {
        self.went_back.set_value(false);
        Page::go(path, replace);
        self.read();
    }

    /// The screen.
    pub fn route(self) -> Route {
        self.path.with(|path| {
            let inside = self.base.with_value(|base| path.strip_prefix(base.as_str()).unwrap_or(path));
            Route::of(&inside.split('/').map(decode).collect::<Vec<_>>())
        })
    }

    /// The state of the list on the screen.
    pub fn list(self) -> ListAddress {
        let query = self.query.get();
        let pairs: Vec<(&str, String)> = query
            .trim_start_matches('?')
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(key, text)| (key, decode(&text.replace('+', " "))))
            .collect();
        ListAddress::from_pairs(pairs.iter().map(|(key, text)| (*key, text.as_str())))
    }

    /// The encoded path of a screen.
    pub fn href(self, route: &Route) -> String {
        let mut path = self.base.with_value(Clone::clone);
        let segments = route.segments();
        if segments.is_empty() {
            path.push('/');
        }
        for segment in segments {
            path.push('/');
            path.push_str(&encode(segment));
        }
        path
    }

    /// The encoded path of a list in a state.
    pub fn list_href(self, route: &Route, address: &ListAddress) -> String {
        let mut path = self.href(route);
        for (at, (key, text)) in address.pairs().iter().enumerate() {
            path.push(if at == 0 { '?' } else { '&' });
            path.push_str(key);
            path.push('=');
            path.push_str(&encode(text));
        }
        path
    }

    /// Shows the present list in another state, in place.
    pub fn change_list(self, change: impl FnOnce(&mut ListAddress)) {
        let (route, mut address) = untrack(|| (self.route(), self.list()));
        change(&mut address);
        self.go(&self.list_href(&route, &address), true);
    }

    /// The whole encoded address, for telling places apart; untracked.
    pub fn place(self) -> String {
        [self.path.get_untracked(), self.query.get_untracked()].concat()
    }
}

fn decode(text: &str) -> String {
    js_sys::decode_uri_component(text).map_or_else(|_| text.to_owned(), Into::into)
}

fn encode(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}
