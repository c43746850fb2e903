//! A clock for tests: time stands still while there is work, and jumps when there is none.
//!
//! [`FakeClock::run`] polls a future; when it waits and nobody has woken it, the clock moves to the
//! next timer. An hour of back-off takes no time, and the order of events is always the same.
#![allow(dead_code)] // each test file uses a part

use futures::{future::LocalBoxFuture, task::ArcWake};
use landfall::{model::Timestamp, platform::Clock};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    future::Future,
    pin::{Pin, pin},
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker},
    time::Duration,
};

/// The moment at which every fake clock starts: 2026-01-01T00:00:00Z.
pub const START_MS: i64 = 1_767_225_600_000;

/// A clock that moves only when told, or when [`FakeClock::run`] has nothing else to do. Clones
/// share their time.
#[derive(Clone, Default)]
pub struct FakeClock(Rc<Time>);

#[derive(Default)]
struct Time {
    elapsed: Cell<Duration>,
    timers: RefCell<BTreeMap<(Duration, u64), Waker>>,
    next_id: Cell<u64>,
}

impl FakeClock {
    /// The time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed.get()
    }

    /// Moves on and wakes every timer that is due.
    pub fn advance(&self, duration: Duration) {
        self.move_to(self.elapsed() + duration);
    }

    /// Runs `future` to its end, moving on to the next timer whenever it can only wait.
    ///
    /// # Panics
    /// If it waits for something that no timer will bring.
    pub fn run<F: Future>(&self, future: F) -> F::Output {
        let mut future = pin!(future);
        loop {
            if let Poll::Ready(output) = self.settle(future.as_mut()) {
                return output;
            }
            let next = self.0.timers.borrow().keys().next().map(|(due, _)| *due);
            self.move_to(next.expect("the future waits for something that will never come"));
        }
    }

    /// Polls `future` until it ends or only time can move it on; time stands still.
    pub fn settle<F: Future>(&self, mut future: Pin<&mut F>) -> Poll<F::Output> {
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        let waker = futures::task::waker(woken.clone());
        while woken.0.swap(false, Ordering::Relaxed) {
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return Poll::Ready(output);
            }
        }
        Poll::Pending
    }

    fn move_to(&self, moment: Duration) {
        self.0.elapsed.set(moment.max(self.elapsed()));
        let later = self.0.timers.borrow_mut().split_off(&(self.elapsed() + Duration::from_nanos(1), 0));
        let due = self.0.timers.replace(later);
        due.into_values().for_each(Waker::wake);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp(START_MS + i64::try_from(self.elapsed().as_millis()).unwrap())
    }

    fn monotonic_ms(&self) -> f64 {
        self.elapsed().as_secs_f64() * 1000.0
    }

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()> {
        let id = self.0.next_id.replace(self.0.next_id.get() + 1);
        Box::pin(Sleep { time: self.0.clone(), key: (self.elapsed() + duration, id) })
    }
}

struct Sleep {
    time: Rc<Time>,
    key: (Duration, u64),
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.time.elapsed.get() >= self.key.0 {
            return Poll::Ready(());
        }
        self.time.timers.borrow_mut().insert(self.key, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.time.timers.borrow_mut().remove(&self.key);
    }
}

struct Woken(AtomicBool);

impl ArcWake for Woken {
    fn wake_by_ref(woken: &Arc<Self>) {
        woken.0.store(true, Ordering::Relaxed);
    }
}
