//! A value of the config that knows where it stands, so that whatever is said of it names the place.

use super::{
    environment,
    position::{self, Step},
    suggest::closest,
};
use crate::model::{Fields, Value};
use std::cell::RefCell;

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
}

impl<'a> Source<'a> {
    /// Reads `document`, which stands in `text`, with the overrides of `environment`.
    pub fn new(
        text: &'a str,
        document: &'a Value,
        environment: Option<&'a str>,
        warnings: &'a RefCell<Vec<Finding>>,
    ) -> Self {
        Self { text, document, environment, warnings }
    }

    /// The whole of `value`, which is the document or what the overrides made of it.
    pub fn root<'n>(&'n self, value: &'n Value) -> Node<'n> {
        Node { value, source: self, parent: None }
    }

    /// The whole document as it stands.
    pub fn document(&self) -> Node<'_> {
        self.root(self.document)
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

    /// The mistake at this place.
    pub fn mistake(&self, message: &str) -> Finding {
        let (mut path, mut node) = (Vec::new(), self);
        while let Some((parent, step)) = node.parent {
            path.push(step);
            node = parent;
        }
        path.reverse();
        self.source.finding(&path, node.value, message.to_owned())
    }

    /// The mistake that the value is something else than `wanted`.
    pub fn must_be(&self, wanted: &str) -> Finding {
        self.mistake(&["must be ", wanted, ", not ", &shown(self.value)].concat())
    }

    /// Notes something odd at this place.
    pub fn warn(&self, message: &str) {
        let finding = self.mistake(message);
        self.source.warnings.borrow_mut().push(finding);
    }

    /// The member of that name.
    pub fn get<'n>(&'n self, key: &'n str) -> Option<Node<'n>> {
        let value = self.value.get(key)?;
        Some(Node { value, source: self.source, parent: Some((self, Step::Key(key))) })
    }

    /// The member of that name, which must be there.
    pub fn need<'n>(&'n self, key: &'n str) -> Result<Node<'n>, Finding> {
        self.get(key).ok_or_else(|| self.mistake(&["needs \"", key, "\""].concat()))
    }

    /// The items of a list.
    pub fn items(&self) -> Result<impl Iterator<Item = Node<'_>>, Finding> {
        let Value::Array(items) = self.value else { return Err(self.must_be("a list")) };
        let node = |(index, value)| Node { value, source: self.source, parent: Some((self, Step::Index(index))) };
        Ok(items.iter().enumerate().map(node))
    }

    /// The members of an object.
    pub fn members(&self) -> Result<&'a Fields, Finding> {
        self.value.as_object().ok_or_else(|| self.must_be("an object"))
    }

    /// Checks that this is an object, and warns of members that nobody will read.
    pub fn object(&self, known: &[&str]) -> Result<(), Finding> {
        for name in self.members()?.keys().filter(|name| !known.contains(&name.as_str())) {
            if let Some(member) = self.get(name) {
                member.warn(&["unknown key \"", name, "\"", &did_you_mean(name, known)].concat());
            }
        }
        Ok(())
    }

    /// The text.
    pub fn text(&self) -> Result<&'a str, Finding> {
        match self.value.as_str() {
            Some(text) if !text.trim().is_empty() => Ok(text),
            _ => Err(self.must_be("a text")),
        }
    }

    /// The text of a member, if it is there.
    pub fn text_at(&self, key: &str) -> Result<Option<String>, Finding> {
        self.get(key).map(|member| member.text().map(str::to_owned)).transpose()
    }

    /// A member that is `true` or `false`; `false` if it is not there.
    pub fn flag_at(&self, key: &str) -> Result<bool, Finding> {
        let Some(member) = self.get(key) else { return Ok(false) };
        member.value.as_bool().ok_or_else(|| member.must_be("true or false"))
    }

    /// A member that is a number, if it is there.
    pub fn number_at(&self, key: &str) -> Result<Option<f64>, Finding> {
        let Some(member) = self.get(key) else { return Ok(None) };
        member.value.as_f64().map(Some).ok_or_else(|| member.must_be("a number"))
    }

    /// The place of the text among `choices`.
    pub fn one_of(&self, choices: &[&str]) -> Result<usize, Finding> {
        let text = self.text()?;
        choices.iter().position(|choice| *choice == text).ok_or_else(|| {
            let (found, meant) = (shown(self.value), did_you_mean(text, choices));
            self.mistake(&[&found, " is not one of ", &choices.join(", "), &meant].concat())
        })
    }
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
