//! The offline-first repository: every edit is checked, shown at once, and saved on this device; sending
//! it is somebody else's work.
//!
//! The returned futures end when the edit is durable here ("saved"); that the server has it ("synced")
//! is seen in the view. Undo is an edit like any other: it goes through the same checks.

use crate::local::{Edit, Store, StoreError};
use crate::model::{Entry, EntryKey, FieldError, Fields, Kind, RecordId, Value, validation, value};
use crate::platform::{Clock, Random, operation_id};
use std::rc::Rc;

/// Letters of a record id made here: what PocketBase takes.
const ID_LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const ID_LENGTH: usize = 15;

/// Bytes of files chosen here, each with its token's id.
pub type Files = Vec<(String, Rc<[u8]>)>;

/// Why an edit was not saved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Some values break the schema's rules.
    #[error("{} fields are not valid", .0.len())]
    Invalid(Vec<FieldError>),
    /// The record is not here (any more).
    #[error("no such record")]
    NoRecord,
    /// The device could not keep it.
    #[error(transparent)]
    NotSaved(#[from] StoreError),
}

/// An edit that was saved, and how to take it back.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    /// The record.
    pub id: RecordId,
    /// The way back.
    pub undo: UndoStep,
}

/// The way back from one edit.
#[derive(Clone, Debug, PartialEq)]
pub struct UndoStep {
    collection: String,
    id: RecordId,
    kind: Kind,
    /// Values before the edit (of the touched fields; of all for a delete).
    before: Fields,
    /// Values after it.
    after: Fields,
    entry: Option<EntryKey>,
}

/// Edits of one workspace. Cheap to clone.
#[derive(Clone)]
pub struct OfflineFirst {
    store: Store,
    clock: Rc<dyn Clock>,
    random: Rc<dyn Random>,
}

impl OfflineFirst {
    /// A repository over a store.
    #[must_use]
    pub fn new(store: Store, clock: Rc<dyn Clock>, random: Rc<dyn Random>) -> Self {
        Self { store, clock, random }
    }

    /// Makes a record with these fields, under an id made here.
    ///
    /// # Errors
    /// `Invalid`, `NotSaved`.
    pub async fn create(&self, collection: &str, fields: Fields) -> Result<Saved, EditError> {
        self.create_with_files(collection, fields, Files::new()).await
    }

    /// The same, with the bytes of the files that the fields name by token ([`crate::model::LocalFile`]).
    ///
    /// # Errors
    /// `Invalid`, `NotSaved`.
    pub async fn create_with_files(&self, collection: &str, fields: Fields, files: Files) -> Result<Saved, EditError> {
        self.create_as(collection, self.new_id(), fields, files).await
    }

    async fn create_as(
        &self,
        collection: &str,
        id: RecordId,
        fields: Fields,
        files: Files,
    ) -> Result<Saved, EditError> {
        let schema = self.store.collection(collection)?;
        accept(validation::validate(&schema, &fields, true))?;
        self.save(self.edit_of(collection, id, Kind::Create, Fields::new(), fields, files)).await
    }

    /// Sets fields of a record. `base` holds their values when the user began editing; fields that are
    /// missing in it are taken from the view. Fields that do not change are left out.
    ///
    /// # Errors
    /// `Invalid`, `NoRecord`, `NotSaved`.
    pub async fn patch(&self, collection: &str, id: &str, base: &Fields, changes: Fields) -> Result<Saved, EditError> {
        self.patch_with_files(collection, id, base, changes, Files::new()).await
    }

    /// The same, with the bytes of the files that the changes name by token ([`crate::model::LocalFile`]).
    ///
    /// # Errors
    /// `Invalid`, `NoRecord`, `NotSaved`.
    pub async fn patch_with_files(
        &self,
        collection: &str,
        id: &str,
        base: &Fields,
        changes: Fields,
        files: Files,
    ) -> Result<Saved, EditError> {
        let schema = self.store.collection(collection)?;
        accept(validation::validate(&schema, &changes, false))?;
        let row = self.store.row(collection, id).ok_or(EditError::NoRecord)?;
        let mut known = row.fields();
        let version = if value::contains_all(&known, base) { row.version() } else { None };
        known.extend(base.iter().map(|(name, value)| (name.clone(), value.clone())));
        let mut news = changes.into_iter().filter(|(name, new)| !value::same(known.get(name), Some(new)));
        let changes = value::gather(&mut news);
        let base = value::pick(&known, &changes);
        let edit = self.edit_of(collection, id.to_owned(), Kind::Patch, base, changes, files);
        self.save(Edit { base_version: version, ..edit }).await
    }

    /// Deletes a record.
    ///
    /// # Errors
    /// `NoRecord`, `NotSaved`.
    pub async fn delete(&self, collection: &str, id: &str) -> Result<Saved, EditError> {
        let row = self.store.row(collection, id).ok_or(EditError::NoRecord)?;
        let edit = self.edit_of(collection, id.to_owned(), Kind::Delete, row.fields(), Fields::new(), Files::new());
        self.save(Edit { base_version: row.version(), ..edit }).await
    }

    /// Takes an edit back by another edit.
    ///
    /// # Errors
    /// As the edit that it makes.
    pub async fn undo(&self, step: UndoStep) -> Result<(), EditError> {
        match step.kind {
            Kind::Create => self.delete(&step.collection, &step.id).await.map(drop),
            Kind::Delete => self.undelete(step).await,
            _ => self.patch(&step.collection, &step.id, &step.after, step.before).await.map(drop),
        }
    }

    /// A delete that was never sent is simply taken out; else the record is made again as it was.
    async fn undelete(&self, step: UndoStep) -> Result<(), EditError> {
        let unsent = step.entry.filter(|key| self.store.outbox().get(*key).is_some_and(|entry| entry.never_sent()));
        match unsent {
            Some(key) => self.store.discard(key).await.map_err(Into::into),
            None => self.create_as(&step.collection, step.id, step.before, Files::new()).await.map(drop),
        }
    }

    fn edit_of(
        &self,
        collection: &str,
        record: RecordId,
        kind: Kind,
        base: Fields,
        changes: Fields,
        files: Files,
    ) -> Edit {
        let (op_id, account) = (self.new_op_id(), self.store.account().to_owned());
        let (collection, made_at) = (collection.to_owned(), self.clock.now());
        Edit { op_id, account, collection, record, kind, changes, base, base_version: None, made_at, files }
    }

    async fn save(&self, edit: Edit) -> Result<Saved, EditError> {
        let (collection, id, kind) = (edit.collection.clone(), edit.record.clone(), edit.kind);
        let (before, after) = (edit.base.clone(), edit.changes.clone());
        let entry = self.store.edit(edit).await?;
        Ok(Saved { id: id.clone(), undo: UndoStep { collection, id, kind, before, after, entry } })
    }

    /// Settles a conflict field by field: `choices` names fields with `true` (ours) or `false` (theirs); a field that is
    /// not named stays in the conflict. The choice can be undone: that is an edit to the other values.
    ///
    /// # Errors
    /// `NotSaved`; `EntryGone` within if there is no conflict any more.
    pub async fn resolve(&self, key: EntryKey, choices: &Fields) -> Result<Option<UndoStep>, EditError> {
        let entry = self.store.outbox().get(key).cloned().ok_or(StoreError::EntryGone)?;
        self.store.resolve(key, choices, &self.new_op_id()).await?;
        Ok(way_back(&entry, choices))
    }

    /// Settles a whole conflict for this device's values.
    ///
    /// # Errors
    /// As [`resolve`](Self::resolve).
    pub async fn keep_mine(&self, key: EntryKey) -> Result<Option<UndoStep>, EditError> {
        self.resolve_all(key, true).await
    }

    /// Settles a whole conflict for the server's values.
    ///
    /// # Errors
    /// As [`resolve`](Self::resolve).
    pub async fn take_theirs(&self, key: EntryKey) -> Result<Option<UndoStep>, EditError> {
        self.resolve_all(key, false).await
    }

    async fn resolve_all(&self, key: EntryKey, mine: bool) -> Result<Option<UndoStep>, EditError> {
        let touched = self.store.outbox().get(key).map(|entry| {
            let touched = if entry.clear.kind == Kind::Delete { &entry.body.base } else { &entry.body.changes };
            value::gather(&mut touched.keys().map(|name| (name.clone(), mine.into())))
        });
        self.resolve(key, &touched.ok_or(StoreError::EntryGone)?).await
    }

    /// Makes a record again that was deleted elsewhere while it was edited here, as it is seen here.
    ///
    /// # Errors
    /// `NotSaved`; `EntryGone` within if the entry does not wait for this any more.
    pub async fn recreate(&self, key: EntryKey) -> Result<(), EditError> {
        self.store.recreate(key, &self.new_op_id()).await.map_err(Into::into)
    }

    /// Gives a parked entry new values.
    ///
    /// # Errors
    /// `Invalid`, `NotSaved`.
    pub async fn mend(&self, key: EntryKey, changes: Fields) -> Result<(), EditError> {
        self.mend_with_files(key, changes, Files::new()).await
    }

    /// The same, with the bytes of the files that the changes name by token.
    ///
    /// # Errors
    /// `Invalid`, `NotSaved`.
    pub async fn mend_with_files(&self, key: EntryKey, changes: Fields, files: Files) -> Result<(), EditError> {
        let entry = self.store.outbox().get(key).cloned().ok_or(StoreError::EntryGone)?;
        let schema = self.store.collection(&entry.clear.collection)?;
        accept(validation::validate(&schema, &changes, false))?;
        self.store.mend(key, &changes, &files, &self.new_op_id()).await.map_err(Into::into)
    }

    /// The id of a new operation: a `UUIDv7`.
    #[must_use]
    pub fn new_op_id(&self) -> String {
        operation_id(&*self.clock, &*self.random)
    }

    fn new_id(&self) -> RecordId {
        let mut bytes = [0; ID_LENGTH];
        self.random.fill(&mut bytes);
        bytes.iter().map(|byte| char::from(ID_LETTERS[usize::from(*byte) % ID_LETTERS.len()])).collect()
    }
}

/// What undoes a choice: a patch to the values that were not chosen. A delete's choice has no way back.
fn way_back(entry: &Entry, choices: &Fields) -> Option<UndoStep> {
    let theirs = entry.body.theirs.as_ref().filter(|_| entry.clear.kind == Kind::Patch)?;
    let (mut before, mut after) = (Fields::new(), Fields::new());
    for (name, ours) in &entry.body.changes {
        let theirs = theirs.get(name).cloned().unwrap_or_default();
        let (chosen, other) = match choices.get(name).and_then(Value::as_bool) {
            Some(true) => (ours.clone(), theirs),
            Some(false) => (theirs, ours.clone()),
            None => continue,
        };
        before.insert(name.clone(), other);
        after.insert(name.clone(), chosen);
    }
    let (collection, id) = (entry.clear.collection.clone(), entry.clear.record.clone());
    Some(UndoStep { collection, id, kind: Kind::Patch, before, after, entry: Some(entry.key) })
}

fn accept(errors: Vec<FieldError>) -> Result<(), EditError> {
    if errors.is_empty() { Ok(()) } else { Err(EditError::Invalid(errors)) }
}
