//! Time: what moment it is, and waiting.

use crate::model::Timestamp;
use futures::future::LocalBoxFuture;
use std::time::Duration;

/// A source of time.
pub trait Clock {
    /// The device's wall clock; it may jump.
    fn now(&self) -> Timestamp;
    /// Milliseconds since an arbitrary start; it never goes back.
    fn monotonic_ms(&self) -> f64;
    /// Ends after `duration`; dropping it forgets the timer.
    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()>;
}

/// The browser's clocks and timers.
#[cfg(target_arch = "wasm32")]
#[derive(Clone, Copy, Debug, Default)]
pub struct WebClock;

#[cfg(target_arch = "wasm32")]
#[allow(clippy::disallowed_methods)] // the adapter that the others ask
impl Clock for WebClock {
    fn now(&self) -> Timestamp {
        #[allow(clippy::cast_possible_truncation)] // milliseconds since 1970 fit in 53 bits
        Timestamp(js_sys::Date::now() as i64)
    }

    fn monotonic_ms(&self) -> f64 {
        super::window().and_then(|window| window.performance()).map_or_else(js_sys::Date::now, |clock| clock.now())
    }

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()> {
        Box::pin(gloo_timers::future::sleep(duration))
    }
}
