//! Sign-in: who is signed in, with what token, and how it is renewed.
//!
//! A [`Grant`] is what the server gave; an [`Authenticator`] knows how one kind of backend gives it. Network
//! failure is never a sign-out: only the server's own word ends a session.

pub mod grant;

pub use grant::{Account, AuthError, Authenticator, Credential, Grant};
