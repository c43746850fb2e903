//! One stream for every kind of source: it connects, reads, breaks and connects again, and cannot lose events silently.
//!
//! What a source brings comes as [`Item::Change`]. Between [`Item::Gap`] and [`Item::Resumed`] the server was not
//! heard: whatever happened then must be pulled. The first connection is a `Resumed` too, since what happened before
//! it was not heard either, and a first connection that fails is a `Gap`: it may be the first sign of a lost server.
//! When to connect is decided by [`Reconnect`]; credentials are the source's to ask for, at each connect. Dropping the
//! stream closes the connection.

use super::{Policy, Reconnect, sse::TooLong};
use crate::{
    http::HttpError,
    platform::{Environment, Wake},
};
use futures::{
    FutureExt, StreamExt,
    future::LocalBoxFuture,
    select_biased,
    stream::{Fuse, LocalBoxStream},
};
use std::{collections::VecDeque, rc::Rc, time::Duration};

/// What a stream tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item<E> {
    /// Something happened.
    Change(E),
    /// The connection broke, or the first one could not be made: what happens from now on is missed. Told once.
    Gap,
    /// The connection stands (again): whatever was missed must be pulled.
    Resumed,
}

/// What arrives on one connection: each item is what one read brought, which for a heartbeat is nothing.
pub type Connection<E> = LocalBoxStream<'static, Result<Vec<E>, Broken>>;

/// Why a connection could not be made, or ended. Its reader connects again all the same; the HTTP client has logged
/// what it saw.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Broken {
    /// The request failed, or the answer was cut.
    #[error("the connection failed")]
    Http(#[from] HttpError),
    /// The server sent an event without end.
    #[error(transparent)]
    TooLong(#[from] TooLong),
    /// The server did not say in time, or not in the right words, what the protocol wants.
    #[error("the server does not keep to the protocol")]
    Protocol,
}

/// Something that can be connected to and listened to.
pub trait Source<E> {
    /// Connects, with credentials of the moment. From its success on no event may be missed.
    fn connect(&self) -> LocalBoxFuture<'_, Result<Connection<E>, Broken>>;
}

/// Everything that a source brings, for as long as the stream is held.
#[must_use]
pub fn stream<E: 'static>(
    source: Rc<dyn Source<E>>,
    environment: Environment,
    policy: Policy,
) -> LocalBoxStream<'static, Item<E>> {
    let driver = Driver {
        wakes: environment.connectivity.wakes().fuse(),
        source,
        environment,
        silence: policy.silence,
        reconnect: Reconnect::new(policy),
        wait: Duration::ZERO,
        connection: None,
        deaf: false,
        heard: VecDeque::new(),
    };
    let next = |mut driver: Driver<E>| async move { Some((driver.next().await, driver)) };
    futures::stream::unfold(driver, next).boxed_local()
}

struct Driver<E> {
    source: Rc<dyn Source<E>>,
    environment: Environment,
    wakes: Fuse<LocalBoxStream<'static, Wake>>,
    silence: Option<Duration>,
    reconnect: Reconnect,
    /// Before the next attempt.
    wait: Duration,
    connection: Option<Connection<E>>,
    /// Whether a `Gap` was told that has not ended.
    deaf: bool,
    heard: VecDeque<E>,
}

impl<E> Driver<E> {
    async fn next(&mut self) -> Item<E> {
        loop {
            if let Some(event) = self.heard.pop_front() {
                return Item::Change(event);
            }
            let Some(mut connection) = self.connection.take() else {
                if self.connect().await {
                    self.deaf = false;
                    return Item::Resumed;
                }
                if !std::mem::replace(&mut self.deaf, true) {
                    return Item::Gap;
                }
                continue;
            };
            let Some(events) = self.hear(&mut connection).await else {
                self.deaf = true;
                return Item::Gap;
            };
            self.heard.extend(events);
            self.connection = Some(connection);
        }
    }

    /// Waits until it is time, and tries once.
    async fn connect(&mut self) -> bool {
        self.until_due().await;
        match self.source.connect().await {
            Ok(connection) => self.connection = Some(connection),
            Err(_) => {
                self.broke();
                return false;
            }
        }
        self.reconnect.opened(self.now_ms());
        // wake-ups that came meanwhile have got what they ask for
        while self.wakes.next().now_or_never().flatten().is_some() {}
        true
    }

    async fn until_due(&mut self) {
        let mut timer = self.environment.clock.sleep(self.wait).fuse();
        loop {
            select_biased! {
                _ = self.wakes.next() => {}
                () = timer => {}
                complete => std::future::pending().await,
            }
            if self.may_try() {
                return;
            }
        }
    }

    /// What the next read brings; `None` when the connection is dead, or has to be taken for it.
    async fn hear(&mut self, connection: &mut Connection<E>) -> Option<Vec<E>> {
        let began = self.environment.clock.now();
        let mut timer = silence(&self.environment, self.silence).fuse();
        loop {
            select_biased! {
                read = connection.next().fuse() => {
                    let read = read.and_then(Result::ok);
                    if read.is_none() {
                        self.broke();
                    }
                    return read;
                }
                wake = self.wakes.next() => {
                    let silent = Duration::from_millis((self.environment.clock.now().0 - began.0).unsigned_abs());
                    if wake == Some(Wake::Network) || self.silence.is_some_and(|longest| silent > longest) {
                        self.wait = Duration::ZERO;
                        return None;
                    }
                }
                () = timer => {
                    self.broke();
                    return None;
                }
            }
        }
    }

    fn broke(&mut self) {
        self.wait = self.reconnect.broke(self.now_ms(), self.environment.random.unit());
    }

    fn may_try(&mut self) -> bool {
        let connectivity = &self.environment.connectivity;
        self.reconnect.may_try(self.environment.clock.monotonic_ms(), connectivity.online(), connectivity.visible())
    }

    fn now_ms(&self) -> f64 {
        self.environment.clock.monotonic_ms()
    }
}

/// Ends when a connection has been silent for too long. A device that slept notices only by the wall clock, when it
/// wakes: timers stood still.
fn silence(environment: &Environment, longest: Option<Duration>) -> LocalBoxFuture<'static, ()> {
    longest.map_or_else(|| std::future::pending().boxed_local(), |longest| environment.clock.sleep(longest))
}
