//! One line a call: what was asked, what came of it, how long it took.
//!
//! Bodies are never logged. The values of parameters and headers whose names sound secret are
//! replaced; there is no switch to show them.

use super::{HttpError, Middleware, Next, Request, Response, url::is_secret};
use crate::platform::Clock;
use futures::future::LocalBoxFuture;
use std::{fmt::Write, rc::Rc};

/// Where the lines go.
pub type Sink = Rc<dyn Fn(&str)>;

/// The middleware.
pub struct Logging {
    sink: Sink,
    clock: Rc<dyn Clock>,
}

impl Logging {
    /// Writes to `sink`.
    #[must_use]
    pub fn new(sink: Sink, clock: Rc<dyn Clock>) -> Self {
        Self { sink, clock }
    }

    async fn observe(&self, request: Request, next: Next<'_>) -> Result<Response, HttpError> {
        let asked = describe(&request);
        let start = self.clock.monotonic_ms();
        let outcome = next.run(request).await;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // whole milliseconds are meant
        let millis = (self.clock.monotonic_ms() - start).round() as u64;
        let came = match &outcome {
            Ok(response) => format!("{}, {} bytes", response.status, response.body.len()),
            Err(error) => error.to_string(),
        };
        (self.sink)(&format!("{asked} → {came}, {millis} ms"));
        outcome
    }
}

/// Method, address and headers, with every secret replaced.
#[must_use]
pub fn describe(request: &Request) -> String {
    let mut line = [request.method.as_str(), " ", &request.url.redacted()].concat();
    for (name, value) in request.headers.iter() {
        let value = if is_secret(name) { "…" } else { value };
        let _ = write!(line, " {name}={value:?}");
    }
    line
}

impl Middleware for Logging {
    fn handle<'a>(&'a self, request: Request, next: Next<'a>) -> LocalBoxFuture<'a, Result<Response, HttpError>> {
        Box::pin(self.observe(request, next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Method, Url};

    #[test]
    fn secrets_stay_out_of_the_line() {
        let mut request = Request::new(Method::Post, Url::new("https://a.org/x?apikey=abc&q=1"));
        for (name, value) in [
            ("Authorization", "Bearer abc"),
            ("apikey", "abc"),
            ("Cookie", "abc"),
            ("X-Auth-Token", "abc"),
            ("Idempotency-Key", "018f"),
        ] {
            request.headers.set(name, value);
        }
        let line = describe(&request);
        assert!(!line.contains("abc"), "{line}");
        assert!(line.starts_with("POST https://a.org/x?apikey=…&q=1 authorization=\"…\""), "{line}");
        assert!(line.ends_with("idempotency-key=\"018f\""), "{line}");
    }
}
