//! The whole engine over a real PocketBase: whatever happens to the server, the session and the rules, no row leaves the
//! device unproven and every edit arrives once.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/native.rs"]
mod native;
#[path = "support/pocketbase.rs"]
mod pocketbase;
#[path = "support/pocketbase_client.rs"]
mod pocketbase_client;

use futures::future::{Either, join, select};
use landfall::local::{MemoryDisk, Store};
use landfall::model::{EntryState, Value};
use landfall::remote::RemoteSource;
use landfall::remote::pocketbase::PocketBase as Connector;
use landfall::repository::OfflineFirst;
use landfall::sync::Engine;
use pocketbase::{PocketBase, person_id, skipped};
use pocketbase_client::{PASSWORD, Person, collections, fields};
use serde_json::json;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

/// Longer than anything here may take.
const PATIENCE: Duration = Duration::from_secs(60);
const PEOPLE: usize = 120;

/// A person's device with the app open on it.
struct Tab {
    store: Store,
    repository: OfflineFirst,
    engine: Rc<Engine>,
}

impl Tab {
    async fn open(person: &Person, disk: &MemoryDisk) -> Self {
        let schemas: Vec<_> = collections().into_iter().map(Rc::new).collect();
        let environment = person.environment.clone();
        let tabs = environment.tabs.clone();
        let store = Store::open(Rc::new(disk.clone()), tabs, &person.id, &schemas).await.expect("opens");
        store.load().await.expect("loads");
        let (client, session) = (person.client.clone(), person.session.clone());
        let remote: Rc<dyn RemoteSource> = Rc::new(Connector::new(client, Some(session), environment.clone(), schemas));
        let connect: landfall::sync::Connect = Box::new(move || {
            let remote = remote.clone();
            Box::pin(async move { Ok(remote) })
        });
        let repository = OfflineFirst::new(store.clone(), environment.clock.clone(), environment.random.clone());
        Self { engine: Engine::new(store.clone(), environment, connect), store, repository }
    }

    /// The tab lives while `story` is told, and is closed at its end.
    async fn lives(&self, story: impl Future<Output = ()>) {
        let life = pin!(join(self.store.follow(), self.engine.clone().run()));
        match select(pin!(story), life).await {
            Either::Left(((), _)) => {}
            Either::Right((ended, _)) => panic!("the tab ended: {ended:?}"),
        }
    }

    async fn until(&self, what: &str, condition: impl Fn(&Self) -> bool) {
        let waiting = async {
            while !condition(self) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        if tokio::time::timeout(PATIENCE, waiting).await.is_err() {
            panic!("never: {what}; {:?}; outbox {:#?}", self.engine.state(), self.entries());
        }
    }

    async fn until_pulled(&self, rows: usize) {
        self.until("all people are here", |tab| tab.rows() == rows && !tab.engine.state().pulling).await;
    }

    async fn until_sent(&self) {
        self.until("the outbox is empty", |tab| tab.store.outbox().is_empty()).await;
    }

    /// Pulls and sweeps everything once more, and gives the sweep its time.
    async fn look_again(&self) {
        self.engine.refresh(None);
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        self.until("the pull ends", |tab| !tab.engine.state().pulling).await;
    }

    fn rows(&self) -> usize {
        self.store.server_ids("people").len()
    }

    fn entries(&self) -> Vec<String> {
        let words = |entry: &Rc<landfall::model::Entry>| {
            format!("{:?} {:?} {} {:?}", entry.clear.kind, entry.clear.state, entry.clear.record, entry.body.problem)
        };
        self.store.outbox().iter().map(words).collect()
    }

    fn name(&self, id: &str) -> String {
        self.store.row("people", id).map(|row| row.record().text("name")).unwrap_or_default()
    }

    async fn rename(&self, id: &str, name: &str) {
        let row = self.store.row("people", id).expect("the row is here").record();
        self.repository.patch("people", id, &row.fields, fields(json!({ "name": name }))).await.expect("saved");
    }
}

async fn seeded() -> Option<(PocketBase, Person)> {
    let server = PocketBase::start().await?;
    server.seed_people(PEOPLE).await;
    let ada = Person::join(&server, "ada@example.org").await;
    Some((server, ada))
}

/// The test's server and person, or a visible word.
macro_rules! seeded {
    () => {
        match seeded().await {
            Some(both) => both,
            None => return skipped(std::thread::current().name().unwrap_or_default()),
        }
    };
}

#[tokio::test]
async fn edits_made_while_the_server_is_dead_survive_a_restart_and_arrive_once() {
    let (mut server, ada) = seeded!();
    let disk = MemoryDisk::new();
    let tab = Tab::open(&ada, &disk).await;
    tab.lives(async { tab.until_pulled(PEOPLE).await }).await;
    drop(tab);

    server.kill();
    let tab = Tab::open(&ada, &disk).await;
    assert_eq!(tab.rows(), PEOPLE, "it opens on what is here");
    let mut made = Vec::new();
    tab.lives(async {
        for index in 0..5 {
            let saved = tab.repository.create("people", fields(json!({ "name": format!("New {index}") }))).await;
            made.push(saved.expect("saved").id);
        }
        tab.rename(&made[0], "New 0, renamed").await;
        tab.rename(&person_id(1), "One").await;
        tab.rename(&person_id(1), "One more").await;
        tab.repository.delete("people", &person_id(2)).await.expect("saved");
        tokio::time::sleep(Duration::from_millis(300)).await;
    })
    .await;
    drop(tab);

    let tab = Tab::open(&ada, &disk).await;
    assert!(!tab.store.outbox().is_empty());
    tab.lives(async {
        tab.rename(&person_id(3), "Three").await;
        server.restart().await;
        tab.engine.refresh(None);
        tab.until_sent().await;
        tab.until_pulled(PEOPLE + 4).await;
    })
    .await;
    assert_eq!(server.count("people").await, u64::try_from(PEOPLE).unwrap() + 4);
    let name = async |id: &str| server.find("people", id).await.map(|person| person["name"].clone());
    assert_eq!(name(&made[0]).await, Some(json!("New 0, renamed")));
    assert_eq!(name(&made[4]).await, Some(json!("New 4")));
    assert_eq!(name(&person_id(1)).await, Some(json!("One more")));
    assert_eq!(name(&person_id(2)).await, None);
    assert_eq!(name(&person_id(3)).await, Some(json!("Three")));
}

#[tokio::test]
async fn other_peoples_edits_and_deletes_appear_while_one_looks() {
    let (server, ada) = seeded!();
    let tab = Tab::open(&ada, &MemoryDisk::new()).await;
    tab.lives(async {
        tab.until_pulled(PEOPLE).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        server.patch("people", &person_id(5), json!({ "name": "Changed by Bob" })).await;
        let seen = tab.until("the edit", |tab| tab.name(&person_id(5)) == "Changed by Bob");
        tokio::time::timeout(Duration::from_secs(2), seen).await.expect("an edit appears within two seconds");
        server.delete("people", &person_id(6)).await;
        let seen = tab.until("the delete", |tab| tab.store.row("people", &person_id(6)).is_none());
        tokio::time::timeout(Duration::from_secs(2), seen).await.expect("a delete appears within two seconds");
    })
    .await;
}

#[tokio::test]
async fn deletes_that_were_missed_are_found_by_a_sweep() {
    let (server, ada) = seeded!();
    let disk = MemoryDisk::new();
    let tab = Tab::open(&ada, &disk).await;
    tab.lives(async { tab.until_pulled(PEOPLE).await }).await;
    drop(tab);
    for index in 10..14 {
        server.delete("people", &person_id(index)).await;
    }
    let tab = Tab::open(&ada, &disk).await;
    tab.lives(async {
        tab.engine.refresh(None);
        tab.until_pulled(PEOPLE - 4).await;
    })
    .await;
}

/// Rows stay and an edit waits through `trouble`; after `mended` all is as it should be.
async fn through(
    server: &PocketBase,
    ada: &Person,
    trouble: impl AsyncFn(&PocketBase),
    mended: impl AsyncFn(&PocketBase),
    waits_as: &[EntryState],
) {
    let tab = Tab::open(ada, &MemoryDisk::new()).await;
    tab.lives(async {
        tab.until_pulled(PEOPLE).await;
        trouble(server).await;
        tab.rename(&person_id(1), "Edited").await;
        tab.repository.delete("people", &person_id(2)).await.expect("saved");
        tab.look_again().await;
        tab.look_again().await;
        assert_eq!(tab.rows(), PEOPLE, "no row leaves the device");
        assert_eq!(tab.name(&person_id(1)), "Edited", "the edit is still shown");
        for entry in tab.store.outbox().iter() {
            assert!(waits_as.contains(&entry.clear.state), "{:?}", tab.entries());
        }
        assert_eq!(tab.store.outbox().iter().count(), 2, "{:?}", tab.entries());
        mended(server).await;
        tab.engine.signed_in();
        tab.engine.refresh(None);
        if !waits_as.contains(&EntryState::Parked) {
            tab.until_sent().await;
            assert_eq!(server.find("people", &person_id(1)).await.unwrap()["name"], "Edited");
            assert_eq!(server.find("people", &person_id(2)).await, None);
        }
    })
    .await;
    let expected = if waits_as.contains(&EntryState::Parked) { PEOPLE } else { PEOPLE - 1 };
    assert_eq!(server.count("people").await, u64::try_from(expected).unwrap());
}

const WAITING: [EntryState; 3] = [EntryState::Queued, EntryState::Sending, EntryState::Ambiguous];

#[tokio::test]
async fn a_password_change_empties_nothing() {
    let (server, ada) = seeded!();
    let trouble = async |server: &PocketBase| server.set_password(&ada.id, "another-word-2").await;
    let mended = async |_: &PocketBase| ada.sign_in("ada@example.org", "another-word-2").await.expect("signs in");
    through(&server, &ada, trouble, mended, &WAITING).await;
}

#[tokio::test]
async fn an_ended_token_empties_nothing() {
    let Some(server) = PocketBase::start().await else { return skipped("an_ended_token_empties_nothing") };
    server.seed_people(PEOPLE).await;
    server.set_token_duration(10).await;
    let ada = Person::join(&server, "ada@example.org").await;
    let trouble = async |_: &PocketBase| tokio::time::sleep(Duration::from_secs(11)).await;
    let mended = async |_: &PocketBase| ada.sign_in("ada@example.org", PASSWORD).await.expect("signs in");
    through(&server, &ada, trouble, mended, &WAITING).await;
}

#[tokio::test]
async fn a_list_rule_that_denies_empties_nothing() {
    let (server, ada) = seeded!();
    let trouble = async |server: &PocketBase| {
        for rule in ["listRule", "viewRule", "updateRule", "deleteRule"] {
            server.set_rule("people", rule, Some("@request.auth.id = 'nobody'")).await;
        }
    };
    let mended = async |server: &PocketBase| {
        for rule in ["listRule", "viewRule", "updateRule", "deleteRule"] {
            server.set_rule("people", rule, Some(pocketbase::SIGNED_IN)).await;
        }
    };
    through(&server, &ada, trouble, mended, &WAITING).await;
}

#[tokio::test]
async fn a_view_rule_alone_that_denies_proves_nothing_gone() {
    let (server, ada) = seeded!();
    let trouble = async |server: &PocketBase| {
        server.set_rule("people", "viewRule", Some("@request.auth.id = 'nobody'")).await;
    };
    let mended = async |server: &PocketBase| {
        server.set_rule("people", "viewRule", Some(pocketbase::SIGNED_IN)).await;
    };
    through(&server, &ada, trouble, mended, &WAITING).await;
}

/// A pull goes on from where it was, so what an older rule hid, or a yes to a sweep took away, never came by one.
#[tokio::test]
async fn old_rows_that_come_into_view_again_come_here() {
    let (server, ada) = seeded!();
    let young = async |age: usize| {
        let rule = format!("{} && age < {age}", pocketbase::SIGNED_IN);
        server.set_rule("people", "listRule", Some(&rule)).await;
        server.set_rule("people", "viewRule", Some(&rule)).await;
    };
    // A pull looks back five seconds: what changed last is in view, and younger than all else by more than that.
    tokio::time::sleep(Duration::from_secs(6)).await;
    server.patch("people", &person_id(0), json!({ "notes": "the last change" })).await;
    young(25).await; // ages go from 18 to 87, one person each, and again
    let tab = Tab::open(&ada, &MemoryDisk::new()).await;
    tab.lives(async {
        tab.until_pulled(14).await;
        for (age, seen) in [(27, 18), (100, PEOPLE)] {
            young(age).await;
            tab.engine.refresh(None);
            tab.until_pulled(seen).await;
        }
        young(25).await;
        tab.engine.refresh(None);
        tab.until("asked", |tab| tab.engine.state().sweep_question.is_some()).await;
        tab.engine.confirm_sweep("people", true);
        tab.until_pulled(14).await;
        young(100).await;
        tab.engine.refresh(None);
        tab.until_pulled(PEOPLE).await;
    })
    .await;
}

#[tokio::test]
async fn rules_that_deny_writes_are_shown_as_such() {
    let (server, ada) = seeded!();
    let trouble = async |server: &PocketBase| {
        for rule in ["updateRule", "deleteRule"] {
            server.set_rule("people", rule, Some("@request.auth.id = 'nobody'")).await;
        }
    };
    through(&server, &ada, trouble, async |_: &PocketBase| (), &[EntryState::Parked]).await;
}

#[tokio::test]
async fn a_renamed_collection_empties_nothing() {
    let (server, ada) = seeded!();
    let rename = async |server: &PocketBase, from: &str, to: &str| {
        server.change_collection(from, json!({ "name": to })).await;
    };
    let trouble = async |server: &PocketBase| rename(server, "people", "persons").await;
    let mended = async |server: &PocketBase| rename(server, "persons", "people").await;
    through(&server, &ada, trouble, mended, &WAITING).await;
}

#[tokio::test]
async fn what_was_deleted_elsewhere_while_edited_here_is_the_users_to_decide() {
    let (server, ada) = seeded!();
    let disk = MemoryDisk::new();
    let tab = Tab::open(&ada, &disk).await;
    tab.lives(async { tab.until_pulled(PEOPLE).await }).await;
    drop(tab);
    server.delete("people", &person_id(1)).await;
    server.delete("people", &person_id(2)).await;
    let tab = Tab::open(&ada, &disk).await;
    tab.rename(&person_id(1), "Edited").await;
    tab.repository.delete("people", &person_id(2)).await.expect("saved");
    tab.lives(async {
        tab.until("one waits for the user, the other is done", |tab| {
            let states: Vec<_> = tab.store.outbox().iter().map(|entry| entry.clear.state).collect();
            states == [EntryState::Parked]
        })
        .await;
        let code = |tab: &Tab| tab.store.outbox().iter().find_map(|entry| Some(entry.body.problem.clone()?.code));
        assert_eq!(code(&tab).as_deref(), Some("deleted_remotely"));
    })
    .await;
}

#[tokio::test]
async fn disjoint_edits_meet_and_contested_ones_are_a_conflict() {
    let (server, ada) = seeded!();
    let disk = MemoryDisk::new();
    let tab = Tab::open(&ada, &disk).await;
    tab.lives(async { tab.until_pulled(PEOPLE).await }).await;
    drop(tab);
    server.patch("people", &person_id(1), json!({ "notes": "by Bob" })).await;
    server.patch("people", &person_id(2), json!({ "name": "by Bob" })).await;
    let tab = Tab::open(&ada, &disk).await;
    tab.rename(&person_id(1), "by Ada").await;
    tab.rename(&person_id(2), "by Ada").await;
    tab.lives(async {
        tab.until("one is sent, one is contested", |tab| {
            let states: Vec<_> = tab.store.outbox().iter().map(|entry| entry.clear.state).collect();
            states == [EntryState::Conflict]
        })
        .await;
    })
    .await;
    let one = server.find("people", &person_id(1)).await.unwrap();
    assert_eq!((&one["name"], &one["notes"]), (&json!("by Ada"), &json!("by Bob")));
    assert_eq!(server.find("people", &person_id(2)).await.unwrap()["name"], Value::from("by Bob"));
}

#[tokio::test]
async fn a_unique_clash_is_an_error_of_its_field() {
    let (server, ada) = seeded!();
    let tab = Tab::open(&ada, &MemoryDisk::new()).await;
    tab.lives(async {
        tab.until_pulled(PEOPLE).await;
        let twin = json!({ "name": "Twin", "email": "person1@example.org" });
        tab.repository.create("people", fields(twin)).await.expect("saved");
        tab.until("it is parked", |tab| tab.store.outbox().iter().any(|entry| entry.needs_user())).await;
        let entry = tab.store.outbox().iter().next().cloned().expect("one entry");
        let problem = entry.body.problem.clone().expect("a problem");
        assert_eq!(
            (problem.field_errors[0].field.as_str(), problem.field_errors[0].code.as_str()),
            ("email", "not_unique")
        );
    })
    .await;
    assert_eq!(server.count("people").await, u64::try_from(PEOPLE).unwrap());
}
