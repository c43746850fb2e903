//! A faulty network in front of a real server: what toxiproxy would do, and knowing where a request begins.
//!
//! A [`Proxy`] listens on a free port of 127.0.0.1 and passes HTTP/1.1 on to one server: keep-alive, streams that never
//! end (server-sent events), preflights and upgrades unharmed. A test tells it what shall happen to which request,
//! also while requests run: `proxy.next("PATCH", "/api/", Fault::DropReply)`. It runs on a thread of its own, so that a
//! test which waits for a browser never keeps the browser's traffic waiting, and it notes what passed.
//!
//! A browser may send a request again by itself when a connection that it had used before is closed without a byte,
//! `POST` and `PATCH` too (Chromium's `HttpNetworkTransaction::ShouldResendRequest`). `passed()` then shows both.

#![allow(dead_code, unused_imports)] // each test file uses a part

mod connection;
mod faults;
mod http;
mod listener;
mod pen;

pub use faults::{Fault, Passed};
pub use listener::Proxy;
