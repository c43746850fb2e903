//! One outbox entry: what it changes, what became of it, and what can be done about it.

use super::conflict;
use crate::{
    model::{Collection, Entry, EntryState, Field, Fields, Kind, Value},
    state::{
        EditError, OutboxItem, format, not_saved,
        translation::{fill, find, plural, t},
    },
    ui::{
        components::{Icon, dynamic, entry_sync, entry_word, icon, show, show_label, text},
        context::Ui,
        forms::{Draft, control, error_text},
        route::Route,
    },
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use std::rc::Rc;

/// An entry's key and revision: a rewritten entry is drawn anew.
pub fn key_text(entry: &Entry) -> String {
    [entry.key.seq, u64::from(entry.key.sub), u64::from(entry.clear.revision)].map(|part| part.to_string()).join(".")
}

/// The entry of that key, if it is still there.
pub fn entry_of(ui: Ui, key: &str) -> AnyView {
    let all = ui.services.outbox().get_untracked();
    all.iter().find(|item| key_text(&item.entry) == key).map(|item| view_of(ui, item)).into_any()
}

fn view_of(ui: Ui, item: &OutboxItem) -> AnyView {
    let entry = Rc::clone(&item.entry);
    let collection = ui.services.collection(&entry.clear.collection).unwrap_or_default();
    let mending = RwSignal::new(false);
    let made = entry.clear.made_at;
    let tries = (entry.clear.attempt > 0).then(|| plural("outbox.tries", entry.clear.attempt as usize));
    let body = {
        let (entry, collection) = (Rc::clone(&entry), Rc::clone(&collection));
        move || match entry.clear.state {
            EntryState::Conflict => conflict::conflict(ui, &entry, &collection),
            _ if mending.get() => mend_form(ui, &entry, &collection, mending),
            _ => vec![changes(&entry, &collection), problem(&entry, &collection), acts(ui, &entry, mending)].into_any(),
        }
    };
    let route = Route::Record(entry.clear.collection.clone(), entry.clear.record.clone());
    view! {
        <article class="card entry" data-testid="outbox-entry" data-sync=entry_sync(&entry) data-record-id=entry.clear.record.clone()>
            <div class="head">
                <h2 dir="auto"><a href=ui.href(&route)>{item.title.clone()}</a></h2>
                {entry_word(&entry)}
            </div>
            <p class="facts">
                <span>{kind_word(entry.clear.kind)}" · "{item.collection_label.clone()}</span>
                <span>{text(move || format::ago(made, ui.now.get()))}</span>
                <span>{tries}</span>
            </p>
            {dynamic(body)}
        </article>
    }
    .into_any()
}

fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Create => t("kind.create"),
        Kind::Patch => t("kind.patch"),
        Kind::Delete => t("kind.delete"),
        Kind::Upload => t("kind.upload"),
        Kind::Command => t("kind.command"),
    }
}

fn changes(entry: &Entry, collection: &Collection) -> AnyView {
    let lines: Vec<AnyView> = entry
        .body
        .changes
        .iter()
        .map(|(name, new)| change_line(collection.field(name), name, entry.body.base.get(name), new))
        .collect();
    if lines.is_empty() { ().into_any() } else { view! { <dl>{lines}</dl> }.into_any() }
}

fn change_line(field: Option<&Field>, name: &str, old: Option<&Value>, new: &Value) -> AnyView {
    let (old, new) = (show(field, old), show(field, Some(new)));
    let new = if new.is_empty() { t("value.empty").to_owned() } else { new };
    let before = (!old.is_empty()).then(|| {
        view! { <del dir="auto"><span class="unseen">{t("outbox.before")}" "</span>{old}</del>" → " }.into_any()
    });
    view! {
        <div class="change">
            <dt dir="auto">{show_label(field, name)}</dt>
            <dd>{before}<ins dir="auto">{new}</ins></dd>
        </div>
    }
    .into_any()
}

/// Why it was refused: a sentence for the whole, one for each field.
fn problem(entry: &Entry, collection: &Collection) -> AnyView {
    let Some(problem) = &entry.body.problem else { return ().into_any() };
    let mut lines = Vec::new();
    for error in &problem.field_errors {
        let field = collection.field(&error.field);
        let sentence = error_text(&field.cloned().unwrap_or_default(), error);
        lines.push(fill("outbox.field_error", &[("field", &show_label(field, &error.field)), ("error", &sentence)]));
    }
    if lines.is_empty() {
        let known = find(&["problem.", &problem.code].concat()).map(str::to_owned);
        lines.push(known.unwrap_or_else(|| [t("problem.other"), " ", &problem.detail].concat()));
    }
    lines
        .into_iter()
        .map(|line| view! { <p class="error">{icon(Icon::Alert)}<span dir="auto">{line}</span></p> }.into_any())
        .collect::<Vec<_>>()
        .into_any()
}

fn acts(ui: Ui, entry: &Rc<Entry>, mending: RwSignal<bool>) -> AnyView {
    let key = entry.key;
    let services = ui.services;
    let parked = entry.clear.state == EntryState::Parked;
    let mends = parked && matches!(entry.clear.kind, Kind::Create | Kind::Patch);
    let mut buttons = Vec::new();
    if mends {
        buttons.push(act(t("outbox.mend"), "button small main-act", move || mending.set(true)));
    }
    if parked {
        buttons.push(act(t("outbox.retry"), "button small", move || services.retry(key)));
    }
    if parked || entry.never_sent() {
        buttons.push(act(t("outbox.discard"), "button small danger", move || services.discard(key)));
    }
    let copied = Rc::clone(entry);
    buttons.push(act(t("outbox.copy"), "button small bare", move || copy_json(ui, &copied)));
    view! { <div class="row">{buttons}</div> }.into_any()
}

/// A button of an entry.
pub fn act(words: &'static str, class: &'static str, press: impl Fn() + 'static) -> AnyView {
    let press: Box<dyn Fn()> = Box::new(press);
    view! { <button type="button" class=class on:click=move |_| press()>{words}</button> }.into_any()
}

/// New values for a refused entry, beside the server's errors.
fn mend_form(ui: Ui, entry: &Entry, collection: &Rc<Collection>, mending: RwSignal<bool>) -> AnyView {
    let key = entry.key;
    let prefix = ["mend-", &key.seq.to_string(), "-", &key.sub.to_string()].concat();
    let errors = entry.body.problem.as_ref().map(|problem| problem.field_errors.clone()).unwrap_or_default();
    let mut values: Fields = entry.body.changes.clone();
    for error in &errors {
        values
            .entry(error.field.clone())
            .or_insert_with(|| entry.body.base.get(&error.field).cloned().unwrap_or_default());
    }
    let draft = Draft::of(Rc::clone(collection), &prefix, &values);
    draft.errors.set(errors);
    let controls: Vec<AnyView> = collection
        .fields
        .iter()
        .filter(|field| values.contains_key(&field.name))
        .map(|field| control(draft, field))
        .collect();
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let mended = ui.services.mend(key, untrack(|| draft.all_typed()));
        spawn_local(async move {
            match mended.await {
                Ok(()) => mending.set(false),
                Err(EditError::Invalid(errors)) => draft.errors.set(errors),
                Err(EditError::NotSaved(reason)) => ui.services.notices().error(not_saved(&reason).to_owned()),
            }
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            {controls}
            <div class="row wide">
                <button type="submit" class="button small main-act">{t("outbox.send_again")}</button>
                {act(t("cancel"), "button small", move || mending.set(false))}
            </div>
        </form>
    }
    .into_any()
}

/// The entry as JSON, for a bug report or for keeping.
fn copy_json(ui: Ui, entry: &Entry) {
    let mut out = serde_json::to_value(&entry.clear).unwrap_or_default();
    if let (Some(out), Ok(Value::Object(body))) = (out.as_object_mut(), serde_json::to_value(&entry.body)) {
        out.extend(body);
    }
    let words = serde_json::to_string_pretty(&out).unwrap_or_default();
    let _ = window().navigator().clipboard().write_text(&words);
    ui.services.notices().saved(t("outbox.copied").to_owned(), None);
}
