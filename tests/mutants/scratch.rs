//! A copy of the package in which bugs are planted, with a target folder of its own.
//!
//! Only files that differ are written anew, so that the compiler's own cache serves from one bug, and from one run, to
//! the next. The copy is mended after each bug, and brought up to date at the beginning of each run.

use crate::bug::Bug;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What is copied; all else that the sources include is linked.
const COPIED: [&str; 4] = ["src", "tests", "Cargo.toml", "Cargo.lock"];
const LINKED: [&str; 3] = ["docs", "public", "README.md"];

/// The copy.
pub struct Scratch {
    package: PathBuf,
    tree: PathBuf,
}

impl Scratch {
    /// Brings the copy up to date.
    pub fn prepare() -> Self {
        let package = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let tree = package.join("target/mutants/tree");
        fs::create_dir_all(&tree).expect("a folder under target");
        for name in COPIED {
            copy(&package.join(name), &tree.join(name));
        }
        #[cfg(unix)]
        for name in LINKED {
            let _ = fs::remove_file(tree.join(name));
            std::os::unix::fs::symlink(package.join(name), tree.join(name)).expect("a link under target");
        }
        Self { package, tree }
    }

    /// The folder of the copy.
    pub fn tree(&self) -> &Path {
        &self.tree
    }

    /// Where the copy is compiled.
    pub fn target(&self) -> PathBuf {
        self.package.join("target/mutants/target")
    }

    /// A source file as it is without any bug.
    pub fn original(&self, file: &str) -> String {
        fs::read_to_string(self.package.join(file)).unwrap_or_default()
    }

    /// Plants a bug, which must have been found to be plantable.
    pub fn plant(&self, bug: &Bug) {
        let planted = bug.planted(&self.original(bug.file)).expect("its text was found before");
        fs::write(self.tree.join(bug.file), planted).expect("the copy can be written");
    }

    /// Takes it out again.
    pub fn mend(&self, bug: &Bug) {
        fs::write(self.tree.join(bug.file), self.original(bug.file)).expect("the copy can be written");
    }
}

/// Makes `to` the same as `from`, and writes only what differs.
fn copy(from: &Path, to: &Path) {
    if !from.is_dir() {
        let bytes = fs::read(from).expect("a readable file");
        if fs::read(to).ok().as_ref() != Some(&bytes) {
            fs::write(to, bytes).expect("the copy can be written");
        }
        return;
    }
    fs::create_dir_all(to).expect("a folder under target");
    let names = |folder: &Path| -> BTreeSet<_> {
        let entries = fs::read_dir(folder).expect("a readable folder");
        entries.map(|entry| entry.expect("an entry").file_name()).collect()
    };
    let wanted = names(from);
    for name in names(to).difference(&wanted) {
        let path = to.join(name);
        let gone = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        gone.expect("what is no longer in the package goes from the copy");
    }
    for name in wanted {
        copy(&from.join(&name), &to.join(&name));
    }
}
