//! Writing: one mutation, sent once, and what became of it.
//!
//! PocketBase ignores preconditions, so a patch or a delete first reads the record and compares what it touches with
//! what the user knew; between that reading and the write lies a window in which another's write is overwritten. The
//! hook closes it: where a record counts revisions, the write demands the one that was read (`If-Match`).
//!
//! What comes back is looked at: PocketBase drops fields that it does not know, and makes nothing of what it cannot
//! read, without a word. A value that is not there afterwards is an error of its field. One that came back otherwise
//! (a server's hook may tidy it) is the server's to decide.

use super::{PocketBase, errors, files, record};
use crate::{
    http::{HttpError, Method, Response},
    model::{FieldError, Fields, Kind, Problem, Record, Value, json},
    remote::{Outcome, Push, RemoteError},
};

/// How the record stands before a write.
enum Standing {
    /// In what the write touches, as the user knew it; with the hook's revision.
    AsKnown(Option<u64>),
    /// It shows what would be written.
    Ours(Record),
}

impl PocketBase {
    pub(super) async fn write(&self, push: Push) -> Outcome {
        let missing = files::missing(&push.changes, &push.files);
        if !missing.is_empty() {
            return Outcome::Invalid(Problem::fields(missing));
        }
        match push.kind {
            Kind::Create => self.create(&push).await,
            Kind::Patch => self.patch(&push).await,
            Kind::Delete => self.remove(&push).await,
            Kind::Upload | Kind::Command => Outcome::Unsupported(Problem::code("unsupported")),
        }
    }

    async fn create(&self, push: &Push) -> Outcome {
        let mut changes = push.changes.clone();
        changes.insert("id".into(), Value::String(push.record.clone()));
        let call = self.records(Method::Post, &push.collection);
        let call = files::carrying(call, &changes, push, &*self.environment.random);
        let answer = self.certain(call).await;
        self.stored(push, answer).await
    }

    async fn patch(&self, push: &Push) -> Outcome {
        let revision = match self.standing(push).await {
            Ok(Standing::AsKnown(revision)) => revision,
            Ok(Standing::Ours(record)) => return Outcome::Accepted(Some(record)),
            Err(outcome) => return outcome,
        };
        let call = self.records(Method::Patch, &push.collection).segment(&push.record);
        let call = files::carrying(call, &push.changes, push, &*self.environment.random);
        let answer = self.certain(demanding(call, revision)).await;
        self.stored(push, answer).await
    }

    async fn remove(&self, push: &Push) -> Outcome {
        let revision = match self.standing(push).await {
            Ok(Standing::AsKnown(revision)) => revision,
            Ok(Standing::Ours(_)) => None,
            Err(outcome) => return outcome,
        };
        let call = files::once(self.records(Method::Delete, &push.collection).segment(&push.record), 0);
        match self.certain(demanding(call, revision)).await {
            Ok(_) => Outcome::Accepted(None),
            Err(error) => self.refused(&error),
        }
    }

    /// Compares the record with what the user knew. With a precondition that the hook can check, nothing is read.
    async fn standing(&self, push: &Push) -> Result<Standing, Outcome> {
        if let Some(revision) = push.precondition.as_ref().and_then(record::revision) {
            return Ok(Standing::AsKnown(Some(revision)));
        }
        let found = self.find(&push.collection, &push.record).await.map_err(unsent)?;
        let record = found.ok_or(Outcome::Absent)?;
        let collection = self.collection(&push.collection);
        if push.kind == Kind::Patch && record::shows(collection, &record.fields, &push.changes) {
            return Ok(Standing::Ours(record));
        }
        if self.contested(push, &record) {
            return Err(Outcome::Stale);
        }
        Ok(Standing::AsKnown(record.version.as_ref().and_then(record::revision)))
    }

    /// Whether the record differs, in what the write touches, from what the user knew and from what is written.
    fn contested(&self, push: &Push, record: &Record) -> bool {
        push.base.iter().any(|(name, base)| {
            let one = |wanted: Option<&Value>| self.is_one(&push.collection, name, record.get(name), wanted);
            !one(Some(base)) && !push.changes.get(name).is_some_and(|ours| one(Some(ours)))
        })
    }

    fn is_one(&self, collection: &str, field: &str, found: Option<&Value>, wanted: Option<&Value>) -> bool {
        let kind = self.collection(collection).and_then(|collection| collection.field(field)).map(|field| &field.kind);
        record::same(kind, found, wanted)
    }

    /// What a create or a patch came to.
    async fn stored(&self, push: &Push, answer: Result<Response, HttpError>) -> Outcome {
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return self.refused(&error),
        };
        let Some(found) = json::parse_bytes(&answer.body) else {
            return Outcome::Unknown(Problem::code("not_pocketbase"));
        };
        match self.take_in(&push.collection, found).await {
            None => Outcome::Unknown(Problem::code("not_pocketbase")),
            Some(record) => {
                let lost = self.lost(push, &record.fields);
                if lost.is_empty() { Outcome::Accepted(Some(record)) } else { Outcome::Invalid(Problem::fields(lost)) }
            }
        }
    }

    /// The fields of which the server kept nothing.
    fn lost(&self, push: &Push, stored: &Fields) -> Vec<FieldError> {
        let is_lost = |(name, ours): &(&String, &Value)| {
            let kept = stored.get(*name);
            record::is_nothing(kept) && !self.is_one(&push.collection, name, kept, Some(ours))
        };
        let error = |(name, _): (&String, &Value)| FieldError {
            field: name.clone(),
            code: "not_kept".into(),
            message: String::new(),
        };
        push.changes.iter().filter(is_lost).map(error).collect()
    }

    fn refused(&self, error: &HttpError) -> Outcome {
        errors::outcome(error, self.now_ms())
    }
}

/// The call, demanding the hook's revision.
fn demanding(call: crate::http::Call, revision: Option<u64>) -> crate::http::Call {
    match revision {
        Some(revision) => call.header("if-match", &revision.to_string()),
        None => call,
    }
}

/// What it means for a write that the reading before it failed: nothing was written.
fn unsent(error: RemoteError) -> Outcome {
    match error {
        RemoteError::Offline | RemoteError::Unreachable => Outcome::NotSent,
        RemoteError::Later(after) => Outcome::Later(after),
        RemoteError::SignIn => Outcome::SignIn,
        RemoteError::Refused(problem) if problem.code == "no_collection" => Outcome::Later(None),
        RemoteError::Refused(problem) => Outcome::Denied(problem),
    }
}
