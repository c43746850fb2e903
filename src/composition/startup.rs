//! Opening the app, step by step: what can go wrong has a page that says what to do.

use super::config;
use super::practice::Practice;
use crate::local::{Disk, DiskError, IndexedDbDisk, MemoryDisk, Store, StoreError};
use crate::model::config::Config;
use crate::platform::{
    Connectivity, Environment, Preferences, ServerPlace, WebClock, WebConnectivity, WebPreferences, WebRandom, WebTabs,
    spawn,
};
use crate::repository::OfflineFirst;
use crate::state::{Appearance, Kept, Parts, PracticeAct, Services, WorkspaceFacts, not_saved, translation};
use crate::sync::Engine;
use crate::ui::{Trouble, app, trouble};
use futures::StreamExt;
use leptos::mount::mount_to_body;
use leptos::prelude::{document, window};
use std::rc::Rc;

/// The account of a backend that has none.
const NOBODY: &str = "local";
/// The address that opens the sample whatever the config says.
const SAMPLE: &str = "?workspace=sample";

/// Opens the app in the page's body.
pub fn start() {
    spawn(async {
        if let Err(what) = open().await {
            clear_page();
            let sample = [base_path().as_str(), "/", SAMPLE].concat();
            mount_to_body(move || trouble(what, sample));
        }
    });
}

async fn open() -> Result<(), Trouble> {
    if !window().is_secure_context() {
        return Err(Trouble::Insecure);
    }
    let preferences: Rc<dyn Preferences> = Rc::new(WebPreferences);
    let wanted = wanted_workspace();
    let connectivity: Rc<dyn Connectivity> = Rc::new(WebConnectivity::new(ServerPlace::Network));
    let alone = |name: &str| Environment {
        clock: Rc::new(WebClock),
        random: Rc::new(WebRandom),
        connectivity: connectivity.clone(),
        tabs: Rc::new(WebTabs::new(name)),
    };
    let (config, warnings) = match config::load(&alone("config"), &*preferences, &page(), &host()).await {
        Err(_) if wanted.as_deref() == Some("sample") => (Config::sample(), Vec::new()),
        other => other.map_err(Trouble::Config)?,
    };
    let workspace = config::choose(&config, wanted.as_deref()).map_err(Trouble::Config)?;
    let name = [workspace.id.as_str(), "/", NOBODY].concat();
    let environment = alone(&name);
    let (disk, kept) = disk(&name).await?;
    let collections = Practice::collections();
    let store =
        Store::open(disk, environment.tabs.clone(), NOBODY, &collections).await.map_err(|error| storage(&error))?;
    let (ledger, _) = disk_or_memory(&[name.as_str(), "/practice"].concat()).await;
    let practice = Practice::new(ledger, environment.clone(), preferences.clone());
    let engine = Engine::new(store.clone(), environment.clone(), practice.connect());
    let parts = Parts {
        facts: WorkspaceFacts {
            sample: workspace.id == "sample",
            id: workspace.id,
            label: workspace.label,
            is_practice: true,
            kept,
            warnings,
        },
        collections,
        repository: OfflineFirst::new(store.clone(), environment.clock.clone(), environment.random.clone()),
        store: store.clone(),
        engine: engine.clone(),
        preferences: preferences.clone(),
        online: Box::new({
            let connectivity = connectivity.clone();
            move || connectivity.online()
        }),
        offline: connectivity.offline_switch(),
        set_offline: Box::new({
            let connectivity = connectivity.clone();
            move |offline| connectivity.set_offline(offline)
        }),
        practice: Some((practice.settings(), panel(&practice, &name, &preferences))),
    };
    clear_page();
    mount_to_body(move || {
        let services = Services::new(parts);
        live(services, &store, engine, &practice, &environment);
        renew_config(services, environment, preferences.clone());
        app(services, Appearance::new(preferences), base_path())
    });
    Ok(())
}

/// Everything that goes on while the page is open.
fn live(services: Services, store: &Store, engine: Rc<Engine>, practice: &Rc<Practice>, environment: &Environment) {
    let (store, practice) = (store.clone(), practice.clone());
    spawn(practice.clone().listen());
    spawn({
        let store = store.clone();
        async move { store.follow().await }
    });
    spawn(async move {
        if store.load().await.is_err() {
            services.notices().error(not_saved("unavailable").to_owned());
        }
        practice.seed(&store).await;
        engine.run().await;
    });
    let mut wakes = environment.connectivity.wakes();
    spawn(async move {
        while wakes.next().await.is_some() {
            services.network_changed();
        }
    });
}

fn renew_config(services: Services, environment: Environment, preferences: Rc<dyn Preferences>) {
    spawn(async move {
        if config::renew(&environment, &preferences, &page()).await {
            services.notices().saved(translation::t("config.changed").to_owned(), None);
        }
    });
}

/// The practice panel's wishes; to start over is a matter of the whole page.
fn panel(practice: &Rc<Practice>, name: &str, preferences: &Rc<dyn Preferences>) -> Box<dyn Fn(PracticeAct)> {
    let (practice, name, preferences) = (practice.clone(), name.to_owned(), preferences.clone());
    Box::new(move |act| {
        if act != PracticeAct::StartOver {
            return practice.act(&act);
        }
        let (name, preferences) = (name.clone(), preferences.clone());
        spawn(async move {
            for key in ["recent", "practice", "sample-day", "offline"] {
                preferences.remove(key);
            }
            // What another tab keeps open is deleted as soon as that tab lets go.
            let _ = IndexedDbDisk::delete(&name).await;
            let _ = IndexedDbDisk::delete(&[name.as_str(), "/practice"].concat()).await;
            let _ = window().location().reload();
        });
    })
}

/// The disk, or memory where this browser has none.
async fn disk(name: &str) -> Result<(Rc<dyn Disk>, Kept), Trouble> {
    match disk_or_memory(name).await {
        (_, Some(error @ (DiskError::NewerVersion | DiskError::Blocked))) => Err(storage(&error.into())),
        (disk, None) => Ok((disk, Kept::Persistent)),
        (disk, Some(_)) => Ok((disk, Kept::OnlyThisTab)),
    }
}

async fn disk_or_memory(name: &str) -> (Rc<dyn Disk>, Option<DiskError>) {
    match IndexedDbDisk::open(name).await {
        Ok(disk) => (Rc::new(disk), None),
        Err(error) => (Rc::new(MemoryDisk::new()), Some(error)),
    }
}

fn storage(error: &StoreError) -> Trouble {
    Trouble::Storage(error.to_string())
}

/// Takes away what `index.html` shows before the app is there.
fn clear_page() {
    if let Some(shell) = document().get_element_by_id("boot") {
        shell.remove();
    }
}

fn wanted_workspace() -> Option<String> {
    let search = window().location().search().ok()?;
    let wanted = web_sys::UrlSearchParams::new_with_str(&search).ok()?.get("workspace");
    // The choice outlives a move to another screen, which drops the query.
    let Ok(Some(kept)) = window().session_storage() else { return wanted };
    match wanted {
        Some(wanted) => {
            let _ = kept.set_item("landfall.workspace", &wanted);
            Some(wanted)
        }
        None => kept.get_item("landfall.workspace").ok()?,
    }
}

fn host() -> String {
    window().location().hostname().unwrap_or_default()
}

/// The address that relative addresses of the page start from.
fn page() -> String {
    document().base_uri().ok().flatten().unwrap_or_default()
}

/// The path under which the app is served, without a slash at its end.
fn base_path() -> String {
    let path = web_sys::Url::new(&page()).map(|url| url.pathname()).unwrap_or_default();
    path.rsplit_once('/').map(|(folder, _)| folder.to_owned()).unwrap_or_default()
}
