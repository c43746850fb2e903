//! What a list shows, as its address holds it: `?q=ada&sort=-born&f=role:is:Boatswain`.
//!
//! The address is the only place where a list's search, order and filters live, so Back, reload and a
//! shared link all show the same rows. Values stay text here; the collection's field types turn them
//! into a query.

use crate::model::{Collection, Direction, Field, FieldType, Filter, Operator, OrderBy, Query, Value, value};

/// One `f=field:operator:value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterTerm {
    /// The field's name.
    pub field: String,
    /// How it is compared.
    pub operator: Operator,
    /// To what, as text.
    pub value: String,
}

/// The state of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListAddress {
    /// Words to find.
    pub search: String,
    /// Sort keys; empty means the collection's own.
    pub order: Vec<OrderBy>,
    /// Conditions, all of which hold.
    pub filters: Vec<FilterTerm>,
}

const OPERATORS: [(&str, Operator); 7] = [
    ("has", Operator::Contains),
    ("is", Operator::Is),
    ("not", Operator::IsNot),
    ("lt", Operator::Less),
    ("lte", Operator::AtMost),
    ("gt", Operator::Greater),
    ("gte", Operator::AtLeast),
];

/// The operator's word in an address and in the words' keys (`op.has`).
#[must_use]
pub fn operator_word(operator: Operator) -> &'static str {
    OPERATORS.iter().find(|(_, known)| *known == operator).map_or("is", |(word, _)| word)
}

/// The operators that make sense for a field.
#[must_use]
pub fn operators_of(kind: &FieldType) -> &'static [Operator] {
    match kind {
        FieldType::Number | FieldType::Date | FieldType::DateTime => {
            &[Operator::Is, Operator::Less, Operator::AtMost, Operator::Greater, Operator::AtLeast]
        }
        FieldType::Boolean => &[Operator::Is],
        FieldType::Select(_) | FieldType::Relation(_) => &[Operator::Is, Operator::IsNot],
        FieldType::MultiSelect(_) | FieldType::Tags => &[Operator::Contains],
        _ => &[Operator::Contains, Operator::Is, Operator::IsNot],
    }
}

impl FilterTerm {
    fn parse(text: &str) -> Option<Self> {
        let (field, rest) = text.split_once(':')?;
        let (word, value) = rest.split_once(':')?;
        let operator = OPERATORS.iter().find(|(known, _)| *known == word)?.1;
        Some(Self { field: field.to_owned(), operator, value: value.to_owned() })
    }

    fn to_text(&self) -> String {
        [&self.field, ":", operator_word(self.operator), ":", &self.value].concat()
    }

    fn filter(&self, collection: &Collection) -> Option<Filter> {
        let field = collection.field(&self.field)?;
        Some(Filter::field(&self.field, self.operator, typed(field, &self.value)))
    }
}

fn typed(field: &Field, text: &str) -> Value {
    match field.kind {
        FieldType::Number => value::number(text).unwrap_or_else(|| Value::from(text)),
        FieldType::Boolean => Value::Bool(text == "true"),
        _ => Value::from(text),
    }
}

impl ListAddress {
    /// Reads the decoded pairs of an address; what it does not understand it leaves out.
    pub fn from_pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut address = Self::default();
        for (key, text) in pairs {
            match key {
                "q" => address.search = text.to_owned(),
                "sort" => address.order = text.split(',').filter(|key| !key.is_empty()).map(sort_key).collect(),
                "f" => address.filters.extend(FilterTerm::parse(text)),
                _ => {}
            }
        }
        address
    }

    /// The pairs to write into an address, not yet encoded.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if !self.search.is_empty() {
            pairs.push(("q", self.search.clone()));
        }
        if !self.order.is_empty() {
            pairs.push(("sort", self.order.iter().map(sort_text).collect::<Vec<_>>().join(",")));
        }
        pairs.extend(self.filters.iter().map(|term| ("f", term.to_text())));
        pairs
    }

    /// The query that the list runs; conditions on unknown fields are left out.
    #[must_use]
    pub fn query(&self, collection: &Collection) -> Query {
        let filters: Vec<Filter> = self.filters.iter().filter_map(|term| term.filter(collection)).collect();
        Query {
            filter: (!filters.is_empty()).then_some(Filter::All(filters)),
            search: self.search.clone(),
            order: self.order.clone(),
        }
    }

    /// The next state of a column's sort: up, then down, then the collection's own order.
    #[must_use]
    pub fn toggle_sort(&self, field: &str, own: &[OrderBy]) -> Vec<OrderBy> {
        let current = self.order.first().or(own.first()).filter(|key| key.field == field);
        match (current.map(|key| key.direction), self.order.is_empty()) {
            (Some(Direction::Ascending), _) => vec![OrderBy::descending(field)],
            (Some(Direction::Descending), false) if own.first().is_none_or(|key| key.field != field) => Vec::new(),
            _ => vec![OrderBy::ascending(field)],
        }
    }
}

fn sort_key(text: &str) -> OrderBy {
    match text.strip_prefix('-') {
        Some(field) => OrderBy::descending(field),
        None => OrderBy::ascending(text),
    }
}

fn sort_text(key: &OrderBy) -> String {
    let sign = if key.direction == Direction::Descending { "-" } else { "" };
    [sign, &key.field].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(pairs: &[(&str, &str)]) -> ListAddress {
        ListAddress::from_pairs(pairs.iter().copied())
    }

    #[test]
    fn an_address_survives_writing_and_reading() {
        let all = address(&[("q", "a b"), ("sort", "-born,name"), ("f", "role:is:Mate: first"), ("f", "age:gte:40")]);
        let pairs = all.pairs();
        assert_eq!(ListAddress::from_pairs(pairs.iter().map(|(key, text)| (*key, text.as_str()))), all);
        assert_eq!(all.filters[0].value, "Mate: first");
    }

    #[test]
    fn nonsense_is_left_out() {
        assert_eq!(address(&[("f", "role"), ("f", "a:b:c"), ("page", "7")]), ListAddress::default());
    }

    #[test]
    fn values_take_the_type_of_their_field() {
        let people = Collection::new("people", "name", vec![Field::new("age", FieldType::Number)]);
        let query = address(&[("f", "age:is:40"), ("f", "gone:is:1")]).query(&people);
        let expected = Filter::All(vec![Filter::field("age", Operator::Is, Value::from(40))]);
        assert_eq!(query.filter, Some(expected));
    }

    #[test]
    fn a_column_sorts_up_then_down_then_not() {
        let own = [OrderBy::ascending("name")];
        let mut list = ListAddress::default();
        for expected in ["born", "-born", "", "born"] {
            list.order = list.toggle_sort("born", &own);
            assert_eq!(list.order.iter().map(sort_text).collect::<String>(), expected);
        }
        list.order = Vec::new();
        for expected in ["-name", "name", "-name"] {
            list.order = list.toggle_sort("name", &own);
            assert_eq!(list.order.iter().map(sort_text).collect::<String>(), expected);
        }
    }
}
