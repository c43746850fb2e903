//! A running chromedriver, which ends with the value that holds it.
//!
//! It chooses its own free port and tells it on its output, so that no two runs can meet.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A chromedriver process of our own.
pub struct Chromedriver {
    process: Child,
    port: u16,
}

impl Chromedriver {
    /// Starts it, and waits until it listens. It looks for a free port by itself, and ends if another program takes that
    /// port for one of its two addresses meanwhile: then it is started again.
    pub fn start() -> Self {
        let started = std::iter::repeat_with(Self::try_start).take(5).flatten().next();
        started.expect("chromedriver tells its port")
    }

    fn try_start() -> Option<Self> {
        let program = std::env::var("CHROMEDRIVER").ok().filter(|path| !path.is_empty());
        let mut process = Command::new(program.as_deref().unwrap_or("chromedriver"))
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts (see .ci/setup --tests)");
        let output = BufReader::new(process.stdout.take().expect("its output is piped"));
        let mut lines = output.lines().map_while(Result::ok);
        let Some(port) = lines.find_map(|line| port_in(&line)) else {
            let _ = process.wait(); // its output has ended
            return None;
        };
        // The pipe must be read on, or chromedriver would stop when it is full.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Self { process, port })
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Chromedriver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The number in `ChromeDriver was started successfully on port 12345.`
fn port_in(line: &str) -> Option<u16> {
    line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok()
}
