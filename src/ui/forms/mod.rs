//! Editing values: a draft of the touched fields, and one control for every field type.

mod control;
mod draft;
mod files;
mod input_text;
mod relation;

pub use control::{control, error_line, error_text, option};
pub use draft::{Draft, defaults};
