//! Why something was refused, in one shape for every backend (after RFC 9457, problem details).

use serde::{Deserialize, Serialize};

/// One field that the server, or our own validation, would not take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name.
    pub field: String,
    /// A stable word for the reason, such as `required` or `not_unique`; the app translates the known ones.
    pub code: String,
    /// The server's own sentence, shown when the code is unknown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}

/// What went wrong, for the user and for the developer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A stable word, such as `validation`, `denied`, `timeout`.
    pub code: String,
    /// One sentence from the server, if it gave one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// The HTTP status, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Errors that belong to single fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
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
