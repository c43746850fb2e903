//! The compact table in memory: one collection's rows as the screen sees them, and its answers.
//!
//! Rows stay bytes; a query scans folded text and picks out single fields, never whole trees. The
//! collection's own order is kept at all times (an edit moves one row by binary search); any other
//! order is computed for the query that asks.

use super::Row;
use crate::model::order::sorted_places;
use crate::model::query::SortKey;
use crate::model::{Collection, Fields, Filter, OrderBy, Query, Value, fold, value};
use memchr::memmem::Finder;
use std::{cmp::Ordering, collections::HashMap, rc::Rc};

/// One collection's rows.
#[derive(Debug)]
pub struct Table {
    collection: Rc<Collection>,
    rows: HashMap<Rc<str>, Row>,
    order: Vec<Rc<str>>,
}

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new(collection: Rc<Collection>) -> Self {
        Self { collection, rows: HashMap::new(), order: Vec::new() }
    }

    /// Replaces everything by rows that are already in the collection's own order.
    pub fn load(&mut self, rows: Vec<Row>) {
        self.order = rows.iter().map(|row| row.id().clone()).collect();
        self.rows = rows.into_iter().map(|row| (row.id().clone(), row)).collect();
        if self.rows.len() != self.order.len() {
            self.sort();
        }
    }

    /// Replaces everything by rows in any order.
    pub fn load_unsorted(&mut self, rows: Vec<Row>) {
        self.rows = rows.into_iter().map(|row| (row.id().clone(), row)).collect();
        self.sort();
    }

    fn sort(&mut self) {
        let sort = &self.collection.sort;
        self.order = sorted_ids(&mut self.rows.values(), sort);
    }

    /// The schema.
    #[must_use]
    pub fn collection(&self) -> &Rc<Collection> {
        &self.collection
    }

    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// One row.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Row> {
        self.rows.get(id)
    }

    /// All rows in the collection's own order.
    pub fn iter(&self) -> impl Iterator<Item = &Row> {
        self.order.iter().filter_map(|id| self.rows.get(id))
    }

    /// Adds or replaces a row.
    pub fn put(&mut self, row: Row) {
        self.remove(row.id());
        let at = position(&self.order, &row, &self.collection.sort, |id| self.rows.get(id)).unwrap_or_else(|at| at);
        self.order.insert(at, row.id().clone());
        self.rows.insert(row.id().clone(), row);
    }

    /// Removes a row, if it is there.
    pub fn remove(&mut self, id: &str) -> Option<Row> {
        let row = self.rows.get(id)?;
        let found = position(&self.order, row, &self.collection.sort, |id| self.rows.get(id)).ok();
        let at = found.or_else(|| self.order.iter().position(|other| &**other == id))?;
        self.order.remove(at);
        self.rows.remove(id)
    }

    /// The ids that answer a query, in its order.
    #[must_use]
    pub fn query(&self, query: &PreparedQuery) -> Vec<Rc<str>> {
        let mut matching = self.iter().filter(|row| query.matches(row));
        if query.order == self.collection.sort {
            return matching.map(|row| row.id().clone()).collect();
        }
        sorted_ids(&mut matching, &query.order)
    }
}

/// Where `row` is (`Ok`) or belongs (`Err`) among `ids` sorted by `order`.
///
/// # Errors
/// The place where it belongs, when it is not there.
pub fn position<'a>(
    ids: &[Rc<str>],
    row: &Row,
    order: &[OrderBy],
    find: impl Fn(&str) -> Option<&'a Row>,
) -> Result<usize, usize> {
    let wanted = (keys(row, order), row.id().clone());
    ids.binary_search_by(|id| {
        let keys = find(id).map(|row| keys(row, order)).unwrap_or_default();
        compare_keyed(&(keys, id.clone()), &wanted, order)
    })
}

fn sorted_ids(rows: &mut dyn Iterator<Item = &Row>, order: &[OrderBy]) -> Vec<Rc<str>> {
    let keyed: Vec<_> = rows.map(|row| (keys(row, order), row.id().clone())).collect();
    let places = sorted_places(keyed.len(), &|left, right| compare_keyed(&keyed[left], &keyed[right], order));
    places.into_iter().map(|place| keyed[place].1.clone()).collect()
}

fn keys(row: &Row, order: &[OrderBy]) -> Vec<SortKey> {
    order.iter().map(|by| SortKey::of(row.field(&by.field).as_ref())).collect()
}

fn compare_keyed(left: &(Vec<SortKey>, Rc<str>), right: &(Vec<SortKey>, Rc<str>), order: &[OrderBy]) -> Ordering {
    for ((left, right), by) in left.0.iter().zip(&right.0).zip(order) {
        match left.compare(right, by.direction) {
            Ordering::Equal => {}
            order => return order,
        }
    }
    left.1.cmp(&right.1)
}

/// A query made ready to be asked of many rows.
#[derive(Debug)]
pub struct PreparedQuery {
    words: Vec<Finder<'static>>,
    filter: Option<Filter>,
    fields: Vec<String>,
    order: Vec<OrderBy>,
}

impl PreparedQuery {
    /// Folds the words and completes the order by the collection's own.
    #[must_use]
    pub fn new(query: &Query, collection: &Collection) -> Self {
        let words = fold::fold(&query.search);
        let mut fields = Vec::new();
        if let Some(filter) = &query.filter {
            field_names(filter, &mut fields);
        }
        Self {
            words: words.split_whitespace().map(|word| Finder::new(word).into_owned()).collect(),
            filter: query.filter.clone(),
            fields,
            order: if query.order.is_empty() { collection.sort.clone() } else { query.order.clone() },
        }
    }

    /// The order of the answer.
    #[must_use]
    pub fn order(&self) -> &[OrderBy] {
        &self.order
    }

    /// Whether a row belongs to the answer.
    #[must_use]
    pub fn matches(&self, row: &Row) -> bool {
        self.words.iter().all(|word| word.find(row.search().as_bytes()).is_some())
            && self.filter.as_ref().is_none_or(|filter| filter.matches(&self.partial(row)))
    }

    fn partial(&self, row: &Row) -> Fields {
        let found = |name: &String| (name.clone(), row.field(name).unwrap_or(Value::Null));
        value::gather(&mut self.fields.iter().map(found))
    }
}

fn field_names(filter: &Filter, names: &mut Vec<String>) {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.iter().for_each(|part| field_names(part, names)),
        Filter::Field { field, .. } => names.push(field.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Field, FieldType, Operator, Record};
    use proptest::prelude::*;
    use serde_json::json;

    fn collection() -> Rc<Collection> {
        let fields = vec![Field::new("name", FieldType::Text), Field::new("age", FieldType::Number)];
        Rc::new(Collection::new("people", "name", fields))
    }

    fn row(id: &str, name: &str, age: i64) -> Row {
        Row::encode(&Record::new(id, json!({"name": name, "age": age}).as_object().cloned().unwrap()), &collection())
    }

    fn ask(table: &Table, query: &Query) -> Vec<String> {
        table.query(&PreparedQuery::new(query, table.collection())).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn search_filter_and_order_combine() {
        let mut table = Table::new(collection());
        for (id, name, age) in [("1", "Zoë Marsh", 30), ("2", "adam Marsh", 40), ("3", "Bo Reed", 50)] {
            table.put(row(id, name, age));
        }
        assert_eq!(ask(&table, &Query::default()), ["2", "3", "1"]);
        assert_eq!(ask(&table, &Query { search: "marsh ZOE".into(), ..Query::default() }), ["1"]);
        let older = Query {
            filter: Some(Filter::field("age", Operator::AtLeast, json!(40))),
            order: vec![OrderBy::descending("age")],
            ..Query::default()
        };
        assert_eq!(ask(&table, &older), ["3", "2"]);
    }

    proptest! {
        #[test]
        fn the_order_holds_under_any_edits(edits in proptest::collection::vec((0..20_u8, "[a-c]{0,2}", any::<bool>()), 0..60)) {
            let mut table = Table::new(collection());
            for (id, name, keep) in edits {
                if keep { table.put(row(&id.to_string(), &name, 1)); } else { table.remove(&id.to_string()); }
            }
            let kept: Vec<_> = table.iter().map(|row| row.id().clone()).collect();
            table.sort();
            prop_assert_eq!(kept, table.order.clone());
            prop_assert_eq!(table.rows.len(), table.order.len());
        }
    }
}
