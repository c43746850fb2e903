//! What happens on the server while we listen: `PocketBase`'s realtime API, one connection for all collections.
//!
//! `GET /api/realtime` opens the event stream, its first event names this client, and one `POST` subscribes that
//! client, signed, to every collection at once. The server says nothing while nothing happens, closes after five
//! minutes of that and after thirty in any case, and keeps nothing for those who are away: each connection therefore
//! begins with a `Resumed`, at which the engine pulls.
//!
//! The server sends each event by a task of its own, so that two of them can overtake each other, even two of one
//! record (`realtimeBroadcastRecord` in its `apis/realtime.go`). Only versions tell which is later: a tombstone carries
//! the version of the row that went, which beats that row and loses to one made anew under its id.
//!
//! The server decides at the subscription who listens, and a bad token is a guest to it, who hears nothing. So when
//! the token changes, the client subscribes again with the new one; if that is somebody else's, or the server knows
//! the client no more, it refuses, and the connection is made anew.

use super::super::Live;
use crate::{
    http::{Client, Options},
    model::{Record, Value, json},
    platform::{Clock, Environment},
    realtime::{Broken, Connection, Item, Policy, Source, sse, stream},
};
use futures::{
    StreamExt,
    future::{Either, LocalBoxFuture, select},
    stream::LocalBoxStream,
};
use std::{rc::Rc, time::Duration};

const PATH: &str = "api/realtime";
/// How long the server may take to name the client.
const GREETING: Duration = Duration::from_secs(15);
/// The server closes an idle connection after five minutes: one that is silent for longer is dead.
const SILENCE: Duration = Duration::from_secs(330);
/// How often the token is looked at.
const LOOK: Duration = Duration::from_secs(5);

/// The token of the moment; `None` when nobody is signed in.
pub type CurrentToken = Rc<dyn Fn() -> Option<String>>;
/// Takes a record of this collection apart; `None` if it is none.
pub type ReadRecord = Rc<dyn Fn(&str, Value) -> Option<Record>>;

/// What happens to these collections, for as long as the stream is held. `client` signs what it sends, `token` tells
/// when it signs otherwise than before.
#[must_use]
pub fn live(
    client: Client,
    environment: Environment,
    collections: Vec<String>,
    token: CurrentToken,
    read: ReadRecord,
) -> LocalBoxStream<'static, Live> {
    let clock = environment.clock.clone();
    let source = Listener(Rc::new(Parts { client, clock, collections, token, read }));
    let policy = Policy { silence: Some(SILENCE), ..Policy::default() };
    let items = stream(Rc::new(source), environment, policy);
    let as_live = |item| match item {
        Item::Change(event) => event,
        Item::Gap => Live::Gap,
        Item::Resumed => Live::Resumed,
    };
    items.map(as_live).boxed_local()
}

struct Listener(Rc<Parts>);

struct Parts {
    client: Client,
    clock: Rc<dyn Clock>,
    collections: Vec<String>,
    token: CurrentToken,
    read: ReadRecord,
}

impl Source<Live> for Listener {
    fn connect(&self) -> LocalBoxFuture<'_, Result<Connection<Live>, Broken>> {
        Box::pin(async move {
            let parts = self.0.clone();
            let options = Options { retries: Some(0), ..Options::default() };
            let call = parts.client.get(PATH).options(options).header("accept", "text/event-stream");
            let mut events = sse::events(call.stream().await?.body);
            let (id, early) = match select(greeting(&mut events), parts.clock.sleep(GREETING)).await {
                Either::Left((greeted, _)) => greeted?,
                Either::Right(_) => return Err(Broken::Protocol),
            };
            let token = parts.subscribe(&id).await?;
            let early = parts.changes(early);
            let open = Open { parts, events, id, token };
            let rest = futures::stream::unfold(open, |mut open| async move { Some((open.next().await?, open)) });
            Ok(futures::stream::once(async { Ok(early) }).chain(rest).boxed_local())
        })
    }
}

/// Reads up to the event that names the client; gives what came with it too.
fn greeting(events: &mut Connection<sse::Event>) -> LocalBoxFuture<'_, Result<(String, Vec<sse::Event>), Broken>> {
    Box::pin(async move {
        while let Some(read) = events.next().await {
            let mut read = read?;
            if !read.is_empty() {
                return Ok((client_id(&read.remove(0)).ok_or(Broken::Protocol)?, read));
            }
        }
        Err(Broken::Protocol)
    })
}

fn client_id(event: &sse::Event) -> Option<String> {
    let data = if event.name == "PB_CONNECT" { json::object(&event.data) } else { None };
    json::take_text(&mut data?, "clientId")
}

/// A connection that has been subscribed.
struct Open {
    parts: Rc<Parts>,
    events: Connection<sse::Event>,
    id: String,
    token: Option<String>,
}

impl Open {
    /// The next read, or a new subscription.
    async fn next(&mut self) -> Option<Result<Vec<Live>, Broken>> {
        loop {
            match select(self.events.next(), self.parts.clock.sleep(LOOK)).await {
                Either::Left((read, _)) => return Some(read?.map(|events| self.parts.changes(events))),
                Either::Right(_) if (self.parts.token)() == self.token => {}
                Either::Right(_) => return Some(self.renew().await),
            }
        }
    }

    /// What was said to a guest meanwhile, or not said, is pulled.
    async fn renew(&mut self) -> Result<Vec<Live>, Broken> {
        self.token = self.parts.subscribe(&self.id).await?;
        Ok(vec![Live::Poke(None)])
    }
}

impl Parts {
    /// Subscribes to everything in one call; gives the token that was there before it.
    async fn subscribe(&self, id: &str) -> Result<Option<String>, Broken> {
        let token = (self.token)();
        let topics: Vec<String> = self.collections.iter().map(|name| json::quoted(&[name, "/*"].concat())).collect();
        let mut body = json::Members::default();
        body.text("clientId", id);
        body.json("subscriptions", &json::list(&topics));
        let body = body.end().into_bytes();
        self.client.post(PATH).body("application/json", body).send().await?;
        Ok(token)
    }

    fn changes(&self, events: Vec<sse::Event>) -> Vec<Live> {
        events.iter().filter_map(|event| self.change(event)).collect()
    }

    /// An event that cannot be read is a hint to pull.
    fn change(&self, event: &sse::Event) -> Option<Live> {
        let collection = event.name.strip_suffix("/*")?.to_owned();
        match self.record(&collection, &event.data) {
            Some(record) => Some(Live::Change { collection, record }),
            None => Some(Live::Poke(Some(collection))),
        }
    }

    fn record(&self, collection: &str, data: &str) -> Option<Record> {
        let mut data = json::object(data)?;
        let record = (self.read)(collection, data.remove("record")?)?;
        let deleted = json::take_text(&mut data, "action")? == "delete";
        Some(if deleted { Record::tombstone(record.id, record.version) } else { record })
    }
}
