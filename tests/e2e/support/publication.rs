//! A published folder of the story's own, which can get a new version while a host serves it.

use crate::harness::package_path;
use crate::pocketbase;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// The name of the version that the page belongs to; empty for the build as it is.
pub const BUILD: &str = "(document.querySelector('meta[name=build]')?.content ?? '')";

/// A copy of the published app; it goes with this value.
pub struct Publication {
    folder: PathBuf,
}

impl Publication {
    /// A copy of what `.ci/e2e` published for `base`.
    pub fn of(base: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let source = match base.trim_matches('/') {
            "" => package_path("target/e2e/root"),
            path => package_path("target/e2e").join(path),
        };
        let folder = package_path(format!("target/e2e/published-{}-{number}", std::process::id()));
        pocketbase::copy(&source, &folder);
        Self { folder }
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Publishes the app for another path, in a folder below this one.
    pub fn add(&self, base: &str) {
        let below = self.folder.join(base.trim_matches('/'));
        run(".ci/dist", &[Path::new(base), &below]);
    }

    /// Publishes the same build here once more.
    pub fn again(&self) {
        run(".ci/dist", &[Path::new("/"), &self.folder]);
    }

    /// Publishes a version whose page says its name (see [`BUILD`]).
    pub fn version(&self, name: &str) {
        self.version_at("", name);
    }

    /// The same for the app that lies in a folder below.
    pub fn version_at(&self, below: &str, name: &str) {
        let folder = self.folder.join(below);
        let page = fs::read_to_string(folder.join("index.html")).expect("a page");
        let (before, after) = page.split_once("<base").expect("a <base>");
        let before = before.split("<meta name=\"build\"").next().unwrap_or_default();
        let page = format!("{before}<meta name=\"build\" content=\"{name}\"><base{after}");
        fs::write(folder.join("index.html"), page).expect("a folder of our own");
        run(".ci/worker", &[&folder]);
    }

    /// The files that the service worker keeps, and their hashes.
    pub fn listed(&self) -> Vec<(String, String)> {
        listed_in(&fs::read_to_string(self.folder.join("sw.js")).expect("a service worker"))
    }
}

impl Drop for Publication {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The list in the text of a published service worker.
pub fn listed_in(worker: &str) -> Vec<(String, String)> {
    let (_, rest) = worker.split_once("const FILES = {").expect("a list");
    let (list, _) = rest.split_once("};").expect("the list's end");
    let json = format!("{{{}}}", list.trim().trim_end_matches(','));
    let Ok(Value::Object(files)) = serde_json::from_str(&json) else { panic!("no list: {json}") };
    files.into_iter().map(|(path, hash)| (path, hash.as_str().unwrap_or_default().to_owned())).collect()
}

fn run(script: &str, arguments: &[&Path]) {
    let output = Command::new(package_path(script)).args(arguments).output().expect("a script that runs");
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
}
