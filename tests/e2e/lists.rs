//! Ten thousand people: all of them within reach of the scrollbar, any of them found as one types.

use super::harness::{Browser, Device, Look, Site, e2e};
use super::support::{App, HOLD_THE_REST, HOLD_THE_SAMPLE, calm, person};
use landfall::model::Timestamp;
use landfall::remote::simulated::Sample;
use serde_json::{Value, json};
use thirtyfour::Key;

const LIST: &str = "[data-testid=record-list]";

/// Scrolls from top to bottom in so many steps. At each stop: how many rows the document has, how many of
/// the sheet's pixels no row covers, and the number of the row in the middle.
const SCROLL_THROUGH: &str = "
    const [steps] = arguments;
    const sheet = document.querySelector('[data-testid=record-list]');
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const look = () => {
        const rows = [...sheet.querySelectorAll('[data-record-id]')];
        const box = sheet.getBoundingClientRect();
        const middle = rows.find((row) => row.getBoundingClientRect().bottom > box.top + box.height / 2);
        const bottom = Math.max(...rows.map((row) => row.getBoundingClientRect().bottom));
        return {
            rows: rows.length, bare: Math.max(0, box.bottom - bottom - 20),
            middle: Number(middle?.getAttribute('aria-rowindex')) - 2,
            last: Number(rows.at(-1)?.getAttribute('aria-rowindex')) - 2,
            share: sheet.scrollTop / (sheet.scrollHeight - sheet.clientHeight),
        };
    };
    return (async () => {
        const stops = [];
        for (let step = 0; step <= steps; step++) {
            sheet.scrollTop = (sheet.scrollHeight - sheet.clientHeight) * step / steps;
            await frame();
            stops.push(look());
        }
        return stops;
    })();";

/// Types words at once and says in which frame the first row is the wanted one.
const SEARCH: &str = "
    const [words, wanted] = arguments;
    const box = document.querySelector('[role=searchbox]');
    const began = performance.now();
    box.value = words;
    box.dispatchEvent(new InputEvent('input', { bubbles: true }));
    return new Promise((done) => {
        let frames = 0;
        const look = () => {
            frames += 1;
            const found = document.querySelector('[data-record-id]')?.dataset.recordId === wanted;
            if (!found && frames < 300) return requestAnimationFrame(look);
            done({ frames, ms: performance.now() - began, rows: document.querySelectorAll('[data-record-id]').length });
        };
        requestAnimationFrame(look);
    });";

async fn people() -> App {
    let app = App::open(calm()).await;
    app.go("c/people").await;
    app.browser.wait_for("[data-record-id]").await;
    app
}

async fn column(app: &App, at: usize) -> Vec<String> {
    let cells =
        format!("[...document.querySelectorAll('[data-record-id]')].map((row) => row.children[{at}].innerText)");
    app.browser.eval(&cells).await
}

#[test]
fn the_scrollbar_reaches_every_row_and_tells_the_truth() {
    e2e(async {
        let app = people().await;
        let stops = app.browser.run(SCROLL_THROUGH, vec![json!(80)]).await;
        let stops: Vec<Value> = serde_json::from_value(stops).expect("stops");
        let number = |stop: &Value, name: &str| stop[name].as_f64().expect("a number");
        for stop in &stops {
            assert!(number(stop, "rows") <= 60.0, "{stop}");
            assert!(number(stop, "bare") <= 0.0, "rows end above the sheet's edge: {stop}");
            let told = number(stop, "share") * 10_000.0;
            assert!((number(stop, "middle") - told).abs() < 30.0, "the bar tells {told}: {stop}");
        }
        assert_eq!(stops.last().map(|stop| stop["last"].clone()), Some(json!(9_999)));
        app.browser.no_console_errors().await;
    });
}

#[test]
fn a_search_by_name_or_address_answers_in_the_next_frame() {
    e2e(async {
        let app = people().await;
        let wanted = person(4_321);
        for words in [wanted.text("name"), wanted.text("email")] {
            let found = app.browser.run(SEARCH, vec![json!(words), json!(wanted.id)]).await;
            assert!(found["frames"].as_u64() <= Some(2) || found["ms"].as_f64() < Some(100.0), "{words}: {found}");
            app.browser.run(SEARCH, vec![json!(""), json!("")]).await;
        }
    });
}

#[test]
fn a_search_narrows_with_each_letter_and_the_address_holds_it() {
    e2e(async {
        let app = people().await;
        let wanted = person(17);
        app.browser.fill("q", &wanted.text("email")).await;
        app.browser.wait_until("document.querySelectorAll('[data-record-id]').length === 1").await;
        assert_eq!(
            app.browser.eval::<String>("new URLSearchParams(location.search).get('q')").await,
            wanted.text("email")
        );
        app.reload().await;
        app.browser.wait_for(&format!("[data-record-id='{}']", wanted.id)).await;
        assert_eq!(app.value("q").await, wanted.text("email"));
        app.browser.fill("q", "nobody of that name").await;
        app.browser.click("button", "Clear search and filters").await;
        app.browser.wait_for("[data-record-id]").await;
        assert_eq!(app.browser.eval::<String>("location.search").await, "");
    });
}

#[test]
fn a_column_sorts_both_ways_and_the_address_holds_it() {
    e2e(async {
        let app = people().await;
        app.browser.click("button", "City").await;
        app.browser.wait_for("[role=columnheader][aria-sort=ascending] button").await;
        app.browser.wait_until("location.search === '?sort=city'").await;
        app.browser.click("button", "City").await;
        app.browser.wait_until("location.search === '?sort=-city'").await;
        let first = app.browser.eval::<String>("document.querySelector('[data-record-id]').dataset.recordId").await;
        app.reload().await;
        app.browser.wait_for("[role=columnheader][aria-sort=descending]").await;
        app.browser
            .wait_until(&format!("document.querySelector('[data-record-id]').dataset.recordId === '{first}'"))
            .await;
    });
}

#[test]
fn a_filter_by_field_shows_only_what_meets_it() {
    e2e(async {
        let app = people().await;
        let all = app.browser.eval::<String>("document.querySelector('.titled .num').innerText").await;
        app.browser.click("button", "Filter").await;
        app.browser.wait_for("#filter-field").await;
        let choose = "const set = (css, value) => { const s = document.querySelector(css); s.value = value;
                s.dispatchEvent(new Event('change', { bubbles: true })); };
            set('#filter-field', 'role');
            return new Promise((done) => setTimeout(() => { set('[name=role]', arguments[0]); done(); }));";
        let role = person(0).text("role");
        app.browser.run(choose, vec![json!(role)]).await;
        app.browser.click("button", "Apply").await;
        app.browser
            .wait_until(&format!(
                "new URLSearchParams(location.search).get('f') === {}",
                json!(format!("role:is:{role}"))
            ))
            .await;
        app.reload().await;
        app.browser.wait_for("[data-record-id]").await;
        assert!(column(&app, 4).await.iter().all(|shown| *shown == role), "{:?}", column(&app, 4).await);
        assert_ne!(app.browser.eval::<String>("document.querySelector('.titled .num').innerText").await, all);
        app.browser.click("button", &format!("Remove filter: Role is {role}")).await;
        app.browser.wait_until(&format!("document.querySelector('.titled .num').innerText === '{all}'")).await;
    });
}

#[test]
fn back_restores_place_search_and_sort() {
    e2e(async {
        let app = people().await;
        app.browser.click("button", "City").await;
        app.browser.wait_until("location.search === '?sort=city'").await;
        app.browser.fill("q", "an").await;
        app.browser.wait_until("location.search === '?q=an&sort=city'").await;
        app.browser.run(&format!("document.querySelector('{LIST}').scrollTop = 7000;"), vec![]).await;
        let inside = format!(
            "[...document.querySelectorAll('[data-record-id]')].find((row) => row.getBoundingClientRect().top > document.querySelector('{LIST}').getBoundingClientRect().top + 100)"
        );
        app.browser.wait_until(&format!("Number({inside}?.getAttribute('aria-rowindex')) > 150")).await;
        let before = app.browser.eval::<String>(&format!("{inside}.dataset.recordId")).await;
        app.browser.run(&format!("{inside}.querySelector('a').click();"), vec![]).await;
        app.browser.by_role("button", "Save").await;
        app.browser.back().await;
        app.browser.wait_until(&format!("document.querySelector('{LIST}')?.scrollTop === 7000")).await;
        app.browser.wait_until(&format!("{inside}?.dataset.recordId === '{before}'")).await;
        assert_eq!(app.value("q").await, "an");
        assert_eq!(app.browser.eval::<String>("location.search").await, "?q=an&sort=city");
        app.browser.wait_for("[role=columnheader][aria-sort=ascending]").await;
    });
}

#[test]
fn a_phone_shows_a_feed_and_a_desk_a_grid() {
    e2e(async {
        let mut app = people().await;
        app.browser.wait_for(&format!("{LIST}[role=grid][aria-label=People][aria-rowcount='10001']")).await;
        app.browser.look(Look { device: Device::Phone, ..Look::default() }).await;
        app.browser.wait_for(&format!("{LIST}[role=feed][aria-label=People] article[aria-setsize='10000']")).await;
        let stops = app.browser.run(SCROLL_THROUGH, vec![json!(20)]).await;
        assert!(stops.as_array().expect("stops").iter().all(|stop| stop["rows"].as_u64() <= Some(60)), "{stops}");
        app.browser.wait_for("article[aria-posinset='10000']").await;
    });
}

#[test]
fn a_deep_link_opens_its_rows_and_its_record() {
    e2e(async {
        let app = App::open(calm()).await;
        let (one, other) = (person(99), person(100));
        app.load(&format!("c/people?q={}", one.text("email"))).await;
        app.browser.wait_for(&format!("[data-record-id='{}']", one.id)).await;
        app.load(&format!("c/people/{}", other.id)).await;
        app.browser
            .wait_until(&format!("document.querySelector('h1')?.innerText === {}", json!(other.text("name"))))
            .await;
        app.reload().await;
        app.browser
            .wait_until(&format!("document.querySelector('h1')?.innerText === {}", json!(other.text("name"))))
            .await;
        app.browser.no_console_errors().await;
    });
}

#[test]
fn arrows_and_end_walk_the_rows_and_enter_opens_one() {
    e2e(async {
        let app = people().await;
        app.browser.run(&format!("document.querySelector('{LIST}').focus();"), vec![]).await;
        app.browser.press(Key::Down).await;
        app.browser.wait_until("document.activeElement.closest('[data-record-id]')?.ariaRowIndex === '2'").await;
        app.browser.press(Key::End).await;
        app.browser.wait_until("document.activeElement.closest('[data-record-id]')?.ariaRowIndex === '10001'").await;
        let last = app.browser.eval::<String>("document.activeElement.innerText").await;
        app.browser.press(Key::Enter).await;
        app.browser.wait_until(&format!("document.querySelector('h1').innerText === {}", json!(last))).await;
    });
}

/// A list that opened with no row never heard of another search: it stayed empty, and said that nothing was there yet.
#[test]
fn a_link_to_a_search_that_finds_nothing_leads_to_all_rows_once_it_is_cleared() {
    e2e(async {
        let app = App::open(calm()).await;
        app.load("c/people?q=nobody of that name").await;
        app.browser.click("button", "Clear search and filters").await;
        app.browser.wait_for("[data-record-id]").await;
        app.browser.wait_until("document.querySelector('.titled .num').innerText === '10,000'").await;
    });
}

/// Ten thousand people were made before the first was shown.
#[test]
fn the_first_people_are_there_before_the_rest_is_made() {
    e2e(async {
        let site = Site::at("/");
        let mut browser = Browser::open().await;
        browser.at_start(HOLD_THE_REST).await;
        browser.goto(site.url("c/people")).await;
        browser.wait_for("[data-testid=record-list][aria-busy=true] [data-record-id]").await;
        let first = Sample::new(1, Timestamp(0)).people_by_name().into_iter().next().map(person).expect("a person");
        let shown = browser.eval::<String>("document.querySelector('[data-record-id] a').innerText").await;
        assert_eq!(shown, first.text("name"));
        browser.wait_for_text("10,000").await;
        assert!(browser.eval::<bool>("document.documentElement.hasAttribute('data-first')").await);
        browser.goto(site.url("settings")).await;
        assert!(browser.eval::<bool>("!document.documentElement.hasAttribute('data-first')").await, "a later visit");
    });
}

/// A collection on its way was called empty: what is loaded from the disk is not all that there is.
#[test]
fn what_has_not_come_yet_is_not_called_empty() {
    e2e(async {
        let site = Site::at("/");
        let mut browser = Browser::open().await;
        browser.at_start(HOLD_THE_SAMPLE).await;
        browser.goto(site.url("c/tasks")).await;
        browser.wait_for("[data-testid=skeleton]").await;
        browser.wait_for_text("Fetching the first records…").await;
        assert!(browser.all(".empty").await.is_empty());
    });
}
