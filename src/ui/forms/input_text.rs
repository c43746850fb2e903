//! Between a field's value and the text in its control.
//!
//! While someone types, the draft keeps their text as it is (`1.` is on its way to `1.5`); it becomes
//! a value when it is compared or saved.

use crate::{
    model::{Field, FieldType, Value, json, value},
    state::format,
};

/// The text that a control shows for a stored value.
pub fn to_input(field: &Field, found: &Value) -> String {
    match (&field.kind, found) {
        (FieldType::DateTime, Value::String(text)) => format::to_local_input(text),
        (FieldType::Date, Value::String(text)) => text.get(..10).unwrap_or(text).to_owned(),
        (FieldType::Json, Value::Null) => String::new(),
        (FieldType::Json, other) => json::pretty(other),
        _ => value::text(found),
    }
}

/// The value that a draft means; what cannot be read stays text, and validation says so.
pub fn from_draft(field: &Field, draft: &Value) -> Value {
    let Some(text) = draft.as_str() else { return draft.clone() };
    match &field.kind {
        FieldType::Number => number(text.trim()),
        FieldType::DateTime => Value::from(format::from_local_input(text)),
        FieldType::Tags => {
            let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
            Value::Array(words.map(Value::from).collect())
        }
        FieldType::Json if text.trim().is_empty() => Value::Null,
        FieldType::Json => json::parse(text).unwrap_or_else(|_| Value::from(text)),
        _ => Value::from(text),
    }
}

fn number(text: &str) -> Value {
    if text.is_empty() {
        return Value::Null;
    }
    value::number(&text.replace(',', ".")).unwrap_or_else(|| Value::from(text))
}
