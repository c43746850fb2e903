//! The web adapters in a real browser: tabs, network, preferences, storage.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::expect_used)] // a test may stop

#[path = "support/patch.rs"]
mod patch;
#[path = "support/tabs_contract.rs"]
mod tabs_contract;

use futures::{FutureExt, StreamExt};
use landfall::platform::{
    Connectivity, Preferences, ServerPlace, Storage, Tabs, Wake, WebConnectivity, WebPreferences, WebStorage, WebTabs,
};
use patch::{Patch, js};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

macro_rules! in_browser {
    ($case:ident) => {
        #[wasm_bindgen_test]
        async fn $case() {
            let name = stringify!($case);
            tabs_contract::$case(WebTabs::new(name), WebTabs::new(name)).await;
        }
    };
}
tabs_contract!(in_browser);

#[wasm_bindgen_test]
async fn groups_of_another_name_do_not_meet() {
    let (one, two) = (WebTabs::new("person-a"), WebTabs::new("person-b"));
    let _lead = one.lead().await;
    let _also = two.lead().await;
}

#[wasm_bindgen_test]
async fn a_dropped_request_leaves_no_lock_behind() {
    let tabs = WebTabs::new("no trace");
    let _lead = tabs.lead().await;
    let mut waiting = tabs.lead();
    assert!((&mut waiting).now_or_never().is_none());
    let waiters = "navigator.locks.query().then(locks =>
        locks.pending.filter(lock => lock.name === 'landfall/no trace').length)";
    assert_eq!(js(waiters).await, 1);
    drop(waiting);
    assert_eq!(js(waiters).await, 0);
}

#[wasm_bindgen_test]
async fn without_locks_each_tab_leads() {
    let _patch = Patch::getter("navigator", "locks", "undefined");
    let (one, two) = (WebTabs::new("lockless"), WebTabs::new("lockless"));
    let lead = one.lead().await;
    let _also = two.lead().await;
    let _stolen = two.steal().await;
    assert!(lead.lost().now_or_never().is_none());
}

#[wasm_bindgen_test]
async fn where_locks_are_refused_each_tab_leads() {
    let _patch = Patch::new(
        "LockManager.prototype",
        "request",
        "() => Promise.reject(new DOMException('opaque origin', 'SecurityError'))",
    );
    let (one, two) = (WebTabs::new("refused"), WebTabs::new("refused"));
    let lead = one.lead().await;
    let _also = two.lead().await;
    assert!(lead.lost().now_or_never().is_none());
}

#[wasm_bindgen_test]
async fn without_a_channel_nothing_is_heard_and_nothing_breaks() {
    let tabs = {
        let _patch = Patch::new("globalThis", "BroadcastChannel", "undefined");
        WebTabs::new("silent")
    };
    tabs.broadcast("into the void");
    let _lead = tabs.lead().await;
}

#[wasm_bindgen_test]
async fn the_offline_switch_wakes_and_survives_reload() {
    let connectivity = WebConnectivity::new(ServerPlace::Network);
    let mut wakes = connectivity.wakes();
    assert!(connectivity.online() && !connectivity.offline_switch());
    connectivity.set_offline(true);
    assert!(!connectivity.online());
    assert_eq!(wakes.next().await, Some(Wake::Network));
    let reloaded = WebConnectivity::new(ServerPlace::Loopback);
    assert!(reloaded.offline_switch() && !reloaded.online());
    connectivity.set_offline(false);
    assert!(connectivity.online());
    assert_eq!(wakes.next().await, Some(Wake::Network));
}

/// `storage` events come only from other documents of the origin: a frame is one.
#[wasm_bindgen_test]
async fn the_switch_in_another_tab_holds_here_too() {
    let connectivity = WebConnectivity::new(ServerPlace::Network);
    let mut wakes = connectivity.wakes();
    js("globalThis.__frame = document.body.appendChild(document.createElement('iframe')); 0").await;
    js("__frame.contentWindow.localStorage.setItem('landfall.offline', '1')").await;
    assert_eq!(wakes.next().await, Some(Wake::Network));
    assert!(!connectivity.online());
    js("__frame.contentWindow.localStorage.clear()").await;
    assert_eq!(wakes.next().await, Some(Wake::Network));
    assert!(connectivity.online());
    js("__frame.remove()").await;
}

#[wasm_bindgen_test]
async fn a_device_without_network_is_offline_except_for_its_own_server() {
    let _patch = Patch::getter("navigator", "onLine", "false");
    assert!(!WebConnectivity::new(ServerPlace::Network).online());
    assert!(WebConnectivity::new(ServerPlace::Loopback).online());
}

#[wasm_bindgen_test]
async fn each_event_of_the_browser_wakes_until_nobody_listens() {
    let connectivity = WebConnectivity::new(ServerPlace::Network);
    let mut wakes = connectivity.wakes();
    for (event, wake) in [
        ("window.dispatchEvent(new Event('online'))", Wake::Network),
        ("window.dispatchEvent(new Event('offline'))", Wake::Network),
        ("window.dispatchEvent(new Event('focus'))", Wake::Visible),
        ("window.dispatchEvent(new Event('pageshow'))", Wake::Visible),
        ("document.dispatchEvent(new Event('visibilitychange'))", Wake::Visible),
    ] {
        js(event).await;
        assert_eq!(wakes.next().await, Some(wake), "{event}");
    }
    drop(connectivity);
    js("window.dispatchEvent(new Event('online'))").await;
    assert_eq!(wakes.next().await, None);
}

#[wasm_bindgen_test]
async fn a_page_that_is_hidden_does_not_wake() {
    let connectivity = WebConnectivity::new(ServerPlace::Network);
    let mut wakes = connectivity.wakes();
    let _patch = Patch::getter("document", "hidden", "true");
    assert!(!connectivity.visible());
    js("document.dispatchEvent(new Event('visibilitychange'))").await;
    js("window.dispatchEvent(new Event('online'))").await;
    assert_eq!(wakes.next().await, Some(Wake::Network));
}

#[wasm_bindgen_test]
async fn preferences_are_kept_under_our_own_prefix() {
    WebPreferences.set("theme", "dark");
    assert_eq!(js("localStorage.getItem('landfall.theme')").await, "dark");
    assert_eq!(WebPreferences.get("theme").as_deref(), Some("dark"));
    WebPreferences.remove("theme");
    assert_eq!(WebPreferences.get("theme"), None);
}

#[wasm_bindgen_test]
async fn forbidden_preferences_are_forgotten_quietly() {
    let _patch = Patch::getter("window", "localStorage", "(() => { throw new DOMException('no', 'SecurityError') })()");
    WebPreferences.set("theme", "dark");
    assert_eq!(WebPreferences.get("theme"), None);
    WebPreferences.remove("theme");
    let connectivity = WebConnectivity::new(ServerPlace::Network);
    connectivity.set_offline(true);
    assert!(!connectivity.online(), "the switch holds in this tab all the same");
}

#[wasm_bindgen_test]
async fn the_room_of_this_origin_is_known() {
    let estimate = WebStorage.estimate().await.expect("this browser estimates");
    assert!(estimate.quota_bytes > estimate.used_bytes);
    let _ = WebStorage.persist().await;
    let _ = WebStorage.persisted().await;
}

#[wasm_bindgen_test]
async fn without_a_storage_manager_nothing_is_known_and_nothing_breaks() {
    let _patch = Patch::getter("navigator", "storage", "undefined");
    assert_eq!(WebStorage.estimate().await, None);
    assert!(!WebStorage.persisted().await && !WebStorage.persist().await);
}
