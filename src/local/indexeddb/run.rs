//! One `IndexedDB` transaction from its first request to its one answer.
//!
//! Requests of a transaction are answered in order, so only the last of a batch gets a handler, and
//! one closure serves every event. A run keeps itself alive until it is settled: dropping the future
//! that waits for it does not undo an edit that is on its way.

use super::{
    connection::{Connection, Handler},
    failure::Failure,
};
use crate::local::disk::{DiskError, Durability};
use futures::channel::oneshot;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, IdbRequest, IdbTransaction};

/// What follows in the same transaction once the requests so far are answered: it issues the writes,
/// or refuses to.
pub type Then = Box<dyn FnOnce(&IdbTransaction) -> Result<(), Refusal>>;

/// Why a transaction is called off.
pub enum Refusal {
    /// For a reason of ours.
    Ours(DiskError),
    /// A request could not be made.
    Exception(JsValue),
}

impl From<JsValue> for Refusal {
    fn from(exception: JsValue) -> Self {
        Self::Exception(exception)
    }
}

type Outcome = Result<(), Failure>;

pub struct Run {
    transaction: IdbTransaction,
    waiting: Cell<Option<oneshot::Sender<Outcome>>>,
    /// The request whose answer starts what follows, and what follows.
    then: RefCell<Option<(IdbRequest, Then)>>,
    /// Why we called it off, if we did.
    refused: Cell<Option<Failure>>,
    /// Whether writes were issued, so that a loss leaves their fate unknown.
    writing: Cell<bool>,
    handler: Cell<Option<Handler>>,
}

impl Run {
    /// Begins a transaction; the first requests are for the caller to make before it awaits anything.
    ///
    /// # Errors
    /// `Gone` if the connection is closed.
    pub fn begin(connection: &Connection, writing: Option<Durability>) -> Result<(Rc<Self>, Settled), Failure> {
        let transaction = connection.begin(writing).map_err(|exception| Failure::new(&exception, false))?;
        let (sender, receiver) = oneshot::channel();
        let run = Rc::new(Self {
            transaction,
            waiting: Cell::new(Some(sender)),
            then: RefCell::default(),
            refused: Cell::default(),
            writing: Cell::default(),
            handler: Cell::default(),
        });
        run.listen();
        connection.watch(&run);
        Ok((run, Settled(receiver)))
    }

    /// The transaction to make requests of.
    pub fn transaction(&self) -> &IdbTransaction {
        &self.transaction
    }

    /// Goes on with `then` when `request`, the last one made, is answered.
    pub fn after(&self, request: IdbRequest, then: Then) {
        if let Some(handler) = self.handler.take() {
            request.set_onsuccess(Some(handler.as_ref().unchecked_ref()));
            self.handler.set(Some(handler));
            self.then.replace(Some((request, then)));
        }
    }

    /// The browser gave up the connection: no event of this transaction will come.
    pub fn connection_closed(&self) {
        self.settle(Err(Failure::closed(self.writing.get())));
    }

    fn listen(self: &Rc<Self>) {
        let run = Rc::clone(self);
        let handler = Handler::new(move |event: Event| run.on(&event));
        let function = Some(handler.as_ref().unchecked_ref());
        self.transaction.set_oncomplete(function);
        self.transaction.set_onerror(function);
        self.transaction.set_onabort(function);
        self.handler.set(Some(handler));
    }

    fn on(&self, event: &Event) {
        match event.type_().as_str() {
            "success" => self.go_on(),
            "complete" => self.settle(Ok(())),
            _ => self.settle(Err(self.refused.take().unwrap_or_else(|| self.reason(event)))),
        }
    }

    fn go_on(&self) {
        let Some((request, then)) = self.then.take() else { return };
        request.set_onsuccess(None);
        self.writing.set(true);
        let Err(refusal) = then(&self.transaction) else { return };
        self.writing.set(false);
        self.call_off(refusal);
    }

    /// Aborts the transaction; its answer is then `refusal`.
    pub fn call_off(&self, refusal: Refusal) {
        self.refused.set(Some(match refusal {
            Refusal::Ours(error) => Failure::Final(error),
            Refusal::Exception(exception) => Failure::new(&exception, false),
        }));
        if self.transaction.abort().is_err() {
            // it has already ended by itself, so that no event may come
            self.settle(Err(self.refused.take().unwrap_or_else(|| Failure::closed(false))));
        }
    }

    /// Why the browser called it off: the transaction's own reason (the requests that it takes along
    /// say only `AbortError`), else that of the request which failed.
    fn reason(&self, event: &Event) -> Failure {
        let request = || event.target().and_then(|target| target.dyn_into::<IdbRequest>().ok());
        let error = self.transaction.error().or_else(|| request()?.error().ok().flatten());
        Failure::new(&error.map(JsValue::from).unwrap_or_default(), self.writing.get())
    }

    /// Answers once, and lets go of the handler, which keeps this run alive.
    fn settle(&self, outcome: Outcome) {
        self.transaction.set_oncomplete(None);
        self.transaction.set_onerror(None);
        self.transaction.set_onabort(None);
        if let Some((request, _)) = self.then.take() {
            request.set_onsuccess(None);
        }
        if let Some(waiting) = self.waiting.take() {
            let _ = waiting.send(outcome); // whoever waited may have gone
        }
        self.handler.take();
    }
}

/// The answer of a run.
pub struct Settled(oneshot::Receiver<Outcome>);

impl Settled {
    /// Waits until the transaction is complete, and durable as asked.
    ///
    /// # Errors
    /// Why it was called off, or that its connection is gone.
    pub async fn wait(self) -> Outcome {
        self.0.await.unwrap_or_else(|_| Err(Failure::closed(true)))
    }
}
