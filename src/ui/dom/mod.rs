//! Views as real elements: built once, then kept up to date by effects on single attributes and texts.
//!
//! Leptos gives the signals, owners and effects; the elements are made here. A typed view costs about
//! two kilobytes of code for each shape that a screen contains, and this app's size has a budget: here
//! every element is one concrete type, and every closure is boxed before anything generic sees it.
//! The rules are those of Leptos: what changes is read from signals, lists are keyed, inputs are set by
//! property, and everything made under an owner ends with it.

mod changing;
mod element;
mod file;
mod page;

pub use changing::{choose, dynamic, follow, keyed, when};
pub use element::{El, View, el};
pub use file::{Download, Preview, bytes_of, empty_control, files_in};
pub use page::{
    DRAFT, Page, after, close_dialog, document, every, focus, length_of, next_frame, on_window, open_dialog, press,
    show_nearest, spawn, typed_in,
};
