//! Sign-in: who is signed in, with what token, and how it is renewed.
//!
//! A [`Grant`] is what the server gave; an [`Authenticator`] knows how one kind of backend gives it; the
//! [`Session`] keeps it, sealed, and renews it once for everyone. Network failure is never a sign-out: only the
//! server's own word ends a session, and even then the account stays known, so that its data stays readable.

mod core;
pub mod grant;
mod keeping;
mod renewal;
mod session;

pub use grant::{Account, AuthError, Authenticator, Credential, Grant};
pub use session::{Session, SessionState};
