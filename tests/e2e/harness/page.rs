//! Finding things the way a person does, by role and name, and waiting until they are there.

use super::{Browser, package_path};
use serde_json::{Value, json};
use std::time::Duration;
use thirtyfour::{By, WebElement};
use tokio::time::Instant;

/// How long a page may take to show what is expected of it.
const PATIENCE: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(20);

/// The visible elements of a role and an accessible name. Names are worked out for what our pages use:
/// labels by reference, `aria-label`, `<label>`, alternative text, then the text inside.
const BY_ROLE: &str = "
    const [role, name] = arguments;
    const implicit = {
        button: 'button, summary, input[type=submit], input[type=button]', link: 'a[href], area[href]',
        heading: 'h1, h2, h3, h4, h5, h6', checkbox: 'input[type=checkbox]', radio: 'input[type=radio]',
        textbox: 'textarea, input:not([type]), input[type=text], input[type=email], input[type=url], input[type=tel]',
        searchbox: 'input[type=search]', combobox: 'select', dialog: 'dialog', option: 'option', img: 'img, svg',
        navigation: 'nav', main: 'main', row: 'tr', table: 'table', list: 'ul, ol', listitem: 'li', form: 'form',
    }[role];
    const explicit = `[role~='${role}']`;
    const tidy = (text) => (text ?? '').replace(/\\s+/g, ' ').trim();
    const named = (el) => {
        const ids = tidy(el.getAttribute('aria-labelledby')).split(' ').filter(Boolean);
        const referred = tidy(ids.map((id) => document.getElementById(id)?.textContent).join(' '));
        return referred || tidy(el.getAttribute('aria-label')) || tidy([...(el.labels ?? [])].map((l) => l.textContent).join(' '))
            || tidy(el.getAttribute('alt')) || tidy(el.innerText ?? el.textContent) || tidy(el.value) || tidy(el.title);
    };
    const candidates = document.querySelectorAll(implicit ? `${explicit}, :is(${implicit}):not([role])` : explicit);
    return [...candidates].filter((el) => el.checkVisibility({ visibilityProperty: true })
        && !el.closest('[aria-hidden=true], [inert]') && named(el) === name);";

impl Browser {
    /// Asks again and again until there is an answer, and returns it; panics after ten seconds.
    pub async fn until<T>(&self, what: &str, probe: impl AsyncFn() -> Option<T>) -> T {
        self.until_within(PATIENCE, what, probe).await
    }

    /// The same with another patience: for what the app itself waits longer for.
    pub async fn until_within<T>(&self, patience: Duration, what: &str, probe: impl AsyncFn() -> Option<T>) -> T {
        let start = Instant::now();
        loop {
            if let Some(answer) = probe().await {
                return answer;
            }
            if start.elapsed() > patience {
                panic!("waited {patience:?} for {what}; {}", self.situation().await);
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// Waits until a JavaScript expression is true.
    pub async fn wait_until(&self, condition: &str) {
        let script = format!("return Boolean({condition});");
        self.until(condition, async || (self.run(&script, Vec::new()).await == Value::Bool(true)).then_some(())).await;
    }

    /// Waits for the first element that matches a CSS selector.
    pub async fn wait_for(&self, css: &str) -> WebElement {
        self.until(css, async || self.driver.find(By::Css(css)).await.ok()).await
    }

    /// Waits until no element matches a CSS selector.
    pub async fn wait_gone(&self, css: &str) {
        let absent = format!("!document.querySelector({})", json!(css));
        self.wait_until(&absent).await;
    }

    /// Waits until the page shows a text.
    pub async fn wait_for_text(&self, text: &str) {
        self.wait_until(&format!("document.body.innerText.includes({})", json!(text))).await;
    }

    /// All elements that match a CSS selector now.
    pub async fn all(&self, css: &str) -> Vec<WebElement> {
        self.driver.find_all(By::Css(css)).await.expect("a selector")
    }

    /// Waits for the first visible element with this role and accessible name.
    pub async fn by_role(&self, role: &str, name: &str) -> WebElement {
        self.until(&format!("a {role} named “{name}”"), async || {
            self.all_by_role(role, name).await.into_iter().next()
        })
        .await
    }

    /// All visible elements with this role and accessible name now.
    pub async fn all_by_role(&self, role: &str, name: &str) -> Vec<WebElement> {
        let found = self.driver.execute(BY_ROLE, vec![json!(role), json!(name)]).await.expect("a search");
        found.elements().unwrap_or_default()
    }

    /// Waits for the form control with this `name` attribute.
    pub async fn field(&self, name: &str) -> WebElement {
        self.wait_for(&format!(":is(input, textarea, select)[name='{name}']")).await
    }

    /// Clicks what has this role and accessible name, as soon as it can be clicked.
    pub async fn click(&self, role: &str, name: &str) {
        self.until(&format!("a {role} named “{name}” that can be clicked"), async || {
            self.by_role(role, name).await.click().await.ok()
        })
        .await;
    }

    /// Replaces what a form control holds, key by key.
    pub async fn fill(&self, name: &str, text: &str) {
        let field = self.field(name).await;
        let select_all = thirtyfour::Key::Control + "a";
        field.send_keys(select_all).await.expect("the control takes keys");
        let keys = if text.is_empty() { thirtyfour::Key::Delete.into() } else { thirtyfour::TypingData::from(text) };
        field.send_keys(keys).await.expect("the control takes keys");
    }

    /// The visible text of the first element that matches a CSS selector.
    pub async fn text(&self, css: &str) -> String {
        self.wait_for(css).await.text().await.expect("a text")
    }

    /// Saves a picture of the current tab under `screenshots/`.
    pub async fn screenshot(&self, name: &str) {
        let folder = package_path("screenshots");
        std::fs::create_dir_all(&folder).expect("the folder for screenshots");
        self.driver.screenshot(&folder.join(format!("{name}.png"))).await.expect("a screenshot");
    }

    /// Saves a small picture of the current tab at a path inside the package, for the docs.
    pub async fn small_picture(&self, path: &str) {
        let taken = self.devtools("Page.captureScreenshot", json!({ "format": "webp", "quality": 82 })).await;
        let path = package_path(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder for pictures");
        let bytes = "return Array.from(atob(arguments[0]), (letter) => letter.charCodeAt(0));";
        let bytes: Vec<u8> = serde_json::from_value(self.run(bytes, vec![taken["data"].clone()]).await).expect("bytes");
        std::fs::write(path, bytes).expect("a picture is written");
    }

    /// Where the page is and what it shows, for a message.
    async fn situation(&self) -> String {
        let shown = "return `${location.href} shows: ${document.body?.innerText.slice(0, 600)}`;";
        match self.driver.execute(shown, Vec::new()).await {
            Ok(text) => text.json().as_str().unwrap_or_default().to_owned(),
            Err(error) => format!("the page does not answer: {error}"),
        }
    }
}
