//! A conflict as a card shows it: what the field was, what I made of it, what someone else did meanwhile.

use crate::{
    model::{Collection, Entry, Kind, Value, value},
    state::translation::t,
    ui::{
        components::{act, show, show_label},
        context::Ui,
        dom::{El, View, el},
        route::{Route, entry_id},
    },
};

/// The fields that differ, the two short answers, and the way to a choice field by field.
pub fn conflict(ui: Ui, entry: &Entry, collection: &Collection) -> View {
    let names = contested(entry);
    let fields: Vec<El> = names.iter().map(|name| contest(entry, collection, name)).collect();
    let (key, services) = (entry.key, ui.services);
    let one_by_one = el("a")
        .attrs(&[("class", "button small"), ("href", &ui.href(&Route::Conflict(entry_id(key))))])
        .text(t("conflict.open"));
    let acts = el("div")
        .class("row")
        .child(act(t("conflict.keep_mine"), "button small main-act", move || services.keep_mine(key)))
        .child(act(t("conflict.take_theirs"), "button small", move || services.take_theirs(key)))
        .child(one_by_one);
    vec![el("div").child(fields), acts].into()
}

/// The fields that both sides changed, differently; for a delete, those that the other side changed.
pub fn contested(entry: &Entry) -> Vec<&String> {
    let (base, mine) = (&entry.body.base, &entry.body.changes);
    let Some(theirs) = &entry.body.theirs else { return mine.keys().collect() };
    let moved = |name: &&String| !value::same(base.get(*name), theirs.get(*name));
    if entry.clear.kind == Kind::Delete {
        return theirs.keys().filter(moved).collect();
    }
    let found: Vec<&String> =
        mine.keys().filter(|name| moved(name) && !value::same(mine.get(*name), theirs.get(*name))).collect();
    if found.is_empty() { mine.keys().collect() } else { found }
}

/// A field's three values in words: before, mine, theirs.
pub fn sides(entry: &Entry, collection: &Collection, name: &str) -> [String; 3] {
    let field = collection.field(name);
    let words = |found: Option<&Value>| match show(field, found) {
        nothing if nothing.is_empty() => t("value.empty").to_owned(),
        words => words,
    };
    let deleted = || t("value.deleted").to_owned();
    let mine = if entry.clear.kind == Kind::Delete { deleted() } else { words(entry.body.changes.get(name)) };
    let theirs = entry.body.theirs.as_ref().map_or_else(deleted, |theirs| words(theirs.get(name)));
    [words(entry.body.base.get(name)), mine, theirs]
}

fn contest(entry: &Entry, collection: &Collection, name: &str) -> El {
    let [was, mine, theirs] = sides(entry, collection, name);
    el("div")
        .attrs(&[("class", "three"), ("data-testid", "conflict-field"), ("data-field", name)])
        .child(el("h3").attr("dir", "auto").text(&show_label(collection.field(name), name)))
        .child(side("was", t("conflict.base"), &was))
        .child(side("mine", t("conflict.mine"), &mine))
        .child(side("theirs", t("conflict.theirs"), &theirs))
}

fn side(class: &str, whose: &str, words: &str) -> El {
    el("div").class(class).child(el("small").text(whose)).child(el("span").attr("dir", "auto").text(words))
}
