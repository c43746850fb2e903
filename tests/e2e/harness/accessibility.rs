//! axe-core, run in the page.
//!
//! The script is kept in `tests/vendor`, so that no test needs the network. It comes in through WebDriver and
//! not through the page, whose policy would rightly refuse it.

use super::{Browser, package_path};

const RUN: &str = "
    const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ['violations'] }).then(
        (found) => done(found.violations.flatMap((rule) => rule.nodes.map((node) =>
            `${rule.id} (${rule.impact}): ${rule.help}\\n    at ${node.target.join(' ')}: ${node.html.slice(0, 200)}\\n    ` +
            node.failureSummary.replaceAll('\\n', '\\n    ')))),
        (error) => done([`axe itself failed: ${error}`]));";

impl Browser {
    /// What axe finds wrong with the current page, one text for each element.
    pub async fn axe(&self) -> Vec<String> {
        if !self.eval::<bool>("'axe' in window").await {
            let script = std::fs::read_to_string(package_path("tests/vendor/axe.min.js")).expect("axe-core");
            self.run(&script, Vec::new()).await;
        }
        let found = self.driver.execute_async(RUN, Vec::new()).await.expect("axe runs");
        found.convert().expect("a list of texts")
    }

    /// Panics if axe finds anything wrong with the current page.
    pub async fn is_accessible(&self) {
        let violations = self.axe().await;
        let url = self.eval::<String>("location.href").await;
        assert!(
            violations.is_empty(),
            "{} accessibility violations on {url}:\n{}",
            violations.len(),
            violations.join("\n")
        );
    }
}
