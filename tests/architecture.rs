//! Imports go down: the walls between the folders of `src/`, which one crate does not have by itself.
//!
//! Every path into our own crate is read from the source, wherever it stands (imports, expressions, types, macro
//! arguments; by `crate`, `landfall`, `self` or `super`), and held against the table of floors. `main.rs`, `lib.rs` and
//! `composition.rs` stand above the floors. Every file also has to say in a `//!` header what it promises.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used)] // a test that cannot go on must stop

use std::fs;
use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};
use syn::{ItemMod, ItemUse, Macro, UseTree};

/// Each floor and the floors that it may import, itself aside.
const FLOORS: [(&str, &[&str]); 11] = [
    ("model", &[]),
    ("platform", &["model"]),
    ("local", &["model", "platform"]),
    ("http", &["model", "platform"]),
    ("auth", &["http", "local", "platform", "model"]),
    ("realtime", &["http", "platform", "model"]),
    ("remote", &["auth", "realtime", "http", "model", "platform"]),
    ("sync", &["remote", "local", "model", "platform"]),
    ("repository", &["local", "model", "platform"]),
    ("state", &["repository", "sync", "auth", "local", "model", "platform"]),
    ("ui", &["state", "model"]),
];
/// What stands above all floors.
const ABOVE: [&str; 3] = ["main.rs", "lib.rs", "composition"];
/// Where Leptos may be used.
const SIGNALS: [&str; 2] = ["state", "ui"];

#[test]
fn imports_go_down() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut violations = Vec::new();
    for file in rust_files(&root) {
        let relative = file.strip_prefix(&root).expect("a file below src").to_string_lossy().replace('\\', "/");
        let source = fs::read_to_string(&file).expect("a readable file");
        violations.extend(violations_in(&relative, &source));
    }
    assert!(violations.is_empty(), "imports must go down:\n{}", violations.join("\n"));
}

#[test]
fn every_file_says_what_it_promises() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = rust_files(&package.join("src"));
    files.extend(rust_files(&package.join("tests")));
    files.retain(|file| !has_header(&fs::read_to_string(file).expect("a readable file")));
    assert!(files.is_empty(), "files without a `//!` header at their top: {files:#?}");
}

/// What is wrong with the imports of one file, given by its path below `src/`.
fn violations_in(file: &str, source: &str) -> Vec<String> {
    if ABOVE.contains(&file.split('/').next().unwrap_or(file)) {
        return Vec::new();
    }
    let module = module_of(file);
    let floor = module[0].clone();
    let Some((_, below)) = FLOORS.iter().find(|(name, _)| *name == floor) else {
        return vec![format!("{file}: `{floor}` is not a floor")];
    };
    let mut references = References { module, found: Vec::new() };
    references.visit_file(&syn::parse_file(source).unwrap_or_else(|error| panic!("{file}: {error}")));
    let mut violations: Vec<String> = references
        .found
        .into_iter()
        .filter(|target| *target != floor && !below.contains(&target.as_str()))
        .filter(|target| !(target.starts_with("leptos") && SIGNALS.contains(&floor.as_str())))
        .map(|target| format!("{file}: `{floor}` may not use `{target}`"))
        .collect();
    violations.dedup();
    violations
}

fn has_header(source: &str) -> bool {
    source.trim_start().starts_with("//!")
}

/// `sync/push.rs` is the module `sync::push`, `sync/mod.rs` and `sync.rs` are `sync`.
fn module_of(file: &str) -> Vec<String> {
    let path = file.trim_end_matches(".rs").trim_end_matches("/mod");
    path.split('/').map(str::to_owned).collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// Collects what a file reaches for: a name at the top of our crate, or Leptos.
struct References {
    /// The module that is being read, from the top of the crate.
    module: Vec<String>,
    found: Vec<String>,
}

impl References {
    fn note(&mut self, path: &[String]) {
        let Some(first) = path.first() else { return };
        if first.starts_with("leptos") {
            self.found.push(first.clone());
        } else if let Some(target) = self.top_of(path) {
            self.found.push(target);
        }
    }

    /// The name at the top of our crate that a path leads through, if it leads there.
    fn top_of(&self, path: &[String]) -> Option<String> {
        let ups = path.iter().take_while(|segment| *segment == "super" || *segment == "self");
        let supers = ups.clone().filter(|segment| *segment == "super").count();
        let rest = &path[ups.count()..];
        match path[0].as_str() {
            "crate" | "landfall" => path.get(1).cloned(),
            "self" | "super" => {
                let stem = &self.module[..self.module.len().saturating_sub(supers)];
                stem.first().or(rest.first()).cloned()
            }
            _ => None,
        }
    }

    fn note_tree(&mut self, prefix: &mut Vec<String>, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.note_tree(prefix, &path.tree);
                prefix.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|item| self.note_tree(prefix, item)),
            UseTree::Name(name) => self.note_leaf(prefix, name.ident.to_string()),
            UseTree::Rename(rename) => self.note_leaf(prefix, rename.ident.to_string()),
            UseTree::Glob(_) => self.note_leaf(prefix, "*".to_owned()),
        }
    }

    fn note_leaf(&mut self, prefix: &[String], leaf: String) {
        let mut path = prefix.to_vec();
        path.push(leaf);
        self.note(&path);
    }
}

impl<'ast> Visit<'ast> for References {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.note_tree(&mut Vec::new(), &item.tree);
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.note(&path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>());
        visit::visit_path(self, path);
    }

    /// The arguments of a macro are tokens only, so paths are looked for in their text.
    fn visit_macro(&mut self, item: &'ast Macro) {
        let text = item.tokens.to_string().replace(" :: ", "::");
        for word in text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == ':')) {
            let path: Vec<String> = word.split("::").map(str::to_owned).collect();
            if path.len() > 1 {
                self.note(&path);
            }
        }
        visit::visit_macro(self, item);
    }
}

#[test]
fn an_upward_import_is_found_in_every_spelling() {
    let upward = [
        "use crate::sync::Engine;",
        "use crate::{model::Record, sync::{push, pull}};",
        "use super::super::sync::Engine;",
        "pub use crate::sync as engine;",
        "fn f() { crate::sync::run(); }",
        "fn f(engine: &landfall::sync::Engine) {}",
        "fn f() -> Vec<u8> { vec![crate::sync::BYTE; 3] }",
        "mod inner { use super::super::super::sync::Engine; }",
        "use crate::*;",
        "use leptos::prelude::*;",
    ];
    for source in upward {
        assert_eq!(violations_in("local/store.rs", source).len(), 1, "{source}");
    }
}

#[test]
fn imports_downwards_and_within_a_floor_are_fine() {
    let fine = [
        "use crate::{local::Row, model::Record, platform::{Clock, Random}};",
        "use super::outbox::Outbox; use self::inner::Thing; pub(crate) struct Here;",
        "mod tests { use super::*; }",
        "use std::rc::Rc; fn f() { serde_json::json!({ \"at\": crate::model::ZERO }); }",
    ];
    for source in fine {
        assert_eq!(violations_in("local/store.rs", source), Vec::<String>::new(), "{source}");
    }
    assert_eq!(violations_in("ui/app.rs", "use leptos::prelude::*; use crate::state::Services;"), Vec::<String>::new());
}

#[test]
fn neighbours_on_one_floor_do_not_meet() {
    assert_eq!(violations_in("repository/mod.rs", "use crate::sync::Engine;").len(), 1);
    assert_eq!(violations_in("sync/mod.rs", "use crate::repository::Repository;").len(), 1);
}

#[test]
fn a_folder_outside_of_the_table_is_found() {
    assert_eq!(violations_in("helpers/text.rs", "").len(), 1);
}

#[test]
fn a_file_without_a_header_is_found() {
    assert!(has_header("//! Promises.\n\nuse std::rc::Rc;"));
    assert!(!has_header("// Not a header.\nuse std::rc::Rc;"));
    assert!(!has_header("use std::rc::Rc;\n//! Too late."));
}
