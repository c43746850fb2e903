//! Parts of a view that change, each as one erased type.
//!
//! Every closure in a view is a type of its own, with render code of its own. These functions box the
//! closure first, so that the render code is compiled once for the whole app.

use leptos::prelude::*;
use std::rc::Rc;

/// Text that follows signals.
pub type Text = Signal<String>;

/// Text that follows signals.
pub fn text(words: impl Fn() -> String + Send + Sync + 'static) -> Text {
    Signal::derive(words)
}

/// A view that is built again whenever a signal that it read changes.
pub fn dynamic(view: impl Fn() -> AnyView + 'static) -> AnyView {
    boxed(Rc::new(view))
}

fn boxed(view: Rc<dyn Fn() -> AnyView>) -> AnyView {
    let view = StoredValue::new_local(view);
    (move || view.try_get_value().map(|view| view())).into_any()
}

/// One view a key, kept while its key stays and moved when it moves.
pub fn keyed(keys: Signal<Vec<String>>, view: impl Fn(&str) -> AnyView + 'static) -> AnyView {
    keyed_boxed(keys, Rc::new(view))
}

fn keyed_boxed(keys: Signal<Vec<String>>, view: Rc<dyn Fn(&str) -> AnyView>) -> AnyView {
    let view = StoredValue::new_local(view);
    let child = move |key: String| view.get_value()(&key);
    view! { <For each=move || keys.get() key=String::clone children=child /> }.into_any()
}
