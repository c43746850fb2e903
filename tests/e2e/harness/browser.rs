//! One person's browser: a profile of its own, tabs in it, and restarts that keep it.
//!
//! Every method acts on the current tab. Emulation belongs to a tab in Chromium, so the browser keeps the
//! wanted [`Look`] and the start scripts, and gives them to each tab that it opens.

use super::look::Look;
use super::stage;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::cell::RefCell;
use std::path::PathBuf;
use thirtyfour::cdp::domains::network::NetworkConditions;
use thirtyfour::{BrowserLogEntry, ChromiumLikeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver};
use thirtyfour::{WebElement, WindowHandle};

const ARGUMENTS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
];

/// What a browser speaks unless a test says otherwise.
const AMERICAN: &str = "en-US";

/// A browser with a fresh profile.
pub struct Browser {
    pub(super) driver: WebDriver,
    profile: PathBuf,
    languages: &'static str,
    look: Look,
    start_scripts: Vec<String>,
    pub(super) console: RefCell<Vec<BrowserLogEntry>>,
}

impl Browser {
    /// Opens a browser with a fresh profile, as large as a desk's screen.
    pub async fn open() -> Self {
        Self::speaking(AMERICAN).await
    }

    /// The same, set to these languages (`navigator.languages`, with commas between).
    pub async fn speaking(languages: &'static str) -> Self {
        let profile = stage::new_profile();
        let driver = start(&profile, languages).await;
        let (look, start_scripts) = (Look::default(), Vec::new());
        let browser = Self { driver, profile, languages, look, start_scripts, console: RefCell::default() };
        browser.dress().await;
        browser
    }

    /// Closes the browser as a person does, and opens it again with the same profile and one empty tab.
    pub async fn restart(&mut self) {
        self.driver.clone().quit().await.expect("the browser closes");
        self.driver = start(&self.profile, self.languages).await;
        self.dress().await;
    }

    /// Ends the browser's process without a warning, as a power cut does, and opens it again.
    pub async fn crash_and_restart(&mut self) {
        let process = self.driver.handle().capabilities().get("goog:processID").expect("a process").to_string();
        let killed = std::process::Command::new("kill").args(["-KILL", &process]).status();
        assert!(killed.is_ok_and(|status| status.success()), "process {process} can be killed");
        let _ = self.driver.clone().quit().await; // chromedriver notices that it is gone
        for lock in ["SingletonLock", "SingletonSocket", "SingletonCookie"] {
            let _ = std::fs::remove_file(self.profile.join(lock));
        }
        self.driver = start(&self.profile, self.languages).await;
        self.dress().await;
    }

    /// Changes how the current tab, and every later one, looks at the page.
    pub async fn look(&mut self, look: Look) {
        self.look = look;
        self.look.apply(&self.driver).await;
    }

    /// Runs `script` before any script of each page that the current tab, and every later one, loads.
    pub async fn at_start(&mut self, script: impl Into<String>) {
        let script = script.into();
        let page = self.driver.cdp();
        page.page().add_script_to_evaluate_on_new_document(&script).await.expect("a start script");
        self.start_scripts.push(script);
    }

    /// Takes the network from the current tab, or gives it back. Service workers keep theirs.
    pub async fn offline(&self, offline: bool) {
        let network = self.driver.cdp();
        network.network().enable().await.expect("network events");
        let conditions = NetworkConditions { offline, ..NetworkConditions::default() };
        network.network().emulate_network_conditions(conditions).await.expect("network conditions");
    }

    /// Goes to an address, and waits until the document is loaded.
    pub async fn goto(&self, url: impl AsRef<str>) {
        self.driver.goto(url.as_ref()).await.unwrap_or_else(|error| panic!("{}: {error}", url.as_ref()));
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        self.driver.refresh().await.expect("the page reloads");
    }

    /// The browser's Back button.
    pub async fn back(&self) {
        self.driver.back().await.expect("the page before");
    }

    /// The current tab.
    pub async fn tab(&self) -> WindowHandle {
        self.driver.window().await.expect("a current tab")
    }

    /// Opens an empty tab and makes it the current one. The one before becomes hidden, as for a person.
    pub async fn open_tab(&self) -> WindowHandle {
        let tab = self.driver.new_tab().await.expect("a new tab");
        self.settle_in(&tab).await;
        tab
    }

    /// Opens an empty window and makes it the current one. The one before stays visible beside it.
    pub async fn open_window(&self) -> WindowHandle {
        let window = self.driver.new_window().await.expect("a new window");
        self.settle_in(&window).await;
        window
    }

    /// Makes `tab` the current one.
    pub async fn switch_to(&self, tab: &WindowHandle) {
        self.driver.switch_to_window(tab.clone()).await.expect("the tab is open");
    }

    /// Closes the current tab and makes `next` the current one.
    pub async fn close_tab(&self, next: &WindowHandle) {
        self.driver.close_window().await.expect("the tab closes");
        self.switch_to(next).await;
    }

    /// The value of a JavaScript expression; a promise is awaited.
    pub async fn eval<T: DeserializeOwned>(&self, expression: &str) -> T {
        let value = self.run(&format!("return ({expression});"), Vec::new()).await;
        serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{expression} gave {value}: {error}"))
    }

    /// What a script (the body of a function of `arguments`) returns.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        let answer = self.driver.execute(script, arguments).await;
        answer.unwrap_or_else(|error| panic!("{script}: {error}")).json().clone()
    }

    /// Sends a command of the Chrome DevTools Protocol to the current tab.
    pub async fn devtools(&self, method: &str, parameters: Value) -> Value {
        let answer = self.driver.cdp().send_raw(method, parameters).await;
        answer.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// Presses keys wherever the focus is; special keys are in [`thirtyfour::Key`].
    pub async fn press(&self, keys: impl Into<thirtyfour::TypingData>) {
        let focused: WebElement = self.driver.active_element().await.expect("a focused element");
        focused.send_keys(keys).await.expect("keys arrive");
    }

    async fn settle_in(&self, tab: &WindowHandle) {
        self.switch_to(tab).await;
        self.dress().await;
    }

    async fn dress(&self) {
        self.look.apply(&self.driver).await;
        for script in &self.start_scripts {
            let page = self.driver.cdp();
            page.page().add_script_to_evaluate_on_new_document(script).await.expect("a start script");
        }
    }
}

async fn start(profile: &std::path::Path, languages: &str) -> WebDriver {
    let mut wanted = DesiredCapabilities::chrome();
    for argument in ARGUMENTS {
        wanted.add_arg(argument).expect("an argument");
    }
    wanted.add_arg(&format!("--accept-lang={languages}")).expect("an argument");
    let first = languages.split(',').next().unwrap_or_default();
    wanted.add_arg(&format!("--lang={first}")).expect("an argument");
    wanted.add_arg(&format!("--user-data-dir={}", profile.display())).expect("an argument");
    if let Some(chrome) = std::env::var("CHROME").ok().filter(|path| !path.is_empty()) {
        wanted.set_binary(&chrome).expect("a binary");
    }
    wanted.set_browser_log_level(LoggingPrefsLogLevel::All).expect("the console's log");
    let driver = WebDriver::new(stage::chromedriver_url(), wanted).await.expect("the browser starts");
    stage::adopt(driver.clone());
    driver
}
