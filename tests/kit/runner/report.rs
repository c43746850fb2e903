//! What came of the scenarios, as a terminal shows it and as a page of the documentation.
//!
//! The page holds no times, so the same connectors always give the same page.

use super::scenario::Scenario;
use std::fmt;

/// What came of one scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Passed,
    /// Not as it should be: what was seen.
    Failed(String),
    /// The backend lacks something that the scenario needs: what.
    NotApplicable(String),
}

/// What came of all scenarios on one connector.
#[derive(Clone, Debug)]
pub struct Report {
    /// Which.
    pub connector: String,
    /// By the scenario's name, in order.
    pub verdicts: Vec<(String, Verdict)>,
}

impl Report {
    /// How many passed, failed and were not applicable.
    pub fn tally(&self) -> (usize, usize, usize) {
        let count = |is: fn(&Verdict) -> bool| self.verdicts.iter().filter(|(_, verdict)| is(verdict)).count();
        (
            count(|verdict| *verdict == Verdict::Passed),
            count(|verdict| matches!(verdict, Verdict::Failed(_))),
            count(|verdict| matches!(verdict, Verdict::NotApplicable(_))),
        )
    }

    /// The verdict on a scenario.
    pub fn of(&self, scenario: &str) -> Option<&Verdict> {
        self.verdicts.iter().find(|(name, _)| name == scenario).map(|(_, verdict)| verdict)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.connector)?;
        for (scenario, verdict) in &self.verdicts {
            match verdict {
                Verdict::Passed => writeln!(f, "  passed  {scenario}")?,
                Verdict::Failed(seen) => writeln!(f, "  FAILED  {scenario}\n          {seen}")?,
                Verdict::NotApplicable(lack) => writeln!(f, "  n/a     {scenario} ({lack})")?,
            }
        }
        Ok(())
    }
}

/// The page: a table of connectors and scenarios, then why a cell is not green.
pub fn page(scenarios: &[Scenario], reports: &[Report]) -> String {
    let mut page = String::from(HEAD);
    let names: Vec<&str> = reports.iter().map(|report| report.connector.as_str()).collect();
    page += &format!("| what it does | {} |\n", names.join(" | "));
    page += &format!("| --- |{}\n", " --- |".repeat(names.len()));
    for scenario in scenarios {
        let cells: Vec<String> = reports.iter().map(|report| cell(report.of(&scenario.name))).collect();
        page += &format!("| {} | {} |\n", scenario.name, cells.join(" | "));
    }
    let total = |report: &Report| {
        let (passed, failed, lacking) = report.tally();
        format!("{passed} passed, {failed} failed, {lacking} n/a")
    };
    page += &format!("| **together** | {} |\n", reports.iter().map(total).collect::<Vec<_>>().join(" | "));
    page += "\n## Why each of these matters\n\n";
    for scenario in scenarios {
        page += &format!("- **{}.** {}\n", scenario.name, scenario.why);
    }
    page
}

const HEAD: &str = "# The conformance kit: what each connector does\n\n\
    Written by `make kit`, which runs the scenarios of `tests/kit/scenarios` against each connector's real server. `n/a` says \
    what the backend lacks; it is the backend's limit, and the app says so on its sync page. How to run the kit \
    against a connector of your own: `tests/kit/README.md`.\n\n";

fn cell(verdict: Option<&Verdict>) -> String {
    match verdict {
        Some(Verdict::Passed) => "passed".into(),
        Some(Verdict::Failed(seen)) => format!("**failed**: {}", seen.replace('|', "\\|").replace('\n', " ")),
        Some(Verdict::NotApplicable(lack)) => format!("n/a: {lack}"),
        None => "not run".into(),
    }
}
