//! Small pieces that many screens share.

mod badge;
mod button;
mod dialog;
mod form_row;
mod heading;
mod icon;
mod progress;
mod record_line;
mod search_box;
mod show;
mod switch;
mod toasts;

pub use badge::{badge, entry_sync, entry_word};
pub use button::{act, close_button, icon_button};
pub use dialog::{alert_dialog, cancel_button};
pub use form_row::form_row;
pub use heading::{fixed_heading, heading};
pub use icon::{Icon, icon, mark, swell};
pub use progress::upload_progress;
pub use record_line::{record_line, section};
pub use search_box::search_box;
pub use show::{record_title, relation_title, show, show_label, subtitle};
pub use switch::switch;
pub use toasts::toasts;
