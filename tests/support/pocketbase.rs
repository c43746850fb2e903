//! A real PocketBase for a test: a server of its own on a free port, with data of its own, ended by its own pid.
//!
//! `None` from [`PocketBase::start`] means that the binary is not installed; [`skipped`] says so where the test's
//! output cannot swallow it, and `.ci/test` counts those words.
#![allow(dead_code)] // each test file uses a part

use serde_json::{Value, json};
use std::{
    env, fs,
    io::Write,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

/// The superuser of every server here.
pub const ROOT: (&str, &str) = ("root@example.org", "root-secret-1");
/// A rule for those who are signed in.
pub const SIGNED_IN: &str = "@request.auth.id != ''";
/// The names of a collection's rules.
pub const RULES: [&str; 5] = ["listRule", "viewRule", "createRule", "updateRule", "deleteRule"];
/// How long a server may take to come up.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server, running or killed.
pub struct PocketBase {
    binary: PathBuf,
    dir: PathBuf,
    port: u16,
    child: Option<Child>,
    http: reqwest::Client,
    token: String,
}

/// The binary, if there is one.
pub fn binary() -> Option<PathBuf> {
    let home = || Some(PathBuf::from(env::var_os("HOME")?).join(".cache/landfall/tools"));
    let tools = || env::var_os("LANDFALL_TOOLS").map(PathBuf::from).or_else(home);
    let installed = || Some(tools()?.join("pocketbase/bin/pocketbase"));
    env::var_os("LANDFALL_POCKETBASE").map(PathBuf::from).or_else(installed).filter(|path| path.is_file())
}

/// Says that a test could not be made. Written past libtest's capture.
pub fn skipped(test: &str) {
    // On a line of its own, even after libtest has begun one.
    let _ = writeln!(std::io::stderr(), "\nskipped: {test}: no PocketBase (see .ci/setup)");
}

impl PocketBase {
    /// A server with the collections that the tests use (see [`PocketBase::create_collections`]) and no records.
    pub async fn start() -> Option<Self> {
        Self::start_with_hooks(&[]).await
    }

    /// The same, with these hook files (name, text).
    pub async fn start_with_hooks(hooks: &[(&str, &str)]) -> Option<Self> {
        let mut server = Self::prepare(hooks)?;
        server.upsert_superuser();
        server.open().await;
        server.create_collections().await;
        Some(server)
    }

    /// A server over a copy of what another one left in its [`PocketBase::data`].
    pub async fn start_on(data: &Path, hooks: &[(&str, &str)]) -> Option<Self> {
        let mut server = Self::prepare(hooks)?;
        copy(data, &server.data());
        server.open().await;
        Some(server)
    }

    /// Where its data lies; whole only while it does not run.
    pub fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    fn prepare(hooks: &[(&str, &str)]) -> Option<Self> {
        let server = Self {
            binary: binary()?,
            dir: fresh_dir(),
            port: free_port(),
            child: None,
            http: reqwest::Client::new(),
            token: String::new(),
        };
        let hooks_dir = server.dir.join("hooks"); // made before serving, or it is not watched
        fs::create_dir_all(&hooks_dir).expect("temporary folders can be made");
        for (name, text) in hooks {
            fs::write(hooks_dir.join(name), text).expect("temporary files can be written");
        }
        Some(server)
    }

    async fn open(&mut self) {
        while !self.serve().await {
            self.port = free_port(); // somebody was quicker
        }
        self.sign_in_as_root().await;
    }

    /// The server's address, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The superuser's token.
    pub fn root_token(&self) -> &str {
        &self.token
    }

    /// The client that the helpers here use.
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Ends the process, as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Ends the process as its owner does, who lets it finish what it writes.
    pub async fn stop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let _ = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        let ended = async {
            while child.try_wait().is_ok_and(|status| status.is_none()) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, ended).await;
        in_time.expect("PocketBase ends in time");
    }

    /// The same data on the same port again.
    pub async fn restart(&mut self) {
        self.kill();
        assert!(self.serve().await, "the port was taken by somebody else");
    }

    fn upsert_superuser(&self) {
        let done = Command::new(&self.binary)
            .args(["superuser", "upsert", ROOT.0, ROOT.1, "--dir"])
            .arg(self.dir.join("data"))
            .stdout(Stdio::null())
            .status()
            .expect("PocketBase can be run");
        assert!(done.success(), "superuser upsert failed");
    }

    /// Starts the process and waits until it answers; `false` if it ended instead, as when the port is taken.
    async fn serve(&mut self) -> bool {
        let log = fs::File::create(self.dir.join("log")).expect("temporary files can be written");
        let folder = |name: &str| self.dir.join(name).into_os_string();
        let child = Command::new(&self.binary)
            .args(["serve", "--http", &format!("127.0.0.1:{}", self.port)])
            .args(["--dir".into(), folder("data"), "--hooksDir".into(), folder("hooks")])
            .args(["--migrationsDir".into(), folder("migrations"), "--publicDir".into(), folder("public")])
            .stdout(log.try_clone().expect("a file has a second handle"))
            .stderr(log)
            .spawn()
            .expect("PocketBase can be run");
        self.child = Some(child);
        let health = self.url() + "/api/health";
        let up = async {
            loop {
                if self.child.as_mut().is_none_or(|child| child.try_wait().is_ok_and(|ended| ended.is_some())) {
                    return false;
                }
                if self.http.get(&health).send().await.is_ok_and(|answer| answer.status().is_success()) {
                    return true;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, up).await.expect("PocketBase answers in time")
    }

    async fn sign_in_as_root(&mut self) {
        self.token = self.token_of("_superusers", ROOT.0, ROOT.1).await;
    }

    /// A fresh token of somebody.
    pub async fn token_of(&self, collection: &str, identity: &str, password: &str) -> String {
        let path = format!("/api/collections/{collection}/auth-with-password");
        let body = json!({ "identity": identity, "password": password });
        let (status, answer) = self.ask("POST", &path, Some(&body), "").await;
        assert_eq!(status, 200, "{answer}");
        answer["token"].as_str().expect("a token").to_owned()
    }

    /// Any request with any token; the answer's status and JSON (null if it is none).
    pub async fn ask(&self, method: &str, path: &str, body: Option<&Value>, token: &str) -> (u16, Value) {
        let method = reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.http.request(method, self.url() + path);
        if !token.is_empty() {
            request = request.header("authorization", token);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let answer = request.send().await.expect("PocketBase answers");
        let status = answer.status().as_u16();
        let text = answer.bytes().await.expect("a whole answer");
        (status, serde_json::from_slice(&text).unwrap_or_default())
    }

    /// A superuser's request that must succeed.
    pub async fn api(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let (status, answer) = self.ask(method, path, body.as_ref(), &self.token).await;
        assert!((200..300).contains(&status), "{method} {path}: {status} {answer}");
        answer
    }

    /// `companies`, `people` and `plain` (which has no `created` and `updated`), for all who are signed in; batch on,
    /// no mails.
    pub async fn create_collections(&self) {
        let batch = json!({ "enabled": true, "maxRequests": 10_000, "timeout": 120, "maxBodySize": 100_000_000 });
        self.api("PATCH", "/api/settings", Some(json!({ "batch": batch }))).await;
        self.api("PATCH", "/api/collections/users", Some(json!({ "authAlert": { "enabled": false } }))).await;
        self.create_collection("companies", &companies(), &[]).await;
        let companies = self.api("GET", "/api/collections/companies", None).await["id"].clone();
        let unique = "CREATE UNIQUE INDEX idx_people_email ON people (email) WHERE email != ''";
        self.create_collection("people", &people(&companies), &[unique]).await;
        let plain = json!([{ "name": "name", "type": "text" }, { "name": "count", "type": "number" }]);
        self.create_collection("plain", &plain, &[]).await;
    }

    /// A base collection for all who are signed in.
    pub async fn create_collection(&self, name: &str, fields: &Value, indexes: &[&str]) {
        let mut body = json!({ "name": name, "type": "base", "fields": fields, "indexes": indexes });
        RULES.iter().for_each(|rule| body[*rule] = json!(SIGNED_IN));
        self.api("POST", "/api/collections", Some(body)).await;
    }

    /// Changes anything of a collection: its name, rules, options.
    pub async fn change_collection(&self, name: &str, change: Value) {
        self.api("PATCH", &format!("/api/collections/{name}"), Some(change)).await;
    }

    /// Sets one rule: `None` locks it to superusers, `Some("")` opens it to all.
    pub async fn set_rule(&self, collection: &str, rule: &str, value: Option<&str>) {
        self.change_collection(collection, json!({ rule: value })).await;
    }

    /// Opens `companies`, `people` and `plain` to guests.
    pub async fn open_to_guests(&self) {
        for collection in ["companies", "people", "plain"] {
            for rule in RULES {
                self.set_rule(collection, rule, Some("")).await;
            }
        }
    }

    /// How long tokens of `users` last from now on: at least 10 (the server's own limit).
    pub async fn set_token_duration(&self, seconds: u32) {
        self.change_collection("users", json!({ "authToken": { "duration": seconds } })).await;
    }

    /// A user; gives the id.
    pub async fn add_user(&self, email: &str, password: &str) -> String {
        let user = json!({ "email": email, "password": password, "passwordConfirm": password, "verified": true });
        self.create("users", user).await["id"].as_str().expect("an id").to_owned()
    }

    /// A new password makes every token of the user void.
    pub async fn set_password(&self, user: &str, password: &str) {
        self.patch("users", user, json!({ "password": password, "passwordConfirm": password })).await;
    }

    /// Creates a record past all rules.
    pub async fn create(&self, collection: &str, record: Value) -> Value {
        self.api("POST", &records(collection, ""), Some(record)).await
    }

    /// Changes a record past all rules.
    pub async fn patch(&self, collection: &str, id: &str, change: Value) -> Value {
        self.api("PATCH", &records(collection, id), Some(change)).await
    }

    /// Deletes a record past all rules.
    pub async fn delete(&self, collection: &str, id: &str) {
        self.api("DELETE", &records(collection, id), None).await;
    }

    /// A record as the superuser sees it.
    pub async fn find(&self, collection: &str, id: &str) -> Option<Value> {
        let (status, record) = self.ask("GET", &records(collection, id), None, &self.token).await;
        (status == 200).then_some(record)
    }

    /// How many records there are.
    pub async fn count(&self, collection: &str) -> u64 {
        let found = self.api("GET", &(records(collection, "") + "?perPage=1"), None).await;
        found["totalItems"].as_u64().expect("a total")
    }

    /// Many records, by batches of 1,000.
    pub async fn create_all(&self, collection: &str, all: &[Value]) {
        let url = records(collection, "");
        for some in all.chunks(1_000) {
            let one = |record: &Value| json!({ "method": "POST", "url": url, "body": record });
            let requests: Vec<Value> = some.iter().map(one).collect();
            self.api("POST", "/api/batch", Some(json!({ "requests": requests }))).await;
        }
    }

    /// `count` people of 20 companies: always the same, in the order of [`person_id`].
    pub async fn seed_people(&self, count: usize) {
        let company = |index: usize| json!({ "id": company_id(index), "name": format!("Company {index:02}"), "city": CITIES[index % CITIES.len()] });
        self.create_all("companies", &(0..20).map(company).collect::<Vec<_>>()).await;
        self.create_all("people", &(0..count).map(person).collect::<Vec<_>>()).await;
    }

    /// What the server said of itself, for a failing test.
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.join("log")).unwrap_or_default()
    }
}

impl Drop for PocketBase {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.dir);
    }
}

const CITIES: [&str; 5] = ["Lisbon", "Oslo", "Nairobi", "Osaka", "Lima"];
const FIRST: [&str; 12] =
    ["Ada", "Grace", "Alan", "Edsger", "Barbara", "Zoë", "Özgür", "Ana", "Ivo", "Mei", "Tariq", "Ülo"];
const LAST: [&str; 9] =
    ["Lovelace", "Hopper", "Turing", "Dijkstra", "Liskov", "Ångström", "Silva", "Okafor", "Nakamura"];

/// The id of the person seeded as number `index`.
pub fn person_id(index: usize) -> String {
    format!("p{index:014}")
}

/// The id of the company seeded as number `index`.
pub fn company_id(index: usize) -> String {
    format!("c{index:014}")
}

/// The person seeded as number `index`; names do not repeat below 10,000.
pub fn person(index: usize) -> Value {
    let first = FIRST[index % FIRST.len()];
    let last = LAST[index / FIRST.len() % LAST.len()];
    json!({
        "id": person_id(index),
        "name": format!("{first} {last} {index:05}"),
        "email": format!("person{index}@example.org"),
        "company": company_id(index % 20),
        "age": 18 + index % 70,
        "active": index.is_multiple_of(3),
        "born": format!("{}-{:02}-{:02} 00:00:00.000Z", 1930 + index % 75, 1 + index % 12, 1 + index % 28),
        "notes": format!("Note on {first}, number {index}"),
    })
}

fn dates() -> [Value; 2] {
    [
        json!({ "name": "created", "type": "autodate", "onCreate": true }),
        json!({ "name": "updated", "type": "autodate", "onCreate": true, "onUpdate": true }),
    ]
}

fn companies() -> Value {
    let [created, updated] = dates();
    json!([{ "name": "name", "type": "text", "required": true }, { "name": "city", "type": "text" }, created, updated])
}

fn people(companies: &Value) -> Value {
    let [created, updated] = dates();
    let limit = 50 << 20;
    json!([
        { "name": "name", "type": "text", "required": true, "max": 200 },
        { "name": "email", "type": "email" },
        { "name": "company", "type": "relation", "collectionId": companies, "maxSelect": 1 },
        { "name": "age", "type": "number", "min": 0, "max": 150 },
        { "name": "active", "type": "bool" },
        { "name": "born", "type": "date" },
        { "name": "photo", "type": "file", "maxSelect": 1, "maxSize": limit, "thumbs": ["96x96"] },
        { "name": "papers", "type": "file", "maxSelect": 20, "maxSize": limit },
        { "name": "notes", "type": "text", "max": 100_000 },
        created,
        updated,
    ])
}

fn records(collection: &str, id: &str) -> String {
    let slash = if id.is_empty() { "" } else { "/" };
    format!("/api/collections/{collection}/records{slash}{id}")
}

/// Copies a folder.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("temporary folders can be made");
    for entry in fs::read_dir(from).expect("the folder can be read").map(|entry| entry.expect("its entry").path()) {
        let target = to.join(entry.file_name().expect("a name"));
        if entry.is_dir() {
            copy(&entry, &target);
        } else {
            fs::copy(&entry, &target).expect("a file can be copied");
        }
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it has an address").port()
}

fn fresh_dir() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let dir = env::temp_dir().join(format!("landfall-pocketbase-{}-{number}", std::process::id()));
    let _ = fs::remove_dir_all(Path::new(&dir));
    dir
}
