//! One field of a form: label, control by type, and what there is to say about it.

use super::{Draft, files::files, relation};
use crate::{
    model::{Field, FieldError, FieldType, Value},
    state::{
        format,
        translation::{fill, find, t},
    },
    ui::{
        components::{Icon, act, badge, icon, show},
        dom::{El, View, dynamic, el},
    },
};
use leptos::prelude::untrack;

/// The field's label and control. It reads and writes the draft.
pub fn control(draft: Draft, field: &Field) -> El {
    let id = draft.id_of(field);
    let wide = matches!(field.kind, FieldType::LongText | FieldType::Json | FieldType::File { .. });
    let said = el("div").attr("id", &[&id, "-said"].concat()).child(told(draft, field));
    let class = if wide { "field wide" } else { "field" };
    let group = match &field.kind {
        FieldType::MultiSelect(options) => {
            let boxes: Vec<El> = options.iter().map(|option| check(draft, field, option)).collect();
            Some(el("div").class("choices").child(boxes))
        }
        FieldType::File { .. } => Some(files(draft, field, &id)),
        _ => None,
    };
    if let Some(group) = group {
        return el("fieldset")
            .attrs(&[("class", class), ("aria-describedby", &[&id, "-said"].concat())])
            .child(label(draft, field, el("legend")))
            .child(group)
            .child(said);
    }
    let input: El = match &field.kind {
        FieldType::Boolean => switch(draft, field),
        FieldType::Select(options) => select(draft, field, options),
        FieldType::Relation(to) => relation::picker(draft, field, to),
        FieldType::LongText | FieldType::Json => typed(draft, field, basic(draft, field, "textarea").attr("rows", "4")),
        _ => beside_link(draft, field, line(draft, field)),
    };
    el("div").class(class).child(label(draft, field, el("label").attr("for", &id))).child(input).child(said)
}

/// The label's words, a mark for what must be given, and the badge while an edit of the field waits.
fn label(draft: Draft, field: &Field, label: El) -> El {
    let name = field.name.clone();
    let waits = move || match draft.live.get() {
        Some(row) if row.pending_fields.contains(&name) => badge(row.sync).into(),
        _ => View::default(),
    };
    let required = field.required.then(|| el("span").attrs(&[("class", "soft"), ("aria-hidden", "true")]).text("*"));
    label.child(el("span").attr("dir", "auto").text(&field.label).child(required)).child(dynamic(waits))
}

/// Beneath the control: its error, a change by someone else, a hint.
fn told(draft: Draft, field: &Field) -> View {
    let field = field.clone();
    dynamic(move || {
        let error = draft.errors.with(|errors| errors.iter().find(|error| error.field == field.name).cloned());
        let error = error.map(|error| error_line(&error_text(&field, &error)).attr("role", "alert"));
        let changed = draft.changed_underneath(&field).map(|theirs| changed_note(draft, &field, &theirs));
        let hint = matches!(field.kind, FieldType::Tags).then(|| el("p").class("hint").text(t("field.tags.hint")));
        [error, changed, hint].into_iter().flatten().collect::<Vec<El>>().into()
    })
}

/// A sentence in the colour of trouble.
pub fn error_line(words: &str) -> El {
    el("p").class("error").child(icon(Icon::Alert)).child(el("span").attr("dir", "auto").text(words))
}

fn changed_note(draft: Draft, field: &Field, theirs: &Value) -> El {
    let name = field.name.clone();
    let words = fill("field.changed", &[("value", &show(Some(field), Some(theirs)))]);
    el("p")
        .attrs(&[("class", "note"), ("role", "status")])
        .child(el("span").attr("dir", "auto").text(&words))
        .child(act(t("field.use_theirs"), "button small", move || draft.release(&name)))
}

/// The sentence for an error: by its code, else the server's own, else a general one.
pub fn error_text(field: &Field, error: &FieldError) -> String {
    let known = find(&["error.", &error.code].concat());
    let bound = |bound: Option<f64>| bound.map(format::number).unwrap_or_default();
    match known {
        Some(words) => words.replace("{min}", &bound(field.min)).replace("{max}", &bound(field.max)),
        None if error.message.is_empty() => t("error.other").to_owned(),
        None => error.message.clone(),
    }
}

/// A control with the name, the id and the states that every control has.
pub fn basic(draft: Draft, field: &Field, tag: &str) -> El {
    let id = draft.id_of(field);
    let name = field.name.clone();
    let invalid = move || {
        let wrong = draft.errors.with(|errors| errors.iter().any(|error| error.field == name));
        wrong.then(|| "true".to_owned())
    };
    let control = el(tag)
        .attrs(&[
            ("class", "input"),
            ("id", &id),
            ("name", &field.name),
            ("dir", "auto"),
            ("autocomplete", "off"),
            ("aria-describedby", &[&id, "-said"].concat()),
        ])
        .flag(if tag == "select" { "disabled" } else { "readonly" }, field.read_only)
        .attr_of("aria-invalid", invalid);
    if field.required { control.attr("aria-required", "true") } else { control }
}

/// A control whose text is the draft's.
fn typed(draft: Draft, field: &Field, control: El) -> El {
    let (name, shown) = (field.name.clone(), field.clone());
    control
        .prop_of("value", move || draft.input(&shown).into())
        .on_input(move |typed| draft.touch(&name, Value::from(typed)))
}

fn line(draft: Draft, field: &Field) -> El {
    let (kind, mode) = match field.kind {
        FieldType::Number => ("text", "decimal"),
        FieldType::Date => ("date", ""),
        FieldType::DateTime => ("datetime-local", ""),
        FieldType::Email => ("email", "email"),
        FieldType::Url => ("url", "url"),
        FieldType::Phone => ("tel", "tel"),
        _ => ("text", "text"),
    };
    typed(draft, field, basic(draft, field, "input").attrs(&[("type", kind), ("inputmode", mode)]))
}

/// An option of a select.
pub fn option(value: &str, words: &str) -> El {
    el("option").attr("value", value).text(words)
}

fn select(draft: Draft, field: &Field, options: &[String]) -> El {
    let mut all = vec![option("", t("field.none"))];
    all.extend(options.iter().map(|value| option(value, value)));
    let (name, shown) = (field.name.clone(), field.clone());
    basic(draft, field, "select")
        .child(all)
        .prop_of("value", move || draft.input(&shown).into())
        .on_change(move |typed| draft.touch(&name, Value::from(typed)))
}

fn switch(draft: Draft, field: &Field) -> El {
    let (name, now, said) = (field.name.clone(), field.clone(), field.clone());
    let is_on = move |field: &Field| draft.value(field).as_bool().unwrap_or_default();
    let input = basic(draft, field, "input")
        .attrs(&[("type", "checkbox"), ("class", "")])
        .flag("disabled", field.read_only)
        .prop_of("checked", move || is_on(&now).into())
        .on_check(move |on| draft.touch(&name, Value::Bool(on)));
    let words = move || (if is_on(&said) { t("yes") } else { t("no") }).to_owned();
    el("span").class("check switch").child(input).child(el("span").attr("aria-hidden", "true").text_of(words))
}

fn check(draft: Draft, field: &Field, option: &str) -> El {
    let (now, own) = (field.clone(), Value::from(option));
    let chosen = move || match draft.value(&now) {
        Value::Array(items) => items,
        _ => Vec::new(),
    };
    let (read, item, name) = (chosen.clone(), own.clone(), field.name.clone());
    let toggle = move |on: bool| {
        let mut items = untrack(&chosen);
        items.retain(|item| *item != own);
        if on {
            items.push(own.clone());
        }
        draft.touch(&name, Value::Array(items));
    };
    let input = el("input")
        .attrs(&[("type", "checkbox"), ("name", &field.name), ("value", option)])
        .flag("disabled", field.read_only)
        .prop_of("checked", move || read().contains(&item).into())
        .on_check(toggle);
    el("label").class("check").child(input).child(el("span").attr("dir", "auto").text(option))
}

/// An address, a number to call or a mailbox can be opened from beside its control.
fn beside_link(draft: Draft, field: &Field, input: El) -> El {
    if !matches!(field.kind, FieldType::Url | FieldType::Email | FieldType::Phone) {
        return input;
    }
    let field = field.clone();
    let link = move || {
        let href = href_of(&field.kind, &draft.input(&field));
        let name = fill("field.open", &[("label", &field.label)]);
        let link = |href: String| {
            el("a")
                .attrs(&[("class", "button square"), ("rel", "external noopener noreferrer"), ("target", "_blank")])
                .attrs(&[("href", &href), ("aria-label", &name), ("title", &name)])
                .child(icon(Icon::Open))
        };
        href.map(link).into()
    };
    el("span").class("beside").child(input).child(dynamic(link))
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
