//! Runs one test: lends it browsers, and clears up after it however it ends.
//!
//! The stage, not the test, owns the sessions. So when a test panics, its browsers are still there to be
//! photographed and then closed, and no Chromium outlives its test.

use super::chromedriver::Chromedriver;
use super::package_path;
use futures::FutureExt;
use std::cell::RefCell;
use std::fs;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use thirtyfour::WebDriver;

/// The longest that one story may take.
const TEST_DEADLINE: Duration = Duration::from_secs(120);

#[derive(Default)]
struct Stage {
    // Dropped last: the sessions end before their driver does.
    sessions: Vec<WebDriver>,
    profiles: Vec<PathBuf>,
    chromedriver: Option<Chromedriver>,
}

thread_local! {
    static STAGE: RefCell<Stage> = RefCell::default();
}

/// Runs a test to its end, on this thread.
pub fn e2e(test: impl Future<Output = ()>) {
    e2e_within(TEST_DEADLINE, test);
}

/// The same for what takes longer, as measuring does.
pub fn e2e_within(deadline: Duration, test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let outcome = runtime.block_on(async {
        let in_time = async { tokio::time::timeout(deadline, test).await.expect("the test ends in time") };
        let outcome = AssertUnwindSafe(in_time).catch_unwind().await;
        clear(outcome.is_err()).await;
        outcome
    });
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// The address of this test's chromedriver, started at the first call.
pub fn chromedriver_url() -> String {
    STAGE.with_borrow_mut(|stage| stage.chromedriver.get_or_insert_with(Chromedriver::start).url())
}

/// A fresh folder for a browser profile, gone after the test.
pub fn new_profile() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let memory = std::path::Path::new("/dev/shm"); // a busy disk can hold a database back for many seconds
    let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let profile = folder.join(format!("landfall-e2e-{}-{number}", std::process::id()));
    STAGE.with_borrow_mut(|stage| stage.profiles.push(profile.clone()));
    profile
}

/// Notes a session, to be closed after the test.
pub fn adopt(session: WebDriver) {
    STAGE.with_borrow_mut(|stage| stage.sessions.push(session));
}

async fn clear(failed: bool) {
    let stage = STAGE.take();
    for (number, session) in stage.sessions.into_iter().enumerate() {
        if failed {
            photograph(&session, number).await;
        }
        let _ = session.quit().await; // it may have crashed on purpose
    }
    drop(stage.chromedriver);
    for profile in stage.profiles {
        let _ = fs::remove_dir_all(profile);
    }
}

/// Leaves a picture named after the test, which is what libtest names its threads after.
async fn photograph(session: &WebDriver, number: usize) {
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("test").replace("::", "-");
    let folder = package_path("target/e2e/failures");
    let picture = folder.join(format!("{name}-{number}.png"));
    if fs::create_dir_all(folder).is_ok() && session.screenshot(&picture).await.is_ok() {
        eprintln!("what it looked like: {}", picture.display());
    }
}
