//! The web adapters of `platform` keep their promises in a real browser.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::expect_used)] // a test that cannot go on must stop

use landfall::platform::clock::WebClock;
use landfall::platform::random::WebRandom;
use landfall::platform::{Clock, Random};
use std::time::Duration;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn the_wall_clock_tells_this_century() {
    let year_2025 = 1_735_689_600_000;
    let year_2100 = 4_102_444_800_000;
    assert!((year_2025..year_2100).contains(&WebClock.now().0));
}

#[wasm_bindgen_test]
async fn a_sleep_lasts_as_long_as_asked_on_the_monotonic_clock() {
    let start = WebClock.monotonic_ms();
    WebClock.sleep(Duration::from_millis(30)).await;
    // A browser may round its clocks to whole milliseconds.
    assert!(WebClock.monotonic_ms() - start >= 29.0);
}

#[wasm_bindgen_test]
fn random_bytes_fill_the_whole_buffer_and_differ() {
    let (mut first, mut second) = ([0; 64], [0; 64]);
    WebRandom.fill(&mut first);
    WebRandom.fill(&mut second);
    assert_ne!(first, second);
    assert!(first[..32].iter().any(|byte| *byte != 0) && first[32..].iter().any(|byte| *byte != 0));
}

#[wasm_bindgen_test]
fn random_fractions_are_below_one() {
    assert!((0..1000).map(|_| WebRandom.unit()).all(|fraction| (0.0..1.0).contains(&fraction)));
}
