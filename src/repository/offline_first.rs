//! The offline-first repository: every edit is checked, shown at once, and saved on this device; sending
//! it is somebody else's work.
//!
//! The returned futures end when the edit is durable here ("saved"); that the server has it ("synced")
//! is seen in the view. Undo is an edit like any other: it goes through the same checks.

use crate::local::{Edit, Store, StoreError};
use crate::model::{EntryKey, FieldError, Fields, Kind, RecordId, Version, validation, value};
use crate::platform::{Clock, Random};
use std::rc::Rc;

/// Letters of a record id made here: what PocketBase takes.
const ID_LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const ID_LENGTH: usize = 15;

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
        let id = self.new_id();
        self.create_as(collection, id, fields).await
    }

    async fn create_as(&self, collection: &str, id: RecordId, fields: Fields) -> Result<Saved, EditError> {
        let schema = self.store.collection(collection)?;
        accept(validation::validate(&schema, &fields, true))?;
        self.save(collection, id, Kind::Create, Fields::new(), fields, None).await
    }

    /// Sets fields of a record. `base` holds their values when the user began editing; fields that are
    /// missing in it are taken from the view. Fields that do not change are left out.
    ///
    /// # Errors
    /// `Invalid`, `NoRecord`, `NotSaved`.
    pub async fn patch(&self, collection: &str, id: &str, base: &Fields, changes: Fields) -> Result<Saved, EditError> {
        let schema = self.store.collection(collection)?;
        accept(validation::validate(&schema, &changes, false))?;
        let row = self.store.row(collection, id).ok_or(EditError::NoRecord)?;
        let mut known = row.fields();
        let version = if value::contains_all(&known, base) { row.version() } else { None };
        known.extend(base.iter().map(|(name, value)| (name.clone(), value.clone())));
        let mut news = changes.into_iter().filter(|(name, new)| !value::same(known.get(name), Some(new)));
        let changes = value::gather(&mut news);
        let base = value::pick(&known, &changes);
        self.save(collection, id.to_owned(), Kind::Patch, base, changes, version).await
    }

    /// Deletes a record.
    ///
    /// # Errors
    /// `NoRecord`, `NotSaved`.
    pub async fn delete(&self, collection: &str, id: &str) -> Result<Saved, EditError> {
        let row = self.store.row(collection, id).ok_or(EditError::NoRecord)?;
        self.save(collection, id.to_owned(), Kind::Delete, row.fields(), Fields::new(), row.version()).await
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
            None => self.create_as(&step.collection, step.id, step.before).await.map(drop),
        }
    }

    async fn save(
        &self,
        collection: &str,
        id: RecordId,
        kind: Kind,
        base: Fields,
        changes: Fields,
        base_version: Option<Version>,
    ) -> Result<Saved, EditError> {
        let edit = Edit {
            op_id: self.new_op_id(),
            account: self.store.account().to_owned(),
            collection: collection.to_owned(),
            record: id.clone(),
            kind,
            changes: changes.clone(),
            base: base.clone(),
            base_version,
            made_at: self.clock.now(),
        };
        let entry = self.store.edit(edit).await?;
        let undo =
            UndoStep { collection: collection.to_owned(), id: id.clone(), kind, before: base, after: changes, entry };
        Ok(Saved { id, undo })
    }

    /// Gives a parked entry new values.
    ///
    /// # Errors
    /// `Invalid`, `NotSaved`.
    pub async fn mend(&self, key: EntryKey, changes: Fields) -> Result<(), EditError> {
        let entry = self.store.outbox().get(key).cloned().ok_or(StoreError::EntryGone)?;
        let schema = self.store.collection(&entry.clear.collection)?;
        accept(validation::validate(&schema, &changes, false))?;
        self.store.mend(key, &changes, &self.new_op_id()).await.map_err(Into::into)
    }

    /// A `UUIDv7`.
    fn new_op_id(&self) -> String {
        let mut bytes = [0; 10];
        self.random.fill(&mut bytes);
        let millis = u64::try_from(self.clock.now().0).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid().to_string()
    }

    fn new_id(&self) -> RecordId {
        let mut bytes = [0; ID_LENGTH];
        self.random.fill(&mut bytes);
        bytes.iter().map(|byte| char::from(ID_LETTERS[usize::from(*byte) % ID_LETTERS.len()])).collect()
    }
}

fn accept(errors: Vec<FieldError>) -> Result<(), EditError> {
    if errors.is_empty() { Ok(()) } else { Err(EditError::Invalid(errors)) }
}
