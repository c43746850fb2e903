//! One record: its form, what waits to be sent, and the records that point to it.

use super::{empty::empty, entry, list, related};
use crate::{
    model::{Collection, Field, Fields},
    state::{
        EditError, RowView, RwSignal, Signal, not_saved,
        translation::{fill, plural, t},
    },
    ui::{
        components::{Icon, act, badge, heading, icon, record_title},
        context::{Ui, ui},
        dom::{El, View, choose, document, dynamic, el, focus, keyed, next_frame, spawn, when},
        forms::{Draft, control, defaults},
        route::Route,
    },
};
use leptos::prelude::*;
use std::rc::Rc;

/// The screen at `/c/:collection/new` and `/c/:collection/:id`.
pub fn record(name: &str, id: Option<String>) -> View {
    let ui = ui();
    let Some(collection) = ui.services.collection(name) else { return super::not_found::not_found() };
    let live = match &id {
        Some(id) => ui.services.record(name, id),
        None => fixed(defaults(&collection)),
    };
    if let Some(id) = id.as_ref().filter(|_| live.get_untracked().is_some()) {
        ui.services.opened(name, id);
    }
    let draft = Draft::new(Rc::clone(&collection), "f", live);
    draft.keep(ui);
    let form = Form { ui, draft, id: StoredValue::new(id), saving: RwSignal::new(false) };
    let back = el("a")
        .class("back")
        .attr("href", &ui.href(&Route::List(name.to_owned())))
        .child(icon(Icon::Back))
        .child(el("span").attr("dir", "auto").text(&collection.label));
    let sync = dynamic(move || live.get().and_then(|row| badge(row.sync)).into());
    let title = el("div").class("head").child(heading(move || form.title())).child(sync);
    let body = choose(
        move || form.face(),
        move |face| match face {
            GONE => empty(Icon::Search, "", t("record.gone.hint")).into(),
            COMING => vec![bones(&collection), list::waits()].into(),
            _ => form.body(&collection),
        },
    );
    el("div").class("page narrow").child(el("div").child(back).child(title)).child(body).into()
}

const GONE: usize = 0;
const COMING: usize = 1;
const HERE: usize = 2;

/// Bones in the shape of the form to come.
fn bones(collection: &Collection) -> El {
    let label = |field: &Field| el("span").attr("dir", "auto").text(&field.label);
    let field = |field| el("div").class("field").child(label(field)).child(el("span").class("bone"));
    let fields: Vec<El> = collection.fields.iter().map(field).collect();
    let card = el("div").attrs(&[("class", "card form"), ("data-testid", "skeleton"), ("aria-hidden", "true")]);
    card.child(fields)
}

fn fixed(row: RowView) -> Signal<Option<Rc<RowView>>> {
    let row = Rc::new(row);
    Signal::derive(move || Some(Rc::clone(&row)))
}

#[derive(Clone, Copy)]
struct Form {
    ui: Ui,
    draft: Draft,
    id: StoredValue<Option<String>>,
    saving: RwSignal<bool>,
}

impl Form {
    fn face(self) -> usize {
        let name = self.draft.collection.with_value(|own| own.name.clone());
        let whole = self.draft.live.get().map(|row| !row.half);
        match whole {
            // Deleted elsewhere while someone types here: what was typed stays in sight.
            _ if !self.draft.changes().is_empty() => HERE,
            Some(true) => HERE,
            _ if !self.ui.services.is_complete(&name) => COMING,
            Some(false) => HERE,
            None => GONE,
        }
    }

    fn title(self) -> String {
        let own = self.draft.collection.get_value();
        match self.draft.live.get() {
            _ if self.id.with_value(Option::is_none) => fill("record.new", &[("label", &own.label)]),
            Some(row) => record_title(&own, &row.record),
            None if self.face() == COMING => own.label.clone(),
            None => t("record.gone").to_owned(),
        }
    }

    fn body(self, collection: &Rc<Collection>) -> View {
        // What only the server writes has nothing to say in a new record.
        let is_new = self.id.with_value(Option::is_none);
        let shown = collection.fields.iter().filter(|field| !(is_new && field.read_only));
        let fields: Vec<El> = shown.map(|field| control(self.draft, field)).collect();
        let dirty = move || match self.draft.changes().len() {
            0 => String::new(),
            amount => plural("record.dirty", amount),
        };
        let id = self.id.get_value();
        let delete = id
            .is_some()
            .then(|| act("", "button danger push", move || self.delete()).child(icon(Icon::Trash)).text(t("delete")));
        let save = el("button")
            .attrs(&[("type", "submit"), ("class", "button main-act")])
            .attr_of("aria-disabled", move || Some(self.saving.get().to_string()))
            .text(t("save"));
        let acts = el("div")
            .class("acts")
            .child(save)
            .child(el("span").attrs(&[("class", "hint"), ("role", "status")]).text_of(dirty))
            .child(delete);
        let form = el("form")
            .attrs(&[("class", "card form"), ("novalidate", "")])
            .on_submit(move || self.submit())
            .child(fields)
            .child(acts);
        let below = id.map(|id| {
            let waiting = waiting(self.ui, &collection.name, &id);
            View::from(vec![waiting, related::related(self.ui, &collection.name, &id)])
        });
        vec![form.into(), View::from(below)].into()
    }

    fn submit(self) {
        if self.saving.get_untracked() {
            return;
        }
        let changes = untrack(|| self.draft.changes());
        match self.id.get_value() {
            Some(id) => self.patch(&id, changes),
            None => self.create(changes),
        }
    }

    fn patch(self, id: &str, changes: Fields) {
        let services = self.ui.services;
        if changes.is_empty() {
            return services.notices().saved(t("record.unchanged").to_owned(), None);
        }
        let name = self.draft.collection.with_value(|own| own.name.clone());
        let saved = services.patch(&name, id, self.draft.base_of(&changes), changes.clone());
        self.saving.set(true);
        spawn(async move {
            match saved.await {
                Ok(undo) => {
                    self.draft.settle(&changes);
                    services.notices().saved(t("sync.saved").to_owned(), Some(undo));
                }
                Err(error) => self.refused(error),
            }
            self.saving.try_set(false);
        });
    }

    fn create(self, changes: Fields) {
        let services = self.ui.services;
        let own = self.draft.collection.get_value();
        let mut fields = defaults(&own).record.fields;
        fields.extend(changes);
        let created = services.create(&own.name, fields);
        self.saving.set(true);
        spawn(async move {
            match created.await {
                Ok((id, undo)) => {
                    services.notices().saved(t("sync.saved").to_owned(), Some(undo));
                    self.leave_for(&Route::Record(own.name.clone(), id));
                }
                Err(error) => self.refused(error),
            }
            self.saving.try_set(false);
        });
    }

    fn delete(self) {
        let Some(id) = self.id.get_value() else { return };
        let services = self.ui.services;
        let name = self.draft.collection.with_value(|own| own.name.clone());
        let deleted = services.delete(&name, &id);
        spawn(async move {
            match deleted.await {
                Ok(undo) => {
                    services.notices().saved(t("record.deleted").to_owned(), Some(undo));
                    self.leave_for(&Route::List(name));
                }
                Err(error) => self.refused(error),
            }
        });
    }

    /// Goes on to another screen, unless the user has left already.
    fn leave_for(self, route: &Route) {
        if self.saving.try_get_untracked().is_some() {
            self.ui.bar.go(&self.ui.href(route), true);
        }
    }

    fn refused(self, error: EditError) {
        match error {
            EditError::Invalid(errors) => {
                self.draft.errors.try_set(errors);
                next_frame(|| focus(document().query_selector("form [aria-invalid=true]").ok().flatten()));
            }
            EditError::NotSaved(code) => self.ui.services.notices().error(not_saved(&code).to_owned()),
        }
    }
}

/// The record's own entries of the outbox.
fn waiting(ui: Ui, collection: &str, id: &str) -> View {
    let outbox = ui.services.outbox();
    let (collection, id) = (collection.to_owned(), id.to_owned());
    let keys = Rc::new(move || -> Vec<String> {
        let all = outbox.get();
        all.iter().filter(|item| item.entry.is_for(&collection, &id)).map(|item| entry::key_text(&item.entry)).collect()
    });
    let any = Rc::clone(&keys);
    when(
        move || !any().is_empty(),
        move || {
            let keys = Rc::clone(&keys);
            let entries = keyed(move || keys(), move |key| entry::entry_of(ui, key));
            el("section").class("stack").child(el("h2").text(t("record.waiting"))).child(entries).into()
        },
    )
}
