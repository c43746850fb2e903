//! A value as people read it: by its field's type and the language.

use super::relation_title;
use crate::ui::context::ui;
use crate::{
    model::{Field, FieldType, Value, schema, value},
    state::{format, translation::t},
};

/// A field's value as one line of text. Reads signals where the value is another record's id.
pub fn show(field: Option<&Field>, found: Option<&Value>) -> String {
    let Some(found) = found.filter(|found| !value::is_empty(Some(found))) else { return String::new() };
    match (field.map(|field| &field.kind), found) {
        (Some(FieldType::Relation(to)), Value::String(id)) => relation_title(ui().services, to, id),
        (Some(FieldType::Date), Value::String(text)) => format::date(text),
        (Some(FieldType::DateTime), Value::String(text)) => format::date_time(text),
        (_, Value::Bool(flag)) => (if *flag { t("yes") } else { t("no") }).to_owned(),
        (_, Value::Number(number)) => format::number(number.as_f64().unwrap_or_default()),
        _ => value::text(found),
    }
}

/// What a field is called; a field that the schema does not know goes by its name.
pub fn show_label(field: Option<&Field>, name: &str) -> String {
    field.map_or_else(|| schema::label_of(name), |field| field.label.clone())
}
