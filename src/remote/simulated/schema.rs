//! The collections of the sample workspace: a small shipping and sailing services directory.
//!
//! The names are written once here; [`super::Sample`] fills exactly these fields.

use super::words;
use crate::model::{Collection, Field, FieldType};

/// Everybody.
pub(super) const PEOPLE: &str = "people";
/// Where they work.
pub(super) const COMPANIES: &str = "companies";
/// What is going on.
pub(super) const PROJECTS: &str = "projects";
/// What is to be done.
pub(super) const TASKS: &str = "tasks";
/// All four, in the order of the navigation.
pub(super) const NAMES: [&str; 4] = [PEOPLE, COMPANIES, PROJECTS, TASKS];

/// `projects.status`, by time.
pub(super) const STATUS: [&str; 4] = ["planned", "active", "on hold", "done"];
/// `tasks.state`, by progress.
pub(super) const STATE: [&str; 3] = ["todo", "doing", "done"];
/// `tasks.priority`, by weight.
pub(super) const PRIORITY: [&str; 3] = ["low", "normal", "high"];

/// Set by the server at the first write.
pub(super) const CREATED: &str = "created";
/// Set by the server at every write: the order of the change feed.
pub(super) const UPDATED: &str = "updated";
/// Whose write that was.
pub(super) const UPDATED_BY: &str = "updated_by";

/// The schema of the sample workspace.
#[must_use]
pub fn collections() -> Vec<Collection> {
    NAMES.into_iter().map(collection).collect()
}

fn collection(name: &str) -> Collection {
    let (title, subtitle, mut fields) = match name {
        PEOPLE => ("name", "role", people()),
        COMPANIES => ("name", "city", companies()),
        PROJECTS => ("name", "status", projects()),
        _ => ("title", "state", tasks()),
    };
    for (name, kind) in [(CREATED, FieldType::DateTime), (UPDATED, FieldType::DateTime), (UPDATED_BY, FieldType::Text)]
    {
        fields.push(Field { read_only: true, ..Field::new(name, kind) });
    }
    Collection { subtitle: Some(subtitle.into()), ..Collection::new(name, title, fields) }
}

fn people() -> Vec<Field> {
    vec![
        name("name"),
        Field::new("email", FieldType::Email).required().label("E-mail"),
        Field::new("phone", FieldType::Phone).bounds(5.0, 24.0),
        relation("company", COMPANIES),
        Field::new("role", FieldType::Select(words::roles())),
        Field::new("city", FieldType::Text).bounds(1.0, 60.0),
        Field { default: Some(true.into()), ..Field::new("active", FieldType::Boolean) },
        Field::new("score", FieldType::Number).bounds(0.0, 100.0),
        Field::new("joined", FieldType::Date),
        notes(),
    ]
}

fn companies() -> Vec<Field> {
    vec![
        name("name"),
        Field::new("website", FieldType::Url),
        Field::new("city", FieldType::Text).bounds(1.0, 60.0),
        Field::new("industry", FieldType::Select(words::industries())),
        Field::new("employees", FieldType::Number).bounds(1.0, 100_000.0),
    ]
}

fn projects() -> Vec<Field> {
    vec![
        name("name"),
        relation("company", COMPANIES),
        relation("lead", PEOPLE),
        select("status", &STATUS, "planned"),
        Field::new("budget", FieldType::Number).bounds(0.0, 10_000_000.0),
        Field::new("starts", FieldType::Date),
        Field::new("ends", FieldType::Date),
        Field::new("tags", FieldType::Tags),
        notes(),
    ]
}

fn tasks() -> Vec<Field> {
    vec![
        name("title"),
        relation("project", PROJECTS),
        relation("assignee", PEOPLE),
        select("state", &STATE, "todo"),
        Field::new("due", FieldType::Date),
        select("priority", &PRIORITY, "normal"),
        Field::new("estimate", FieldType::Number).bounds(0.0, 1000.0).label("Estimate, hours"),
    ]
}

fn name(field: &str) -> Field {
    Field::new(field, FieldType::Text).required().bounds(1.0, 120.0)
}

fn notes() -> Field {
    Field::new("notes", FieldType::LongText).bounds(0.0, 4000.0)
}

fn relation(field: &str, to: &str) -> Field {
    Field::new(field, FieldType::Relation(to.into()))
}

fn select(field: &str, options: &[&str], default: &str) -> Field {
    let options = options.iter().map(|option| (*option).to_owned()).collect();
    Field { default: Some(default.into()), ..Field::new(field, FieldType::Select(options)) }
}
