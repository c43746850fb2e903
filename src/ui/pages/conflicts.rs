//! One conflict, field by field: what it was, what I made of it, what someone else did meanwhile.
//!
//! Nothing is chosen beforehand, and Save waits until every field is. If the entry changes underneath, the
//! choices begin anew: nobody saves what they did not see.

use super::{
    conflict::{contested, sides},
    empty::empty,
};
use crate::{
    model::{Collection, Entry, EntryKey, EntryState, Fields, Kind},
    state::{
        EditError, RwSignal, not_saved,
        translation::{fill, plural, t},
    },
    ui::{
        components::{Icon, fixed_heading, icon, show_label},
        context::{Ui, ui},
        dom::{El, View, choose, el, spawn},
        route::{Route, entry_key},
    },
};
use leptos::prelude::untrack;
use std::rc::Rc;

/// The screen at `/conflicts/:id`.
pub fn conflicts(id: &str) -> View {
    let ui = ui();
    let key = entry_key(id).unwrap_or_default();
    let found = move || ui.services.entry(key).filter(|entry| entry.clear.state == EntryState::Conflict);
    let back = el("a").attrs(&[("class", "back"), ("href", &ui.href(&Route::Outbox))]);
    let back = back.child(icon(Icon::Back)).child(el("span").text(t("outbox")));
    let head = fixed_heading(&title_of(ui, key)).attr("dir", "auto");
    let revision = move || found().map_or(0, |entry| entry.clear.revision as usize + 1);
    // Outlives the form, which a settled entry takes away.
    let here = RwSignal::new(true);
    let body = choose(revision, move |_| match untrack(found) {
        Some(entry) => form(ui, &entry, here).into(),
        None => empty(Icon::Check, t("conflict.none"), t("conflict.none.hint")).into(),
    });
    el("div").class("page narrow").child(el("div").child(back).child(head)).child(body).into()
}

fn title_of(ui: Ui, key: EntryKey) -> String {
    let all = ui.services.outbox().get_untracked();
    match all.iter().find(|item| item.entry.key == key) {
        Some(item) => fill("conflict.title", &[("title", &item.title)]),
        None => t("conflict").to_owned(),
    }
}

fn form(ui: Ui, entry: &Rc<Entry>, here: RwSignal<bool>) -> El {
    let collection = ui.services.collection(&entry.clear.collection).unwrap_or_default();
    // A delete has one choice for the whole record.
    let fields: Vec<String> = match entry.clear.kind {
        Kind::Delete => vec![String::new()],
        _ => contested(entry).into_iter().cloned().collect(),
    };
    let chosen = RwSignal::new(Fields::new());
    let choices: Vec<El> = fields.iter().map(|name| choice(entry, &collection, name, chosen)).collect();
    let all = fields.len();
    let open = move || all - chosen.with(Fields::len);
    let left = move || match open() {
        0 => String::new(),
        amount => plural("conflict.left", amount),
    };
    let save = el("button")
        .attrs(&[("type", "submit"), ("class", "button main-act")])
        .attr_of("disabled", move || (open() > 0).then(String::new))
        .text(t("save"));
    let acts = el("div")
        .class("acts")
        .child(save)
        .child(el("span").attrs(&[("class", "hint"), ("role", "status")]).text_of(left));
    let (entry, hint) = (Rc::clone(entry), el("p").class("soft").text(t("conflict.hint")));
    el("form")
        .attrs(&[("class", "card form"), ("novalidate", "")])
        .on_submit(move || resolve(ui, &entry, &chosen.get_untracked(), here))
        .child(hint.class("soft wide"))
        .child(choices)
        .child(acts)
}

/// One field: what it was, and two ways to go on.
fn choice(entry: &Rc<Entry>, collection: &Rc<Collection>, name: &str, chosen: RwSignal<Fields>) -> El {
    let label =
        if name.is_empty() { t("conflict.record").to_owned() } else { show_label(collection.field(name), name) };
    let [was, mine, theirs] = match name {
        "" => whole(entry, collection),
        name => sides(entry, collection, name),
    };
    let way = |is_mine: bool, whose: &str, words: &str| {
        let name = name.to_owned();
        let radio = el("input")
            .attrs(&[("type", "radio"), ("name", &["field-", &name].concat())])
            .attr("value", if is_mine { "mine" } else { "theirs" })
            .on_check(move |_| chosen.update(|all| drop(all.insert(name.clone(), is_mine.into()))));
        let words =
            el("span").child(el("small").text(whose)).child(el("span").class("said").attr("dir", "auto").text(words));
        el("label").class(if is_mine { "mine" } else { "theirs" }).child(radio).child(words)
    };
    let was = (!was.is_empty()).then(|| {
        el("p")
            .class("was")
            .child(el("small").text(t("conflict.base")))
            .child(el("span").class("said").attr("dir", "auto").text(&was))
    });
    el("fieldset")
        .attrs(&[("class", "field wide contest"), ("data-testid", "conflict-field"), ("data-field", name)])
        .child(el("legend").attr("dir", "auto").text(&label))
        .child(was)
        .child(way(true, t("conflict.mine"), &mine))
        .child(way(false, t("conflict.theirs"), &theirs))
}

/// A record that was deleted here and changed elsewhere.
fn whole(entry: &Entry, collection: &Collection) -> [String; 3] {
    let line = |name: &&String| {
        let [_, _, theirs] = sides(entry, collection, name);
        [&show_label(collection.field(name), name), ": ", &theirs].concat()
    };
    let changed: Vec<String> = contested(entry).iter().map(line).collect();
    [String::new(), t("value.deleted").to_owned(), changed.join("\n")]
}

fn resolve(ui: Ui, entry: &Entry, chosen: &Fields, here: RwSignal<bool>) {
    let services = ui.services;
    let resolved = services.resolve(entry.key, chosen.clone());
    let route = Route::Record(entry.clear.collection.clone(), entry.clear.record.clone());
    spawn(async move {
        match resolved.await {
            Ok(undo) => {
                services.notices().saved(t("sync.saved").to_owned(), undo);
                // Unless the user has left already.
                if here.try_get_untracked().is_some() {
                    ui.bar.go(&ui.href(&route), true);
                }
            }
            Err(EditError::NotSaved(why)) => services.notices().error(not_saved(&why).to_owned()),
            Err(EditError::Invalid(_)) => services.notices().error(t("error.other").to_owned()),
        }
    });
}
