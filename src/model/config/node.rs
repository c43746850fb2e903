//! A value of the config that knows where it stands, so that whatever is said of it names the place.
//!
//! Reading goes straight on after a mistake, with a default in place of what is wrong, and the first
//! mistake decides in the end: a reader without error paths is half as large.

use super::{
    environment,
    position::{self, Step},
    suggest::closest,
};
use crate::model::{Fields, Value};
use std::cell::{OnceCell, RefCell};

/// Something to say about one place of a config.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, {}: {message}", place(path, *column))]
pub struct Finding {
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    /// The key's path, such as `workspaces[0].backend.kind`; empty for a text that is no JSON.
    pub path: String,
    /// What is wrong, without the place.
    pub message: String,
}

fn place(path: &str, column: usize) -> String {
    if path.is_empty() { format!("column {column}") } else { path.to_owned() }
}

/// One reading of a document.
pub(super) struct Source<'a> {
    text: &'a str,
    document: &'a Value,
    environment: Option<&'a str>,
    warnings: &'a RefCell<Vec<Finding>>,
    mistake: OnceCell<Finding>,
}

impl<'a> Source<'a> {
    /// Reads `document`, which stands in `text`, with the overrides of `environment`.
    pub fn new(
        text: &'a str,
        document: &'a Value,
        environment: Option<&'a str>,
        warnings: &'a RefCell<Vec<Finding>>,
    ) -> Self {
        Self { text, document, environment, warnings, mistake: OnceCell::new() }
    }

    /// The whole of `value`, which is the document or what the overrides made of it.
    pub fn root<'n>(&'n self, value: &'n Value) -> Node<'n> {
        Node { value, source: self, parent: None }
    }

    /// The whole document as it stands.
    pub fn document(&self) -> Node<'_> {
        self.root(self.document)
    }

    /// What was read, unless there was a mistake in it.
    pub fn outcome<T>(self, read: T) -> Result<T, Finding> {
        self.mistake.into_inner().map_or(Ok(read), Err)
    }

    /// The finding at the innermost part of the path that is written down: in the environment's
    /// overrides if it is there, else in the document itself.
    fn finding(&self, path: &[Step], merged: &Value, message: String) -> Finding {
        let overridden = self.environment.map(|name| environment::origin(self.document, name, merged, path));
        for length in (0..=path.len()).rev() {
            let in_overrides = overridden.as_deref().and_then(|path| path.get(..length + 2));
            for candidate in [in_overrides, Some(&path[..length])].into_iter().flatten() {
                // the environment as a whole says nothing of a place that is not in it
                let whole = length == 0 && candidate.len() == 2;
                if let Some(offset) = position::find(self.text, candidate).filter(|_| !whole) {
                    let (line, column) = position::line_and_column(self.text, offset);
                    return Finding { line, column, path: written(candidate, &path[length..]), message };
                }
            }
        }
        Finding { line: 1, column: 1, path: written(path, &[]), message }
    }
}

/// `workspaces[0].backend.kind`
fn written(found: &[Step], rest: &[Step]) -> String {
    let mut out = String::new();
    for step in found.iter().chain(rest) {
        match step {
            Step::Index(index) => out += &["[", &index.to_string(), "]"].concat(),
            Step::Key(key) => {
                if !out.is_empty() {
                    out.push('.');
                }
                out += key;
            }
        }
    }
    out
}

/// A value and the way to it.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    value: &'a Value,
    source: &'a Source<'a>,
    parent: Option<(&'a Node<'a>, Step<'a>)>,
}

impl<'a> Node<'a> {
    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// A finding at this place; `words` are put together.
    fn finding(&self, words: &[&str]) -> Finding {
        let (mut path, mut node) = (Vec::new(), self);
        while let Some((parent, step)) = node.parent {
            path.push(step);
            node = parent;
        }
        path.reverse();
        self.source.finding(&path, node.value, words.concat())
    }

    /// Notes a mistake at this place; the first one counts.
    pub fn mistake(&self, words: &[&str]) {
        self.source.mistake.get_or_init(|| self.finding(words));
    }

    /// Notes the mistake that the value is something else than `wanted`.
    pub fn must_be(&self, wanted: &str) {
        self.mistake(&["must be ", wanted, ", not ", &shown(self.value)]);
    }

    /// Notes something odd at this place.
    pub fn warn(&self, words: &[&str]) {
        note(&mut self.source.warnings.borrow_mut(), self.finding(words));
    }

    /// The member of that name.
    pub fn get<'n>(&'n self, key: &'n str) -> Option<Node<'n>> {
        let value = self.value.get(key)?;
        Some(Node { value, source: self.source, parent: Some((self, Step::Key(key))) })
    }

    /// The member of that name, which must be there.
    pub fn need<'n>(&'n self, key: &'n str) -> Option<Node<'n>> {
        let member = self.get(key);
        if member.is_none() {
            self.mistake(&["needs \"", key, "\""]);
        }
        member
    }

    /// The items of a list.
    pub fn items(&self) -> impl Iterator<Item = Node<'_>> {
        if !self.value.is_array() {
            self.must_be("a list");
        }
        let node = |(index, value)| Node { value, source: self.source, parent: Some((self, Step::Index(index))) };
        self.value.as_array().into_iter().flatten().enumerate().map(node)
    }

    /// The names of an object's members.
    pub fn names(&self) -> impl Iterator<Item = &'a String> {
        if !self.value.is_object() {
            self.must_be("an object");
        }
        self.value.as_object().into_iter().flat_map(Fields::keys)
    }

    /// Checks that this is an object, and warns of members that nobody will read.
    pub fn object(&self, known: &[&str]) {
        for name in self.names().filter(|name| !known.contains(&name.as_str())) {
            if let Some(member) = self.get(name) {
                member.warn(&["unknown key \"", name, "\"", &did_you_mean(name, known)]);
            }
        }
    }

    /// The text.
    pub fn text(&self) -> &'a str {
        let text = self.value.as_str().filter(|text| !text.trim().is_empty());
        text.unwrap_or_else(|| {
            self.must_be("a text");
            ""
        })
    }

    /// The texts of a list.
    pub fn texts(&self) -> Vec<String> {
        let mut texts = Vec::new();
        for item in self.items() {
            texts.push(item.text().to_owned());
        }
        texts
    }

    /// The text of a member, if it is there.
    pub fn text_at(&self, key: &str) -> Option<String> {
        self.get(key).map(|member| member.text().to_owned())
    }

    /// A member that is `true` or `false`; `false` if it is not there.
    pub fn flag_at(&self, key: &str) -> bool {
        let Some(member) = self.get(key) else { return false };
        member.value.as_bool().unwrap_or_else(|| {
            member.must_be("true or false");
            false
        })
    }

    /// A member that is a number, if it is there.
    pub fn number_at(&self, key: &str) -> Option<f64> {
        let member = self.get(key)?;
        if !member.value.is_number() {
            member.must_be("a number");
        }
        member.value.as_f64()
    }

    /// The place of the text among `choices`.
    pub fn one_of(&self, choices: &[&str]) -> usize {
        let text = self.text();
        choices.iter().position(|choice| *choice == text).unwrap_or_else(|| {
            let (found, meant) = (shown(self.value), did_you_mean(text, choices));
            self.mistake(&[&found, " is not one of ", &listed(choices, ", "), &meant]);
            0
        })
    }
}

/// Adds a finding in the order of the text; what several readings find is said once.
pub(super) fn note(findings: &mut Vec<Finding>, finding: Finding) {
    let place = |known: &Finding| (known.line, known.column);
    let at = findings.iter().take_while(|known| place(known) <= place(&finding)).count();
    if !findings.contains(&finding) {
        findings.insert(at, finding);
    }
}

/// `a, b, c`
pub(super) fn listed(choices: &[&str], separator: &str) -> String {
    let mut list = String::new();
    for choice in choices {
        list += if list.is_empty() { "" } else { separator };
        list += choice;
    }
    list
}

fn did_you_mean(word: &str, known: &[&str]) -> String {
    closest(word, known).map(|meant| ["; did you mean \"", meant, "\"?"].concat()).unwrap_or_default()
}

/// A value as it may stand in a sentence.
pub(super) fn shown(value: &Value) -> String {
    let text = match value {
        Value::Object(_) => return "an object".into(),
        Value::Array(_) => return "a list".into(),
        other => other.to_string(),
    };
    match text.char_indices().nth(40) {
        Some((end, _)) => [&text[..end], "…"].concat(),
        None => text,
    }
}
