//! What a workspace has besides its data: an account, files, storage, neighbours, and what its backend guarantees.
//!
//! Whoever puts the app together fills a [`Link`]; a part that a workspace does not have is `None`. Everything
//! here is plain data behind boxed closures. What changes by itself is announced by
//! [`Services::link_changed`](super::Services::link_changed), one signal for all of it: a signal of its own for
//! each type would cost more code than it tells.

use super::connect::{ConnectDesk, SignIn};
use crate::model::{EntryKey, Timestamp};
use crate::platform::Storage;
use futures::future::LocalBoxFuture;
use std::rc::Rc;

/// Who is signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountView {
    /// A name to show: usually the e-mail address.
    pub label: String,
    /// The session has ended: everything stays readable, and nothing is sent before a new sign-in.
    pub needs_sign_in: bool,
}

/// What becomes of edits that were not sent when someone signs out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsent {
    /// They wait on this device for the same account.
    Keep,
    /// They are given up.
    Discard,
}

/// Signing in again and out.
pub struct AccountDesk {
    /// Who it is now.
    pub view: Box<dyn Fn() -> AccountView>,
    /// Signs in again, as the same account.
    pub sign_in: SignIn,
    /// Signs out and leaves the workspace; the page is loaded anew after `Ok`. The error is a sentence or a word.
    pub sign_out: Box<dyn Fn(Unsent) -> LocalBoxFuture<'static, Result<(), String>>>,
}

/// Where a file lies.
#[derive(Clone, Copy, Debug)]
pub struct FilePlace<'a> {
    /// The collection.
    pub collection: &'a str,
    /// The record.
    pub record: &'a str,
    /// The field.
    pub field: &'a str,
    /// The file's name on the server.
    pub name: &'a str,
    /// Whether a small picture is wanted.
    pub thumb: bool,
}

/// How far the file of an entry has gone out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The entry.
    pub entry: EntryKey,
    /// Bytes sent.
    pub sent: u64,
    /// Bytes in all.
    pub total: u64,
}

/// The address of a file on the server, if it has one.
pub type FileAddress = Box<dyn Fn(&FilePlace) -> Option<String>>;

/// A sweep for deletes that would take away so much that the user is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweepQuestion {
    /// The collection.
    pub collection: String,
    /// How many rows are no longer visible.
    pub gone: usize,
    /// How many there are here.
    pub of: usize,
}

/// What this connection promises, as far as its backend can.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // independent facts, each a yes or a no
pub struct Guarantees {
    /// What the backend is called: `PocketBase`.
    pub backend: String,
    /// Its address; empty for what lives in the page.
    pub url: String,
    /// A new record is never made twice.
    pub creates_once: bool,
    /// Of two people who change the same field at the same moment, one is told; without it there is a moment
    /// between reading and writing in which the later one wins.
    pub conditional_writes: bool,
    /// Only what changed is fetched, not everything.
    pub delta_pull: bool,
    /// Other people's changes arrive by themselves.
    pub live: bool,
    /// Deletes made elsewhere are told at once; without it a sweep finds them.
    pub tombstones: bool,
    /// A record that may no longer be seen looks like one that is gone.
    pub denial_looks_like_absence: bool,
}

/// How a collection stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CollectionSync {
    /// Its name.
    pub name: String,
    /// What it is called.
    pub label: String,
    /// How many records are here.
    pub rows: usize,
    /// When it was last pulled.
    pub pulled_at: Option<Timestamp>,
    /// Whether all of it is here.
    pub complete: bool,
    /// Whether the server refused to show it last time.
    pub refused: bool,
}

/// The device's storage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StorageView {
    /// What is taken and what there is, in bytes, where the browser tells.
    pub room: Option<(u64, u64)>,
    /// Whether the browser keeps our data until the user deletes it.
    pub persisted: bool,
}

/// A workspace that this device knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownWorkspace {
    /// Its id: `?workspace=ID` opens it.
    pub id: String,
    /// Its visible name.
    pub label: String,
    /// Where its backend is; empty for what lives in the page.
    pub url: String,
    /// Whether it was connected on this device, so that it can be removed here. The config's cannot.
    pub removable: bool,
}

/// Why a workspace was not removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemoveFailure {
    /// So many edits of it were not sent; nothing was removed.
    Unsent(usize),
    /// The device refused.
    Refused(String),
}

/// Takes a workspace and all that is kept of it off this device. Unless `discard`, only if nothing of it waits.
pub type RemoveWorkspace = Box<dyn Fn(String, bool) -> LocalBoxFuture<'static, Result<(), RemoveFailure>>>;

/// Counts the edits of all workspaces and accounts on this device that were not sent; `None` if that cannot be read.
pub type CountUnsent = Box<dyn Fn() -> LocalBoxFuture<'static, Option<usize>>>;

/// The workspaces that this device knows.
pub struct WorkspaceDesk {
    /// All of them, the open one among them.
    pub known: Vec<KnownWorkspace>,
    /// Takes one off this device; when the open one goes, the page is loaded anew.
    pub remove: RemoveWorkspace,
    /// Counts what would be lost with all of them.
    pub unsent: CountUnsent,
}

/// What the composition hands in besides the data.
pub struct Link {
    /// The account; `None` where nobody signs in.
    pub account: Option<AccountDesk>,
    /// Where files are; `None` where the backend has none.
    pub files: Option<FileAddress>,
    /// What the backend guarantees, as far as it is known by now.
    pub guarantees: Box<dyn Fn() -> Guarantees>,
    /// The device's storage.
    pub storage: Rc<dyn Storage>,
    /// The workspaces of this device.
    pub workspaces: WorkspaceDesk,
    /// Connecting another backend.
    pub connect: Rc<ConnectDesk>,
}

impl Link {
    /// Whether nothing can be sent before someone signs in again.
    pub(super) fn session_ended(&self) -> bool {
        self.account.as_ref().is_some_and(|desk| (desk.view)().needs_sign_in)
    }
}
