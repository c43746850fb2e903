//! `PocketBase`: records over REST, hints over server-sent events.
