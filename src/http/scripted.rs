//! A transport for tests: it answers by a script and remembers what was sent.
//!
//! It behaves as the browser's transport does where a test can tell: it takes its time by the
//! [`Clock`], notes the phase, keeps to the body limit, and counts the requests that were dropped
//! before their answer was whole.

use super::{HttpError, Phase, Request, Response, Transport};
use crate::platform::Clock;
use futures::future::LocalBoxFuture;
use std::cell::{Cell, Ref, RefCell};
use std::{collections::VecDeque, rc::Rc, time::Duration};

/// What a request meets.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The time to the headers; `None` means that they never come.
    pub to_headers: Option<Duration>,
    /// The time from the headers to the end of the body; `None` means that it never comes.
    pub to_end: Option<Duration>,
    /// What arrives then.
    pub outcome: Result<Response, HttpError>,
}

impl Reply {
    /// This answer, at once.
    #[must_use]
    pub fn answer(response: Response) -> Self {
        Self { to_headers: Some(Duration::ZERO), to_end: Some(Duration::ZERO), outcome: Ok(response) }
    }

    /// An answer of this status without a body, at once.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self::answer(Response::new(status, ""))
    }

    /// The connection is lost; the server may have done the work.
    #[must_use]
    pub fn dropped() -> Self {
        Self { outcome: Err(HttpError::Unreachable), ..Self::status(0) }
    }

    /// The connection is lost in the middle of the body.
    #[must_use]
    pub fn half_body() -> Self {
        Self::dropped().then_body(Duration::from_millis(1))
    }

    /// Nothing ever comes.
    #[must_use]
    pub fn silence() -> Self {
        Self { to_headers: None, ..Self::dropped() }
    }

    /// The headers come, the body never ends.
    #[must_use]
    pub fn endless_body() -> Self {
        Self { to_end: None, ..Self::dropped() }
    }

    /// The same, with the headers after `time`.
    #[must_use]
    pub fn after(mut self, time: Duration) -> Self {
        self.to_headers = Some(time);
        self
    }

    /// The same, with the end of the body `time` after the headers.
    #[must_use]
    pub fn then_body(mut self, time: Duration) -> Self {
        self.to_end = Some(time);
        self
    }
}

/// A request as it was sent.
#[derive(Clone, Debug)]
pub struct Sent {
    /// When, by the monotonic clock.
    pub at_ms: f64,
    /// What.
    pub request: Request,
}

/// The transport. Clones share the script and the record.
#[derive(Clone)]
pub struct ScriptedTransport(Rc<Script>);

struct Script {
    clock: Rc<dyn Clock>,
    replies: RefCell<VecDeque<Reply>>,
    last: Reply,
    sent: RefCell<Vec<Sent>>,
    aborted: Cell<usize>,
}

impl ScriptedTransport {
    /// Gives `replies` in order, then `last` for ever.
    #[must_use]
    pub fn new(clock: Rc<dyn Clock>, replies: impl IntoIterator<Item = Reply>, last: Reply) -> Self {
        let replies = RefCell::new(replies.into_iter().collect());
        Self(Rc::new(Script { clock, replies, last, sent: RefCell::default(), aborted: Cell::default() }))
    }

    /// Every request so far, in order.
    #[must_use]
    pub fn sent(&self) -> Ref<'_, [Sent]> {
        Ref::map(self.0.sent.borrow(), Vec::as_slice)
    }

    /// How many requests were dropped before their answer was whole.
    #[must_use]
    pub fn aborted(&self) -> usize {
        self.0.aborted.get()
    }

    async fn play(&self, request: Request, reply: Reply) -> Result<Response, HttpError> {
        let mut guard = Unfinished { script: &self.0, finished: false };
        self.wait(reply.to_headers).await;
        if reply.to_end != Some(Duration::ZERO) {
            request.progress.enter(Phase::Body);
            self.wait(reply.to_end).await;
        }
        guard.finished = true;
        let response = reply.outcome?;
        match request.options.body_limit {
            Some(limit) if response.body.len() > limit => Err(HttpError::TooLarge { limit }),
            _ => Ok(response),
        }
    }

    async fn wait(&self, time: Option<Duration>) {
        match time {
            Some(Duration::ZERO) => {}
            Some(time) => self.0.clock.sleep(time).await,
            None => std::future::pending().await,
        }
    }
}

/// Counts a request as aborted unless it came to its end.
struct Unfinished<'a> {
    script: &'a Script,
    finished: bool,
}

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if !self.finished {
            self.script.aborted.set(self.script.aborted.get() + 1);
        }
    }
}

impl Transport for ScriptedTransport {
    fn send(&self, request: Request) -> LocalBoxFuture<'_, Result<Response, HttpError>> {
        let sent = Sent { at_ms: self.0.clock.monotonic_ms(), request: request.clone() };
        self.0.sent.borrow_mut().push(sent);
        let reply = self.0.replies.borrow_mut().pop_front().unwrap_or_else(|| self.0.last.clone());
        Box::pin(self.play(request, reply))
    }
}
