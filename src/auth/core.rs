//! What the session is at this moment, and how it becomes something else: by one gate, in order of generations.
//!
//! Memory answers at once; the disk follows, and other tabs are told. Whoever changes the session raises its
//! generation, so that what was begun under an older one (a renewal, another tab's write) is seen to be void.

use super::{
    Account, AuthError, Authenticator, Grant, SessionState,
    keeping::{Held, Keeper, Kept},
    renewal::Renewal,
};
use crate::{local::DiskError, platform::Environment};
use futures::channel::oneshot;
use std::{cell::RefCell, rc::Rc};

/// What tabs tell each other when the row on disk has changed.
pub(super) const CHANGED: &str = "session";

type Watcher = Rc<dyn Fn(&SessionState)>;

/// What the session and a renewal under way share.
pub(super) struct Core {
    held: RefCell<Held>,
    keeper: Keeper,
    pub environment: Environment,
    pub authenticator: Rc<dyn Authenticator>,
    pub renewal: Renewal,
    watchers: RefCell<Vec<Watcher>>,
    pub bell: Bell,
}

/// What the session is to become.
pub(super) enum Next {
    Granted(Grant),
    Ended,
    Out,
}

impl Core {
    /// Nobody's session, before anything was read.
    pub fn new(keeper: Keeper, environment: Environment, authenticator: Rc<dyn Authenticator>) -> Self {
        Self {
            held: RefCell::default(),
            keeper,
            environment,
            authenticator,
            renewal: Renewal::default(),
            watchers: RefCell::default(),
            bell: Bell::default(),
        }
    }

    pub fn watch(&self, watcher: Watcher) {
        self.watchers.borrow_mut().push(watcher);
    }

    pub fn held(&self) -> Held {
        self.held.borrow().clone()
    }

    pub fn generation(&self) -> u64 {
        self.held.borrow().generation
    }

    pub fn state(&self) -> SessionState {
        match self.held() {
            Held { account: None, .. } => SessionState::SignedOut,
            Held { account: Some(account), grant: Some(_), .. } => SessionState::Active(account),
            Held { account: Some(account), .. } => SessionState::Ended(account),
        }
    }

    /// Whether the token has not ended by the local clock.
    pub fn lasts(&self, grant: &Grant) -> bool {
        grant.expires_at.is_none_or(|end| end > self.environment.clock.now())
    }

    /// Makes it the session of this tab, unless something newer is, and tells who watches.
    pub fn apply(&self, held: Held) {
        let before = self.state();
        self.hold(held);
        self.announce(&before);
    }

    /// Makes it the session of this tab, unless something newer is, and tells nobody yet.
    pub fn hold(&self, held: Held) {
        if held.generation <= self.generation() {
            return;
        }
        let token = |held: &Held| held.grant.as_ref().map(|grant| grant.token.clone());
        let new_token = token(&held);
        if token(&self.held.replace(held)) != new_token {
            self.renewal.forget_failure();
        }
        self.bell.ring();
    }

    /// Tells who watches, if the state is another than `before`.
    pub fn announce(&self, before: &SessionState) {
        let state = self.state();
        if state != *before {
            let watchers = self.watchers.borrow().clone();
            watchers.iter().for_each(|watcher| watcher(&state));
        }
    }

    /// Takes what another tab has written, if it is newer.
    pub async fn reread(&self) {
        if let Ok(kept) = self.keeper.read().await {
            self.adopt(kept).await;
        }
    }

    async fn adopt(&self, kept: Kept) {
        if kept.generation <= self.generation() {
            return;
        }
        let mut grant = self.keeper.open(&kept).await;
        let held = self.held();
        let id = |account: &Option<Account>| account.as_ref().map(|account| account.id.clone());
        let same = id(&held.account) == id(&kept.account);
        if same && !kept.ended && !kept.has_grant() {
            grant = held.grant; // nothing can be sealed here: each tab has its own
        }
        let since = if same { held.since } else { kept.generation };
        self.apply(Held { generation: kept.generation, since, account: kept.account, grant });
    }

    /// Makes `next` the session, here and on disk, and tells the other tabs. A renewal names the generation that it
    /// began `from`: if something newer is there, that is taken and `next` is void.
    ///
    /// # Errors
    /// `OtherAccount`: nothing was changed. `NotKept`: it holds in this tab only.
    pub async fn commit(&self, next: Next, from: Option<u64>) -> Result<(), AuthError> {
        loop {
            let read = self.keeper.read().await;
            let kept = read.clone().unwrap_or_default();
            if from.is_some_and(|from| self.generation() != from || kept.generation > from) {
                self.adopt(kept).await;
                return Ok(());
            }
            let held = self.after(&next, &kept)?;
            let written = match read {
                Ok(kept) => self.keeper.write(kept, &held).await,
                Err(error) => Err(error),
            };
            if !matches!(written, Err(DiskError::CheckFailed(_))) {
                self.apply(held);
                self.environment.tabs.broadcast(CHANGED);
                return written.map_err(|error| AuthError::NotKept(error.to_string()));
            }
        }
    }

    /// The session that follows on what is known here and on what is on disk.
    fn after(&self, next: &Next, kept: &Kept) -> Result<Held, AuthError> {
        let held = self.held();
        let generation = held.generation.max(kept.generation) + 1;
        let account = if kept.generation > held.generation { kept.account.clone() } else { held.account };
        let grant = match next {
            Next::Out => return Ok(Held { generation, since: generation, ..Held::default() }),
            Next::Ended => return Ok(Held { generation, since: held.since, account, grant: None }),
            Next::Granted(grant) => grant.clone(),
        };
        let since = match account {
            Some(account) if account.id != grant.account.id => return Err(AuthError::OtherAccount),
            Some(_) => held.since,
            None => generation,
        };
        Ok(Held { generation, since, account: Some(grant.account.clone()), grant: Some(grant) })
    }

    pub fn forget_failure(&self) {
        self.renewal.forget_failure();
        self.bell.ring();
    }
}

/// Wakes whoever waits for a change.
#[derive(Default)]
pub(super) struct Bell(RefCell<Vec<oneshot::Sender<()>>>);

impl Bell {
    /// Ends at the next ring.
    pub fn heard(&self) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        let mut waiting = self.0.borrow_mut();
        waiting.retain(|sender| !sender.is_canceled());
        waiting.push(sender);
        receiver
    }

    pub fn ring(&self) {
        self.0.take();
    }
}
