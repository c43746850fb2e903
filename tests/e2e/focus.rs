//! The focus is never lost: after a new screen, Back, a dialog, a delete, an answer; and what happens is said.

use super::harness::{Browser, e2e};
use super::support::{App, calm, person};
use serde_json::json;
use thirtyfour::Key;

const LIST: &str = "[data-testid=record-list]";

async fn opened() -> App {
    let mut browser = Browser::open().await;
    browser.watch_focus().await;
    App::open_in(browser, calm()).await
}

#[test]
fn a_new_screen_takes_the_focus_to_its_heading() {
    e2e(async {
        let app = opened().await;
        for (link, heading) in [("Search", "Search"), ("Outbox", "Outbox"), ("Settings", "Settings"), ("Home", "Home")]
        {
            let nav = format!(
                "[...document.querySelectorAll('nav.side a')].find((a) => a.innerText.trim().startsWith('{link}')).click()"
            );
            app.browser.run(&nav, vec![]).await;
            app.arrived(heading).await;
            assert_eq!(app.browser.all("main h1").await.len(), 1);
        }
        app.kept_focus().await;
    });
}

#[test]
fn back_leads_to_the_row_that_was_opened_and_says_where_one_is() {
    e2e(async {
        let app = opened().await;
        app.go("c/people").await;
        app.arrived("People").await;
        app.browser.wait_for("[data-record-id]").await;
        app.browser.run(&format!("document.querySelector('{LIST}').scrollTop = 44010;"), vec![]).await;
        app.focus(LIST).await;
        app.keys(Key::Down).await;
        app.focused("[data-record-id] a").await;
        let number = "Number(document.activeElement.closest('[aria-rowindex]').ariaRowIndex)";
        let first = app.browser.eval::<f64>(number).await;
        assert!(first > 500.0, "the first row in sight, not of all: {first}");
        app.keys(Key::PageDown).await;
        let place = format!(
            "[document.querySelector('{LIST}').scrollTop, document.activeElement.closest('[data-record-id]').dataset.recordId]"
        );
        app.browser.wait_until(&format!("{number} > {first} + 5")).await;
        let before = app.browser.eval::<(f64, String)>(&place).await;
        app.keys(Key::Enter).await;
        app.browser.by_role("button", "Save").await;
        app.browser.back().await;
        app.focused("[data-record-id] a").await;
        assert_eq!(app.browser.eval::<(f64, String)>(&place).await, before);
        app.browser.wait_until("document.getElementById('said').innerText.startsWith('People')").await;
        app.kept_focus().await;
    });
}

#[test]
fn back_restores_how_far_a_screen_was_scrolled() {
    e2e(async {
        let app = opened().await;
        app.go("settings").await;
        app.arrived("Settings").await;
        app.browser.run("document.getElementById('main').scrollTop = 150;", vec![]).await;
        app.focus("main a[href$='/sync']").await;
        let before = app.browser.eval::<f64>("document.getElementById('main').scrollTop").await;
        assert!(before > 0.0, "the screen is longer than the window");
        app.keys(Key::Enter).await;
        app.arrived("Sync").await;
        assert!(app.browser.eval::<f64>("document.getElementById('main').scrollTop").await <= 0.0);
        app.browser.back().await;
        app.focused("main a[href$='/sync']").await;
        app.browser.wait_until(&format!("document.getElementById('main').scrollTop === {before}")).await;
        app.kept_focus().await;
    });
}

#[test]
fn what_goes_away_leaves_the_focus_near() {
    e2e(async {
        let app = opened().await;
        app.load("").await;
        app.focus(".note [aria-label=Close]").await;
        app.keys(Key::Enter).await;
        app.browser.wait_gone(".note").await;
        app.focused("main *").await;

        app.load("c/people?q=nobody of that name").await;
        app.focus(".empty button").await;
        app.keys(Key::Enter).await;
        app.focused(LIST).await;
        app.focus(".tools button").await;
        app.keys(Key::Enter).await;
        app.focus(".builder [type=submit]").await;
        app.keys(Key::Enter).await;
        app.browser.wait_gone(".builder").await;
        app.focused(".filter button").await;
        app.keys(Key::Enter).await;
        app.browser.wait_gone(".filter").await;
        app.focused(LIST).await;

        let gone = person(6);
        app.go(&format!("c/people/{}", gone.id)).await;
        app.arrived(&gone.text("name")).await;
        app.focus("form .danger").await;
        app.keys(Key::Enter).await;
        app.toast("Deleted on this device").await;
        app.arrived("People").await;
        app.focus(".toast .act").await;
        app.keys(Key::Enter).await;
        app.toast("Undone on this device").await;
        app.arrived("People").await;
        app.kept_focus().await;
    });
}

#[test]
fn the_outbox_keeps_the_focus_through_mend_retry_and_discard() {
    e2e(async {
        let app = opened().await;
        app.make_busy().await;
        app.load("outbox").await;
        let failed = "[data-testid=outbox-entry][data-sync=failed]";
        app.focus(&format!("{failed} .main-act")).await;
        app.keys(Key::Enter).await;
        app.focused(&format!("{failed} form *")).await;
        app.focus(&format!("{failed} form [type=button]:last-child")).await;
        app.keys(Key::Enter).await;
        app.browser.wait_gone(&format!("{failed} form")).await;
        app.focused("[data-testid=outbox-entry] *").await;
        for (button, left) in [("Discard", 2), ("Take theirs", 1), ("Discard", 0)] {
            let press = "const button = [...document.querySelectorAll('main button')].find((b) => b.innerText === arguments[0]);
                button.focus({ focusVisible: true });";
            app.browser.by_role("button", button).await;
            app.browser.run(press, vec![json!(button)]).await;
            app.keys(Key::Enter).await;
            let gone = format!("document.querySelectorAll('[data-testid=outbox-entry]').length === {left}");
            app.browser.wait_until(&gone).await;
            app.focused("main *").await;
        }
        app.kept_focus().await;
    });
}

#[test]
fn a_retried_entry_keeps_the_focus() {
    e2e(async {
        let app = opened().await;
        app.make_busy().await;
        app.switch_network("Go online").await;
        app.go("outbox").await;
        let failed = format!("[data-sync=failed][data-record-id='{}']", person(1).id);
        app.browser.wait_for(&failed).await;
        let press = "[...document.querySelectorAll('main button')].find((b) => b.innerText === 'Retry').focus({ focusVisible: true });";
        app.browser.run(press, vec![]).await;
        app.keys(Key::Enter).await;
        app.browser.wait_gone(&failed).await;
        app.focused("main *").await;
        app.kept_focus().await;
    });
}

#[test]
fn a_dialog_gives_the_focus_back() {
    e2e(async {
        let app = opened().await;
        app.load("settings").await;
        let open =
            "[...document.querySelectorAll('main button')].find((b) => b.innerText.includes('Keyboard shortcuts'))";
        app.browser.wait_until(open).await;
        for key in [Key::Escape, Key::Enter] {
            app.browser.run(&format!("{open}.focus({{ focusVisible: true }});"), vec![]).await;
            app.keys(Key::Enter).await;
            app.focused("dialog .cancel").await;
            app.keys(key).await;
            app.browser.wait_gone("dialog").await;
            app.browser.wait_until(&format!("document.activeElement === {open}")).await;
        }
        app.kept_focus().await;
    });
}
