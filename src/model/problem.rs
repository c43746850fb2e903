//! Why something was refused, in one shape for every backend (after RFC 9457, problem details).

use super::{Fields, Value, json};

/// One field that the server, or our own validation, would not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name.
    pub field: String,
    /// A stable word for the reason, such as `required` or `not_unique`; the app translates the known ones.
    pub code: String,
    /// The server's own sentence, shown when the code is unknown.
    pub message: String,
}

/// What went wrong, for the user and for the developer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// A stable word, such as `validation`, `denied`, `timeout`.
    pub code: String,
    /// One sentence from the server, if it gave one.
    pub detail: String,
    /// The HTTP status, where there was one.
    pub status: Option<u16>,
    /// Errors that belong to single fields.
    pub field_errors: Vec<FieldError>,
}

impl Problem {
    /// A problem known only by its code.
    #[must_use]
    pub fn code(code: impl Into<String>) -> Self {
        Self { code: code.into(), ..Self::default() }
    }

    /// The same with the server's sentence.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// A problem of single fields.
    #[must_use]
    pub fn fields(field_errors: Vec<FieldError>) -> Self {
        Self { field_errors, ..Self::code("validation") }
    }
}

impl FieldError {
    fn to_json(&self) -> String {
        let mut members = json::Members::default();
        members.text("field", &self.field);
        members.text("code", &self.code);
        if !self.message.is_empty() {
            members.text("message", &self.message);
        }
        members.end()
    }

    fn from_json(value: Value) -> Option<Self> {
        let mut fields = json::into_fields(value)?;
        Some(Self {
            field: json::take_text(&mut fields, "field")?,
            code: json::take_text(&mut fields, "code")?,
            message: json::take_text(&mut fields, "message").unwrap_or_default(),
        })
    }
}

impl Problem {
    /// As it is stored.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut members = json::Members::default();
        members.text("code", &self.code);
        if !self.detail.is_empty() {
            members.text("detail", &self.detail);
        }
        if let Some(status) = self.status {
            members.whole("status", status.into());
        }
        if !self.field_errors.is_empty() {
            let errors: Vec<String> = self.field_errors.iter().map(FieldError::to_json).collect();
            members.json("field_errors", &json::list(&errors));
        }
        members.end()
    }

    /// Reads what is stored.
    #[must_use]
    pub fn from_json(mut fields: Fields) -> Option<Self> {
        let errors = json::take_list(&mut fields, "field_errors");
        Some(Self {
            code: json::take_text(&mut fields, "code")?,
            detail: json::take_text(&mut fields, "detail").unwrap_or_default(),
            status: json::whole(&fields, "status").and_then(|status| status.try_into().ok()),
            field_errors: errors.into_iter().map(FieldError::from_json).collect::<Option<_>>()?,
        })
    }
}
