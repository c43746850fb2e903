//! One field of a form: label, control by type, and what there is to say about it.

use super::{Draft, relation};
use crate::{
    model::{Field, FieldError, FieldType, Value},
    state::translation::{fill, find, t},
    ui::components::{Icon, Text, badge, dynamic, icon, show, text},
};
use leptos::prelude::*;

/// The field's label and control. It reads and writes the draft.
pub fn control(draft: Draft, field: &Field) -> AnyView {
    let id = draft.prefix.with_value(|prefix| [prefix, "-", &field.name].concat());
    let wide = matches!(field.kind, FieldType::LongText | FieldType::Json);
    let class = if wide { "field wide" } else { "field" };
    let said = [&id, "-said"].concat();
    let described = said.clone();
    let after = told(draft, field);
    if let FieldType::MultiSelect(options) = &field.kind {
        return view! {
            <fieldset class=class aria-describedby=described>
                <legend>{label(draft, field)}</legend>
                {checks(draft, field, options)}
                <div id=said>{after}</div>
            </fieldset>
        }
        .into_any();
    }
    let input = match &field.kind {
        FieldType::Boolean => switch(draft, field, &id),
        FieldType::Select(options) => select(draft, field, &id, options),
        FieldType::Relation(to) => relation::picker(draft, field, &id, to),
        FieldType::LongText | FieldType::Json => text_area(draft, field, &id),
        _ => beside_link(draft, field, line(draft, field, &id)),
    };
    view! { <div class=class><label for=id>{label(draft, field)}</label>{input}<div id=said>{after}</div></div> }
        .into_any()
}

/// The label's words, a mark for what must be given, and the badge while an edit of the field waits.
fn label(draft: Draft, field: &Field) -> AnyView {
    let name = field.name.clone();
    let waits = move || match draft.live.get() {
        Some(row) if row.pending_fields.contains(&name) => badge(row.sync),
        _ => ().into_any(),
    };
    let required = field.required.then(|| view! { <span class="soft" aria-hidden="true">"*"</span> });
    view! { <span dir="auto">{field.label.clone()}{required}</span>{dynamic(waits)} }.into_any()
}

/// Beneath the control: its error, a change by someone else, a hint.
fn told(draft: Draft, field: &Field) -> AnyView {
    let (field, hint) = (field.clone(), hint(field));
    dynamic(move || {
        let error = draft.errors.with(|errors| errors.iter().find(|error| error.field == field.name).cloned());
        let error = error.map(|error| {
            view! { <p class="error" role="alert">{icon(Icon::Alert)}{error_text(&field, &error)}</p> }.into_any()
        });
        let changed = draft.changed_underneath(&field).map(|theirs| changed_note(draft, &field, &theirs));
        let hint = hint.map(|hint| view! { <p class="hint">{hint}</p> }.into_any());
        vec![error, changed, hint].into_any()
    })
}

fn hint(field: &Field) -> Option<&'static str> {
    matches!(field.kind, FieldType::Tags).then(|| t("field.tags.hint"))
}

fn changed_note(draft: Draft, field: &Field, theirs: &Value) -> AnyView {
    let name = field.name.clone();
    let words = fill("field.changed", &[("value", &show(Some(field), Some(theirs)))]);
    view! {
        <p class="note" role="status">
            <span dir="auto">{words}</span>
            <button type="button" class="button small" on:click=move |_| draft.release(&name)>{t("field.use_theirs")}</button>
        </p>
    }
    .into_any()
}

/// The sentence for an error: by its code, else the server's own, else a general one.
pub fn error_text(field: &Field, error: &FieldError) -> String {
    let known = find(&["error.", &error.code].concat());
    let bound = |bound: Option<f64>| bound.map(|bound| bound.to_string()).unwrap_or_default();
    match known {
        Some(words) => words.replace("{min}", &bound(field.min)).replace("{max}", &bound(field.max)),
        None if error.message.is_empty() => t("error.other").to_owned(),
        None => error.message.clone(),
    }
}

fn invalid(draft: Draft, name: &str) -> Signal<Option<&'static str>> {
    let name = name.to_owned();
    Signal::derive(move || draft.errors.with(|errors| errors.iter().any(|error| error.field == name)).then_some("true"))
}

fn shown(draft: Draft, field: &Field) -> Text {
    let field = field.clone();
    text(move || draft.input(&field))
}

fn typing(draft: Draft, field: &Field) -> impl Fn(String) + Clone + 'static {
    let name = field.name.clone();
    move |typed| draft.touch(&name, Value::from(typed))
}

fn line(draft: Draft, field: &Field, id: &str) -> AnyView {
    let (kind, mode) = match field.kind {
        FieldType::Number => ("text", "decimal"),
        FieldType::Date => ("date", ""),
        FieldType::DateTime => ("datetime-local", ""),
        FieldType::Email => ("email", "email"),
        FieldType::Url => ("url", "url"),
        FieldType::Phone => ("tel", "tel"),
        _ => ("text", "text"),
    };
    let typed = typing(draft, field);
    view! {
        <input
            class="input"
            id=id.to_owned()
            name=field.name.clone()
            type=kind
            inputmode=mode
            dir="auto"
            autocomplete="off"
            readonly=field.read_only
            aria-required=field.required.then_some("true")
            aria-invalid=invalid(draft, &field.name)
            aria-describedby=[id, "-said"].concat()
            prop:value=shown(draft, field)
            on:input=move |event| typed(event_target_value(&event))
        />
    }
    .into_any()
}

fn text_area(draft: Draft, field: &Field, id: &str) -> AnyView {
    let typed = typing(draft, field);
    view! {
        <textarea
            class="input"
            id=id.to_owned()
            name=field.name.clone()
            rows="4"
            dir="auto"
            readonly=field.read_only
            aria-required=field.required.then_some("true")
            aria-invalid=invalid(draft, &field.name)
            aria-describedby=[id, "-said"].concat()
            prop:value=shown(draft, field)
            on:input=move |event| typed(event_target_value(&event))
        ></textarea>
    }
    .into_any()
}

fn select(draft: Draft, field: &Field, id: &str, options: &[String]) -> AnyView {
    let (typed, field_now) = (typing(draft, field), field.clone());
    let option = |value: &str, words: &str| {
        let (field, own) = (field_now.clone(), value.to_owned());
        let selected = Signal::derive(move || draft.input(&field) == own);
        view! { <option value=value.to_owned() prop:selected=selected>{words.to_owned()}</option> }.into_any()
    };
    let mut all = vec![option("", t("field.none"))];
    all.extend(options.iter().map(|value| option(value, value)));
    view! {
        <select
            class="input"
            id=id.to_owned()
            name=field.name.clone()
            disabled=field.read_only
            aria-required=field.required.then_some("true")
            aria-invalid=invalid(draft, &field.name)
            aria-describedby=[id, "-said"].concat()
            on:change=move |event| typed(event_target_value(&event))
        >
            {all}
        </select>
    }
    .into_any()
}

fn switch(draft: Draft, field: &Field, id: &str) -> AnyView {
    let (name, now) = (field.name.clone(), field.clone());
    let on = Signal::derive(move || draft.value(&now).as_bool().unwrap_or_default());
    view! {
        <span class="check switch">
            <input
                type="checkbox"
                id=id.to_owned()
                name=field.name.clone()
                disabled=field.read_only
                aria-describedby=[id, "-said"].concat()
                prop:checked=on
                on:change=move |event| draft.touch(&name, Value::Bool(event_target_checked(&event)))
            />
            <span aria-hidden="true">{text(move || if on.get() { t("yes") } else { t("no") }.to_owned())}</span>
        </span>
    }
    .into_any()
}

fn checks(draft: Draft, field: &Field, options: &[String]) -> AnyView {
    let boxes: Vec<AnyView> = options.iter().map(|option| check(draft, field, option)).collect();
    view! { <div class="choices">{boxes}</div> }.into_any()
}

fn check(draft: Draft, field: &Field, option: &str) -> AnyView {
    let (now, own) = (field.clone(), Value::from(option));
    let chosen = move || match draft.value(&now) {
        Value::Array(items) => items,
        _ => Vec::new(),
    };
    let (read, item) = (chosen.clone(), own.clone());
    let on = Signal::derive(move || read().contains(&item));
    let name = field.name.clone();
    let toggle = move |on: bool| {
        let mut items = untrack(&chosen);
        items.retain(|item| *item != own);
        if on {
            items.push(own.clone());
        }
        draft.touch(&name, Value::Array(items));
    };
    view! {
        <label class="check">
            <input
                type="checkbox"
                name=field.name.clone()
                value=option.to_owned()
                disabled=field.read_only
                prop:checked=on
                on:change=move |event| toggle(event_target_checked(&event))
            />
            <span dir="auto">{option.to_owned()}</span>
        </label>
    }
    .into_any()
}

/// An address, a number to call or a mailbox can be opened from beside its control.
fn beside_link(draft: Draft, field: &Field, input: AnyView) -> AnyView {
    if !matches!(field.kind, FieldType::Url | FieldType::Email | FieldType::Phone) {
        return input;
    }
    let field = field.clone();
    let link = move || {
        let Some(href) = href_of(&field.kind, &draft.input(&field)) else { return ().into_any() };
        let name = fill("field.open", &[("label", &field.label)]);
        view! {
            <a class="button square" href=href rel="external noopener noreferrer" target="_blank" aria-label=name.clone() title=name>
                {icon(Icon::Open)}
            </a>
        }
        .into_any()
    };
    view! { <span class="beside">{input}{dynamic(link)}</span> }.into_any()
}

/// Only http, https, mailto and tel; anything else is no link.
fn href_of(kind: &FieldType, text: &str) -> Option<String> {
    let text = text.trim();
    match kind {
        FieldType::Url => (text.starts_with("https://") || text.starts_with("http://")).then(|| text.to_owned()),
        FieldType::Email => text.contains('@').then(|| ["mailto:", text].concat()),
        FieldType::Phone => {
            let digits: String = text.chars().filter(|letter| letter.is_ascii_digit() || *letter == '+').collect();
            (digits.len() > 2).then(|| ["tel:", &digits].concat())
        }
        _ => None,
    }
}
