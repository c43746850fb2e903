//! Sign-in with a password, and renewal: PocketBase has no refresh token, its tokens renew themselves.
//!
//! When a token ends is read from the token itself (`exp` of a JWT, RFC 7519), which is the server's time. Where the
//! answer shows its `Date` (it does when the app is served by PocketBase itself), a wrong clock of this device is
//! allowed for. A token that has ended already when it arrives says that this clock runs ahead: it is then renewed
//! every half minute, rather than never used.

use super::errors;
use crate::{
    auth::{Account, AuthError, Authenticator, Credential, Grant},
    http::{Client, HttpError, Response, date},
    model::{Problem, Timestamp, json},
    platform::Clock,
};
use futures::future::LocalBoxFuture;
use std::rc::Rc;

/// How long a token is trusted of which the end cannot be told.
const BLIND_MS: i64 = 30_000;
/// A difference of clocks below this is the network's.
const TOLERANCE_MS: i64 = 3_000;

/// Grants and renews sessions of one auth collection.
pub struct PocketBaseAuth {
    client: Client,
    collection: String,
    clock: Rc<dyn Clock>,
}

impl PocketBaseAuth {
    /// Asks through `client`, whose base is the server's address and which carries no token, for accounts of
    /// `collection`: `users`, or `_superusers`.
    #[must_use]
    pub fn new(client: Client, collection: &str, clock: Rc<dyn Clock>) -> Self {
        Self { client, collection: collection.to_owned(), clock }
    }

    fn call(&self, action: &str) -> crate::http::Call {
        self.client.post(super::COLLECTIONS).segment(&self.collection).segment(action)
    }

    async fn ask_for(&self, identity: &str, password: &str) -> Result<Grant, AuthError> {
        let mut members = json::Members::default();
        members.text("identity", identity);
        members.text("password", password);
        let call = self.call("auth-with-password").body("application/json", members.end().into_bytes());
        self.grant(call.send().await.map_err(not_granted)?)
    }

    async fn renew(&self, token: &str) -> Result<Grant, AuthError> {
        let call = self.call("auth-refresh").header("authorization", token);
        self.grant(call.send().await.map_err(not_renewed)?)
    }

    fn grant(&self, answer: Response) -> Result<Grant, AuthError> {
        let received_at = self.clock.now();
        let ahead = answer.headers.get("date").and_then(date::parse).map_or(0, |theirs| received_at.0 - theirs);
        let grant = read(&answer.body, received_at, if ahead.abs() > TOLERANCE_MS { ahead } else { 0 });
        grant.ok_or_else(|| AuthError::Unreachable(strange(answer)))
    }
}

/// An answer of 2xx that is no grant: not a PocketBase's.
fn strange(answer: Response) -> HttpError {
    HttpError::Status { status: answer.status, headers: answer.headers, body: answer.body }
}

/// Reads a grant; `ahead_ms`: how far this device's clock is ahead of the server's.
fn read(body: &[u8], received_at: Timestamp, ahead_ms: i64) -> Option<Grant> {
    let mut members = json::into_fields(json::parse_bytes(body)?)?;
    let token = json::take_text(&mut members, "token")?;
    let mut record = json::take_fields(&mut members, "record")?;
    let id = json::take_text(&mut record, "id")?;
    let mut label = || ["email", "username", "name"].iter().find_map(|name| json::take_text(&mut record, name));
    let label = label().filter(|label| !label.is_empty()).unwrap_or_else(|| id.clone());
    let ends = expiry(&token).map(|end| end.plus(ahead_ms));
    let expires_at = ends.map(|end| if end > received_at { end } else { received_at.plus(BLIND_MS) });
    Some(Grant { account: Account { id, label }, token, refresh_token: None, expires_at, received_at })
}

/// When a JWT ends, by the clock of whoever made it.
fn expiry(token: &str) -> Option<Timestamp> {
    let claims = json::into_fields(json::parse_bytes(&base64url(token.split('.').nth(1)?)?)?)?;
    Some(Timestamp(claims.get("exp")?.as_i64()?.checked_mul(1000)?))
}

/// Decodes base64url without padding (RFC 4648, 5).
fn base64url(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut held) = (0_u32, 0);
    let mut bytes = Vec::with_capacity(text.len());
    for letter in text.bytes().filter(|letter| *letter != b'=') {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    Some(bytes)
}

/// Why a sign-in was not granted. A wrong password is a 400 here; a second factor is asked for by a 401.
fn not_granted(error: HttpError) -> AuthError {
    match errors::problem(&error) {
        Some(problem) if matches!(problem.status, Some(400 | 403 | 404)) => {
            let code = match problem.status {
                Some(400) => "wrong_password",
                Some(404) => "no_collection",
                _ => "denied",
            };
            AuthError::Wrong(Problem { code: code.into(), ..problem })
        }
        _ if asks_for_more(&error) => AuthError::Wrong(Problem::code("second_factor")),
        _ => AuthError::Unreachable(error),
    }
}

fn asks_for_more(error: &HttpError) -> bool {
    match error {
        HttpError::Status { status: 401, body, .. } => {
            json::parse_bytes(body).is_some_and(|answer| answer.get("mfaId").is_some())
        }
        _ => false,
    }
}

/// Only PocketBase's own word ends a session.
fn not_renewed(error: HttpError) -> AuthError {
    let word = errors::problem(&error).and_then(|problem| problem.status);
    if matches!(word, Some(401 | 403 | 404)) { AuthError::Over } else { AuthError::Unreachable(error) }
}

impl Authenticator for PocketBaseAuth {
    fn sign_in(&self, credential: Credential) -> LocalBoxFuture<'_, Result<Grant, AuthError>> {
        Box::pin(async move {
            let Credential::Password { identity, password } = credential;
            self.ask_for(&identity, &password).await
        })
    }

    fn refresh(&self, grant: Grant) -> LocalBoxFuture<'_, Result<Grant, AuthError>> {
        Box::pin(async move { self.renew(&grant.token).await })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{"collectionId":"c","exp":1795645582,"id":"i","type":"auth"}`
    const TOKEN: &str = "e30.eyJjb2xsZWN0aW9uSWQiOiJjIiwiZXhwIjoxNzk1NjQ1NTgyLCJpZCI6ImkiLCJ0eXBlIjoiYXV0aCJ9.x";
    const END_MS: i64 = 1_795_645_582_000;

    fn granted(now_ms: i64, ahead_ms: i64) -> Option<Timestamp> {
        let body = [r#"{"token":""#, TOKEN, r#"","record":{"id":"i","email":"ada@example.org"}}"#].concat();
        let grant = read(body.as_bytes(), Timestamp(now_ms), ahead_ms).unwrap();
        assert_eq!(grant.account, Account { id: "i".into(), label: "ada@example.org".into() });
        grant.expires_at
    }

    #[test]
    fn a_token_says_when_it_ends() {
        assert_eq!(expiry(TOKEN), Some(Timestamp(END_MS)));
        for odd in ["", "a", "a.b", "a.?.c", "e30.e30.x"] {
            assert_eq!(expiry(odd), None, "{odd}");
        }
        assert_eq!(base64url("-_8"), Some(vec![0xfb, 0xff]));
    }

    #[test]
    fn a_wrong_clock_is_allowed_for() {
        assert_eq!(granted(END_MS - 9_000, 0), Some(Timestamp(END_MS)));
        assert_eq!(granted(END_MS + 3_600_000, 3_601_000), Some(Timestamp(END_MS + 3_601_000)));
        assert_eq!(granted(END_MS + 3_600_000, 0), Some(Timestamp(END_MS + 3_630_000)));
    }

    #[test]
    fn only_pocketbases_word_ends_a_session() {
        let answer = |status: u16, body: &str| {
            not_renewed(HttpError::Status { status, headers: crate::http::Headers::new(), body: body.into() })
        };
        assert_eq!(answer(401, r#"{"status":401,"message":"m","data":{}}"#), AuthError::Over);
        assert!(matches!(answer(403, "<html>blocked</html>"), AuthError::Unreachable(_)));
        assert!(matches!(answer(429, r#"{"status":429,"message":"m","data":{}}"#), AuthError::Unreachable(_)));
        assert!(matches!(not_renewed(HttpError::Offline), AuthError::Unreachable(_)));
    }
}
