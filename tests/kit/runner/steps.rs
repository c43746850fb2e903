//! The verbs of a scenario, each done through the connector under test or by others.

use super::expect::{Checked, answer, event_word};
use super::scenario::{Step, Verb, Who};
use super::stage::Stage;
use futures::{
    StreamExt,
    future::{Either, select},
};
use landfall::model::file::LocalFile;
use landfall::model::{Cursor, Fields, Kind, Record, value};
use landfall::remote::{Live, Outcome, PullRequest, Push, PushFile};
use std::{collections::BTreeMap, time::Duration};

/// What a page holds when a scenario does not say.
const PAGE: usize = 1000;
/// More pages than any scenario has: beyond, a cursor runs in a circle.
const MOST_PAGES: usize = 2000;
/// How long an event may take; people are promised two seconds.
const EVENT: Duration = Duration::from_secs(2);
/// How long a stream may take to begin: it may first have to connect again after a fault.
const CONNECTION: Duration = Duration::from_secs(10);

impl Stage<'_> {
    /// Does one step.
    pub async fn step(&mut self, step: &Step) -> Checked {
        match (step.r#do, step.who) {
            (Verb::Create | Verb::Patch | Verb::Delete, Who::Others) => self.others(step).await,
            (Verb::Create, _) => self.write(step, Kind::Create).await,
            (Verb::Patch, _) => self.write(step, Kind::Patch).await,
            (Verb::Delete, _) => self.write(step, Kind::Delete).await,
            (Verb::Again, _) => self.again(step).await,
            (Verb::Race, _) => self.race(step).await,
            (Verb::Read, _) => self.read(step).await,
            (Verb::Pull, _) => self.pull(step).await,
            (Verb::Query, _) => self.query(step).await,
            (Verb::Ids, _) => self.ids(step).await,
            (Verb::Count, _) => self.count(step).await,
            (Verb::Vouch, _) => answer(&step.expect, self.us.vouch().await).map(drop),
            (Verb::Probe, _) => answer(&step.expect, self.us.probe().await).map(drop),
            (Verb::ProveAbsence, _) => self.prove_absence(step).await,
            (Verb::Watch, _) => self.watch().await,
            (Verb::Hear, _) => self.hear(step).await,
            (Verb::Trouble | Verb::Session | Verb::Rules | Verb::Line, _) => self.change_world(step).await,
        }
    }

    async fn others(&mut self, step: &Step) -> Checked {
        let (others, collection, id) = (self.world.others(), self.collection(&step.r#in)?, self.id(&step.record));
        let values = self.translated(&step.r#in, &step.set)?;
        match step.r#do {
            Verb::Patch => others.patch(&collection, &id, values).await,
            Verb::Delete => others.delete(&collection, &id).await,
            _ => {
                let made = others.create(&collection, vec![(id, values)]).await?;
                self.ids.extend(made.into_iter().map(|id| (step.record.clone(), id)));
                Ok(())
            }
        }
    }

    async fn write(&mut self, step: &Step, kind: Kind) -> Checked {
        let push = self.push_of(step, kind)?;
        self.last_push = Some(push.clone());
        self.send(step, push).await
    }

    /// The very same mutation once more, as after an unknown outcome.
    async fn again(&mut self, step: &Step) -> Checked {
        let push = self.last_push.clone().ok_or("nothing was sent before")?;
        self.send(step, push).await
    }

    async fn send(&mut self, step: &Step, push: Push) -> Checked {
        let kind = push.kind;
        let outcome = self.us.push(push).await;
        self.world.calm();
        if let (Kind::Create, Outcome::Accepted(Some(record))) = (kind, &outcome) {
            self.ids.insert(step.record.clone(), record.id.clone());
        }
        self.check_outcome(step, &outcome)
    }

    /// Two writes at once of each field of `set`, both on the version that was just read, round after round: never two
    /// winners, and what is read afterwards is the winner's.
    async fn race(&mut self, step: &Step) -> Checked {
        let collection = self.collection(&step.r#in)?;
        let mut winners = 0;
        for round in 0..step.rounds.unwrap_or(1) {
            let read = self.us.read(&collection, &self.id(&step.record)).await;
            let record = read.map_err(|error| error.to_string())?.ok_or("there is no such record")?;
            self.records.insert("race".into(), record);
            let one = self.racer(step, &format!("{round} one"))?;
            let two = self.racer(step, &format!("{round} two"))?;
            let outcomes = futures::future::join(self.us.push(one.clone()), self.us.push(two.clone())).await;
            let won = |outcome: &Outcome| matches!(outcome, Outcome::Accepted(_));
            let winner = match (won(&outcomes.0), won(&outcomes.1)) {
                (true, true) => return Err(format!("round {round} has two winners")),
                (true, false) => one,
                (false, true) => two,
                (false, false) => continue,
            };
            winners += 1;
            let read = self.us.read(&collection, &winner.record).await.map_err(|error| error.to_string())?;
            if !read.is_some_and(|record| self.us.shows(&collection, &record, &winner.changes)) {
                return Err(format!("round {round}: the winner's values are not there"));
            }
        }
        if winners == 0 { Err("nobody ever won".into()) } else { Ok(()) }
    }

    /// A patch on what the race has just read.
    fn racer(&mut self, step: &Step, mark: &str) -> Result<Push, String> {
        let marked =
            step.set.iter().map(|(name, value)| (name.clone(), [&value::text(value), " ", mark].concat().into()));
        let step = Step { set: marked.collect(), based_on: Some("race".into()), ..step.clone() };
        self.push_of(&step, Kind::Patch)
    }

    fn push_of(&mut self, step: &Step, kind: Kind) -> Result<Push, String> {
        self.operations += 1;
        // In the form of a UUIDv7, as the outbox makes them; the same in each run.
        let op_id = format!("0190aaaa-0000-7000-8000-{:012x}", self.operations);
        let mut changes = self.translated(&step.r#in, &step.set)?;
        let files = self.files_of(step, &op_id, &mut changes)?;
        let known = match &step.based_on {
            Some(name) => Some(self.records.get(name).ok_or_else(|| format!("nothing is remembered as {name}"))?),
            None => None,
        };
        let base = known.map(|record| match kind {
            Kind::Delete => record.fields.clone(),
            _ => value::pick(&record.fields, &changes),
        });
        Ok(Push {
            op_id,
            kind,
            collection: self.collection(&step.r#in)?,
            record: self.id(&step.record),
            precondition: known.and_then(|record| record.version.clone()),
            base: base.unwrap_or_default(),
            progress: None,
            changes,
            files,
        })
    }

    /// The files to send; their tokens go into the changes.
    fn files_of(&self, step: &Step, op_id: &str, changes: &mut Fields) -> Result<Vec<PushFile>, String> {
        let mut files = Vec::new();
        for (name, file) in &step.files {
            let field = self.field(&step.r#in, name)?;
            let token = LocalFile {
                id: op_id.to_owned(),
                name: file.name.clone(),
                content_type: file.r#type.clone(),
                size: file.text.len() as u64,
            };
            changes.insert(field.clone(), token.to_value());
            let name = token.sent_name();
            files.push(PushFile { field, name, content_type: file.r#type.clone(), bytes: file.text.as_bytes().into() });
        }
        Ok(files)
    }

    async fn read(&mut self, step: &Step) -> Checked {
        let collection = self.collection(&step.r#in)?;
        let found = self.us.read(&collection, &self.id(&step.record)).await;
        self.world.calm();
        let Some(found) = answer(&step.expect, found)? else { return Ok(()) };
        let wanted = step.expect.found.unwrap_or(true);
        match found {
            None if wanted => Err("there is no such record".into()),
            None => Ok(()),
            Some(record) if !wanted => Err(format!("there is such a record: {:?}", record.fields)),
            Some(record) => {
                self.check_row(step, &record)?;
                self.records.extend(step.remember.clone().map(|name| (name, record)));
                Ok(())
            }
        }
    }

    async fn pull(&mut self, step: &Step) -> Checked {
        let walked = self.walk(step).await;
        self.world.calm();
        let Some((rows, cursor, pages)) = walked? else { return Ok(()) };
        for word in &step.expect.brings {
            let row = rows.get(&self.id(word)).filter(|row| !row.deleted);
            row.ok_or_else(|| format!("it did not bring `{word}`"))?;
        }
        for word in &step.expect.gone {
            let row = rows.get(&self.id(word)).filter(|row| row.deleted);
            row.ok_or_else(|| format!("it did not bring the tombstone of `{word}`"))?;
        }
        if let Some(row) = rows.get(&self.id(&step.record)) {
            self.check_row(step, row)?;
        }
        self.cursors.extend(step.remember.clone().map(|name| (name, cursor)));
        let live: Vec<String> = rows.values().filter(|row| !row.deleted).map(|row| row.id.clone()).collect();
        self.check_records(&step.expect, &live)?;
        self.check_pages(&step.expect, pages)
    }

    /// Every page from the remembered cursor, or the beginning, on: the last row of each record.
    #[allow(clippy::type_complexity)] // rows by id, where to go on, how many pages
    pub async fn walk(&self, step: &Step) -> Result<Option<(BTreeMap<String, Record>, Option<Cursor>, usize)>, String> {
        let mut cursor = match &step.from {
            Some(name) => self.cursors.get(name).cloned().ok_or_else(|| format!("no cursor {name}"))?,
            None => None,
        };
        let (collection, limit) = (self.collection(&step.r#in)?, step.limit.unwrap_or(PAGE));
        let mut rows = BTreeMap::new();
        for page in 1..=MOST_PAGES {
            let request = PullRequest { collection: collection.clone(), cursor: cursor.clone(), limit };
            let Some(answer) = answer(&step.expect, self.us.pull(request).await)? else { return Ok(None) };
            if answer.rows.len() > limit {
                return Err(format!("a page of {limit} has {} rows", answer.rows.len()));
            }
            rows.extend(answer.rows.into_iter().map(|row| (row.id.clone(), row)));
            cursor = answer.cursor;
            if !answer.more {
                return Ok(Some((rows, cursor, page)));
            }
        }
        Err("the pages do not end".into())
    }

    async fn ids(&mut self, step: &Step) -> Checked {
        let (collection, limit) = (self.collection(&step.r#in)?, step.limit.unwrap_or(PAGE));
        let mut all: Vec<String> = Vec::new();
        for page in 1..=MOST_PAGES {
            let found = self.us.ids(&collection, all.last().map(String::as_str), limit).await;
            self.world.calm();
            let Some(found) = answer(&step.expect, found)? else { return Ok(()) };
            if found.ids.len() > limit {
                return Err(format!("a page of {limit} has {} ids", found.ids.len()));
            }
            all.extend(found.ids);
            if !all.is_sorted_by(|one, next| one < next) {
                return Err(format!("the ids do not ascend: {all:?}"));
            }
            if !found.more {
                self.check_records(&step.expect, &all)?;
                return self.check_pages(&step.expect, page);
            }
        }
        Err("the pages do not end".into())
    }

    /// How many records show some values: one, unless the scenario says otherwise.
    async fn count(&mut self, step: &Step) -> Checked {
        let collection = self.collection(&step.r#in)?;
        let wanted = self.translated(&step.r#in, step.expect.values.as_ref().ok_or("no values to count")?)?;
        let (rows, _, _) = self.walk(step).await?.ok_or("no rows")?;
        let shown = rows.values().filter(|row| !row.deleted && self.us.shows(&collection, row, &wanted)).count();
        let expected = step.expect.count.unwrap_or(1);
        if shown == expected { Ok(()) } else { Err(format!("{shown} records show {wanted:?}, not {expected}")) }
    }

    /// Absence as the engine proves it: nothing by that id, a session that is good, and, where a denial looks the
    /// same, some other record that can still be read.
    async fn prove_absence(&mut self, step: &Step) -> Checked {
        let collection = self.collection(&step.r#in)?;
        let nothing = matches!(self.us.read(&collection, &self.id(&step.record)).await, Ok(None));
        let others_readable = !self.us.capabilities().denial_looks_like_absence
            || self.us.ids(&collection, None, 1).await.is_ok_and(|page| !page.ids.is_empty());
        let proven = nothing && others_readable && self.us.vouch().await.is_ok();
        let wanted = step.expect.proven.unwrap_or(true);
        if proven == wanted { Ok(()) } else { Err(format!("absence is {}proven", if proven { "" } else { "not " })) }
    }

    /// Opens the stream and lets it connect: it may say that it did, or be silent.
    async fn watch(&mut self) -> Checked {
        let mut live = self.us.live();
        let patience = self.world.sleep(Duration::from_millis(1500));
        let _ = select(Box::pin(live.next()), patience).await;
        self.live = Some(live);
        Ok(())
    }

    /// Waits for one of the expected events (a change or a hint, if none is named) about the collection.
    async fn hear(&mut self, step: &Step) -> Checked {
        let collection = self.collection(&step.r#in)?;
        let mut live = self.live.take().ok_or("nobody is watching")?;
        let limit = if step.expect.event.is_none() { EVENT } else { CONNECTION };
        let (mut patience, mut heard) = (self.world.sleep(limit), Vec::new());
        let event = loop {
            match select(Box::pin(live.next()), patience).await {
                Either::Left((Some(event), rest)) if self.is_meant(step, &collection, &event) => {
                    drop(rest);
                    break event;
                }
                Either::Left((Some(event), rest)) => {
                    heard.push(event);
                    patience = rest;
                }
                Either::Left((None, _)) => return Err(format!("the stream ended after {heard:?}")),
                Either::Right(_) => return Err(format!("not heard within {limit:?}; heard {heard:?}")),
            }
        };
        self.live = Some(live);
        match event {
            Live::Change { record, .. } if !record.deleted => self.check_row(step, &record),
            _ => Ok(()),
        }
    }

    fn is_meant(&self, step: &Step, collection: &str, event: &Live) -> bool {
        let about = match event {
            Live::Change { collection: of, record } => of == collection && record.id == self.id(&step.record),
            Live::Poke(of) => of.as_deref().is_none_or(|of| of == collection),
            Live::Gap | Live::Resumed => !step.expect.event.is_none(),
        };
        about && step.expect.event.allow(event_word(event))
    }

    async fn change_world(&mut self, step: &Step) -> Checked {
        if let Some(trouble) = step.trouble {
            self.world.trouble(step.on.ok_or("trouble on what?")?, trouble);
        }
        if let Some(session) = step.session {
            self.world.session(session).await?;
        }
        if let Some(rules) = step.rules {
            self.world.rules(&self.collection(&step.r#in)?, rules).await?;
        }
        if let Some(line) = step.line {
            self.world.line(line);
        }
        Ok(())
    }
}
