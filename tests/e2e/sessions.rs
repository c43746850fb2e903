//! One profile over time: tabs share it, a restart and a crash keep it, another browser has its own.

use super::harness::{Browser, Site, e2e};

#[test]
fn tabs_share_storage_and_hear_each_other() {
    e2e(async {
        let site = Site::at("/");
        let browser = Browser::open().await;
        browser.goto(site.url("")).await;
        let first = browser.tab().await;
        let listen = "window.heard = []; const c = new BroadcastChannel('x'); c.onmessage = (e) => heard.push(e.data);";
        browser.run(listen, Vec::new()).await;

        let second = browser.open_tab().await;
        browser.goto(site.url("")).await;
        browser.run("new BroadcastChannel('x').postMessage('hello');", Vec::new()).await;

        browser.switch_to(&first).await;
        browser.wait_until("heard.includes('hello')").await;
        browser.close_tab(&second).await;
        browser.wait_for_text("Landfall").await;
    });
}

#[test]
fn a_restart_keeps_what_the_profile_holds() {
    e2e(async {
        let site = Site::at("/");
        let mut browser = Browser::open().await;
        browser.goto(site.url("")).await;
        browser.run("localStorage.setItem('kept', 'yes');", Vec::new()).await;
        browser.restart().await;
        browser.goto(site.url("")).await;
        assert_eq!(browser.eval::<String>("localStorage.getItem('kept')").await, "yes");

        let stranger = Browser::open().await;
        stranger.goto(site.url("")).await;
        assert_eq!(stranger.eval::<Option<String>>("localStorage.getItem('kept')").await, None);
    });
}

#[test]
fn a_crash_keeps_what_was_written_with_strict_durability() {
    e2e(async {
        let site = Site::at("/");
        let mut browser = Browser::open().await;
        browser.goto(site.url("")).await;
        let write = "const open = indexedDB.open('crash');
            open.onupgradeneeded = () => open.result.createObjectStore('s');
            open.onsuccess = () => {
                const tx = open.result.transaction('s', 'readwrite', { durability: 'strict' });
                tx.objectStore('s').put('yes', 'kept');
                tx.oncomplete = () => { window.written = true; };
            };";
        browser.run(write, Vec::new()).await;
        browser.wait_until("window.written").await;
        browser.crash_and_restart().await;
        browser.goto(site.url("")).await;
        let read = "const open = indexedDB.open('crash');
            open.onsuccess = () => {
                const get = open.result.transaction('s').objectStore('s').get('kept');
                get.onsuccess = () => { window.read = get.result; };
            };";
        browser.run(read, Vec::new()).await;
        browser.wait_until("window.read === 'yes'").await;
    });
}

#[test]
fn a_tab_behind_another_is_hidden_and_a_window_beside_is_not() {
    e2e(async {
        let site = Site::at("/");
        let browser = Browser::open().await;
        browser.goto(site.url("")).await;
        let first = browser.tab().await;
        let note = "window.seen = []; document.addEventListener('visibilitychange', () => seen.push(document.visibilityState));";
        browser.run(note, Vec::new()).await;
        browser.open_tab().await;
        browser.close_tab(&first).await;
        browser.wait_until("seen.join() === 'hidden,visible'").await;
        browser.open_window().await;
        browser.switch_to(&first).await;
        assert_eq!(browser.eval::<Vec<String>>("seen").await, ["hidden", "visible"]);
    });
}
