//! One screen a file.

pub mod conflict;
pub mod entry;
pub mod filters;
pub mod home;
pub mod list;
pub mod not_found;
pub mod outbox;
pub mod record;
pub mod related;
pub mod rows;
pub mod search;
pub mod settings;
pub mod trouble;
