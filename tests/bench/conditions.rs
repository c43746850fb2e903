//! What the visitor sits at.

use super::harness::Browser;
use serde_json::json;

/// A machine and its network.
pub struct Condition {
    /// What it is called.
    pub name: &'static str,
    /// What it is.
    pub words: &'static str,
    slowdown: f64,
    /// Round trip in milliseconds, bytes a second down and up.
    network: Option<(f64, f64, f64)>,
}

/// This machine as it is, and a phone as Lighthouse imagines one.
pub const CONDITIONS: [Condition; 2] = [
    Condition { name: "desk", words: "this machine as it is, the server on it", slowdown: 1.0, network: None },
    Condition {
        name: "phone",
        words: "the processor four times slower, a round trip of 150 ms, 1.6 Mbit/s down and 0.75 up",
        slowdown: 4.0,
        network: Some((150.0, 1.6e6 / 8.0, 0.75e6 / 8.0)),
    },
];

impl Condition {
    /// Puts the current tab under this condition.
    pub async fn apply(&self, browser: &Browser) {
        browser.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": self.slowdown })).await;
        let Some((latency, down, up)) = self.network else { return };
        browser.devtools("Network.enable", json!({})).await;
        let line = json!({ "offline": false, "latency": latency, "downloadThroughput": down, "uploadThroughput": up });
        browser.devtools("Network.emulateNetworkConditions", line).await;
    }
}
