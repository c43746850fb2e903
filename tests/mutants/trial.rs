//! Compiles the copy and runs tests on it.
//!
//! The test program is run by itself, not through cargo, so that one that never ends can be ended by its own process id.

use crate::scratch::Scratch;
use serde_json::Value;
use std::fmt;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// The targets whose tests take a few seconds at most: what a wide run asks.
pub const QUICK: [&str; 4] = ["lib", "engine", "doubt", "merging"];
/// A test that takes longer than this does not end.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a running test is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// What came of a run.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// So many tests ran, and all passed.
    Passed(usize),
    /// These failed.
    Failed(Vec<String>),
    /// It was ended after [`PATIENCE`].
    Endless,
    /// The copy does not compile.
    Broken(String),
    /// There is no such test, or it was skipped.
    Missing(String),
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed(tests) => write!(formatter, "{tests} passed"),
            Self::Failed(tests) => write!(formatter, "failed: {}", tests.join(", ")),
            Self::Endless => write!(formatter, "did not end within {} s", PATIENCE.as_secs()),
            Self::Broken(output) => write!(formatter, "does not compile:\n{output}"),
            Self::Missing(what) => write!(formatter, "not run: {what}"),
        }
    }
}

/// Runs these tests of a target (all of them if none is named) on the copy as it is.
pub fn run(scratch: &Scratch, target: &str, tests: &[&str]) -> Verdict {
    let program = match compile(scratch, target) {
        Ok(program) => program,
        Err(output) => return Verdict::Broken(output),
    };
    let log = scratch.target().join("test.log");
    let output = File::create(&log).expect("a file under target");
    let errors = output.try_clone().expect("a second handle");
    let mut command = Command::new(program);
    command.args(tests).current_dir(scratch.tree()).stdout(output).stderr(errors).stdin(Stdio::null());
    if !tests.is_empty() {
        command.arg("--exact");
    }
    let status = wait(command.spawn().expect("the test program starts"));
    let text = fs::read_to_string(log).unwrap_or_default();
    status.map_or(Verdict::Endless, |status| verdict(status, &text, tests.len()))
}

/// Builds one test target. Its program, or what the compiler said.
fn compile(scratch: &Scratch, target: &str) -> Result<PathBuf, String> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["test", "--no-run", "--quiet", "--offline", "--message-format", "json-render-diagnostics"]);
    command.args(["--no-default-features", "--features", "practice"]);
    match target {
        "lib" => command.arg("--lib"),
        name => command.args(["--test", name]),
    };
    let command = command.current_dir(scratch.tree()).env("CARGO_TARGET_DIR", scratch.target());
    // Backtraces are not looked at: without them a bug is linked in half the time.
    let output = command.env("CARGO_PROFILE_DEV_DEBUG", "0").output().expect("cargo starts");
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let program = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).find_map(program_in);
    match program.filter(|_| output.status.success()) {
        Some(program) => Ok(program),
        None => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

fn program_in(message: Value) -> Option<PathBuf> {
    message["executable"].as_str().map(PathBuf::from).filter(|_| message["profile"]["test"] == true)
}

/// `None`: it had to be ended.
#[allow(clippy::disallowed_methods)] // a command outside of the page has the real clock
fn wait(mut program: Child) -> Option<ExitStatus> {
    let began = Instant::now();
    loop {
        if let Some(status) = program.try_wait().expect("our own process can be asked") {
            return Some(status);
        }
        if began.elapsed() > PATIENCE {
            program.kill().expect("our own process can be ended");
            program.wait().expect("it has ended");
            return None;
        }
        std::thread::sleep(LOOK);
    }
}

fn verdict(status: ExitStatus, output: &str, wanted: usize) -> Verdict {
    let failed = |line: &str| line.strip_prefix("test ")?.strip_suffix(" ... FAILED").map(str::to_owned);
    let mut failed: Vec<String> = output.lines().filter_map(failed).collect();
    failed.sort();
    if !status.success() {
        // A program that dies of a signal has no list of failed tests.
        return Verdict::Failed(if failed.is_empty() { vec![status.to_string()] } else { failed });
    }
    if let Some(skipped) = output.lines().find(|line| line.starts_with("skipped: ")) {
        return Verdict::Missing(skipped.to_owned());
    }
    let passed = output.lines().filter(|line| line.starts_with("test ") && line.ends_with(" ... ok")).count();
    if wanted > 0 && passed != wanted {
        return Verdict::Missing(format!("{passed} of {wanted} tests are there"));
    }
    Verdict::Passed(passed)
}
