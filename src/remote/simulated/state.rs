//! What the practice server knows, and its rules: each request is one step that happens whole.
//!
//! The state is the sample, which is generated whenever it is looked at, under the rows that were
//! written since. Nothing here waits: a write is checked and done between two awaits, and only its
//! saving takes time (see [`super::Server`]). One revision counter numbers all writes. `updated`
//! never goes back, and two writes of one millisecond share it, so the feed is ordered by
//! `(updated, id)` and asks its readers to take the last moment again.
//!
//! Invariants: `rows` holds each record at most once, in the order of the feed; a row hides its base
//! row for good, as a tombstone too; `revision` is the greatest of all rows; every write up to
//! `saved` is in the ledger.

use super::{
    LedgerError, Sample,
    chance::{id_of, is_id, mix},
    schema::{self, CREATED, PEOPLE, UPDATED, UPDATED_BY},
};
use crate::{
    model::{
        Collection, Cursor, FieldError, Fields, Kind, Problem, Record, Timestamp, Value, Version, json, validation,
        value,
    },
    remote::{Capabilities, IdPage, Outcome, Page, PullRequest, Push, capabilities::DeleteFeed},
};
use std::rc::Rc;

/// A row that was written: the latest state of a record, or its tombstone.
struct Row {
    collection: String,
    record: Record,
    revision: u64,
    updated: Timestamp,
    /// The operations that made it so, where the server promises to know them again.
    operations: Vec<String>,
}

pub(super) struct State {
    sample: Sample,
    collections: Vec<Rc<Collection>>,
    capabilities: Capabilities,
    rows: Vec<Row>,
    revision: u64,
    saved: u64,
    latest: Timestamp,
}

impl State {
    pub(super) fn new(sample: Sample, capabilities: Capabilities) -> Self {
        Self {
            latest: sample.epoch(),
            sample,
            collections: schema::collections().into_iter().map(Rc::new).collect(),
            capabilities,
            rows: Vec::new(),
            revision: 0,
            saved: 0,
        }
    }

    pub(super) fn sample(&self) -> &Sample {
        &self.sample
    }

    pub(super) fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    pub(super) fn collection(&self, name: &str) -> Option<&Rc<Collection>> {
        self.collections.iter().find(|collection| collection.name == name)
    }

    /// Takes back a row that was saved.
    pub(super) fn restore(&mut self, bytes: &[u8]) -> Result<(), LedgerError> {
        let row = Row::from_json(bytes).ok_or_else(|| LedgerError("not a row of this ledger".to_owned()))?;
        self.revision = self.revision.max(row.revision);
        self.saved = self.revision;
        self.latest = self.latest.max(row.updated);
        self.place(row);
        Ok(())
    }

    /// Back to the sample.
    pub(super) fn reset(&mut self) {
        self.rows.clear();
        (self.revision, self.saved) = (0, 0);
        self.latest = self.sample.epoch();
    }

    /// The oldest write that is not saved yet: its revision, its row's key, and the row as it is now.
    pub(super) fn next_unsaved(&self) -> Option<(u64, String, Vec<u8>)> {
        let row = self.rows.iter().filter(|row| row.revision > self.saved).min_by_key(|row| row.revision)?;
        let key = [&row.collection, "/", &row.record.id].concat();
        Some((row.revision, key, row.to_json().into_bytes()))
    }

    pub(super) fn saved(&mut self, revision: u64) {
        self.saved = self.saved.max(revision);
    }

    /// The record as everybody may see it now.
    pub(super) fn read(&self, collection: &str, id: &str) -> Option<Record> {
        match self.written(collection, id) {
            Some(row) => (!row.record.deleted).then(|| row.record.clone()),
            None => self.base(collection, self.sample.index(collection, id)?),
        }
    }

    /// Checks and does one write.
    pub(super) fn write(&mut self, push: &Push, by: &str, now: Timestamp) -> Outcome {
        if let Some(done) = self.repeated(push) {
            return Outcome::Accepted(Some(done));
        }
        if self.collection(&push.collection).is_none() {
            return Outcome::Unsupported(Problem::code("no_collection"));
        }
        match (push.kind, self.read(&push.collection, &push.record)) {
            (Kind::Create, found) => self.create(push, found.is_some(), by, now),
            (Kind::Patch | Kind::Delete, None) => Outcome::Absent,
            (Kind::Patch | Kind::Delete, Some(record)) if self.is_stale(push, &record) => Outcome::Stale,
            (Kind::Patch, Some(record)) => self.change(push, record, by, now),
            (Kind::Delete, Some(_)) => self.delete(push, now),
            (Kind::Upload | Kind::Command, _) => Outcome::Unsupported(Problem::code("unsupported")),
        }
    }

    /// One page of the change feed.
    pub(super) fn page(&self, request: &PullRequest) -> Result<Page, Problem> {
        if self.collection(&request.collection).is_none() {
            return Err(Problem::code("no_collection"));
        }
        let limit = request.limit.max(1);
        let mut feed = self.feed(&request.collection, request.cursor.as_ref(), limit + 1);
        let next = if feed.len() > limit { feed.pop() } else { None };
        let cursor = match (&next, feed.last()) {
            (Some((updated, row)), _) => Some(Cursor { updated: updated.to_iso(), id: row.id.clone() }),
            (None, Some((updated, _))) => Some(Cursor { updated: updated.to_iso(), id: String::new() }),
            (None, None) => request.cursor.clone(),
        };
        Ok(Page { rows: feed.into_iter().map(|(_, row)| row).collect(), cursor, more: next.is_some() })
    }

    /// The ids after `after` that can be read, in ascending order.
    pub(super) fn ids(&self, collection: &str, after: Option<&str>, limit: usize) -> IdPage {
        let rows = self.feed(collection, None, usize::MAX).into_iter().map(|(_, record)| record);
        let mut ids: Vec<_> = rows.filter(|record| !record.deleted).map(|record| record.id).collect();
        ids.retain(|id| after.is_none_or(|after| id.as_str() > after));
        ids.sort_unstable();
        let more = ids.len() > limit;
        ids.truncate(limit);
        IdPage { ids, more }
    }

    /// Rows from the cursor on: first the untouched sample, then what was written since.
    fn feed(&self, collection: &str, from: Option<&Cursor>, limit: usize) -> Vec<(Timestamp, Record)> {
        let start = from.map(|cursor| (Timestamp::parse(&cursor.updated).unwrap_or_default(), cursor.id.as_str()));
        let start = start.unwrap_or_default();
        let untouched = |id: &str| self.written(collection, id).is_none();
        let mut feed: Vec<(Timestamp, Record)> = Vec::new();
        for (updated, index) in self.sample.feed(collection, start, limit, &untouched) {
            feed.extend(self.base(collection, index).map(|record| (updated, record)));
        }
        let tombstones = self.capabilities.deletes == DeleteFeed::Tombstones;
        for row in &self.rows {
            let told = row.collection == collection && (tombstones || !row.record.deleted);
            if told && row.moment() >= start && feed.len() < limit {
                feed.push((row.updated, row.record.clone()));
            }
        }
        feed
    }

    fn written(&self, collection: &str, id: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.record.id == id && row.collection == collection)
    }

    fn base(&self, collection: &str, index: usize) -> Option<Record> {
        let record = self.sample.record(collection, index)?;
        Some(Record { version: Some(self.version(0)), ..record })
    }

    fn create(&mut self, push: &Push, exists: bool, by: &str, now: Timestamp) -> Outcome {
        let id = if self.capabilities.client_ids { push.record.clone() } else { id_of(mix(self.revision + 1)) };
        if !is_id(&id) {
            return refused("id", "not_id");
        }
        if exists && self.capabilities.client_ids {
            return refused("id", "not_unique");
        }
        let mut record = Record::new(id, Fields::new());
        record.fields.insert(CREATED.into(), self.latest.max(now).to_iso().into());
        self.change(push, record, by, now)
    }

    /// Puts the changes into the record, if they meet the rules.
    fn change(&mut self, push: &Push, mut record: Record, by: &str, now: Timestamp) -> Outcome {
        let errors = self.errors(push, &record.id);
        if !errors.is_empty() {
            return Outcome::Invalid(Problem { status: Some(400), ..Problem::fields(errors) });
        }
        for (name, value) in push.changes.iter().filter(|(name, _)| self.is_editable(&push.collection, name)) {
            if value::is_empty(Some(value)) {
                record.fields.remove(name);
            } else {
                record.fields.insert(name.clone(), value.clone());
            }
        }
        let updated = self.latest.max(now).to_iso();
        record.fields.insert(UPDATED.into(), updated.into());
        record.fields.insert(UPDATED_BY.into(), by.into());
        Outcome::Accepted(Some(self.put(push, record, now)))
    }

    fn delete(&mut self, push: &Push, now: Timestamp) -> Outcome {
        let tombstone = self.put(push, Record::tombstone(push.record.clone(), None), now);
        Outcome::Accepted((self.capabilities.deletes == DeleteFeed::Tombstones).then_some(tombstone))
    }

    /// Gives the row the next revision and leaves it to be saved.
    fn put(&mut self, push: &Push, mut record: Record, now: Timestamp) -> Record {
        self.revision += 1;
        self.latest = self.latest.max(now);
        record.version = Some(self.version(self.revision));
        let before = self.rows.iter().position(|row| row.record.id == record.id && row.collection == push.collection);
        let mut operations = before.map(|place| self.rows.remove(place).operations).unwrap_or_default();
        if self.capabilities.idempotency_keys && !push.op_id.is_empty() {
            operations.push(push.op_id.clone());
        }
        self.place(Row {
            collection: push.collection.clone(),
            record: record.clone(),
            revision: self.revision,
            updated: self.latest,
            operations,
        });
        record
    }

    /// Puts a row where it belongs in the feed, which is at the end or close to it.
    fn place(&mut self, row: Row) {
        let later = self.rows.iter().rev().take_while(|other| other.moment() > row.moment()).count();
        self.rows.insert(self.rows.len() - later, row);
    }

    /// The record that this very operation already made or changed, where the server keeps keys.
    fn repeated(&self, push: &Push) -> Option<Record> {
        let known = |row: &&Row| row.operations.contains(&push.op_id);
        self.rows.iter().find(known).map(|row| row.record.clone())
    }

    fn is_stale(&self, push: &Push, record: &Record) -> bool {
        let demanded = push.precondition.as_ref().filter(|_| self.capabilities.conditional_writes);
        demanded.is_some_and(|version| record.version.as_ref() != Some(version))
    }

    fn is_editable(&self, collection: &str, field: &str) -> bool {
        self.collection(collection).and_then(|found| found.field(field)).is_some_and(|field| !field.read_only)
    }

    /// The rules of the schema, then those that only a server can check.
    fn errors(&self, push: &Push, id: &str) -> Vec<FieldError> {
        let Some(collection) = self.collection(&push.collection) else { return Vec::new() };
        let mut errors = validation::validate(collection, &push.changes, push.kind == Kind::Create);
        for (field, to) in collection.relations() {
            let target = push.changes.get(&field.name).and_then(Value::as_str).unwrap_or_default();
            if !target.is_empty() && self.read(to, target).is_none() {
                errors.push(error(&field.name, "missing_relation"));
            }
        }
        let email = push.changes.get("email").and_then(Value::as_str).unwrap_or_default();
        if collection.name == PEOPLE && !email.is_empty() && self.is_taken(email, id) {
            errors.push(error("email", "not_unique"));
        }
        errors
    }

    /// Whether someone other than `id` has this address.
    fn is_taken(&self, email: &str, id: &str) -> bool {
        let has = |row: &Row| row.record.text("email").eq_ignore_ascii_case(email);
        if self.rows.iter().any(|row| row.collection == PEOPLE && row.record.id != id && has(row)) {
            return true;
        }
        let owner = (0..self.sample.len(PEOPLE)).find(|index| self.sample.email(*index).eq_ignore_ascii_case(email));
        let owner = owner.and_then(|index| self.sample.id(PEOPLE, index));
        owner.is_some_and(|owner| owner != id && self.written(PEOPLE, &owner).is_none())
    }

    /// A revision as text: in order where the server promises that, an opaque mark where not.
    fn version(&self, revision: u64) -> Version {
        Version(if self.capabilities.ordered_versions { format!("{revision:010}") } else { id_of(mix(revision)) })
    }
}

impl Row {
    /// As the ledger keeps it: collection, record, revision, `updated` in milliseconds, operations.
    fn to_json(&self) -> String {
        let operations: Vec<String> = self.operations.iter().map(|operation| json::quoted(operation)).collect();
        json::list(&[
            json::quoted(&self.collection),
            self.record.to_json(),
            self.revision.to_string(),
            self.updated.0.to_string(),
            json::list(&operations),
        ])
    }

    fn from_json(bytes: &[u8]) -> Option<Self> {
        let Value::Array(parts) = json::parse_bytes(bytes)? else { return None };
        let [collection, record, revision, updated, operations] = <[Value; 5]>::try_from(parts).ok()?;
        let operation = |value: &Value| value.as_str().map(str::to_owned);
        Some(Self {
            collection: operation(&collection)?,
            record: Record::from_json(record)?,
            revision: revision.as_u64()?,
            updated: Timestamp(updated.as_i64()?),
            operations: operations.as_array()?.iter().map(operation).collect::<Option<_>>()?,
        })
    }

    /// Where the row stands in the feed.
    fn moment(&self) -> (Timestamp, &str) {
        (self.updated, &self.record.id)
    }
}

fn refused(field: &str, code: &str) -> Outcome {
    Outcome::Invalid(Problem { status: Some(400), ..Problem::fields(vec![error(field, code)]) })
}

fn error(field: &str, code: &str) -> FieldError {
    FieldError { field: field.into(), code: code.into(), message: String::new() }
}
