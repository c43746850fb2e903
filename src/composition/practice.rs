//! The practice workspace: the sample, its server in the leading tab, and the panel's wishes.

use super::ledger::DiskLedger;
use super::startup::disk_or_memory;
use crate::local::{Disk, Row, Store};
use crate::model::cursor::PullState;
use crate::model::practice::PracticeSettings;
use crate::model::{Collection, Timestamp};
use crate::platform::{Clock, Environment, Preferences, spawn};
use crate::remote::simulated::{Others, PRACTICE, Sample, Server, SimulatedSource, collections};
use crate::remote::{RemoteError, RemoteSource};
use crate::state::{PRACTICE as SETTINGS, PracticeAct};
use crate::sync::Connect;
use futures::StreamExt;
use futures::future::{AbortHandle, FutureExt, abortable};
use std::cell::RefCell;
use std::rc::Rc;

/// The sample is the same on every device.
const SEED: u64 = 1;
/// Where the day of the sample is remembered: its dates are told from it.
const EPOCH: &str = "sample-day";
/// What this device's line to the server is called.
const CLIENT: &str = "You";
const DAY_MS: i64 = 86_400_000;
/// The largest collection, whose order is known before it is made.
const PEOPLE: &str = "people";
/// More than a screenful.
const HEAD: usize = 50;
/// So many records are made in one go: some milliseconds' work.
const SLICE: usize = 200;

/// The practice workspace of this page.
pub struct Practice {
    epoch: Timestamp,
    /// The server's own disk, which no screen waits for: its name, and itself once it is open.
    name: String,
    disk: RefCell<Option<Rc<dyn Disk>>>,
    environment: Environment,
    preferences: Rc<dyn Preferences>,
    /// Other people at work, while this tab leads.
    others: RefCell<Option<(Rc<Others>, AbortHandle)>>,
}

impl Practice {
    /// The workspace; the server's own data lie on the disk of that name.
    pub fn new(name: String, environment: Environment, preferences: Rc<dyn Preferences>) -> Rc<Self> {
        let epoch = epoch(&*preferences, &*environment.clock);
        Rc::new(Self { epoch, name, disk: RefCell::default(), environment, preferences, others: RefCell::default() })
    }

    /// The sample's schemas, in the order in which they are shown.
    pub fn collections() -> Vec<Rc<Collection>> {
        collections().into_iter().map(Rc::new).collect()
    }

    /// Fills the store with the sample where it has nothing: the device opens already synced. The first people are
    /// shown at once; the rest is made little by little, so that the page can paint and answer meanwhile.
    pub async fn seed(&self, store: &Store) {
        let sample = Sample::new(SEED, self.epoch);
        let missing = |own: &Rc<Collection>| !store.pull_state(&own.name).complete;
        let missing: Vec<_> = store.collections().into_iter().filter(missing).collect();
        let mut by_name = Vec::new();
        if let Some(own) = missing.iter().find(|own| own.name == PEOPLE) {
            self.breathe().await; // the screen has just been put there
            by_name = sample.people_by_name();
            let first = by_name.iter().take(HEAD).filter_map(|index| row(&sample, own, *index));
            store.seed_head(PEOPLE, first.collect(), by_name.len());
            self.breathe().await;
        }
        for own in missing {
            let sorted = own.name == PEOPLE;
            let indices = if sorted { std::mem::take(&mut by_name) } else { (0..sample.len(&own.name)).collect() };
            let mut rows = Vec::with_capacity(indices.len());
            for slice in indices.chunks(SLICE) {
                rows.extend(slice.iter().filter_map(|index| row(&sample, &own, *index)));
                self.breathe().await;
            }
            let pull = PullState { cursor: Some(sample.seed_cursor()), pulled_at: Some(self.epoch), complete: true };
            if store.seed_rows(&own.name, rows, sorted, pull) {
                self.breathe().await;
                store.seeded(&own.name);
                self.breathe().await;
            }
        }
    }

    /// Lets the page paint.
    async fn breathe(&self) {
        self.environment.clock.sleep(std::time::Duration::ZERO).await;
    }

    /// The panel's switches as they were left.
    pub fn settings(&self) -> PracticeSettings {
        read_settings(&*self.preferences)
    }

    /// How the engine reaches the server; opening it sends other people to work.
    pub fn connect(self: &Rc<Self>) -> Connect {
        let practice = Rc::clone(self);
        Box::new(move || {
            let practice = Rc::clone(&practice);
            Box::pin(async move { practice.open().await })
        })
    }

    /// The server's disk: always the same, because in memory it would be empty anew.
    async fn disk(&self) -> Rc<dyn Disk> {
        if let Some(disk) = self.disk.borrow().clone() {
            return disk;
        }
        let (disk, _) = disk_or_memory(&self.name).await;
        self.disk.replace(Some(disk.clone()));
        disk
    }

    async fn open(&self) -> Result<Rc<dyn RemoteSource>, RemoteError> {
        let Environment { clock, random, .. } = self.environment.clone();
        let ledger = Rc::new(DiskLedger::new(self.disk().await));
        let sample = Sample::new(SEED, self.epoch);
        let server =
            Server::open(sample, PRACTICE, clock.clone(), ledger).await.map_err(|_| RemoteError::Unreachable)?;
        let preferences = self.preferences.clone();
        let settings: Rc<dyn Fn() -> PracticeSettings> = Rc::new(move || read_settings(&*preferences));
        let others = Rc::new(Others::new(server.clone(), clock.clone(), random.clone(), settings.clone()));
        let working = others.clone();
        let (work, stop) = abortable(async move { working.run().await });
        spawn(work.map(drop));
        if let Some((_, earlier)) = self.others.replace(Some((others, stop))) {
            earlier.abort();
        }
        Ok(Rc::new(SimulatedSource::new(server, CLIENT, clock, random, settings)))
    }

    /// Does what the panel asks, here or in the leading tab.
    pub fn act(&self, act: &PracticeAct) {
        let others = self.others.borrow().as_ref().map(|(others, _)| others.clone());
        let Some(others) = others else {
            self.environment.tabs.broadcast(&wish(act));
            return;
        };
        let act = act.clone();
        spawn(async move {
            // What could not be saved now is saved with the server's next request.
            match act {
                PracticeAct::SomeoneEdits => drop(others.edit().await),
                PracticeAct::StageConflict(collection, id) => contradict(&others, &collection, &id).await,
                PracticeAct::StartOver => {}
            }
        });
    }

    /// Hears the wishes of other tabs' panels.
    pub async fn listen(self: Rc<Self>) {
        let mut messages = self.environment.tabs.messages();
        while let Some(message) = messages.next().await {
            if let Some(act) = read_wish(&message).filter(|_| self.others.borrow().is_some()) {
                self.act(&act);
            }
        }
    }
}

fn row(sample: &Sample, collection: &Collection, index: usize) -> Option<Row> {
    sample.record(&collection.name, index).map(|record| Row::encode(&record, collection))
}

/// Someone else changes the field that names the record: whoever edits it here now has a conflict.
async fn contradict(others: &Others, collection: &str, id: &str) {
    let title = collections().into_iter().find(|found| found.name == collection).map(|found| found.title);
    if let Some(title) = title {
        drop(others.contradict(collection, id, &[title.as_str()]).await);
    }
}

fn wish(act: &PracticeAct) -> String {
    match act {
        PracticeAct::StageConflict(collection, id) => ["practice ", collection, " ", id].concat(),
        _ => "practice".to_owned(),
    }
}

fn read_wish(message: &str) -> Option<PracticeAct> {
    let rest = message.strip_prefix("practice")?;
    Some(match rest.trim_start().split_once(' ') {
        Some((collection, id)) => PracticeAct::StageConflict(collection.to_owned(), id.to_owned()),
        None => PracticeAct::SomeoneEdits,
    })
}

fn read_settings(preferences: &dyn Preferences) -> PracticeSettings {
    PracticeSettings::from_json(&preferences.get(SETTINGS).unwrap_or_default())
}

/// The first midnight (UTC) at which this device met the sample.
fn epoch(preferences: &dyn Preferences, clock: &dyn Clock) -> Timestamp {
    let kept = preferences.get(EPOCH).and_then(|text| text.parse().ok()).map(Timestamp);
    kept.unwrap_or_else(|| {
        let now = clock.now();
        let midnight = now.plus(-now.0.rem_euclid(DAY_MS));
        preferences.set(EPOCH, &midnight.0.to_string());
        midnight
    })
}
