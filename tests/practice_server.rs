//! The practice server seen from its clients: what a real backend would do, it does.
#![cfg(all(feature = "practice", not(target_arch = "wasm32")))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/clock.rs"]
mod clock;

use clock::{FakeClock, START_MS};
use futures::{
    FutureExt, StreamExt,
    future::{self, LocalBoxFuture},
};
use landfall::{
    model::{
        Cursor, Fields, Kind, Record, Timestamp, Value, Version, practice::PracticeSettings, validation::validate,
    },
    platform::{Clock, Random},
    remote::{
        Capabilities, Live, Outcome, Page, PullRequest, Push, RemoteError, RemoteSource,
        capabilities::DeleteFeed,
        simulated::{
            Fault, Kept, Ledger, LedgerError, MemoryLedger, Others, PRACTICE, Sample, Server, SimulatedSource,
            collections,
        },
    },
};
use serde_json::json;
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    pin::{Pin, pin},
    rc::Rc,
    time::Duration,
};

/// The sample's epoch lies a day before the clock starts.
const EPOCH: Timestamp = Timestamp(START_MS - 86_400_000);

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

fn seeded() -> Rc<dyn Random> {
    Rc::new(Seeded(Cell::new(1)))
}

/// One server, its clock, its ledger and the switches of the panel.
struct World {
    clock: FakeClock,
    ledger: Rc<dyn Ledger>,
    switches: Rc<RefCell<PracticeSettings>>,
    server: Rc<Server>,
}

impl World {
    fn new() -> Self {
        Self::with(PRACTICE)
    }

    fn with(capabilities: Capabilities) -> Self {
        Self::on(FakeClock::default(), capabilities, Rc::new(MemoryLedger::default()))
    }

    fn on(clock: FakeClock, capabilities: Capabilities, ledger: Rc<dyn Ledger>) -> Self {
        let server = clock.run(open(capabilities, &clock, &ledger)).unwrap();
        Self { clock, ledger, switches: Rc::default(), server }
    }

    /// Another server over the same ledger, as after a reload.
    fn reopened(&self) -> Self {
        let again = Self::on(self.clock.clone(), self.server.capabilities(), self.ledger.clone());
        Self { switches: self.switches.clone(), ..again }
    }

    fn client(&self, name: &str) -> SimulatedSource {
        let switches = Rc::clone(&self.switches);
        let settings = Rc::new(move || switches.borrow().clone());
        SimulatedSource::new(self.server.clone(), name, Rc::new(self.clock.clone()), seeded(), settings)
    }

    fn others(&self) -> Others {
        let switches = Rc::clone(&self.switches);
        let settings = Rc::new(move || switches.borrow().clone());
        Others::new(self.server.clone(), Rc::new(self.clock.clone()), seeded(), settings)
    }

    fn push(&self, push: Push) -> Outcome {
        self.clock.run(self.client("Ada").push(push))
    }

    fn read(&self, collection: &str, id: &str) -> Option<Record> {
        self.clock.run(self.client("Ada").read(collection, id)).unwrap()
    }

    fn page(&self, collection: &str, cursor: Option<Cursor>, limit: usize) -> Page {
        self.clock.run(self.client("Ada").pull(PullRequest { collection: collection.into(), cursor, limit })).unwrap()
    }

    /// Every page from the cursor on.
    fn walk(&self, collection: &str, mut cursor: Option<Cursor>, limit: usize) -> (Vec<Record>, Option<Cursor>) {
        let mut rows = Vec::new();
        loop {
            let page = self.page(collection, cursor, limit);
            assert!(page.rows.len() <= limit);
            rows.extend(page.rows);
            cursor = page.cursor;
            if !page.more {
                return (rows, cursor);
            }
        }
    }
}

async fn open(
    capabilities: Capabilities,
    clock: &FakeClock,
    ledger: &Rc<dyn Ledger>,
) -> Result<Rc<Server>, LedgerError> {
    Server::open(sample(), capabilities, Rc::new(clock.clone()), ledger.clone()).await
}

fn sample() -> Sample {
    Sample::new(5, EPOCH).sized([50, 10, 20, 40])
}

fn fields(value: Value) -> Fields {
    value.as_object().cloned().unwrap()
}

fn write(kind: Kind, collection: &str, id: &str, changes: Value) -> Push {
    Push {
        op_id: format!("op-{id}"),
        kind,
        collection: collection.into(),
        record: id.into(),
        changes: fields(changes),
        base: Fields::new(),
        files: Vec::new(),
        precondition: None,
        progress: None,
    }
}

fn create(id: &str, email: &str) -> Push {
    write(Kind::Create, "people", id, json!({"name": "Ada Lovelace", "email": email}))
}

fn patch(id: &str, changes: Value) -> Push {
    write(Kind::Patch, "people", id, changes)
}

fn delete(id: &str) -> Push {
    write(Kind::Delete, "people", id, json!({}))
}

fn person(index: usize) -> Record {
    sample().record("people", index).unwrap()
}

fn accepted(outcome: Outcome) -> Record {
    match outcome {
        Outcome::Accepted(Some(record)) => record,
        other => panic!("{other:?}"),
    }
}

/// `field: code` of each error of a refusal.
fn errors(outcome: Outcome) -> Vec<String> {
    match outcome {
        Outcome::Invalid(problem) => {
            problem.field_errors.iter().map(|error| format!("{}: {}", error.field, error.code)).collect()
        }
        other => panic!("{other:?}"),
    }
}

const NEW: &str = "newrecord000001";

#[test]
fn a_patch_changes_only_its_fields_and_the_server_signs_it() {
    let world = World::new();
    let before = person(3);
    let after = accepted(world.push(patch(&before.id, json!({"city": "Kiel", "notes": "", "created": "1970-01-01"}))));
    assert_eq!(after.text("city"), "Kiel");
    assert_eq!(after.text("updated_by"), "Ada");
    assert_eq!(after.get("created"), before.get("created"));
    assert_eq!(after.get("notes"), None);
    assert_eq!(after.get("email"), before.get("email"));
    assert!(after.version > before.version && after.text("updated") > before.text("updated"));
    assert_eq!(world.read("people", &before.id), Some(after));
}

#[test]
fn pages_cover_every_row_exactly_once_even_where_times_are_equal() {
    for limit in [1, 2, 3, 7, 50, 1000] {
        let world = World::new();
        for index in [4, 5, 6, 20] {
            accepted(world.push(patch(&person(index).id, json!({"city": "Kiel"}))));
        }
        let (rows, cursor) = world.walk("people", None, limit);
        let mut ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        let places: Vec<_> = rows.iter().map(|row| (row.text("updated"), row.id.clone())).collect();
        assert!(places.is_sorted(), "limit {limit}");
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((rows.len(), ids.len()), (50, 50), "limit {limit}");
        let again = world.page("people", cursor.clone(), limit);
        assert_eq!(again.cursor, cursor, "the last moment comes again");
        assert_eq!(again.rows.len(), 1);
    }
}

#[test]
fn a_write_in_the_middle_of_a_walk_comes_in_that_walk() {
    let world = World::new();
    let first = world.page("people", None, 10);
    accepted(world.push(patch(&first.rows[2].id, json!({"city": "Kiel"}))));
    accepted(world.push(create(NEW, "ada@example.org")));
    let (rest, _) = world.walk("people", first.cursor, 10);
    assert_eq!(rest.len(), 42, "40 that were left, the changed one and the new one");
    assert_eq!(rest[40].text("city"), "Kiel");
    assert_eq!(rest[41].id, NEW);
}

#[test]
fn writes_of_the_same_millisecond_are_all_seen_by_a_reader_that_takes_the_last_moment_again() {
    let world = World::new();
    *world.switches.borrow_mut() =
        PracticeSettings { latency_min_ms: 0, latency_max_ms: 0, ..PracticeSettings::default() };
    let id = |index: usize| format!("sametime{index:07}");
    accepted(world.push(create(&id(5), "five@example.org")));
    let (seen, cursor) = world.walk("people", Some(world.server.seed_cursor()), 10);
    accepted(world.push(create(&id(2), "two@example.org")));
    let (again, _) = world.walk("people", cursor, 10);
    assert_eq!(seen[0].text("updated"), again[0].text("updated"));
    assert_eq!(again.iter().map(|row| row.id.clone()).collect::<Vec<_>>(), [id(2), id(5)]);
}

#[test]
fn a_device_that_holds_the_sample_pulls_nothing_until_something_is_written() {
    let world = World::new();
    let seed = Some(world.server.seed_cursor());
    assert_eq!(world.page("people", seed.clone(), 100), Page { rows: vec![], cursor: seed.clone(), more: false });
    let changed = accepted(world.push(patch(&person(0).id, json!({"city": "Kiel"}))));
    assert_eq!(world.page("people", seed, 100).rows, [changed]);
}

#[test]
fn a_stale_version_is_refused_and_the_current_one_taken() {
    let world = World::new();
    let mut push = Push { precondition: person(0).version, ..patch(&person(0).id, json!({"city": "Kiel"})) };
    let after = accepted(world.push(push.clone()));
    assert_eq!(world.push(push.clone()), Outcome::Stale);
    assert_eq!(world.push(Push { precondition: person(0).version, ..delete(&push.record) }), Outcome::Stale);
    push.precondition = after.version;
    accepted(world.push(push));
}

#[test]
fn a_create_of_an_id_that_exists_is_refused_even_when_it_is_the_same_again() {
    let world = World::new();
    accepted(world.push(create(NEW, "ada@example.org")));
    assert_eq!(errors(world.push(create(NEW, "ada@example.org"))), ["id: not_unique"]);
    assert_eq!(errors(world.push(create(&person(0).id, "ada2@example.org"))), ["id: not_unique"]);
    assert_eq!(errors(world.push(create("temporary-1", "ada2@example.org"))), ["id: not_id"]);
}

#[test]
fn an_email_belongs_to_one_person_until_it_is_given_up() {
    let world = World::new();
    let (owner, address) = (person(7), person(7).text("email"));
    assert_eq!(errors(world.push(create(NEW, &address.to_uppercase()))), ["email: not_unique"]);
    assert_eq!(errors(world.push(patch(&person(8).id, json!({"email": address})))), ["email: not_unique"]);
    accepted(world.push(patch(&owner.id, json!({"email": address}))));
    accepted(world.push(patch(&owner.id, json!({"email": "other@example.org"}))));
    accepted(world.push(create(NEW, &address)));
    assert_eq!(errors(world.push(patch(&owner.id, json!({"email": address})))), ["email: not_unique"]);
}

#[test]
fn all_broken_rules_are_named_at_once() {
    let world = World::new();
    let changes = json!({"name": "", "email": "nowhere", "company": "000000000000000", "score": 101});
    assert_eq!(
        errors(world.push(patch(&person(0).id, changes))),
        ["name: required", "email: not_email", "score: too_large", "company: missing_relation"]
    );
    assert_eq!(world.read("people", &person(0).id), Some(person(0)), "nothing was changed");
}

#[test]
fn a_link_to_a_deleted_record_is_refused() {
    let world = World::new();
    let company = sample().id("companies", 0).unwrap();
    accepted(world.push(write(Kind::Delete, "companies", &company, json!({}))));
    let outcome = world.push(patch(&person(0).id, json!({"company": company})));
    assert_eq!(errors(outcome), ["company: missing_relation"]);
}

#[test]
fn a_deleted_record_leaves_a_tombstone_and_can_be_made_again() {
    let world = World::new();
    let id = person(0).id;
    let tombstone = accepted(world.push(delete(&id)));
    assert!(tombstone.deleted && tombstone.version > person(0).version);
    assert_eq!(world.read("people", &id), None);
    assert_eq!(world.push(delete(&id)), Outcome::Absent);
    assert_eq!(world.push(patch(&id, json!({"city": "Kiel"}))), Outcome::Absent);
    assert_eq!(world.page("people", Some(world.server.seed_cursor()), 10).rows, [tombstone]);
    let (rows, _) = world.walk("people", None, 10);
    assert_eq!(rows.iter().filter(|row| row.id == id).count(), 1);

    let again = accepted(world.push(create(&id, "ada@example.org")));
    assert_eq!(world.page("people", Some(world.server.seed_cursor()), 10).rows, [again]);
}

#[test]
fn a_dropped_reply_hides_a_write_that_was_done_and_kept() {
    let world = World::new();
    world.switches.borrow_mut().drop_replies = true;
    let before = world.clock.elapsed();
    assert!(matches!(world.push(create(NEW, "ada@example.org")), Outcome::Unknown(_)));
    assert!(world.clock.elapsed() - before >= Duration::from_secs(2));
    assert_eq!(world.reopened().read("people", NEW).unwrap().text("email"), "ada@example.org");
}

#[test]
fn the_panel_can_cut_the_line_and_refuse_writes() {
    let world = World::new();
    world.switches.borrow_mut().offline = true;
    let client = world.client("Ada");
    assert_eq!(world.push(create(NEW, "ada@example.org")), Outcome::NotSent);
    assert_eq!(world.clock.run(client.probe()), Err(RemoteError::Unreachable));
    assert_eq!(world.clock.run(client.read("people", NEW)), Err(RemoteError::Unreachable));

    *world.switches.borrow_mut() = PracticeSettings { reject: true, ..PracticeSettings::default() };
    assert_eq!(world.clock.run(client.probe()), Ok(()));
    assert_eq!(errors(world.push(create(NEW, "ada@example.org"))), ["name: rejected"]);
    let task = sample().id("tasks", 0).unwrap();
    assert_eq!(errors(world.push(write(Kind::Delete, "tasks", &task, json!({})))), ["title: rejected"]);
    assert_eq!(world.read("people", NEW), None);
}

#[test]
fn going_offline_in_the_middle_of_a_write_leaves_its_outcome_unknown() {
    let world = World::new();
    let client = world.client("Ada");
    let mut push = pin!(client.push(create(NEW, "ada@example.org")));
    assert!(world.clock.settle(push.as_mut()).is_pending());
    world.switches.borrow_mut().offline = true;
    assert!(matches!(world.clock.run(push), Outcome::Unknown(_)));
    world.switches.borrow_mut().offline = false;
    assert!(world.read("people", NEW).is_some());
}

#[test]
fn an_answer_takes_as_long_as_the_panel_says() {
    let world = World::new();
    let client = world.client("Ada");
    for _ in 0..50 {
        let before = world.clock.elapsed();
        world.clock.run(client.probe()).unwrap();
        let taken = (world.clock.elapsed() - before).as_millis();
        assert!((149..=400).contains(&taken), "{taken} ms");
    }
}

#[test]
fn scripted_faults_hit_one_request_each_in_order() {
    let world = World::new();
    let client = world.client("Ada");
    let push = |id: &str| world.clock.run(client.push(create(id, &format!("{id}@example.org"))));
    let ids = ["fault0000000001", "fault0000000002", "fault0000000003", "fault0000000004", "fault0000000005"];
    client.faults().on_write(Fault::LoseRequest);
    client.faults().on_write(Fault::LoseReply);
    client.faults().on_write(Fault::Duplicate);
    client.faults().on_write(Fault::Answer(Outcome::Later(None)));
    client.faults().on_write(Fault::NotSent);
    assert!(matches!(push(ids[0]), Outcome::Unknown(_)));
    assert!(matches!(push(ids[1]), Outcome::Unknown(_)));
    assert_eq!(accepted(push(ids[2])).version, Some(Version("0000000002".into())));
    assert_eq!(push(ids[3]), Outcome::Later(None));
    assert_eq!(push(ids[4]), Outcome::NotSent);
    let there = ids.map(|id| world.read("people", id).is_some());
    assert_eq!(there, [false, true, true, false, false]);

    client.faults().on_read(Fault::Answer(Outcome::SignIn));
    client.faults().on_read(None);
    client.faults().on_read(Fault::LoseReply);
    let probes = [0; 4].map(|_| world.clock.run(client.probe()));
    assert_eq!(probes, [Err(RemoteError::SignIn), Ok(()), Err(RemoteError::Unreachable), Ok(())]);
}

#[test]
fn a_delayed_write_is_overtaken_by_a_later_one() {
    let world = World::new();
    let client = world.client("Ada");
    let id = person(0).id;
    client.faults().on_write(Fault::Delay(Duration::from_secs(5)));
    let slow = client.push(patch(&id, json!({"city": "Slow"})));
    let fast = client.push(patch(&id, json!({"city": "Fast"})));
    let (slow, fast) = world.clock.run(future::join(slow, fast));
    assert!(accepted(fast).version < accepted(slow).version);
    assert_eq!(world.read("people", &id).unwrap().text("city"), "Slow");
}

#[test]
fn a_new_leader_finds_all_of_it_in_the_ledger() {
    let world = World::new();
    accepted(world.push(create(NEW, "ada@example.org")));
    accepted(world.push(patch(&person(0).id, json!({"city": "Kiel"}))));
    accepted(world.push(delete(&person(1).id)));
    let next = world.reopened();
    for collection in ["people", "companies", "projects", "tasks"] {
        assert_eq!(next.walk(collection, None, 1000), world.walk(collection, None, 1000), "{collection}");
    }
    let version = accepted(next.push(patch(NEW, json!({"city": "Kiel"})))).version;
    assert_eq!(version, Some(Version("0000000004".into())), "revisions go on");
}

#[test]
fn a_reset_server_is_the_sample_again() {
    let world = World::new();
    accepted(world.push(create(NEW, "ada@example.org")));
    world.clock.run(world.server.reset()).unwrap();
    assert_eq!(world.read("people", NEW), None);
    assert_eq!(world.reopened().walk("people", None, 100), World::new().walk("people", None, 100));
}

/// A ledger whose saves take a second each and can be made to fail.
#[derive(Default)]
struct SlowLedger {
    clock: FakeClock,
    kept: MemoryLedger,
    full: Cell<bool>,
}

impl Ledger for SlowLedger {
    fn load(&self) -> LocalBoxFuture<'_, Result<Kept, LedgerError>> {
        self.kept.load()
    }

    fn save<'a>(&'a self, key: &'a str, bytes: Vec<u8>) -> LocalBoxFuture<'a, Result<(), LedgerError>> {
        async move {
            self.clock.sleep(Duration::from_secs(1)).await;
            if self.full.get() { Err(LedgerError("full".into())) } else { self.kept.save(key, bytes).await }
        }
        .boxed_local()
    }

    fn clear(&self) -> LocalBoxFuture<'_, Result<(), LedgerError>> {
        self.kept.clear()
    }
}

fn slow_world() -> (World, Rc<SlowLedger>) {
    let ledger = Rc::new(SlowLedger::default());
    (World::on(ledger.clock.clone(), PRACTICE, ledger.clone()), ledger)
}

#[test]
fn nobody_is_told_of_a_write_before_it_is_kept() {
    let (world, ledger) = slow_world();
    let before = world.clock.elapsed();
    accepted(world.push(create(NEW, "ada@example.org")));
    assert!(world.clock.elapsed() - before >= Duration::from_secs(1));

    ledger.full.set(true);
    let id = person(0).id;
    assert!(matches!(world.push(patch(&id, json!({"city": "Kiel"}))), Outcome::Unknown(_)));
    let seen = world.clock.run(world.client("Ada").read("people", &id));
    assert_eq!(seen, Err(RemoteError::Unreachable), "what is not kept is not shown");
    assert_eq!(world.reopened().read("people", &id), Some(person(0)), "a crash here loses what nobody was told of");
    ledger.full.set(false);
    assert_eq!(world.read("people", &id).unwrap().text("city"), "Kiel");
    assert_eq!(world.reopened().read("people", &id).unwrap().text("city"), "Kiel");
}

#[test]
fn a_write_whose_sender_walked_away_is_kept_by_the_next_request() {
    let (world, _) = slow_world();
    let client = world.client("Ada");
    let mut push = client.push(create(NEW, "ada@example.org"));
    assert!(world.clock.settle(Pin::new(&mut push)).is_pending());
    world.clock.advance(Duration::from_millis(500));
    assert!(world.clock.settle(Pin::new(&mut push)).is_pending());
    drop(push);
    assert_eq!(world.reopened().read("people", NEW), None);
    assert!(world.read("people", NEW).is_some());
    assert!(world.reopened().read("people", NEW).is_some());
}

#[test]
fn two_clients_see_each_others_writes_and_only_the_other_is_poked() {
    let world = World::new();
    let (ada, ben) = (world.client("Ada"), world.client("Ben"));
    let (mut ada_hears, mut ben_hears) = (ada.live(), ben.live());
    accepted(world.clock.run(ada.push(create(NEW, "ada@example.org"))));
    let poke = ben_hears.next().now_or_never().flatten().unwrap();
    assert_eq!(poke, Live::Poke(Some("people".into())));
    assert_eq!(ada_hears.next().now_or_never(), None);
    assert!(world.clock.run(ben.read("people", NEW)).unwrap().is_some());

    world.switches.borrow_mut().offline = true;
    world.clock.run(world.others().edit()).unwrap();
    assert_eq!(ben_hears.next().now_or_never(), None, "no line, no poke");
}

#[test]
fn others_edit_about_every_twenty_seconds_and_always_within_the_rules() {
    let world = World::new();
    let others = world.others();
    let mut pokes = world.client("Ada").live();
    {
        let mut work = pin!(others.run());
        for _ in 0..3600 {
            world.clock.advance(Duration::from_secs(1));
            assert!(world.clock.settle(work.as_mut()).is_pending());
        }
    }
    let mut heard = 0;
    while pokes.next().now_or_never().is_some() {
        heard += 1;
    }
    assert!((150..=220).contains(&heard), "{heard} edits in an hour");
    let mut changed = 0;
    for collection in collections() {
        let (rows, _) = world.walk(&collection.name, None, 1000);
        assert_eq!(rows.len(), sample().len(&collection.name));
        for row in rows {
            assert_eq!(validate(&collection, &row.fields, true), [], "{row:?}");
            changed += usize::from(row.text("updated_by") != "Sample");
        }
    }
    assert!(changed > 40, "{changed} of 120 records");

    world.switches.borrow_mut().others = false;
    let before = world.walk("tasks", None, 1000);
    let mut work = pin!(others.run());
    for _ in 0..600 {
        world.clock.advance(Duration::from_secs(1));
        assert!(world.clock.settle(work.as_mut()).is_pending());
    }
    assert_eq!(world.walk("tasks", None, 1000), before);
}

#[test]
fn a_staged_conflict_changes_every_named_field() {
    let world = World::new();
    for collection in collections() {
        let before = sample().record(&collection.name, 0).unwrap();
        let names: Vec<&str> =
            collection.fields.iter().filter(|field| !field.read_only).map(|field| field.name.as_str()).collect();
        let after = accepted(world.clock.run(world.others().contradict(&collection.name, &before.id, &names)).unwrap());
        for name in names {
            assert_ne!(before.get(name), after.get(name), "{name} of {}", collection.name);
        }
        assert_ne!(after.text("updated_by"), "Sample");
        assert_eq!(validate(&collection, &after.fields, true), [], "{after:?}");
    }
    let gone = world.clock.run(world.others().contradict("people", NEW, &["name"])).unwrap();
    assert_eq!(gone, Outcome::Absent);
}

#[test]
fn weaker_servers_can_be_had_too() {
    let bare = Capabilities {
        client_ids: false,
        conditional_writes: false,
        ordered_versions: false,
        deletes: DeleteFeed::Sweep,
        ..PRACTICE
    };
    let world = World::with(bare.clone());
    assert_eq!(world.client("Ada").capabilities(), bare);
    let made = accepted(world.push(create("temporary-1", "ada@example.org")));
    assert_ne!(made.id, "temporary-1");
    let patched = accepted(
        world.push(Push { precondition: Some(Version("old".into())), ..patch(&made.id, json!({"city": "Kiel"})) }),
    );
    assert_ne!(patched.version, made.version);
    assert_eq!(world.push(delete(&made.id)), Outcome::Accepted(None));
    assert_eq!(world.page("people", Some(world.server.seed_cursor()), 10).rows, []);
}

#[test]
fn a_server_with_idempotency_keys_does_an_operation_once() {
    let keys = Capabilities { idempotency_keys: true, client_ids: false, ..PRACTICE };
    let world = World::with(keys);
    let first = accepted(world.push(create(NEW, "ada@example.org")));
    assert_eq!(accepted(world.push(create(NEW, "ada@example.org"))), first);
    assert_eq!(accepted(world.reopened().push(create(NEW, "ada@example.org"))), first);
    let by_id: BTreeMap<String, Record> =
        world.walk("people", None, 100).0.into_iter().map(|row| (row.id.clone(), row)).collect();
    assert_eq!(by_id.len(), 51);
}

#[test]
fn what_it_does_not_know_it_refuses() {
    let world = World::new();
    let client = world.client("Ada");
    let outcome = world.push(write(Kind::Create, "boats", NEW, json!({})));
    assert!(matches!(outcome, Outcome::Unsupported(_)));
    assert!(matches!(world.push(write(Kind::Command, "people", NEW, json!({}))), Outcome::Unsupported(_)));
    let request = PullRequest { collection: "boats".into(), cursor: None, limit: 10 };
    assert!(matches!(world.clock.run(client.pull(request)), Err(RemoteError::Refused(_))));
    assert_eq!(world.clock.run(client.read("boats", NEW)), Ok(None));
}

/// The first screenful is shown before the rest is made, so it has to be the right one.
#[test]
fn people_by_name_are_in_the_order_of_their_list() {
    let sample = Sample::new(1, EPOCH);
    let people = collections().into_iter().find(|found| found.name == "people").map(Rc::new).expect("people");
    let mut table = landfall::local::Table::new(people.clone());
    let row = |person: Record| landfall::local::Row::encode(&person, &people);
    table.load_unsorted(sample.records("people").map(row).collect());
    let ids: Vec<String> = sample.people_by_name().into_iter().filter_map(|index| sample.id("people", index)).collect();
    assert_eq!(ids, table.iter().map(|row| row.id().to_string()).collect::<Vec<_>>());
}
