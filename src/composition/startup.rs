//! Opening the app, step by step.

use super::practice::Practice;
use crate::local::{Disk, DiskError, IndexedDbDisk, MemoryDisk, Store, StoreError};
use crate::model::config::{Config, WorkspaceConfig};
use crate::platform::{
    Connectivity, Environment, Preferences, ServerPlace, Tabs, WebClock, WebConnectivity, WebPreferences, WebRandom,
    WebTabs, spawn,
};
use crate::repository::OfflineFirst;
use crate::state::{Appearance, Kept, Parts, PracticeAct, Services, WorkspaceFacts};
use crate::sync::Engine;
use crate::ui::{Trouble, app, trouble};
use futures::StreamExt;
use leptos::mount::mount_to_body;
use std::rc::Rc;

/// The account of a backend that has none.
const NOBODY: &str = "local";

/// Opens the app in the page's body.
#[allow(clippy::disallowed_methods)] // the composition may look at the page
pub fn start() {
    spawn(async {
        if let Err(what) = open().await {
            show_trouble(what);
        }
    });
}

/// Shows a page that says what is wrong and offers the sample.
fn show_trouble(what: Trouble) {
    clear_page();
    let sample = [page_base().as_str(), "/?workspace=sample"].concat();
    mount_to_body(move || trouble(what, sample));
}

async fn open() -> Result<(), Trouble> {
    if !page_is_secure() {
        return Err(Trouble::Insecure);
    }
    let preferences: Rc<dyn Preferences> = Rc::new(WebPreferences);
    let (config, warnings) = super::config::load(&preferences).await.map_err(Trouble::Config)?;
    let workspace = super::config::choose(&config)?;
    let name = [workspace.id.as_str(), "/", NOBODY].concat();
    let (disk, kept) = disk(&name).await?;
    let tabs: Rc<dyn Tabs> = Rc::new(WebTabs::new(&name));
    let connectivity: Rc<dyn Connectivity> = Rc::new(WebConnectivity::new(ServerPlace::Network));
    let environment = Environment {
        clock: Rc::new(WebClock),
        random: Rc::new(WebRandom),
        connectivity: connectivity.clone(),
        tabs: tabs.clone(),
    };
    let collections = Practice::collections();
    let store = Store::open(disk, tabs, NOBODY, &collections).await.map_err(storage_trouble)?;
    let practice = Practice::new(practice_disk(&name, kept).await, environment.clone(), preferences.clone());
    let engine = Engine::new(store.clone(), environment.clone(), practice.connect());
    let services = services(&workspace, warnings, kept, collections, &store, &environment, &engine, &practice, &preferences);
    clear_page();
    mount_to_body(move || app(services, Appearance::new(preferences), page_base()));
    run(services, store, engine, practice, connectivity);
    Ok(())
}
