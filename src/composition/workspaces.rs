//! The workspaces that this device knows: those of the config, and those that someone connected here.
//!
//! What was connected here is kept as the text of a config of its own, without secrets: an address and a
//! schema. The session lies sealed in a database of the workspace.

use crate::model::config::{self, Config, WorkspaceConfig};
use crate::platform::Preferences;

/// Where the workspaces are kept that were connected on this device.
const CONNECTED: &str = "workspaces";
/// Where the discovered schema of a configured workspace is kept: this, then its id.
const SCHEMA: &str = "schema.";

/// The workspaces that were connected on this device; a text that cannot be read counts as none.
pub fn connected(preferences: &dyn Preferences) -> Vec<WorkspaceConfig> {
    kept(preferences, CONNECTED)
}

fn kept(preferences: &dyn Preferences, key: &str) -> Vec<WorkspaceConfig> {
    let text = preferences.get(key).filter(|text| !config::is_absent(text));
    text.and_then(|text| config::parse(&text).ok()).map(|(kept, _)| kept.workspaces).unwrap_or_default()
}

/// Keeps a workspace that was connected here, in place of one of the same id.
pub fn keep(preferences: &dyn Preferences, workspace: WorkspaceConfig) {
    let mut all = connected(preferences);
    all.retain(|other| other.id != workspace.id);
    all.push(workspace);
    preferences.set(CONNECTED, &config::document(&all));
}

/// Forgets a workspace that was connected here.
pub fn forget(preferences: &dyn Preferences, id: &str) {
    preferences.remove(&[SCHEMA, id].concat());
    preferences.remove(&[DATABASES, id].concat());
    let mut all = connected(preferences);
    all.retain(|other| other.id != id);
    match all.is_empty() {
        true => preferences.remove(CONNECTED),
        false => preferences.set(CONNECTED, &config::document(&all)),
    }
}

/// Where the names of a workspace's databases are kept: this, then its id.
const DATABASES: &str = "databases.";

/// Remembers that a workspace has databases of this name, one for each account.
pub fn note_database(preferences: &dyn Preferences, workspace: &str, name: &str) {
    let mut known = databases(preferences, workspace);
    if !known.iter().any(|other| other == name) {
        known.push(name.to_owned());
        preferences.set(&[DATABASES, workspace].concat(), &known.join("\n"));
    }
}

/// The names of a workspace's databases on this device.
pub fn databases(preferences: &dyn Preferences, workspace: &str) -> Vec<String> {
    let kept = preferences.get(&[DATABASES, workspace].concat()).unwrap_or_default();
    kept.lines().map(str::to_owned).collect()
}

/// Everything that can be opened: the config's workspaces first, then those connected here.
pub fn all(config: &Config, preferences: &dyn Preferences) -> Vec<WorkspaceConfig> {
    let mut all = config.workspaces.clone();
    for own in connected(preferences) {
        if !all.iter().any(|known| known.id == own.id) {
            all.push(own);
        }
    }
    all
}

/// Keeps what was discovered of a workspace's collections.
pub fn keep_schema(preferences: &dyn Preferences, workspace: &WorkspaceConfig) {
    preferences.set(&[SCHEMA, &workspace.id].concat(), &config::document(std::slice::from_ref(workspace)));
}

/// The workspace as it was when its schema was discovered.
pub fn with_schema(preferences: &dyn Preferences, id: &str) -> Option<WorkspaceConfig> {
    kept(preferences, &[SCHEMA, id].concat()).into_iter().next()
}

/// An id for a workspace at this address that no other workspace has.
pub fn new_id(url: &str, taken: &[WorkspaceConfig]) -> String {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host: String = host.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    let stem: String = host.trim_matches('-').chars().take(40).collect();
    let stem = if stem.is_empty() { "backend".to_owned() } else { stem };
    let mut id = stem.clone();
    let mut number = 2_u32;
    while taken.iter().any(|known| known.id == id) {
        id = [&stem, "-", number.to_string().as_str()].concat();
        number += 1;
    }
    id
}
