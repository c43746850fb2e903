//! Plays one scenario: what it needs, what is there at first, then step after step.

use super::backend::{Backend, World};
use super::report::Verdict;
use super::scenario::{Scenario, Step, UNKNOWN_COLLECTION, UNKNOWN_FIELD};
use futures::stream::LocalBoxStream;
use landfall::model::{Cursor, Fields, Record, RecordId, Value};
use landfall::remote::capabilities::DeleteFeed;
use landfall::remote::{Capabilities, Live, Push, RemoteSource};
use std::{collections::BTreeMap, rc::Rc};

/// What a scenario knows while it plays.
pub struct Stage<'a> {
    pub world: &'a dyn World,
    pub us: Rc<dyn RemoteSource>,
    /// Real ids by word.
    pub ids: BTreeMap<String, RecordId>,
    /// Records that a step remembered.
    pub records: BTreeMap<String, Record>,
    /// Cursors that a step remembered.
    pub cursors: BTreeMap<String, Option<Cursor>>,
    pub last_push: Option<Push>,
    pub live: Option<LocalBoxStream<'static, Live>>,
    pub operations: usize,
}

/// Plays it.
pub async fn play(backend: &dyn Backend, world: &dyn World, scenario: &Scenario) -> Verdict {
    let us = world.us();
    if let Some(lack) = lack(&us.capabilities(), backend, world, scenario) {
        return Verdict::NotApplicable(lack);
    }
    let mut stage = Stage {
        world,
        us,
        ids: BTreeMap::new(),
        records: BTreeMap::new(),
        cursors: BTreeMap::new(),
        last_push: None,
        live: None,
        operations: 0,
    };
    if let Err(reason) = stage.set(scenario).await {
        return Verdict::Failed(format!("the records to begin with: {reason}"));
    }
    for (number, step) in scenario.steps.iter().enumerate() {
        if let Err(seen) = stage.step(step).await {
            return Verdict::Failed(format!("step {} ({}): {seen}", number + 1, step.words()));
        }
    }
    Verdict::Passed
}

impl Step {
    fn words(&self) -> String {
        format!("{:?} {}", self.r#do, self.record).to_lowercase().trim_end().to_owned()
    }
}

/// The first thing that the scenario needs and the backend has not.
fn lack(capabilities: &Capabilities, backend: &dyn Backend, world: &dyn World, scenario: &Scenario) -> Option<String> {
    let has = |need: &str| capability(capabilities, need).unwrap_or_else(|| backend.offers().contains(&need));
    let lacking = |need: &&String| match need.strip_prefix("no_") {
        Some(other) => has(other),
        None => !has(need),
    };
    if let Some(need) = scenario.needs.iter().find(lacking) {
        return Some(match need.strip_prefix("no_") {
            Some(other) => format!("it has {}", words_of(other)),
            None => format!("no {}", words_of(need)),
        });
    }
    let unknown = scenario.fields().into_iter().find(|(collection, field)| world.field(collection, field).is_none());
    unknown.map(|(collection, field)| format!("no field `{field}` in `{collection}`"))
}

fn capability(capabilities: &Capabilities, name: &str) -> Option<bool> {
    Some(match name {
        "client_ids" => capabilities.client_ids,
        "conditional_writes" => capabilities.conditional_writes,
        "idempotency_keys" => capabilities.idempotency_keys,
        "ordered_versions" => capabilities.ordered_versions,
        "delta_pull" => capabilities.delta_pull,
        "change_feed" => capabilities.change_feed,
        "tombstones" => capabilities.deletes == DeleteFeed::Tombstones,
        "denial_looks_like_absence" => capabilities.denial_looks_like_absence,
        _ => return None,
    })
}

fn words_of(need: &str) -> String {
    match need {
        "faults" => "way to lose its requests".into(),
        "wire" => "wire: it runs in the same process".into(),
        "sessions" => "sessions".into(),
        "rules" => "rules of access".into(),
        other => other.replace('_', " "),
    }
}

impl Stage<'_> {
    /// Lets others make the records that are there at first.
    async fn set(&mut self, scenario: &Scenario) -> Result<(), String> {
        let mut all: Vec<(String, Fields)> = scenario.given.clone().into_iter().collect();
        for number in 1..=scenario.many.as_ref().map_or(0, |many| many.count) {
            let like = scenario.many.iter().flat_map(|many| many.like.clone());
            let values = like.map(|(name, value)| (name, numbered(value, number))).collect();
            all.push((format!("p{number:04}"), values));
        }
        if all.is_empty() {
            return Ok(());
        }
        let collection = self.collection("people")?;
        let records = all.iter().map(|(word, values)| Ok((self.world.id(word), self.translated("people", values)?)));
        let records = records.collect::<Result<Vec<_>, String>>()?;
        let ids = self.world.others().create(&collection, records).await?;
        self.ids.extend(all.into_iter().map(|(word, _)| word).zip(ids));
        Ok(())
    }

    /// The collection's name at the backend.
    pub fn collection(&self, name: &str) -> Result<String, String> {
        if name == UNKNOWN_COLLECTION {
            return Ok(name.to_owned());
        }
        self.world.collection(name).ok_or_else(|| format!("no collection `{name}`"))
    }

    /// The real id of a word.
    pub fn id(&self, word: &str) -> RecordId {
        self.ids.get(word).cloned().unwrap_or_else(|| self.world.id(word))
    }

    /// The word of a real id, or the id.
    pub fn word(&self, id: &str) -> String {
        self.ids.iter().find(|(_, known)| *known == id).map_or_else(|| id.to_owned(), |(word, _)| word.clone())
    }

    /// The same values under the backend's own names; a `@word` in a value becomes that record's id.
    pub fn translated(&self, collection: &str, values: &Fields) -> Result<Fields, String> {
        let mut named = Fields::new();
        for (name, value) in values {
            let linked = value.as_str().and_then(|text| text.strip_prefix('@')).map(|word| self.id(word));
            named.insert(self.field(collection, name)?, linked.map_or_else(|| value.clone(), Value::String));
        }
        Ok(named)
    }

    /// The field's name at the backend.
    pub fn field(&self, collection: &str, name: &str) -> Result<String, String> {
        if name == UNKNOWN_FIELD || name == "id" {
            return Ok(name.to_owned());
        }
        self.world.field(collection, name).ok_or_else(|| format!("no field `{name}` in `{collection}`"))
    }
}

fn numbered(value: Value, number: usize) -> Value {
    match value {
        Value::String(text) => text.replace('#', &number.to_string()).into(),
        other => other,
    }
}
