//! axe-core, run in the page: every rule of WCAG 2.2 A and AA, and axe's best practices.
//!
//! The script is kept in `tests/vendor`, so that no test needs the network. It comes in through WebDriver and
//! not through the page, whose policy would rightly refuse it. A theme changes nothing but colours, so only the rules
//! about colours are run again in the other themes.

use super::{Browser, package_path};
use serde_json::json;

/// The tags of the rules, for `axe.run` and `axe.getRules`. Named, because the size of targets is off by default.
pub const RULES: [&str; 7] = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];
/// The rules whose outcome depends on colours.
const COLOUR_RULES: [&str; 2] = ["color-contrast", "link-in-text-block"];
/// The themes that can be chosen.
const THEMES: [&str; 3] = ["light", "dark", "contrast"];

const RUN: &str = "
    const [type, values, done] = arguments;
    axe.run(document, { runOnly: { type, values }, resultTypes: ['violations'] }).then(
        (found) => done(found.violations.flatMap((rule) => rule.nodes.map((node) =>
            `${rule.id} (${rule.impact}): ${rule.help}\\n    at ${node.target.join(' ')}: ${node.html.slice(0, 200)}\\n    ` +
            node.failureSummary.replaceAll('\\n', '\\n    ')))),
        (error) => done([`axe itself failed: ${error}`]));";

impl Browser {
    /// Brings axe into the page, and gives its version.
    pub async fn axe_version(&self) -> String {
        if !self.eval::<bool>("'axe' in window").await {
            let script = std::fs::read_to_string(package_path("tests/vendor/axe.min.js")).expect("axe-core");
            self.run(&script, Vec::new()).await;
        }
        self.eval("axe.version").await
    }

    async fn run_axe(&self, kind: &str, values: &[&str]) -> Vec<String> {
        self.axe_version().await;
        let found = self.driver.execute_async(RUN, vec![json!(kind), json!(values)]).await.expect("axe runs");
        found.convert().expect("a list of texts")
    }

    /// What axe finds wrong with the current page, one text for each element.
    pub async fn axe(&self) -> Vec<String> {
        self.run_axe("tag", &RULES).await
    }

    /// Panics if axe finds anything wrong with the current page.
    pub async fn is_accessible(&self) {
        self.finds_nothing(self.axe().await).await;
    }

    /// Panics if axe finds anything wrong with the current page, in whichever theme.
    pub async fn is_accessible_in_every_theme(&self) {
        self.is_accessible().await;
        let before = self.eval::<String>("document.documentElement.dataset.theme").await;
        let dress = "document.documentElement.dataset.theme = arguments[0];";
        for theme in THEMES {
            self.run(dress, vec![json!(theme)]).await;
            let found = self.run_axe("rule", &COLOUR_RULES).await;
            self.finds_nothing(found.into_iter().map(|line| format!("{theme}: {line}")).collect()).await;
        }
        self.run(dress, vec![json!(before)]).await;
    }

    async fn finds_nothing(&self, violations: Vec<String>) {
        let url = self.eval::<String>("location.href").await;
        assert!(
            violations.is_empty(),
            "{} accessibility violations on {url}:\n{}",
            violations.len(),
            violations.join("\n")
        );
    }
}
