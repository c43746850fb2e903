//! Queries with expected answers: the device answers from what it pulled, and the server too, where it is asked.

use super::expect::Checked;
use super::scenario::{Asked, Step};
use super::stage::Stage;
use landfall::local::{PreparedQuery, Row, Table};
use landfall::model::{Collection, Field, FieldType, Filter, Operator, OrderBy, Query, Record, Value};
use std::rc::Rc;

impl Stage<'_> {
    /// Both answers must be the expected records in their order.
    pub async fn query(&mut self, step: &Step) -> Checked {
        let query = self.asked(step)?;
        let wanted = step.expect.records.as_ref().ok_or("no records are expected")?;
        let wanted: Vec<String> = wanted.iter().map(|word| self.id(word)).collect();
        let (rows, _, _) = self.walk(step).await?.ok_or("no rows")?;
        let rows: Vec<Record> = rows.into_values().filter(|row| !row.deleted).collect();
        let collection = self.collection(&step.r#in)?;
        self.compare("the device", &wanted, &on_device(schema(&collection, &rows), &rows, &query))?;
        match self.world.query(&collection, query).await {
            Some(found) => self.compare("the server", &wanted, &found?),
            None => Ok(()),
        }
    }

    fn compare(&self, who: &str, wanted: &[String], found: &[String]) -> Checked {
        let words = |ids: &[String]| ids.iter().map(|id| self.word(id)).collect::<Vec<_>>().join(", ");
        if wanted == found {
            return Ok(());
        }
        Err(format!("{who} answers {}, not {}", words(found), words(wanted)))
    }

    fn asked(&self, step: &Step) -> Result<Query, String> {
        let Asked { r#where, any, search, sort } = step.query.clone().ok_or("nothing is asked")?;
        let conditions = |list: Vec<(String, String, Value)>| -> Result<Vec<Filter>, String> {
            let one = |(field, operator, value): (String, String, Value)| {
                let linked = value.as_str().and_then(|text| text.strip_prefix('@')).map(|word| self.id(word).into());
                let field = self.field(&step.r#in, &field)?;
                Ok(Filter::field(field, operator_of(&operator)?, linked.unwrap_or(value)))
            };
            list.into_iter().map(one).collect()
        };
        let mut all = conditions(r#where)?;
        if !any.is_empty() {
            all.push(Filter::Any(conditions(any)?));
        }
        let key = |key: &String| match key.strip_prefix('-') {
            Some(field) => self.field(&step.r#in, field).map(OrderBy::descending),
            None => self.field(&step.r#in, key).map(OrderBy::ascending),
        };
        let order = sort.iter().map(key).collect::<Result<_, _>>()?;
        Ok(Query { filter: (!all.is_empty()).then_some(Filter::All(all)), search, order })
    }
}

fn operator_of(sign: &str) -> Result<Operator, String> {
    Ok(match sign {
        "=" => Operator::Is,
        "!=" => Operator::IsNot,
        "<" => Operator::Less,
        "<=" => Operator::AtMost,
        ">" => Operator::Greater,
        ">=" => Operator::AtLeast,
        "contains" => Operator::Contains,
        "in" => Operator::In,
        other => return Err(format!("no operator `{other}`")),
    })
}

/// The rows' own fields, with the types that their values show.
fn schema(collection: &str, rows: &[Record]) -> Collection {
    let mut fields: Vec<Field> = Vec::new();
    for (name, value) in rows.iter().flat_map(|row| &row.fields) {
        let kind = match value {
            Value::Number(_) => FieldType::Number,
            Value::Bool(_) => FieldType::Boolean,
            _ => FieldType::Text,
        };
        if fields.iter().all(|field| field.name != *name) {
            fields.push(Field::new(name, kind));
        }
    }
    Collection::new(collection, "name", fields)
}

fn on_device(schema: Collection, rows: &[Record], query: &Query) -> Vec<String> {
    let mut table = Table::new(Rc::new(schema.clone()));
    table.load_unsorted(rows.iter().map(|record| Row::encode(record, &schema)).collect());
    table.query(&PreparedQuery::new(query, &schema)).iter().map(ToString::to_string).collect()
}
