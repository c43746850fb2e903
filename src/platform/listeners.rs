//! Event listeners that end with their owner.

use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Event, EventTarget};

/// One handler on several events; dropping it removes them all.
pub(super) struct Listeners {
    handler: Closure<dyn FnMut(Event)>,
    heard: Vec<(EventTarget, &'static str)>,
}

impl Listeners {
    /// Calls `handler` with every event of these targets.
    pub fn new(heard: Vec<(EventTarget, &'static str)>, handler: impl FnMut(Event) + 'static) -> Self {
        let handler = Closure::<dyn FnMut(Event)>::new(handler);
        for (target, event) in &heard {
            let _ = target.add_event_listener_with_callback(event, handler.as_ref().unchecked_ref());
        }
        Self { handler, heard }
    }
}

impl Drop for Listeners {
    fn drop(&mut self) {
        for (target, event) in &self.heard {
            let _ = target.remove_event_listener_with_callback(event, self.handler.as_ref().unchecked_ref());
        }
    }
}
