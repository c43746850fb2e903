//! What every screen is given: the services, the address, and a few facts about the window.
//!
//! One small `Copy` value in Leptos context, so that views need no parameters for their surroundings.

use super::{list_address::ListAddress, route::Route};
use crate::{
    model::Timestamp,
    state::{Appearance, Services},
};
use leptos::prelude::*;
use leptos_router::location::Url;
use std::{collections::HashMap, rc::Rc};

/// Goes to an encoded path; `true` replaces the current entry of the history.
pub type Navigate = Rc<dyn Fn(&str, bool)>;

/// The surroundings of a screen.
#[derive(Clone, Copy)]
pub struct Ui {
    /// Data and commands.
    pub services: Services,
    /// Theme and hints.
    pub appearance: Appearance,
    /// The screen that the address names.
    pub route: Memo<Route>,
    /// The state of a list that the address holds.
    pub address: Memo<ListAddress>,
    /// This moment, renewed now and then.
    pub now: Signal<Timestamp>,
    /// Whether there is room for a table.
    pub wide: Signal<bool>,
    /// Whether the last move was Back or Forward.
    pub went_back: StoredValue<bool>,
    /// How far each list was scrolled, by its full address.
    pub places: StoredValue<HashMap<String, f64>>,
    /// The path under which the app is served, without a slash at its end.
    pub base: StoredValue<String>,
    /// The router's way of going somewhere.
    pub navigate: StoredValue<Navigate, LocalStorage>,
}

/// The surroundings of the screen that is being built.
pub fn ui() -> Ui {
    expect_context()
}

impl Ui {
    /// The encoded path of a screen.
    pub fn href(&self, route: &Route) -> String {
        let mut path = self.base.get_value();
        let segments = route.segments();
        if segments.is_empty() {
            path.push('/');
        }
        for segment in segments {
            path.push('/');
            path.push_str(&Url::escape(segment));
        }
        path
    }

    /// The encoded path of a list in a state.
    pub fn list_href(&self, route: &Route, address: &ListAddress) -> String {
        let mut path = self.href(route);
        for (at, (key, text)) in address.pairs().iter().enumerate() {
            path.push(if at == 0 { '?' } else { '&' });
            path.push_str(key);
            path.push('=');
            path.push_str(&Url::escape(text));
        }
        path
    }

    /// Goes to an encoded path.
    pub fn go(&self, path: &str, replace: bool) {
        self.went_back.set_value(false);
        let navigate = self.navigate.get_value();
        navigate(path, replace);
    }

    /// Shows the present list in another state, in place.
    pub fn go_address(&self, change: impl FnOnce(&mut ListAddress)) {
        let mut address = self.address.get_untracked();
        change(&mut address);
        self.go(&self.list_href(&self.route.get_untracked(), &address), true);
    }
}
