//! The sample workspace in a browser: what a story does in it, and what each side of it then has.
//!
//! The screen tells only what the device believes. So a story that ends with "it arrived" also asks the
//! practice server, whose rows lie in a database of their own, and the outbox on the disk.

mod app;
mod backend;
mod caught;
mod crew;
mod disks;
mod focus;
mod pseudo;
mod publication;
mod sample;
mod screens;
mod two_sides;

pub use app::App;
pub use backend::{ADA, BOB, Backend};
pub use caught::{DELETED, PEOPLE, RENAMED};
pub use crew::Crew;
pub use pseudo::{ACCENTED, MIRRORED, pseudo, pseudo_file};
pub use publication::{BUILD, Publication, listed_in};
pub use sample::{HOLD_THE_REST, HOLD_THE_SAMPLE, company, person};
pub use screens::{BUSY, QUIET};

use landfall::model::practice::PracticeSettings;

/// A server that answers at once, and nobody else at work: nothing moves but what the story moves.
pub fn calm() -> PracticeSettings {
    PracticeSettings { latency_min_ms: 0, latency_max_ms: 20, others: false, ..PracticeSettings::default() }
}

/// The same, answering after so many milliseconds.
pub fn slow(latency: u32) -> PracticeSettings {
    PracticeSettings { latency_min_ms: latency, latency_max_ms: latency, ..calm() }
}
