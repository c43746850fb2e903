//! The planted bugs, by the part of the engine that they spoil.

mod absence;
mod cache;
mod merging;
mod outbox;
mod schedule;
mod sending;
mod tabs;

use crate::bug::Bug;

/// All of them.
pub fn all() -> Vec<&'static Bug> {
    let lists = [sending::BUGS, outbox::BUGS, schedule::BUGS, merging::BUGS, absence::BUGS, cache::BUGS, tabs::BUGS];
    lists.into_iter().flatten().collect()
}
