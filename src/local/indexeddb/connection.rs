//! One open connection: it begins transactions, steps aside for upgrades, and tells its runs when it dies.

use super::{opening, run::Run};
use crate::local::disk::{Database, DiskError, Durability, Table};
use js_sys::{Array, Function, Object, Reflect};
use std::{
    cell::RefCell,
    rc::{Rc, Weak},
};
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{Event, IdbDatabase, IdbTransaction};

/// The object store of the commit number.
pub const COMMITS: &str = "commits";

/// What `IndexedDB` calls with every event.
pub type Handler = Closure<dyn FnMut(Event)>;

/// What is under way on a connection.
type Runs = Rc<RefCell<Vec<Weak<Run>>>>;

pub struct Connection {
    database: IdbDatabase,
    runs: Runs,
    /// The object stores of the database: every transaction takes all of them.
    scope: Array,
    _handler: Handler,
}

impl Connection {
    /// Opens a database and listens for its end.
    ///
    /// # Errors
    /// Those of [`opening::open`].
    pub async fn open(name: &str, database: Database) -> Result<Self, DiskError> {
        let tables = Table::ALL.into_iter().filter(|table| table.database() == database);
        let scope = tables.map(Table::name).chain([COMMITS]).map(JsValue::from_str).collect();
        let opened = opening::open(name, database).await?;
        let runs = Runs::default();
        let handler = end_handler(opened.clone(), Rc::clone(&runs));
        let function = Some(handler.as_ref().unchecked_ref());
        opened.set_onversionchange(function);
        opened.set_onclose(function);
        Ok(Self { database: opened, runs, scope, _handler: handler })
    }

    /// Begins a transaction over all object stores: one that writes if a durability is given.
    ///
    /// # Errors
    /// The exception, `InvalidStateError` if the connection is closed.
    pub fn begin(&self, writing: Option<Durability>) -> Result<IdbTransaction, JsValue> {
        let options = Object::new();
        let (mode, durability) = match writing {
            None => ("readonly", "default"),
            Some(Durability::Strict) => ("readwrite", "strict"),
            Some(Durability::Relaxed) => ("readwrite", "relaxed"),
        };
        Reflect::set(&options, &"durability".into(), &durability.into())?;
        // web-sys knows the third argument only as an unstable interface
        let transaction: Function = Reflect::get(&self.database, &"transaction".into())?.dyn_into()?;
        transaction.call3(&self.database, &self.scope, &mode.into(), &options)?.dyn_into()
    }

    /// Tells `run` when the connection dies.
    pub fn watch(&self, run: &Rc<Run>) {
        let mut runs = self.runs.borrow_mut();
        runs.retain(|run| run.strong_count() > 0);
        runs.push(Rc::downgrade(run));
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.database.set_onversionchange(None);
        self.database.set_onclose(None);
        self.database.close();
    }
}

/// On `versionchange` (another tab upgrades or erases) what runs may end, and no more begins; on
/// `close` (the browser gave up the database) nothing that runs will ever be answered.
fn end_handler(database: IdbDatabase, runs: Runs) -> Handler {
    Closure::new(move |event: Event| {
        database.close();
        if event.type_() == "close" {
            let runs = std::mem::take(&mut *runs.borrow_mut());
            runs.iter().filter_map(Weak::upgrade).for_each(|run| run.connection_closed());
        }
    })
}
