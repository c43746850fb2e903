//! Finding `landfall.json`: the copy kept here opens the app at once, the network's applies at the next start.

use crate::http::{Client, FetchTransport};
use crate::model::config::{self, Config, WorkspaceConfig};
use crate::model::json::Members;
use crate::platform::{Environment, Preferences};
use std::rc::Rc;
use std::time::Duration;

/// Where the text is kept; empty text remembers that there is no config.
const KEPT: &str = "config";
/// Where `public/device.js` finds the name, accent and logo at the first paint.
const LOOK: &str = "look";
const FILE: &str = "landfall.json";
/// How long a first visit waits for the file before it opens the sample.
const PATIENCE: Duration = Duration::from_secs(5);

/// A config that was found.
pub struct Found {
    /// The config.
    pub config: Config,
    /// Sentences about what in it is not known.
    pub warnings: Vec<String>,
    /// Whether it is the kept copy, so that the network may have a newer one.
    pub kept: bool,
}

impl Found {
    /// The sample, whatever the file says.
    pub fn sample() -> Self {
        Self { config: Config::sample(), warnings: Vec::new(), kept: true }
    }
}

/// Finds the config: the kept copy, else the network's.
///
/// # Errors
/// The sentence about the first mistake, with line and key.
pub async fn load(
    environment: &Environment,
    preferences: &dyn Preferences,
    page: &str,
    host: &str,
) -> Result<Found, String> {
    let copy = preferences.get(KEPT);
    let kept = copy.is_some();
    let text = match copy {
        Some(copy) => copy,
        None => {
            let fetched = fetch(environment, page).await;
            if let Some(text) = &fetched {
                preferences.set(KEPT, text);
            }
            fetched.unwrap_or_default()
        }
    };
    let (config, warnings) = config::parse_for_host(&text, host).map_err(|mistake| {
        // The next start asks the network first, so that a mended file is found.
        preferences.remove(KEPT);
        mistake.to_string()
    })?;
    Ok(Found { config, warnings: warnings.iter().map(ToString::to_string).collect(), kept })
}

/// Renews the kept copy; `true` if the network's is another.
pub async fn renew(environment: &Environment, preferences: &dyn Preferences, page: &str, host: &str) -> bool {
    let Some(text) = fetch(environment, page).await else { return false };
    let changed = preferences.get(KEPT).as_ref() != Some(&text);
    if changed {
        preferences.set(KEPT, &text);
        if let Ok((config, _)) = config::parse_for_host(&text, host) {
            keep_look(preferences, &config);
        }
    }
    changed
}

/// Keeps the look that the config asks for, so that the first paint of the next start has it; `true` if it is another.
pub fn keep_look(preferences: &dyn Preferences, config: &Config) -> bool {
    let mut look = Members::default();
    look.text("name", &config.name);
    for (name, value) in [("accent", &config.theme.accent), ("logo", &config.theme.logo)] {
        if let Some(value) = value {
            look.text(name, value);
        }
    }
    let look = look.end();
    let changed = preferences.get(LOOK).as_ref() != Some(&look);
    if changed {
        preferences.set(LOOK, &look);
    }
    changed
}

/// The file's text; empty where there is none; `None` where nothing is known (no network).
async fn fetch(environment: &Environment, page: &str) -> Option<String> {
    let transport = Rc::new(FetchTransport);
    let client = Client::builder(transport, environment).base(page).timeouts(PATIENCE, PATIENCE).build();
    match client.get(FILE).revalidate().send().await {
        Ok(response) => {
            let text = response.text();
            Some(if config::is_absent(&text) { String::new() } else { text })
        }
        Err(crate::http::HttpError::Status { status: 404 | 410, .. }) => Some(String::new()),
        Err(_) => None,
    }
}

/// The workspace that the address asks for (`?workspace=`), else the first.
///
/// # Errors
/// A sentence when there is none of that id.
pub fn choose(known: &[WorkspaceConfig], wanted: Option<&str>) -> Result<WorkspaceConfig, String> {
    let sample = WorkspaceConfig::sample();
    let found = match wanted {
        Some(id) => known.iter().find(|workspace| workspace.id == id),
        None => known.first(),
    };
    match found {
        Some(found) => Ok(found.clone()),
        None if wanted == Some(sample.id.as_str()) => Ok(sample),
        None => {
            let known: Vec<&str> = known.iter().map(|workspace| workspace.id.as_str()).collect();
            Err(["no workspace has the id that the address asks for; known: ", &known.join(", ")].concat())
        }
    }
}
