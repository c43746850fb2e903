//! The surroundings that tests make: tabs, network, preferences and storage in memory.
#![allow(clippy::expect_used)] // a test may stop

#[path = "support/tabs_contract.rs"]
mod tabs_contract;

use futures::{FutureExt, StreamExt, executor::block_on};
use landfall::platform::{
    Connectivity, Estimate, MemoryConnectivity, MemoryPreferences, MemoryStorage, MemoryTabs, Preferences, Storage,
    Tabs, Wake,
};

macro_rules! native {
    ($case:ident) => {
        #[test]
        fn $case() {
            let one = MemoryTabs::new();
            let two = one.another();
            block_on(tabs_contract::$case(one, two));
        }
    };
}
tabs_contract!(native);

#[test]
fn a_frozen_tab_hears_of_the_theft_and_of_messages_when_it_thaws() {
    let one = MemoryTabs::new();
    let two = one.another();
    let lead = block_on(one.lead());
    let (mut lost, mut messages) = (lead.lost(), one.messages());
    one.freeze();
    let _stolen = block_on(two.steal());
    two.broadcast("missed");
    assert!((&mut lost).now_or_never().is_none());
    assert!(messages.next().now_or_never().is_none());
    one.thaw();
    block_on(lost);
    assert_eq!(block_on(messages.next()).as_deref(), Some("missed"));
}

#[test]
fn a_closed_tab_gives_its_place_to_the_next() {
    let one = MemoryTabs::new();
    let (two, three) = (one.another(), one.another());
    let lead = block_on(one.lead());
    let (mut second, mut third) = (two.lead(), three.lead());
    assert!((&mut second).now_or_never().is_none() && (&mut third).now_or_never().is_none());
    drop((lead, one));
    let lead = block_on(second);
    drop((lead, two));
    let _lead = block_on(third);
}

#[test]
fn the_network_and_the_switch_both_decide_and_both_wake() {
    let connectivity = MemoryConnectivity::default();
    let mut wakes = connectivity.wakes();
    assert!(connectivity.online() && connectivity.visible());
    connectivity.set_offline(true);
    connectivity.set_network(false);
    assert!(connectivity.offline_switch());
    connectivity.set_offline(false);
    assert!(!connectivity.online());
    connectivity.set_network(true);
    assert!(connectivity.online());
    connectivity.set_visible(false);
    connectivity.set_visible(true);
    drop(connectivity);
    let (network, visible) = (Wake::Network, Wake::Visible);
    assert_eq!(block_on(wakes.by_ref().collect::<Vec<_>>()), [network, network, network, network, visible]);
}

#[test]
fn preferences_are_shared_by_their_handles() {
    let preferences = MemoryPreferences::default();
    let other = preferences.clone();
    preferences.set("theme", "dark");
    assert_eq!(other.get("theme").as_deref(), Some("dark"));
    other.remove("theme");
    assert_eq!(preferences.get("theme"), None);
}

#[test]
fn storage_is_kept_once_asked_for() {
    let storage = MemoryStorage::default();
    assert_eq!(block_on(storage.estimate()), None);
    let full = Estimate { used_bytes: 9, quota_bytes: 10 };
    storage.set_estimate(Some(full));
    assert_eq!(block_on(storage.estimate()), Some(full));
    assert!(!block_on(storage.persisted()));
    assert!(block_on(storage.persist()) && block_on(storage.persisted()));
}
