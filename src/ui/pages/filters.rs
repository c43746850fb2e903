//! The list's filters: a chip for each one in the address, and a small builder for the next.

use crate::{
    model::{Collection, Field, FieldType, Operator, value},
    state::translation::{fill, find, t},
    ui::{
        components::{Icon, dynamic, icon, show},
        context::Ui,
        forms::{Draft, control},
        list_address::{FilterTerm, operator_word, operators_of},
    },
};
use leptos::prelude::*;
use std::rc::Rc;

/// The chips, and the builder while it is open.
pub fn filters(ui: Ui, collection: Rc<Collection>, building: RwSignal<bool>) -> AnyView {
    let shown = Rc::clone(&collection);
    let chips = dynamic(move || {
        let terms = ui.address.with(|address| address.filters.clone());
        if terms.is_empty() {
            return ().into_any();
        }
        let chips: Vec<AnyView> = terms.iter().enumerate().map(|(at, term)| chip(ui, &shown, at, term)).collect();
        view! { <div class="row">{chips}</div> }.into_any()
    });
    let build = dynamic(move || if building.get() { builder(ui, &collection, building) } else { ().into_any() });
    vec![build, chips].into_any()
}

fn chip(ui: Ui, collection: &Collection, at: usize, term: &FilterTerm) -> AnyView {
    let field = collection.field(&term.field);
    let label = field.map_or_else(|| term.field.clone(), |field| field.label.clone());
    let found = match (field.map(|field| &field.kind), term.value.as_str()) {
        (Some(FieldType::Boolean), text) => value::Value::Bool(text == "true"),
        (_, text) => value::Value::from(text),
    };
    let words = [label.as_str(), word_of(term.operator), &show(field, Some(&found))].join(" ");
    let remove = fill("list.filter.remove", &[("filter", &words)]);
    view! {
        <span class="filter">
            <span dir="auto" class="cut">{words}</span>
            <button
                type="button"
                class="button bare square small"
                aria-label=remove
                on:click=move |_| ui.go_address(|address| drop(address.filters.remove(at)))
            >
                {icon(Icon::Close)}
            </button>
        </span>
    }
    .into_any()
}

fn word_of(operator: Operator) -> &'static str {
    find(&["op.", operator_word(operator)].concat()).unwrap_or_default()
}

/// Field, operator, value: three controls and a button.
fn builder(ui: Ui, collection: &Rc<Collection>, building: RwSignal<bool>) -> AnyView {
    let chosen = RwSignal::new(collection.title.clone());
    let operator = RwSignal::new(String::new());
    let draft = Draft::new(Rc::clone(collection), "filter", Signal::derive_local(|| None));
    let fields: Vec<AnyView> = collection
        .fields
        .iter()
        .filter(|field| !matches!(field.kind, FieldType::Json))
        .map(|field| {
            let selected = field.name == collection.title;
            view! { <option value=field.name.clone() selected=selected>{field.label.clone()}</option> }.into_any()
        })
        .collect();
    let own = Rc::clone(collection);
    let rest = dynamic(move || match own.field(&chosen.get()) {
        Some(field) => vec![operator_select(field, operator), control(draft, &compared(field))].into_any(),
        None => ().into_any(),
    });
    let own = Rc::clone(collection);
    let apply = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(field) = own.field(&chosen.get_untracked()) else { return };
        let value = value::text(&untrack(|| draft.value(&compared(field))));
        let value =
            if matches!(field.kind, FieldType::Boolean) && value.is_empty() { "false".to_owned() } else { value };
        let word = operator.get_untracked();
        let offered = operators_of(&field.kind);
        let operator = offered.iter().find(|known| operator_word(**known) == word).unwrap_or(&offered[0]);
        let term = FilterTerm { field: field.name.clone(), operator: *operator, value };
        ui.go_address(|address| address.filters.push(term));
        building.set(false);
    };
    view! {
        <form class="card builder" on:submit=apply aria-label=t("list.filter")>
            <div class="field">
                <label for="filter-field">{t("list.filter.field")}</label>
                <select class="input" id="filter-field" on:change=move |event| chosen.set(event_target_value(&event))>{fields}</select>
            </div>
            {rest}
            <button type="submit" class="button main-act">{t("list.filter.apply")}</button>
        </form>
    }
    .into_any()
}

fn operator_select(field: &Field, operator: RwSignal<String>) -> AnyView {
    let offered = operators_of(&field.kind);
    operator.set(operator_word(offered[0]).to_owned());
    let options: Vec<AnyView> = offered
        .iter()
        .map(|each| view! { <option value=operator_word(*each)>{word_of(*each)}</option> }.into_any())
        .collect();
    view! {
        <div class="field">
            <label for="filter-operator">{t("list.filter.operator")}</label>
            <select class="input" id="filter-operator" on:change=move |event| operator.set(event_target_value(&event))>{options}</select>
        </div>
    }
    .into_any()
}

/// The field as something to compare with: one value, no rules.
fn compared(field: &Field) -> Field {
    let kind = match &field.kind {
        FieldType::MultiSelect(options) => FieldType::Select(options.clone()),
        FieldType::DateTime => FieldType::Date,
        kind @ (FieldType::Select(_)
        | FieldType::Relation(_)
        | FieldType::Number
        | FieldType::Date
        | FieldType::Boolean) => kind.clone(),
        _ => FieldType::Text,
    };
    Field { kind, label: t("list.filter.value").to_owned(), ..Field::new(&field.name, FieldType::Text) }
}
