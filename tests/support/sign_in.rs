//! A server that grants sessions, scripted by the test, and the tabs that ask it.
//!
//! It is a small real authenticator, not a record of calls: it knows which tokens are good, takes its time on the
//! fake clock, and can be told to fail, to hang and to revoke.
#![allow(dead_code)] // each test file uses a part

use super::clock::FakeClock;
use futures::future::LocalBoxFuture;
use landfall::auth::{Account, AuthError, Authenticator, Credential, Grant, Session};
use landfall::http::HttpError;
use landfall::local::MemoryDisk;
use landfall::model::{Problem, Timestamp};
use landfall::platform::{Clock, Environment, MemoryCipher, MemoryConnectivity, MemoryTabs, Random};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

/// Chance that always comes out in the middle.
struct Half;

impl Random for Half {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
        if let Some(last) = bytes.last_mut() {
            *last = 0x80;
        }
    }
}

/// The clocks of a laptop: the wall clock goes on while it is shut, the timers do not.
#[derive(Clone)]
struct Laptop {
    awake: FakeClock,
    shut: Rc<Cell<Duration>>,
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap()
}

impl Clock for Laptop {
    fn now(&self) -> Timestamp {
        self.awake.now().plus(millis(self.shut.get()))
    }

    fn monotonic_ms(&self) -> f64 {
        self.awake.monotonic_ms()
    }

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()> {
        self.awake.sleep(duration)
    }
}

/// How the server is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Well,
    /// No answer arrives.
    Away,
    /// The device itself refuses to send.
    Offline,
    /// Requests are taken and never answered.
    Hanging,
    /// Every token is revoked.
    Revoking,
}

/// The server's side of the sign-in.
pub struct Office {
    clock: Laptop,
    pub mood: Cell<Mood>,
    /// How long an answer takes.
    pub pace: Cell<Duration>,
    /// How long a token lives; `None` as if the server did not say.
    pub life: Cell<Option<Duration>>,
    /// Whether a token is good for one renewal only.
    pub rotates: Cell<bool>,
    /// Renewals that were asked for.
    pub asked: Cell<u32>,
    issued: Cell<u32>,
    good: RefCell<Vec<String>>,
}

impl Office {
    fn grant(&self, name: &str) -> Grant {
        self.issued.set(self.issued.get() + 1);
        let token = format!("secret-{name}-{}", self.issued.get());
        self.good.borrow_mut().push(token.clone());
        let now = self.clock.now();
        Grant {
            account: Account { id: format!("id-{name}"), label: format!("{name}@example.org") },
            token,
            refresh_token: self.rotates.get().then(|| format!("rotating-{}", self.issued.get())),
            expires_at: self.life.get().map(|life| now.plus(millis(life))),
            received_at: now,
        }
    }

    async fn answer(&self) -> Result<(), AuthError> {
        match self.mood.get() {
            Mood::Offline => return Err(AuthError::Unreachable(HttpError::Offline)),
            Mood::Hanging => std::future::pending().await,
            Mood::Well | Mood::Away | Mood::Revoking => self.clock.sleep(self.pace.get()).await,
        }
        if self.mood.get() == Mood::Away { Err(AuthError::Unreachable(HttpError::Unreachable)) } else { Ok(()) }
    }

    async fn take(&self, credential: Credential) -> Result<Grant, AuthError> {
        self.answer().await?;
        match credential {
            Credential::Password { identity, password } if password == "right" => Ok(self.grant(&identity)),
            _ => Err(AuthError::Wrong(Problem::code("wrong_credentials"))),
        }
    }

    async fn renew(&self, grant: Grant) -> Result<Grant, AuthError> {
        self.asked.set(self.asked.get() + 1);
        self.answer().await?;
        let good = self.good.borrow().contains(&grant.token);
        if self.mood.get() == Mood::Revoking || !good {
            return Err(AuthError::Over);
        }
        if self.rotates.get() {
            self.good.borrow_mut().retain(|token| *token != grant.token);
        }
        Ok(self.grant(grant.account.id.trim_start_matches("id-")))
    }
}

impl Authenticator for Office {
    fn sign_in(&self, credential: Credential) -> LocalBoxFuture<'_, Result<Grant, AuthError>> {
        Box::pin(self.take(credential))
    }

    fn refresh(&self, grant: Grant) -> LocalBoxFuture<'_, Result<Grant, AuthError>> {
        Box::pin(self.renew(grant))
    }
}

/// One device: its disk, its key, its tabs, and the server.
pub struct World {
    pub clock: FakeClock,
    pub office: Rc<Office>,
    pub disk: MemoryDisk,
    pub cipher: MemoryCipher,
    pub network: Rc<MemoryConnectivity>,
    laptop: Laptop,
    tabs: MemoryTabs,
}

impl World {
    /// Tokens of ten minutes, answers after 100 ms.
    pub fn new() -> Self {
        let clock = FakeClock::default();
        let laptop = Laptop { awake: clock.clone(), shut: Rc::default() };
        let office = Rc::new(Office {
            clock: laptop.clone(),
            mood: Cell::new(Mood::Well),
            pace: Cell::new(Duration::from_millis(100)),
            life: Cell::new(Some(Duration::from_secs(600))),
            rotates: Cell::new(false),
            asked: Cell::new(0),
            issued: Cell::new(0),
            good: RefCell::default(),
        });
        let (disk, cipher, tabs) = (MemoryDisk::new(), MemoryCipher::new(0x3c), MemoryTabs::new());
        Self { clock, office, disk, cipher, network: Rc::default(), laptop, tabs }
    }

    /// A page of the app: its environment is that of one tab.
    pub fn environment(&self) -> Environment {
        Environment {
            clock: Rc::new(self.laptop.clone()),
            random: Rc::new(Half),
            connectivity: self.network.clone(),
            tabs: Rc::new(self.tabs.another()),
        }
    }

    /// Another tab, or the same one after a reload.
    pub fn open(&self) -> Rc<Session> {
        let cipher = Rc::new(self.cipher.clone());
        self.clock.run(Session::open(Rc::new(self.disk.clone()), cipher, self.environment(), self.office.clone()))
    }

    /// A tab in which Ann is signed in.
    pub fn signed_in(&self) -> Rc<Session> {
        let session = self.open();
        self.clock.run(session.sign_in(password("ann", "right"))).expect("the server knows Ann");
        session
    }

    /// The laptop is shut, and opened again after this time.
    pub fn shut_for(&self, duration: Duration) {
        self.laptop.shut.set(self.laptop.shut.get() + duration);
    }

    /// Lets `seconds` pass with `task` going on.
    pub fn pass(&self, seconds: u64, task: impl Future<Output = ()>) {
        let mut task = std::pin::pin!(task);
        let end = self.clock.sleep(Duration::from_secs(seconds));
        self.clock.run(futures::future::select(&mut task, end));
    }
}

pub fn password(identity: &str, password: &str) -> Credential {
    Credential::Password { identity: identity.into(), password: password.into() }
}

pub fn account(name: &str) -> Account {
    Account { id: format!("id-{name}"), label: format!("{name}@example.org") }
}
