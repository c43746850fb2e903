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
        assert!(painted["frames"].as_u64() <= Some(2) && painted["ms"].as_f64() < Some(100.0), "{painted}");
        app.chip("sending").await;
        assert_eq!(app.on_server("people", &ada.id).await, None);
        app.synced().await;
        assert_eq!(app.server_field("people", &ada.id, "name").await, "Ada of the fifth second");
        assert_eq!(app.chips().await, ["synced", "pending", "sending", "synced"]);
        app.browser.no_console_errors().await;
    });
}
