//! A conflict: what the field was, what I made of it, what someone else did meanwhile.

use super::entry::act;
use crate::{
    model::{Collection, Entry, Field, Fields, Kind, Value, value},
    state::translation::t,
    ui::{
        components::{show, show_label},
        context::Ui,
    },
};
use leptos::prelude::*;

/// The fields that differ, and the choice.
pub fn conflict(ui: Ui, entry: &Entry, collection: &Collection) -> AnyView {
    let nothing = Fields::new();
    let theirs = entry.body.theirs.as_ref().unwrap_or(&nothing);
    let deletes = entry.clear.kind == Kind::Delete;
    let touched: Vec<&String> = if deletes {
        theirs.keys().filter(|name| !value::same(theirs.get(*name), entry.body.base.get(*name))).collect()
    } else {
        entry.body.changes.keys().collect()
    };
    let contested = |name: &&&String| {
        let (base, mine) = (entry.body.base.get(**name), entry.body.changes.get(**name));
        let other = theirs.get(**name);
        deletes || (!value::same(base, other) && !value::same(mine, other))
    };
    let found: Vec<&String> = touched.iter().filter(contested).copied().collect();
    let shown = if found.is_empty() { touched } else { found };
    let gone = entry.body.theirs.is_none();
    let fields: Vec<AnyView> = shown
        .into_iter()
        .map(|name| {
            let field = collection.field(name);
            let mine = if deletes { Cell::Deleted } else { Cell::Value(entry.body.changes.get(name)) };
            let other = if gone { Cell::Deleted } else { Cell::Value(theirs.get(name)) };
            contest(field, name, Cell::Value(entry.body.base.get(name)), mine, other)
        })
        .collect();
    let key = entry.key;
    let services = ui.services;
    view! {
        <div>{fields}</div>
        <div class="row">
            {act(t("conflict.keep_mine"), "button small main-act", move || services.keep_mine(key))}
            {act(t("conflict.take_theirs"), "button small", move || services.take_theirs(key))}
        </div>
    }
    .into_any()
}

enum Cell<'a> {
    Value(Option<&'a Value>),
    Deleted,
}

impl Cell<'_> {
    fn words(&self, field: Option<&Field>) -> String {
        match self {
            Self::Deleted => t("value.deleted").to_owned(),
            Self::Value(found) => {
                let words = show(field, *found);
                if words.is_empty() { t("value.empty").to_owned() } else { words }
            }
        }
    }
}

fn contest(field: Option<&Field>, name: &str, was: Cell<'_>, mine: Cell<'_>, theirs: Cell<'_>) -> AnyView {
    view! {
        <div class="three" data-testid="conflict-field" data-field=name.to_owned()>
            <h3 dir="auto">{show_label(field, name)}</h3>
            <div class="was"><small>{t("conflict.base")}</small><span dir="auto">{was.words(field)}</span></div>
            <div class="mine"><small>{t("conflict.mine")}</small><span dir="auto">{mine.words(field)}</span></div>
            <div class="theirs"><small>{t("conflict.theirs")}</small><span dir="auto">{theirs.words(field)}</span></div>
        </div>
    }
    .into_any()
}
