//! The config's look: name, logo and accent, at the first paint, and never so that text cannot be read.

use super::harness::{Browser, Look, Site, Theme, e2e};
use serde_json::{Value, json};

const HOLD_THE_APP: &str =
    "for (const name of ['instantiateStreaming', 'instantiate']) WebAssembly[name] = () => new Promise(() => {});";

const LOGO: &str = "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='8'><circle cx='4' cy='4' r='4'/></svg>";

/// Light, dark, loud, grey, and what comes close to the ground of one of the themes.
const ACCENTS: [&str; 10] =
    ["#0b7a75", "#fff", "#000", "#ff0", "#00f", "#f00", "#fbfaf6", "#0b1b26", "#7f7f7f", "#ff69b4"];

/// The lowest contrast of the accent on each ground that it stands on, and of the text on the accent.
const CONTRASTS: &str = "
    const root = getComputedStyle(document.documentElement);
    const probe = document.body.appendChild(document.createElement('i'));
    const light = (name) => {
        probe.style.color = `var(${name})`;
        const parts = getComputedStyle(probe).color.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255);
        const linear = parts.map((part) => part > 0.04045 ? ((part + 0.055) / 1.055) ** 2.4 : part / 12.92);
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05;
    };
    const contrast = (one, other) => Math.max(light(one), light(other)) / Math.min(light(one), light(other));
    const all = ['--paper', '--sheet', '--land', '--water', '--on-accent'].map((name) => [name, contrast('--accent', name)]);
    const accent = (probe.style.color = 'var(--accent)', getComputedStyle(probe).color);
    probe.remove();
    return { accent, all };";

fn publish(site: &Site, theme: &Value) {
    site.put("landfall.json", &json!({ "name": "Field book", "theme": theme }).to_string());
}

#[test]
fn name_logo_and_accent_show_and_are_there_at_the_next_first_paint() {
    e2e(async {
        let site = Site::at("/");
        site.put("brand/logo.svg", LOGO);
        publish(&site, &json!({ "accent": "#8a1c7c", "logo": "brand/logo.svg" }));
        let mut browser = Browser::open().await;
        browser.goto(site.url("c/people")).await;
        browser.wait_for("[data-record-id]").await;
        assert!(browser.text("header .brand").await.starts_with("Field book"));
        browser.wait_until("document.querySelector('header img.mark')?.naturalWidth === 8").await;
        assert_eq!(browser.eval::<String>("document.title").await, "People · Field book");
        let worn = browser.run(CONTRASTS, vec![]).await;
        assert_eq!(worn["accent"], "rgb(138, 28, 124)", "it can be read as it is");
        browser.no_console_errors().await;

        browser.at_start(HOLD_THE_APP).await;
        browser.reload().await;
        browser.wait_for("#boot").await;
        assert!(browser.text("#boot .brand").await.starts_with("Field book"));
        browser.wait_until("document.querySelector('#boot img.mark')?.naturalWidth === 8").await;
        assert_eq!(browser.run(CONTRASTS, vec![]).await, worn);
        assert_eq!(browser.eval::<String>("document.title").await, "Field book");
    });
}

#[test]
fn a_changed_look_is_there_at_the_first_paint_of_the_next_start() {
    e2e(async {
        let site = Site::at("/");
        publish(&site, &json!({}));
        let mut browser = Browser::open().await;
        browser.goto(site.url("")).await;
        browser.wait_for(".tiles").await;
        site.put("landfall.json", &json!({ "name": "Log book" }).to_string());
        browser.reload().await;
        browser.wait_for_text("The config has changed").await;
        browser.at_start(HOLD_THE_APP).await;
        browser.reload().await;
        browser.wait_until("document.querySelector('#boot .brand')?.innerText === 'Log book'").await;
    });
}

#[test]
fn any_accent_can_be_read_in_both_themes() {
    e2e(async {
        for theme in [Theme::Light, Theme::Dark] {
            let site = Site::at("/");
            let mut browser = Browser::open().await;
            browser.look(Look { theme, ..Look::default() }).await;
            publish(&site, &json!({ "accent": "#0b7a75" }));
            browser.goto(site.url("")).await;
            browser.wait_for(".tiles").await;
            for accent in ACCENTS {
                let look = json!({ "name": "Field book", "accent": accent }).to_string();
                browser
                    .run(
                        "localStorage['landfall.look'] = arguments[0]; dispatchEvent(new Event('landfall:look'));",
                        vec![json!(look)],
                    )
                    .await;
                let found = browser.run(CONTRASTS, vec![]).await;
                for pair in found["all"].as_array().expect("pairs") {
                    let contrast = pair[1].as_f64().expect("a number");
                    assert!(
                        contrast >= 4.5,
                        "{accent} became {} on {} in {theme:?}: {contrast}",
                        found["accent"],
                        pair[0]
                    );
                }
            }
        }
    });
}

#[test]
fn a_bad_colour_or_a_logo_from_elsewhere_is_refused_by_its_key() {
    e2e(async {
        let site = Site::at("/");
        let browser = Browser::open().await;
        for (theme, key) in [
            (json!({ "accent": "red" }), "theme.accent"),
            (json!({ "logo": "https://example.org/a.png" }), "theme.logo"),
            (json!({ "logo": "/\\example.org/a.png" }), "theme.logo"),
            (json!({ "logo": "/\t/example.org/a.png" }), "theme.logo"),
        ] {
            publish(&site, &theme);
            browser.goto(site.url("")).await;
            let told = browser.text("main.trouble pre").await;
            assert!(told.contains(key) && told.contains("line 1"), "{told}");
        }
    });
}
