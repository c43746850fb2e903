//! The records that every fresh device begins with, made here by the same generator.

use landfall::model::{Record, Timestamp};
use landfall::remote::simulated::Sample;

/// The practice server's own seed; names and ids do not depend on the day.
const SEED: u64 = 1;
const DAY: Timestamp = Timestamp(1_767_225_600_000);

/// Holds the making of the sample after its first collection, so that the others stay on their way.
pub const HOLD_THE_SAMPLE: &str = "const later = window.setTimeout;
    window.setTimeout = (work, ms, ...rest) => (ms ? later(work, ms, ...rest) : 0);";

/// Holds the making of the sample as soon as its first rows are shown.
pub const HOLD_THE_REST: &str = "const later = window.setTimeout;
    window.setTimeout = (work, ms, ...rest) =>
        (ms || !document.querySelector('[data-record-id]') ? later(work, ms, ...rest) : 0);";

/// The person of that number, from 0 to 9,999.
pub fn person(index: usize) -> Record {
    Sample::new(SEED, DAY).record("people", index).expect("one of ten thousand")
}

/// The company of that number, from 0 to 399.
pub fn company(index: usize) -> Record {
    Sample::new(SEED, DAY).record("companies", index).expect("one of four hundred")
}
