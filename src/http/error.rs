//! Why a call failed: one enum, named by cause, that answers what its caller may do next.

use super::{Headers, ProblemDetails};

/// What a call was doing. A browser tells no more: connecting, sending and waiting for the first
/// byte count together as [`Phase::ToHeaders`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Up to the answer's status and headers.
    #[default]
    ToHeaders,
    /// Reading the answer's body.
    Body,
    /// Waiting before the next attempt.
    Backoff,
}

/// Why a call gave no usable answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum HttpError {
    /// There is no network. Nothing left this device.
    #[error("offline: the request was not sent")]
    Offline,
    /// Nobody is signed in (any more), and the request needs it. Nothing left this device.
    #[error("sign-in needed: the request was not sent")]
    SignIn,
    /// The token has ended, and could not be renewed for now. This attempt did not leave the device.
    #[error("the token could not be renewed: the request was not sent")]
    NotRenewed,
    /// The request breaks HTTP's rules. Nothing left this device.
    #[error("the request cannot be sent: {reason}")]
    Unsendable {
        /// Which rule.
        reason: String,
    },
    /// No answer arrived; the server may or may not have done the work.
    #[error("the server could not be reached, or its answer was lost")]
    Unreachable,
    /// The server is there, but the browser may not show its answer (cross-origin resource sharing).
    #[error("the server answers, but does not allow this origin to read it (CORS)")]
    LikelyCors,
    /// A deadline passed; the server may or may not have done the work.
    #[error("timed out {}", phase.words())]
    Timeout {
        /// What the call was doing.
        phase: Phase,
    },
    /// The browser ended the call, as when the page goes away.
    #[error("the call was cancelled")]
    Cancelled,
    /// The server answered with a status that is no success.
    #[error("the server answered {status}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// The answer's headers, as far as the browser shows them.
        headers: Headers,
        /// The answer's body.
        body: Vec<u8>,
    },
    /// The answer is not what was expected.
    #[error("the answer could not be read at {}: {reason}", if path.is_empty() { "its root" } else { path })]
    Decode {
        /// Where in the answer.
        path: String,
        /// What is wrong there.
        reason: String,
        /// The whole body, as it came.
        body: Vec<u8>,
    },
    /// The answer's body is longer than the request allows.
    #[error("the answer is longer than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
}

impl Phase {
    fn words(self) -> &'static str {
        match self {
            Self::ToHeaders => "before the answer began",
            Self::Body => "while reading the answer",
            Self::Backoff => "while waiting to try again",
        }
    }
}

impl HttpError {
    /// Whether the same call may work later.
    #[must_use]
    pub fn retryable(&self) -> bool {
        match self {
            Self::Offline | Self::NotRenewed | Self::Unreachable | Self::Timeout { .. } => true,
            Self::Status { status, .. } => transient(*status),
            _ => false,
        }
    }

    /// Whether nothing can have reached the server.
    #[must_use]
    pub fn never_sent(&self) -> bool {
        matches!(self, Self::Offline | Self::SignIn | Self::NotRenewed | Self::Unsendable { .. })
    }

    /// Whether a (new) sign-in is needed, by the server's word or by what is known of the session.
    #[must_use]
    pub fn needs_sign_in(&self) -> bool {
        matches!(self, Self::SignIn | Self::Status { status: 401, .. })
    }

    /// The HTTP status, where the server gave one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Status { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// The server's own account of what went wrong, where it gave one in the standard form.
    #[must_use]
    pub fn problem(&self) -> Option<ProblemDetails> {
        match self {
            Self::Status { headers, body, .. } => ProblemDetails::of(headers, body),
            _ => None,
        }
    }
}

/// Whether a status says "not now": 408, 425, 429 and every 5xx but 501 and 505.
#[must_use]
pub fn transient(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502..=504 | 506..=599)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: u16) -> HttpError {
        HttpError::Status { status, headers: Headers::new(), body: Vec::new() }
    }

    #[test]
    fn each_error_answers_what_may_be_done_next() {
        for (error, retryable, never_sent, sign_in) in [
            (HttpError::Offline, true, true, false),
            (HttpError::SignIn, false, true, true),
            (HttpError::NotRenewed, true, true, false),
            (HttpError::Unreachable, true, false, false),
            (HttpError::LikelyCors, false, false, false),
            (HttpError::Timeout { phase: Phase::Body }, true, false, false),
            (HttpError::Cancelled, false, false, false),
            (HttpError::TooLarge { limit: 1 }, false, false, false),
            (HttpError::Unsendable { reason: String::new() }, false, true, false),
            (status(401), false, false, true),
            (status(403), false, false, false),
            (status(429), true, false, false),
            (status(500), true, false, false),
            (status(501), false, false, false),
            (status(505), false, false, false),
        ] {
            assert_eq!(
                (error.retryable(), error.never_sent(), error.needs_sign_in()),
                (retryable, never_sent, sign_in),
                "{error}"
            );
        }
    }

    #[test]
    fn a_developer_reads_what_happened() {
        let error = HttpError::Timeout { phase: Phase::Body };
        assert_eq!(error.to_string(), "timed out while reading the answer");
        let error = HttpError::Decode { path: String::new(), reason: "not JSON".into(), body: Vec::new() };
        assert_eq!(error.to_string(), "the answer could not be read at its root: not JSON");
    }
}
