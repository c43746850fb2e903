//! The relation picker: a combobox that searches the other collection as one types.
//!
//! After the APG's editable combobox with list autocomplete: the focus stays in the input, arrows move
//! through the options, Enter takes one, Escape puts the old value back.

use super::{Draft, control::basic};
use crate::{
    model::{Field, Query, Value},
    state::{RowView, RwSignal, Signal, StoredValue, translation::t},
    ui::{
        components::{record_title, relation_title, subtitle},
        context::{Ui, ui},
        dom::{El, dynamic, el, when},
    },
};
use std::rc::Rc;
use web_sys::KeyboardEvent;

/// The most options shown at once; typing more letters narrows them.
const OPTIONS: usize = 8;

#[derive(Clone, Copy)]
struct Picker {
    ui: Ui,
    draft: Draft,
    field: StoredValue<Field>,
    to: StoredValue<String>,
    /// What is being typed; nothing while the chosen record's title shows.
    typed: RwSignal<Option<String>>,
    open: RwSignal<bool>,
    choices: RwSignal<Vec<String>>,
    active: RwSignal<usize>,
}

/// The combobox for a relation to collection `to`.
pub fn picker(draft: Draft, field: &Field, to: &str) -> El {
    let picker = Picker {
        ui: ui(),
        draft,
        field: StoredValue::new(field.clone()),
        to: StoredValue::new(to.to_owned()),
        typed: RwSignal::new(None),
        open: RwSignal::new(false),
        choices: RwSignal::new(Vec::new()),
        active: RwSignal::new(0),
    };
    let input = basic(draft, field, "input")
        .attrs(&[
            ("type", "text"),
            ("role", "combobox"),
            ("placeholder", t("relation.search")),
            ("aria-autocomplete", "list"),
            ("aria-controls", &picker.part_id("options")),
        ])
        .attr_of("aria-expanded", move || Some(picker.open.get().to_string()))
        .attr_of("aria-activedescendant", move || picker.active_option())
        .prop_of("value", move || picker.typed.get().unwrap_or_else(|| picker.chosen_title()).into())
        .on_input(move |words| picker.type_in(words))
        .on_click(move || picker.show())
        .on_key(move |event| picker.on_key(event))
        .on("blur", move |_| picker.leave());
    el("div").class("combo").child(input).child(when(move || picker.open.get(), move || picker.options().into()))
}

impl Picker {
    fn chosen_title(self) -> String {
        match self.field.with_value(|field| self.draft.value(field)) {
            Value::String(id) if !id.is_empty() => self.to.with_value(|to| relation_title(self.ui.services, to, &id)),
            _ => String::new(),
        }
    }

    fn show(self) {
        if !self.field.with_value(|field| field.read_only) {
            self.active.set(0);
            self.open.set(true);
        }
    }

    fn type_in(self, words: String) {
        self.typed.set(Some(words));
        self.show();
    }

    /// Leaving keeps what was chosen; an emptied input means nobody.
    fn leave(self) {
        if self.typed.get_untracked().is_some_and(|typed| typed.trim().is_empty()) {
            self.take(Value::Null);
        }
        self.close();
    }

    fn close(self) {
        self.open.set(false);
        self.typed.set(None);
    }

    fn take(self, value: Value) {
        let name = self.field.with_value(|field| field.name.clone());
        self.draft.touch(&name, value);
        self.close();
    }

    fn on_key(self, event: &KeyboardEvent) {
        let last = self.choices.with_untracked(Vec::len).saturating_sub(1);
        let open = self.open.get_untracked();
        match event.key().as_str() {
            "ArrowDown" if open => self.active.update(|at| *at = if *at >= last { 0 } else { *at + 1 }),
            "ArrowUp" if open => self.active.update(|at| *at = at.checked_sub(1).unwrap_or(last)),
            "ArrowDown" | "ArrowUp" => self.show(),
            "Enter" if open => {
                let choice = self.choices.with_untracked(|all| all.get(self.active.get_untracked()).cloned());
                if let Some(id) = choice {
                    self.take(Value::from(id));
                }
            }
            "Escape" if open => self.close(),
            _ => return,
        }
        event.prevent_default();
    }

    fn part_id(self, part: &str) -> String {
        self.field.with_value(|field| [&self.draft.id_of(field), "-", part].concat())
    }

    fn active_option(self) -> Option<String> {
        let here = self.open.get() && self.choices.with(|all| !all.is_empty());
        here.then(|| self.part_id(&self.active.get().to_string()))
    }

    fn options(self) -> El {
        let query = Signal::derive(move || Query { search: self.typed.get().unwrap_or_default(), ..Query::default() });
        let list = self.to.with_value(|to| self.ui.services.list(to, query));
        let label = self.field.with_value(|field| field.label.clone());
        let choices = move || {
            let _ = (list.version.get(), list.total.get());
            let ids: Vec<String> = list.ids(0..OPTIONS).iter().map(|id| id.to_string()).collect();
            let options: Vec<El> =
                ids.iter().enumerate().filter_map(|(at, id)| self.option(at, id, list.row(id).get())).collect();
            self.choices.set(ids);
            if options.is_empty() {
                let nothing = [("role", "option"), ("aria-disabled", "true"), ("aria-selected", "false")];
                return el("li").class("soft").attrs(&nothing).text(t("relation.none")).into();
            }
            options.into()
        };
        el("ul")
            .attrs(&[
                ("class", "options"),
                ("role", "listbox"),
                ("aria-label", &label),
                ("id", &self.part_id("options")),
            ])
            .child(dynamic(choices))
    }

    fn option(self, at: usize, id: &str, row: Option<Rc<RowView>>) -> Option<El> {
        let (collection, row) = self.to.with_value(|to| self.ui.services.collection(to)).zip(row)?;
        let id = id.to_owned();
        let option = el("li")
            .attrs(&[("role", "option"), ("dir", "auto"), ("id", &self.part_id(&at.to_string()))])
            .attr_of("aria-selected", move || Some((self.active.get() == at).to_string()))
            .on("mousedown", move |event| {
                event.prevent_default();
                self.take(Value::from(id.clone()));
            })
            .text(&record_title(&collection, &row.record))
            .child(el("small").text(&subtitle(&collection, &row.record)));
        Some(option)
    }
}
