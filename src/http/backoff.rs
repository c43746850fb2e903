//! How long to wait before the next attempt.
//!
//! Full jitter ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015): a wait anywhere
//! between nothing and the doubled ceiling spreads the clients of a recovering server best.

use std::time::Duration;

/// The shape of the growing wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The ceiling of the first wait.
    pub base: Duration,
    /// No ceiling is higher.
    pub cap: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { base: Duration::from_millis(300), cap: Duration::from_secs(30) }
    }
}

impl Backoff {
    /// The longest wait after the `attempt`-th attempt (counted from 1): the base, doubled each time,
    /// up to the cap.
    #[must_use]
    pub fn ceiling(&self, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(1).min(31);
        self.base.saturating_mul(1 << doublings).min(self.cap)
    }

    /// A wait between nothing and the ceiling; `unit` is a random number in `0.0..1.0`.
    #[must_use]
    pub fn full_jitter(&self, attempt: u32, unit: f64) -> Duration {
        self.ceiling(attempt).mul_f64(unit.clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ceiling_doubles_up_to_the_cap() {
        let backoff = Backoff::default();
        for (attempt, millis) in [(0, 300), (1, 300), (2, 600), (3, 1200), (7, 19_200), (8, 30_000), (u32::MAX, 30_000)]
        {
            assert_eq!(backoff.ceiling(attempt), Duration::from_millis(millis), "{attempt}");
        }
    }

    #[test]
    fn jitter_spreads_over_the_whole_ceiling() {
        let backoff = Backoff::default();
        assert_eq!(backoff.full_jitter(2, 0.0), Duration::ZERO);
        assert_eq!(backoff.full_jitter(2, 0.5), Duration::from_millis(300));
        assert_eq!(backoff.full_jitter(2, 7.0), Duration::from_millis(600));
    }
}
