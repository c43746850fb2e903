//! A transport for tests: it answers by a script and remembers what was sent.
//!
//! It behaves as the browser's transport does where a test can tell: it takes its time by the
//! [`Clock`], notes the phase, keeps to the body limit, and counts the requests that were dropped
//! before their answer was whole.

use super::{HttpError, Phase, Request, Response, StreamedResponse, Transport, stream::BodyStream};
use crate::platform::Clock;
use futures::{StreamExt, future::LocalBoxFuture};
use std::cell::{Cell, Ref, RefCell};
use std::{collections::VecDeque, rc::Rc, time::Duration};

/// What a request meets.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The time to the headers; `None` means that they never come.
    pub to_headers: Option<Duration>,
    /// What of the body arrives early, each piece after a time of its own.
    pub pieces: Vec<(Duration, Vec<u8>)>,
    /// The time from there to the end of the body; `None` means that it never comes.
    pub to_end: Option<Duration>,
    /// What arrives then.
    pub outcome: Result<Response, HttpError>,
}

impl Reply {
    /// This answer, at once.
    #[must_use]
    pub fn answer(response: Response) -> Self {
        let at_once = Some(Duration::ZERO);
        Self { to_headers: at_once, pieces: Vec::new(), to_end: at_once, outcome: Ok(response) }
    }

    /// An answer of which the body comes in pieces, each after a time of its own, and then stays open;
    /// [`Reply::then_body`] ends it.
    #[must_use]
    pub fn pieces<'a>(pieces: impl IntoIterator<Item = (Duration, &'a str)>) -> Self {
        let pieces = pieces.into_iter().map(|(time, text)| (time, text.as_bytes().to_vec())).collect();
        Self { pieces, to_end: None, ..Self::status(200) }
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

    async fn play(self, request: Request, reply: Reply) -> Result<StreamedResponse, HttpError> {
        let mut guard = Unfinished { script: self, finished: false };
        guard.wait(reply.to_headers).await;
        if reply.outcome.is_err() && reply.pieces.is_empty() && reply.to_end == Some(Duration::ZERO) {
            guard.finished = true;
            reply.outcome?;
            return Err(HttpError::Unreachable);
        }
        request.progress.enter(Phase::Body);
        let (head, last) = match reply.outcome {
            Ok(mut response) => {
                let body = std::mem::take(&mut response.body);
                (response, Ok(body))
            }
            Err(error) => (Response::new(200, ""), Err(error)),
        };
        let body = guard.body(reply.pieces, reply.to_end, last);
        Ok(StreamedResponse { status: head.status, headers: head.headers, body })
    }
}

/// Counts a request as aborted unless it came to its end.
struct Unfinished {
    script: ScriptedTransport,
    finished: bool,
}

impl Unfinished {
    async fn wait(&self, time: Option<Duration>) {
        match time {
            Some(Duration::ZERO) => {}
            Some(time) => self.script.0.clock.sleep(time).await,
            None => std::future::pending().await,
        }
    }

    fn body(
        self,
        pieces: Vec<(Duration, Vec<u8>)>,
        to_end: Option<Duration>,
        last: Result<Vec<u8>, HttpError>,
    ) -> BodyStream {
        let early = pieces.into_iter().map(|(time, piece)| (Some(time), Ok(piece)));
        let all: VecDeque<_> = early.chain([(to_end, last)]).collect();
        let next = |(mut guard, mut left): (Self, VecDeque<(Option<Duration>, Result<_, _>)>)| async move {
            let (time, piece) = left.pop_front()?;
            guard.wait(time).await;
            guard.finished = left.is_empty();
            Some((piece, (guard, left)))
        };
        futures::stream::unfold((self, all), next).boxed_local()
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.finished {
            let aborted = &self.script.0.aborted;
            aborted.set(aborted.get() + 1);
        }
    }
}

impl Transport for ScriptedTransport {
    fn stream(&self, request: Request) -> LocalBoxFuture<'_, Result<StreamedResponse, HttpError>> {
        let sent = Sent { at_ms: self.0.clock.monotonic_ms(), request: request.clone() };
        self.0.sent.borrow_mut().push(sent);
        let reply = self.0.replies.borrow_mut().pop_front().unwrap_or_else(|| self.0.last.clone());
        Box::pin(self.clone().play(request, reply))
    }
}
