//! `landfall.json`: what an app connects to and how it looks, read from text with errors that name
//! the place.
//!
//! The document is read by hand from [`Value`]: that is smaller than derived readers, and each
//! value knows its path. A value forgets where it stood, so the position is looked for in
//! the text again, and only when there is something to report. Other environments than the chosen
//! one are read too, so that a mistake in `production` is seen on the developer's machine; there it
//! is a warning.
//!
//! No file, an empty one, `{}` and a web page (from a server that answers everything with
//! `index.html`) all mean the sample workspace.
//!
//! ```
//! let text = r#"{ "workspaces": [{ "id": "crm", "backend": { "kind": "pocketbse" } }] }"#;
//! let error = landfall::model::config::parse(text).unwrap_err();
//! assert!(error.to_string().starts_with(r#"line 1, workspaces[0].backend.kind: "pocketbse" is not one of "#));
//! assert!(error.to_string().ends_with(r#"did you mean "pocketbase"?"#));
//! ```

#[cfg(test)]
mod agreement;
mod backend;
mod environment;
mod node;
mod position;
mod read;
mod suggest;
mod write;

pub use backend::{Backend, BackendKind};
pub use node::Finding;
pub use write::document;

use super::{Collection, Value, json};
use node::{Source, note};
use std::{cell::RefCell, time::Duration};

/// Why a config cannot be used.
pub type ConfigError = Finding;

/// What is odd in a config that can be used.
pub type Warning = Finding;

/// The config of one app.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The app's visible name.
    pub name: String,
    /// The language to start in, where the config names one (BCP 47).
    pub locale: Option<String>,
    /// How it looks.
    pub theme: Theme,
    /// How long calls may take.
    pub timeouts: Timeouts,
    /// The environment that was chosen.
    pub environment: Option<String>,
    /// At least one.
    pub workspaces: Vec<WorkspaceConfig>,
}

/// The parts of the look that a config can set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    /// The accent colour, `#rgb` or `#rrggbb`.
    pub accent: Option<String>,
    /// The address of an image within the app's folder.
    pub logo: Option<String>,
}

/// How long calls may take, in seconds between 0 and 3600.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timeouts {
    /// One attempt, its answer's body included.
    pub attempt_secs: f64,
    /// All attempts and the waits between them.
    pub total_secs: f64,
}

/// One connection: a backend and the collections of it that the app shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorkspaceConfig {
    /// Names its databases and its links: letters, digits, `-` and `_`.
    pub id: String,
    /// The visible name.
    pub label: String,
    /// What it connects to.
    pub backend: Backend,
    /// How one signs in, as written; the connector reads it.
    pub sign_in: Option<Value>,
    /// Collections as far as they are written here; the others are discovered.
    pub collections: Vec<Collection>,
}

impl Config {
    /// The app without a config: the sample workspace with the practice server behind it.
    #[must_use]
    pub fn sample() -> Self {
        Self {
            name: "Landfall".into(),
            locale: None,
            theme: Theme::default(),
            timeouts: Timeouts::of(None),
            environment: None,
            workspaces: vec![WorkspaceConfig::sample()],
        }
    }

    /// The workspace of that id; without an id, the first one.
    #[must_use]
    pub fn workspace(&self, id: Option<&str>) -> Option<&WorkspaceConfig> {
        match id {
            Some(id) => self.workspaces.iter().find(|workspace| workspace.id == id),
            None => self.workspaces.first(),
        }
    }
}

impl WorkspaceConfig {
    /// The backend's collection of accounts to sign in to.
    #[must_use]
    pub fn auth_collection(&self) -> &str {
        self.sign_in.as_ref().and_then(|sign_in| sign_in.get("collection")?.as_str()).unwrap_or("users")
    }

    /// Whether the backend is used without an account.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let methods = self.sign_in.as_ref().and_then(|sign_in| sign_in.get("methods")?.as_array());
        methods.is_some_and(|methods| !methods.is_empty() && methods.iter().all(|method| method == "none"))
    }

    /// The workspace that needs no config.
    #[must_use]
    pub fn sample() -> Self {
        Self { id: "sample".into(), label: "Sample".into(), ..Self::default() }
    }
}

impl Timeouts {
    /// The default of an environment: patient while developing, brisk in production.
    #[must_use]
    pub fn of(environment: Option<&str>) -> Self {
        let attempt_secs = match environment {
            Some("dev") => 30.0,
            Some("production") => 10.0,
            _ => 15.0,
        };
        Self { attempt_secs, total_secs: 60.0 }
    }

    /// The time for one attempt.
    #[must_use]
    pub fn attempt(&self) -> Duration {
        duration(self.attempt_secs)
    }

    /// The time for a whole call.
    #[must_use]
    pub fn total(&self) -> Duration {
        duration(self.total_secs)
    }
}

fn duration(secs: f64) -> Duration {
    Duration::try_from_secs_f64(secs).unwrap_or_default()
}

/// Reads a config without its environments' overrides.
///
/// # Errors
/// The first mistake that leaves the config without a clear meaning.
pub fn parse(text: &str) -> Result<(Config, Vec<Warning>), ConfigError> {
    parse_for_host(text, "")
}

/// Reads a config with the overrides of the environment that `host` (a name without a port) belongs to.
///
/// # Errors
/// The first mistake that leaves the config without a clear meaning.
pub fn parse_for_host(text: &str, host: &str) -> Result<(Config, Vec<Warning>), ConfigError> {
    let text = text.trim_start_matches('\u{feff}');
    if is_absent(text) {
        return Ok((Config::sample(), Vec::new()));
    }
    let document = json::parse(text).map_err(|mistake| position::syntax(text, mistake))?;
    let warnings = RefCell::default();
    let source = Source::new(text, &document, None, &warnings);
    let environments = environment::read(&source);
    let environments = source.outcome(environments)?;
    let chosen = environment::choose(&environments, host);
    let config = read_in(text, &document, chosen, &warnings)?;
    for (other, _) in environments.iter().filter(|(name, _)| Some(name.as_str()) != chosen) {
        if let Err(mistake) = read_in(text, &document, Some(other), &warnings) {
            note(&mut warnings.borrow_mut(), mistake);
        }
    }
    Ok((config, warnings.into_inner()))
}

/// Whether there is no config in this text: nothing at all, or a web page.
#[must_use]
pub fn is_absent(text: &str) -> bool {
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    text.is_empty() || text.starts_with('<')
}

fn read_in(
    text: &str,
    document: &Value,
    environment: Option<&str>,
    warnings: &RefCell<Vec<Finding>>,
) -> Result<Config, Finding> {
    let merged = environment.map(|name| environment::merged(document, name));
    let source = Source::new(text, document, environment, warnings);
    let config = read::config(&source.root(merged.as_ref().unwrap_or(document)), environment);
    source.outcome(config)
}
