//! Opening and deleting a database: an answer within ten seconds, whatever the browser does.
//!
//! `blocked` is an answer too: the caller can tell the user to close the other tab. An open that
//! succeeds when nobody waits any more is closed at once, or it would block others in its turn.

use super::{
    connection::{COMMITS, Handler},
    failure,
};
use crate::local::disk::{DISK_FORMAT, Database, DiskError, Table};
use crate::platform::own_name;
use futures::channel::oneshot;
use gloo_timers::callback::Timeout;
use js_sys::Reflect;
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, IdbDatabase, IdbFactory, IdbObjectStoreParameters, IdbOpenDbRequest};

/// How long a browser may take (WebKit has been seen to answer never).
const PATIENCE_MS: u32 = 10_000;

type Answer = Result<JsValue, DiskError>;

/// The full name of a database.
fn full_name(name: &str, database: Database) -> String {
    let suffix = match database {
        Database::Outbox => "/outbox",
        Database::Cache => "/cache",
    };
    own_name(&[name, suffix].concat())
}

/// Opens a database, and makes the object stores that it lacks.
///
/// # Errors
/// `NewerVersion`, `Blocked`, `Quota` or `Unavailable`.
pub async fn open(name: &str, database: Database) -> Result<IdbDatabase, DiskError> {
    let request = factory()?.open_with_u32(&full_name(name, database), DISK_FORMAT);
    let opened = Opening::answer(request, database).await?;
    opened.dyn_into().map_err(|_| DiskError::Unavailable("no database in the answer".into()))
}

/// Deletes a database with all its rows.
///
/// # Errors
/// `Blocked` while another tab keeps it open (it goes when that tab does), or `Unavailable`.
pub async fn delete(name: &str, database: Database) -> Result<(), DiskError> {
    let request = factory()?.delete_database(&full_name(name, database));
    Opening::answer(request, database).await.map(drop)
}

/// `indexedDB` of the page or worker; asking for it may throw where storage is forbidden.
fn factory() -> Result<IdbFactory, DiskError> {
    let factory = Reflect::get(&js_sys::global(), &JsValue::from_str("indexedDB"));
    let factory = factory.map_err(|exception| failure::open_error(&exception))?;
    factory.dyn_into().map_err(|_| DiskError::Unavailable("this browser has no IndexedDB".into()))
}

/// A request under way; it keeps itself alive until the browser has answered, even after our patience ended.
struct Opening {
    request: IdbOpenDbRequest,
    database: Database,
    waiting: Cell<Option<oneshot::Sender<Answer>>>,
    handler: Cell<Option<Handler>>,
}

impl Opening {
    async fn answer(request: Result<IdbOpenDbRequest, JsValue>, database: Database) -> Answer {
        let request = request.map_err(|exception| failure::open_error(&exception))?;
        let (sender, receiver) = oneshot::channel();
        let opening = Rc::new(Self { request, database, waiting: Cell::new(Some(sender)), handler: Cell::new(None) });
        opening.listen();
        #[allow(clippy::disallowed_methods)] // an adapter has no clock but the browser's
        let _patience = Timeout::new(PATIENCE_MS, move || opening.settle(Err(no_answer())));
        receiver.await.unwrap_or_else(|_| Err(no_answer()))
    }

    fn listen(self: &Rc<Self>) {
        let opening = Rc::clone(self);
        let handler = Handler::new(move |event: Event| opening.on(&event));
        let function = Some(handler.as_ref().unchecked_ref());
        self.request.set_onupgradeneeded(function);
        self.request.set_onblocked(function);
        self.request.set_onsuccess(function);
        self.request.set_onerror(function);
        self.handler.set(Some(handler));
    }

    fn on(&self, event: &Event) {
        match event.type_().as_str() {
            "upgradeneeded" => self.upgrade(),
            "blocked" => self.settle(Err(DiskError::Blocked)),
            "success" => {
                self.settle(Ok(self.request.result().unwrap_or_default()));
                self.handler.take();
            }
            _ => {
                event.prevent_default(); // or some browsers print it as uncaught
                let error = self.request.error().ok().flatten().map(JsValue::from).unwrap_or_default();
                self.settle(Err(failure::open_error(&error)));
                self.handler.take();
            }
        }
    }

    /// Answers the one who waits; a database that nobody waits for is closed.
    fn settle(&self, answer: Answer) {
        let unheard = match self.waiting.take() {
            Some(waiting) => waiting.send(answer).err(),
            None => Some(answer),
        };
        if let Some(Ok(opened)) = unheard
            && let Some(database) = opened.dyn_ref::<IdbDatabase>()
        {
            database.close();
        }
    }

    fn upgrade(&self) {
        let created = self.request.result().and_then(|opened| create_stores(opened.unchecked_ref(), self.database));
        if created.is_err()
            && let Some(transaction) = self.request.transaction()
        {
            let _ = transaction.abort(); // the open then ends with `error`
        }
    }
}

fn no_answer() -> DiskError {
    DiskError::Unavailable("no answer".into())
}

/// Makes the object stores that are not there yet.
fn create_stores(opened: &IdbDatabase, database: Database) -> Result<(), JsValue> {
    let there = opened.object_store_names();
    let missing = |table: &Table| table.database() == database && !there.contains(table.name());
    for table in Table::ALL.into_iter().filter(missing) {
        let parameters = IdbObjectStoreParameters::new();
        parameters.set_auto_increment(table.numbered());
        opened.create_object_store_with_optional_parameters(table.name(), &parameters)?;
    }
    if !there.contains(COMMITS) {
        opened.create_object_store(COMMITS)?;
    }
    Ok(())
}
