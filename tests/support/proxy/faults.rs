//! What shall go wrong, with which requests; and what passed.
//!
//! Rules are asked in the order in which they were made; the first that matches a request and is not used up is its
//! fault. A preflight (`OPTIONS`) meets only the rules that name its method, since it is not the request that a test
//! means.

use super::http::Head;
use std::{
    sync::Mutex,
    time::{Duration, SystemTime},
};

/// What happens to a request or its reply.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// It reaches the server so much later.
    Latency(Duration),
    /// It reaches the server only at [`Proxy::release`](super::Proxy::release).
    Hold,
    /// The connection is reset; the server never sees the request.
    Reset,
    /// The server does the work, and the client hears nothing: the connection stays open.
    Stall,
    /// The server does the work, and the connection is closed without a byte.
    DropReply,
    /// The connection is closed after so many bytes of the reply, its head included.
    CutAfter(usize),
    /// The connection is closed after the head and half of the body.
    CutInHalf,
    /// Request and reply pass at so many bytes a second.
    Rate(u32),
    /// The server never sees the request; this is the answer, readable from any origin.
    Answer(u16, String),
    /// The reply loses its CORS headers, so that a page of another origin may not read it.
    HideCors,
}

/// A request that came by.
#[derive(Clone, Debug, PartialEq)]
pub struct Passed {
    /// Its method.
    pub method: String,
    /// Its path and query, as sent.
    pub path: String,
    /// Its `authorization` header.
    pub token: String,
    /// When it arrived.
    pub at: SystemTime,
    /// The server's answer, whether or not it got through; `None` if there was none (yet).
    pub status: Option<u16>,
    /// What was done to it.
    pub fault: Option<Fault>,
}

struct Rule {
    method: String,
    path: String,
    left: u32,
    fault: Fault,
}

/// What the test and the proxy's thread share.
#[derive(Default)]
pub struct Desk {
    rules: Mutex<Vec<Rule>>,
    passed: Mutex<Vec<Passed>>,
}

impl Desk {
    pub fn add(&self, method: &str, path: &str, times: u32, fault: Fault) {
        let rule = Rule { method: method.to_owned(), path: path.to_owned(), left: times, fault };
        self.rules.lock().expect("no thread panicked here").push(rule);
    }

    pub fn clear(&self) {
        self.rules.lock().expect("no thread panicked here").clear();
    }

    /// The requests that rules with an end still wait for.
    pub fn waiting(&self) -> u32 {
        let rules = self.rules.lock().expect("no thread panicked here");
        rules.iter().map(|rule| rule.left).filter(|left| *left != u32::MAX).sum()
    }

    /// Notes a request, and takes its fault from the rules. The number names it for [`Desk::answered`].
    #[allow(clippy::disallowed_methods)] // a proxy outside of the page has the real clock
    pub fn arrived(&self, head: &Head) -> (usize, Option<Fault>) {
        let fault = self.take(head);
        let mut passed = self.passed.lock().expect("no thread panicked here");
        passed.push(Passed {
            method: head.method(),
            path: head.path(),
            token: head.header_as_sent("authorization").unwrap_or_default(),
            at: SystemTime::now(),
            status: None,
            fault: fault.clone(),
        });
        (passed.len() - 1, fault)
    }

    pub fn answered(&self, number: usize, status: u16) {
        if let Some(request) = self.passed.lock().expect("no thread panicked here").get_mut(number) {
            request.status = Some(status);
        }
    }

    pub fn passed(&self) -> Vec<Passed> {
        self.passed.lock().expect("no thread panicked here").clone()
    }

    fn take(&self, head: &Head) -> Option<Fault> {
        let mut rules = self.rules.lock().expect("no thread panicked here");
        let rule = rules.iter_mut().find(|rule| rule.left > 0 && rule.is_for(head))?;
        if rule.left != u32::MAX {
            rule.left -= 1;
        }
        Some(rule.fault.clone())
    }
}

impl Rule {
    fn is_for(&self, head: &Head) -> bool {
        let method = head.method();
        let named = if self.method == "*" { method != "OPTIONS" } else { self.method == method };
        (named || self.fault == Fault::HideCors && self.method == "*") && head.path().starts_with(&self.path)
    }
}
