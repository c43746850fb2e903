//! Named overrides (dev, staging, production), chosen by the host that serves the app.
//!
//! One build is deployed everywhere; the page's host name decides. Overrides are merged as JSON
//! Merge Patch does (RFC 7396: objects member by member, `null` removes, the rest replaces), with
//! one addition: workspaces are matched by their `id`, so that an override names only what differs.

use super::{
    node::{Node, Source},
    position::Step,
};
use crate::model::{Fields, Value};

/// Keys that an environment has beside those of the document.
pub(super) const ENVIRONMENT: [&str; 6] = ["hosts", "name", "locale", "theme", "timeouts", "workspaces"];

/// Hosts on which the environment `dev` is chosen when it names none.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The environments with their hosts.
pub(super) fn read(source: &Source) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let document = source.document();
    let Some(environments) = document.get("environments") else { return found };
    for name in environments.names() {
        if let Some(environment) = environments.get(name) {
            environment.object(&ENVIRONMENT);
            found.push((name.clone(), hosts(name, &environment)));
        }
    }
    found
}

fn hosts(name: &str, environment: &Node) -> Vec<String> {
    match environment.get("hosts") {
        Some(hosts) => hosts.texts(),
        None if name == "dev" => LOOPBACK.map(str::to_owned).to_vec(),
        None => {
            environment.warn(&["has no \"hosts\", so it is never chosen"]);
            Vec::new()
        }
    }
}

/// The environment whose hosts name this one most exactly.
pub(super) fn choose<'a>(environments: &'a [(String, Vec<String>)], host: &str) -> Option<&'a str> {
    let host = host.to_ascii_lowercase();
    let mut best = None;
    for (name, hosts) in environments {
        for pattern in hosts.iter().map(|pattern| pattern.to_ascii_lowercase()) {
            let fit = (!pattern.starts_with('*'), pattern.len());
            if matches(&pattern, &host) && best.is_none_or(|(known, _)| fit > known) {
                best = Some((fit, name.as_str()));
            }
        }
    }
    best.map(|(_, name)| name)
}

/// `*.example.org` stands for every host beneath `example.org`.
fn matches(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix('*') {
        Some(end) => host.len() > end.len() && host.ends_with(end),
        None => !host.is_empty() && pattern == host,
    }
}

fn overrides<'a>(document: &'a Value, name: &str) -> &'a Value {
    &document["environments"][name]
}

/// The document with the environment's overrides.
pub(super) fn merged(document: &Value, name: &str) -> Value {
    let mut merged = document.clone();
    merge(&mut merged, overrides(document, name), true);
    merged
}

fn merge_by_id(known: &mut Vec<Value>, changes: &[Value]) {
    for change in changes {
        match known.iter_mut().find(|item| same_id(item, change)) {
            Some(item) => merge(item, change, false),
            None => known.push(change.clone()),
        }
    }
}

fn same_id(left: &Value, right: &Value) -> bool {
    left["id"].is_string() && left["id"] == right["id"]
}

/// RFC 7396, with workspaces matched by id in the `root`.
fn merge(target: &mut Value, change: &Value, root: bool) {
    let Value::Object(changes) = change else {
        *target = change.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Fields::new());
    }
    let Value::Object(members) = target else { return };
    for (key, change) in changes.iter().filter(|(key, _)| !root || *key != "hosts") {
        match (members.get_mut(key), change) {
            (_, Value::Null) => drop(members.remove(key)),
            (Some(Value::Array(known)), Value::Array(changes)) if root && key == "workspaces" => {
                merge_by_id(known, changes);
            }
            (Some(member), _) => merge(member, change, false),
            (None, _) => {
                let mut member = Value::Null;
                merge(&mut member, change, false);
                members.insert(key.clone(), member);
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
