//! Pull to refresh: at the top of a screen, a finger that draws the content down asks for what is new.
//!
//! Listens on the window, where browsers let touches pass without waiting for an answer, so scrolling keeps its rate.
//! The content follows the finger by a custom property and stays while it is refreshed.

use super::{
    components::{Icon, icon},
    context::Ui,
    dom::{El, el, on_window},
};
use crate::state::RwSignal;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, TouchEvent};

/// How far the content must be drawn, and how far it can be; half of the finger's way.
const ENOUGH_PX: i32 = 64;
const MOST_PX: i32 = 96;

/// The pulled distance, as `--pull` for the frame, in pixels without their unit.
pub fn pulled(ui: Ui) -> RwSignal<i32> {
    let pulled = RwSignal::new(0);
    let began: RwSignal<Option<(i32, i32)>> = RwSignal::new(None);
    for kind in ["touchstart", "touchmove", "touchend", "touchcancel"] {
        on_window(kind, move |event| follow_finger(ui, &event, began, pulled));
    }
    pulled
}

/// The sign that appears above the content while it is pulled or refreshed.
pub fn sign(ui: Ui) -> El {
    let refreshing = ui.services.refreshing();
    el("div")
        .attrs(&[("class", "pull"), ("aria-hidden", "true")])
        .attr_of("data-busy", move || refreshing.get().then(String::new))
        .child(icon(Icon::Refresh))
}

fn follow_finger(ui: Ui, event: &Event, began: RwSignal<Option<(i32, i32)>>, pulled: RwSignal<i32>) {
    let touches = event.unchecked_ref::<TouchEvent>().touches();
    let finger = touches.get(0).filter(|_| touches.length() == 1).map(|touch| (touch.client_x(), touch.client_y()));
    let far = match (event.type_().as_str(), began.get_untracked(), finger) {
        ("touchstart", _, finger) => {
            began.set(finger.filter(|_| at_top(event)));
            0
        }
        ("touchmove", Some((left, top)), Some((x, y))) => {
            let (aside, down) = ((x - left).abs(), y - top);
            if pulled.get_untracked() == 0 && (down < 0 || aside > down) {
                began.set(None); // a scroll, or a swipe
            }
            if began.get_untracked().is_some() { (down / 2).clamp(0, MOST_PX) } else { 0 }
        }
        (kind, ..) => {
            if kind == "touchend" && pulled.get_untracked() >= ENOUGH_PX {
                ui.refresh();
            }
            began.set(None);
            0
        }
    };
    if pulled.get_untracked() != far {
        pulled.set(far);
    }
}

/// Whether the touched thing lies in the content, and nothing around it is scrolled.
fn at_top(event: &Event) -> bool {
    let mut at = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    while let Some(element) = at {
        if element.scroll_top() > 0 || element.tag_name() == "DIALOG" {
            return false;
        }
        if element.id() == "main" {
            return true;
        }
        at = element.parent_element();
    }
    false
}
