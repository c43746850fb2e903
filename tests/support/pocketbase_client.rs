//! A person at a PocketBase: a session and a connector, as the app puts them together.
#![allow(dead_code)] // each test file uses a part

use super::native::{NativeTransport, TokioClock, environment};
use super::pocketbase::PocketBase as Server;
use landfall::auth::{AuthError, Credential, Session};
use landfall::http::Client;
use landfall::local::MemoryDisk;
use landfall::model::{Collection, Cursor, Field, FieldType, Fields, Kind, Record, Value};
use landfall::platform::{Environment, MemoryCipher};
use landfall::remote::pocketbase::{PocketBase, PocketBaseAuth};
use landfall::remote::{Page, PullRequest, Push, RemoteError, RemoteSource};
use std::rc::Rc;

/// The password of everyone here.
pub const PASSWORD: &str = "a-secret-word-1";

/// One person on one device.
pub struct Person {
    pub clock: TokioClock,
    pub environment: Environment,
    /// Carries the session's token.
    pub client: Client,
    pub session: Rc<Session>,
    pub remote: PocketBase,
    /// The user's id on the server.
    pub id: String,
}

/// A client without a session.
pub fn anonymous(url: &str, environment: &Environment) -> Client {
    Client::builder(Rc::new(NativeTransport::default()), environment).base(url).build()
}

impl Person {
    /// A new user of the server, signed in.
    pub async fn join(server: &Server, email: &str) -> Self {
        let id = server.add_user(email, PASSWORD).await;
        let mut person = Self::at(server, "users").await;
        person.sign_in(email, PASSWORD).await.expect("a new user can sign in");
        person.id = id;
        person
    }

    /// Nobody yet, at the server's front door.
    pub async fn at(server: &Server, auth_collection: &str) -> Self {
        Self::at_url(&server.url(), auth_collection).await
    }

    pub async fn at_url(url: &str, auth_collection: &str) -> Self {
        let clock = TokioClock::default();
        let environment = environment(&clock);
        let door = PocketBaseAuth::new(anonymous(url, &environment), auth_collection, environment.clock.clone());
        let (disk, cipher) = (Rc::new(MemoryDisk::new()), Rc::new(MemoryCipher::new(1)));
        let session = Session::open(disk, cipher, environment.clone(), Rc::new(door)).await;
        let transport = Rc::new(NativeTransport::default());
        let client = Client::builder(transport, &environment).base(url).auth(session.clone(), &[url]).build();
        let collections = collections().into_iter().map(Rc::new).collect();
        let remote = PocketBase::new(client.clone(), Some(session.clone()), environment.clone(), collections);
        Self { clock, environment, client, session, remote, id: String::new() }
    }

    pub async fn sign_in(&self, identity: &str, password: &str) -> Result<(), AuthError> {
        let credential = Credential::Password { identity: identity.into(), password: password.into() };
        self.session.sign_in(credential).await.map(drop)
    }

    /// Everything from a cursor on, in pages of `limit`.
    pub async fn pull_all(
        &self,
        collection: &str,
        from: Option<Cursor>,
        limit: usize,
    ) -> Result<(Vec<Record>, Option<Cursor>), RemoteError> {
        let (mut rows, mut cursor) = (Vec::new(), from);
        loop {
            let page = self.page(collection, cursor, limit).await?;
            rows.extend(page.rows);
            cursor = page.cursor;
            if !page.more {
                return Ok((rows, cursor));
            }
        }
    }

    pub async fn page(&self, collection: &str, cursor: Option<Cursor>, limit: usize) -> Result<Page, RemoteError> {
        self.remote.pull(PullRequest { collection: collection.into(), cursor, limit }).await
    }
}

/// The collections of the test server, as a config would describe them.
pub fn collections() -> Vec<Collection> {
    let people = vec![
        Field::new("name", FieldType::Text).required(),
        Field::new("email", FieldType::Email),
        Field::new("company", FieldType::Relation("companies".into())),
        Field::new("age", FieldType::Number).bounds(0.0, 150.0),
        Field::new("active", FieldType::Boolean),
        Field::new("born", FieldType::Date),
        Field::new("photo", FieldType::File { many: false }),
        Field::new("papers", FieldType::File { many: true }),
        Field::new("notes", FieldType::LongText),
    ];
    let companies = vec![Field::new("name", FieldType::Text).required(), Field::new("city", FieldType::Text)];
    let plain = vec![Field::new("name", FieldType::Text), Field::new("count", FieldType::Number)];
    vec![
        Collection::new("people", "name", people),
        Collection::new("companies", "name", companies),
        Collection::new("plain", "name", plain),
    ]
}

/// Fields from a JSON object.
pub fn fields(value: Value) -> Fields {
    value.as_object().cloned().expect("an object")
}

/// A mutation of `people`, without files and precondition.
pub fn push(kind: Kind, record: &str, changes: Value, base: Value) -> Push {
    Push {
        op_id: "op".into(),
        kind,
        collection: "people".into(),
        record: record.into(),
        changes: fields(changes),
        base: fields(base),
        files: Vec::new(),
        precondition: None,
        progress: None,
    }
}
