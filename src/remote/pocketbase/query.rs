//! Asking the server itself: what a query finds there, with the records that it points to, for collections that are
//! not all on this device; and many creates in one request.
//!
//! The server compares in its own way: upper and lower case are one for ASCII letters only, diacritics count, and
//! empty values sort first. A query that must answer as it does on this device belongs on a mirrored collection.

use super::{PocketBase, errors, record};
use crate::{
    http::Method,
    model::{Collection, Direction, FieldType, Filter, Kind, Operator, Problem, Query, Record, Value, json, value},
    remote::{Outcome, Push, RemoteError},
};

/// PocketBase's own limit for a page.
const MOST_ROWS: usize = 1000;
/// The last moment of a day, as PocketBase writes moments.
const END_OF_DAY: &str = " 23:59:59.999Z";

/// What the server found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The records, in the query's order.
    pub records: Vec<Record>,
    /// The records that they point to, each once, with the collection's name.
    pub related: Vec<(String, Record)>,
    /// Whether there may be a next page.
    pub more: bool,
}

impl PocketBase {
    /// The `page`-th page (from 1) of at most `limit` records (up to 1,000) that answer the query on the server, with
    /// the records that their relation fields point to (`expand`).
    ///
    /// # Errors
    /// Those of a read; `Refused` with `no_collection` for one that this connection was not made for, and with
    /// `no_field` for a field that the collection has not.
    pub async fn query(
        &self,
        collection: &str,
        query: &Query,
        page: usize,
        limit: usize,
    ) -> Result<Answer, RemoteError> {
        let refuse = |code: &str| RemoteError::Refused(Problem::code(code));
        let schema = self.collection(collection).ok_or_else(|| refuse("no_collection"))?;
        let limit = limit.clamp(1, MOST_ROWS);
        let filter = condition(schema, query).ok_or_else(|| refuse("no_field"))?;
        let order = if query.order.is_empty() { &schema.sort } else { &query.order };
        if !order.iter().all(|key| is_known(schema, &key.field)) {
            return Err(refuse("no_field"));
        }
        let mut sort: Vec<String> = order.iter().map(sort_key).collect();
        sort.push("id".to_owned());
        let call = self.records(Method::Get, collection).query("page", &page.max(1).to_string());
        let call = call.query("perPage", &limit.to_string()).query("skipTotal", "1").query("sort", &sort.join(","));
        let call = if filter.is_empty() { call } else { call.query("filter", &filter) };
        let expand: Vec<&str> = schema.relations().map(|(field, _)| field.name.as_str()).collect();
        let call = if expand.is_empty() { call } else { call.query("expand", &expand.join(",")) };
        let items = self.items(call).await.map_err(|error| self.unread(&error))?;
        Ok(self.answer(schema, items, limit))
    }

    fn answer(&self, schema: &Collection, items: Vec<Value>, limit: usize) -> Answer {
        let mut answer = Answer { more: items.len() >= limit, ..Answer::default() };
        for item in items {
            for (field, to) in schema.relations() {
                let found = item.get("expand").and_then(|all| all.get(&field.name)).cloned();
                let related = found.and_then(|found| Some((to.to_owned(), self.record_of(to, found)?)));
                answer.related.extend(related.filter(|one| !answer.related.contains(one)));
            }
            answer.records.extend(self.record_of(&schema.name, item));
        }
        answer
    }

    /// Makes many records in one request, all of them or none (PocketBase's batch API, which its settings must enable).
    /// The outcomes stand in the order of `pushes`: when the server refuses one, the others were not sent.
    /// `None`: the server takes no batches, or one of these is no create or brings files; nothing was sent.
    pub async fn create_together(&self, pushes: &[Push]) -> Option<Vec<Outcome>> {
        if !pushes.iter().all(|push| push.kind == Kind::Create && push.files.is_empty()) {
            return None;
        }
        let requests: Vec<String> = pushes.iter().map(request).collect();
        let mut body = json::Members::default();
        body.json("requests", &json::list(&requests));
        let call = super::files::once(self.client.post("api/batch"), body_bytes(&requests));
        match self.certain(call.body("application/json", body.end().into_bytes())).await {
            Ok(answer) => {
                let answers = json::parse_bytes(&answer.body).unwrap_or_default();
                let stored = |(at, push): (usize, &Push)| {
                    let found = answers.get(at).and_then(|one| one.get("body")).cloned();
                    let record = found.and_then(|found| self.record_of(&push.collection, found));
                    record.map_or_else(
                        || Outcome::Unknown(Problem::code("not_pocketbase")),
                        |it| Outcome::Accepted(Some(it)),
                    )
                };
                Some(pushes.iter().enumerate().map(stored).collect())
            }
            Err(error) if error.status() == Some(403) => None,
            Err(error) => Some(pushes.iter().enumerate().map(|(at, _)| self.refused_at(&error, at)).collect()),
        }
    }

    /// What the refusal of a batch means for its `at`-th request.
    fn refused_at(&self, error: &crate::http::HttpError, at: usize) -> Outcome {
        match errors::of_batch(error) {
            Some((refused, answer)) if refused == at => errors::outcome(&answer, self.now_ms()),
            Some(_) => Outcome::NotSent,
            None => errors::outcome(error, self.now_ms()),
        }
    }
}

fn body_bytes(requests: &[String]) -> u64 {
    requests.iter().map(|request| request.len() as u64).sum()
}

fn request(push: &Push) -> String {
    let mut fields = record::payload(&push.changes);
    fields.insert("id".into(), Value::String(push.record.clone()));
    let mut members = json::Members::default();
    members.text("method", "POST");
    members.text("url", &["/api/collections/", &push.collection, "/records"].concat());
    members.fields("body", &fields);
    members.end()
}

fn is_known(schema: &Collection, field: &str) -> bool {
    schema.field(field).is_some() || matches!(field, "id" | "created" | "updated")
}

fn sort_key(order: &crate::model::OrderBy) -> String {
    let sign = if order.direction == Direction::Descending { "-" } else { "" };
    [sign, &order.field].concat()
}

/// The query as PocketBase's filter; empty where it takes everything. `None`: it names a field that is not there.
fn condition(schema: &Collection, query: &Query) -> Option<String> {
    let mut all = Vec::new();
    if let Some(filter) = &query.filter {
        all.push(filter_text(schema, filter)?);
    }
    for word in query.search.split_whitespace() {
        let fields = schema.fields.iter().filter(|field| is_searched(&field.kind));
        let any: Vec<String> = fields.map(|field| [&field.name, "~", &quoted(word)].concat()).collect();
        if !any.is_empty() {
            all.push(["(", &any.join("||"), ")"].concat());
        }
    }
    Some(all.join("&&"))
}

fn is_searched(kind: &FieldType) -> bool {
    matches!(kind, FieldType::Text | FieldType::LongText | FieldType::Email | FieldType::Url | FieldType::Phone)
}

fn filter_text(schema: &Collection, filter: &Filter) -> Option<String> {
    let (parts, between) = match filter {
        Filter::All(parts) => (parts, "&&"),
        Filter::Any(parts) => (parts, "||"),
        Filter::Field { field, operator, value } => return comparison(schema, field, *operator, value),
    };
    let texts: Vec<String> = parts.iter().map(|part| filter_text(schema, part)).collect::<Option<_>>()?;
    Some(match (texts.is_empty(), between) {
        (true, "&&") => "1=1".to_owned(),
        (true, _) => "1=2".to_owned(),
        _ => ["(", &texts.join(between), ")"].concat(),
    })
}

fn comparison(schema: &Collection, field: &str, operator: Operator, wanted: &Value) -> Option<String> {
    if !is_known(schema, field) {
        return None;
    }
    let day = schema.field(field).is_some_and(|found| found.kind == FieldType::Date) && !value::is_empty(Some(wanted));
    let term = |sign: &str, operand: &str| [field, sign, operand].concat();
    let text = value::text(wanted);
    Some(match operator {
        Operator::Is if day => term("~", &quoted(&[&text, "%"].concat())),
        Operator::IsNot if day => term("!~", &quoted(&[&text, "%"].concat())),
        Operator::Is => term("=", &operand(wanted)),
        Operator::IsNot => term("!=", &operand(wanted)),
        Operator::Less => term("<", &operand(wanted)),
        Operator::AtLeast => term(">=", &operand(wanted)),
        Operator::AtMost if day => term("<=", &quoted(&[&text, END_OF_DAY].concat())),
        Operator::Greater if day => term(">", &quoted(&[&text, END_OF_DAY].concat())),
        Operator::AtMost => term("<=", &operand(wanted)),
        Operator::Greater => term(">", &operand(wanted)),
        Operator::Contains => term("~", &quoted(&text)),
        Operator::In => {
            let one = |wanted: &Value| Filter::field(field, Operator::Is, wanted.clone());
            let any = wanted.as_array().map(|list| list.iter().map(one).collect()).unwrap_or_default();
            return filter_text(schema, &Filter::Any(any));
        }
    })
}

/// A value in a filter: numbers and yes or no as they are, moments as PocketBase writes them.
fn operand(wanted: &Value) -> String {
    match wanted {
        Value::Number(_) | Value::Bool(_) => json::text(wanted),
        other => {
            let text = value::text(other);
            let moment = crate::model::Timestamp::parse(&text).is_some();
            quoted(&if moment { text.replacen('T', " ", 1) } else { text })
        }
    }
}

/// A text in a filter. PocketBase takes a backslash only before a quote: one at the end would keep the text open.
fn quoted(text: &str) -> String {
    ["'", &text.trim_end_matches('\\').replace('\'', "\\'"), "'"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Field;
    use serde_json::json;

    fn people() -> Collection {
        let fields = vec![
            Field::new("name", FieldType::Text),
            Field::new("age", FieldType::Number),
            Field::new("born", FieldType::Date),
        ];
        Collection::new("people", "name", fields)
    }

    #[test]
    fn a_query_becomes_a_filter_of_pocketbases() {
        let field = |name: &str, operator, value| Filter::field(name, operator, value);
        let filter = Filter::All(vec![
            field("name", Operator::Is, json!("O'Hara")),
            Filter::Any(vec![
                field("age", Operator::AtLeast, json!(18)),
                field("born", Operator::AtMost, json!("2001-02-03")),
            ]),
            field("name", Operator::In, json!(["a", "b"])),
        ]);
        let query = Query { filter: Some(filter), search: "ada lo".into(), ..Query::default() };
        assert_eq!(
            condition(&people(), &query).unwrap(),
            r"(name='O\'Hara'&&(age>=18||born<='2001-02-03 23:59:59.999Z')&&(name='a'||name='b'))&&(name~'ada')&&(name~'lo')"
        );
    }

    #[test]
    fn what_someone_typed_cannot_leave_its_quotes() {
        for typed in ["' || id != ''", "\\' || 1=1", "ends in \\"] {
            let text = quoted(typed);
            let inner = &text[1..text.len() - 1];
            let bytes = inner.as_bytes();
            let open = (0..bytes.len()).any(|at| bytes[at] == b'\'' && (at == 0 || bytes[at - 1] != b'\\'));
            assert!(!open && !inner.ends_with('\\'), "{text}");
        }
    }

    #[test]
    fn a_field_that_is_not_there_is_refused() {
        let filter = Filter::field("secret", Operator::Is, json!(1));
        assert_eq!(condition(&people(), &Query { filter: Some(filter), ..Query::default() }), None);
    }
}
