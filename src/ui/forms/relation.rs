//! The relation picker: a combobox that searches the other collection as one types.
//!
//! After the APG's editable combobox with list autocomplete: the focus stays in the input, arrows move
//! through the options, Enter takes one, Escape puts the old value back.

use super::Draft;
use crate::{
    model::{Field, Query, Value},
    state::{RowView, translation::t},
    ui::{
        components::{dynamic, record_title, relation_title, text},
        context::{Ui, ui},
        pages::home::subtitle,
    },
};
use leptos::{ev, prelude::*};
use std::rc::Rc;

/// The most options shown at once; typing more letters narrows them.
const OPTIONS: usize = 8;

#[derive(Clone, Copy)]
struct Picker {
    ui: Ui,
    draft: Draft,
    field: StoredValue<Field>,
    to: StoredValue<String>,
    id: StoredValue<String>,
    /// What is being typed; nothing while the chosen record's title shows.
    typed: RwSignal<Option<String>>,
    open: RwSignal<bool>,
    choices: RwSignal<Vec<String>>,
    active: RwSignal<usize>,
}

/// The combobox for a relation to collection `to`.
pub fn picker(draft: Draft, field: &Field, id: &str, to: &str) -> AnyView {
    let picker = Picker {
        ui: ui(),
        draft,
        field: StoredValue::new(field.clone()),
        to: StoredValue::new(to.to_owned()),
        id: StoredValue::new(id.to_owned()),
        typed: RwSignal::new(None),
        open: RwSignal::new(false),
        choices: RwSignal::new(Vec::new()),
        active: RwSignal::new(0),
    };
    let shown = text(move || picker.typed.get().unwrap_or_else(|| picker.chosen_title()));
    let list_id = [id, "-options"].concat();
    let (expanded, at) = (
        Signal::derive(move || if picker.open.get() { "true" } else { "false" }),
        Signal::derive(move || picker.active_option()),
    );
    let name = field.name.clone();
    let invalid = Signal::derive(move || {
        draft.errors.with(|errors| errors.iter().any(|error| error.field == name)).then_some("true")
    });
    view! {
        <div class="combo">
            <input
                class="input"
                type="text"
                role="combobox"
                id=id.to_owned()
                name=field.name.clone()
                dir="auto"
                autocomplete="off"
                placeholder=t("relation.search")
                readonly=field.read_only
                aria-autocomplete="list"
                aria-expanded=expanded
                aria-controls=list_id
                aria-activedescendant=at
                aria-required=field.required.then_some("true")
                aria-invalid=invalid
                aria-describedby=[id, "-said"].concat()
                prop:value=shown
                on:input=move |event| picker.type_in(event_target_value(&event))
                on:click=move |_| picker.show()
                on:keydown=move |event| picker.on_key(&event)
                on:blur=move |_| picker.leave()
            />
            {dynamic(move || if picker.open.get() { picker.options() } else { ().into_any() })}
        </div>
    }
    .into_any()
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

    fn on_key(self, event: &ev::KeyboardEvent) {
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

    fn option_id(self, at: usize) -> String {
        self.id.with_value(|id| [id, "-option-", &at.to_string()].concat())
    }

    fn active_option(self) -> Option<String> {
        let here = self.open.get() && self.choices.with(|all| !all.is_empty());
        here.then(|| self.option_id(self.active.get()))
    }

    fn options(self) -> AnyView {
        let query = Signal::derive(move || Query { search: self.typed.get().unwrap_or_default(), ..Query::default() });
        let list = Rc::new(self.to.with_value(|to| self.ui.services.list(to, query)));
        let label = self.field.with_value(|field| field.label.clone());
        let choices = {
            let list = Rc::clone(&list);
            move || {
                list.version.track();
                let _ = list.total.get();
                let ids: Vec<String> = list.ids(0..OPTIONS).iter().map(|id| id.to_string()).collect();
                self.choices.set(ids.clone());
                let options: Vec<AnyView> =
                    ids.iter().enumerate().map(|(at, id)| self.option(at, id, list.row(id))).collect();
                if options.is_empty() {
                    return view! { <li role="option" aria-disabled="true" aria-selected="false" class="soft">{t("relation.none")}</li> }.into_any();
                }
                options.into_any()
            }
        };
        let list_id = self.id.with_value(|id| [id, "-options"].concat());
        view! { <ul class="options" role="listbox" id=list_id aria-label=label>{dynamic(choices)}</ul> }.into_any()
    }

    fn option(self, at: usize, id: &str, row: Signal<Option<Rc<RowView>>, LocalStorage>) -> AnyView {
        let collection = self.to.with_value(|to| self.ui.services.collection(to));
        let Some((collection, row)) = collection.zip(row.get()) else { return ().into_any() };
        let selected = Signal::derive(move || if self.active.get() == at { "true" } else { "false" });
        let id = id.to_owned();
        view! {
            <li
                role="option"
                id=self.option_id(at)
                dir="auto"
                aria-selected=selected
                on:mousedown=move |event| {
                    event.prevent_default();
                    self.take(Value::from(id.clone()));
                }
            >
                {record_title(&collection, &row.record)}
                <small>{subtitle(&collection, &row)}</small>
            </li>
        }
        .into_any()
    }
}
