//! A stream that is held open: what it says when it breaks, and when it connects again.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/clock.rs"]
mod clock;

use clock::FakeClock;
use futures::{
    FutureExt, StreamExt,
    future::{Either, LocalBoxFuture, select},
    stream::LocalBoxStream,
};
use landfall::{
    http::HttpError,
    model::Timestamp,
    platform::{Clock, Environment, MemoryConnectivity, MemoryTabs, Random},
    realtime::{Broken, Connection, Item, Policy, Source, stream},
};
use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
    time::Duration,
};

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Chance that always comes out in the middle: waits are as long as their middle.
struct Half;

impl Random for Half {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
        bytes[bytes.len() - 1] = 0x80;
    }
}

/// What one attempt to connect meets.
enum Plan {
    Refused,
    /// Reads, each after a time; then the connection breaks.
    Reads(Vec<(Duration, Vec<&'static str>)>),
    /// It stands, and nothing comes.
    Silence,
}

struct World {
    clock: FakeClock,
    network: Rc<MemoryConnectivity>,
    script: Rc<Script>,
    slept: Rc<Cell<i64>>,
}

struct Script {
    clock: FakeClock,
    plans: RefCell<VecDeque<Plan>>,
    attempts: RefCell<Vec<Duration>>,
    open: Rc<Cell<i32>>,
}

/// Counts a connection as open while it is held.
struct Held(Rc<Cell<i32>>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

impl Source<&'static str> for Script {
    fn connect(&self) -> LocalBoxFuture<'_, Result<Connection<&'static str>, Broken>> {
        self.attempts.borrow_mut().push(self.clock.elapsed());
        let plan = self.plans.borrow_mut().pop_front().unwrap_or(Plan::Silence);
        self.open.set(self.open.get() + 1);
        let held = Held(self.open.clone());
        let connection = match plan {
            Plan::Refused => Err(Broken::Http(HttpError::Unreachable)),
            Plan::Silence => Ok((Vec::new(), true)),
            Plan::Reads(reads) => Ok((reads, false)),
        };
        let clock = self.clock.clone();
        Box::pin(std::future::ready(connection.map(|(reads, silence)| {
            let reads = futures::stream::iter(reads).then(move |(time, read)| {
                let sleep = clock.sleep(time);
                async move {
                    sleep.await;
                    Ok(read)
                }
            });
            let end = futures::stream::once(async move {
                let _held = held;
                if silence {
                    std::future::pending::<()>().await;
                }
                Err(Broken::Protocol)
            });
            reads.chain(end).boxed_local()
        })))
    }
}

/// The fake clock, with a wall clock that goes on while the device sleeps.
struct Wall(FakeClock, Rc<Cell<i64>>);

impl Clock for Wall {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.now().0 + self.1.get())
    }

    fn monotonic_ms(&self) -> f64 {
        self.0.monotonic_ms()
    }

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()> {
        self.0.sleep(duration)
    }
}

impl World {
    fn new(plans: impl IntoIterator<Item = Plan>) -> Self {
        let clock = FakeClock::default();
        let script = Script {
            clock: clock.clone(),
            plans: RefCell::new(plans.into_iter().collect()),
            attempts: RefCell::default(),
            open: Rc::default(),
        };
        Self { clock, network: Rc::default(), script: Rc::new(script), slept: Rc::default() }
    }

    fn stream(&self, silence: Option<Duration>) -> LocalBoxStream<'static, Item<&'static str>> {
        let environment = Environment {
            clock: Rc::new(Wall(self.clock.clone(), self.slept.clone())),
            random: Rc::new(Half),
            connectivity: self.network.clone(),
            tabs: Rc::new(MemoryTabs::new()),
        };
        stream(self.script.clone(), environment, Policy { silence, ..Policy::default() })
    }

    /// The next items.
    fn take(&self, stream: &mut LocalBoxStream<'static, Item<&'static str>>, count: usize) -> Vec<Item<&'static str>> {
        (0..count).map(|_| self.clock.run(stream.next()).expect("it never ends")).collect()
    }

    /// Whether nothing comes for so long.
    fn quiet(&self, stream: &mut LocalBoxStream<'static, Item<&'static str>>, time: Duration) -> bool {
        let either = self.clock.run(select(stream.next(), self.clock.sleep(time)));
        matches!(either, Either::Right(_))
    }

    fn attempts_ms(&self) -> Vec<u128> {
        self.script.attempts.borrow().iter().map(Duration::as_millis).collect()
    }
}

use Item::{Change, Gap, Resumed};

#[test]
fn a_break_is_a_gap_and_what_came_before_it_is_not_lost() {
    let reads = Plan::Reads(vec![(secs(1), vec!["a", "b"]), (secs(1), vec![]), (secs(1), vec!["c"])]);
    let world = World::new([reads, Plan::Reads(vec![(secs(1), vec!["d"])])]);
    let mut stream = world.stream(None);
    let items = world.take(&mut stream, 8);
    assert_eq!(items, [Resumed, Change("a"), Change("b"), Change("c"), Gap, Resumed, Change("d"), Gap]);
    assert_eq!(world.attempts_ms(), [0, 3500]);
}

#[test]
fn a_first_connection_that_fails_is_told_at_once_and_once() {
    let world = World::new([Plan::Refused, Plan::Refused]);
    let mut stream = world.stream(None);
    assert_eq!(world.take(&mut stream, 1), [Gap]);
    assert_eq!(world.attempts_ms(), [0]);
    assert_eq!(world.take(&mut stream, 1), [Resumed]);
    assert_eq!(world.attempts_ms(), [0, 500, 1500]);
}

#[test]
fn a_server_that_accepts_and_drops_is_left_alone_ever_longer() {
    let world = World::new((0..9).map(|_| Plan::Reads(vec![])));
    world.take(&mut world.stream(None), 18);
    let attempts = world.attempts_ms();
    let waits: Vec<u128> = attempts.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]);
}

#[test]
fn a_connection_that_held_starts_the_waits_over() {
    let held = Plan::Reads(vec![(secs(10), vec![])]);
    let world = World::new([Plan::Refused, Plan::Refused, held, Plan::Refused]);
    assert_eq!(world.take(&mut world.stream(None), 4), [Gap, Resumed, Gap, Resumed]);
    assert_eq!(world.attempts_ms(), [0, 500, 1500, 12_000, 13_000]);
}

#[test]
fn a_dead_connection_is_found_by_its_silence_and_a_heartbeat_keeps_a_live_one() {
    let beats = (0..5).map(|_| (secs(50), vec![])).collect();
    let world = World::new([Plan::Reads(beats), Plan::Silence]);
    let mut stream = world.stream(Some(secs(60)));
    assert_eq!(world.take(&mut stream, 3), [Resumed, Gap, Resumed]);
    assert_eq!(world.clock.elapsed(), Duration::from_millis(250_500));
    assert_eq!(world.take(&mut stream, 1), [Gap]);
    assert_eq!(world.clock.elapsed(), Duration::from_millis(310_500));
    assert_eq!(world.script.open.get(), 0);
}

#[test]
fn a_network_that_comes_back_ends_the_wait() {
    let world = World::new((0..8).map(|_| Plan::Refused));
    let mut stream = world.stream(None);
    assert_eq!(world.take(&mut stream, 1), [Gap]);
    assert!(world.quiet(&mut stream, secs(20)));
    let before = world.attempts_ms().len();
    world.network.set_network(false);
    assert!(world.quiet(&mut stream, secs(3600)));
    assert_eq!(world.attempts_ms().len(), before, "nothing is tried offline");
    world.network.set_network(true);
    let _ = stream.next().now_or_never();
    assert_eq!(world.script.attempts.borrow().last(), Some(&world.clock.elapsed()));
}

#[test]
fn a_network_that_goes_closes_the_connection_and_one_that_returns_opens_it_at_once() {
    let world = World::new([]);
    let mut stream = world.stream(None);
    assert_eq!(world.take(&mut stream, 1), [Resumed]);
    world.network.set_network(false);
    assert_eq!(world.take(&mut stream, 1), [Gap]);
    assert!(world.quiet(&mut stream, secs(60)));
    assert_eq!(world.script.open.get(), 0);
    world.network.set_network(true);
    let before = world.clock.elapsed();
    assert_eq!(world.take(&mut stream, 1), [Resumed]);
    assert_eq!(world.clock.elapsed(), before);
}

#[test]
fn a_page_that_nobody_looks_at_is_left_alone_until_somebody_does() {
    let world = World::new((0..1000).map(|_| Plan::Refused));
    let mut stream = world.stream(None);
    assert_eq!(world.take(&mut stream, 1), [Gap]);
    world.network.set_visible(false);
    assert!(world.quiet(&mut stream, secs(3600)));
    let last = *world.script.attempts.borrow().last().unwrap();
    assert!(last > secs(250) && last <= secs(300), "{last:?}");
    world.network.set_visible(true);
    let _ = stream.next().now_or_never();
    assert_eq!(*world.script.attempts.borrow().last().unwrap(), world.clock.elapsed());
}

#[test]
fn a_device_that_slept_does_not_trust_its_old_connection() {
    let world = World::new([]);
    let mut stream = world.stream(Some(secs(60)));
    assert_eq!(world.take(&mut stream, 1), [Resumed]);
    let look_again = || {
        world.network.set_visible(false);
        world.network.set_visible(true);
    };
    assert!(stream.next().now_or_never().is_none());
    look_again();
    assert!(stream.next().now_or_never().is_none());
    world.slept.set(61_000);
    look_again();
    assert_eq!(world.take(&mut stream, 2), [Gap, Resumed]);
    assert_eq!(world.clock.elapsed(), Duration::ZERO);
}

#[test]
fn dropping_the_stream_closes_the_connection() {
    let world = World::new([]);
    let mut stream = world.stream(None);
    assert_eq!(world.take(&mut stream, 1), [Resumed]);
    assert_eq!(world.script.open.get(), 1);
    drop(stream);
    assert_eq!(world.script.open.get(), 0);
}
