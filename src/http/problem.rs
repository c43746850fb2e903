//! What a server says went wrong: `application/problem+json` (RFC 9457).
//!
//! Errors of single fields are an extension that the RFC shows only by example; the two shapes in
//! use are read: a list of `{detail, pointer}` (the RFC's) and a map from field to sentences
//! (ASP.NET Core's, Laravel's). What has another shape is skipped, never an error.

use super::Headers;
use serde_json::{Map, Value};

/// An error that belongs to one field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field's name, or its path with `.` between (`address.city`).
    pub field: String,
    /// A stable word for the reason; empty where the server gives none.
    pub code: String,
    /// The server's sentence.
    pub detail: String,
}

/// A problem document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProblemDetails {
    /// The address that identifies the kind of problem; empty for `about:blank`.
    pub kind: String,
    /// A short sentence, the same for every problem of the kind.
    pub title: String,
    /// What happened this time.
    pub detail: String,
    /// The status that the document repeats.
    pub status: Option<u16>,
    /// A stable word, where the server adds one (`code`).
    pub code: String,
    /// Errors of single fields.
    pub field_errors: Vec<FieldProblem>,
}

impl ProblemDetails {
    /// The problem in an answer, if its `Content-Type` says that it is one.
    #[must_use]
    pub fn of(headers: &Headers, body: &[u8]) -> Option<Self> {
        let essence = headers.get("content-type")?.split(';').next()?.trim();
        if !essence.eq_ignore_ascii_case("application/problem+json") {
            return None;
        }
        Some(Self::read(serde_json::from_slice::<Value>(body).ok()?.as_object()?))
    }

    /// The problem that a JSON object describes; members of another type count as missing.
    #[must_use]
    pub fn read(object: &Map<String, Value>) -> Self {
        let status = object.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
        Self {
            kind: text(object, "type").filter(|kind| kind != "about:blank").unwrap_or_default(),
            title: text(object, "title").unwrap_or_default(),
            detail: text(object, "detail").unwrap_or_default(),
            code: text(object, "code").unwrap_or_default(),
            field_errors: object.get("errors").map(field_errors).unwrap_or_default(),
            status,
        }
    }
}

fn text(object: &Map<String, Value>, name: &str) -> Option<String> {
    object.get(name)?.as_str().map(str::to_owned)
}

fn field_errors(errors: &Value) -> Vec<FieldProblem> {
    match errors {
        Value::Array(items) => items.iter().filter_map(|item| listed(item.as_object()?)).collect(),
        Value::Object(fields) => fields.iter().flat_map(|(field, details)| mapped(field, details)).collect(),
        _ => Vec::new(),
    }
}

fn listed(item: &Map<String, Value>) -> Option<FieldProblem> {
    let field = text(item, "pointer").map(|pointer| path_of(&pointer)).or_else(|| text(item, "field"))?;
    let detail = text(item, "detail").or_else(|| text(item, "message")).unwrap_or_default();
    Some(FieldProblem { field, code: text(item, "code").unwrap_or_default(), detail })
}

fn mapped<'a>(field: &'a str, details: &'a Value) -> impl Iterator<Item = FieldProblem> + 'a {
    let sentences = match details {
        Value::Array(sentences) => sentences.as_slice(),
        single => std::slice::from_ref(single),
    };
    let problem = |detail: &str| FieldProblem { field: field.into(), code: String::new(), detail: detail.into() };
    sentences.iter().filter_map(Value::as_str).map(problem)
}

/// `#/address/city` (a JSON pointer, RFC 6901, as a fragment) becomes `address.city`.
fn path_of(pointer: &str) -> String {
    let pointer = pointer.strip_prefix('#').unwrap_or(pointer);
    let pointer = pointer.strip_prefix('/').unwrap_or(pointer);
    pointer.replace('/', ".").replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(body: &Value) -> Option<ProblemDetails> {
        let headers = [("Content-Type", "application/problem+json; charset=utf-8")].into_iter().collect();
        ProblemDetails::of(&headers, body.to_string().as_bytes())
    }

    #[test]
    fn the_rfcs_example_is_read() {
        let problem = of(&json!({
            "type": "https://example.net/validation-error",
            "title": "Your request is not valid.",
            "status": 422,
            "errors": [
                { "detail": "must be a positive integer", "pointer": "#/age" },
                { "detail": "must be green", "pointer": "#/profile/color", "code": "colour" },
                { "detail": "belongs to no field" },
                "noise",
            ],
        }))
        .unwrap();
        assert_eq!((problem.status, problem.title.as_str()), (Some(422), "Your request is not valid."));
        let fields: Vec<_> = problem.field_errors.iter().map(|error| (&*error.field, &*error.code)).collect();
        assert_eq!(fields, [("age", ""), ("profile.color", "colour")]);
    }

    #[test]
    fn a_map_of_sentences_is_read() {
        let problem = of(&json!({ "errors": { "email": ["is taken", "is long"], "name": "is empty", "age": 4 } }));
        let found: Vec<_> = problem.unwrap().field_errors.into_iter().map(|e| (e.field, e.detail)).collect();
        let expected = [("email", "is taken"), ("email", "is long"), ("name", "is empty")];
        assert_eq!(found, expected.map(|(field, detail)| (field.to_owned(), detail.to_owned())));
    }

    #[test]
    fn other_answers_are_no_problem_documents() {
        let json = [("content-type", "application/json")].into_iter().collect();
        assert_eq!(ProblemDetails::of(&json, b"{}"), None);
        assert_eq!(of(&json!([1])), None);
        let blank = of(&json!({ "type": "about:blank", "status": "422", "title": 4 }));
        assert_eq!(blank, Some(ProblemDetails::default()));
    }
}
