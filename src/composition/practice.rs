//! The practice workspace: the sample, its server in the leading tab, and the panel's wishes.

use super::ledger::DiskLedger;
use crate::local::{Disk, Store};
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

/// The practice workspace of this page.
pub struct Practice {
    epoch: Timestamp,
    disk: Rc<dyn Disk>,
    environment: Environment,
    preferences: Rc<dyn Preferences>,
    /// Other people at work, while this tab leads.
    others: RefCell<Option<(Rc<Others>, AbortHandle)>>,
}

impl Practice {
    /// The workspace over a disk for the server's own data.
    pub fn new(disk: Rc<dyn Disk>, environment: Environment, preferences: Rc<dyn Preferences>) -> Rc<Self> {
        let epoch = epoch(&*preferences, &*environment.clock);
        Rc::new(Self { epoch, disk, environment, preferences, others: RefCell::default() })
    }

    /// The sample's schemas, in the order in which they are shown.
    pub fn collections() -> Vec<Rc<Collection>> {
        collections().into_iter().map(Rc::new).collect()
    }

    /// Fills the store with the sample where it has nothing: the device opens already synced.
    pub async fn seed(&self, store: &Store) {
        let sample = Sample::new(SEED, self.epoch);
        for collection in store.collections() {
            if store.pull_state(&collection.name).complete {
                continue;
            }
            let pull = PullState { cursor: Some(sample.seed_cursor()), pulled_at: Some(self.epoch), complete: true };
            let records: Vec<_> = sample.records(&collection.name).collect();
            store.seed(&collection.name, &records, pull);
            // Let the page paint between two collections.
            self.environment.clock.sleep(std::time::Duration::ZERO).await;
        }
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

    async fn open(&self) -> Result<Rc<dyn RemoteSource>, RemoteError> {
        let Environment { clock, random, .. } = self.environment.clone();
        let ledger = Rc::new(DiskLedger::new(self.disk.clone()));
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
    preferences.get(SETTINGS).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
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
