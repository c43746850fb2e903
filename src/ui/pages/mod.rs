//! One screen a file, and the parts that belong to one screen.

pub mod account;
pub mod conflict;
pub mod conflicts;
pub mod connect;
pub mod device;
pub mod empty;
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
pub mod sign_in;
pub mod sync;
pub mod trouble;
pub mod workspaces;
