//! Whether what was seen is what a scenario expects, and in which words it is told when not.

use super::scenario::{Expect, Step};
use super::stage::Stage;
use landfall::model::{Problem, Record};
use landfall::remote::{Live, Outcome, RemoteError};

/// What a check says: nothing, or what was seen instead.
pub type Checked = Result<(), String>;

/// The word for an outcome.
pub fn outcome_word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted(_) => "accepted",
        Outcome::NotSent => "not_sent",
        Outcome::Later(_) => "later",
        Outcome::Unknown(_) => "unknown",
        Outcome::SignIn => "sign_in",
        Outcome::Stale => "stale",
        Outcome::Invalid(_) => "invalid",
        Outcome::Denied(_) => "denied",
        Outcome::Unsupported(_) => "unsupported",
        Outcome::Absent => "absent",
    }
}

/// The word for the failure of a read.
pub fn error_word(error: &RemoteError) -> &'static str {
    match error {
        RemoteError::Offline => "offline",
        RemoteError::Unreachable => "unreachable",
        RemoteError::Later(_) => "later",
        RemoteError::SignIn => "sign_in",
        RemoteError::Refused(_) => "refused",
    }
}

/// The word for an event.
pub fn event_word(event: &Live) -> &'static str {
    match event {
        Live::Change { .. } => "change",
        Live::Poke(_) => "poke",
        Live::Gap => "gap",
        Live::Resumed => "resumed",
    }
}

/// What a read gave, or nothing if it failed as it was expected to.
pub fn answer<T>(expect: &Expect, result: Result<T, RemoteError>) -> Result<Option<T>, String> {
    match result {
        Ok(_) if !expect.error.is_none() && !expect.error.allow("none") => {
            Err(format!("it did not fail, but should have: {:?}", expect.error))
        }
        Ok(value) => Ok(Some(value)),
        Err(error) if !expect.error.is_none() && expect.error.allow(error_word(&error)) => Ok(None),
        Err(error) => Err(format!("it failed: {error:?}")),
    }
}

impl Stage<'_> {
    /// Whether a write ended as it should.
    pub fn check_outcome(&self, step: &Step, outcome: &Outcome) -> Checked {
        let word = outcome_word(outcome);
        if !step.expect.outcome.allow(word) {
            return Err(format!("the outcome was {outcome:?}, not {:?}", step.expect.outcome));
        }
        match outcome {
            Outcome::Invalid(problem) => self.check_fields(step, problem),
            Outcome::Accepted(Some(record)) => self.check_row(step, record),
            _ => Ok(()),
        }
    }

    fn check_fields(&self, step: &Step, problem: &Problem) -> Checked {
        for (name, code) in &step.expect.fields {
            let field = self.field(&step.r#in, name)?;
            let at = problem.field_errors.iter().find(|error| error.field == field);
            let at = at.ok_or_else(|| format!("no error at `{field}`: {problem:?}"))?;
            if code.as_ref().is_some_and(|code| *code != at.code) {
                return Err(format!("the code at `{field}` is {:?}, not {code:?}", at.code));
            }
        }
        Ok(())
    }

    /// Whether a record shows what it should, by the connector's own measure.
    pub fn check_row(&self, step: &Step, record: &Record) -> Checked {
        let collection = self.collection(&step.r#in)?;
        if let Some(row) = &step.expect.row {
            let wanted = self.translated(&step.r#in, row)?;
            if !self.us.shows(&collection, record, &wanted) {
                return Err(format!("{:?} does not show {wanted:?}", record.fields));
            }
        }
        for name in &step.expect.lacks {
            if record.fields.contains_key(&self.field(&step.r#in, name)?) {
                return Err(format!("the row has {name:?}: {:?}", record.fields));
            }
        }
        self.check_last(step, &collection, record)?;
        self.check_version(step, record)
    }

    fn check_last(&self, step: &Step, collection: &str, record: &Record) -> Checked {
        let Some(wanted) = step.expect.shows_last else { return Ok(()) };
        let last = self.last_push.as_ref().ok_or("nothing was sent before")?;
        if self.us.shows(collection, record, &last.changes) == wanted {
            return Ok(());
        }
        Err(format!("{:?} for {:?}", record.fields, last.changes))
    }

    fn check_version(&self, step: &Step, record: &Record) -> Checked {
        let Some(name) = &step.expect.later_than else { return Ok(()) };
        let earlier = self.records.get(name).ok_or_else(|| format!("nothing is remembered as {name}"))?;
        if earlier.version.is_some() && record.version > earlier.version {
            return Ok(());
        }
        Err(format!("version {:?} does not come after {:?}", record.version, earlier.version))
    }

    /// Whether these are exactly the expected records, in whatever order.
    pub fn check_records(&self, expect: &Expect, ids: &[String]) -> Checked {
        if let Some(wanted) = &expect.records {
            let mut wanted: Vec<String> = wanted.iter().map(|word| self.id(word)).collect();
            let mut found = ids.to_vec();
            wanted.sort();
            found.sort();
            if wanted != found {
                let words: Vec<String> = found.iter().map(|id| self.word(id)).collect();
                return Err(format!("the records are {words:?}"));
            }
        }
        match expect.count {
            Some(count) if count != ids.len() => Err(format!("there are {} records, not {count}", ids.len())),
            _ => Ok(()),
        }
    }

    /// Whether so many pages were needed.
    pub fn check_pages(&self, expect: &Expect, pages: usize) -> Checked {
        match expect.pages {
            Some(least) if pages < least => Err(format!("{pages} pages, not at least {least}")),
            _ => Ok(()),
        }
    }
}
