//! Every screen for everyone: axe finds nothing in any state, theme, language and size.

use super::harness::{Browser, Device, Look, RULES, Site, e2e};
use super::support::{ADA, App, BUSY, Backend, Crew, HOLD_THE_SAMPLE, QUIET, calm, company, person};
use serde_json::json;
use thirtyfour::Key;

const LANGUAGES: [&str; 2] = ["en", "id"];

impl App {
    /// Looks at the sample on a screen of that size, in that language.
    async fn dress(&mut self, device: Device, language: &str) {
        self.browser.look(Look { device, reduced_motion: true, ..Look::default() }).await;
        let speak = "localStorage.setItem('landfall.language', arguments[0]);";
        self.browser.run(speak, vec![json!(language)]).await;
        self.load("").await;
        self.browser.wait_for(&format!("html[lang^={language}]")).await;
    }

    /// Follows a link, which keeps axe in the page, waits for `sign`, and looks at the screen in every theme.
    async fn inspect(&self, path: &str, sign: &str) {
        self.go(path).await;
        self.inspect_here(sign).await;
    }

    async fn inspect_here(&self, sign: &str) {
        self.browser.wait_for(sign).await;
        self.browser.is_accessible_in_every_theme().await;
    }

    /// Clicks the first element that matches.
    async fn click(&self, css: &str) {
        self.browser.wait_for(css).await;
        self.browser.run("document.querySelector(arguments[0]).click();", vec![json!(css)]).await;
    }

    /// The states that someone brings about on a quiet device: errors, menus, dialogs, notices.
    async fn inspect_states(&self, device: Device) {
        self.go("c/people/new").await;
        self.click("form [type=submit]").await;
        self.browser.wait_for("[aria-invalid=true]").await;
        self.browser.fill("company", "a").await;
        self.inspect_here("[role=option]").await;
        self.go("c/people").await;
        self.click(".tools button[aria-expanded]").await;
        self.inspect_here("#filter-field").await;
        self.focus("h1").await;
        self.browser.press("?").await;
        self.inspect_here("dialog.keys[open]").await;
        self.browser.press(Key::Escape).await;
        self.browser.wait_gone("dialog").await;
        self.browser.press(Key::Control + "k").await;
        self.inspect_here(".palette[open]").await;
        self.browser.press("an").await;
        self.inspect_here("#palette li:nth-child(6)").await;
        self.browser.press("no such thing").await;
        self.inspect_here("#palette [aria-disabled=true]").await;
        self.browser.press(Key::Escape).await;
        self.browser.wait_gone("dialog").await;
        if device == Device::Phone {
            self.go("").await;
            self.click(".add button").await;
            self.inspect_here(".add .options").await;
        }
        self.go(&format!("c/companies/{}", company(5).id)).await;
        self.browser.fill("city", "Elsewhere").await;
        self.click("form [type=submit]").await;
        self.browser.run("document.documentElement.setAttribute('data-update', ''); dispatchEvent(new Event('landfall:update'));", vec![]).await;
        self.browser.wait_for("[data-testid=update-ready]").await;
        self.inspect_here(".toast .act").await;
    }
}

async fn inspect_quiet(device: Device, language: &str) {
    let mut app = App::open(calm()).await;
    app.dress(device, language).await;
    for (_, path, sign) in QUIET {
        app.inspect(path, sign).await;
    }
    app.inspect(&format!("c/companies/{}", company(1).id), "section .card.lines a").await;
    app.inspect(&format!("c/people/{}", person(1).id), "[name=notes]").await;
    app.inspect("c/people/nobody", ".empty").await;
    app.inspect("new", "main ul a").await;
    app.inspect_states(device).await;
}

async fn inspect_busy(device: Device) {
    let mut app = App::open(calm()).await;
    app.make_busy().await;
    for language in LANGUAGES {
        app.dress(device, language).await;
        for (_, path, sign) in BUSY {
            app.inspect(path, sign).await;
        }
        app.click("[data-sync=failed] .main-act").await;
        app.inspect_here("form [aria-invalid=true]").await;
        app.click("a[href*='/conflicts/']").await;
        app.inspect_here("[type=radio]").await;
        for index in 1..=3 {
            app.inspect(&format!("c/people/{}", person(index).id), "[data-testid=outbox-entry]").await;
        }
    }
}

#[test]
fn axe_finds_nothing_on_a_desk_in_english() {
    e2e(inspect_quiet(Device::Desk, "en"));
}

#[test]
fn axe_finds_nothing_on_a_desk_in_indonesian() {
    e2e(inspect_quiet(Device::Desk, "id"));
}

#[test]
fn axe_finds_nothing_on_a_phone_in_english() {
    e2e(inspect_quiet(Device::Phone, "en"));
}

#[test]
fn axe_finds_nothing_on_a_phone_in_indonesian() {
    e2e(inspect_quiet(Device::Phone, "id"));
}

#[test]
fn axe_finds_nothing_where_edits_need_the_user_on_a_desk() {
    e2e(inspect_busy(Device::Desk));
}

#[test]
fn axe_finds_nothing_where_edits_need_the_user_on_a_phone() {
    e2e(inspect_busy(Device::Phone));
}

#[test]
fn axe_finds_nothing_while_the_first_records_come_and_where_nothing_opens() {
    e2e(async {
        for device in [Device::Desk, Device::Phone] {
            let look = Look { device, reduced_motion: true, ..Look::default() };
            let mut browser = Browser::open().await;
            browser.look(look).await;
            browser.at_start(HOLD_THE_SAMPLE).await;
            let site = Site::at("/");
            browser.goto(site.url("c/tasks")).await;
            browser.wait_for("[data-testid=skeleton]").await;
            browser.run("window.setTimeout = later;", vec![]).await; // axe needs it; what was held stays so
            browser.is_accessible_in_every_theme().await;
            let (site, mut browser) = (Site::at("/"), Browser::open().await);
            browser.look(look).await;
            site.put("landfall.json", "{");
            browser.goto(site.url("")).await;
            browser.wait_for("main.trouble").await;
            browser.is_accessible_in_every_theme().await;
        }
    });
}

/// On a real server: the door, a wrong password, the account, its dialogs, and the connect screen as far as it goes.
#[test]
fn axe_finds_nothing_where_someone_signs_in_and_out() {
    e2e(async {
        let Some(backend) = Backend::start().await else { return };
        let mut crew = Crew::at_the_door(backend).await;
        let url = crew.backend.url();
        crew.app.browser.look(Look { reduced_motion: true, ..Look::default() }).await;
        crew.app.browser.wait_for("main.trouble form").await;
        crew.app.browser.is_accessible_in_every_theme().await;
        crew.app.browser.fill("identity", ADA.0).await;
        crew.app.browser.fill("password", "not hers").await;
        crew.app.click("[type=submit]").await;
        crew.app.inspect_here("[role=alert] .error").await;
        crew.sign_in(ADA).await;
        crew.complete().await;
        for device in [Device::Desk, Device::Phone] {
            crew.app.dress(device, "en").await;
            crew.app.switch_network("Go offline").await;
            crew.app.go("c/people").await;
            crew.app.click("[data-record-id] a").await;
            crew.app.browser.fill("name", &format!("Unsent on a {}", device.name())).await;
            crew.app.save().await;
            crew.app.inspect("settings", "main .line .danger, main .line .button").await;
            crew.app.browser.click("button", "Sign out").await;
            crew.app.inspect_here("dialog[open]").await;
            crew.app.browser.press(Key::Escape).await;
            crew.app.browser.wait_gone("dialog").await;
            crew.app.browser.click("button", "Go online").await;
            crew.app.synced().await;
            crew.app.go("connect").await;
            crew.app.browser.fill("url", "nonsense").await;
            crew.app.click("main form [type=submit]").await;
            crew.app.inspect_here("main [role=alert] .error").await;
            crew.app.browser.fill("url", &url).await;
            crew.app.click("main form [type=submit]").await;
            crew.app.inspect_here("main [name=auth_collection]").await;
        }
    });
}

/// A run that looks at less than it says would find nothing either.
#[test]
fn axe_runs_every_rule_of_wcag_2_2_and_the_best_practices() {
    e2e(async {
        let app = App::open(calm()).await;
        assert_eq!(app.browser.axe_version().await, "4.14.1");
        let looked = "const found = await axe.run(document, { runOnly: { type: 'tag', values: arguments[0] } });
            return [...found.passes, ...found.violations, ...found.incomplete, ...found.inapplicable].map((rule) => rule.id);";
        let ran = app
            .browser
            .run(
                &format!("return (async () => {{ {looked} }})();").replace("arguments[0]", &json!(RULES).to_string()),
                vec![],
            )
            .await;
        let ran: Vec<&str> = ran.as_array().expect("rules").iter().filter_map(|rule| rule.as_str()).collect();
        let known = format!(
            "axe.getRules({}).filter((rule) => !rule.tags.some((tag) => ['experimental', 'deprecated'].includes(tag))).map((rule) => rule.ruleId)",
            json!(RULES)
        );
        let known = app.browser.eval::<Vec<String>>(&known).await;
        let left_out: Vec<_> = known.iter().filter(|rule| !ran.contains(&rule.as_str())).collect();
        assert!(left_out.is_empty() && known.len() > 80, "{} rules, not run: {left_out:?}", known.len());
        assert!(ran.contains(&"target-size"));
    });
}
