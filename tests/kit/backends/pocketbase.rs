//! A real PocketBase behind the faulty proxy, with or without the hook for conditional writes.
//!
//! One server serves all scenarios: before each, its records go and its rules are opened. Each scenario has a user and a
//! proxy of its own. Others work past the connector and past the proxy, as the superuser.

use crate::kit::{Backend, LineState, On, Others, Rules, SessionState, Trouble, World};
use crate::native::{NativeTransport, TokioClock, environment};
use crate::pocketbase::{self as starter, RULES, SIGNED_IN};
use crate::proxy::{Fault, Proxy};
use futures::future::LocalBoxFuture;
use landfall::auth::{Credential, Session};
use landfall::http::{Client, Credentials, HttpError, Token};
use landfall::local::MemoryDisk;
use landfall::model::{Collection, FieldType, Fields, Query, RecordId, Value};
use landfall::platform::{Clock, Environment, MemoryCipher};
use landfall::remote::RemoteSource;
use landfall::remote::pocketbase::query::Answer;
use landfall::remote::pocketbase::{PocketBase, PocketBaseAuth, discover};
use serde_json::json;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

/// The hook that makes conditional writes true, as it is shipped.
const HOOK: (&str, &str) = ("landfall.pb.js", include_str!("../../../docs/pocketbase/landfall.pb.js"));
/// How long the kit's client waits for an answer.
const PATIENCE: Duration = Duration::from_secs(2);
const TOTAL: Duration = Duration::from_secs(20);
const PASSWORD: &str = "our-secret-1";
/// What PocketBase says when it is asked too often.
const BUSY: &str = r#"{"data":{},"message":"Too Many Requests.","status":429}"#;

/// The server, once it is started.
pub struct PocketBaseBackend {
    with_hook: bool,
    runtime: tokio::runtime::Runtime,
    server: RefCell<Option<Rc<starter::PocketBase>>>,
    scenarios: Cell<usize>,
}

impl PocketBaseBackend {
    /// `None` if the binary is not installed.
    pub fn new(with_hook: bool) -> Option<Self> {
        starter::binary()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        Some(Self { with_hook, runtime, server: RefCell::default(), scenarios: Cell::new(0) })
    }

    /// The server without records, as on the first day.
    async fn fresh(&self) -> Result<Rc<starter::PocketBase>, String> {
        let running = self.server.borrow().clone();
        if let Some(server) = running {
            for collection in ["people", "companies"] {
                open(&server, collection).await;
                server.api("DELETE", &format!("/api/collections/{collection}/truncate"), None).await;
            }
            return Ok(server);
        }
        let hooks: &[_] = if self.with_hook { &[HOOK] } else { &[] };
        let server = Rc::new(starter::PocketBase::start_with_hooks(hooks).await.ok_or("it is not installed")?);
        if self.with_hook {
            count_revisions(&server, "people").await;
        }
        self.server.replace(Some(server.clone()));
        Ok(server)
    }

    async fn world(&self) -> Result<PocketBaseWorld, String> {
        let server = self.fresh().await?;
        self.scenarios.set(self.scenarios.get() + 1);
        let email = format!("us{}@example.org", self.scenarios.get());
        let user = server.add_user(&email, PASSWORD).await;
        let proxy = Proxy::before(([127, 0, 0, 1], server.port()).into());
        let clock = TokioClock::default();
        let here = environment(&clock);
        let collections = schema(&server, &here).await?;
        let guest = client(&proxy.url(), &here, None);
        let authenticator = Rc::new(PocketBaseAuth::new(guest, "users", here.clock.clone()));
        let session =
            Session::open(Rc::new(MemoryDisk::new()), Rc::new(MemoryCipher::new(1)), here.clone(), authenticator).await;
        let credential = Credential::Password { identity: email, password: PASSWORD.into() };
        session.sign_in(credential).await.map_err(|error| error.to_string())?;
        let signed = client(&proxy.url(), &here, Some(session.clone()));
        let us = Rc::new(PocketBase::new(signed, Some(session), here, collections));
        let world = PocketBaseWorld { server, proxy, clock, us, user };
        world.meet_the_hook(self.with_hook).await?;
        Ok(world)
    }
}

impl Backend for PocketBaseBackend {
    fn name(&self) -> String {
        if self.with_hook { "PocketBase with the hook".into() } else { "PocketBase".into() }
    }

    fn offers(&self) -> &'static [&'static str] {
        &["faults", "wire", "sessions", "rules", "files"]
    }

    fn block_on<'a>(&'a self, work: LocalBoxFuture<'a, ()>) {
        self.runtime.block_on(work);
    }

    fn start(&self) -> LocalBoxFuture<'_, Result<Box<dyn World>, String>> {
        Box::pin(async { Ok(Box::new(self.world().await?) as Box<dyn World>) })
    }
}

struct PocketBaseWorld {
    server: Rc<starter::PocketBase>,
    proxy: Proxy,
    clock: TokioClock,
    us: Rc<PocketBase>,
    user: String,
}

impl PocketBaseWorld {
    /// The connector looks for the hook when it first reads a record that counts revisions; its promises follow.
    async fn meet_the_hook(&self, is_there: bool) -> Result<(), String> {
        let id = self.id("first");
        self.server.create("people", json!({ "id": id, "name": "First" })).await;
        self.us.read("people", &id).await.map_err(|error| error.to_string())?;
        self.server.delete("people", &id).await;
        let promised = self.us.capabilities().conditional_writes;
        if promised == is_there { Ok(()) } else { Err(format!("conditional writes are promised: {promised}")) }
    }
}

impl World for PocketBaseWorld {
    fn us(&self) -> Rc<dyn RemoteSource> {
        self.us.clone()
    }

    fn others(&self) -> Rc<dyn Others> {
        Rc::new(Superuser(self.server.clone()))
    }

    fn collection(&self, name: &str) -> Option<String> {
        ["people", "companies"].contains(&name).then(|| name.to_owned())
    }

    fn field(&self, collection: &str, name: &str) -> Option<String> {
        let name = match (collection, name) {
            ("people", "number") => "age",
            ("people", "flag") => "active",
            ("people", "date") => "born",
            ("people", "name" | "email" | "notes" | "company" | "photo") | ("companies", "name" | "city") => name,
            _ => return None,
        };
        Some(name.to_owned())
    }

    fn id(&self, word: &str) -> RecordId {
        format!("{word:0<15}")
    }

    fn sleep(&self, duration: Duration) -> LocalBoxFuture<'static, ()> {
        self.clock.sleep(duration)
    }

    fn query<'a>(
        &'a self,
        collection: &'a str,
        query: Query,
    ) -> LocalBoxFuture<'a, Option<Result<Vec<RecordId>, String>>> {
        Box::pin(async move {
            let found = self.us.query(collection, &query, 1, 1000).await;
            let ids = |answer: Answer| answer.records.into_iter().map(|record| record.id).collect();
            Some(found.map(ids).map_err(|error| error.to_string()))
        })
    }

    fn trouble(&self, on: On, trouble: Trouble) {
        let fault = match trouble {
            Trouble::LoseRequest => Fault::Reset,
            Trouble::DropReply => Fault::DropReply,
            Trouble::CutReply => Fault::CutInHalf,
            Trouble::StallReply => Fault::Stall,
            Trouble::Busy => Fault::Answer(429, BUSY.into()),
        };
        let path = "/api/collections/";
        match on {
            // A read may be tried again by itself; a write may not, and would be seen.
            On::Read => self.proxy.always("GET", path, fault),
            On::Write => {
                for method in ["POST", "PATCH", "DELETE"] {
                    self.proxy.next(method, path, fault.clone());
                }
            }
        }
    }

    fn calm(&self) {
        self.proxy.clear();
    }

    fn session(&self, state: SessionState) -> LocalBoxFuture<'_, Result<(), String>> {
        Box::pin(async move {
            match state {
                SessionState::Revoked => self.server.set_password(&self.user, "another-secret-1").await,
            }
            Ok(())
        })
    }

    fn rules<'a>(&'a self, collection: &'a str, rules: Rules) -> LocalBoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            open(&self.server, collection).await;
            let locked: &[&str] = match rules {
                Rules::Open => &[],
                Rules::NoReading => &["listRule", "viewRule"],
                Rules::NoWriting => &["createRule", "updateRule", "deleteRule"],
            };
            for rule in locked {
                // A rule that nobody meets; without any, PocketBase would say 403 instead of hiding the records.
                self.server.set_rule(collection, rule, Some("@request.auth.id = 'nobody'")).await;
            }
            Ok(())
        })
    }

    fn line(&self, state: LineState) {
        match state {
            LineState::Down => self.proxy.refuse(),
            LineState::Up => self.proxy.accept(),
        }
    }
}

/// Works past the connector and its rules.
struct Superuser(Rc<starter::PocketBase>);

impl Others for Superuser {
    fn create<'a>(
        &'a self,
        collection: &'a str,
        records: Vec<(RecordId, Fields)>,
    ) -> LocalBoxFuture<'a, Result<Vec<RecordId>, String>> {
        Box::pin(async move {
            let (mut ids, mut all) = (Vec::new(), Vec::new());
            for (id, mut values) in records {
                values.insert("id".into(), id.clone().into());
                ids.push(id);
                all.push(Value::Object(values));
            }
            self.0.create_all(collection, &all).await;
            Ok(ids)
        })
    }

    fn patch<'a>(&'a self, collection: &'a str, id: &'a str, values: Fields) -> LocalBoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            self.0.patch(collection, id, Value::Object(values)).await;
            Ok(())
        })
    }

    fn delete<'a>(&'a self, collection: &'a str, id: &'a str) -> LocalBoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            self.0.delete(collection, id).await;
            Ok(())
        })
    }
}

/// What the app would discover, with what a config says better: birthdays are days.
async fn schema(server: &starter::PocketBase, here: &Environment) -> Result<Vec<Rc<Collection>>, String> {
    let root = Rc::new(Root(server.root_token().to_owned()));
    let client = client(&server.url(), here, Some(root));
    let mut found = discover(&client, &[]).await.map_err(|error| error.to_string())?;
    for field in found.iter_mut().flat_map(|collection| &mut collection.fields).filter(|field| field.name == "born") {
        field.kind = FieldType::Date;
    }
    Ok(found.into_iter().map(Rc::new).collect())
}

fn client(url: &str, here: &Environment, credentials: Option<Rc<dyn Credentials>>) -> Client {
    let builder = Client::builder(Rc::new(NativeTransport::default()), here).base(url).timeouts(PATIENCE, TOTAL);
    match credentials {
        Some(credentials) => builder.auth(credentials, &[url]).build(),
        None => builder.build(),
    }
}

/// A collection that all who are signed in may do everything with.
async fn open(server: &starter::PocketBase, collection: &str) {
    let rules: serde_json::Map<String, Value> =
        RULES.iter().map(|rule| ((*rule).to_owned(), json!(SIGNED_IN))).collect();
    server.change_collection(collection, Value::Object(rules)).await;
}

/// What the hook asks of a collection.
async fn count_revisions(server: &starter::PocketBase, collection: &str) {
    let described = server.api("GET", &format!("/api/collections/{collection}"), None).await;
    let mut fields = described["fields"].as_array().cloned().unwrap_or_default();
    fields.push(json!({ "name": "rev", "type": "number" }));
    server.change_collection(collection, json!({ "fields": fields })).await;
}

/// The superuser's token.
struct Root(String);

impl Credentials for Root {
    fn current(&self) -> LocalBoxFuture<'_, Result<Option<Token>, HttpError>> {
        let token = Token { header: "authorization", value: self.0.clone(), generation: 1 };
        Box::pin(async { Ok(Some(token)) })
    }

    fn refresh(&self, _refused: u64) -> LocalBoxFuture<'_, Result<Option<Token>, HttpError>> {
        Box::pin(async { Ok(None) })
    }
}
