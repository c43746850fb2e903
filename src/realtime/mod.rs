//! Streams of events from the server that reconnect by themselves and never lose events silently.
//!
//! [`sse`] reads one kind of wire; [`reconnect`] decides when to connect again; [`stream()`] holds a [`Source`] open by
//! it and says at each moment whether what it brings is whole.

pub mod reconnect;
pub mod sse;
pub mod stream;

pub use reconnect::{Policy, Reconnect};
pub use stream::{Broken, Connection, Item, Source, stream};
