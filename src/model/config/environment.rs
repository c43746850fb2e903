//! Named overrides (dev, staging, production), chosen by the host that serves the app.
//!
//! One build is deployed everywhere; the page's host name decides. Overrides are merged as JSON
//! Merge Patch does (RFC 7396: objects member by member, `null` removes, the rest replaces), with
//! one addition: workspaces are matched by their `id`, so that an override names only what differs.

use super::{
    Finding,
    node::{Node, Source},
    position::Step,
};
use crate::model::Value;

/// Keys that an environment has beside those of the document.
pub(super) const ENVIRONMENT: [&str; 6] = ["hosts", "name", "locale", "theme", "timeouts", "workspaces"];

/// Hosts on which the environment `dev` is chosen when it names none.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The environments with their hosts.
pub(super) fn read(source: &Source) -> Result<Vec<(String, Vec<String>)>, Finding> {
    let document = source.document();
    document.members()?;
    let Some(environments) = document.get("environments") else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for name in environments.members()?.keys() {
        let environment = environments.need(name)?;
        environment.object(&ENVIRONMENT)?;
        found.push((name.clone(), hosts(name, &environment)?));
    }
    Ok(found)
}

fn hosts(name: &str, environment: &Node) -> Result<Vec<String>, Finding> {
    match environment.get("hosts") {
        Some(hosts) => hosts.items()?.map(|host| Ok(host.text()?.to_ascii_lowercase())).collect(),
        None if name == "dev" => Ok(LOOPBACK.map(str::to_owned).to_vec()),
        None => {
            environment.warn("has no \"hosts\", so it is never chosen");
            Ok(Vec::new())
        }
    }
}

/// The environment whose hosts name this one most exactly.
pub(super) fn choose<'a>(environments: &'a [(String, Vec<String>)], host: &str) -> Option<&'a str> {
    let host = host.to_ascii_lowercase();
    let fit = |(name, hosts): &'a (String, Vec<String>)| {
        let best = hosts.iter().filter(|pattern| matches(pattern, &host)).map(|pattern| exactness(pattern)).max()?;
        Some((best, name.as_str()))
    };
    environments.iter().filter_map(fit).max_by_key(|(best, _)| *best).map(|(_, name)| name)
}

/// `*.example.org` stands for every host beneath `example.org`.
fn matches(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(end) => host.len() > end.len() && host.ends_with(end),
        None => !host.is_empty() && pattern == host,
    }
}

fn exactness(pattern: &str) -> (bool, usize) {
    (!pattern.starts_with('*'), pattern.len())
}

fn overrides<'a>(document: &'a Value, name: &str) -> &'a Value {
    &document["environments"][name]
}

/// The document with the environment's overrides.
pub(super) fn merged(document: &Value, name: &str) -> Value {
    let mut merged = document.clone();
    if let (Value::Object(target), Value::Object(changes)) = (&mut merged, overrides(document, name)) {
        for (key, change) in changes.iter().filter(|(key, _)| *key != "hosts") {
            let place = target.entry(key.clone()).or_insert(Value::Null);
            match (key.as_str(), &mut *place, change) {
                ("workspaces", Value::Array(known), Value::Array(changes)) => merge_by_id(known, changes),
                _ => merge(place, change),
            }
            if target[key].is_null() {
                target.remove(key);
            }
        }
    }
    merged
}

fn merge_by_id(known: &mut Vec<Value>, changes: &[Value]) {
    for change in changes {
        match known.iter_mut().find(|item| same_id(item, change)) {
            Some(item) => merge(item, change),
            None => known.push(change.clone()),
        }
    }
}

fn same_id(left: &Value, right: &Value) -> bool {
    left["id"].is_string() && left["id"] == right["id"]
}

/// RFC 7396.
fn merge(target: &mut Value, change: &Value) {
    let Value::Object(changes) = change else {
        *target = change.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    if let Value::Object(members) = target {
        for (key, change) in changes {
            if change.is_null() {
                members.remove(key);
            } else {
                merge(members.entry(key.clone()).or_insert(Value::Null), change);
            }
        }
    }
}

/// Where in the overrides a path of the merged document would be written.
pub(super) fn origin<'a>(document: &Value, name: &'a str, merged: &Value, path: &[Step<'a>]) -> Vec<Step<'a>> {
    let mut found = vec![Step::Key("environments"), Step::Key(name)];
    found.extend_from_slice(path);
    if let [Step::Key("workspaces"), Step::Index(index), ..] = path {
        let workspace = &merged["workspaces"][*index];
        let listed = overrides(document, name)["workspaces"].as_array();
        let place =
            listed.and_then(|listed| listed.iter().position(|item| same_id(item, workspace) || item == workspace));
        found[3] = Step::Index(place.unwrap_or(usize::MAX));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_most_exact_host_wins() {
        let environment =
            |name: &str, hosts: &[&str]| (name.to_owned(), hosts.iter().map(|h| (*h).to_owned()).collect());
        let environments = [
            environment("any", &["*"]),
            environment("dev", &LOOPBACK),
            environment("production", &["app.example.org"]),
            environment("staging", &["*.example.org"]),
        ];
        for (host, name) in [
            ("localhost", Some("dev")),
            ("App.Example.org", Some("production")),
            ("next.example.org", Some("staging")),
            ("example.org", Some("any")),
            ("", None),
        ] {
            assert_eq!(choose(&environments, host), name, "{host}");
        }
    }

    #[test]
    fn overrides_name_only_what_differs() {
        let document = json!({
            "name": "A", "theme": { "accent": "#fff", "logo": "a.svg" },
            "workspaces": [{ "id": "crm", "label": "CRM", "backend": { "kind": "rest", "url": "https://a.org" } }],
            "environments": { "dev": {
                "hosts": ["localhost"], "theme": { "logo": null }, "locale": "id",
                "workspaces": [{ "id": "crm", "backend": { "url": "http://127.0.0.1:1" } }, { "id": "more" }],
            } },
        });
        let merged = merged(&document, "dev");
        assert_eq!(merged["theme"], json!({ "accent": "#fff" }));
        assert_eq!(merged["locale"], "id");
        assert_eq!(merged.get("hosts"), None);
        assert_eq!(
            merged["workspaces"],
            json!([
                { "id": "crm", "label": "CRM", "backend": { "kind": "rest", "url": "http://127.0.0.1:1" } },
                { "id": "more" },
            ])
        );
    }
}
