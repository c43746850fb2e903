//! The engine: runs in every tab, works in the one that leads.
//!
//! A tab waits for the lead; a visible one with work waiting that hears no beat for
//! [`SILENCE`] takes it. The leader raises the epoch (so that whoever led before can write nothing
//! more), makes what was under way ambiguous, connects, and then runs four loops until it loses the
//! lead: beat, push, pull, tidy. All of it is one future: dropping it stops everything.

use super::backoff::backoff;
use super::pull::{PullError, pull};
use super::push::{Sender, Step};
use super::schedule::{Delay, ready};
use crate::local::{Store, StoreError};
use crate::model::{EntryKey, Timestamp};
use crate::platform::{Environment, Leadership};
use crate::remote::{Live, RemoteError, RemoteSource};
use futures::channel::mpsc;
use futures::future::{Either, FutureExt, LocalBoxFuture, join, select};
use futures::stream::FuturesUnordered;
use futures::{StreamExt, pin_mut, select_biased};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

/// How often the leader beats.
const BEAT: Duration = Duration::from_secs(3);
/// After so long without a beat, a visible tab with waiting work takes the lead.
const SILENCE: Duration = Duration::from_secs(10);
/// How often a leader pulls without being told.
const PULL_EVERY: Duration = Duration::from_secs(60);

/// What the app shows of the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyncState {
    /// Whether this tab leads.
    pub leading: bool,
    /// Whether the server was reached last time.
    pub reachable: bool,
    /// Whether someone must sign in before anything is sent.
    pub needs_sign_in: bool,
    /// Whether a pull is under way.
    pub pulling: bool,
    /// When everything was last pulled.
    pub synced_at: Option<Timestamp>,
}

/// Makes the connection to the backend; called when this tab begins to lead.
pub type Connect = Box<dyn Fn() -> LocalBoxFuture<'static, Result<Rc<dyn RemoteSource>, RemoteError>>>;

type Watcher = Box<dyn Fn(&SyncState)>;

/// Sends and pulls for one workspace.
pub struct Engine {
    store: Store,
    environment: Environment,
    connect: Connect,
    state: RefCell<SyncState>,
    watcher: RefCell<Option<Watcher>>,
    pulls: RefCell<Option<mpsc::UnboundedSender<Option<String>>>>,
    wakes: RefCell<Option<mpsc::UnboundedSender<()>>>,
    failures: Cell<u32>,
}

impl Engine {
    /// An engine that does nothing until [`run`](Self::run) is polled.
    #[must_use]
    pub fn new(store: Store, environment: Environment, connect: Connect) -> Rc<Self> {
        let state =
            SyncState { leading: false, reachable: true, needs_sign_in: false, pulling: false, synced_at: None };
        Rc::new(Self {
            store,
            environment,
            connect,
            state: RefCell::new(state),
            watcher: RefCell::default(),
            pulls: RefCell::default(),
            wakes: RefCell::default(),
            failures: Cell::new(0),
        })
    }

    /// What is shown of the engine now.
    #[must_use]
    pub fn state(&self) -> SyncState {
        self.state.borrow().clone()
    }

    /// Calls `watcher` whenever the state changes.
    pub fn watch(&self, watcher: impl Fn(&SyncState) + 'static) {
        *self.watcher.borrow_mut() = Some(Box::new(watcher));
    }

    /// Pulls a collection, or all of them, soon; in the leading tab, whichever that is.
    pub fn refresh(&self, collection: Option<&str>) {
        if !self.ask_pull(collection.map(str::to_owned)) {
            self.environment.tabs.broadcast(&["refresh ", collection.unwrap_or_default()].concat());
        }
        self.wake();
    }

    fn ask_pull(&self, collection: Option<String>) -> bool {
        self.pulls.borrow().as_ref().is_some_and(|pulls| pulls.unbounded_send(collection).is_ok())
    }

    fn wake(&self) {
        if let Some(wakes) = &*self.wakes.borrow() {
            // A full or closed channel means that the loop is awake or gone.
            let _ = wakes.unbounded_send(());
        }
    }

    fn set(&self, change: &dyn Fn(&mut SyncState)) {
        let mut state = self.state.borrow().clone();
        change(&mut state);
        if *self.state.borrow() != state {
            *self.state.borrow_mut() = state.clone();
            if let Some(watcher) = &*self.watcher.borrow() {
                watcher(&state);
            }
        }
    }

    /// Leads when it can, for as long as it is polled.
    pub async fn run(self: Rc<Self>) {
        loop {
            let leadership = self.win().await;
            self.set(&|state| state.leading = true);
            let lead = self.lead();
            pin_mut!(lead);
            // Whichever way it ends, the lead is given up and won anew.
            if let Either::Right((Err(error), _)) = select(leadership.lost(), lead).await
                && error != StoreError::NotLeader
            {
                self.environment.clock.sleep(backoff(3, &*self.environment.random)).await;
            }
            *self.pulls.borrow_mut() = None;
            *self.wakes.borrow_mut() = None;
            self.set(&|state| state.leading = false);
        }
    }

    /// Waits in line for the lead, or takes it from a leader that has fallen silent.
    async fn win(&self) -> Box<dyn Leadership> {
        let line = self.environment.tabs.lead();
        let silence = self.silence();
        pin_mut!(silence);
        match select(line, silence).await {
            Either::Left((leadership, _)) => leadership,
            Either::Right(_) => self.environment.tabs.steal().await,
        }
    }

    /// Ends when nothing has been heard from a leader although this tab needs one.
    async fn silence(&self) {
        let clock = &self.environment.clock;
        let mut messages = self.environment.tabs.messages().fuse();
        let mut heard = clock.monotonic_ms();
        loop {
            let mut tick = clock.sleep(BEAT).fuse();
            select_biased! {
                message = messages.next() => {
                    if let Some(beat) = message.as_deref().and_then(|text| text.strip_prefix("beat ")) {
                        heard = clock.monotonic_ms();
                        self.hear(beat);
                    }
                }
                () = tick => {
                    let waiting = self.store.outbox().iter().any(|entry| !entry.needs_user());
                    if !waiting || !self.environment.connectivity.visible() {
                        heard = heard.max(clock.monotonic_ms() - 1000.0 * BEAT.as_secs_f64());
                    }
                    if clock.monotonic_ms() - heard > 1000.0 * SILENCE.as_secs_f64() {
                        return;
                    }
                }
            }
        }
    }

    /// Takes over what the leader says of itself: `reachable synced_at`.
    fn hear(&self, beat: &str) {
        let (reachable, synced_at) = beat.split_once(' ').unwrap_or((beat, ""));
        self.set(&|state| {
            state.reachable = reachable == "true";
            state.synced_at = synced_at.parse().ok().map(Timestamp).or(state.synced_at);
        });
    }

    fn beat(&self) {
        let state = self.state.borrow();
        let synced_at = state.synced_at.map(|moment| moment.0.to_string()).unwrap_or_default();
        self.environment.tabs.broadcast(&format!("beat {} {synced_at}", state.reachable));
    }

    /// Works until something goes wrong for good: never `Ok`.
    async fn lead(&self) -> Result<(), StoreError> {
        let epoch = self.store.raise_epoch().await?;
        self.store.claim_cache(epoch).await?;
        // Rows that came by no pull must be on disk before a cursor that builds on them is.
        self.store.compact(epoch, false).await?;
        let remote = self.connected().await;
        let (pulls, pull_requests) = mpsc::unbounded();
        let (wakes, woken) = mpsc::unbounded();
        *self.pulls.borrow_mut() = Some(pulls);
        *self.wakes.borrow_mut() = Some(wakes);
        let _subscription = self.store.subscribe({
            let wakes = self.wakes.borrow().clone();
            move |changes| {
                if let Some(wakes) = wakes.as_ref().filter(|_| !changes.entries.is_empty()) {
                    let _ = wakes.unbounded_send(());
                }
            }
        });
        self.ask_pull(None);
        let sender = Sender { store: self.store.clone(), remote: remote.clone(), epoch };
        let idle = join(self.beats(), self.listen(&remote));
        let work = futures::future::try_join(
            self.push_loop(sender, woken),
            self.pull_loop(remote.clone(), epoch, pull_requests),
        );
        pin_mut!(idle, work);
        match select(work, idle).await {
            Either::Left((result, _)) => result.map(drop),
            Either::Right(_) => Err(StoreError::NotLeader),
        }
    }

    async fn connected(&self) -> Rc<dyn RemoteSource> {
        let mut failures = 0;
        loop {
            match (self.connect)().await {
                Ok(remote) => return remote,
                Err(_) => {
                    failures += 1;
                    self.set(&|state| state.reachable = false);
                    self.environment.clock.sleep(backoff(failures, &*self.environment.random)).await;
                }
            }
        }
    }

    async fn beats(&self) {
        loop {
            self.beat();
            self.environment.clock.sleep(BEAT).await;
        }
    }

    /// Turns pokes, wake-ups, timers and other tabs' wishes into pulls.
    async fn listen(&self, remote: &Rc<dyn RemoteSource>) {
        let mut live = remote.live().fuse();
        let mut wakes = self.environment.connectivity.wakes().fuse();
        let mut messages = self.environment.tabs.messages().fuse();
        loop {
            let mut timer = self.environment.clock.sleep(PULL_EVERY).fuse();
            select_biased! {
                event = live.next() => match event {
                    Some(Live::Change { collection, .. }) => { self.ask_pull(Some(collection)); }
                    Some(Live::Poke(collection)) => { self.ask_pull(collection); }
                    Some(Live::Resumed) => { self.ask_pull(None); }
                    Some(Live::Gap) | None => {}
                },
                wake = wakes.next() => if wake.is_some() {
                    self.ask_pull(None);
                    self.wake();
                },
                message = messages.next() => {
                    if let Some(name) = message.as_deref().and_then(|text| text.strip_prefix("refresh ")) {
                        self.ask_pull((!name.is_empty()).then(|| name.to_owned()));
                        self.wake();
                    }
                }
                () = timer => { self.ask_pull(None); }
            }
        }
    }

    fn may_try(&self) -> bool {
        self.environment.connectivity.online()
    }

    async fn push_loop(&self, sender: Sender, mut woken: mpsc::UnboundedReceiver<()>) -> Result<(), StoreError> {
        let clock = &self.environment.clock;
        let mut running = FuturesUnordered::new();
        let mut keys: Vec<EntryKey> = Vec::new();
        let mut delays: Vec<Delay> = Vec::new();
        loop {
            let mut wait = None;
            let open = self.may_try() && self.state.borrow().reachable && !self.state.borrow().needs_sign_in;
            if open {
                let (start, wake) = ready(&self.store.outbox(), &keys, &delays, clock.monotonic_ms());
                wait = wake.map(|time| Duration::from_secs_f64((time - clock.monotonic_ms()).max(1.0) / 1000.0));
                for key in start {
                    keys.push(key);
                    let sender = sender.clone();
                    running.push(async move { (key, sender.carry_out(key).await) });
                }
            }
            let mut timer = clock.sleep(wait.unwrap_or(PULL_EVERY)).fuse();
            select_biased! {
                finished = running.select_next_some() => {
                    let (key, result) = finished;
                    keys.retain(|other| *other != key);
                    match result {
                        Ok(Step::Done) => delays.retain(|delay| delay.key != key),
                        Ok(Step::Again(after)) => {
                            let before = delays.iter().position(|delay| delay.key == key).map(|at| delays.remove(at));
                            let failures = before.map_or(0, |delay| delay.failures) + 1;
                            let after = after.unwrap_or_else(|| backoff(failures, &*self.environment.random));
                            let until_ms = clock.monotonic_ms() + 1000.0 * after.as_secs_f64();
                            delays.push(Delay { key, failures, until_ms });
                        }
                        Ok(Step::Unreachable) => self.lost_server(),
                        Ok(Step::SignIn) => self.set(&|state| state.needs_sign_in = true),
                        Err(StoreError::EntryGone) => {}
                        Err(error) => return Err(error),
                    }
                }
                _ = woken.next() => while woken.try_recv().is_ok() {},
                () = timer => {}
            }
        }
    }

    fn lost_server(&self) {
        self.set(&|state| state.reachable = false);
        self.beat();
        self.ask_pull(None);
    }

    fn found_server(&self) {
        self.failures.set(0);
        if !self.state.borrow().reachable {
            self.set(&|state| state.reachable = true);
            self.beat();
            self.wake();
        }
    }

    /// Pulls what is asked for. While the server is out of reach it asks, now and then, by one cheap read.
    async fn pull_loop(
        &self,
        remote: Rc<dyn RemoteSource>,
        epoch: u64,
        mut requests: mpsc::UnboundedReceiver<Option<String>>,
    ) -> Result<(), StoreError> {
        loop {
            let Some(first) = requests.next().await else { return Err(StoreError::NotLeader) };
            let mut wanted = vec![first];
            while let Ok(more) = requests.try_recv() {
                wanted.push(more);
            }
            if !self.may_try() {
                continue;
            }
            if !self.reach(&*remote).await {
                continue;
            }
            self.set(&|state| state.pulling = true);
            let result = self.pull_wanted(&*remote, epoch, &wanted).await;
            self.set(&|state| state.pulling = false);
            match result {
                Ok(()) => {
                    self.found_server();
                    self.store.fold(epoch).await?;
                    self.store.compact(epoch, false).await?;
                }
                Err(PullError::Store(error)) => return Err(error),
                Err(PullError::Remote(RemoteError::SignIn)) => self.set(&|state| state.needs_sign_in = true),
                Err(PullError::Remote(RemoteError::Refused(_))) => {}
                Err(PullError::Remote(_)) => self.lost_server(),
            }
        }
    }

    /// Whether the server answers; after a failure only a probe, after a wait, may say so.
    async fn reach(&self, remote: &dyn RemoteSource) -> bool {
        if self.state.borrow().reachable {
            return true;
        }
        let failures = self.failures.get();
        if failures > 0 {
            let wait = self.environment.clock.sleep(backoff(failures, &*self.environment.random));
            let woken = self.environment.connectivity.wakes().into_future();
            select(wait, woken).await;
        }
        if !self.may_try() {
            return false;
        }
        if remote.probe().await.is_ok() {
            self.found_server();
            return true;
        }
        self.failures.set(failures + 1);
        self.ask_pull(None);
        false
    }

    async fn pull_wanted(
        &self,
        remote: &dyn RemoteSource,
        epoch: u64,
        wanted: &[Option<String>],
    ) -> Result<(), PullError> {
        let all = wanted.iter().any(Option::is_none);
        let clock = &*self.environment.clock;
        for collection in self.store.collections() {
            if all || wanted.iter().flatten().any(|name| *name == collection.name) {
                pull(&self.store, remote, clock, epoch, &collection.name).await?;
            }
        }
        if all {
            let now = clock.now();
            self.set(&|state| state.synced_at = Some(now));
            self.beat();
        }
        Ok(())
    }
}
