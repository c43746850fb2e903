//! The schema that some records suggest, where the server tells none.
//!
//! PocketBase sends every field of a record, empty ones too, so the names are certain; the types are guesses from what
//! is there. A field that is empty everywhere is text.

use super::{
    discover::{is_prose, with_title},
    record::SYSTEM,
};
use crate::model::{Collection, Field, FieldType, Timestamp, Value, value};

/// Texts longer than this get several lines.
const LONG: usize = 120;
/// Characters of an id.
const ID: usize = 15;
/// Random characters in a stored file's name.
const SUFFIX: usize = 10;

/// The collection that these records suggest; `known` are the collections that a relation may point to.
pub(super) fn collection(name: &str, records: &[Value], known: &[Collection]) -> Collection {
    let mut names: Vec<&String> = Vec::new();
    for field in records.iter().filter_map(Value::as_object).flat_map(|record| record.keys()) {
        if !SYSTEM.contains(&field.as_str()) && !names.contains(&field) {
            names.push(field);
        }
    }
    let fields = names.into_iter().map(|name| field(name, &values(records, name), known)).collect();
    with_title(name, fields)
}

/// A date of which no record shows a time is a day.
pub(super) fn refine_date(field: &mut Field, records: &[Value]) {
    let values = values(records, &field.name);
    if field.kind == FieldType::DateTime && !values.is_empty() && values.iter().all(|value| is_midnight(value)) {
        field.kind = FieldType::Date;
    }
}

/// The values of a field that say something.
fn values<'a>(records: &'a [Value], field: &str) -> Vec<&'a Value> {
    let found = records.iter().filter_map(|record| record.get(field));
    found.filter(|found| !value::is_empty(Some(found))).collect()
}

fn field(name: &str, values: &[&Value], known: &[Collection]) -> Field {
    let mut field = Field::new(name, kind(name, values, known));
    refine_date_of(&mut field, values);
    field.read_only = field.kind == FieldType::Json;
    field
}

fn refine_date_of(field: &mut Field, values: &[&Value]) {
    if field.kind == FieldType::DateTime && values.iter().all(|value| is_midnight(value)) {
        field.kind = FieldType::Date;
    }
}

fn kind(name: &str, values: &[&Value], known: &[Collection]) -> FieldType {
    let all = |is: fn(&Value) -> bool| !values.is_empty() && values.iter().all(|value| is(value));
    if all(Value::is_boolean) {
        FieldType::Boolean
    } else if all(Value::is_number) {
        FieldType::Number
    } else if all(Value::is_array) {
        let files = values.iter().filter_map(|value| value.as_array()).flatten().all(is_file);
        if files { FieldType::File { many: true } } else { FieldType::Tags }
    } else if !values.is_empty() && !all(Value::is_string) {
        FieldType::Json
    } else if all(is_moment) {
        FieldType::DateTime
    } else if all(is_email) {
        FieldType::Email
    } else if all(is_url) {
        FieldType::Url
    } else if all(is_file) {
        FieldType::File { many: false }
    } else if let (true, Some(to)) = (all(is_id), target(name, known)) {
        FieldType::Relation(to)
    } else if is_prose(name) || values.iter().any(|value| is_long(value)) {
        FieldType::LongText
    } else {
        FieldType::Text
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn is_moment(value: &Value) -> bool {
    let text = text(value);
    text.len() == 24 && text.ends_with('Z') && Timestamp::parse(text).is_some()
}

fn is_midnight(value: &Value) -> bool {
    text(value).ends_with(" 00:00:00.000Z")
}

fn is_email(value: &Value) -> bool {
    let text = text(value);
    !text.contains(char::is_whitespace)
        && text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}

fn is_url(value: &Value) -> bool {
    text(value).starts_with("https://") || text(value).starts_with("http://")
}

fn is_long(value: &Value) -> bool {
    text(value).contains('\n') || text(value).chars().count() > LONG
}

fn is_id(value: &Value) -> bool {
    text(value).len() == ID && text(value).bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// `photo_x8f2k1q9z0.png`
fn is_file(value: &Value) -> bool {
    let stem = text(value).rsplit_once('.').map(|(stem, _)| stem);
    stem.and_then(|stem| stem.rsplit_once('_')).is_some_and(|(name, suffix)| {
        let random = suffix.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        !name.is_empty() && suffix.len() == SUFFIX && random
    })
}

/// The collection that a field's name means: `company` → `companies`.
fn target(name: &str, known: &[Collection]) -> Option<String> {
    let name = name.strip_suffix("_id").unwrap_or(name);
    let stem = name.strip_suffix('y').unwrap_or(name);
    let plurals = [name.to_owned(), [name, "s"].concat(), [name, "es"].concat(), [stem, "ies"].concat()];
    known.iter().find(|collection| plurals.contains(&collection.name)).map(|collection| collection.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn records_suggest_a_schema() {
        let records = [
            json!({ "id": "a", "collectionId": "x", "collectionName": "people", "updated": "2026-01-01 00:00:00.000Z",
                "age": 0, "active": false, "born": "1815-12-10 00:00:00.000Z", "seen": "2026-11-21 09:28:14.528Z",
                "email": "ada@example.org", "site": "", "company": "abcdefghij12345", "photo": "a_x8f2k1q9z0.png",
                "papers": [], "tags": ["x"], "name": "Ada", "notes": "", "place": { "lat": 1 }, "empty": "" }),
            json!({ "id": "b", "age": 2.5, "active": true, "born": "", "site": "https://example.org", "name": "Bo",
                "papers": ["b_x8f2k1q9z0.pdf"], "company": "" }),
        ];
        let known = [Collection { name: "companies".into(), ..Collection::default() }];
        let people = collection("people", &records, &known);
        let kind = |name: &str| people.field(name).map(|field| field.kind.clone());
        for (name, expected) in [
            ("age", FieldType::Number),
            ("active", FieldType::Boolean),
            ("born", FieldType::Date),
            ("seen", FieldType::DateTime),
            ("email", FieldType::Email),
            ("site", FieldType::Url),
            ("company", FieldType::Relation("companies".into())),
            ("photo", FieldType::File { many: false }),
            ("papers", FieldType::File { many: true }),
            ("tags", FieldType::Tags),
            ("notes", FieldType::LongText),
            ("place", FieldType::Json),
            ("empty", FieldType::Text),
        ] {
            assert_eq!(kind(name), Some(expected), "{name}");
        }
        assert_eq!((people.title.as_str(), people.field("updated"), people.field("id")), ("name", None, None));
    }

    #[test]
    fn no_records_suggest_nothing() {
        let empty = collection("things", &[], &[]);
        assert!(empty.fields.is_empty() && empty.title.is_empty() && empty.sort.is_empty());
    }
}
