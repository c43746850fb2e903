//! `PocketBase`: records over REST, hints over server-sent events.
//!
//! Its traps shape this connector. A token that has ended, or that a password change made void, is no error to
//! PocketBase: it answers as to a guest, with an empty list or "not found". So whatever a guest would have been
//! answered too is believed only after the session was proven good by a renewal, and after asking again. Nothing here
//! ever concludes that a record is gone: that takes what rule 18 of the sync model asks for. Only JSON of PocketBase's
//! own form counts as its word.
//!
//! The client that it is given carries the session's token (`http::Auth`), which never sends one that has ended.
//!
//! | file | knows |
//! | --- | --- |
//! | [`authenticator`] | how one signs in and stays so |
//! | [`detect`](mod@detect), [`discover`](mod@discover), `infer` | whether it is a PocketBase, and what it holds |
//! | `list`, `record` | pulls, sweeps, single reads; records as they come and are kept |
//! | `write`, `files` | creates, patches, deletes; files beside them |
//! | [`query`] | what only the server knows: filter, sort, search, related records; many creates at once |
//! | [`live`] | what happens there while we listen |
//! | `errors` | what a refusal means |

pub mod authenticator;
pub mod detect;
pub mod discover;
mod errors;
mod files;
mod infer;
mod list;
pub mod live;
pub mod query;
mod record;
mod write;

pub use authenticator::PocketBaseAuth;
pub use detect::{Detection, detect};
pub use discover::{discover, merge};

use super::{Capabilities, IdPage, Live, Outcome, Page, PullRequest, Push, RemoteError, RemoteSource, capabilities};
use crate::{
    auth::{AuthError, Session},
    http::{Call, Client, HttpError, Method, Response},
    model::{Collection, Fields, Record, Value, json},
    platform::Environment,
};
use futures::{future::LocalBoxFuture, stream::LocalBoxStream};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

/// Where the collections are.
const COLLECTIONS: &str = "api/collections";
/// How long a proof of the session counts for lists that come back empty: nothing is concluded from those alone.
const EMPTY_PROOF_MS: f64 = 60_000.0;
/// How long it counts for refusals: so a sweep need not prove it for each of its records.
const REFUSAL_PROOF_MS: f64 = 2_000.0;

/// One PocketBase, as one account (or a guest) sees it.
pub struct PocketBase {
    client: Client,
    session: Option<Rc<Session>>,
    environment: Environment,
    collections: Vec<Rc<Collection>>,
    /// Collections that have no `updated` to pull by.
    undated: RefCell<Vec<String>>,
    hook: Rc<Cell<Hook>>,
    /// When the session was last proven good, by the monotonic clock.
    proven_ms: Cell<Option<f64>>,
}

/// Whether the server has the hook for conditional writes (docs/pocketbase.md).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hook {
    Unknown,
    Absent,
    Present,
}

impl PocketBase {
    /// What every `PocketBase` can promise, without the hook for conditional writes.
    pub const CAPABILITIES: Capabilities = Capabilities {
        client_ids: true,
        conditional_writes: false,
        idempotency_keys: false,
        ordered_versions: true,
        delta_pull: true,
        change_feed: true,
        deletes: capabilities::DeleteFeed::Sweep,
        denial_looks_like_absence: true,
    };

    /// A connection. `client`'s base is the server's address; with a session, it carries that session's token.
    #[must_use]
    pub fn new(
        client: Client,
        session: Option<Rc<Session>>,
        environment: Environment,
        collections: Vec<Rc<Collection>>,
    ) -> Self {
        let (undated, hook) = (RefCell::default(), Rc::new(Cell::new(Hook::Unknown)));
        Self { client, session, environment, collections, undated, hook, proven_ms: Cell::new(None) }
    }

    fn collection(&self, name: &str) -> Option<&Collection> {
        self.collections.iter().find(|collection| collection.name == name).map(|collection| &**collection)
    }

    fn records(&self, method: Method, collection: &str) -> Call {
        self.client.call(method, COLLECTIONS).segment(collection).segment("records")
    }

    fn now_ms(&self) -> i64 {
        self.environment.clock.now().0
    }

    /// Proves the session by a renewal.
    async fn prove(&self) -> Result<(), HttpError> {
        let Some(session) = &self.session else { return Ok(()) };
        session.prove().await.map_err(|error| match error {
            AuthError::Over => HttpError::SignIn,
            AuthError::Unreachable(error) if error.never_sent() => error,
            _ => HttpError::NotRenewed,
        })?;
        self.proven_ms.set(Some(self.environment.clock.monotonic_ms()));
        Ok(())
    }

    /// Whether there is no session, or it was proven good within this time.
    fn proven_within(&self, millis: f64) -> bool {
        let now = self.environment.clock.monotonic_ms();
        self.session.is_none() || self.proven_ms.get().is_some_and(|then| now - then < millis)
    }

    /// Sends, and takes nothing that a guest would have been answered too before the session is proven good: then it
    /// asks once more. (Such an answer is a refusal: nothing was done, so asking again does nothing twice.)
    async fn certain(&self, call: Call) -> Result<Response, HttpError> {
        let again = call.clone();
        let first = call.send().await;
        match &first {
            Err(error) if errors::may_be_a_guests(error) && !self.proven_within(REFUSAL_PROOF_MS) => {
                self.prove().await?;
                again.send().await
            }
            _ => first,
        }
    }

    /// A record of an answer.
    async fn take_in(&self, collection: &str, found: Value) -> Option<Record> {
        self.look_for_hook(&found).await;
        self.record_of(collection, found)
    }

    fn record_of(&self, collection: &str, found: Value) -> Option<Record> {
        record::read(found, self.collection(collection), self.hook.get() == Hook::Present)
    }

    /// Reads records for a stream. One that counts revisions cannot be read before it is known who counts them.
    fn reader(&self) -> live::ReadRecord {
        let (collections, hook) = (self.collections.clone(), self.hook.clone());
        Rc::new(move |name, found| {
            if hook.get() == Hook::Unknown && counts(&found) {
                return None;
            }
            let collection = collections.iter().find(|collection| collection.name == name)?;
            record::read(found, Some(collection), hook.get() == Hook::Present)
        })
    }

    /// The first record that counts revisions makes us ask whether it is the hook that counts them.
    async fn look_for_hook(&self, record: &Value) {
        if self.hook.get() != Hook::Unknown || !counts(record) {
            return;
        }
        match has_hook(&self.client).await {
            Some(true) => self.hook.set(Hook::Present),
            Some(false) => self.hook.set(Hook::Absent),
            None => {}
        }
    }
}

/// Whether a record has a whole number where the hook would count.
fn counts(record: &Value) -> bool {
    record.get(record::REVISION).is_some_and(Value::is_u64)
}

/// Whether the server has the hook for conditional writes; `None` if it cannot be told now.
async fn has_hook(client: &Client) -> Option<bool> {
    match client.get("api/landfall").send().await {
        Ok(answer) => Some(says(&answer, record::REVISION, 1)),
        Err(HttpError::Status { status: 404, .. }) => Some(false),
        Err(_) => None,
    }
}

/// Whether an answer is an object with this number.
fn says(answer: &Response, name: &str, number: u64) -> bool {
    let members = json::parse_bytes(&answer.body).and_then(json::into_fields);
    members.is_some_and(|members| json::whole(&members, name) == Some(number))
}

impl RemoteSource for PocketBase {
    fn capabilities(&self) -> Capabilities {
        Capabilities { conditional_writes: self.hook.get() == Hook::Present, ..Self::CAPABILITIES }
    }

    fn pull(&self, request: PullRequest) -> LocalBoxFuture<'_, Result<Page, RemoteError>> {
        Box::pin(self.page(request))
    }

    fn read<'a>(&'a self, collection: &'a str, id: &'a str) -> LocalBoxFuture<'a, Result<Option<Record>, RemoteError>> {
        Box::pin(self.find(collection, id))
    }

    fn push(&self, push: Push) -> LocalBoxFuture<'_, Outcome> {
        Box::pin(self.write(push))
    }

    fn probe(&self) -> LocalBoxFuture<'_, Result<(), RemoteError>> {
        Box::pin(async {
            match detect::answers(&self.client).await {
                Ok(()) => Ok(()),
                Err(Detection::Offline) => Err(RemoteError::Offline),
                Err(_) => Err(RemoteError::Unreachable),
            }
        })
    }

    fn live(&self) -> LocalBoxStream<'static, Live> {
        let names = self.collections.iter().map(|collection| collection.name.clone()).collect();
        let session = self.session.clone();
        let token = Rc::new(move || session.as_ref()?.token());
        live::live(self.client.clone(), self.environment.clone(), names, token, self.reader())
    }

    fn ids<'a>(
        &'a self,
        collection: &'a str,
        after: Option<&'a str>,
        limit: usize,
    ) -> LocalBoxFuture<'a, Result<IdPage, RemoteError>> {
        Box::pin(self.id_page(collection, after, limit))
    }

    fn vouch(&self) -> LocalBoxFuture<'_, Result<(), RemoteError>> {
        Box::pin(async { self.prove().await.map_err(|error| errors::unread(&error, self.now_ms())) })
    }

    fn shows(&self, collection: &str, record: &Record, values: &Fields) -> bool {
        record::shows(self.collection(collection), &record.fields, values)
    }
}
