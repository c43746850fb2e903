//! The rules a record must meet before it is stored here; the server has its own word later.

use super::{Collection, Field, FieldError, FieldType, Fields, Timestamp, Value, value};

/// The errors of the given values. A new record is checked for missing required fields too;
/// a patch only for the fields it touches.
#[must_use]
pub fn validate(collection: &Collection, changes: &Fields, is_new: bool) -> Vec<FieldError> {
    let touched = |field: &&Field| is_new || changes.contains_key(&field.name);
    let check = |field: &Field| {
        check_field(field, changes.get(&field.name)).map(|code| FieldError {
            field: field.name.clone(),
            code: code.into(),
            message: String::new(),
        })
    };
    collection.fields.iter().filter(touched).filter_map(check).collect()
}

/// The code of the first rule that the value breaks.
#[must_use]
pub fn check_field(field: &Field, found: Option<&Value>) -> Option<&'static str> {
    let Some(found) = found.filter(|found| !value::is_empty(Some(found))) else {
        return (field.required && !matches!(field.kind, FieldType::Boolean)).then_some("required");
    };
    match &field.kind {
        FieldType::Number => number(field, found),
        FieldType::Boolean => (!found.is_boolean()).then_some("not_boolean"),
        FieldType::Date | FieldType::DateTime => {
            (found.as_str().and_then(Timestamp::parse).is_none()).then_some("not_date")
        }
        FieldType::Select(options) => {
            (!options.iter().any(|option| Some(option.as_str()) == found.as_str())).then_some("not_option")
        }
        FieldType::MultiSelect(options) => {
            let known = |item: &Value| options.iter().any(|option| Some(option.as_str()) == item.as_str());
            (!found.as_array().is_some_and(|items| items.iter().all(known))).then_some("not_option")
        }
        FieldType::Email => (!found.as_str().is_some_and(is_email)).then_some("not_email"),
        FieldType::Url => (!found.as_str().is_some_and(is_url)).then_some("not_url"),
        FieldType::Text | FieldType::LongText | FieldType::Phone | FieldType::Relation(_) => length(field, found),
        FieldType::Tags | FieldType::Json | FieldType::File { .. } => None,
    }
}

fn number(field: &Field, found: &Value) -> Option<&'static str> {
    let Some(number) = found.as_f64() else { return Some("not_number") };
    bounds(field, number, "too_small", "too_large")
}

fn length(field: &Field, found: &Value) -> Option<&'static str> {
    let Some(text) = found.as_str() else { return Some("not_text") };
    #[allow(clippy::cast_precision_loss)] // a text of 2^53 characters does not fit in memory
    let length = text.chars().count() as f64;
    bounds(field, length, "too_short", "too_long")
}

fn bounds(field: &Field, size: f64, below: &'static str, above: &'static str) -> Option<&'static str> {
    if field.min.is_some_and(|min| size < min) {
        return Some(below);
    }
    field.max.is_some_and(|max| size > max).then_some(above)
}

/// One `@` with something on both sides and a dot behind it: what a form can know; the server knows better.
fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        let dotted = host.rsplit_once('.').is_some_and(|(left, right)| !left.is_empty() && right.len() >= 2);
        !name.is_empty() && dotted && !host.contains('@') && !text.contains(char::is_whitespace)
    })
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_type_has_its_rule() {
        let select = FieldType::Select(vec!["todo".into()]);
        for (kind, value, expected) in [
            (FieldType::Email, json!("ada@example.org"), None),
            (FieldType::Email, json!("ada@example"), Some("not_email")),
            (FieldType::Email, json!("a da@example.org"), Some("not_email")),
            (FieldType::Url, json!("javascript:alert(1)"), Some("not_url")),
            (FieldType::Number, json!("4"), Some("not_number")),
            (FieldType::Date, json!("2026-11-21"), None),
            (FieldType::Date, json!("21 November"), Some("not_date")),
            (select, json!("other"), Some("not_option")),
        ] {
            assert_eq!(check_field(&Field::new("f", kind.clone()), Some(&value)), expected, "{kind:?} {value}");
        }
    }

    #[test]
    fn a_patch_is_checked_only_where_it_touches() {
        let fields = vec![
            Field::new("name", FieldType::Text).required(),
            Field::new("age", FieldType::Number).bounds(0.0, 150.0),
        ];
        let people = Collection::new("people", "name", fields);
        let patch = json!({"age": 151}).as_object().cloned().unwrap_or_default();
        let codes = |errors: Vec<FieldError>| errors.into_iter().map(|error| error.code).collect::<Vec<_>>();
        assert_eq!(codes(validate(&people, &patch, false)), ["too_large"]);
        assert_eq!(codes(validate(&people, &patch, true)), ["required", "too_large"]);
    }
}
