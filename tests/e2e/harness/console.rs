//! What the browser's console said: logs, exceptions, policy violations, failed loads.

use super::Browser;
use thirtyfour::BrowserLogEntry;

impl Browser {
    /// Everything said since the browser was opened, restarts included.
    pub async fn console(&self) -> Vec<BrowserLogEntry> {
        // Chromedriver hands each entry out once.
        let fresh = self.driver.browser_log().await.expect("the console's log");
        let mut console = self.console.borrow_mut();
        console.extend(fresh);
        console.clone()
    }

    /// Panics if the console holds an error or a warning.
    pub async fn no_console_errors(&self) {
        self.no_console_errors_but(&[]).await;
    }

    /// Panics if the console holds an error or a warning that contains none of the `expected` texts.
    pub async fn no_console_errors_but(&self, expected: &[&str]) {
        let console = self.console().await;
        let surprises: Vec<String> = console
            .iter()
            .filter(|entry| matches!(entry.level.as_str(), "SEVERE" | "WARNING"))
            .filter(|entry| !expected.iter().any(|text| entry.message.contains(text)))
            .map(|entry| format!("{}: {}", entry.level, entry.message))
            .collect();
        assert!(surprises.is_empty(), "the console is not quiet:\n{}", surprises.join("\n"));
    }
}
