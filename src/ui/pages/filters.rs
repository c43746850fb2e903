//! The list's filters: a chip for each one in the address, and a small builder for the next.

use crate::{
    model::{Collection, Field, FieldType, Operator, Value, value},
    state::{
        RwSignal, Signal,
        translation::{fill, find, t},
    },
    ui::{
        components::{close_button, show},
        context::Ui,
        dom::{El, View, dynamic, el, when},
        forms::{Draft, control, option},
        list_address::{FilterTerm, operator_word, operators_of},
    },
};
use leptos::prelude::untrack;
use std::rc::Rc;

/// The chips, and the builder while it is open.
pub fn filters(ui: Ui, collection: &Rc<Collection>, building: RwSignal<bool>) -> View {
    let shown = Rc::clone(collection);
    let chips = dynamic(move || {
        let terms = ui.bar.list().filters;
        if terms.is_empty() {
            return View::default();
        }
        let chips: Vec<El> = terms.iter().enumerate().map(|(at, term)| chip(ui, &shown, at, term)).collect();
        el("div").class("row").child(chips).into()
    });
    let own = Rc::clone(collection);
    let builder = when(move || building.get(), move || builder(ui, &own, building).into());
    vec![builder, chips].into()
}

fn chip(ui: Ui, collection: &Collection, at: usize, term: &FilterTerm) -> El {
    let field = collection.field(&term.field);
    let label = field.map_or(&term.field, |field| &field.label);
    let found = match field.map(|field| &field.kind) {
        Some(FieldType::Boolean) => Value::Bool(term.value == "true"),
        _ => Value::from(term.value.as_str()),
    };
    let words = [label.as_str(), word_of(term.operator), &show(field, Some(&found))].join(" ");
    let remove = fill("list.filter.remove", &[("filter", &words)]);
    let close = close_button(move || ui.bar.change_list(|address| drop(address.filters.remove(at))));
    el("span")
        .class("filter")
        .child(el("span").attrs(&[("class", "cut"), ("dir", "auto")]).text(&words))
        .child(close.attr("aria-label", &remove))
}

fn word_of(operator: Operator) -> &'static str {
    find(&["op.", operator_word(operator)].concat()).unwrap_or_default()
}

/// Field, operator, value: three controls and a button.
fn builder(ui: Ui, collection: &Rc<Collection>, building: RwSignal<bool>) -> El {
    let chosen = RwSignal::new(collection.title.clone());
    let operator = RwSignal::new(String::new());
    let draft = Draft::new(Rc::clone(collection), "filter", Signal::derive(|| None));
    let fields =
        collection.fields.iter().filter(|field| !matches!(field.kind, FieldType::Json | FieldType::File { .. }));
    let fields = fields.map(|field| option(&field.name, &field.label).flag("selected", field.name == collection.title));
    let fields = select("filter-field", t("list.filter.field"), fields.collect(), chosen);
    let own = Rc::clone(collection);
    let rest = dynamic(move || match own.field(&chosen.get()) {
        Some(field) => untrack(|| vec![operator_select(field, operator), control(draft, &compared(field))].into()),
        None => View::default(),
    });
    let own = Rc::clone(collection);
    let apply = move || {
        if let Some(field) = own.field(&chosen.get_untracked()) {
            let term = term_of(field, &operator.get_untracked(), &untrack(|| draft.value(&compared(field))));
            ui.bar.change_list(|address| address.filters.push(term));
            building.set(false);
        }
    };
    el("form")
        .attrs(&[("class", "card builder"), ("aria-label", t("list.filter"))])
        .on_submit(apply)
        .child(fields)
        .child(rest)
        .child(el("button").attrs(&[("type", "submit"), ("class", "button main-act")]).text(t("list.filter.apply")))
}

fn term_of(field: &Field, word: &str, found: &Value) -> FilterTerm {
    let offered = operators_of(&field.kind);
    let operator = *offered.iter().find(|known| operator_word(**known) == word).unwrap_or(&offered[0]);
    let value = match value::text(found) {
        nothing if nothing.is_empty() && field.kind == FieldType::Boolean => "false".to_owned(),
        text => text,
    };
    FilterTerm { field: field.name.clone(), operator, value }
}

fn operator_select(field: &Field, operator: RwSignal<String>) -> El {
    let offered = operators_of(&field.kind);
    operator.set(operator_word(offered[0]).to_owned());
    let options = offered.iter().map(|each| option(operator_word(*each), word_of(*each))).collect();
    select("filter-operator", t("list.filter.operator"), options, operator)
}

fn select(id: &str, label: &str, options: Vec<El>, chosen: RwSignal<String>) -> El {
    let select = el("select").attrs(&[("class", "input"), ("id", id)]).child(options);
    el("div")
        .class("field")
        .child(el("label").attr("for", id).text(label))
        .child(select.on_change(move |value| chosen.set(value)))
}

/// The field as something to compare with: one value, no rules.
fn compared(field: &Field) -> Field {
    let kind = match &field.kind {
        FieldType::MultiSelect(options) => FieldType::Select(options.clone()),
        FieldType::DateTime => FieldType::Date,
        FieldType::LongText | FieldType::Tags | FieldType::Email | FieldType::Url | FieldType::Phone => FieldType::Text,
        kind => kind.clone(),
    };
    Field { kind, label: t("list.filter.value").to_owned(), ..Field::new(&field.name, FieldType::Text) }
}
