//! A real PocketBase for a story: 10,000 people, two users, a faulty network in front, and a config that leads there.
//!
//! Seeding takes seconds, so it is done once: the data lies in `target/e2e/pocketbase` under a name made of
//! PocketBase's version and of the text of the file that seeds it, and each server starts on a copy.
//!
//! ```ignore
//! let Some(mut backend) = Backend::start().await else { return };
//! backend.publish(&site);
//! backend.proxy.next("PATCH", "/api/collections/people/", Fault::DropReply);
//! backend.admin().patch("people", &person_id(7), json!({ "name": "Theirs" })).await;
//! backend.kill();
//! backend.restart().await;
//! ```

use crate::harness::{Site, package_path};
use crate::pocketbase::{self, PocketBase};
use crate::proxy::{Passed, Proxy};
use serde_json::{Value, json};
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use tokio::sync::Mutex;

/// A user of every backend: e-mail address and password.
pub const ADA: (&str, &str) = ("ada@example.org", "ada-secret-1");
/// Somebody else.
pub const BOB: (&str, &str) = ("bob@example.org", "bob-secret-1");

/// How many people there are.
const PEOPLE: usize = 10_000;
/// The hook for conditional writes, as it is shipped.
const HOOK: (&str, &str) = ("landfall.pb.js", include_str!("../../../docs/pocketbase/landfall.pb.js"));

/// A server that ends with the story.
pub struct Backend {
    /// The network in front of it, which the app's address names.
    pub proxy: Proxy,
    /// The `timeouts` of the config: the app's own, unless a story cannot wait as long.
    pub timeouts: Value,
    server: PocketBase,
}

impl Backend {
    /// A server with 10,000 people, or a visible word that there is none on this machine.
    pub async fn start() -> Option<Self> {
        Self::over(&[]).await
    }

    /// The same with true conditional writes: the hook, and a field `rev` in `people`.
    pub async fn start_with_hook() -> Option<Self> {
        let backend = Self::over(&[HOOK]).await?;
        let people = backend.server.api("GET", "/api/collections/people", None).await;
        let mut fields = people["fields"].as_array().expect("its fields").clone();
        fields.push(json!({ "name": "rev", "type": "number" }));
        backend.server.change_collection("people", json!({ "fields": fields })).await;
        Some(backend)
    }

    async fn over(hooks: &[(&str, &str)]) -> Option<Self> {
        if pocketbase::binary().is_none() {
            pocketbase::skipped(std::thread::current().name().unwrap_or_default());
            return None;
        }
        let server = PocketBase::start_on(&template().await, hooks).await?;
        let proxy = Proxy::before(([127, 0, 0, 1], server.port()).into());
        Some(Self { proxy, timeouts: json!({}), server })
    }

    /// The server itself, past the network and past all rules: what it has, what others do, its rules and users.
    pub fn admin(&self) -> &PocketBase {
        &self.server
    }

    /// The address that the app is given: the network's.
    pub fn url(&self) -> String {
        self.proxy.url()
    }

    /// The machine goes off: the process is killed and nobody listens.
    pub fn kill(&mut self) {
        self.server.kill();
        self.proxy.refuse();
    }

    /// The machine comes back with the same data at the same address.
    pub async fn restart(&mut self) {
        self.server.restart().await;
        self.proxy.accept();
    }

    /// What the server answered to writes of people, in order: what was done is what was answered with success.
    pub fn writes(&self) -> Vec<Passed> {
        let path = "/api/collections/people/records";
        let is_write = |request: &Passed| request.method != "GET" && request.method != "OPTIONS";
        self.proxy.passed().into_iter().filter(|request| is_write(request) && request.path.starts_with(path)).collect()
    }

    /// A `landfall.json` that leads here: sign-in by password, two collections.
    pub fn config(&self) -> String {
        let workspace = json!({
            "id": "crew",
            "label": "Crew",
            "backend": { "kind": "pocketbase", "url": self.url() },
            "sign_in": { "collection": "users", "methods": ["password"] },
            "collections": [people(), companies()],
        });
        json!({ "name": "Harbour", "timeouts": self.timeouts, "workspaces": [workspace] }).to_string()
    }

    /// Makes the site's app open this backend.
    pub fn publish(&self, site: &Site) {
        site.put("landfall.json", &self.config());
    }
}

fn people() -> Value {
    json!({ "name": "people", "title": "name", "subtitle": "email", "fields": [
        { "name": "name", "required": true, "max": 200 },
        { "name": "email", "type": "email" },
        { "name": "company", "type": "relation", "to": "companies" },
        { "name": "age", "type": "number", "min": 0, "max": 150 },
        { "name": "active", "type": "boolean" },
        { "name": "born", "type": "date" },
        { "name": "photo", "type": "image" },
        { "name": "papers", "type": "file", "many": true },
        { "name": "notes", "type": "long_text" },
    ] })
}

fn companies() -> Value {
    json!({ "name": "companies", "title": "name", "fields": [{ "name": "name", "required": true }, { "name": "city" }] })
}

/// The data that every server starts with, made by the first who asks.
async fn template() -> PathBuf {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());
    let _turn = ONE_AT_A_TIME.lock().await;
    let folder = package_path("target/e2e/pocketbase").join(key());
    if !folder.is_dir() {
        make(&folder).await;
    }
    folder
}

async fn make(folder: &Path) {
    let mut server = PocketBase::start().await.expect("PocketBase is installed");
    server.seed_people(PEOPLE).await;
    for (email, password) in [ADA, BOB] {
        server.add_user(email, password).await;
    }
    // Asked to end, it leaves whole files behind.
    server.stop().await;
    let all = folder.parent().expect("a folder");
    let _ = fs::remove_dir_all(all); // what other versions left
    fs::create_dir_all(all).expect("a folder under target");
    let half = folder.with_extension("half");
    pocketbase::copy(&server.data(), &half);
    fs::rename(half, folder).expect("a name under target");
}

/// Names the version of PocketBase and of the file that seeds it.
fn key() -> String {
    let version = pocketbase::binary().and_then(|binary| Command::new(binary).arg("--version").output().ok());
    let mut hasher = DefaultHasher::new();
    (version.map(|output| output.stdout), PEOPLE, ADA, BOB, include_str!("../../support/pocketbase.rs"))
        .hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
