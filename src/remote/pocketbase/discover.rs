//! What a PocketBase holds: told by the server to a superuser, else inferred from the records of named collections.
//!
//! What is written in a config wins over what is found, collection by collection and field by field. Secrets have no
//! place here: hidden fields, passwords and the server's own collections are left out.

use super::{
    COLLECTIONS, errors, has_hook, infer,
    record::{REVISION, SYSTEM},
};
use crate::{
    http::{Client, HttpError, Method},
    model::{Collection, Field, FieldType, OrderBy, Value, json},
    remote::RemoteError,
};

/// Records that are looked at.
const SAMPLE: &str = "50";
/// Texts that may be longer than this get several lines.
const LONG: f64 = 500.0;
/// Names of fields that are likely to name a record.
const TITLES: [&str; 4] = ["name", "title", "label", "subject"];
/// Names of fields that are likely to hold several lines.
const PROSE: [&str; 7] = ["notes", "note", "description", "body", "content", "bio", "comment"];

/// Finds the collections: all of them if the server tells (to a superuser), else those of `written`, which may have no
/// more than a name. `client` carries the session's token.
///
/// # Errors
/// Those of reading. A collection of which only the name is written, and which cannot be read, is left out.
pub async fn discover(client: &Client, written: &[Collection]) -> Result<Vec<Collection>, RemoteError> {
    match told(client).await {
        Ok(found) => Ok(merge(written, found)),
        Err(error) if matches!(error.status(), Some(401 | 403)) => {
            let mut found = Vec::new();
            for collection in written {
                let items = sample(client, &collection.name).await;
                match items {
                    Ok(items) => found.push(infer::collection(&collection.name, &items, written)),
                    Err(error) if errors::problem(&error).is_some() => {}
                    Err(error) => return Err(errors::unread(&error, 0)),
                }
            }
            let is_there = |one: &&Collection| {
                !one.fields.is_empty() || found.iter().any(|read: &Collection| read.name == one.name)
            };
            let there: Vec<Collection> = written.iter().filter(is_there).cloned().collect();
            Ok(merge(&there, found))
        }
        Err(error) => Err(errors::unread(&error, 0)),
    }
}

/// Some records of a collection.
async fn sample(client: &Client, collection: &str) -> Result<Vec<Value>, HttpError> {
    let call = client.call(Method::Get, COLLECTIONS).segment(collection).segment("records");
    let answer = call.query("perPage", SAMPLE).query("skipTotal", "1").send().await?;
    let mut list = json::parse_bytes(&answer.body).and_then(json::into_fields).ok_or(HttpError::Unreachable)?;
    Ok(json::take_list(&mut list, "items"))
}

/// The collections as the server describes them.
async fn told(client: &Client) -> Result<Vec<Collection>, HttpError> {
    let call = client.get(COLLECTIONS).query("perPage", "500").query("skipTotal", "1").query("sort", "name");
    let answer = call.query("filter", "system=false").send().await?;
    let mut list = json::parse_bytes(&answer.body).and_then(json::into_fields).ok_or(HttpError::Unreachable)?;
    let described = json::take_list(&mut list, "items");
    let mut found: Vec<Collection> = described.iter().map(|one| described_collection(one, &described)).collect();
    if found.iter().any(|collection| collection.field(REVISION).is_some()) && has_hook(client).await == Some(true) {
        found.iter_mut().for_each(|collection| collection.fields.retain(|field| field.name != REVISION));
    }
    for collection in &mut found {
        // Only records tell whether a date has a time.
        if collection.fields.iter().any(|field| field.kind == FieldType::DateTime && !field.read_only) {
            let items = sample(client, &collection.name).await?;
            collection.fields.iter_mut().for_each(|field| infer::refine_date(field, &items));
        }
    }
    Ok(found)
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn is_set(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool).unwrap_or_default()
}

fn number(value: &Value, name: &str) -> Option<f64> {
    value.get(name)?.as_f64()
}

fn described_collection(described: &Value, all: &[Value]) -> Collection {
    let fields = described.get("fields").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let is_view = text(described, "type") == "view";
    let mut found: Vec<Field> = fields.iter().filter_map(|field| described_field(field, all)).collect();
    found.iter_mut().for_each(|field| field.read_only |= is_view);
    with_title(text(described, "name"), found)
}

/// A collection with these fields; the title is guessed from their names.
pub(super) fn with_title(name: &str, fields: Vec<Field>) -> Collection {
    let named = |title: &&&str| fields.iter().any(|field| field.name == ***title);
    let is_text = |field: &&Field| matches!(field.kind, FieldType::Text | FieldType::Email);
    let guess = TITLES.iter().find(named).map(|title| (*title).to_owned());
    let first = || fields.iter().find(is_text).or(fields.first()).map(|field| field.name.clone());
    let title = guess.or_else(first).unwrap_or_default();
    let mut collection = Collection::new(name, &title, fields);
    collection.subtitle = subtitle(&collection);
    if title.is_empty() {
        collection.sort.clear();
    }
    collection
}

/// The first other field of one short line.
fn subtitle(collection: &Collection) -> Option<String> {
    let is_short = |field: &&Field| {
        let short = matches!(field.kind, FieldType::Text | FieldType::Email | FieldType::Select(_));
        short && field.name != collection.title
    };
    collection.fields.iter().find(is_short).map(|field| field.name.clone())
}

/// A field; `None` for those that are the server's own business.
fn described_field(described: &Value, all: &[Value]) -> Option<Field> {
    let name = text(described, "name");
    if is_set(described, "hidden") || SYSTEM.contains(&name) {
        return None;
    }
    let (kind, read_only) = field_type(described, name, all)?;
    let mut field = Field::new(name, kind);
    // What an auth collection has by itself is changed by ways of its own.
    field.read_only = read_only || is_set(described, "system");
    field.required = is_set(described, "required") && field.kind != FieldType::Boolean && !field.read_only;
    let bound = |name: &str| number(described, name);
    match field.kind {
        FieldType::Number => (field.min, field.max) = (bound("min"), bound("max")),
        FieldType::Text | FieldType::LongText => {
            let given = |name: &str| bound(name).filter(|size| *size > 0.0);
            (field.min, field.max) = (given("min"), given("max"));
        }
        _ => {}
    }
    Some(field)
}

/// The type, and whether its values can only be shown.
fn field_type(described: &Value, name: &str, all: &[Value]) -> Option<(FieldType, bool)> {
    let many = number(described, "maxSelect").is_some_and(|most| most > 1.0);
    let long = number(described, "max").is_some_and(|most| most > LONG) || is_prose(name);
    Some(match text(described, "type") {
        "text" if long => (FieldType::LongText, false),
        "text" => (FieldType::Text, false),
        "editor" => (FieldType::LongText, false),
        "number" => (FieldType::Number, false),
        "bool" => (FieldType::Boolean, false),
        "email" => (FieldType::Email, false),
        "url" => (FieldType::Url, false),
        "date" => (FieldType::DateTime, false),
        "autodate" => (FieldType::DateTime, true),
        "select" if many => (FieldType::MultiSelect(options(described)), false),
        "select" => (FieldType::Select(options(described)), false),
        "file" => (FieldType::File { many }, false),
        "relation" => match relation(described, all) {
            Some(to) if !many => (FieldType::Relation(to), false),
            _ => (FieldType::Json, true),
        },
        "json" => (FieldType::Json, false),
        "geoPoint" => (FieldType::Json, true),
        _ => return None,
    })
}

pub(super) fn is_prose(name: &str) -> bool {
    PROSE.contains(&name)
}

fn options(described: &Value) -> Vec<String> {
    let values = described.get("values").and_then(Value::as_array);
    values.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The name of the collection that a relation points to.
fn relation(described: &Value, all: &[Value]) -> Option<String> {
    let id = text(described, "collectionId");
    all.iter().find(|collection| text(collection, "id") == id).map(|collection| text(collection, "name").to_owned())
}

/// What is written wins: a written field stays as it is, a written collection gets the fields that it does not name only
/// if it names none. Found collections that nothing is written of follow.
#[must_use]
pub fn merge(written: &[Collection], found: Vec<Collection>) -> Vec<Collection> {
    let mut found = found;
    let mut merged = Vec::new();
    for collection in written {
        let at = found.iter().position(|other| other.name == collection.name);
        let mut collection = collection.clone();
        if let Some(at) = at {
            complete(&mut collection, found.remove(at));
        }
        merged.push(collection);
    }
    merged.append(&mut found);
    merged
}

fn complete(written: &mut Collection, found: Collection) {
    if written.fields.is_empty() {
        written.fields = found.fields;
        written.subtitle = written.subtitle.take().or(found.subtitle);
    }
    if written.title.is_empty() {
        written.title = found.title;
    }
    if written.sort.is_empty() && !written.title.is_empty() {
        written.sort.push(OrderBy::ascending(written.title.clone()));
    }
}
