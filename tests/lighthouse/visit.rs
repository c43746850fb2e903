//! One visit by Lighthouse: starts its command, reads its answer.
//!
//! The whole answer stays in `target/lighthouse/PAGE-N.json`; <https://googlechrome.github.io/lighthouse/viewer/> shows it.

use super::harness::package_path;
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

/// What Chromium needs on a machine without a screen, perhaps in a container.
const BROWSER: &str = "--headless=new --no-sandbox --disable-gpu --disable-quic --disable-dev-shm-usage --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync";

/// Lighthouse's answer about one visit to `url`.
pub fn visit(url: &str, page: &str, number: usize) -> Value {
    let folder = package_path("target/lighthouse");
    std::fs::create_dir_all(&folder).expect("a folder for the answers");
    let answer = folder.join(format!("{page}-{number}.json"));
    let status = Command::new("node")
        .arg(lighthouse())
        .args([url, "--quiet", "--output=json", "--only-categories=performance,accessibility,best-practices,seo"])
        .arg(format!("--output-path={}", answer.display()))
        .arg(format!("--chrome-flags={BROWSER}"))
        .env("CHROME_PATH", std::env::var("CHROME").unwrap_or_default())
        .status()
        .expect("node starts (see .ci/setup --lighthouse)");
    assert!(status.success(), "lighthouse {url}: {status}");
    let text = std::fs::read(&answer).expect("an answer");
    let answer: Value = serde_json::from_slice(&text).expect("an answer in JSON");
    assert!(answer["runtimeError"].is_null(), "lighthouse {url}: {}", answer["runtimeError"]);
    answer
}

/// Lighthouse's command, where `.ci/setup` puts it.
fn lighthouse() -> PathBuf {
    let tools = std::env::var_os("LANDFALL_TOOLS").expect("LANDFALL_TOOLS is set (see .ci/env)");
    PathBuf::from(tools).join("lighthouse/node_modules/lighthouse/cli/index.js")
}
