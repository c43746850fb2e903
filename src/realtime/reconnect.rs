//! When to connect again: decided here, waited for in [`super::stream()`].
//!
//! The wait doubles with every failure, with ±50 % jitter so that the clients of a recovering server do not come in
//! step. It starts over only after a connection has held for a while: a server that accepts and drops at once is not
//! stormed. While nobody has looked at the page for long, nothing is tried; coming back is a wake-up.

use crate::http::backoff::Backoff;
use std::time::Duration;

/// How a stream is held open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The middle of the wait after each failure in a row.
    pub backoff: Backoff,
    /// A connection that held so long ends the row.
    pub healthy: Duration,
    /// A connection on which nothing, not even a heartbeat, came for so long is taken for dead. `None` where a
    /// server may be silent for ever.
    pub silence: Option<Duration>,
    /// A page hidden for so long is left alone.
    pub hidden: Duration,
}

impl Default for Policy {
    /// Waits of half a second, doubling up to 30 s at most.
    fn default() -> Self {
        Self {
            backoff: Backoff { base: Duration::from_millis(500), cap: Duration::from_secs(20) },
            healthy: Duration::from_secs(10),
            silence: None,
            hidden: Duration::from_secs(300),
        }
    }
}

/// What the decision depends on. Times are of the monotonic clock.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reconnect {
    policy: Policy,
    failures: u32,
    opened_ms: Option<f64>,
    hidden_since_ms: Option<f64>,
}

impl Reconnect {
    /// Nothing has been tried.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self { policy, failures: 0, opened_ms: None, hidden_since_ms: None }
    }

    /// A connection stands.
    pub fn opened(&mut self, now_ms: f64) {
        self.opened_ms = Some(now_ms);
    }

    /// A connection broke, or could not be made. Gives the wait before the next attempt; `unit` is a random number
    /// in `0.0..1.0`.
    pub fn broke(&mut self, now_ms: f64, unit: f64) -> Duration {
        let held_ms = self.opened_ms.take().map_or(0.0, |opened_ms| now_ms - opened_ms);
        if held_ms >= millis(self.policy.healthy) {
            self.failures = 0;
        }
        self.failures = self.failures.saturating_add(1);
        self.policy.backoff.ceiling(self.failures).mul_f64(0.5 + unit.clamp(0.0, 1.0))
    }

    /// Whether an attempt makes sense now.
    pub fn may_try(&mut self, now_ms: f64, online: bool, visible: bool) -> bool {
        if visible {
            self.hidden_since_ms = None;
            return online;
        }
        let since_ms = *self.hidden_since_ms.get_or_insert(now_ms);
        online && now_ms - since_ms <= millis(self.policy.hidden)
    }
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_with_jitter_and_never_passes_half_a_minute() {
        let mut low = Reconnect::new(Policy::default());
        let mut high = low;
        for (shortest, longest) in [(250, 750), (500, 1500), (1000, 3000), (2000, 6000), (4000, 12_000), (8000, 24_000)]
        {
            assert_eq!(low.broke(0.0, 0.0), Duration::from_millis(shortest));
            assert_eq!(high.broke(0.0, 1.0), Duration::from_millis(longest));
        }
        for _ in 0..100 {
            assert_eq!(low.broke(0.0, 0.0), Duration::from_secs(10));
            assert_eq!(high.broke(0.0, 1.0), Duration::from_secs(30));
        }
    }

    #[test]
    fn only_a_connection_that_held_ends_the_row() {
        let mut reconnect = Reconnect::new(Policy::default());
        reconnect.broke(0.0, 0.5);
        reconnect.broke(0.0, 0.5);
        reconnect.opened(0.0);
        assert_eq!(reconnect.broke(9_999.0, 0.5), Duration::from_secs(2));
        reconnect.opened(10_000.0);
        assert_eq!(reconnect.broke(20_000.0, 0.5), Duration::from_millis(500));
    }

    #[test]
    fn a_page_hidden_for_long_is_left_alone_until_it_is_seen() {
        let mut reconnect = Reconnect::new(Policy::default());
        assert!(reconnect.may_try(0.0, true, false));
        assert!(reconnect.may_try(300_000.0, true, false));
        assert!(!reconnect.may_try(300_001.0, true, false));
        assert!(!reconnect.may_try(300_001.0, false, true));
        assert!(reconnect.may_try(300_002.0, true, true));
        assert!(reconnect.may_try(900_000.0, true, false));
    }
}
