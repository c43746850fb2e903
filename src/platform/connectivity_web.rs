//! The browser's network and page, and the user's offline switch kept in `localStorage`.

use super::{Connectivity, Preferences, Wake, WebPreferences, listeners::Listeners, subscribers::Subscribers, window};
use futures::stream::LocalBoxStream;
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::JsCast;
use web_sys::{Document, Event, EventTarget, StorageEvent};

/// The preference that holds the user's offline switch: there if they work offline.
pub const OFFLINE_SWITCH: &str = "offline";

/// Where the server is, and so whether the device's network matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerPlace {
    /// Elsewhere: without a network it cannot be reached.
    Network,
    /// On this device (or in this page): it can be reached at any time.
    Loopback,
}

/// `navigator.onLine`, page visibility, and the user's offline switch.
pub struct WebConnectivity {
    state: Rc<State>,
    _listeners: Listeners,
}

struct State {
    place: ServerPlace,
    switched_off: Cell<bool>,
    subscribers: Subscribers<Wake>,
}

impl WebConnectivity {
    /// Listens from now on.
    #[must_use]
    pub fn new(place: ServerPlace) -> Self {
        let switched_off = Cell::new(WebPreferences.get(OFFLINE_SWITCH).is_some());
        let state = Rc::new(State { place, switched_off, subscribers: Subscribers::default() });
        let heard = Rc::clone(&state);
        Self { state, _listeners: Listeners::new(targets(), move |event| heard.on(&event)) }
    }
}

impl Connectivity for WebConnectivity {
    fn online(&self) -> bool {
        let network = self.state.place == ServerPlace::Loopback || device_online();
        network && !self.state.switched_off.get()
    }

    fn visible(&self) -> bool {
        document().is_none_or(|document| !document.hidden())
    }

    fn wakes(&self) -> LocalBoxStream<'static, Wake> {
        self.state.subscribers.subscribe()
    }

    fn offline_switch(&self) -> bool {
        self.state.switched_off.get()
    }

    fn set_offline(&self, offline: bool) {
        if offline {
            WebPreferences.set(OFFLINE_SWITCH, "1");
        } else {
            WebPreferences.remove(OFFLINE_SWITCH);
        }
        self.state.switch(offline);
    }
}

impl State {
    fn on(&self, event: &Event) {
        match event.type_().as_str() {
            "online" | "offline" => self.subscribers.send(&Wake::Network),
            "storage" => self.on_storage(event),
            _ if document().is_some_and(|document| document.hidden()) => {}
            _ => self.subscribers.send(&Wake::Visible),
        }
    }

    /// Another tab turned the switch, or emptied `localStorage` (then there is no key).
    fn on_storage(&self, event: &Event) {
        let key = event.dyn_ref::<StorageEvent>().and_then(StorageEvent::key);
        if key.is_none_or(|key| key == super::own_key(OFFLINE_SWITCH)) {
            self.switch(WebPreferences.get(OFFLINE_SWITCH).is_some());
        }
    }

    fn switch(&self, offline: bool) {
        if self.switched_off.replace(offline) != offline {
            self.subscribers.send(&Wake::Network);
        }
    }
}

fn targets() -> Vec<(EventTarget, &'static str)> {
    let page = ["online", "offline", "focus", "pageshow", "storage"];
    let of_window =
        window().into_iter().flat_map(|window| page.map(|event| (EventTarget::from(window.clone()), event)));
    let of_document = document().map(|document| (EventTarget::from(document), "visibilitychange"));
    of_window.chain(of_document).collect()
}

fn device_online() -> bool {
    window().is_none_or(|window| window.navigator().on_line())
}

fn document() -> Option<Document> {
    window()?.document()
}
