//! What screens ask of the workspace besides its data: see [`Link`](super::Link).
//!
//! The methods that return plain data follow it: read inside an effect, they run it again at a change.

use super::Services;
use super::connect::{ConnectDesk, SignInFailure};
use super::link::{
    AccountView, CollectionSync, FilePlace, Guarantees, KnownWorkspace, Progress, RemoveFailure, StorageView,
    SweepQuestion, Unsent,
};
use super::services::{Command, Inner};
use crate::model::{Entry, EntryKey, Fields, LocalFile};
use crate::repository::UndoStep;
use futures::future::{LocalBoxFuture, ready};
use std::rc::Rc;

impl Services {
    /// To be called when something of the link changed: who is signed in, a sweep's question, an upload's progress.
    pub fn link_changed(self) {
        self.inner().link_version.update(|version| *version += 1);
        self.network_changed();
    }

    /// Who is signed in; `None` where nobody does. Followed.
    #[must_use]
    pub fn account(&self) -> Option<AccountView> {
        let inner = self.inner();
        inner.link_version.track();
        inner.link.account.as_ref().map(|desk| (desk.view)())
    }

    /// Signs in again, in place.
    #[must_use]
    pub fn sign_in(&self, identity: String, password: String) -> LocalBoxFuture<'static, Result<(), SignInFailure>> {
        match &self.inner().link.account {
            Some(desk) => (desk.sign_in)(identity, password),
            None => Box::pin(ready(Ok(()))),
        }
    }

    /// Signs out.
    #[must_use]
    pub fn sign_out(&self, unsent: Unsent) -> LocalBoxFuture<'static, Result<(), String>> {
        match &self.inner().link.account {
            Some(desk) => (desk.sign_out)(unsent),
            None => Box::pin(ready(Ok(()))),
        }
    }

    /// What this connection guarantees.
    #[must_use]
    pub fn guarantees(&self) -> Guarantees {
        (self.inner().link.guarantees)()
    }

    /// How each collection stands. Followed.
    #[must_use]
    pub fn sync_view(&self) -> Vec<CollectionSync> {
        let inner = self.inner();
        inner.status.track();
        let refused = inner.engine.state().refused;
        let one = |found: &Rc<crate::model::Collection>| {
            let rows = inner.count_of(&found.name);
            let pull = inner.store.pull_state(&found.name);
            let (name, label) = (found.name.clone(), found.label.clone());
            let refused = refused.contains(&name);
            CollectionSync { name, label, rows, pulled_at: pull.pulled_at, complete: pull.complete, refused }
        };
        inner.collections().iter().map(one).collect()
    }

    /// The device's storage as it is now.
    #[must_use]
    pub fn storage(&self) -> LocalBoxFuture<'static, StorageView> {
        let storage = self.inner().link.storage.clone();
        Box::pin(async move {
            let room = storage.estimate().await.map(|found| (found.used_bytes, found.quota_bytes));
            StorageView { room, persisted: storage.persisted().await }
        })
    }

    /// Asks the browser to keep our data; whether it does.
    #[must_use]
    pub fn keep_storage(&self) -> LocalBoxFuture<'static, bool> {
        self.inner().link.storage.persist()
    }

    /// The question of a sweep that waits. Followed.
    #[must_use]
    pub fn sweep_question(&self) -> Option<SweepQuestion> {
        let inner = self.inner();
        inner.link_version.track();
        let (collection, gone) = inner.engine.state().sweep_question?;
        Some(SweepQuestion { of: inner.store.count(&collection), collection, gone })
    }

    /// Answers it: whether the rows are removed from this device.
    pub fn answer_sweep(&self, remove: bool) {
        let engine = &self.inner().engine;
        if let Some((collection, _)) = engine.state().sweep_question {
            engine.confirm_sweep(&collection, remove);
        }
    }

    /// Settles a conflict: the fields with `true` keep this device's values, those with `false` take the server's.
    #[must_use]
    pub fn resolve(&self, key: EntryKey, choices: Fields) -> Command<Option<UndoStep>> {
        let inner = self.inner();
        Box::pin(async move { Ok(inner.repository.resolve(key, &choices).await?) })
    }

    /// Makes a record again that was deleted elsewhere while it was edited here.
    #[must_use]
    pub fn recreate(&self, key: EntryKey) -> Command<()> {
        let inner = self.inner();
        Box::pin(async move { Ok(inner.repository.recreate(key).await?) })
    }

    /// The entry of that key, while it is there. Followed.
    #[must_use]
    pub fn entry(&self, key: EntryKey) -> Option<Rc<Entry>> {
        let inner = self.inner();
        inner.outbox.track();
        inner.store.outbox().get(key).cloned()
    }

    /// Whether files can be chosen and shown here.
    #[must_use]
    pub fn has_files(&self) -> bool {
        self.inner().link.files.is_some()
    }

    /// Takes a chosen file in; its bytes are kept on this device with the edit that names it.
    #[must_use]
    pub fn attach(&self, bytes: Vec<u8>, name: String, content_type: String) -> LocalFile {
        let inner = self.inner();
        let file = LocalFile { id: inner.repository.new_op_id(), name, content_type, size: bytes.len() as u64 };
        inner.picked.borrow_mut().push((file.id.clone(), bytes.into()));
        file
    }

    /// The bytes of a file that was chosen here, by its token's id.
    #[must_use]
    pub fn local_file(&self, id: &str) -> LocalBoxFuture<'static, Option<Rc<[u8]>>> {
        let (inner, id) = (self.inner(), id.to_owned());
        Box::pin(async move {
            let picked = inner.picked.borrow().iter().find(|file| file.0 == id).map(|file| file.1.clone());
            match picked {
                Some(bytes) => Some(bytes),
                None => inner.store.file(&id).await.ok().flatten(),
            }
        })
    }

    /// The address of a file on the server, if it has one.
    #[must_use]
    pub fn file_address(&self, place: &FilePlace) -> Option<String> {
        self.inner().link.files.as_ref().and_then(|address| address(place))
    }

    /// How far the file that is being sent has gone. Followed.
    #[must_use]
    pub fn sending_progress(&self) -> Option<Progress> {
        let inner = self.inner();
        inner.link_version.track();
        let (entry, sent, total) = inner.engine.state().sending?;
        Some(Progress { entry, sent, total })
    }

    /// The workspaces that this device knows.
    #[must_use]
    pub fn workspaces(&self) -> Vec<KnownWorkspace> {
        self.inner().link.workspaces.known.clone()
    }

    /// Takes a workspace off this device.
    #[must_use]
    pub fn remove_workspace(&self, id: &str, discard: bool) -> LocalBoxFuture<'static, Result<(), RemoveFailure>> {
        (self.inner().link.workspaces.remove)(id.to_owned(), discard)
    }

    /// What the connect screen works with.
    #[must_use]
    pub fn connect_desk(&self) -> Rc<ConnectDesk> {
        self.inner().link.connect.clone()
    }
}

impl Inner {
    /// Says that an edit was merged with someone else's change of other fields.
    pub(super) fn tell_merged(&self, collection: &str, id: &str) {
        let schemas = self.collections();
        let schema = schemas.iter().find(|found| found.name == collection);
        let title = schema.zip(self.store.row(collection, id)).map(|(schema, row)| schema.title_of(&row.record()));
        let title = title.unwrap_or_else(|| id.to_owned());
        self.notices.saved(super::translation::fill("toast.merged", &[("title", &title)]), None);
    }
}
