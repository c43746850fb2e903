//! What the visits come to: medians, ratios, and the page that tells them.

use super::ROUNDS;
use super::app::App;
use super::conditions::CONDITIONS;
use super::visit::Visits;

/// One app's times under one condition.
#[derive(Default)]
pub struct Times {
    first: Vec<f64>,
    repeat: Vec<f64>,
}

impl Times {
    /// Adds the visits of one turn.
    pub fn add(&mut self, visits: Visits) {
        self.first.push(visits.first);
        self.repeat.extend(visits.repeats);
    }
}

const METHOD: &str = "# The start beside other apps

`make bench-start` measures this and writes this page. The time is from the navigation until the first row is painted: the first task
after the animation frame that follows the row's coming into the document. All apps are served from this machine by one kind of
server: brotli made beforehand, files whose names carry a hash kept for a year, all else asked for again. The other apps' API
answers at once with files made beforehand, compressed too; its only delay is that of the network, the same for all.

A **first visit** begins with an empty browser profile. A **repeat visit** finds what earlier ones left (two more have been made
before, so that compiled scripts are kept), in a browser that has stayed open. The apps take turns, and each round begins with the next one.
The machine has two cores, shared with other work, and its speed drifts: the ratio is the figure, the milliseconds are not.
Differences under a fifth mean little.

The sources of the other apps are in `tests/bench/apps`, their packages pinned in its lock file.
";

/// The tables and the ratios, which are the last lines.
pub fn results(apps: &[App], measured: &[Vec<Times>]) -> String {
    let mut text = String::new();
    let mut worst = [0.0_f64; 2];
    for (condition, times) in CONDITIONS.iter().zip(measured) {
        text += &format!("## {}: {}\n\n{}\n", condition.name, condition.words, table(apps, times));
        let [ours, react, admin, _] = times.as_slice() else { panic!("four apps") };
        let first = median(&ours.first) / median(&admin.first);
        let repeat = median(&ours.repeat) / median(&react.repeat);
        text += &format!(
            "First visit beside react-admin's empty list: {first:.2}. Repeat visit beside React: {repeat:.2}.\n\n"
        );
        worst = [worst[0].max(first), worst[1].max(repeat)];
    }
    let [first, repeat] = worst;
    format!("{text}first_vs_react_admin: {first:.2}\nrepeat_vs_react: {repeat:.2}")
}

fn table(apps: &[App], times: &[Times]) -> String {
    let mut text = "| app | first visit, ms | repeat visit, ms |\n|---|--:|--:|\n".to_owned();
    for (app, times) in apps.iter().zip(times) {
        text += &format!("| {} | {} | {} |\n", app.name, spread(&times.first), spread(&times.repeat));
    }
    text
}

/// The page with these results.
pub fn page(apps: &[App], results: &str) -> String {
    let (results, ratios) = results.split_once("first_vs").unwrap_or((results, ""));
    let of = std::env::var("BENCH_OF").unwrap_or_default();
    let apps: String = apps.iter().map(|app| format!("- **{}**: {}\n", app.name, app.words)).collect();
    format!(
        "{METHOD}\n{apps}\nMeasured at {of}. Median (lowest to highest) of {ROUNDS} first visits and {} repeat visits. The ratios at the end are the \
        worse of the two conditions; the goal is 1.0 at most for each.\n\n{results}\n```\nfirst_vs{ratios}\n```\n",
        ROUNDS * 3
    )
}

fn spread(values: &[f64]) -> String {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(0.0, f64::max);
    format!("{:.0} ({least:.0} to {most:.0})", median(values))
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
