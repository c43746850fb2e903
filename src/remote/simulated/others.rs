//! Other people at work: now and then someone changes one field of one record, plausibly.
//!
//! They write to the server as anyone does, so their edits are checked, numbered and saved like any
//! other, and the device learns of them by a poke and a pull. The panel asks for one at once, or for
//! a conflict: the same fields of a given record, set to something else.

use super::{LedgerError, Server, Settings, chance::Chance, schema, words};
use crate::{
    model::{Field, FieldType, Fields, Kind, Timestamp, Value},
    platform::{Clock, Random},
    remote::{Outcome, Push},
};
use std::{rc::Rc, time::Duration};

/// The time between two edits, in milliseconds: twenty seconds, or half as much more or less.
const PAUSE_MS: std::ops::Range<i64> = 10_000..30_000;
const DAY_MS: i64 = 86_400_000;

/// Some people with the workspace open elsewhere.
pub struct Others {
    server: Rc<Server>,
    clock: Rc<dyn Clock>,
    random: Rc<dyn Random>,
    settings: Settings,
}

impl Others {
    /// People at work on this server, while the settings want them.
    #[must_use]
    pub fn new(server: Rc<Server>, clock: Rc<dyn Clock>, random: Rc<dyn Random>, settings: Settings) -> Self {
        Self { server, clock, random, settings }
    }

    /// Works for ever; drop the future to send them home.
    pub async fn run(&self) {
        loop {
            let pause = Chance::new(self.random.number()).between(PAUSE_MS.start, PAUSE_MS.end);
            self.clock.sleep(Duration::from_millis(pause.unsigned_abs())).await;
            if (self.settings)().others {
                // An edit that could not be saved is saved with the next request.
                let _ = self.edit().await;
            }
        }
    }

    /// One edit of one field of any record, now. `Absent` when the record met was deleted before.
    ///
    /// # Errors
    /// When it was done but is not saved yet.
    pub async fn edit(&self) -> Result<Outcome, LedgerError> {
        let mut chance = Chance::new(self.random.number());
        let name = match chance.below(10) {
            0..5 => schema::TASKS,
            5..8 => schema::PEOPLE,
            8 => schema::PROJECTS,
            _ => schema::COMPANIES,
        };
        let id = self.server.sample_id(name, &mut chance).unwrap_or_default();
        let collection = self.server.collection(name);
        let fields = collection.iter().flat_map(|found| &found.fields).filter(|field| is_plain(field));
        let names: Vec<&str> = fields.map(|field| field.name.as_str()).collect();
        self.contradict(name, &id, &[chance.pick(&names)]).await
    }

    /// Sets these fields of the record to something else than they are, as someone else.
    ///
    /// # Errors
    /// When it was done but is not saved yet.
    pub async fn contradict(&self, collection: &str, id: &str, fields: &[&str]) -> Result<Outcome, LedgerError> {
        let changes = self.otherwise(collection, id, fields);
        self.change(collection, id, changes).await
    }

    /// Sets fields of a record, as someone else.
    ///
    /// # Errors
    /// When it was done but is not saved yet.
    pub async fn change(&self, collection: &str, id: &str, changes: Fields) -> Result<Outcome, LedgerError> {
        let who = Chance::new(self.random.number()).pick(&words::OTHERS);
        let push = Push {
            op_id: String::new(),
            kind: Kind::Patch,
            collection: collection.into(),
            record: id.into(),
            changes,
            base: Fields::new(),
            files: Vec::new(),
            precondition: None,
            progress: None,
        };
        let outcome = self.server.write(&push, who);
        self.server.save().await?;
        Ok(outcome)
    }

    /// Other values for these fields of a record.
    fn otherwise(&self, collection: &str, id: &str, names: &[&str]) -> Fields {
        let mut chance = Chance::new(self.random.number());
        let (schema, record) = (self.server.collection(collection), self.server.read(collection, id));
        let mut changes = Fields::new();
        for field in names.iter().filter_map(|name| schema.as_ref()?.field(name)).filter(|field| !field.read_only) {
            let current = record.as_ref().and_then(|record| record.get(&field.name));
            changes.extend(self.another(field, current, &mut chance).map(|value| (field.name.clone(), value)));
        }
        changes
    }

    /// A plausible value that differs from the one there; `None` for types that nobody edits by chance.
    fn another(&self, field: &Field, current: Option<&Value>, chance: &mut Chance) -> Option<Value> {
        let text = current.and_then(Value::as_str).unwrap_or_default();
        match &field.kind {
            FieldType::Boolean => Some((current != Some(&Value::Bool(true))).into()),
            FieldType::Select(options) => {
                let others: Vec<&str> = options.iter().map(String::as_str).filter(|option| *option != text).collect();
                Some(chance.pick(&others).into())
            }
            FieldType::Number => Some(nudged(field, current, chance)),
            FieldType::Date => Some(postponed(text, chance).unwrap_or_else(|| self.today()).into()),
            FieldType::LongText => Some(annotated(text, chance).into()),
            FieldType::Text | FieldType::Phone => Some(toggled(text, "", " *").into()),
            FieldType::Email => Some(toggled(text, "new.", "").into()),
            FieldType::Url => Some(toggled(text, "", "#news").into()),
            FieldType::Tags => Some(if current.is_some() { Value::Null } else { vec!["checked"].into() }),
            FieldType::Relation(to) => self.server.sample_id(to, chance).filter(|id| id != text).map(Value::String),
            _ => None,
        }
    }

    fn today(&self) -> String {
        day(self.clock.now())
    }
}

/// Whether an edit by chance may fall on this field.
fn is_plain(field: &Field) -> bool {
    let plain = matches!(
        field.kind,
        FieldType::Boolean | FieldType::Select(_) | FieldType::Number | FieldType::Date | FieldType::LongText
    );
    plain && !field.read_only
}

/// Some more, or, at the upper bound, some less; whole numbers stay whole.
#[allow(clippy::cast_possible_truncation)] // 1 to 9, and a number that is whole
fn nudged(field: &Field, current: Option<&Value>, chance: &mut Chance) -> Value {
    let number = current.and_then(Value::as_f64).unwrap_or_default();
    let step = f64::from(chance.between(1, 10) as i32);
    let moved = if field.max.is_some_and(|max| number + step > max) { number - step } else { number + step };
    if moved.fract() == 0.0 { (moved as i64).into() } else { moved.into() }
}

fn postponed(date: &str, chance: &mut Chance) -> Option<String> {
    Some(day(Timestamp::parse(date)?.plus(DAY_MS * chance.between(1, 15))))
}

fn day(moment: Timestamp) -> String {
    let mut text = moment.to_iso();
    text.truncate(10);
    text
}

/// The note with a sentence more; a long one is begun anew.
fn annotated(note: &str, chance: &mut Chance) -> String {
    let sentence = chance.pick(&words::afterthoughts());
    if note.is_empty() || note.len() > 300 { sentence.into() } else { [note, " ", sentence].concat() }
}

/// The text between two marks, or without the ones it has.
fn toggled(text: &str, before: &str, after: &str) -> String {
    match text.strip_prefix(before).and_then(|rest| rest.strip_suffix(after)) {
        Some(plain) => plain.into(),
        None => [before, text, after].concat(),
    }
}
