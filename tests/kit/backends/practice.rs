//! The practice server: in the same process, on a clock that jumps.

use crate::clock::FakeClock;
use crate::kit::{Backend, On, Others, Trouble, World};
use futures::future::LocalBoxFuture;
use landfall::model::practice::PracticeSettings;
use landfall::model::{Fields, Kind, RecordId};
use landfall::platform::{Clock, Random};
use landfall::remote::simulated::{Fault, MemoryLedger, PRACTICE, Sample, Server, SimulatedSource};
use landfall::remote::{Capabilities, Outcome, Push, RemoteSource};
use std::{cell::Cell, rc::Rc, time::Duration};

/// What wraps the connector under test; the kit's own tests put liars there.
pub type Wrap = Box<dyn Fn(Rc<SimulatedSource>) -> Rc<dyn RemoteSource>>;

/// The practice server with some capabilities.
pub struct Practice {
    pub name: &'static str,
    pub capabilities: Capabilities,
    pub wrap: Wrap,
    pub clock: FakeClock,
}

impl Default for Practice {
    fn default() -> Self {
        Self { name: "practice", capabilities: PRACTICE, wrap: Box::new(|source| source), clock: FakeClock::default() }
    }
}

struct PracticeWorld {
    clock: FakeClock,
    line: Rc<SimulatedSource>,
    us: Rc<dyn RemoteSource>,
    others: Rc<Colleague>,
}

impl Backend for Practice {
    fn name(&self) -> String {
        self.name.to_owned()
    }

    fn offers(&self) -> &'static [&'static str] {
        &["faults"]
    }

    fn block_on<'a>(&'a self, work: LocalBoxFuture<'a, ()>) {
        self.clock.run(work);
    }

    fn start(&self) -> LocalBoxFuture<'_, Result<Box<dyn World>, String>> {
        Box::pin(async {
            let clock: Rc<dyn Clock> = Rc::new(self.clock.clone());
            let sample = Sample::new(5, clock.now()).sized([0, 0, 0, 0]);
            let ledger = Rc::new(MemoryLedger::default());
            let server = Server::open(sample, self.capabilities.clone(), clock.clone(), ledger).await;
            let server = server.map_err(|error| error.to_string())?;
            let client = |name| {
                let quiet = Rc::new(|| PracticeSettings { others: false, ..PracticeSettings::default() });
                Rc::new(SimulatedSource::new(server.clone(), name, clock.clone(), Rc::new(Seeded(Cell::new(1))), quiet))
            };
            let line = client("us");
            let us = (self.wrap)(line.clone());
            let others = Rc::new(Colleague(client("others")));
            Ok(Box::new(PracticeWorld { clock: self.clock.clone(), line, us, others }) as Box<dyn World>)
        })
    }
}

impl World for PracticeWorld {
    fn us(&self) -> Rc<dyn RemoteSource> {
        self.us.clone()
    }

    fn others(&self) -> Rc<dyn Others> {
        self.others.clone()
    }

    fn collection(&self, name: &str) -> Option<String> {
        ["people", "companies"].contains(&name).then(|| name.to_owned())
    }

    fn field(&self, collection: &str, name: &str) -> Option<String> {
        let name = match (collection, name) {
            ("people", "number") => "score",
            ("people", "flag") => "active",
            ("people", "date") => "joined",
            ("people", "name" | "email" | "notes" | "company") | ("companies", "name" | "city") => name,
            _ => return None,
        };
        Some(name.to_owned())
    }

    fn id(&self, word: &str) -> RecordId {
        format!("{word:0<15}")
    }

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()> {
        self.clock.sleep(duration)
    }

    fn trouble(&self, on: On, trouble: Trouble) {
        let fault = match trouble {
            Trouble::LoseRequest => Fault::LoseRequest,
            Trouble::Busy => Fault::Answer(Outcome::Later(None)),
            _ => Fault::LoseReply,
        };
        match on {
            On::Read => self.line.faults().on_read(fault),
            On::Write => self.line.faults().on_write(fault),
        }
    }
}

/// Somebody else's device.
struct Colleague(Rc<SimulatedSource>);

impl Colleague {
    async fn push(&self, kind: Kind, collection: &str, id: &str, changes: Fields) -> Result<RecordId, String> {
        let push = Push {
            op_id: String::new(),
            kind,
            collection: collection.to_owned(),
            record: id.to_owned(),
            changes,
            base: Fields::new(),
            files: Vec::new(),
            precondition: None,
            progress: None,
        };
        match self.0.push(push).await {
            Outcome::Accepted(record) => Ok(record.map_or_else(|| id.to_owned(), |record| record.id)),
            refused => Err(format!("{refused:?}")),
        }
    }
}

impl Others for Colleague {
    fn create<'a>(
        &'a self,
        collection: &'a str,
        records: Vec<(RecordId, Fields)>,
    ) -> LocalBoxFuture<'a, Result<Vec<RecordId>, String>> {
        Box::pin(async move {
            let making = records
                .into_iter()
                .map(|(id, values)| async move { self.push(Kind::Create, collection, &id, values).await });
            futures::future::join_all(making).await.into_iter().collect() // at the same moment: many ties
        })
    }

    fn patch<'a>(&'a self, collection: &'a str, id: &'a str, values: Fields) -> LocalBoxFuture<'a, Result<(), String>> {
        Box::pin(async move { self.push(Kind::Patch, collection, id, values).await.map(drop) })
    }

    fn delete<'a>(&'a self, collection: &'a str, id: &'a str) -> LocalBoxFuture<'a, Result<(), String>> {
        Box::pin(async move { self.push(Kind::Delete, collection, id, Fields::new()).await.map(drop) })
    }
}

/// Chance that is the same at every run.
struct Seeded(Cell<u64>);

impl Random for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0.set(self.0.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
            *byte = (self.0.get() >> 56) as u8;
        }
    }
}
