//! Connecting a backend, as the connect screen and the sign-in forms see it.
//!
//! The screens know no adapter: whoever puts the app together hands in a [`ConnectDesk`], and gets back what a
//! person typed. The answers are plain causes; the words for them stand in the translation.

use crate::model::config::BackendKind;
use futures::future::LocalBoxFuture;

/// What was found at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Diagnosis {
    /// A backend of this kind answers: one can sign in.
    Ready {
        /// Which kind it is.
        kind: BackendKind,
        /// The address as it will be used.
        url: String,
    },
    /// The text is no address.
    BadAddress,
    /// Plain http to another machine: a password would travel in the clear.
    Insecure,
    /// Nothing answers there, or this device has no network.
    Unreachable,
    /// Something answers, but this page may not read it.
    LikelyCors,
    /// A web server answers that is no backend of that kind.
    NotABackend {
        /// The HTTP status of its answer.
        status: u16,
    },
    /// A backend that this version cannot connect to.
    NotBuilt(BackendKind),
}

/// Why a sign-in did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInFailure {
    /// The server does not take this name and password.
    Wrong,
    /// The server did not answer.
    Unreachable,
    /// The server answers, but this page may not read it.
    LikelyCors,
    /// It would be someone else than the workspace belongs to.
    OtherAccount,
    /// The device cannot keep the session.
    NotKept,
    /// Refused for another reason: the server's own sentence.
    Refused(String),
}

/// What the connect form asks for, once everything is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectRequest {
    /// Which connector.
    pub kind: BackendKind,
    /// The server's address, as the diagnosis gave it.
    pub url: String,
    /// Where the account lies on the server: `users`, `_superusers`.
    pub auth_collection: String,
    /// A name or an e-mail address.
    pub identity: String,
    /// The secret.
    pub password: String,
    /// The collections to show; empty where the server tells them.
    pub collections: Vec<String>,
}

/// Signs in with a name and a password.
pub type SignIn = Box<dyn Fn(String, String) -> LocalBoxFuture<'static, Result<(), SignInFailure>>>;

/// Looks at an address: the kind that was chosen, `None` to find out, and the address as it was typed.
pub type Diagnose = Box<dyn Fn(Option<BackendKind>, String) -> LocalBoxFuture<'static, Diagnosis>>;

/// Signs in, keeps the workspace on this device and opens it: the page is loaded anew after `Ok`.
pub type Connect = Box<dyn Fn(ConnectRequest) -> LocalBoxFuture<'static, Result<(), SignInFailure>>>;

/// What the connect screen works with.
pub struct ConnectDesk {
    /// Looks at an address.
    pub diagnose: Diagnose,
    /// Connects to what was found there.
    pub connect: Connect,
    /// The address that opens the sample workspace.
    pub sample: String,
}
