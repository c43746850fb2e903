//! The session: who is signed in on this device, and the one token that every request carries.
//!
//! It answers from memory and never sends a token that has ended by the local clock: whoever asks waits for the
//! renewal, which is one for all (see `renewal`). What the server granted lies sealed on disk (see `keeping`), where
//! other tabs find it too. Only the server's own word, or the user's, ends a session; when the server ends it the
//! account stays known, so that cached data stays readable until someone signs in again in place.

use super::{
    Account, AuthError, Authenticator, Credential,
    core::{CHANGED, Core, Next},
    keeping::{Held, Keeper},
};
use crate::{
    http::{Credentials, HttpError, Token},
    local::Disk,
    platform::{Cipher, Environment, Wake},
};
use futures::{
    StreamExt,
    future::{Either, LocalBoxFuture, select},
};
use std::rc::Rc;

/// How things stand with the sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// Nobody is signed in.
    SignedOut,
    /// This account is; its token may have to be renewed first.
    Active(Account),
    /// The server has ended this account's session: its data is readable, and it must sign in again.
    Ended(Account),
}

/// A session with one server on this device.
pub struct Session(Rc<Core>);

impl Session {
    /// Reads what is kept on this device. It never fails: without a row that can be read nobody is signed in, and
    /// an account whose grant cannot be opened any more must sign in again.
    pub async fn open(
        disk: Rc<dyn Disk>,
        cipher: Rc<dyn Cipher>,
        environment: Environment,
        authenticator: Rc<dyn Authenticator>,
    ) -> Rc<Self> {
        let core = Rc::new(Core::new(Keeper { disk, cipher }, environment, authenticator));
        core.reread().await;
        Rc::new(Self(core))
    }

    /// How things stand.
    #[must_use]
    pub fn state(&self) -> SessionState {
        self.0.state()
    }

    /// Whose session it is, or was until the server ended it.
    #[must_use]
    pub fn account(&self) -> Option<Account> {
        self.0.held().account
    }

    /// Calls `watcher` with every new state, for as long as the session lives.
    pub fn watch(&self, watcher: impl Fn(&SessionState) + 'static) {
        self.0.watch(Rc::new(watcher));
    }

    /// Signs in, and keeps the session on this device (in memory only, where it cannot be sealed or stored).
    ///
    /// # Errors
    /// `Wrong`, `Unreachable`; `OtherAccount` if it is someone else than [`Self::account`], who must sign out first.
    pub async fn sign_in(&self, credential: Credential) -> Result<Account, AuthError> {
        let grant = self.0.authenticator.sign_in(credential).await?;
        let account = grant.account.clone();
        match self.0.commit(Next::Granted(grant), None).await {
            Ok(()) | Err(AuthError::NotKept(_)) => Ok(account),
            Err(error) => Err(error),
        }
    }

    /// Forgets the session here and in every tab; what a renewal under way brings is void.
    ///
    /// # Errors
    /// `NotKept` if it is still on the disk: this tab is signed out, the device is not.
    pub async fn sign_out(&self) -> Result<(), AuthError> {
        let before = self.0.state();
        let generation = self.0.generation() + 1;
        self.0.hold(Held { generation, since: generation, ..Held::default() });
        let kept = self.0.commit(Next::Out, None).await;
        // Who hears of it leaves the page at once: by then it must be on disk.
        self.0.announce(&before);
        kept
    }

    /// The generation of a token that has not ended by the local clock, renewed first if need be.
    ///
    /// # Errors
    /// `Over` if nobody is signed in (any more); `Unreachable` if the renewal failed, now or a moment ago.
    pub async fn ready(&self) -> Result<u64, AuthError> {
        let held = self.0.held();
        match held.grant {
            None => Err(AuthError::Over),
            Some(grant) if self.0.lasts(&grant) => Ok(held.generation),
            Some(_) => self.0.renewed(false).await,
        }
    }

    /// A renewal that the server answered after this call began, even if the token is good: the generation that it
    /// gave.
    ///
    /// # Errors
    /// Those of [`Self::ready`].
    pub async fn prove(&self) -> Result<u64, AuthError> {
        let answers = self.0.renewal.answers();
        let generation = self.0.renewed(true).await?;
        if self.0.renewal.answers() == answers {
            return self.0.renewed(true).await; // it had joined one that found another tab's token
        }
        Ok(generation)
    }

    /// The token of this moment; `None` if there is none, or it has ended. Ask [`Self::ready`] first.
    #[must_use]
    pub fn token(&self) -> Option<String> {
        self.0.held().grant.filter(|grant| self.0.lasts(grant)).map(|grant| grant.token)
    }

    /// Renews ahead of expiry, for ever. One tab does it for all: the leading one.
    pub async fn keep_fresh(self: Rc<Self>) {
        self.0.keep_fresh().await;
    }

    /// Hears of other tabs' sign-ins, renewals and sign-outs, for ever; and asks again at once when the network
    /// returns.
    pub async fn follow(self: Rc<Self>) {
        let mut messages = self.0.environment.tabs.messages();
        let mut wakes = self.0.environment.connectivity.wakes();
        self.0.reread().await;
        loop {
            match select(messages.next(), wakes.next()).await {
                Either::Left((Some(message), _)) if message != CHANGED => continue,
                Either::Left((None, _)) | Either::Right((None, _)) => return,
                Either::Right((Some(Wake::Network), _)) => self.0.forget_failure(),
                _ => {} // a tab that was frozen may have missed a message
            }
            self.0.reread().await;
        }
    }

    /// The token for a request that is about to be sent.
    async fn sign(&self) -> Result<Option<Token>, HttpError> {
        let generation = self.ready().await.map_err(not_sent)?;
        let value = ["Bearer ", &self.token().ok_or(HttpError::SignIn)?].concat();
        Ok(Some(Token { header: "authorization", value, generation }))
    }

    async fn sign_again(&self, refused: u64) -> Result<Option<Token>, HttpError> {
        let held = self.0.held();
        if refused < held.since {
            return Err(HttpError::SignIn); // the request was another sign-in's: never with this one's token
        }
        if held.generation == refused {
            match self.0.renewed(false).await {
                Ok(_) => {}
                Err(AuthError::Over) => return Ok(None),
                Err(error) => return Err(not_sent(error)),
            }
        }
        if refused < self.0.held().since { Err(HttpError::SignIn) } else { self.sign().await }
    }
}

impl Credentials for Session {
    fn current(&self) -> LocalBoxFuture<'_, Result<Option<Token>, HttpError>> {
        Box::pin(self.sign())
    }

    fn refresh(&self, refused: u64) -> LocalBoxFuture<'_, Result<Option<Token>, HttpError>> {
        Box::pin(self.sign_again(refused))
    }
}

impl Drop for Session {
    /// A renewal that nobody waits for any more holds the core, which holds it.
    fn drop(&mut self) {
        self.0.renewal.abandon();
    }
}

/// Why a request was not sent. It is not sent as a guest's.
fn not_sent(error: AuthError) -> HttpError {
    match error {
        AuthError::Over => HttpError::SignIn,
        AuthError::Unreachable(error) if error.never_sent() => error,
        _ => HttpError::NotRenewed,
    }
}
