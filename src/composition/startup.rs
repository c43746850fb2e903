//! Opening the app, step by step: what can go wrong has a page that says what to do.

use super::practice::Practice;
use super::{config, link, page};
use crate::local::{Disk, DiskError, IndexedDbDisk, MemoryDisk, Store, StoreError};
use crate::platform::{
    Connectivity, Environment, Preferences, ServerPlace, WebClock, WebConnectivity, WebPreferences, WebRandom, WebTabs,
    spawn,
};
use crate::repository::OfflineFirst;
use crate::state::{
    Appearance, Kept, KnownWorkspace, Parts, PracticeAct, Services, WorkspaceFacts, not_saved, translation,
};
use crate::sync::Engine;
use crate::ui::{Trouble, app, trouble};
use futures::StreamExt;
use leptos::mount::mount_to_body;
use std::rc::Rc;

/// The account of a backend that has none.
const NOBODY: &str = "local";
/// The address that opens the sample whatever the config says.
const SAMPLE: &str = "?workspace=sample";

/// Opens the app in the page's body.
pub fn start() {
    spawn(async {
        if let Err(what) = open().await {
            page::clear();
            let sample = [page::base_path().as_str(), "/", SAMPLE].concat();
            mount_to_body(move || trouble(what, sample));
        }
    });
}

async fn open() -> Result<(), Trouble> {
    if !page::is_secure() {
        return Err(Trouble::Insecure);
    }
    let preferences: Rc<dyn Preferences> = Rc::new(WebPreferences);
    let wanted = page::wanted_workspace();
    let connectivity: Rc<dyn Connectivity> = Rc::new(WebConnectivity::new(ServerPlace::Network));
    let alone = |name: &str| Environment {
        clock: Rc::new(WebClock),
        random: Rc::new(WebRandom),
        connectivity: connectivity.clone(),
        tabs: Rc::new(WebTabs::new(name)),
    };
    let found = match config::load(&alone("config"), &*preferences, &page::base_uri(), &page::host()).await {
        Err(_) if wanted.as_deref() == Some("sample") => config::Found::sample(),
        other => other.map_err(Trouble::Config)?,
    };
    let workspace = config::choose(&found.config, wanted.as_deref()).map_err(Trouble::Config)?;
    let name = [workspace.id.as_str(), "/", NOBODY].concat();
    let environment = alone(&name);
    // A page that was left while it opened is frozen, and its half-open databases would hold ours back.
    // It holds this lock too, and a browser ends a frozen page as soon as another asks for its lock.
    let opening = alone("opening").tabs.lead().await;
    let (disk, kept) = disk(&name).await?;
    let collections = Practice::collections();
    let store =
        Store::open(disk, environment.tabs.clone(), NOBODY, &collections).await.map_err(|error| storage(&error))?;
    let (ledger, _) = disk_or_memory(&[name.as_str(), "/practice"].concat()).await;
    drop(opening);
    let practice = Practice::new(ledger, environment.clone(), preferences.clone());
    let engine = Engine::new(store.clone(), environment.clone(), practice.connect());
    let known = found.config.workspaces.iter().map(|known| KnownWorkspace {
        id: known.id.clone(),
        label: known.label.clone(),
        url: known.backend.url.clone().unwrap_or_default(),
        removable: false,
    });
    let desk = link::connect_desk([page::base_path().as_str(), "/", SAMPLE].concat());
    let parts = Parts {
        link: link::practice(&store, known.collect(), desk),
        facts: WorkspaceFacts {
            sample: workspace.id == "sample",
            id: workspace.id,
            label: workspace.label,
            is_practice: true,
            kept,
            warnings: found.warnings,
        },
        collections,
        clock: environment.clock.clone(),
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
    page::clear();
    mount_to_body(move || {
        let services = Services::new(parts);
        live(services, &store, engine, &practice, &environment);
        if found.kept {
            renew_config(services, environment, preferences.clone());
        }
        app(services, Appearance::new(preferences), page::base_path())
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
        if config::renew(&environment, &preferences, &page::base_uri()).await {
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
            page::reload();
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
