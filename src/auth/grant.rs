//! What a sign-in gives, and how a backend is asked for it.

use crate::{
    http::HttpError,
    model::{Problem, Timestamp, json},
};
use futures::future::LocalBoxFuture;

/// Who is signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The user's id on the server; it never changes.
    pub id: String,
    /// A name to show: usually the e-mail address.
    pub label: String,
}

/// A session as the server granted it.
#[derive(Clone, PartialEq, Eq)]
pub struct Grant {
    /// Who it is for.
    pub account: Account,
    /// Goes with every request.
    pub token: String,
    /// Buys the next token, where the backend has such a thing.
    pub refresh_token: Option<String>,
    /// When the token ends, by this device's clock; `None` if the server did not say.
    pub expires_at: Option<Timestamp>,
    /// When it arrived, by this device's clock.
    pub received_at: Timestamp,
}

impl std::fmt::Debug for Grant {
    /// Never the secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Grant").field("account", &self.account.id).finish_non_exhaustive()
    }
}

impl Grant {
    /// As it is sealed.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut members = json::Members::default();
        members.text("id", &self.account.id);
        members.text("label", &self.account.label);
        members.text("token", &self.token);
        if let Some(refresh) = &self.refresh_token {
            members.text("refresh", refresh);
        }
        if let Some(end) = self.expires_at {
            members.json("expires_at", &end.0.to_string());
        }
        members.json("received_at", &self.received_at.0.to_string());
        members.end()
    }

    /// Reads what was sealed.
    #[must_use]
    pub fn from_json(bytes: &[u8]) -> Option<Self> {
        let mut members = json::into_fields(json::parse_bytes(bytes)?)?;
        let moment = |name: &str, members: &crate::model::Fields| Some(Timestamp(members.get(name)?.as_i64()?));
        Some(Self {
            account: Account {
                id: json::take_text(&mut members, "id")?,
                label: json::take_text(&mut members, "label").unwrap_or_default(),
            },
            token: json::take_text(&mut members, "token")?,
            refresh_token: json::take_text(&mut members, "refresh"),
            expires_at: moment("expires_at", &members),
            received_at: moment("received_at", &members)?,
        })
    }
}

/// What someone signs in with.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Credential {
    /// A name or e-mail address, and a password.
    Password {
        /// Who.
        identity: String,
        /// The secret.
        password: String,
    },
}

/// Why there is no (new) session.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum AuthError {
    /// The server does not take these credentials.
    #[error("wrong name or password")]
    Wrong(Problem),
    /// There is no session, or the server says that it is over: only a (new) sign-in helps.
    #[error("session is over")]
    Over,
    /// The server could not be asked, or answered something else; the session may be as good as before.
    #[error("server could not be asked")]
    Unreachable(#[source] HttpError),
    /// Someone else is signed in here, and must sign out first.
    #[error("someone else is signed in on this device")]
    OtherAccount,
    /// The device cannot keep the session, or not forget it.
    #[error("session cannot be kept: {0}")]
    NotKept(String),
}

/// How one kind of backend grants and renews sessions. Its requests go through a client without the auth
/// middleware, or a renewal would wait for itself.
pub trait Authenticator {
    /// Asks for a session.
    fn sign_in(&self, credential: Credential) -> LocalBoxFuture<'_, Result<Grant, AuthError>>;
    /// Asks for the next token. `Over` only if the server itself says so.
    fn refresh(&self, grant: Grant) -> LocalBoxFuture<'_, Result<Grant, AuthError>>;
}
