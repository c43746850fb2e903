//! Scenarios as they stand in their files. The words are explained in `tests/kit/README.md`.

use super::backend::{LineState, On, Rules, SessionState, Trouble};
use landfall::model::{Fields, Value};
use serde::Deserialize;
use std::{collections::BTreeMap, fs, path::Path};

/// One scenario.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What a connector does that passes, in one sentence.
    pub name: String,
    /// Why that matters.
    pub why: String,
    /// Capabilities of the connector, or offers of the backend; with `no_` in front: the lack of one.
    #[serde(default)]
    pub needs: Vec<String>,
    /// The records of `people` that are there at first, by word.
    #[serde(default)]
    pub given: BTreeMap<String, Fields>,
    /// So many more, named `p0001` and so on, where `#` in a value stands for the number.
    pub many: Option<Many>,
    /// What happens, and what is seen.
    pub steps: Vec<Step>,
}

/// Records made from a pattern.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Many {
    /// How many.
    pub count: usize,
    /// Their values.
    pub like: Fields,
}

/// One step: a verb, and what belongs to it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub r#do: Verb,
    #[serde(default)]
    pub who: Who,
    #[serde(default = "people")]
    pub r#in: String,
    #[serde(default)]
    pub record: String,
    #[serde(default)]
    pub set: Fields,
    #[serde(default)]
    pub files: BTreeMap<String, File>,
    pub based_on: Option<String>,
    pub remember: Option<String>,
    pub from: Option<String>,
    pub limit: Option<usize>,
    pub rounds: Option<usize>,
    pub query: Option<Asked>,
    pub trouble: Option<Trouble>,
    pub on: Option<On>,
    pub session: Option<SessionState>,
    pub rules: Option<Rules>,
    pub line: Option<LineState>,
    #[serde(default)]
    pub expect: Expect,
}

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    Create,
    Patch,
    Delete,
    Again,
    Race,
    Read,
    Pull,
    Query,
    Ids,
    Count,
    Vouch,
    Probe,
    ProveAbsence,
    Watch,
    Hear,
    Trouble,
    Session,
    Rules,
    Line,
}

/// Who does it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    #[default]
    Us,
    Others,
}

/// What is asked for. All conditions hold at once.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    /// `[field, operator, value]`: `=`, `!=`, `<`, `<=`, `>`, `>=`, `contains`, `in`.
    pub r#where: Vec<(String, String, Value)>,
    /// At least one of these holds, where there are any.
    pub any: Vec<(String, String, Value)>,
    /// Words that all occur.
    pub search: String,
    /// Fields, with `-` before those that run downwards.
    pub sort: Vec<String>,
}

/// A file to send.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub name: String,
    pub r#type: String,
    pub text: String,
}

/// What must be seen. What is left out is not looked at.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// Of a write: any of these.
    #[serde(default)]
    pub outcome: Words,
    /// Of a refused write: the fields that are named, each with its code (`null`: any).
    #[serde(default)]
    pub fields: BTreeMap<String, Option<String>>,
    /// Of a read or a write with a row: values that the record shows.
    pub row: Option<Fields>,
    /// Values that exactly one record, or `count` of them, shows.
    pub values: Option<Fields>,
    /// Fields that the row has not.
    #[serde(default)]
    pub lacks: Vec<String>,
    /// Of a read: whether there is such a record.
    pub found: Option<bool>,
    /// Of a pull or a list of ids: exactly these records, by word.
    pub records: Option<Vec<String>>,
    /// Of a pull: these records are among the rows.
    #[serde(default)]
    pub brings: Vec<String>,
    /// Of a pull: tombstones of these records are among the rows.
    #[serde(default)]
    pub gone: Vec<String>,
    /// Of a pull, a list of ids or a count: how many records.
    pub count: Option<usize>,
    /// Of a pull or a list of ids: how many pages at least.
    pub pages: Option<usize>,
    /// Of a read, pull, list, vouch or probe: it fails like any of these.
    #[serde(default)]
    pub error: Words,
    /// Of a read: whether the record shows all that was sent last, as the engine looks at it after an unknown outcome.
    pub shows_last: Option<bool>,
    /// Of a read: its version sorts after that of the record remembered so.
    pub later_than: Option<String>,
    /// Of a proof of absence: whether it is one.
    pub proven: Option<bool>,
    /// Of hearing: any of these.
    #[serde(default)]
    pub event: Words,
}

/// One word or several.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(untagged)]
pub enum Words {
    #[default]
    None,
    One(String),
    Any(Vec<String>),
}

impl Words {
    /// Whether nothing is said.
    pub fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// Whether this word is among them.
    pub fn allow(&self, word: &str) -> bool {
        match self {
            Self::None => true,
            Self::One(one) => one == word,
            Self::Any(any) => any.iter().any(|one| one == word),
        }
    }
}

impl Scenario {
    /// Every collection and field that it speaks of.
    pub fn fields(&self) -> Vec<(String, String)> {
        let given = self.given.values().chain(self.many.iter().map(|many| &many.like));
        let mut named: Vec<_> = given.flat_map(|fields| fields.keys()).map(|name| (people(), name.clone())).collect();
        for step in &self.steps {
            let shown = [&step.expect.row, &step.expect.values].into_iter().flatten();
            let fields = shown.chain([&step.set]).flat_map(|fields| fields.keys());
            let other = step.files.keys().chain(step.expect.fields.keys());
            named.extend(fields.chain(other).map(|name| (step.r#in.clone(), name.clone())));
            if let Some(asked) = &step.query {
                let conditions = asked.r#where.iter().chain(&asked.any).map(|(field, ..)| field.as_str());
                let sorted = asked.sort.iter().map(|key| key.trim_start_matches('-'));
                named.extend(conditions.chain(sorted).map(|name| (step.r#in.clone(), name.to_owned())));
            }
        }
        named.retain(|(_, name)| name != "id" && name != UNKNOWN_FIELD);
        named.sort();
        named.dedup();
        named
    }
}

/// The one field that no backend has.
pub const UNKNOWN_FIELD: &str = "no_such_field";

/// The one collection that no backend has.
pub const UNKNOWN_COLLECTION: &str = "no_such_collection";

fn people() -> String {
    "people".into()
}

/// All scenarios of this folder, in the order of their files' names.
pub fn all() -> Vec<Scenario> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kit/scenarios");
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("scenarios").map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    let json = paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    json.map(|path| {
        let text = fs::read_to_string(path).expect("a scenario can be read");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    })
    .collect()
}
