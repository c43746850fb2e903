//! Opening the app, step by step: what can go wrong has a page that says what to do.

use super::connect::Connecting;
use super::link::Linking;
use super::practice::Practice;
use super::remote::{Remote, session_name};
use super::{config, page, workspaces};
use crate::auth::SessionState;
use crate::local::{Disk, DiskError, IndexedDbDisk, MemoryDisk, Store, StoreError};
use crate::model::Collection;
use crate::model::config::{BackendKind, WorkspaceConfig};
use crate::platform::{
    Connectivity, Environment, Leadership, Preferences, ServerPlace, WebClock, WebConnectivity, WebPreferences,
    WebRandom, WebTabs, app_shell, live_under, spawn,
};
use crate::repository::OfflineFirst;
use crate::state::{Appearance, Kept, Parts, PracticeAct, Services, SignIn, WorkspaceFacts, not_saved, translation};
use crate::sync::{Connect, Engine};
use crate::ui::{Trouble, app, sign_in_gate, trouble};
use futures::StreamExt;
use leptos::mount::mount_to_body;
use std::rc::Rc;

/// The account of a backend that has none.
const NOBODY: &str = "local";
/// The address that opens the sample whatever the config says.
const SAMPLE: &str = "?workspace=sample";
/// Where the workspace is remembered that was opened last.
const LAST: &str = "workspace";

/// Opens the app in the page's body.
pub fn start() {
    spawn(async {
        if let Err(what) = open().await {
            translation::speak(None).await;
            page::clear();
            mount_to_body(move || trouble(what, sample_address()));
        }
    });
}

/// The address that opens the sample workspace.
pub fn sample_address() -> String {
    [page::base_path().as_str(), "/", SAMPLE].concat()
}

async fn open() -> Result<(), Trouble> {
    if !page::is_secure() {
        return Err(Trouble::Insecure);
    }
    live_under(&page::base_path());
    let preferences: Rc<dyn Preferences> = Rc::new(WebPreferences);
    let wanted = page::wanted_workspace();
    let (looking, page_address) = (alone(ServerPlace::Network), page::base_uri());
    let found = match config::load(&looking("config"), &*preferences, &page_address, &page::host()).await {
        Err(_) if wanted.as_deref() == Some("sample") => config::Found::sample(),
        other => other.map_err(Trouble::Config)?,
    };
    if config::keep_look(&*preferences, &found.config) {
        page::dress();
    }
    translation::speak(Some(found.config.locale.as_deref().unwrap_or_default())).await;
    let known = workspaces::all(&found.config, &*preferences);
    let last = preferences.get(LAST).filter(|id| known.iter().any(|own| own.id == *id));
    let workspace = config::choose(&known, wanted.or(last).as_deref()).map_err(Trouble::Config)?;
    preferences.set(LAST, &workspace.id);
    let alone = alone(place(&workspace));
    // A page that was left while it opened is frozen, and its half-open databases would hold ours back.
    // It holds this lock too, and a browser ends a frozen page as soon as another asks for its lock.
    let turn = alone("opening").tabs.lead().await;
    let connecting = Connecting { config: Rc::new(found.config.clone()), preferences, alone };
    let opening = Opening { found, workspace, connecting, turn };
    match opening.workspace.backend.kind {
        BackendKind::PocketBase => open_remote(opening).await,
        _ => open_practice(opening).await,
    }
}

/// Environments that differ only in the name of their tabs.
fn alone(place: ServerPlace) -> Rc<dyn Fn(&str) -> Environment> {
    let connectivity: Rc<dyn Connectivity> = Rc::new(WebConnectivity::new(place));
    Rc::new(move |name| Environment {
        clock: Rc::new(WebClock),
        random: Rc::new(WebRandom),
        connectivity: connectivity.clone(),
        tabs: Rc::new(WebTabs::new(name)),
    })
}

fn place(workspace: &WorkspaceConfig) -> ServerPlace {
    let url = workspace.backend.url.as_deref().unwrap_or_default();
    if crate::http::Url::new(url).is_local() { ServerPlace::Loopback } else { ServerPlace::Network }
}

/// What is known once the config has been read.
struct Opening {
    found: config::Found,
    workspace: WorkspaceConfig,
    connecting: Connecting,
    /// Until the databases are open.
    turn: Box<dyn Leadership>,
}

/// What differs between the kinds of workspace.
struct Data {
    /// The name of the databases.
    name: String,
    /// Whose edits they hold.
    account: String,
    collections: Vec<Rc<Collection>>,
    connect: Connect,
    practice: Option<Rc<Practice>>,
    remote: Option<Rc<Remote>>,
}

async fn open_practice(opening: Opening) -> Result<(), Trouble> {
    let name = [opening.workspace.id.as_str(), "/", NOBODY].concat();
    let environment = (opening.connecting.alone)(&name);
    let server = [name.as_str(), "/practice"].concat();
    let practice = Practice::new(server, environment, opening.connecting.preferences.clone());
    let data = Data {
        account: NOBODY.to_owned(),
        collections: Practice::collections(),
        connect: practice.connect(),
        practice: Some(practice),
        remote: None,
        name,
    };
    show(opening, data).await
}

async fn open_remote(opening: Opening) -> Result<(), Trouble> {
    let environment = (opening.connecting.alone)(&session_name(&opening.workspace.id));
    let timeouts = opening.found.config.timeouts;
    let remote = Remote::open(opening.workspace.clone(), timeouts, environment).await;
    let preferences = opening.connecting.preferences.clone();
    let Some(account) = remote.account_name() else {
        page::clear();
        let (label, sign_in) = (opening.workspace.label.clone(), first_sign_in(&remote, &preferences));
        mount_to_body(move || sign_in_gate(&label, remote.url(), sign_in, &sample_address()));
        return Ok(());
    };
    let collections = remote.collections(&*preferences);
    if collections.is_empty() {
        return Err(Trouble::Config(translation::t("trouble.no_collections").to_owned()));
    }
    let name = [opening.workspace.id.as_str(), "/", &account].concat();
    let connect = remote.connect(collections.clone());
    let data = Data { name, account, collections, connect, practice: None, remote: Some(remote) };
    show(opening, data).await
}

/// The first sign-in to a configured workspace: then the schema is asked for, and the page opens anew.
fn first_sign_in(remote: &Rc<Remote>, preferences: &Rc<dyn Preferences>) -> SignIn {
    let (remote, preferences) = (remote.clone(), preferences.clone());
    Box::new(move |identity, password| {
        let (remote, preferences) = (remote.clone(), preferences.clone());
        Box::pin(async move {
            remote.sign_in(identity, password).await?;
            remote.discover(&*preferences, false).await?;
            page::reload();
            Ok(())
        })
    })
}

/// Opens the databases and puts the app into the page.
async fn show(opening: Opening, data: Data) -> Result<(), Trouble> {
    let Opening { found, workspace, connecting, turn } = opening;
    let environment = (connecting.alone)(&data.name);
    let preferences = connecting.preferences.clone();
    workspaces::note_database(&*preferences, &workspace.id, &data.name);
    let (disk, kept) = disk(&data.name).await?;
    let store = Store::open(disk, environment.tabs.clone(), &data.account, &data.collections)
        .await
        .map_err(|error| storage(&error))?;
    drop(turn);
    let engine = Engine::new(store.clone(), environment.clone(), data.connect);
    let repository = OfflineFirst::new(store.clone(), environment.clock.clone(), environment.random.clone());
    let connectivity = environment.connectivity.clone();
    let linking = Linking { remote: data.remote.clone(), name: data.name.clone(), connecting: connecting.clone() };
    let parts = Parts {
        facts: WorkspaceFacts {
            sample: workspace.id == "sample",
            is_practice: data.practice.is_some(),
            id: workspace.id,
            label: workspace.label,
            kept,
            warnings: found.warnings,
        },
        collections: data.collections,
        clock: environment.clock.clone(),
        repository,
        store: store.clone(),
        engine: engine.clone(),
        preferences: preferences.clone(),
        set_badge: app_shell::set_badge,
        update: app_shell::update,
        online: Box::new({
            let connectivity = connectivity.clone();
            move || connectivity.online()
        }),
        offline: connectivity.offline_switch(),
        set_offline: Box::new(move |offline| connectivity.set_offline(offline)),
        practice: data.practice.as_ref().map(|own| (own.settings(), panel(own, &data.name, &preferences))),
        link: linking.link(),
    };
    page::clear();
    mount_to_body(move || {
        let services = Services::new(parts);
        live(services, &store, engine.clone(), data.practice, &environment);
        if let Some(remote) = data.remote {
            follow_session(services, &remote, engine);
        }
        if found.kept {
            renew_config(services, (connecting.alone)("config"), preferences.clone());
        }
        app(services, Appearance::new(preferences), page::base_path())
    });
    Ok(())
}

/// Everything that goes on while the page is open.
fn live(
    services: Services,
    store: &Store,
    engine: Rc<Engine>,
    practice: Option<Rc<Practice>>,
    environment: &Environment,
) {
    let store = store.clone();
    if let Some(practice) = practice.clone() {
        spawn(practice.listen());
    }
    spawn({
        let store = store.clone();
        async move { store.follow().await }
    });
    spawn(async move {
        // First, because until all is loaded a list knows that there is more than its first screenful.
        if let Some(practice) = practice {
            practice.seed(&store).await;
        }
        if store.load().await.is_err() {
            services.notices().error(not_saved("unavailable").to_owned());
        }
        engine.run().await;
    });
    let mut wakes = environment.connectivity.wakes();
    spawn(async move {
        while wakes.next().await.is_some() {
            services.network_changed();
        }
    });
}

/// Tells the screens and the engine what becomes of the session.
fn follow_session(services: Services, remote: &Rc<Remote>, engine: Rc<Engine>) {
    let Some(session) = &remote.session else { return };
    spawn(session.clone().follow());
    session.watch(move |state| match state {
        // Here or in another tab: nothing of the account stays on the screen.
        SessionState::SignedOut => page::reload(),
        SessionState::Active(_) => {
            engine.signed_in();
            services.link_changed();
        }
        SessionState::Ended(_) => services.link_changed(),
    });
}

fn renew_config(services: Services, environment: Environment, preferences: Rc<dyn Preferences>) {
    spawn(async move {
        if config::renew(&environment, &*preferences, &page::base_uri(), &page::host()).await {
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

/// The disk of that name, or memory and why it is memory.
pub async fn disk_or_memory(name: &str) -> (Rc<dyn Disk>, Option<DiskError>) {
    match IndexedDbDisk::open(name).await {
        Ok(disk) => (Rc::new(disk), None),
        Err(error) => (Rc::new(MemoryDisk::new()), Some(error)),
    }
}

fn storage(error: &StoreError) -> Trouble {
    Trouble::Storage(error.to_string())
}
