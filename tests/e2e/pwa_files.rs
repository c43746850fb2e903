//! What is published for an installed app: the worker's list, the manifest, and two apps on one origin.

use super::harness::{Browser, Site, e2e};
use super::support::{App, Publication, calm, listed_in};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;

/// Every cache of the origin with the addresses in it.
const CACHED: &str = "Promise.all((await caches.keys()).map(async (name) =>
    [name, (await (await caches.open(name)).keys()).map((request) => request.url).sort()]))";

/// Asks for every file of the list past the worker; what came of it, and its type.
const ASK: &str = "
    const files = arguments[0];
    return Promise.all(files.map(async ([path, integrity]) => {
        const answer = await fetch(path, { integrity, cache: 'reload' });
        return [path, answer.status, answer.headers.get('content-type')];
    }));";

fn type_of(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        _ => "text/html",
    }
}

async fn every_listed_file_is_there(base: &str) {
    let site = Site::at(base);
    site.put("before.html", "<!doctype html><title>Before</title><link rel=icon href=data:,>");
    let browser = Browser::open().await;
    browser.goto(site.url("before.html")).await;
    let worker: String = browser.eval("fetch('sw.js').then((answer) => answer.text())").await;
    let listed = listed_in(&worker);
    for part in ["./", ".wasm", ".css", "boot-", "manifest.webmanifest", "icons/icon-192.png"] {
        assert!(listed.iter().any(|(path, _)| path.contains(part)), "{part} is missing in {listed:?}");
    }
    let answers = browser.run(ASK, vec![json!(listed)]).await;
    let answers: Vec<(String, u16, String)> = serde_json::from_value(answers).expect("an answer each");
    assert_eq!(answers.len(), listed.len());
    for (path, status, kind) in answers {
        assert_eq!((status, kind.split(';').next()), (200, Some(type_of(&path))), "{path}");
    }
    for page in ["robots.txt", "llms.txt"] {
        let kind = format!("fetch('{page}').then((answer) => answer.headers.get('content-type'))");
        assert!(browser.eval::<String>(&kind).await.starts_with("text/plain"), "{page}");
    }
}

#[test]
fn every_listed_file_is_there_at_the_root() {
    e2e(every_listed_file_is_there("/"));
}

#[test]
fn every_listed_file_is_there_under_a_path() {
    e2e(every_listed_file_is_there("/x/y/"));
}

#[test]
fn the_list_has_all_that_a_build_has_and_nothing_of_the_deployer() {
    let publication = Publication::of("/");
    fs::write(publication.folder().join("landfall.json"), "{}").expect("a folder of our own");
    fs::write(publication.folder().join("imprint.html"), "Ours").expect("a folder of our own");
    publication.again();
    let listed: BTreeSet<String> = publication.listed().into_iter().map(|(path, _)| path).collect();
    let page = fs::read_to_string(publication.folder().join("index.html")).expect("a page");
    let named = page.split(['"', '=', ' ', '>', '/']).filter(|word| word.contains('-') && word.contains('.'));
    let named: Vec<&str> = named.filter(|word| publication.folder().join(word).is_file()).collect();
    assert!(named.len() >= 4, "{page}");
    for file in named.into_iter().chain(["./", "favicon.svg"]) {
        assert!(listed.contains(file), "{file} is missing in {listed:?}");
    }
    for other in ["landfall.json", "imprint.html", "sw.js", "index.html"] {
        assert!(!listed.contains(other), "{other}");
    }
}

/// A page that was just loading when a build was published still finds its files; they go with the build after that.
#[test]
fn the_files_of_the_build_before_stay_until_the_next() {
    let publication = Publication::of("/");
    let old = "landfall-0123456789abcdef.css";
    fs::write(publication.folder().join(old), "main {}").expect("a folder of our own");
    let worker = publication.folder().join("sw.js");
    let text = fs::read_to_string(&worker).expect("a service worker");
    let other = text.replace("const FILES = {", &format!("const FILES = {{\n  \"{old}\": \"sha256-\","));
    fs::write(&worker, other).expect("a folder of our own");
    publication.again();
    assert!(!publication.listed().iter().any(|(path, _)| path == old));
    assert!(publication.folder().join(old).exists(), "it belongs to the build before");
    publication.again();
    assert!(publication.folder().join(old).exists(), "the same build again changes nothing");
    fs::write(&worker, text + "// another build").expect("a folder of our own");
    publication.again();
    assert!(!publication.folder().join(old).exists(), "two builds later it is nobody's");
}

async fn the_manifest_is_whole(base: &str) {
    let app = App::open_at(base, Browser::open().await, calm()).await;
    let found = app.browser.devtools("Page.getAppManifest", json!({})).await;
    assert_eq!(found["errors"], json!([]));
    let trouble = app.browser.devtools("Page.getInstallabilityErrors", json!({})).await;
    assert_eq!(trouble["installabilityErrors"], json!([]));
    let manifest: Value = serde_json::from_str(found["data"].as_str().expect("a manifest")).expect("JSON");
    assert_eq!(manifest["id"], json!(base));
    for picture in ["icons", "screenshots"].iter().flat_map(|all| manifest[*all].as_array().expect("a list")) {
        let size = "const image = new Image();
            image.src = arguments[0];
            return image.decode().then(() => `${image.naturalWidth}x${image.naturalHeight}`);";
        let size = app.browser.run(size, vec![picture["src"].clone()]).await;
        assert!(size == picture["sizes"] || picture["sizes"] == "any", "{picture} is {size}");
    }
    for shortcut in manifest["shortcuts"].as_array().expect("shortcuts") {
        app.load(shortcut["url"].as_str().expect("an address").trim_start_matches("./")).await;
        let heading = app.browser.text("main h1").await;
        assert!(["Add", "Search", "Outbox"].contains(&heading.as_str()), "{shortcut} opens {heading}");
        assert!(app.browser.eval::<String>("document.title").await.starts_with(&heading));
    }
    app.load("new").await;
    app.browser.click("link", "Companies").await;
    app.browser.field("city").await;
    app.browser.no_console_errors().await;
}

#[test]
fn the_manifest_is_whole_at_the_root() {
    e2e(the_manifest_is_whole("/"));
}

#[test]
fn the_manifest_is_whole_under_a_path() {
    e2e(the_manifest_is_whole("/x/y/"));
}

/// One Landfall at `/`, another below it: the upper one's worker leaves the lower one alone, and a new version of one
/// is none of the other's business.
#[test]
fn two_apps_on_one_origin_leave_each_other_alone() {
    e2e(async {
        let publication = Publication::of("/");
        publication.add("/x/y/");
        let site = Site::of("/", publication.folder().to_owned());
        let mut app = App::open_on(site, Browser::open().await, calm()).await;
        app.installed().await;
        app.load("x/y/").await;
        assert_eq!(app.browser.text("main h1").await, "Home", "not the upper one's");
        app.browser.wait_until("navigator.serviceWorker.controller?.scriptURL.endsWith('/x/y/sw.js')").await;
        let before: Vec<(String, Vec<String>)> = app.browser.eval(CACHED).await;
        assert_eq!(before.len(), 2, "{before:?}");
        assert!(
            before[0].1.iter().all(|url| !url.contains("/x/y/")) && before[1].1.iter().all(|url| url.contains("/x/y/"))
        );

        publication.version_at("x/y", "two");
        app.browser.run("navigator.serviceWorker.ready.then((one) => one.update());", vec![]).await;
        app.browser.wait_for("[data-testid=update-ready]").await;
        app.browser.click("button", "Reload").await;
        app.browser.wait_until("document.querySelector('meta[name=build]')").await;
        let after: Vec<(String, Vec<String>)> = app.browser.eval(CACHED).await;
        assert_eq!((after.len(), &after[0]), (2, &before[0]));
        assert_ne!(after[1].0, before[1].0);

        app.site.stop();
        app.load("c/people").await;
        app.browser.wait_for("[data-record-id]").await;
        app.load("x/y/c/people").await;
        app.browser.wait_for("[data-record-id]").await;
        assert!(app.browser.eval::<bool>("document.baseURI.endsWith('/x/y/')").await);
    });
}
