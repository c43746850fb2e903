//! The look holds for everyone: little room, large letters, less motion, forced colours, more contrast, either
//! density; and nothing jumps while a screen comes.

use super::harness::{Browser, Device, Look, Site, Theme, e2e};
use super::support::{App, BUSY, HOLD_THE_SAMPLE, QUIET, calm, person};
use serde_json::{Value, json};

/// What sticks out of the window, scrolls sideways in the page, or is cut off inside a box of a fixed size.
const MISFITS: &str = "(() => {
    const name = (el, why) => `${why}: ${el.tagName}.${el.className} “${el.textContent.slice(0, 30)}”`;
    const shown = (el) => el.checkVisibility() && !el.closest('.unseen, [role=grid], select') && el.getBoundingClientRect().width > 0;
    const all = [...document.querySelectorAll('main, main *, header *, nav *, .toasts *')].filter(shown);
    const wide = [document.documentElement, document.querySelector('.shell'), document.querySelector('main')]
        .filter((box) => box && box.scrollWidth > box.clientWidth);
    const out = all.filter((el) => el.getBoundingClientRect().right > innerWidth + 1 || el.getBoundingClientRect().left < -1);
    const words = all.filter((el) => el.matches('h1, h2, h3, p, label, legend, button, a.button, .hint, .error, .segments label')
        && getComputedStyle(el).overflow !== 'visible' && (el.scrollWidth > el.clientWidth + 1 || el.scrollHeight > el.clientHeight + 2));
    const cut = all.filter((el) => el.matches('.tile > *, .bar > * > *, .chip > *, .line > *, .segments > *')
        && !el.matches('b, input, .count') && (el.getBoundingClientRect().bottom > el.parentElement.getBoundingClientRect().bottom + 1
            || el.getBoundingClientRect().top < el.parentElement.getBoundingClientRect().top - 1));
    return [...wide.map((el) => name(el, 'wide')), ...out.map((el) => name(el, 'out')),
        ...words.map((el) => name(el, 'words')), ...cut.map((el) => name(el, 'cut'))];
})()";

/// What can be pressed and is smaller than so many pixels. Links inside a sentence are as large as its letters.
const SMALL: &str = "
    const [least] = arguments;
    const targets = [...document.querySelectorAll('a[href], button, input, select, textarea, [role=option]')];
    return targets.filter((el) => el.checkVisibility() && !el.matches('.skip, p > a, h2 > a')).flatMap((el) => {
        const inside = el.matches('.check input, .segments input, .contest input, input[type=file]') ? el.closest('label') ?? el : el;
        const stretched = el.matches('[data-record-id] a') ? el.closest('[data-record-id]') : inside;
        const box = stretched.getBoundingClientRect();
        return Math.min(box.width, box.height) >= least ? [] : [`${Math.round(box.width)}×${Math.round(box.height)} ${el.outerHTML.slice(0, 120)}`];
    });";

/// Adds up the layout shifts of a page that nobody touched.
const WATCH_SHIFTS: &str = "window.shifts = { sum: 0, what: [] };
    new PerformanceObserver((list) => list.getEntries().filter((shift) => !shift.hadRecentInput).forEach((shift) => {
        shifts.sum += shift.value;
        shifts.what.push(...shift.sources.map((s) => `${shift.value.toFixed(4)} ${s.node?.nodeName}.${s.node?.className} ${s.previousRect.top}→${s.currentRect.top} ${s.previousRect.left}→${s.currentRect.left}`));
    })).observe({ type: 'layout-shift', buffered: true });";

/// The first row whose whole height is in sight, and how tall it is.
const TOP_ROW: &str = "(() => {
    const sheet = document.querySelector('[data-testid=record-list]');
    const head = sheet.querySelector('.heads')?.getBoundingClientRect().height ?? 0;
    const rows = [...sheet.querySelectorAll('[data-record-id]')];
    const row = rows.find((row) => row.getBoundingClientRect().top >= sheet.getBoundingClientRect().top + head - 2);
    return row ? [row.dataset.recordId, row.offsetHeight] : ['', 0];
})()";

const TOKENS: &str =
    "[...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).length && ['paper', 'sheet', 'land', 'water',
    'ink', 'soft', 'line', 'edge', 'accent', 'on-accent', 'wait', 'trouble', 'ring'].map((name) => {
        const probe = document.createElement('i');
        probe.style = name === 'ring' ? 'border-left: var(--ring) solid' : `color: var(--${name})`;
        document.body.append(probe);
        const found = name === 'ring' ? getComputedStyle(probe).borderLeftWidth : getComputedStyle(probe).color;
        probe.remove();
        return found;
    }).join(' ')";

impl App {
    /// Keeps a preference without the settings, for the pages loaded from now on.
    async fn prefer(&self, name: &str, word: &str) {
        self.browser
            .run("localStorage.setItem(`landfall.${arguments[0]}`, arguments[1]);", vec![json!(name), json!(word)])
            .await;
    }
}

/// Shows every screen, quiet and busy, and gathers what a script finds wrong with each.
async fn on_every_screen(app: &App, inspect: impl AsyncFn(&Browser) -> Vec<String>) {
    let mut found = Vec::new();
    for screen in QUIET {
        app.show(screen).await;
        found.push((screen.0, inspect(&app.browser).await));
    }
    app.show_record().await;
    found.push(("record", inspect(&app.browser).await));
    app.make_busy().await;
    for screen in BUSY {
        app.show(screen).await;
        found.push((screen.0, inspect(&app.browser).await));
    }
    found.retain(|(_, wrong)| !wrong.is_empty());
    assert!(found.is_empty(), "{found:#?}");
}

async fn fits(device: Device, letters: u32) {
    let mut app = App::open(calm()).await;
    app.browser.look(Look { device, ..Look::default() }).await;
    let sizes = json!({ "fontSizes": { "standard": letters, "fixed": letters } });
    app.browser.devtools("Page.setFontSizes", sizes).await;
    app.load("").await;
    let size = format!("getComputedStyle(document.documentElement).fontSize === '{letters}px'");
    assert!(app.browser.eval::<bool>(&size).await, "the browser's letters are {letters} px");
    on_every_screen(&app, async |browser| browser.eval(MISFITS).await).await;
}

#[test]
fn every_screen_fits_into_320_pixels() {
    e2e(fits(Device::Window(320, 640), 16));
}

#[test]
fn every_screen_fits_a_desk_at_twice_the_zoom() {
    e2e(fits(Device::Window(640, 400), 16));
}

#[test]
fn every_screen_fits_a_desk_with_letters_of_twice_the_size() {
    e2e(fits(Device::Desk, 32));
}

#[test]
fn every_screen_fits_a_phone_with_letters_of_twice_the_size() {
    e2e(fits(Device::Phone, 32));
}

#[test]
fn everything_is_large_enough_for_a_finger() {
    e2e(async {
        let mut app = App::open(calm()).await;
        app.browser.look(Look { device: Device::Phone, ..Look::default() }).await;
        assert!(app.browser.eval::<bool>("matchMedia('(pointer: coarse)').matches").await);
        on_every_screen(&app, async |browser| small(browser, 40).await).await;
    });
}

#[test]
fn everything_is_large_enough_for_a_mouse() {
    e2e(async {
        let app = App::open(calm()).await;
        app.prefer("density", "compact").await;
        on_every_screen(&app, async |browser| small(browser, 24).await).await;
    });
}

async fn small(browser: &Browser, least: u32) -> Vec<String> {
    let found = browser.run(SMALL, vec![json!(least)]).await;
    serde_json::from_value(found).expect("a list of texts")
}

/// What moves now, by name.
async fn moving(browser: &Browser) -> Vec<String> {
    let running = "document.getAnimations().filter((one) => one.playState === 'running').map((one) => one.animationName ?? one.transitionProperty)";
    browser.eval(running).await
}

#[test]
fn nothing_moves_for_who_asked_for_calm() {
    e2e(async {
        for reduced_motion in [false, true] {
            let site = Site::at("/");
            let mut browser = Browser::open().await;
            browser.look(Look { reduced_motion, ..Look::default() }).await;
            browser.at_start(HOLD_THE_SAMPLE).await;
            browser.goto(site.url("c/tasks")).await;
            browser.wait_for("[data-testid=skeleton] .bone").await;
            let skeleton = moving(&browser).await;
            assert_eq!(skeleton.iter().any(|name| name == "shimmer"), !reduced_motion, "{skeleton:?}");
        }
        let mut app = App::open(calm()).await;
        app.browser.look(Look { reduced_motion: true, ..Look::default() }).await;
        app.make_busy().await;
        for screen in BUSY {
            app.show(screen).await;
            assert!(moving(&app.browser).await.is_empty());
        }
        app.edit("people", &person(4).id, "city", "Calm").await;
        assert!(moving(&app.browser).await.is_empty(), "a notice appears at once");
    });
}

async fn emulate(browser: &Browser, feature: &str, value: &str) {
    let media = json!({ "features": [{ "name": feature, "value": value }] });
    browser.devtools("Emulation.setEmulatedMedia", media).await;
    assert!(browser.eval::<bool>(&format!("matchMedia('({feature}: {value})').matches")).await);
}

/// A computed style of the first element that matches.
async fn style(browser: &Browser, css: &str, property: &str) -> String {
    browser.wait_for(css).await;
    browser
        .eval(&format!("getComputedStyle(document.querySelector({})).getPropertyValue('{property}')", json!(css)))
        .await
}

#[test]
fn forced_colours_leave_every_state_to_be_seen() {
    e2e(async {
        let app = App::open(calm()).await;
        emulate(&app.browser, "forced-colors", "active").await;
        app.make_busy().await;
        let ground = async |css: &str| style(&app.browser, css, "background-color").await;
        app.load("settings").await;
        assert_ne!(
            ground(".segments label:has(:checked)").await,
            ground(".segments label:not(:has(:checked))").await,
            "the chosen segment"
        );
        assert_ne!(
            ground(".side a[aria-current]").await,
            ground(".side a:not([aria-current])").await,
            "the present screen"
        );
        assert_eq!(style(&app.browser, ".switch input", "appearance").await, "auto", "a switch is the system's");
        assert_ne!(style(&app.browser, ".button", "border-top-style").await, "none", "a button has an edge");
        let ink = style(&app.browser, ".side a:not([aria-current]) .icon", "stroke").await;
        assert_ne!(ink, ground("body").await, "icons are drawn in the system's ink");
        app.browser.run("document.querySelector('.top .square').focus({ focusVisible: true });", vec![]).await;
        assert_eq!(style(&app.browser, ".top .square", "outline-style").await, "solid", "the focus has a ring");

        app.load("c/people").await;
        let edge = async |css: &str| style(&app.browser, css, "border-left-width").await;
        assert_eq!(edge("[data-record-id][data-sync=synced]").await, "0px");
        app.load("c/people?q=Busy").await;
        for state in ["pending", "failed", "conflict"] {
            assert_eq!(edge(&format!("[data-record-id][data-sync={state}]")).await, "4px", "{state}");
            app.browser.wait_for(&format!("[data-sync={state}] .badge .icon")).await;
        }
    });
}

#[test]
fn high_contrast_is_chosen_kept_and_the_same_as_the_systems() {
    e2e(async {
        let mut app = App::open(calm()).await;
        let own = app.browser.eval::<String>(TOKENS).await;
        app.load("settings").await;
        app.browser.run("document.querySelector('[name=theme][value=contrast]').click();", vec![]).await;
        app.browser.wait_for(":root[data-theme=contrast]").await;
        let chosen = app.browser.eval::<String>(TOKENS).await;
        assert_ne!(own, chosen);
        app.browser.at_start("addEventListener('DOMContentLoaded', () => { window.early = document.documentElement.dataset.theme; });").await;
        app.reload().await;
        assert_eq!(app.browser.eval::<String>("early").await, "contrast", "before the app is there");
        app.make_busy().await;
        for theme in [Theme::Light, Theme::Dark] {
            app.browser.look(Look { theme, reduced_motion: true, ..Look::default() }).await;
            for screen in BUSY {
                app.show(screen).await;
                assert_eq!(enhanced(&app.browser).await, Vec::<String>::new(), "{} in the {}", screen.0, theme.name());
            }
            app.load("settings").await;
            assert_eq!(enhanced(&app.browser).await, Vec::<String>::new(), "settings in the {}", theme.name());
        }
        app.browser.look(Look::default()).await;
        app.prefer("theme", "system").await;
        emulate(&app.browser, "prefers-contrast", "more").await;
        app.load("").await;
        assert_eq!(app.browser.eval::<String>(TOKENS).await, chosen);
    });
}

/// What has less contrast than seven to one (WCAG 1.4.6).
async fn enhanced(browser: &Browser) -> Vec<String> {
    browser.axe().await; // brings axe in
    let run = "return axe.run(document, { runOnly: { type: 'rule', values: ['color-contrast-enhanced'] } })
        .then((found) => found.violations.flatMap((rule) => rule.nodes.map((node) => `${node.target} ${node.failureSummary}`)));";
    serde_json::from_value(browser.run(run, Vec::new()).await).expect("a list of texts")
}

async fn top_row(browser: &Browser) -> (String, f64) {
    browser.eval(TOP_ROW).await
}

#[test]
fn another_density_or_shape_keeps_the_place() {
    e2e(async {
        let mut app = App::open(calm()).await;
        app.go("c/people").await;
        app.browser.wait_for("[data-record-id]").await;
        app.browser.run("document.querySelector('[data-testid=record-list]').scrollTop = 44 * 4321;", vec![]).await;
        app.browser.wait_until(&format!("{TOP_ROW}[0] && document.querySelector('[aria-rowindex=\"4330\"]')")).await;
        let (before, roomy) = top_row(&app.browser).await;
        app.go("settings").await;
        app.browser.wait_for("[name=density]").await;
        app.browser.run("document.querySelector('[name=density][value=compact]').click();", vec![]).await;
        app.browser.back().await;
        app.browser
            .wait_until(&format!("document.querySelector('[data-testid=record-list]') && {TOP_ROW}[0] === '{before}'"))
            .await;
        let (_, tight) = top_row(&app.browser).await;
        assert_eq!((roomy, tight), (44.0, 34.0));
        // A narrower window draws cards, and the same person stays at the top.
        app.browser.look(Look { device: Device::Window(600, 800), ..Look::default() }).await;
        app.browser.wait_until(&format!("document.querySelector('[role=feed]') && {TOP_ROW}[0] === '{before}'")).await;
        assert_eq!(top_row(&app.browser).await.1, 52.0);
    });
}

async fn shifts(browser: &Browser, what: &str, wrong: &mut Vec<String>) {
    let shifts = browser.eval::<Value>("shifts").await;
    if shifts["sum"].as_f64().is_none_or(|sum| sum > 0.02) {
        wrong.push(format!("{what}: {shifts:#}"));
    }
}

#[test]
fn nothing_jumps_at_a_first_or_a_repeated_visit() {
    e2e(async {
        let mut wrong = Vec::new();
        let record = format!("c/people/{}", person(1).id);
        for device in [Device::Phone, Device::Desk] {
            for (path, sign) in
                [("", ".tiles .big:not(:empty)"), ("c/people", "[data-record-id]"), (&record, "form [name=name]")]
            {
                let site = Site::at("/");
                let mut browser = Browser::open().await;
                browser.look(Look { device, ..Look::default() }).await;
                browser.at_start(WATCH_SHIFTS).await;
                for visit in ["first", "second"] {
                    browser.goto(site.url(path)).await;
                    browser.wait_for(sign).await;
                    browser.wait_until("document.querySelector('[data-testid=sync-status][data-state=synced]')?.innerText.includes('now')").await;
                    shifts(&browser, &format!("{visit} visit of /{path} on a {}", device.name()), &mut wrong).await;
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

#[test]
fn a_count_is_told_when_it_is_known() {
    e2e(async {
        let site = Site::at("/");
        let mut browser = Browser::open().await;
        browser.at_start(HOLD_THE_SAMPLE).await;
        browser.goto(site.url("c/tasks")).await;
        browser.wait_for("[data-testid=skeleton] .grid-row .bone").await;
        let told = "[...document.querySelectorAll('.titled .num, .side [href$=\"/c/tasks\"] .num')].map((one) => one.innerText).join()";
        assert_eq!(browser.eval::<String>(told).await, ",");
        browser.run("document.querySelector('.side a').click();", vec![]).await;
        browser.wait_for(".tiles .big:empty").await;
    });
}

#[test]
fn the_focus_stays_with_an_entry_that_is_sent_again() {
    e2e(async {
        let app = App::open(calm()).await;
        app.make_busy().await;
        app.go("outbox").await;
        app.browser.wait_for("[data-testid=outbox-entry][data-sync=failed]").await;
        app.browser.run("[...document.querySelectorAll('[data-sync=failed] button')].find((b) => b.innerText === 'Retry').focus();", vec![]).await;
        app.browser.press(thirtyfour::Key::Enter).await;
        app.browser.wait_gone("[data-testid=outbox-entry][data-sync=failed]").await;
        let entry = format!("[data-testid=outbox-entry][data-record-id='{}']", person(1).id);
        app.browser.wait_until(&format!("document.activeElement.matches({})", json!(entry))).await;
        // One that was never sent can be discarded: then the heading takes the focus.
        let entry = format!("[data-testid=outbox-entry][data-record-id='{}']", person(3).id);
        app.browser.run("[...document.querySelectorAll(`${arguments[0]} button`)].find((b) => b.innerText === 'Discard').focus();", vec![json!(entry)]).await;
        app.browser.press(thirtyfour::Key::Enter).await;
        app.browser.wait_gone(&entry).await;
        app.browser.wait_until("document.activeElement.matches('main h1')").await;
    });
}
