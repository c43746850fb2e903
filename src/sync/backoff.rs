//! How long to wait before trying again: exponential with full jitter, so that clients do not return in step.

use crate::platform::Random;
use std::time::Duration;

const BASE_MS: f64 = 500.0;
const CAP_MS: f64 = 30_000.0;
/// Never sooner than this, whatever chance says.
const FLOOR_MS: f64 = 100.0;

/// The wait after the `failures`-th failure in a row (1 is the first).
pub fn backoff(failures: u32, random: &dyn Random) -> Duration {
    let doubling = 2_f64.powi(i32::try_from(failures.saturating_sub(1).min(16)).unwrap_or(16));
    let limit = (BASE_MS * doubling).min(CAP_MS);
    Duration::from_secs_f64((random.unit() * limit).max(FLOOR_MS) / 1000.0)
}
