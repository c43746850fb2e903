//! What has been typed and not yet saved: only the touched fields, each with the value it began from.
//!
//! A field that nobody touched follows the live record; one that is in the draft is never overwritten
//! by it. Saving sends the touched fields and their bases, nothing else.

use super::input_text::{from_draft, to_input};
use crate::{
    model::{
        Collection, Field, FieldError, FieldType, Fields, Record, Value,
        json::{self, Members},
        value,
    },
    state::{RowView, RwSignal, Signal},
    ui::{
        context::Ui,
        dom::{Page, follow},
    },
};
use leptos::prelude::*;
use std::rc::Rc;

/// A draft over a record, a new record, or an outbox entry.
#[derive(Clone, Copy)]
pub struct Draft {
    /// The collection whose fields are edited.
    pub collection: StoredValue<Rc<Collection>, LocalStorage>,
    /// Sets apart the element ids of several forms on one screen.
    prefix: StoredValue<String>,
    /// The touched fields, as typed.
    typed: RwSignal<Fields>,
    /// The values of the touched fields when they were first touched.
    base: RwSignal<Fields>,
    /// The errors of single fields.
    pub errors: RwSignal<Vec<FieldError>>,
    /// The record underneath.
    pub live: Signal<Option<Rc<RowView>>>,
}

impl Draft {
    /// A draft over `live`, with nothing touched.
    pub fn new(collection: Rc<Collection>, prefix: &str, live: Signal<Option<Rc<RowView>>>) -> Self {
        Self {
            collection: StoredValue::new_local(collection),
            prefix: StoredValue::new(prefix.to_owned()),
            typed: RwSignal::new(Fields::new()),
            base: RwSignal::new(Fields::new()),
            errors: RwSignal::new(Vec::new()),
            live,
        }
    }

    /// Counts values as typed already: those of an outbox entry that is being mended.
    pub fn typed(self, values: &Fields) -> Self {
        for (name, value) in values {
            let field = self.collection.with_value(|own| own.field(name).cloned());
            let typed = match (field, value) {
                (Some(field), value) if !value.is_array() && !value.is_boolean() && !is_file(&field) => {
                    Value::from(to_input(&field, value))
                }
                (_, value) => value.clone(),
            };
            self.typed.update_untracked(|all| drop(all.insert(name.clone(), typed)));
        }
        self
    }

    /// From now on what is typed outlives a reload of the page, be it for a new version or by accident: in this tab,
    /// until the screen is left; another language only builds it anew. Files are not kept: they were never read into the
    /// tab's storage.
    pub fn keep(self, ui: Ui) {
        let here = move || [ui.services.workspace().id.as_str(), " ", &ui.bar.place()].concat();
        let place = here();
        let left = place.clone();
        if let Some((typed, base)) = Page::draft().and_then(|text| read_kept(&text, &place)) {
            self.base.set(base);
            self.typed.set(typed);
        }
        follow(move || {
            let lasting = |all: &Fields| {
                let mut lasting = all.clone();
                lasting.retain(|name, _| {
                    self.collection.with_value(|own| own.field(name).is_none_or(|own| !is_file(own)))
                });
                lasting
            };
            let (typed, base) = (self.typed.with(lasting), self.base.with(lasting));
            let mut members = Members::default();
            members.text("place", &place);
            members.fields("typed", &typed);
            members.fields("base", &base);
            Page::keep_draft((!typed.is_empty()).then(|| members.end()).as_deref());
        });
        on_cleanup(move || {
            if here() != left {
                Page::keep_draft(None);
            }
        });
    }

    /// The element id of a field's control.
    pub fn id_of(self, field: &Field) -> String {
        self.prefix.with_value(|prefix| [prefix, "-", &field.name].concat())
    }

    fn live_value(self, name: &str) -> Value {
        let row = self.live.get();
        row.and_then(|row| row.record.get(name).cloned()).unwrap_or(Value::Null)
    }

    /// The field's value as it stands: what was typed, else the record's.
    pub fn value(self, field: &Field) -> Value {
        let typed = self.typed.with(|typed| typed.get(&field.name).map(|typed| from_draft(field, typed)));
        typed.unwrap_or_else(|| self.live_value(&field.name))
    }

    /// The text in the field's control.
    pub fn input(self, field: &Field) -> String {
        match self.typed.with(|typed| typed.get(&field.name).cloned()) {
            Some(Value::String(text)) => text,
            Some(other) => to_input(field, &other),
            None => to_input(field, &self.live_value(&field.name)),
        }
    }

    /// Takes what was typed.
    pub fn touch(self, name: &str, typed: Value) {
        let before = untrack(|| self.live_value(name));
        if self.base.with_untracked(|base| !base.contains_key(name)) {
            self.base.update(|base| drop(base.insert(name.to_owned(), before)));
        }
        self.typed.update(|all| drop(all.insert(name.to_owned(), typed)));
        self.errors.update(|errors| errors.retain(|error| error.field != name));
    }

    /// Lets the record's value stand again.
    pub fn release(self, name: &str) {
        self.typed.update(|typed| drop(typed.remove(name)));
        self.base.update(|base| drop(base.remove(name)));
    }

    /// What saving would change.
    pub fn changes(self) -> Fields {
        self.base.with(|base| {
            let touched = |name: &String| base.get(name).cloned().unwrap_or(Value::Null);
            let mut changes = self.all_typed();
            changes.retain(|name, typed| !value::same(Some(&touched(name)), Some(typed)));
            changes
        })
    }

    /// Every touched field's value, changed or not.
    pub fn all_typed(self) -> Fields {
        let cook = |(name, typed): (&String, &Value)| {
            let field = self.collection.with_value(|own| own.field(name).cloned());
            (name.clone(), field.map_or_else(|| typed.clone(), |field| from_draft(&field, typed)))
        };
        self.typed.with(|typed| value::gather(&mut typed.iter().map(cook)))
    }

    /// The values that `changes` began from.
    pub fn base_of(self, changes: &Fields) -> Fields {
        self.base.with_untracked(|base| value::pick(base, changes))
    }

    /// `saved` is now the record's: those fields are no longer touched, unless more was typed meanwhile.
    pub fn settle(self, saved: &Fields) {
        let now = untrack(|| self.all_typed());
        for (name, value) in saved {
            if now.get(name) == Some(value) {
                self.release(name);
            } else {
                self.base.update(|base| drop(base.insert(name.clone(), value.clone())));
            }
        }
    }

    /// The other people's value of a field that is being typed in, when it changed underneath.
    pub fn changed_underneath(self, field: &Field) -> Option<Value> {
        let began = self.base.with(|base| base.get(&field.name).cloned())?;
        self.live.get()?; // a record that is gone has no other value
        let live = self.live_value(&field.name);
        let moved = !value::same(Some(&began), Some(&live));
        (moved && !value::same(Some(&self.value(field)), Some(&live))).then_some(live)
    }
}

/// The typed values and their bases of a kept draft, if it is this place's.
fn read_kept(text: &str, place: &str) -> Option<(Fields, Fields)> {
    let mut kept = json::object(text)?;
    let ours = json::take_text(&mut kept, "place")? == place;
    ours.then_some((json::take_fields(&mut kept, "typed")?, json::take_fields(&mut kept, "base")?))
}

/// Files are not typed: their values stay as they are.
fn is_file(field: &Field) -> bool {
    matches!(field.kind, FieldType::File { .. })
}

/// A record that is not there yet: its fields' defaults.
pub fn defaults(collection: &Collection) -> RowView {
    let mut given = collection.fields.iter().filter_map(|field| Some((field.name.clone(), field.default.clone()?)));
    let fields = value::gather(&mut given);
    RowView {
        record: Record::new("", fields),
        sync: crate::state::RowSync::Synced,
        pending_fields: Vec::new(),
        half: false,
    }
}
