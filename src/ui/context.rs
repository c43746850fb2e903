//! What every screen is given: the services, the address, and a few facts about the window.
//!
//! One small `Copy` value in Leptos context, so that views need no parameters for their surroundings.

use super::{
    address_bar::AddressBar,
    commands::Panel,
    dom::{Page, every},
    route::Route,
};
use crate::{
    model::Timestamp,
    state::{Appearance, RwSignal, Services},
};
use leptos::prelude::*;
use std::{collections::HashMap, time::Duration};

/// The surroundings of a screen.
#[derive(Clone, Copy)]
pub struct Ui {
    /// Data and commands.
    pub services: Services,
    /// Theme and hints.
    pub appearance: Appearance,
    /// The address.
    pub bar: AddressBar,
    /// This moment, renewed now and then.
    pub now: RwSignal<Timestamp>,
    /// Whether there is room for a table.
    pub wide: RwSignal<bool>,
    /// How far each list was scrolled and how tall its rows were, by its full address.
    pub places: StoredValue<HashMap<String, (i32, i32)>>,
    /// What lies over the screen.
    pub panel: RwSignal<Panel>,
}

/// The surroundings of the screen that is being built.
pub fn ui() -> Ui {
    expect_context()
}

impl Ui {
    /// The surroundings of an app served under `base`.
    pub fn new(services: Services, appearance: Appearance, base: String) -> Self {
        let (now, wide) = (RwSignal::new(services.now()), RwSignal::new(true));
        every(Duration::from_secs(20), move || now.set(services.now()));
        Page::watch_media("(min-width: 45em)", move |matches| wide.set(matches));
        let places = StoredValue::new(HashMap::new());
        let panel = RwSignal::new(Panel::None);
        Self { services, appearance, bar: AddressBar::new(base), now, wide, places, panel }
    }

    /// The encoded path of a screen.
    pub fn href(&self, route: &Route) -> String {
        self.bar.href(route)
    }

    /// Pulls what the screen shows; a notice tells the end.
    pub fn refresh(&self) {
        self.services.refresh(untrack(|| self.bar.route()).collection());
    }

    /// Goes to a screen.
    pub fn go(&self, route: &Route) {
        self.bar.go(&self.href(route), false);
    }
}
