//! What a refusal of PocketBase's means.
//!
//! Only its own JSON (`{"status", "message", "data"}`, where the status is the answer's) is taken for its word: a page
//! from a proxy, a portal or another server proves nothing, least of all that a record is gone. Denial has many faces
//! here: a guest's create is a 400 without fields, a guest's patch a 404 (see [`may_be_a_guests`]).

use crate::{
    http::{HttpError, retry_after},
    model::{FieldError, Fields, Problem, json},
    remote::{Outcome, RemoteError},
};

/// The code of PocketBase's for a value that another record has.
const NOT_UNIQUE: &str = "not_unique";
/// What a create is told that the collection's rule forbids.
const CREATE_DENIED: &str = "Failed to create record.";

/// Codes of PocketBase's for which we have others (its own begin with `validation_`, which is left out here).
const CODES: [(&str, &str); 8] = [
    ("min_text_constraint", "too_short"),
    ("max_text_constraint", "too_long"),
    ("min_number_constraint", "too_small"),
    ("max_number_constraint", "too_large"),
    ("is_email", "not_email"),
    ("is_url", "not_url"),
    ("invalid_value", "not_option"),
    ("file_size_limit", "file_too_large"),
];

/// What a failed write means.
pub(super) fn outcome(error: &HttpError, now_ms: i64) -> Outcome {
    match error {
        HttpError::SignIn => Outcome::SignIn,
        HttpError::Offline | HttpError::NotRenewed => Outcome::NotSent,
        HttpError::Unsendable { .. } => Outcome::Unsupported(Problem::code("unsendable")),
        HttpError::Timeout { .. } => Outcome::Unknown(Problem::code("timeout")),
        HttpError::Status { status, headers, .. } => {
            let after = retry_after::delay(headers, now_ms);
            refused(*status, problem(error), after.is_some()).unwrap_or(Outcome::Later(after))
        }
        _ => Outcome::Unknown(Problem::code("unreachable")),
    }
}

/// What a refusal of a write means; `None`: come back later. `word` is the server's own, where it is PocketBase's.
fn refused(status: u16, word: Option<Problem>, told_when: bool) -> Option<Outcome> {
    let strange = || Problem { status: Some(status), ..Problem::code("not_pocketbase") };
    let known = word.is_some();
    let problem = word.unwrap_or_else(strange);
    Some(match status {
        425 | 429 => return None,
        503 if told_when => return None,
        413 => Outcome::Unsupported(Problem { code: "too_large".into(), ..problem }),
        _ if !known => Outcome::Unknown(problem),
        400 if clashes_by_id(&problem) => Outcome::Stale,
        400 if problem.code == "denied" => Outcome::Denied(problem),
        400 => Outcome::Invalid(problem),
        401 => Outcome::SignIn,
        403 => Outcome::Denied(problem),
        404 if names_no_collection(&problem) => return None,
        404 => Outcome::Absent,
        412 => Outcome::Stale,
        408 | 500.. => Outcome::Unknown(problem),
        _ => Outcome::Unsupported(problem),
    })
}

/// What a failed read means.
pub(super) fn unread(error: &HttpError, now_ms: i64) -> RemoteError {
    match error {
        HttpError::SignIn => RemoteError::SignIn,
        HttpError::Offline => RemoteError::Offline,
        HttpError::Status { status: 425 | 429, headers, .. } => RemoteError::Later(retry_after::delay(headers, now_ms)),
        HttpError::Status { status, .. } => match problem(error) {
            Some(_) if *status == 401 => RemoteError::SignIn,
            Some(problem) if *status < 500 => RemoteError::Refused(problem),
            _ => RemoteError::Unreachable,
        },
        _ => RemoteError::Unreachable,
    }
}

/// Whether a guest would have got this answer too: it says nothing before the session is proven good.
pub(super) fn may_be_a_guests(error: &HttpError) -> bool {
    let fields = || problem(error).is_none_or(|problem| problem.field_errors.is_empty());
    matches!(error.status(), Some(403 | 404)) || (error.status() == Some(400) && fields())
}

/// Whether PocketBase itself says that there is no such record, or none that may be seen.
pub(super) fn is_absence(error: &HttpError) -> bool {
    error.status() == Some(404) && problem(error).is_some_and(|problem| !names_no_collection(&problem))
}

/// What PocketBase says in an error; `None` if it is not its word.
pub(super) fn problem(error: &HttpError) -> Option<Problem> {
    let HttpError::Status { status, body, .. } = error else { return None };
    let mut members = json::into_fields(json::parse_bytes(body)?)?;
    let said = json::whole(&members, "status").or_else(|| json::whole(&members, "code"));
    if said != Some(u64::from(*status)) {
        return None;
    }
    let detail = json::take_text(&mut members, "message")?;
    let field_errors = field_errors(&json::take_fields(&mut members, "data").unwrap_or_default());
    let code = match *status {
        _ if !field_errors.is_empty() => "validation",
        404 if is_about_collections(&detail) => "no_collection",
        400 if detail == CREATE_DENIED => "denied",
        403 => "denied",
        _ => "refused",
    };
    Some(Problem { code: code.into(), detail, status: Some(*status), field_errors })
}

/// Which request of a batch was refused, and with what answer.
pub(super) fn of_batch(error: &HttpError) -> Option<(usize, HttpError)> {
    let HttpError::Status { headers, body, .. } = error else { return None };
    let members = json::into_fields(json::parse_bytes(body)?)?;
    let (at, refused) = members.get("data")?.get("requests")?.as_object()?.iter().next()?;
    let answer = refused.get("response")?;
    let status = answer.get("status")?.as_u64().and_then(|status| u16::try_from(status).ok())?;
    let body = json::text(answer).into_bytes();
    Some((at.parse().ok()?, HttpError::Status { status, headers: headers.clone(), body }))
}

fn field_errors(data: &Fields) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (field, error) in data {
        let text = |name: &str| error.get(name).and_then(|value| value.as_str()).unwrap_or_default();
        errors.push(FieldError { field: field.clone(), code: code_of(text("code")), message: text("message").into() });
    }
    errors
}

fn code_of(theirs: &str) -> String {
    let word = theirs.strip_prefix("validation_").unwrap_or(theirs);
    let ours = CODES.iter().find(|(theirs, _)| *theirs == word).map_or(word, |(_, ours)| ours);
    if ours.is_empty() { "refused".into() } else { ours.into() }
}

fn clashes_by_id(problem: &Problem) -> bool {
    problem.field_errors.iter().any(|error| error.field == "id" && error.code == NOT_UNIQUE)
}

fn names_no_collection(problem: &Problem) -> bool {
    problem.code == "no_collection"
}

/// `Missing collection context.`, `Missing or invalid collection context.`
fn is_about_collections(detail: &str) -> bool {
    detail.ends_with("collection context.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Headers;

    fn status(status: u16, body: &str) -> HttpError {
        HttpError::Status { status, headers: Headers::new(), body: body.as_bytes().to_vec() }
    }

    /// Bodies as PocketBase 0.40.6 sends them.
    fn said(code: u16, message: &str, data: &str) -> HttpError {
        status(code, &format!(r#"{{"data":{data},"message":"{message}","status":{code}}}"#))
    }

    #[test]
    fn every_answer_to_a_write_has_its_outcome() {
        let id_clash = r#"{"id":{"code":"validation_not_unique","message":"Value must be unique."}}"#;
        assert_eq!(outcome(&said(400, "Failed to create record.", id_clash), 0), Outcome::Stale);
        assert!(matches!(outcome(&said(400, "Failed to create record.", "{}"), 0), Outcome::Denied(_)));
        assert!(
            matches!(outcome(&said(400, "Not on Sundays.", "{}"), 0), Outcome::Invalid(p) if p.detail == "Not on Sundays.")
        );
        assert!(matches!(outcome(&said(403, "Only superusers can perform this action.", "{}"), 0), Outcome::Denied(_)));
        assert_eq!(outcome(&said(404, "The requested resource wasn't found.", "{}"), 0), Outcome::Absent);
        assert_eq!(outcome(&said(404, "Missing collection context.", "{}"), 0), Outcome::Later(None));
        assert_eq!(outcome(&said(412, "Stale.", "{}"), 0), Outcome::Stale);
        assert_eq!(outcome(&said(429, "Too many.", "{}"), 0), Outcome::Later(None));
        assert!(matches!(outcome(&said(500, "Something went wrong.", "{}"), 0), Outcome::Unknown(_)));
        assert!(matches!(outcome(&status(413, "<html>"), 0), Outcome::Unsupported(_)));
        assert_eq!(outcome(&HttpError::Offline, 0), Outcome::NotSent);
        assert_eq!(outcome(&HttpError::NotRenewed, 0), Outcome::NotSent);
        assert_eq!(outcome(&HttpError::SignIn, 0), Outcome::SignIn);
    }

    #[test]
    fn a_strangers_answer_proves_nothing() {
        for code in [400, 401, 403, 404, 502] {
            for body in ["<html>", "{}", r#"{"status":200,"message":"x"}"#] {
                assert!(matches!(outcome(&status(code, body), 0), Outcome::Unknown(_)), "{code} {body}");
                assert_eq!(unread(&status(code, body), 0), RemoteError::Unreachable, "{code} {body}");
            }
            assert!(!is_absence(&status(code, "<html>")));
        }
    }

    #[test]
    fn errors_of_fields_keep_their_fields_and_get_our_codes() {
        let data = r#"{"email":{"code":"validation_is_email","message":"m"},"name":{"code":"validation_required"}}"#;
        let Outcome::Invalid(problem) = outcome(&said(400, "Failed to create record.", data), 0) else { panic!() };
        let codes: Vec<_> = problem.field_errors.iter().map(|error| (&*error.field, &*error.code)).collect();
        assert_eq!(codes, [("email", "not_email"), ("name", "required")]);
    }
}
