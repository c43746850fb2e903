//! A workspace whose server is somewhere else: its clients, its session and what was kept of it.
//!
//! The session belongs to the workspace and lies in a database of its own, because the account that it names
//! is part of the name of every other database: nobody's rows are opened before it is known whose they are.

use super::startup::disk_or_memory;
use super::workspaces;
use crate::auth::{Account, AuthError, Credential, Session, SessionState};
use crate::http::retry::Policy;
use crate::http::{Client, Credentials, FetchTransport, HttpError};
use crate::model::Collection;
use crate::model::config::{Timeouts, WorkspaceConfig};
use crate::platform::{Environment, Preferences, WebCipher, spawn};
use crate::remote::pocketbase::{PocketBase, PocketBaseAuth, discover, merge};
use crate::remote::{Capabilities, RemoteSource};
use crate::state::{
    FilePlace, SignInFailure,
    translation::{fill, t},
};
use crate::sync::Connect;
use futures::future::{AbortHandle, FutureExt, abortable, ready};
use std::cell::RefCell;
use std::rc::Rc;

/// The account of a backend that nobody signs in to.
const GUEST: &str = "guest";

/// One remote workspace.
pub struct Remote {
    /// As the config, or whoever connected it, wrote it.
    pub workspace: WorkspaceConfig,
    /// Who is signed in; `None` where nobody does.
    pub session: Option<Rc<Session>>,
    client: Client,
    environment: Environment,
    /// What renews the session while this tab leads.
    tending: RefCell<Option<AbortHandle>>,
    /// The connector, since this tab first led.
    source: RefCell<Option<Rc<dyn RemoteSource>>>,
}

impl Remote {
    /// The workspace with the session that was kept.
    pub async fn open(workspace: WorkspaceConfig, timeouts: Timeouts, environment: Environment) -> Rc<Self> {
        let url = workspace.backend.url.clone().unwrap_or_default();
        let plain = client(&url, timeouts, &environment).build();
        if workspace.is_open() {
            return Self::new(workspace, None, plain, environment);
        }
        let (disk, _) = disk_or_memory(&session_name(&workspace.id)).await;
        let clock = environment.clock.clone();
        let authenticator = Rc::new(PocketBaseAuth::new(plain, workspace.auth_collection(), clock));
        let session = Session::open(disk, Rc::new(WebCipher::new()), environment.clone(), authenticator).await;
        let credentials: Rc<dyn Credentials> = session.clone();
        let signed = client(&url, timeouts, &environment).auth(credentials, &[&url]).build();
        Self::new(workspace, Some(session), signed, environment)
    }

    fn new(
        workspace: WorkspaceConfig,
        session: Option<Rc<Session>>,
        client: Client,
        environment: Environment,
    ) -> Rc<Self> {
        let (tending, source) = (RefCell::default(), RefCell::default());
        Rc::new(Self { workspace, session, client, environment, tending, source })
    }

    /// The server's address, without a slash at its end.
    pub fn url(&self) -> &str {
        self.workspace.backend.url.as_deref().unwrap_or_default().trim_end_matches('/')
    }

    /// The name of the account's databases: user and server. `None` until someone has signed in.
    pub fn account_name(&self) -> Option<String> {
        let host = self.url().split_once("://").map_or(self.url(), |(_, host)| host);
        let user = match &self.session {
            Some(session) => session.account()?.id,
            None => GUEST.to_owned(),
        };
        Some([&user, "@", host].concat())
    }

    /// Who is signed in, and whether the session has ended.
    pub fn account(&self) -> (Account, bool) {
        match self.session.as_ref().map(|session| session.state()) {
            Some(SessionState::Active(account)) => (account, false),
            Some(SessionState::Ended(account)) => (account, true),
            _ => (Account::default(), self.session.is_some()),
        }
    }

    /// The schema: what is written in the config wins over what was discovered when someone signed in.
    pub fn collections(&self, preferences: &dyn Preferences) -> Vec<Rc<Collection>> {
        let written = self.workspace.collections.clone();
        let found = workspaces::with_schema(preferences, &self.workspace.id).map(|kept| kept.collections);
        merge(&written, found.unwrap_or_default()).into_iter().map(Rc::new).collect()
    }

    /// Signs in with a name and a password.
    pub async fn sign_in(&self, identity: String, password: String) -> Result<(), SignInFailure> {
        let Some(session) = &self.session else { return Ok(()) };
        session.sign_in(Credential::Password { identity, password }).await.map(drop).map_err(failure)
    }

    /// Asks the server for its collections and keeps what it told. Only needed where the config leaves some out.
    /// `all`: none may be missing, for someone has just typed their names.
    pub async fn discover(&self, preferences: &dyn Preferences, all: bool) -> Result<(), SignInFailure> {
        if complete(&self.workspace.collections) {
            return Ok(());
        }
        let found = discover(&self.client, &self.workspace.collections).await.map_err(|error| refused(&error))?;
        let missing = self.workspace.collections.iter().map(|own| own.name.as_str());
        let missing: Vec<&str> = missing.filter(|name| !found.iter().any(|one| one.name == *name)).collect();
        if found.is_empty() || all && !missing.is_empty() {
            let why = match missing.is_empty() {
                true => t("connect.no_collections").to_owned(),
                false => fill("connect.unread", &[("names", &missing.join(", "))]),
            };
            return Err(SignInFailure::Refused(why));
        }
        let workspace = WorkspaceConfig { collections: found, ..self.workspace.clone() };
        workspaces::keep_schema(preferences, &workspace);
        Ok(())
    }

    /// How the engine reaches the server; connecting makes this tab the one that renews the session.
    pub fn connect(self: &Rc<Self>, collections: Vec<Rc<Collection>>) -> Connect {
        let remote = self.clone();
        Box::new(move || {
            remote.tend();
            let (client, session) = (remote.client.clone(), remote.session.clone());
            let source = PocketBase::new(client, session, remote.environment.clone(), collections.clone());
            let source: Rc<dyn RemoteSource> = Rc::new(source);
            remote.source.replace(Some(source.clone()));
            Box::pin(ready(Ok(source)))
        })
    }

    /// What the backend can promise, as far as it is known yet.
    pub fn capabilities(&self) -> Capabilities {
        self.source.borrow().as_ref().map_or(PocketBase::CAPABILITIES, |source| source.capabilities())
    }

    fn tend(&self) {
        let Some(session) = self.session.clone() else { return };
        let (work, stop) = abortable(session.keep_fresh());
        spawn(work.map(drop));
        if let Some(earlier) = self.tending.replace(Some(stop)) {
            earlier.abort();
        }
    }

    /// The address of a file.
    pub fn file_address(&self, place: &FilePlace) -> String {
        let url = crate::http::Url::new(self.url()).join("api/files");
        let url = url.segment(place.collection).segment(place.record).segment(place.name);
        let url = if place.thumb { url.query("thumb", "100x100") } else { url };
        url.to_string()
    }
}

/// Whether nothing needs to be discovered.
fn complete(written: &[Collection]) -> bool {
    !written.is_empty() && written.iter().all(|collection| !collection.fields.is_empty())
}

/// A client for this server. The engine alone decides what is sent again, so nothing is retried beneath it.
pub fn client(url: &str, timeouts: Timeouts, environment: &Environment) -> crate::http::ClientBuilder {
    let once = Policy { retries: 0, ..Policy::default() };
    Client::builder(Rc::new(FetchTransport), environment)
        .base(url)
        .timeouts(timeouts.attempt(), timeouts.total())
        .retry(once)
}

/// The name of the database that keeps a workspace's session.
pub fn session_name(workspace: &str) -> String {
    [workspace, "/session"].concat()
}

/// The cause of a failed sign-in, as the forms tell it.
fn failure(error: AuthError) -> SignInFailure {
    match error {
        AuthError::Wrong(_) | AuthError::Over => SignInFailure::Wrong,
        AuthError::Unreachable(HttpError::LikelyCors) => SignInFailure::LikelyCors,
        AuthError::Unreachable(_) => SignInFailure::Unreachable,
        AuthError::OtherAccount => SignInFailure::OtherAccount,
        AuthError::NotKept(_) => SignInFailure::NotKept,
    }
}

fn refused(error: &crate::remote::RemoteError) -> SignInFailure {
    use crate::remote::RemoteError;
    match error {
        RemoteError::Offline | RemoteError::Unreachable | RemoteError::Later(_) => SignInFailure::Unreachable,
        RemoteError::SignIn => SignInFailure::Wrong,
        RemoteError::Refused(problem) => SignInFailure::Refused(problem.code.clone()),
    }
}
