//! A conflict: what the field was, what I made of it, what someone else did meanwhile.

use crate::{
    model::{Collection, Entry, Fields, Kind, Value, value},
    state::translation::t,
    ui::{
        components::{act, show, show_label},
        context::Ui,
        dom::{El, View, el},
    },
};

/// The fields that differ, and the choice.
pub fn conflict(ui: Ui, entry: &Entry, collection: &Collection) -> View {
    let nothing = Fields::new();
    let theirs = entry.body.theirs.as_ref().unwrap_or(&nothing);
    let fields: Vec<El> = contested(entry, theirs).into_iter().map(|name| contest(entry, collection, name)).collect();
    let (key, services) = (entry.key, ui.services);
    let acts = el("div")
        .class("row")
        .child(act(t("conflict.keep_mine"), "button small main-act", move || services.keep_mine(key)))
        .child(act(t("conflict.take_theirs"), "button small", move || services.take_theirs(key)));
    vec![el("div").child(fields), acts].into()
}

/// The fields that both sides changed, differently; for a delete, those that the other side changed.
fn contested<'a>(entry: &'a Entry, theirs: &'a Fields) -> Vec<&'a String> {
    let (base, mine) = (&entry.body.base, &entry.body.changes);
    let moved = |name: &&String| !value::same(base.get(*name), theirs.get(*name));
    if entry.clear.kind == Kind::Delete {
        return theirs.keys().filter(moved).collect();
    }
    let found: Vec<&String> =
        mine.keys().filter(|name| moved(name) && !value::same(mine.get(*name), theirs.get(*name))).collect();
    if found.is_empty() { mine.keys().collect() } else { found }
}

fn contest(entry: &Entry, collection: &Collection, name: &str) -> El {
    let field = collection.field(name);
    let words = |found: Option<&Value>| match show(field, found) {
        nothing if nothing.is_empty() => t("value.empty").to_owned(),
        words => words,
    };
    let deleted = || t("value.deleted").to_owned();
    let was = words(entry.body.base.get(name));
    let mine = if entry.clear.kind == Kind::Delete { deleted() } else { words(entry.body.changes.get(name)) };
    let theirs = entry.body.theirs.as_ref().map_or_else(deleted, |theirs| words(theirs.get(name)));
    el("div")
        .attrs(&[("class", "three"), ("data-testid", "conflict-field"), ("data-field", name)])
        .child(el("h3").attr("dir", "auto").text(&show_label(field, name)))
        .child(side("was", t("conflict.base"), &was))
        .child(side("mine", t("conflict.mine"), &mine))
        .child(side("theirs", t("conflict.theirs"), &theirs))
}

fn side(class: &str, whose: &str, words: &str) -> El {
    el("div").class(class).child(el("small").text(whose)).child(el("span").attr("dir", "auto").text(words))
}
