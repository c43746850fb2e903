//! Random schedules: two devices, bad networks and sessions, crashes and power cuts, and at the end everyone agrees.
//!
//! Each runs on both kinds of backend: one with conditions and tombstones, and one like `PocketBase`. A schedule is a
//! seed: a failing one is printed and replays exactly. After each run the network heals,
//! everything is sent, and then these hold: no saved edit is gone, nothing exists twice, both devices
//! show the server's state, and the view equals a fresh opening from disk.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/clock.rs"]
mod clock;
#[path = "support/device.rs"]
mod device;

use device::{Device, Seeded, Tab, World, drive, fields};
use landfall::model::{EntryState, Fields, Problem, Query, Value};
use landfall::platform::Clock;
use landfall::remote::simulated::{Fault, POCKETBASE_LIKE, PRACTICE};
use landfall::remote::{Capabilities, Live, Outcome};
use landfall::sync::ready;
use std::collections::BTreeMap;
use std::time::Duration;

const SCHEDULES: u64 = 200;
const STEPS: u64 = 24;

/// What was saved and must be found again: the last city that a device gave a person of its own, and
/// the companies that it made.
#[derive(Default)]
struct Saved {
    cities: BTreeMap<String, String>,
    companies: Vec<String>,
    /// Deleted again by the device that made them.
    deleted: Vec<String>,
    /// Tags that a device added to a project that both edit.
    tags: Vec<String>,
}

#[test]
fn every_schedule_ends_with_everything_there_once() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let all = 0..number("SCHEDULES").unwrap_or(SCHEDULES);
    let seeds = number("SCHEDULE").map_or(all, |seed| seed..seed + 1);
    for seed in seeds {
        for profile in [PRACTICE, POCKETBASE_LIKE] {
            let name = if profile == PRACTICE { "practice" } else { "like PocketBase" };
            let outcome = std::panic::catch_unwind(|| run(seed, &profile));
            assert!(outcome.is_ok(), "schedule {seed} fails ({name}); SCHEDULE={seed} runs it alone");
        }
    }
}

fn run(seed: u64, profile: &Capabilities) {
    let world = World::like(seed, profile.clone());
    let chance = Seeded::new(seed ^ 0x5eed);
    let devices = [world.device("left"), world.device("right")];
    let mut saved = [Saved::default(), Saved::default()];
    let mut tabs = devices.each_ref().map(|device| world.clock.run(device.open()));
    for step in 0..STEPS {
        let which = usize::try_from(chance.below(2)).unwrap();
        if chance.below(10) == 0 {
            tabs[which] = crash(&world, &devices[which], &chance);
        }
        weather(&devices[which], &tabs[which], &chance);
        let pause = Duration::from_millis(chance.below(900));
        let [left, right] = &tabs;
        drive(&world.clock, &[left, right], async {
            edit(&world, &tabs[which], which, step, &chance, &mut saved[which]).await;
            world.clock.sleep(pause).await;
        });
    }
    heal(&world, &devices, &tabs);
    // Without conditions there is a moment in which the later writer wins.
    check(&world, &devices, &tabs, &saved, profile.conditional_writes);
}

/// The browser dies, perhaps with the power.
fn crash(world: &World, device: &Device, chance: &Seeded) -> Tab {
    if chance.below(2) == 0 {
        device.disk.cut_power();
    }
    world.clock.run(device.open())
}

fn weather(device: &Device, tab: &Tab, chance: &Seeded) {
    match chance.below(11) {
        0 => {
            // The stream breaks with the network, and says so.
            device.set(|settings| settings.offline = !settings.offline);
            let offline = device.settings.borrow().offline;
            tab.line.tell(&if offline { Live::Gap } else { Live::Resumed });
        }
        9 => tab.line.set_session(false),
        10 => {
            tab.line.set_session(true);
            tab.engine.signed_in();
        }
        1 => device.set(|settings| settings.drop_replies = !settings.drop_replies),
        2 => tab.line.faults().on_write(Fault::LoseReply),
        3 => tab.line.faults().on_write(Fault::LoseRequest),
        4 => tab.line.faults().on_write(Fault::Delay(Duration::from_secs(chance.below(5)))),
        5 => tab.line.faults().on_write(Fault::Answer(Outcome::Unknown(Problem::code("http_500")))),
        6 => tab.line.faults().on_read(Fault::LoseReply),
        _ => {}
    }
}

/// One edit: of a person whom only this device edits, of one whom both edit, or of a company.
async fn edit(world: &World, tab: &Tab, which: usize, step: u64, chance: &Seeded, saved: &mut Saved) {
    let value = format!("City {which} {step}");
    match chance.below(10) {
        6 => {
            // A field that both change, beside one that only this device does.
            let changes = fields([("phone", &*format!("+{which} 5550{step}")), ("notes", &*value)]);
            let (person, mine) = (world.person(10), if which == 0 { "phone" } else { "notes" });
            let mine = changes.into_iter().filter(|(name, _)| name == mine || step.is_multiple_of(4)).collect();
            tab.repository.patch("people", &person, &Fields::new(), mine).await.expect("saved");
        }
        7 => {
            let project = world.project(0);
            let row = tab.store.row("projects", &project).expect("nobody deletes projects").fields();
            let mut tags = row.get("tags").and_then(Value::as_array).cloned().unwrap_or_default();
            tags.push(Value::from(&*value));
            let changes = Fields::from_iter([("tags".to_owned(), Value::Array(tags))]);
            tab.repository.patch("projects", &project, &Fields::new(), changes).await.expect("saved");
            saved.tags.push(value);
        }
        8 => {
            let made = saved.companies.pop().filter(|id| tab.store.row("companies", id).is_some());
            if let Some(id) = made {
                tab.repository.delete("companies", &id).await.expect("saved");
                saved.deleted.push(id);
            }
        }
        0..3 => {
            let person = world.person(which * 4 + usize::try_from(chance.below(3)).unwrap());
            tab.set("people", &person, "city", &value).await;
            saved.cities.insert(person, value);
        }
        3 => {
            let person = world.person(9);
            if tab.store.row("people", &person).is_some() {
                tab.set("people", &person, "city", &value).await;
            }
        }
        4 => {
            let made = tab.repository.create("companies", fields([("name", &*format!("Firm {which} {step}"))])).await;
            let id = made.expect("saved").id;
            tab.set("people", &world.person(which * 4 + 3), "company", &id).await;
            saved.companies.push(id);
        }
        _ => {
            if let Some(id) = saved.companies.last() {
                tab.repository
                    .patch("companies", id, &Fields::new(), fields([("city", &*value)]))
                    .await
                    .expect("saved");
            }
        }
    }
}

/// The network heals, conflicts are decided, and everything is sent and pulled.
fn heal(world: &World, devices: &[Device; 2], tabs: &[Tab; 2]) {
    for (device, tab) in devices.iter().zip(tabs) {
        device.set(|settings| (settings.offline, settings.drop_replies) = (false, false));
        tab.line.faults().on_write(None);
        tab.line.set_session(true);
        tab.engine.signed_in();
    }
    let [left, right] = tabs;
    drive(&world.clock, &[left, right], async {
        for tab in tabs {
            let mut decisions = 0;
            loop {
                decisions += 1;
                assert!(decisions < 100, "never settles: {:#?}", tab.outbox());
                let stuck = |entry: &std::rc::Rc<landfall::model::Entry>| entry.needs_user().then(|| entry.clone());
                tab.until("sent or stuck", nothing_may_go).await;
                let Some(entry) = tab.store.outbox().iter().find_map(stuck) else { break };
                match entry.clear.state {
                    EntryState::Conflict => drop(tab.repository.keep_mine(entry.key).await.expect("kept")),
                    _ => tab.store.retry(entry.key).await.expect("tried again"),
                }
            }
        }
        for tab in tabs {
            tab.engine.refresh(None);
        }
        world.clock.sleep(Duration::from_secs(130)).await;
        for tab in tabs {
            // A sweep may find that half of the companies are gone.
            if let Some((collection, _)) = tab.engine.state().sweep_question {
                tab.engine.confirm_sweep(&collection, true);
            }
        }
        world.clock.sleep(Duration::from_secs(130)).await;
    });
}

/// Whatever waits needs the user, or waits for what does.
fn nothing_may_go(tab: &Tab) -> bool {
    ready(&tab.store.outbox(), &[], &[], 0.0).0.is_empty()
}

fn check(world: &World, devices: &[Device; 2], tabs: &[Tab; 2], saved: &[Saved; 2], strict: bool) {
    for saved in saved {
        for (person, city) in &saved.cities {
            let found = world.on_server("people", person).expect("nobody deletes people").text("city");
            assert_eq!(found, *city, "a saved edit is gone");
        }
        for company in &saved.companies {
            assert!(world.on_server("companies", company).is_some(), "a company is gone");
        }
        for company in &saved.deleted {
            assert!(world.on_server("companies", company).is_none(), "a deleted company is back");
        }
        if strict {
            let row = world.on_server("projects", &world.project(0)).expect("nobody deletes projects").fields;
            let tags = row.get("tags").and_then(Value::as_array).cloned().unwrap_or_default();
            for tag in &saved.tags {
                assert!(tags.iter().any(|found| found.as_str() == Some(tag)), "a merged tag is gone: {tag}");
            }
        }
    }
    let names = |tab: &Tab| -> Vec<String> {
        let name = |id: &std::rc::Rc<str>| tab.text("companies", id, "name").expect("listed");
        tab.store.query("companies", &Query::default()).iter().map(name).collect()
    };
    let firms = names(&tabs[0]);
    assert_eq!(
        firms.len(),
        4 + saved[0].companies.len() + saved[1].companies.len(),
        "something exists twice: {firms:?}"
    );
    for (device, tab) in devices.iter().zip(tabs) {
        assert_eq!(names(tab), firms, "devices differ");
        let reopened = world.clock.run(device.open());
        assert_eq!(names(&reopened), firms, "the disk differs from the view");
        for index in 0..12 {
            let person = world.person(index);
            let truth = world.on_server("people", &person).map(|row| row.fields);
            let row = |tab: &Tab| tab.store.row("people", &person).map(|row| row.fields());
            assert_eq!(row(tab), truth, "the view differs from the server");
            assert_eq!(row(&reopened), truth, "the disk differs from the server");
        }
    }
}
