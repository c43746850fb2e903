//! Which records, in which order.

use super::{Fields, Value, fold, value};
use std::cmp::Ordering;

/// Up or down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    #[default]
    Ascending,
    /// Largest first.
    Descending,
}

/// One sort key. Empty values come last in both directions; ties go by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderBy {
    /// The field's name.
    pub field: String,
    /// Up or down.
    pub direction: Direction,
}

impl OrderBy {
    /// Smallest first.
    #[must_use]
    pub fn ascending(field: impl Into<String>) -> Self {
        Self { field: field.into(), direction: Direction::Ascending }
    }

    /// Largest first.
    #[must_use]
    pub fn descending(field: impl Into<String>) -> Self {
        Self { field: field.into(), direction: Direction::Descending }
    }
}

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// Equal (absence equals absence).
    Is,
    /// Not equal.
    IsNot,
    /// Less.
    Less,
    /// Less or equal.
    AtMost,
    /// Greater.
    Greater,
    /// Greater or equal.
    AtLeast,
    /// Folded text contains the folded text; or a list has the item.
    Contains,
    /// Equal to one of a list.
    In,
}

/// A condition on a record's fields.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// Every one holds (none: always).
    All(Vec<Filter>),
    /// At least one holds (none: never).
    Any(Vec<Filter>),
    /// The field compares so.
    Field {
        /// The field's name.
        field: String,
        /// How.
        operator: Operator,
        /// To what.
        value: Value,
    },
}

impl Filter {
    /// `field operator value`.
    #[must_use]
    pub fn field(field: impl Into<String>, operator: Operator, value: Value) -> Self {
        Self::Field { field: field.into(), operator, value }
    }

    /// Whether the fields meet the condition.
    #[must_use]
    pub fn matches(&self, fields: &Fields) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches(fields)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(fields)),
            Self::Field { field, operator, value } => compare(fields.get(field), *operator, value),
        }
    }
}

fn compare(found: Option<&Value>, operator: Operator, wanted: &Value) -> bool {
    match operator {
        Operator::Is => value::same(found, Some(wanted)),
        Operator::IsNot => !value::same(found, Some(wanted)),
        Operator::In => wanted.as_array().is_some_and(|list| list.iter().any(|item| value::same(found, Some(item)))),
        Operator::Contains => contains(found, wanted),
        _ if value::is_empty(found) => false,
        _ => {
            let order = SortKey::of(found).cmp(&SortKey::of(Some(wanted)));
            match operator {
                Operator::Less => order == Ordering::Less,
                Operator::AtMost => order != Ordering::Greater,
                Operator::Greater => order == Ordering::Greater,
                _ => order != Ordering::Less,
            }
        }
    }
}

fn contains(found: Option<&Value>, wanted: &Value) -> bool {
    match found {
        Some(Value::Array(items)) => items.iter().any(|item| value::same(Some(item), Some(wanted))),
        Some(found) => fold::fold(&value::text(found)).contains(&fold::fold(&value::text(wanted))),
        None => false,
    }
}

/// A value made ready for sorting: numbers by size, text folded, absence last.
#[derive(Clone, Debug, PartialEq)]
pub enum SortKey {
    /// `false` before `true`.
    Bool(bool),
    /// By size; NaN does not occur in JSON.
    Number(f64),
    /// Case- and diacritic-folded.
    Text(Box<str>),
    /// Nothing there: last, in both directions.
    Empty,
}

impl SortKey {
    /// The key of a field's value.
    #[must_use]
    pub fn of(value: Option<&Value>) -> Self {
        match value {
            value if value::is_empty(value) => Self::Empty,
            Some(Value::Bool(flag)) => Self::Bool(*flag),
            Some(Value::Number(number)) => Self::Number(number.as_f64().unwrap_or_default()),
            Some(other) => Self::Text(fold::fold(&value::text(other)).into()),
            None => Self::Empty,
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Bool(_) => 0,
            Self::Number(_) => 1,
            Self::Text(_) => 2,
            Self::Empty => 3,
        }
    }

    /// Compares in a direction; absence stays last.
    #[must_use]
    pub fn compare(&self, other: &Self, direction: Direction) -> Ordering {
        let order = self.cmp(other);
        let absent = matches!(self, Self::Empty) || matches!(other, Self::Empty);
        if direction == Direction::Descending && !absent { order.reverse() } else { order }
    }
}

impl Eq for SortKey {}

impl PartialOrd for SortKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SortKey {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(l), Self::Bool(r)) => l.cmp(r),
            (Self::Number(l), Self::Number(r)) => l.total_cmp(r),
            (Self::Text(l), Self::Text(r)) => l.cmp(r),
            (l, r) => l.rank().cmp(&r.rank()),
        }
    }
}

/// What a list shows: a condition, words to find, and an order. The window over the answer is the reader's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// The condition; `None` takes every record.
    pub filter: Option<Filter>,
    /// Words that must all occur in the record's searchable text, folded; empty finds everything.
    pub search: String,
    /// Sort keys, the first one strongest; empty means the collection's own order.
    pub order: Vec<OrderBy>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn holds(filter: &Filter, record: Value) -> bool {
        filter.matches(record.as_object().unwrap_or(&Fields::new()))
    }

    #[test]
    fn comparisons() {
        let person = || json!({"name": "Zoë", "age": 41, "tags": ["crew"], "note": null});
        for (field, operator, value, expected) in [
            ("name", Operator::Contains, json!("zoe"), true),
            ("name", Operator::Is, json!("zoe"), false),
            ("age", Operator::AtLeast, json!(41), true),
            ("age", Operator::Less, json!(41), false),
            ("note", Operator::Is, json!(""), true),
            ("note", Operator::Less, json!(1), false),
            ("tags", Operator::Contains, json!("crew"), true),
            ("age", Operator::In, json!([1, 41.0]), true),
        ] {
            assert_eq!(
                holds(&Filter::field(field, operator, value.clone()), person()),
                expected,
                "{field} {operator:?} {value}"
            );
        }
    }

    #[test]
    fn absence_sorts_last_both_ways() {
        let (some, none) = (SortKey::of(Some(&json!(3))), SortKey::of(None));
        assert_eq!(some.compare(&none, Direction::Ascending), Ordering::Less);
        assert_eq!(some.compare(&none, Direction::Descending), Ordering::Less);
    }
}
