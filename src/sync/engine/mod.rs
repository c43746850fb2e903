//! The engine: runs in every tab, works in the one that leads.
//!
//! A tab waits for the lead; a visible one with work waiting that hears no beat for
//! [`SILENCE`] takes it. The leader raises the epoch (so that whoever led before can write nothing
//! more), makes what was under way ambiguous, connects, and then runs four loops until it loses the
//! lead: beat, push, pull, listen. All of it is one future: dropping it stops everything.
//!
//! | file | holds |
//! | --- | --- |
//! | `lead` | taking the lead and connecting |
//! | `pushing` | what waits is sent |
//! | `pulling` | what is new is fetched, and what is gone swept |
//! | `listening` | what makes it pull: the stream, wake-ups, timers, other tabs |

mod lead;
mod listening;
mod pulling;
mod pushing;

use super::backoff::backoff;
use crate::local::{Store, StoreError};
use crate::model::{EntryKey, Timestamp};
use crate::platform::{Environment, Leadership};
use crate::remote::{RemoteError, RemoteSource};
use futures::channel::mpsc;
use futures::future::{Either, FutureExt, LocalBoxFuture, select};
use futures::{StreamExt, pin_mut, select_biased};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

/// How often the leader beats.
const BEAT: Duration = Duration::from_secs(3);
/// After so long without a beat, a visible tab with waiting work takes the lead.
const SILENCE: Duration = Duration::from_secs(10);
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
    /// The collections that the server refused to show at their last pull; only the leading tab knows.
    pub refused: Vec<String>,
    /// A collection of which so many rows are missing on the server that the user must say whether they go here too.
    pub sweep_question: Option<(String, usize)>,
    /// The entry whose files are under way, how many bytes have gone out, and of how many.
    pub sending: Option<(EntryKey, u64, u64)>,
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
    /// Whether the user wants everything tried now, whatever it was to wait for.
    at_once: Cell<bool>,
    sweeps: Sweeps,
}

/// What sweeps are due, and what the user said to their questions.
#[derive(Default)]
struct Sweeps {
    /// Whether all collections are to be swept after the next pull of everything.
    due: Cell<bool>,
    /// Collections of which so many rows may go.
    agreed: RefCell<Vec<(String, usize)>>,
    /// Questions that were answered with no; asked again only if the number changes or the user refreshes.
    declined: RefCell<Vec<(String, usize)>>,
}

impl Engine {
    /// An engine that does nothing until [`run`](Self::run) is polled.
    #[must_use]
    pub fn new(store: Store, environment: Environment, connect: Connect) -> Rc<Self> {
        let state = SyncState {
            leading: false,
            reachable: true,
            needs_sign_in: false,
            pulling: false,
            synced_at: None,
            refused: Vec::new(),
            sweep_question: None,
            sending: None,
        };
        Rc::new(Self {
            store,
            environment,
            connect,
            state: RefCell::new(state),
            watcher: RefCell::default(),
            pulls: RefCell::default(),
            wakes: RefCell::default(),
            failures: Cell::new(0),
            at_once: Cell::new(false),
            sweeps: Sweeps::default(),
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

    /// Pulls a collection, or all of them, soon, looks for what is gone, and tries at once what waits to be tried again;
    /// in the leading tab, whichever that is.
    pub fn refresh(&self, collection: Option<&str>) {
        self.tell("refresh ", collection.unwrap_or_default());
    }

    /// Someone has signed in again: what waited for it goes on, in the leading tab, whichever that is.
    pub fn signed_in(&self) {
        self.set(&|state| state.needs_sign_in = false);
        self.tell("signed-in ", "");
    }

    /// Answers [`SyncState::sweep_question`]: whether the missing rows of the collection go here too.
    pub fn confirm_sweep(&self, collection: &str, remove: bool) {
        self.tell(if remove { "sweep " } else { "keep " }, collection);
    }

    /// Does here what a message asks, if this tab leads; else tells the leader.
    fn tell(&self, word: &str, rest: &str) {
        let message = [word, rest].concat();
        if self.pulls.borrow().is_some() {
            self.obey(&message);
        } else {
            self.environment.tabs.broadcast(&message);
        }
    }

    /// Does what another tab, or this one, asks of the leader.
    fn obey(&self, message: &str) {
        let Some((word, name)) = message.split_once(' ') else { return };
        match word {
            "refresh" => {
                self.sweeps.declined.borrow_mut().clear();
                self.sweeps.due.set(true);
                self.at_once.set(true);
                self.ask_pull(Some(name).filter(|name| !name.is_empty()).map(str::to_owned));
            }
            "signed-in" => {
                self.set(&|state| state.needs_sign_in = false);
                self.beat();
                self.at_once.set(true);
                self.ask_pull(None);
            }
            "sweep" | "keep" => self.answer_sweep(name, word == "sweep"),
            _ => return,
        }
        self.wake();
    }

    fn answer_sweep(&self, collection: &str, remove: bool) {
        let question = self.state.borrow().sweep_question.clone();
        let Some(question) = question.filter(|question| question.0 == collection) else { return };
        self.set(&|state| state.sweep_question = None);
        self.beat();
        let said = if remove { &self.sweeps.agreed } else { &self.sweeps.declined };
        said.borrow_mut().push(question);
        self.sweeps.due.set(true);
        self.ask_pull(None);
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
            self.set(&|state| (state.leading, state.pulling, state.sending) = (false, false, None));
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

    /// Takes over what the leader says of itself: `reachable synced_at needs_sign_in missing collection`.
    fn hear(&self, beat: &str) {
        let mut parts = beat.splitn(5, ' ');
        let mut next = || parts.next().unwrap_or_default();
        let (reachable, synced_at, needs_sign_in) = (next() == "true", next().parse().ok(), next() == "true");
        let question = next().parse().ok().map(|missing: usize| (next().to_owned(), missing));
        self.set(&|state| {
            (state.reachable, state.needs_sign_in) = (reachable, needs_sign_in);
            state.synced_at = synced_at.map(Timestamp).or(state.synced_at);
            state.sweep_question.clone_from(&question);
        });
    }

    fn beat(&self) {
        let state = self.state.borrow();
        let flag = |flag: bool| if flag { "true" } else { "false" };
        let synced_at = state.synced_at.map(|moment| moment.0.to_string()).unwrap_or_default();
        let (name, missing) = state.sweep_question.clone().unwrap_or_default();
        let missing = if name.is_empty() { String::new() } else { missing.to_string() };
        let parts = [flag(state.reachable), &synced_at, flag(state.needs_sign_in), &missing, &name];
        self.environment.tabs.broadcast(&["beat ", &parts.join(" ")].concat());
    }

    fn may_try(&self) -> bool {
        self.environment.connectivity.online() && !self.state.borrow().needs_sign_in
    }

    fn ask_sign_in(&self) {
        self.set(&|state| state.needs_sign_in = true);
        self.beat();
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
}
