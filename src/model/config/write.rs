//! From a [`WorkspaceConfig`] back to text, in the form that a config is written in.
//!
//! Workspaces that a person connects on this device, and schemas that were discovered, are kept as such
//! texts: there is one reader for both, and a kept schema can be copied into a `landfall.json`.

use super::WorkspaceConfig;
use crate::model::json::{self, Members};
use crate::model::schema::{Collection, Field, FieldType, SyncMode};
use crate::model::{Direction, OrderBy};

/// A document with these workspaces.
#[must_use]
pub fn document(workspaces: &[WorkspaceConfig]) -> String {
    let mut members = Members::default();
    members.json("workspaces", &json::list(&workspaces.iter().map(workspace).collect::<Vec<_>>()));
    members.end()
}

fn workspace(workspace: &WorkspaceConfig) -> String {
    let mut members = Members::default();
    members.text("id", &workspace.id);
    members.text("label", &workspace.label);
    members.json("backend", &json::text(&workspace.backend.options));
    if let Some(sign_in) = &workspace.sign_in {
        members.json("sign_in", &json::text(sign_in));
    }
    let collections: Vec<String> = workspace.collections.iter().map(collection).collect();
    members.json("collections", &json::list(&collections));
    members.end()
}

fn collection(collection: &Collection) -> String {
    let mut members = Members::default();
    members.text("name", &collection.name);
    members.text("label", &collection.label);
    if !collection.title.is_empty() {
        members.text("title", &collection.title);
    }
    if let Some(subtitle) = &collection.subtitle {
        members.text("subtitle", subtitle);
    }
    if collection.sync == SyncMode::OnDemand {
        members.text("sync", "on_demand");
    }
    members.json("sort", &json::list(&collection.sort.iter().map(sort_key).collect::<Vec<_>>()));
    members.json("fields", &json::list(&collection.fields.iter().map(field).collect::<Vec<_>>()));
    members.end()
}

fn sort_key(order: &OrderBy) -> String {
    let sign = if order.direction == Direction::Descending { "-" } else { "" };
    json::quoted(&[sign, &order.field].concat())
}

fn field(field: &Field) -> String {
    let mut members = Members::default();
    members.text("name", &field.name);
    members.text("label", &field.label);
    members.text("type", type_name(&field.kind));
    match &field.kind {
        FieldType::Relation(to) => members.text("to", to),
        FieldType::Select(options) | FieldType::MultiSelect(options) => {
            members
                .json("options", &json::list(&options.iter().map(|option| json::quoted(option)).collect::<Vec<_>>()));
        }
        FieldType::File { many: true } => members.flag("many", true),
        _ => {}
    }
    for (name, on) in [("required", field.required), ("read_only", field.read_only)] {
        if on {
            members.flag(name, true);
        }
    }
    for (name, bound) in [("min", field.min), ("max", field.max)] {
        if let Some(bound) = bound {
            members.json(name, &json::text(&bound.into()));
        }
    }
    if let Some(default) = &field.default {
        members.json("default", &json::text(default));
    }
    members.end()
}

fn type_name(kind: &FieldType) -> &'static str {
    match kind {
        FieldType::Text => "text",
        FieldType::LongText => "long_text",
        FieldType::Number => "number",
        FieldType::Boolean => "boolean",
        FieldType::Date => "date",
        FieldType::DateTime => "date_time",
        FieldType::Select(_) => "select",
        FieldType::MultiSelect(_) => "multi_select",
        FieldType::Tags => "tags",
        FieldType::Email => "email",
        FieldType::Url => "url",
        FieldType::Phone => "phone",
        FieldType::Relation(_) => "relation",
        FieldType::Json => "json",
        FieldType::File { .. } => "file",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::config;

    #[test]
    fn what_is_kept_reads_back_as_it_was() {
        let text = r#"{ "workspaces": [{ "id": "crm", "label": "CRM",
            "backend": { "kind": "pocketbase", "url": "https://pb.example.org" },
            "sign_in": { "collection": "members", "methods": ["password"] },
            "collections": [{ "name": "people", "title": "name", "subtitle": "born", "sync": "on_demand",
                "sort": ["name", "-born"], "fields": [
                { "name": "name", "required": true, "max": 120 }, { "name": "born", "type": "date" },
                { "name": "stage", "type": "select", "options": ["new", "a \"b\""], "default": "new" },
                { "name": "tags", "type": "tags" }, { "name": "size", "type": "number", "min": 0.5 },
                { "name": "papers", "type": "file", "many": true }, { "name": "made", "read_only": true },
                { "name": "firm", "type": "relation", "to": "companies" } ] }] }] }"#;
        let (config, warnings) = config::parse(text).unwrap();
        assert_eq!(warnings, []);
        let (again, warnings) = config::parse(&document(&config.workspaces)).unwrap();
        assert_eq!(warnings, []);
        assert_eq!(again.workspaces, config.workspaces);
    }
}
