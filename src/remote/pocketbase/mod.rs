//! `PocketBase`: records over REST, hints over server-sent events.

pub mod live;

pub use live::live;
