//! Values and records as people read them: by the field's type and the language.

use crate::{
    model::{Collection, Field, FieldType, Record, Value, schema, value},
    state::{Services, format, translation::t},
    ui::{context::ui, file_name},
};

/// A field's value as one line of text. Reads signals where the value is another record's id.
pub fn show(field: Option<&Field>, found: Option<&Value>) -> String {
    let Some(found) = found.filter(|found| !value::is_empty(Some(found))) else { return String::new() };
    match (field.map(|field| &field.kind), found) {
        (Some(FieldType::Relation(to)), Value::String(id)) => relation_title(ui().services, to, id),
        (Some(FieldType::Date), Value::String(text)) => format::date(text),
        (Some(FieldType::DateTime), Value::String(text)) => format::date_time(text),
        (Some(FieldType::File { .. }), files) => file_name::shown_all(files),
        (_, Value::Bool(flag)) => (if *flag { t("yes") } else { t("no") }).to_owned(),
        (_, Value::Number(number)) => format::number(number.as_f64().unwrap_or_default()),
        _ => value::text(found),
    }
}

/// What a field is called; a field that the schema does not know goes by its name.
pub fn show_label(field: Option<&Field>, name: &str) -> String {
    field.map_or_else(|| schema::label_of(name), |field| field.label.clone())
}

/// A record's title; a record without one says so.
pub fn record_title(collection: &Collection, record: &Record) -> String {
    let title = record.text(&collection.title);
    if title.is_empty() { t("record.untitled").to_owned() } else { title }
}

/// What stands beneath a record's title.
pub fn subtitle(collection: &Collection, record: &Record) -> String {
    let Some(name) = &collection.subtitle else { return String::new() };
    show(collection.field(name), record.get(name))
}

/// The title of another collection's record, following it; its id while it is not here.
pub fn relation_title(services: Services, to: &str, id: &str) -> String {
    let row = services.record(to, id).get();
    match (services.collection(to), row) {
        (Some(collection), Some(row)) => record_title(&collection, &row.record),
        _ => id.to_owned(),
    }
}
