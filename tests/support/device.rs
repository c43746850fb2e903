//! A device for tests: a disk, tabs on it, and a line of its own to one practice server.
//!
//! Everything is real but time, chance and the medium: the store, the engine and the server are the
//! ones that the app runs.
#![allow(dead_code)] // each test file uses a part

use super::clock::FakeClock;
use futures::future::{Either, LocalBoxFuture, join_all, select};
use landfall::local::{MemoryDisk, Store};
use landfall::model::cursor::PullState;
use landfall::model::practice::PracticeSettings;
use landfall::model::{Collection, Field, FieldType, Fields, Record, Value};
use landfall::platform::{Clock, Environment, MemoryConnectivity, MemoryTabs, Random};
use landfall::remote::simulated::{Ledger, MemoryLedger, PRACTICE, Sample, Server, SimulatedSource, collections};
use landfall::remote::{Capabilities, RemoteSource};
use landfall::repository::OfflineFirst;
use landfall::sync::Engine;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

/// A seeded source of chance (splitmix64).
pub struct Seeded(Cell<u64>);

impl Seeded {
    pub fn new(seed: u64) -> Rc<Self> {
        Rc::new(Self(Cell::new(seed)))
    }

    pub fn below(&self, limit: u64) -> u64 {
        self.number() % limit
    }
}

impl Random for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let state = self.0.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
            self.0.set(state);
            let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^= mixed >> 31;
            chunk.copy_from_slice(&mixed.to_le_bytes()[..chunk.len()]);
        }
    }
}

/// The server, its clock and its weather; devices join it.
pub struct World {
    pub clock: FakeClock,
    pub random: Rc<Seeded>,
    pub server: Rc<Server>,
    sample: Rc<Sample>,
}

/// A small sample: 12 people, 4 companies, 4 projects, 6 tasks.
fn sample(clock: &FakeClock) -> Sample {
    Sample::new(7, clock.now()).sized([12, 4, 4, 6])
}

impl World {
    pub fn new(seed: u64) -> Self {
        Self::like(seed, PRACTICE)
    }

    /// A server with other properties.
    pub fn like(seed: u64, capabilities: Capabilities) -> Self {
        let clock = FakeClock::default();
        let ledger: Rc<dyn Ledger> = Rc::new(MemoryLedger::default());
        let opening = Server::open(sample(&clock), capabilities, Rc::new(clock.clone()), ledger);
        let server = clock.run(opening).expect("an empty ledger opens");
        Self { random: Seeded::new(seed), server, sample: Rc::new(sample(&clock)), clock }
    }

    pub fn device(&self, name: &str) -> Device {
        Device {
            name: name.to_owned(),
            clock: self.clock.clone(),
            random: self.random.clone(),
            server: self.server.clone(),
            sample: self.sample.clone(),
            disk: MemoryDisk::new(),
            tabs: MemoryTabs::new(),
            connectivity: Rc::new(MemoryConnectivity::default()),
            settings: Rc::new(RefCell::new(PracticeSettings { others: false, ..PracticeSettings::default() })),
        }
    }

    /// The server's record, asked over a line of its own that never fails.
    pub fn on_server(&self, collection: &str, id: &str) -> Option<Record> {
        self.clock.run(self.read(collection, id))
    }

    /// The same, while tabs live.
    pub async fn read(&self, collection: &str, id: &str) -> Option<Record> {
        let calm = PracticeSettings { latency_min_ms: 0, latency_max_ms: 0, others: false, ..Default::default() };
        let (clock, settings) = (Rc::new(self.clock.clone()), Rc::new(move || calm.clone()));
        let line = SimulatedSource::new(self.server.clone(), "observer", clock, self.random.clone(), settings);
        line.read(collection, id).await.expect("memory can be saved to")
    }

    pub async fn server_has(&self, collection: &str, id: &str) -> bool {
        self.read(collection, id).await.is_some()
    }

    pub fn person(&self, index: usize) -> String {
        self.sample.id("people", index).expect("the sample has twelve people")
    }

    pub fn project(&self, index: usize) -> String {
        self.sample.id("projects", index).expect("the sample has four projects")
    }
}

/// One disk, its tabs and its line to the server.
pub struct Device {
    name: String,
    pub clock: FakeClock,
    random: Rc<Seeded>,
    server: Rc<Server>,
    sample: Rc<Sample>,
    pub disk: MemoryDisk,
    tabs: MemoryTabs,
    pub connectivity: Rc<MemoryConnectivity>,
    pub settings: Rc<RefCell<PracticeSettings>>,
}

/// One open tab.
pub struct Tab {
    pub store: Store,
    pub repository: OfflineFirst,
    pub engine: Rc<Engine>,
    pub line: Rc<SimulatedSource>,
    pub tabs: Rc<MemoryTabs>,
    clock: FakeClock,
}

impl Device {
    pub fn set(&self, change: impl FnOnce(&mut PracticeSettings)) {
        change(&mut self.settings.borrow_mut());
    }

    pub async fn open(&self) -> Tab {
        self.open_over(|line| line).await
    }

    /// The same, with something between the engine and the line.
    pub async fn open_over(&self, over: impl FnOnce(Rc<SimulatedSource>) -> Rc<dyn RemoteSource>) -> Tab {
        let tabs = Rc::new(self.tabs.another());
        let clock: Rc<dyn Clock> = Rc::new(self.clock.clone());
        let schemas: Vec<_> = collections().into_iter().map(with_photo).map(Rc::new).collect();
        let store = Store::open(Rc::new(self.disk.clone()), tabs.clone(), "me", &schemas).await.expect("opens");
        store.load().await.expect("loads");
        for schema in &schemas {
            if !store.pull_state(&schema.name).complete {
                let pull = PullState { cursor: Some(self.sample.seed_cursor()), pulled_at: None, complete: true };
                let records: Vec<_> = self.sample.records(&schema.name).collect();
                store.seed(&schema.name, &records, pull);
            }
        }
        let settings = self.settings.clone();
        let settings: Rc<dyn Fn() -> PracticeSettings> = Rc::new(move || settings.borrow().clone());
        let line = Rc::new(SimulatedSource::new(
            self.server.clone(),
            &self.name,
            clock.clone(),
            self.random.clone(),
            settings,
        ));
        let environment = Environment {
            clock: clock.clone(),
            random: self.random.clone(),
            connectivity: self.connectivity.clone(),
            tabs: tabs.clone(),
        };
        let connected = over(line.clone());
        let connect: landfall::sync::Connect = Box::new(move || {
            let line = connected.clone();
            Box::pin(async move { Ok(line) })
        });
        let engine = Engine::new(store.clone(), environment, connect);
        let repository = OfflineFirst::new(store.clone(), clock, self.random.clone());
        Tab { store, repository, engine, line, tabs, clock: self.clock.clone() }
    }
}

/// The server does not know this field and leaves it out: files are the device's side here.
fn with_photo(mut collection: Collection) -> Collection {
    collection.fields.push(Field::new("photo", FieldType::File { many: false }));
    collection
}

impl Tab {
    /// What a tab does beside what its user does.
    pub fn life(&self) -> LocalBoxFuture<'static, ()> {
        let (store, engine) = (self.store.clone(), self.engine.clone());
        Box::pin(async move {
            futures::future::join(store.follow(), engine.run()).await;
        })
    }

    /// Waits for a condition; an hour is for ever.
    pub async fn until(&self, what: &str, condition: impl Fn(&Self) -> bool) {
        let start = self.clock.elapsed();
        while !condition(self) {
            assert!(
                self.clock.elapsed() < start + Duration::from_secs(3600),
                "never: {what}; outbox {:#?}",
                self.outbox()
            );
            let patient = self.clock.elapsed() > start + Duration::from_secs(10);
            self.clock.sleep(Duration::from_millis(if patient { 1000 } else { 10 })).await;
        }
    }

    pub async fn until_synced(&self) {
        self.until("outbox empty", |tab| tab.store.outbox().is_empty()).await;
    }

    /// `kind state record` of each entry.
    pub fn outbox(&self) -> Vec<String> {
        let words = |entry: &Rc<landfall::model::Entry>| {
            let clear = &entry.clear;
            format!("{:?} {:?} {} {:?}", clear.kind, clear.state, clear.record, entry.body)
        };
        self.store.outbox().iter().map(words).collect()
    }

    pub fn text(&self, collection: &str, id: &str, field: &str) -> Option<String> {
        self.store.row(collection, id).map(|row| row.record().text(field))
    }

    /// The state of the only entry.
    pub fn state(&self) -> Option<landfall::model::EntryState> {
        self.store.outbox().iter().next().map(|entry| entry.clear.state)
    }

    /// Waits until some entry is in this state.
    pub async fn until_some(&self, state: landfall::model::EntryState) -> Rc<landfall::model::Entry> {
        let some = |tab: &Self| tab.store.outbox().iter().find(|entry| entry.clear.state == state).cloned();
        self.until("an entry in that state", |tab| some(tab).is_some()).await;
        some(self).expect("just seen")
    }

    pub async fn set(&self, collection: &str, id: &str, field: &str, value: &str) {
        let changes = fields([(field, value)]);
        self.repository.patch(collection, id, &Fields::new(), changes).await.expect("saved");
    }
}

/// Runs a script while tabs live.
pub fn drive<T>(clock: &FakeClock, tabs: &[&Tab], script: impl Future<Output = T>) -> T {
    let lives = join_all(tabs.iter().map(|tab| tab.life()));
    clock.run(async move {
        match select(lives, std::pin::pin!(script)).await {
            Either::Left(_) => unreachable!("tabs live for ever"),
            Either::Right((output, _)) => output,
        }
    })
}

/// Text fields.
pub fn fields<const N: usize>(pairs: [(&str, &str); N]) -> Fields {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect()
}
