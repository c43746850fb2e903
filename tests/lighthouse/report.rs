//! What several visits to one page come to, beside the goals.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::{self, Display};

/// A figure: its name, where it stands in Lighthouse's answer, its goal.
struct Figure {
    name: &'static str,
    pointer: &'static str,
    goal: Goal,
}

enum Goal {
    AtLeast(f64),
    AtMost(f64),
    /// Told, and held to nothing by itself.
    None,
}

const FIGURES: [Figure; 8] = [
    Figure { name: "performance", pointer: "/categories/performance/score", goal: Goal::AtLeast(0.95) },
    Figure { name: "accessibility", pointer: "/categories/accessibility/score", goal: Goal::AtLeast(1.0) },
    Figure { name: "best practices", pointer: "/categories/best-practices/score", goal: Goal::AtLeast(1.0) },
    Figure { name: "SEO", pointer: "/categories/seo/score", goal: Goal::AtLeast(1.0) },
    Figure { name: "CLS", pointer: "/audits/cumulative-layout-shift/numericValue", goal: Goal::AtMost(0.02) },
    Figure { name: "TBT ms", pointer: "/audits/total-blocking-time/numericValue", goal: Goal::AtMost(100.0) },
    Figure { name: "FCP ms", pointer: "/audits/first-contentful-paint/numericValue", goal: Goal::None },
    Figure { name: "LCP ms", pointer: "/audits/largest-contentful-paint/numericValue", goal: Goal::None },
];
/// The categories in which everything found is told; what performance is made of, the figures say.
const TOLD: [&str; 3] = ["accessibility", "best-practices", "seo"];

/// One page: the median of each figure, and what was found.
pub struct Report {
    page: String,
    medians: Vec<f64>,
    /// Audits below full marks, with their titles.
    found: BTreeMap<String, String>,
}

impl Report {
    /// What visits to a page come to.
    pub fn of(page: &str, visits: &[Value]) -> Self {
        let medians = FIGURES.iter().map(|figure| median(visits.iter().map(|visit| number(visit, figure)).collect()));
        let found = visits.iter().flat_map(found_in).collect();
        Self { page: page.to_owned(), medians: medians.collect(), found }
    }

    /// The names of the figures that miss their goals.
    pub fn misses(&self) -> Vec<&'static str> {
        let missed = FIGURES.iter().zip(&self.medians).filter(|(figure, value)| !figure.goal.reached(**value));
        missed.map(|(figure, _)| figure.name).collect()
    }
}

impl Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let misses = self.misses();
        write!(out, "{}: {}", self.page, if misses.is_empty() { "good".to_owned() } else { misses.join(", ") })?;
        self.found.iter().try_for_each(|(id, title)| write!(out, "\n  {id}: {title}"))
    }
}

impl Goal {
    fn reached(&self, value: f64) -> bool {
        match self {
            Self::AtLeast(goal) => value >= *goal,
            Self::AtMost(goal) => value <= *goal,
            Self::None => true,
        }
    }
}

/// All pages in one table, the goals in its first line.
pub fn table(reports: &[Report]) -> String {
    let goals = FIGURES.iter().map(|figure| match figure.goal {
        Goal::AtLeast(goal) => format!("{} ≥ {}", figure.name, shown(figure, goal)),
        Goal::AtMost(goal) => format!("{} ≤ {}", figure.name, shown(figure, goal)),
        Goal::None => figure.name.to_owned(),
    });
    let mut lines = vec![format!("| page | {} |", goals.collect::<Vec<_>>().join(" | "))];
    lines.push(format!("|---|{}", "--:|".repeat(FIGURES.len())));
    for report in reports {
        let cells = FIGURES.iter().zip(&report.medians).map(|(figure, value)| shown(figure, *value));
        lines.push(format!("| {} | {} |", report.page, cells.collect::<Vec<_>>().join(" | ")));
    }
    lines.join("\n")
}

fn shown(figure: &Figure, value: f64) -> String {
    match figure.name {
        "CLS" => format!("{value:.3}"),
        name if name.ends_with("ms") => format!("{value:.0}"),
        _ => format!("{:.0}", value * 100.0),
    }
}

fn number(visit: &Value, figure: &Figure) -> f64 {
    visit.pointer(figure.pointer).and_then(Value::as_f64).unwrap_or_else(|| panic!("no {} in the answer", figure.name))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The audits of the told categories that count and are below full marks.
fn found_in(visit: &Value) -> Vec<(String, String)> {
    let references = TOLD.iter().flat_map(|id| visit["categories"][id]["auditRefs"].as_array()).flatten();
    let counted = references.filter(|reference| reference["weight"].as_f64() > Some(0.0));
    let below = counted.filter_map(|reference| {
        let audit = &visit["audits"][reference["id"].as_str()?];
        let below = audit["score"].as_f64()? < 1.0;
        below.then(|| (text(&audit["id"]), [text(&audit["title"]), elements(audit)].concat()))
    });
    below.collect()
}

/// The first elements that an audit names.
fn elements(audit: &Value) -> String {
    let items = audit.pointer("/details/items").and_then(Value::as_array).into_iter().flatten();
    let named = items.filter_map(|item| item.pointer("/node/selector").and_then(Value::as_str));
    named.take(3).map(|selector| format!("; {selector}")).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
