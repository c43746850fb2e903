//! Small pieces that many screens share.

mod badge;
mod dynamic;
mod heading;
mod icon;
mod row_title;
mod show;
mod toasts;

pub use badge::{badge, entry_sync, entry_word};
pub use dynamic::{Text, dynamic, keyed, text};
pub use heading::{fixed_heading, heading};
pub use icon::{Icon, icon, mark};
pub use row_title::{record_title, relation_title};
pub use show::{show, show_label};
pub use toasts::toasts;
