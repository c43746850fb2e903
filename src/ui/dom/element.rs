//! One element, and what can stand inside it.

use super::{
    changing::follow,
    page::{document, listen},
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement, KeyboardEvent, Node};

const SVG: &str = "http://www.w3.org/2000/svg";

/// An element under construction. Cloning it clones the handle, not the element.
#[derive(Clone)]
pub struct El(Element);

/// Any number of nodes, in order.
#[derive(Default)]
pub struct View(pub(super) Vec<Node>);

/// A new element.
pub fn el(tag: &str) -> El {
    El(document().create_element(tag).unwrap_or_else(|error| wasm_bindgen::throw_val(error)))
}

impl El {
    /// A new element of a drawing.
    pub fn svg(tag: &str) -> Self {
        Self(document().create_element_ns(Some(SVG), tag).unwrap_or_else(|error| wasm_bindgen::throw_val(error)))
    }

    /// The element itself.
    pub fn element(&self) -> &Element {
        &self.0
    }

    /// Sets an attribute.
    pub fn attr(self, name: &str, value: &str) -> Self {
        set(&self.0, name, Some(value));
        self
    }

    /// Sets several attributes.
    pub fn attrs(self, all: &[(&str, &str)]) -> Self {
        all.iter().for_each(|(name, value)| set(&self.0, name, Some(value)));
        self
    }

    /// Sets the class.
    pub fn class(self, names: &str) -> Self {
        self.attr("class", names)
    }

    /// Sets an empty attribute where the condition holds.
    pub fn flag(self, name: &str, on: bool) -> Self {
        if on { self.attr(name, "") } else { self }
    }

    /// An attribute that follows signals; `None` takes it away.
    pub fn attr_of(self, name: &'static str, value: impl Fn() -> Option<String> + 'static) -> Self {
        self.bind_attribute(name, Box::new(value));
        self
    }

    fn bind_attribute(&self, name: &'static str, value: Box<dyn Fn() -> Option<String>>) {
        let element = self.0.clone();
        follow(move || set(&element, name, value().as_deref()));
    }

    /// A property (`value`, `checked`, …) that follows signals.
    pub fn prop_of(self, name: &'static str, value: impl Fn() -> JsValue + 'static) -> Self {
        self.bind_property(name, Box::new(value));
        self
    }

    fn bind_property(&self, name: &'static str, value: Box<dyn Fn() -> JsValue>) {
        let element = self.0.clone();
        follow(move || {
            let (name, value) = (JsValue::from_str(name), value());
            // The same value again would move the caret.
            if js_sys::Reflect::get(&element, &name).ok().as_ref() != Some(&value) {
                let _ = js_sys::Reflect::set(&element, &name, &value);
            }
        });
    }

    /// A style property that follows signals, set through the CSSOM as a strict policy allows.
    pub fn style_of(self, name: &'static str, value: impl Fn() -> String + 'static) -> Self {
        let style = self.0.unchecked_ref::<HtmlElement>().style();
        let value: Box<dyn Fn() -> String> = Box::new(value);
        follow(move || drop(style.set_property(name, &value())));
        self
    }

    /// Puts something inside, at the end.
    pub fn child(self, view: impl Into<View>) -> Self {
        view.into().append_to(&self.0);
        self
    }

    /// Puts text inside, at the end.
    pub fn text(self, words: &str) -> Self {
        let _ = self.0.append_child(&document().create_text_node(words));
        self
    }

    /// Text inside that follows signals.
    pub fn text_of(self, words: impl Fn() -> String + 'static) -> Self {
        let node = document().create_text_node("");
        let _ = self.0.append_child(&node);
        let words: Box<dyn Fn() -> String> = Box::new(words);
        follow(move || node.set_data(&words()));
        self
    }

    /// Listens until the present owner ends.
    pub fn on(self, event: &'static str, run: impl FnMut(Event) + 'static) -> Self {
        listen(self.0.as_ref(), event, Box::new(run));
        self
    }

    /// Runs at a click.
    pub fn on_click(self, run: impl Fn() + 'static) -> Self {
        self.on("click", move |_| run())
    }

    /// Runs at a key.
    pub fn on_key(self, run: impl Fn(&KeyboardEvent) + 'static) -> Self {
        self.on("keydown", move |event| run(event.unchecked_ref()))
    }

    /// Runs with the control's value at every letter.
    pub fn on_input(self, run: impl Fn(String) + 'static) -> Self {
        self.on("input", move |event| run(value_of(&event)))
    }

    /// Runs with the control's value once it is chosen.
    pub fn on_change(self, run: impl Fn(String) + 'static) -> Self {
        self.on("change", move |event| run(value_of(&event)))
    }

    /// Runs with the box's new state.
    pub fn on_check(self, run: impl Fn(bool) + 'static) -> Self {
        self.on("change", move |event| run(property(&event, "checked").is_truthy()))
    }

    /// Runs instead of sending the form.
    pub fn on_submit(self, run: impl Fn() + 'static) -> Self {
        self.on("submit", move |event| {
            event.prevent_default();
            run();
        })
    }
}

impl View {
    /// Puts the nodes at the end of an element.
    pub fn append_to(self, parent: &Node) {
        self.0.iter().for_each(|node| drop(parent.append_child(node)));
    }
}

fn set(element: &Element, name: &str, value: Option<&str>) {
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

fn property(event: &Event, name: &str) -> JsValue {
    let target = event.target().map(JsValue::from).unwrap_or_default();
    js_sys::Reflect::get(&target, &JsValue::from_str(name)).unwrap_or_default()
}

fn value_of(event: &Event) -> String {
    property(event, "value").as_string().unwrap_or_default()
}

impl From<El> for View {
    fn from(element: El) -> Self {
        Self(vec![element.0.into()])
    }
}

impl From<()> for View {
    fn from((): ()) -> Self {
        Self::default()
    }
}

impl<V: Into<View>> From<Option<V>> for View {
    fn from(view: Option<V>) -> Self {
        view.map(Into::into).unwrap_or_default()
    }
}

impl From<Vec<El>> for View {
    fn from(elements: Vec<El>) -> Self {
        Self(elements.into_iter().map(|element| element.0.into()).collect())
    }
}

impl From<Vec<View>> for View {
    fn from(views: Vec<View>) -> Self {
        Self(views.into_iter().flat_map(|view| view.0).collect())
    }
}
