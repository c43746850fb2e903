//! What a collection is made of: fields, their types and rules, and how its records are shown.

use super::{OrderBy, Record, RecordId, Value, case};

/// How much of a collection is kept on the device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SyncMode {
    /// All of it, in the background, searchable offline.
    #[default]
    Mirror,
    /// Pages as they are visited.
    OnDemand,
}

/// The type of a field: how it is edited, checked and shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FieldType {
    /// One line.
    #[default]
    Text,
    /// Several lines.
    LongText,
    /// A number, whole or not.
    Number,
    /// Yes or no.
    Boolean,
    /// `YYYY-MM-DD`.
    Date,
    /// A moment, ISO 8601 in UTC.
    DateTime,
    /// One of the options.
    Select(Vec<String>),
    /// Some of the options.
    MultiSelect(Vec<String>),
    /// Free words.
    Tags,
    /// An e-mail address.
    Email,
    /// A web address.
    Url,
    /// A telephone number.
    Phone,
    /// The id of a record of this collection.
    Relation(String),
    /// Any JSON, shown as text.
    Json,
    /// A file, or several: names on the server, or tokens of files chosen here ([`super::LocalFile`]).
    File {
        /// A list, even of one.
        many: bool,
    },
}

/// One field.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Field {
    /// The name in the record, on the form control and in the API.
    pub name: String,
    /// The visible label.
    pub label: String,
    /// Its type.
    pub kind: FieldType,
    /// A value must be given.
    pub required: bool,
    /// Shown, never edited.
    pub read_only: bool,
    /// The smallest number, or the shortest text in characters.
    pub min: Option<f64>,
    /// The largest number, or the longest text in characters.
    pub max: Option<f64>,
    /// What a new record starts with.
    pub default: Option<Value>,
}

impl Field {
    /// A field whose label is its name with a capital letter.
    #[must_use]
    pub fn new(name: &str, kind: FieldType) -> Self {
        Self { name: name.into(), label: label_of(name), kind, ..Self::default() }
    }

    /// The same, required.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same with another label.
    #[must_use]
    pub fn label(mut self, label: &str) -> Self {
        self.label = label.into();
        self
    }

    /// The same with bounds (see `min` and `max`).
    #[must_use]
    pub fn bounds(mut self, min: f64, max: f64) -> Self {
        (self.min, self.max) = (Some(min), Some(max));
        self
    }

    /// Whether it holds files.
    #[must_use]
    pub fn is_file(&self) -> bool {
        matches!(self.kind, FieldType::File { .. })
    }

    /// Whether it is a list in which order does not count.
    #[must_use]
    pub fn is_set(&self) -> bool {
        matches!(self.kind, FieldType::Tags | FieldType::MultiSelect(_))
    }

    /// The collection that this relation points to.
    #[must_use]
    pub fn relation(&self) -> Option<&str> {
        match &self.kind {
            FieldType::Relation(to) => Some(to),
            _ => None,
        }
    }
}

/// `due_date` becomes `Due date`.
#[must_use]
pub fn label_of(name: &str) -> String {
    let words = name.replace(['_', '-'], " ");
    let first = words.chars().next().map_or(0, char::len_utf8);
    let (first, rest) = words.split_at(first);
    [&case::upper(first), rest].concat()
}

/// A named list of records.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Collection {
    /// The name in the API and in the URL.
    pub name: String,
    /// The visible name, plural.
    pub label: String,
    /// The field that names a record.
    pub title: String,
    /// The field shown beneath it.
    pub subtitle: Option<String>,
    /// The fields in the order of the form.
    pub fields: Vec<Field>,
    /// How much of it is kept here.
    pub sync: SyncMode,
    /// The order of its lists, and of its chunks on disk.
    pub sort: Vec<OrderBy>,
}

impl Collection {
    /// A collection with a title field and these fields, sorted by the title.
    #[must_use]
    pub fn new(name: &str, title: &str, fields: Vec<Field>) -> Self {
        Self {
            name: name.into(),
            label: label_of(name),
            title: title.into(),
            fields,
            sort: vec![OrderBy::ascending(title)],
            ..Self::default()
        }
    }

    /// The field of that name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The relation fields, with the collection that each points to.
    pub fn relations(&self) -> impl Iterator<Item = (&Field, &str)> {
        self.fields.iter().filter_map(|field| field.relation().map(|to| (field, to)))
    }

    /// What a record is called: its title, else its id.
    #[must_use]
    pub fn title_of(&self, record: &Record) -> String {
        let title = record.text(&self.title);
        if title.is_empty() { record.id.clone() } else { title }
    }

    /// The ids of other records that these values point to, with their collections.
    #[must_use]
    pub fn links(&self, fields: &super::Fields) -> Vec<(String, RecordId)> {
        let link = |(field, to): (&Field, &str)| {
            let id = fields.get(&field.name)?.as_str()?;
            (!id.is_empty()).then(|| (to.to_owned(), id.to_owned()))
        };
        self.relations().filter_map(link).collect()
    }
}
