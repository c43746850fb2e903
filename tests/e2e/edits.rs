//! An edit is on the screen before any answer, on the disk before it is called saved, and on the server once.

use super::harness::e2e;
use super::support::{App, calm, person, slow};
use serde_json::json;

/// Clicks Save and says in which frame the heading shows the new name, and what the chip says then.
const SAVE_AND_LOOK: &str = "
    const [name] = arguments;
    const began = performance.now();
    [...document.querySelectorAll('button')].find((b) => b.innerText.trim() === 'Save').click();
    return new Promise((done) => {
        let frames = 0;
        const look = () => {
            frames += 1;
            const shown = document.querySelector('h1').innerText === name;
            if (!shown && frames < 600) return requestAnimationFrame(look);
            done({ frames, ms: performance.now() - began });
        };
        requestAnimationFrame(look);
    });";

#[test]
fn an_edit_paints_before_any_answer() {
    e2e(async {
        let app = App::open(calm()).await;
        app.weather(&slow(5_000)).await;
        let ada = person(0);
        app.go(&format!("c/people/{}", ada.id)).await;
        app.browser.fill("name", "Ada of the fifth second").await;
        let painted = app.browser.run(SAVE_AND_LOOK, vec![json!("Ada of the fifth second")]).await;
        assert!(painted["frames"].as_u64() <= Some(2) || painted["ms"].as_f64() < Some(100.0), "{painted}");
        app.chip("sending").await;
        assert_eq!(app.on_server("people", &ada.id).await, None);
        app.synced().await;
        assert_eq!(app.server_field("people", &ada.id, "name").await, "Ada of the fifth second");
        assert_eq!(app.chips().await, ["synced", "pending", "sending", "synced"]);
        app.browser.no_console_errors().await;
    });
}

/// The server keeps the work and the device learns of it late: a reload may fall before, between and after.
#[test]
fn an_edit_survives_a_reload_at_any_moment() {
    e2e(async {
        let app = App::open(calm()).await;
        app.weather(&slow(5_000)).await;
        let reloads: [(usize, &[&str]); 3] = [(1, &[]), (2, &["sending"]), (3, &["sending", "reload", "sending"])];
        for (index, moments) in reloads {
            let (id, name) = (person(index).id, format!("Reloaded {index}"));
            app.edit("people", &id, "name", &name).await;
            for moment in moments {
                match *moment {
                    "reload" => app.reload().await,
                    state => app.chip(state).await,
                }
            }
            app.reload().await;
            app.browser.wait_until(&format!("document.querySelector('h1')?.innerText === {}", json!(name))).await;
        }
        app.weather(&calm()).await;
        app.reload().await;
        app.synced().await;
        for index in 1..=3 {
            let record = app.on_server("people", &person(index).id).await.expect("it arrived");
            assert_eq!(record["fields"]["name"], format!("Reloaded {index}"));
            assert_eq!(app.count_on_server("name", &format!("Reloaded {index}")).await, 1);
        }
        app.browser.no_console_errors().await;
    });
}

#[test]
fn undo_in_the_notice_takes_an_edit_back_before_it_was_sent_and_after() {
    e2e(async {
        let app = App::open(calm()).await;
        let before = person(4);
        app.edit("people", &before.id, "city", "Nowhere").await;
        app.synced().await;
        assert_eq!(app.server_field("people", &before.id, "city").await, "Nowhere");
        app.browser.click("button", "Undo").await;
        app.toast("Undone on this device").await;
        app.synced().await;
        assert_eq!(app.server_field("people", &before.id, "city").await, before.text("city"));

        app.weather(&slow(5_000)).await;
        let other = person(5);
        app.edit("people", &other.id, "city", "Nowhere").await;
        app.browser.click("button", "Undo").await;
        app.toast("Undone on this device").await;
        app.browser
            .wait_until(&format!("document.querySelector('[name=city]').value === {}", json!(other.text("city"))))
            .await;
        app.weather(&calm()).await;
        app.browser.wait_for("[data-pending='0']").await;
        app.synced().await;
        let city = app.server_field("people", &other.id, "city").await;
        assert!(city.is_null() || city == other.text("city"), "{city}");
    });
}

#[test]
fn a_deleted_record_is_gone_here_and_there_and_comes_back_by_undo() {
    e2e(async {
        let app = App::open(calm()).await;
        let gone = person(6);
        app.go(&format!("c/people/{}", gone.id)).await;
        app.browser.click("button", "Delete").await;
        app.toast("Deleted on this device").await;
        app.synced().await;
        assert_eq!(app.on_server("people", &gone.id).await.expect("a tombstone")["deleted"], true);
        app.browser.click("button", "Undo").await;
        app.toast("Undone on this device").await;
        app.synced().await;
        app.go(&format!("c/people?q={}", gone.text("email"))).await;
        app.browser.wait_until("document.querySelectorAll('[data-record-id]').length === 1").await;
        assert_eq!(app.count_on_server("email", &gone.text("email")).await, 1);
        app.browser.no_console_errors().await;
    });
}

#[test]
fn a_new_record_is_opened_listed_and_sent() {
    e2e(async {
        let app = App::open(calm()).await;
        let id = app.create("people", &[("name", "Noor Widjaja"), ("email", "noor@example.org")]).await;
        app.browser.wait_until("document.querySelector('h1').innerText === 'Noor Widjaja'").await;
        app.synced().await;
        assert_eq!(app.server_field("people", &id, "name").await, "Noor Widjaja");
        app.load("c/people?q=noor@example.org").await;
        app.browser.wait_for(&format!("[data-record-id='{id}'][data-sync=synced]")).await;
        app.browser.no_console_errors().await;
    });
}

#[test]
fn a_form_says_at_its_field_what_is_missing_and_saves_nothing() {
    e2e(async {
        let app = App::open(calm()).await;
        app.go("c/people/new").await;
        app.browser.fill("name", "Nobody").await;
        app.browser.fill("email", "not an address").await;
        app.browser.click("button", "Save").await;
        app.browser.wait_for_text("This is not an e-mail address.").await;
        app.browser.wait_until("document.activeElement.name === 'email'").await;
        assert!(app.entries().await.is_empty());
    });
}
