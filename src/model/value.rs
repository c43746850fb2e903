//! Field values and when two of them mean the same.
//!
//! A value is a JSON value: what backends speak and what the disk keeps. Equality is *canonical*: a
//! missing field, `null` and an empty text are the same absence, and `1`, `1.0` the same number.
//! Connectors that know more about their backend (trimmed text, date precision) canonicalise first.

use super::json;

/// One field's value.
pub type Value = serde_json::Value;

/// Named values: a whole record, or only the touched fields of an edit.
pub type Fields = serde_json::Map<String, Value>;

/// Whether a value says nothing: missing, `null`, empty text or an empty list.
#[must_use]
pub fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(_) => false,
    }
}

/// Whether two values mean the same (see the module's header).
#[must_use]
pub fn same(left: Option<&Value>, right: Option<&Value>) -> bool {
    match (left, right) {
        (l, r) if is_empty(l) || is_empty(r) => is_empty(l) && is_empty(r),
        (Some(Value::Number(l)), Some(Value::Number(r))) => same_number(l, r),
        (l, r) => l == r,
    }
}

fn same_number(left: &serde_json::Number, right: &serde_json::Number) -> bool {
    match (left.as_i64(), right.as_i64()) {
        (Some(l), Some(r)) => l == r,
        _ => left == right || left.as_f64() == right.as_f64(),
    }
}

/// Whether every field named in `wanted` has the same value in `found`.
#[must_use]
pub fn contains_all(found: &Fields, wanted: &Fields) -> bool {
    wanted.iter().all(|(name, value)| same(found.get(name), Some(value)))
}

/// The fields of `after` that differ from `before`; a field that is gone becomes `null`.
#[must_use]
pub fn difference(before: &Fields, after: &Fields) -> Fields {
    let new = after.iter().filter(|(name, value)| !same(before.get(*name), Some(value)));
    let mut changed = gather(&mut new.map(|(name, value)| (name.clone(), value.clone())));
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        if !is_empty(before.get(name)) {
            changed.insert(name.clone(), Value::Null);
        }
    }
    changed
}

/// The values that `fields` has for the names in `touched`, `null` where it has none.
#[must_use]
pub fn pick(fields: &Fields, touched: &Fields) -> Fields {
    gather(&mut touched.keys().map(|name| (name.clone(), fields.get(name).cloned().unwrap_or(Value::Null))))
}

/// Fields of these members. (`collect` would sort them first, with code of its own at every place where it stands.)
pub fn gather(members: &mut dyn Iterator<Item = (String, Value)>) -> Fields {
    let mut fields = Fields::new();
    fields.extend(members);
    fields
}

/// Three-way merge of lists without order (tags, chosen options): theirs, with what we added and without what we took
/// away. Anything but a list counts as an empty one.
#[must_use]
pub fn merge_sets(base: Option<&Value>, ours: Option<&Value>, theirs: Option<&Value>) -> Value {
    let (base, ours, theirs) = (items(base), items(ours), items(theirs));
    let mut merged: Vec<Value> =
        theirs.iter().filter(|item| ours.contains(item) || !base.contains(item)).cloned().collect();
    merged.extend(ours.iter().filter(|item| !base.contains(item) && !theirs.contains(item)).cloned());
    Value::Array(merged)
}

fn items(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The number that a text means, read as JSON reads it: one parser for the whole app.
#[must_use]
pub fn number(text: &str) -> Option<Value> {
    json::parse(text).ok().filter(Value::is_number)
}

/// A value as one line of text: what search looks at and plain cells show.
#[must_use]
pub fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        other => json::text(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fields(value: Value) -> Fields {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn absence_has_many_spellings() {
        assert!(same(None, Some(&json!(""))));
        assert!(same(Some(&json!(null)), Some(&json!([]))));
        assert!(!same(None, Some(&json!(false))));
        assert!(!same(None, Some(&json!(0))));
    }

    #[test]
    fn numbers_compare_by_value_and_keep_large_integers_apart() {
        assert!(same(Some(&json!(1)), Some(&json!(1.0))));
        assert!(!same(Some(&json!(9_007_199_254_740_993_i64)), Some(&json!(9_007_199_254_740_992_i64))));
    }

    #[test]
    fn sets_take_additions_and_removals_of_both_sides() {
        let merged = merge_sets(Some(&json!(["a", "b"])), Some(&json!(["a", "x"])), Some(&json!(["b", "a", "y"])));
        assert_eq!(merged, json!(["a", "y", "x"]));
        assert_eq!(merge_sets(None, Some(&json!(["x"])), Some(&json!(null))), json!(["x"]));
    }

    #[test]
    fn a_difference_names_only_what_changed() {
        let before = fields(json!({"a": 1, "b": "x", "c": "gone"}));
        let after = fields(json!({"a": 1.0, "b": "y"}));
        assert_eq!(difference(&before, &after), fields(json!({"b": "y", "c": null})));
    }
}
