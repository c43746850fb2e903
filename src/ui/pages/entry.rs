//! One outbox entry: what it changes, what became of it, and what can be done about it.

use super::conflict;
use crate::{
    model::{Collection, Entry, EntryKey, EntryState, Field, Fields, Kind, Value, json},
    state::{
        EditError, OutboxItem, RwSignal, format, not_saved,
        translation::{fill, find, plural, t},
    },
    ui::{
        components::{act, entry_sync, entry_word, show, show_label, upload_progress},
        context::Ui,
        dom::{El, Page, View, choose, document, el, focus, next_frame, spawn},
        forms::{Draft, control, error_line, error_text},
        route::{Route, entry_id},
    },
};
use leptos::prelude::untrack;
use std::{cell::Cell, rc::Rc};

/// An entry's key in words.
pub fn key_text(entry: &Entry) -> String {
    entry_id(entry.key)
}

/// The entry of that key; nothing if it is gone already.
pub fn entry_of(ui: Ui, key: &str) -> El {
    let (outbox, key) = (ui.services.outbox(), key.to_owned());
    let find: Find = Rc::new(move || outbox.get().iter().find(|item| key_text(&item.entry) == key).cloned());
    untrack(&*find).map_or_else(|| el("div"), |item| view_of(ui, &item, find))
}

/// The entry as it is now; followed.
type Find = Rc<dyn Fn() -> Option<OutboxItem>>;

/// The card stays as long as its entry; a rewritten entry is drawn anew inside, and the focus that was in it stays in it.
fn view_of(ui: Ui, item: &OutboxItem, find: Find) -> El {
    let card = el("article").attrs(&[
        ("class", "card entry"),
        ("data-testid", "outbox-entry"),
        ("data-record-id", &item.entry.clear.record),
        ("tabindex", "-1"),
    ]);
    let (now, own, drawn) = (Rc::clone(&find), card.element().clone(), Cell::new(false));
    let revision = Rc::clone(&find);
    let inside = choose(
        move || revision().map_or(0, |item| item.entry.clear.revision as usize + 1),
        move |_| {
            let focused = document().active_element();
            if drawn.replace(true) && focused.is_some_and(|focused| own.contains(Some(&focused))) {
                let own = own.clone();
                next_frame(move || focus(Some(own)));
            }
            find().map(|item| inside_of(ui, &item)).unwrap_or_default()
        },
    );
    card.attr_of("data-sync", move || now().map(|item| entry_sync(&item.entry).to_owned())).child(inside)
}

fn inside_of(ui: Ui, item: &OutboxItem) -> View {
    let entry = Rc::clone(&item.entry);
    let collection = ui.services.collection(&entry.clear.collection).unwrap_or_default();
    let mending = RwSignal::new(false);
    let made = entry.clear.made_at;
    let tries =
        (entry.clear.attempt > 0).then(|| el("span").text(&plural("outbox.tries", entry.clear.attempt as usize)));
    let route = Route::Record(entry.clear.collection.clone(), entry.clear.record.clone());
    let (outbox, key) = (ui.services.outbox(), entry.key);
    // Read again with the outbox: a record may be loaded later than its entry.
    let title = move || outbox.get().iter().find(|item| item.entry.key == key).map(|item| item.title.clone());
    let link = el("a").attr("href", &ui.href(&route)).text_of(move || title().unwrap_or_default());
    let head = el("div").class("head").child(el("h2").attr("dir", "auto").child(link)).child(entry_word(&entry));
    let facts = el("p")
        .class("facts")
        .child(el("span").text(kind_word(entry.clear.kind)).text(" · ").text(&item.collection_label))
        .child(el("span").text_of(move || format::ago(made, ui.now.get())))
        .child(tries);
    let progress = upload_progress(ui, move |sent| sent.key == key);
    let body = move |is_mending| match entry.clear.state {
        EntryState::Conflict => conflict::conflict(ui, &entry, &collection),
        _ if is_mending == 1 => mend_form(ui, &entry, &collection, mending).into(),
        _ => vec![changes(&entry, &collection), problem(&entry, &collection), acts(ui, &entry, mending).into()].into(),
    };
    let body = choose(move || usize::from(mending.get()), body);
    vec![head.into(), facts.into(), progress, body].into()
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

fn changes(entry: &Entry, collection: &Collection) -> View {
    let line = |(name, new): (&String, &Value)| change(collection.field(name), name, entry.body.base.get(name), new);
    let lines: Vec<El> = entry.body.changes.iter().map(line).collect();
    (!lines.is_empty()).then(|| el("dl").child(lines)).into()
}

fn change(field: Option<&Field>, name: &str, old: Option<&Value>, new: &Value) -> El {
    let (old, new) = (show(field, old), show(field, Some(new)));
    let new = if new.is_empty() { t("value.empty") } else { &new };
    let mut line = el("dd");
    if !old.is_empty() {
        let before = el("span").class("unseen").text(t("outbox.before")).text(" ");
        line = line.child(el("del").attr("dir", "auto").child(before).text(&old)).text(" → ");
    }
    el("div")
        .class("change")
        .child(el("dt").attr("dir", "auto").text(&show_label(field, name)))
        .child(line.child(el("ins").attr("dir", "auto").text(new)))
}

/// Why it was refused: a sentence for each field, or one for the whole.
fn problem(entry: &Entry, collection: &Collection) -> View {
    let Some(problem) = &entry.body.problem else { return View::default() };
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
    lines.iter().map(|line| error_line(line)).collect::<Vec<El>>().into()
}

fn acts(ui: Ui, entry: &Rc<Entry>, mending: RwSignal<bool>) -> El {
    let (key, services) = (entry.key, ui.services);
    let parked = entry.clear.state == EntryState::Parked;
    let mut row = el("div").class("row");
    let code = entry.body.problem.as_ref().map_or("", |problem| &problem.code);
    let gone = matches!(code, "deleted_remotely" | "absent_or_denied");
    if parked && gone && entry.clear.kind == Kind::Patch {
        row = row.child(act(t("outbox.recreate"), "button small main-act", move || recreate(ui, key)));
    } else if parked && matches!(entry.clear.kind, Kind::Create | Kind::Patch) {
        row = row.child(act(t("outbox.mend"), "button small main-act", move || mending.set(true)));
    }
    if parked {
        row = row.child(act(t("outbox.retry"), "button small", move || services.retry(key)));
    }
    if parked || entry.never_sent() {
        row = row.child(act(t("outbox.discard"), "button small danger", move || services.discard(key)));
    }
    let copied = Rc::clone(entry);
    row.child(act(t("outbox.copy"), "button small bare", move || copy_json(ui, &copied)))
}

/// Makes the record again that was deleted elsewhere.
fn recreate(ui: Ui, key: EntryKey) {
    let made = ui.services.recreate(key);
    spawn(async move {
        if let Err(EditError::NotSaved(why)) = made.await {
            ui.services.notices().error(not_saved(&why).to_owned());
        }
    });
}

/// New values for a refused entry, beside the server's errors.
fn mend_form(ui: Ui, entry: &Entry, collection: &Rc<Collection>, mending: RwSignal<bool>) -> El {
    let key = entry.key;
    let prefix = ["mend-", &key.seq.to_string(), "-", &key.sub.to_string()].concat();
    let errors = entry.body.problem.as_ref().map(|problem| problem.field_errors.clone()).unwrap_or_default();
    let touched =
        |name: &String| entry.body.changes.contains_key(name) || errors.iter().any(|error| error.field == *name);
    let fields: Vec<&Field> = collection.fields.iter().filter(|field| touched(&field.name)).collect();
    let live = ui.services.record(&entry.clear.collection, &entry.clear.record);
    let draft = Draft::new(Rc::clone(collection), &prefix, live).typed(&entry.body.changes);
    draft.errors.set(errors);
    let controls: Vec<El> = fields.into_iter().map(|field| control(draft, field)).collect();
    let send = move || {
        let mended = ui.services.mend(key, untrack(|| draft.all_typed()));
        spawn(async move {
            match mended.await {
                Ok(()) => _ = mending.try_set(false),
                Err(EditError::Invalid(errors)) => _ = draft.errors.try_set(errors),
                Err(EditError::NotSaved(reason)) => ui.services.notices().error(not_saved(&reason).to_owned()),
            }
        });
    };
    let again =
        el("button").attrs(&[("type", "submit"), ("class", "button small main-act")]).text(t("outbox.send_again"));
    let cancel = act(t("cancel"), "button small", move || mending.set(false));
    el("form")
        .attrs(&[("class", "form"), ("novalidate", "")])
        .on_submit(send)
        .child(controls)
        .child(el("div").class("row wide").child(again).child(cancel))
}

/// The entry as JSON, for a bug report or for keeping.
fn copy_json(ui: Ui, entry: &Entry) {
    let parts = [entry.clear.to_json(), entry.body.to_json()];
    let members = parts.iter().filter_map(|part| json::object(part)).flatten();
    let mut out = Fields::new();
    out.extend(members);
    Page::copy(&json::pretty(&Value::Object(out)));
    ui.services.notices().saved(t("outbox.copied").to_owned(), None);
}
