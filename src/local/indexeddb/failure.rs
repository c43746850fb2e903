//! JavaScript exceptions as causes: what a failed call says about the data and the connection.

use crate::local::disk::DiskError;
use wasm_bindgen::JsValue;

/// Why an operation failed, before the decision to try again.
#[derive(Clone, Debug)]
pub enum Failure {
    /// The connection is gone and nothing was written: it is safe to try again on a new one.
    Gone(String),
    /// It failed, and trying again would not help or would not be safe.
    Final(DiskError),
}

impl Failure {
    /// What an exception or an aborted transaction means; `writing` if a write may have reached the disk.
    pub fn new(exception: &JsValue, writing: bool) -> Self {
        let text = describe(exception);
        match name(exception).as_str() {
            "QuotaExceededError" => Self::Final(DiskError::Quota),
            // An abort that nobody asked for has no error at all, or one of these.
            "" | "AbortError" | "InvalidStateError" | "UnknownError" | "TimeoutError" if writing => {
                Self::Final(DiskError::Lost(text))
            }
            "" | "AbortError" | "InvalidStateError" | "UnknownError" | "TimeoutError" => Self::Gone(text),
            _ => Self::Final(DiskError::Aborted(text)),
        }
    }

    /// The same for a connection that closed by itself.
    pub fn closed(writing: bool) -> Self {
        let text = String::from("the browser closed the connection");
        if writing { Self::Final(DiskError::Lost(text)) } else { Self::Gone(text) }
    }

    /// Whether a new connection is needed.
    pub fn connection_lost(&self) -> bool {
        matches!(self, Self::Gone(_) | Self::Final(DiskError::Lost(_)))
    }

    /// Whether nothing was written, and a new connection might do better.
    pub fn safe_to_repeat(&self) -> bool {
        matches!(self, Self::Gone(_))
    }

    /// What to report when nothing more is tried.
    pub fn into_error(self) -> DiskError {
        match self {
            Self::Gone(text) => DiskError::Lost(text),
            Self::Final(error) => error,
        }
    }
}

/// Why a database could not be opened or deleted.
pub fn open_error(exception: &JsValue) -> DiskError {
    match name(exception).as_str() {
        "VersionError" => DiskError::NewerVersion,
        "QuotaExceededError" => DiskError::Quota,
        _ => DiskError::Unavailable(describe(exception)),
    }
}

/// An exception's `name`, empty if it has none.
fn name(exception: &JsValue) -> String {
    property(exception, "name")
}

fn describe(exception: &JsValue) -> String {
    let (name, message) = (name(exception), property(exception, "message"));
    if name.is_empty() { String::from("no reason given") } else { name + ": " + &message }
}

fn property(of: &JsValue, key: &str) -> String {
    js_sys::Reflect::get(of, &JsValue::from_str(key)).ok().and_then(|text| text.as_string()).unwrap_or_default()
}
