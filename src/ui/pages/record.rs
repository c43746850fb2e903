//! One record: its form, what waits to be sent, and the records that point to it.

use super::{entry, related};
use crate::{
    model::{Collection, Fields},
    state::{
        EditError, RowView, not_saved,
        translation::{plural, t},
    },
    ui::{
        components::{Icon, Text, badge, dynamic, heading, icon, keyed, record_title, text},
        context::{Ui, ui},
        forms::{Draft, control, defaults},
        list_address::ListAddress,
        route::Route,
    },
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local, wasm_bindgen::JsCast, web_sys::HtmlElement};
use std::rc::Rc;

/// The screen at `/c/:collection/new` and `/c/:collection/:id`.
pub fn record(name: &str, id: Option<String>) -> AnyView {
    let ui = ui();
    let Some(collection) = ui.services.collection(name) else { return super::not_found::not_found() };
    let live = match &id {
        Some(id) => ui.services.record(name, id),
        None => fixed(defaults(&collection)),
    };
    let form = Form {
        ui,
        draft: Draft::new(Rc::clone(&collection), "f", live),
        id: StoredValue::new(id.clone()),
        saving: RwSignal::new(false),
    };
    let body = move || form.body(&collection);
    let there = Memo::new(move |_| live.get().is_some());
    let words = form.title(there.into());
    let list = ui.list_href(&Route::List(name.to_owned()), &ListAddress::default());
    let label = form.draft.collection.with_value(|own| own.label.clone());
    view! {
        <div class="page narrow">
            <div>
                <a class="back" href=list>{icon(Icon::Back)}<span dir="auto">{label}</span></a>
                <div class="head">{heading(words)}{dynamic(move || form.sync())}</div>
            </div>
            {dynamic(move || if there.get() { body() } else { gone() })}
        </div>
    }
    .into_any()
}

fn fixed(row: RowView) -> Signal<Option<Rc<RowView>>, LocalStorage> {
    let row = Rc::new(row);
    Signal::derive_local(move || Some(Rc::clone(&row)))
}

fn gone() -> AnyView {
    view! { <div class="empty">{icon(Icon::Search)}<h2>{t("record.gone")}</h2><p>{t("record.gone.hint")}</p></div> }
        .into_any()
}

#[derive(Clone, Copy)]
struct Form {
    ui: Ui,
    draft: Draft,
    id: StoredValue<Option<String>>,
    saving: RwSignal<bool>,
}

impl Form {
    fn title(self, there: Signal<bool>) -> Text {
        text(move || {
            let own = self.draft.collection.get_value();
            match self.draft.live.get() {
                _ if self.id.with_value(Option::is_none) => {
                    crate::state::translation::fill("record.new", &[("label", &own.label)])
                }
                Some(row) if there.get() => record_title(&own, &row.record),
                _ => t("record.gone").to_owned(),
            }
        })
    }

    fn sync(self) -> AnyView {
        self.draft.live.get().map_or_else(|| ().into_any(), |row| badge(row.sync))
    }

    fn body(self, collection: &Rc<Collection>) -> AnyView {
        let fields: Vec<AnyView> = collection.fields.iter().map(|field| control(self.draft, field)).collect();
        let dirty = Memo::new(move |_| self.draft.changes().len());
        let hint = text(move || match dirty.get() {
            0 => String::new(),
            amount => plural("record.dirty", amount),
        });
        let id = self.id.get_value();
        let delete = id.is_some().then(|| {
            view! {
                <button type="button" class="button danger push" on:click=move |_| self.delete()>{icon(Icon::Trash)}{t("delete")}</button>
            }
            .into_any()
        });
        let below = id.map(|id| {
            vec![waiting(self.ui, &collection.name, &id), related::related(self.ui, &collection.name, &id)].into_any()
        });
        view! {
            <form class="card form" novalidate=true on:submit=move |event| self.submit(&event)>
                {fields}
                <div class="acts">
                    <button type="submit" class="button main-act" disabled=move || self.saving.get()>{t("save")}</button>
                    <span class="hint" role="status">{hint}</span>
                    {delete}
                </div>
            </form>
            {below}
        }
        .into_any()
    }

    fn submit(self, event: &SubmitEvent) {
        event.prevent_default();
        if self.saving.get_untracked() {
            return;
        }
        let changes = untrack(|| self.draft.changes());
        match self.id.get_value() {
            Some(id) => self.patch(id, changes),
            None => self.create(changes),
        }
    }

    fn patch(self, id: String, changes: Fields) {
        let services = self.ui.services;
        if changes.is_empty() {
            return services.notices().saved(t("record.unchanged").to_owned(), None);
        }
        let name = self.draft.collection.with_value(|own| own.name.clone());
        let saved = services.patch(&name, &id, self.draft.base_of(&changes), changes.clone());
        self.saving.set(true);
        spawn_local(async move {
            let outcome = saved.await;
            self.saving.set(false);
            match outcome {
                Ok(undo) => {
                    self.draft.settle(&changes);
                    services.notices().saved(t("sync.saved").to_owned(), Some(undo));
                }
                Err(error) => self.refused(error),
            }
        });
    }

    fn create(self, changes: Fields) {
        let services = self.ui.services;
        let own = self.draft.collection.get_value();
        let mut fields = defaults(&own).record.fields;
        fields.extend(changes);
        let created = services.create(&own.name, fields);
        self.saving.set(true);
        spawn_local(async move {
            let outcome = created.await;
            self.saving.set(false);
            match outcome {
                Ok((id, undo)) => {
                    services.notices().saved(t("sync.saved").to_owned(), Some(undo));
                    self.ui.go(&self.ui.href(&Route::Record(own.name.clone(), id)), true);
                }
                Err(error) => self.refused(error),
            }
        });
    }

    fn delete(self) {
        let Some(id) = self.id.get_value() else { return };
        let services = self.ui.services;
        let name = self.draft.collection.with_value(|own| own.name.clone());
        let deleted = services.delete(&name, &id);
        spawn_local(async move {
            match deleted.await {
                Ok(undo) => {
                    services.notices().saved(t("record.deleted").to_owned(), Some(undo));
                    self.ui.go(&self.ui.href(&Route::List(name)), true);
                }
                Err(error) => self.refused(error),
            }
        });
    }

    fn refused(self, error: EditError) {
        match error {
            EditError::Invalid(errors) => {
                self.draft.errors.set(errors);
                request_animation_frame(focus_first_error);
            }
            EditError::NotSaved(code) => self.ui.services.notices().error(not_saved(&code).to_owned()),
        }
    }
}

fn focus_first_error() {
    let found = document().query_selector("form [aria-invalid=true]").ok().flatten();
    if let Some(found) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        let _ = found.focus();
    }
}

/// The record's own entries of the outbox.
fn waiting(ui: Ui, collection: &str, id: &str) -> AnyView {
    let outbox = ui.services.outbox();
    let (collection, id) = (collection.to_owned(), id.to_owned());
    let keys = Memo::new(move |_| {
        let all = outbox.get();
        all.iter()
            .filter(|item| item.entry.is_for(&collection, &id))
            .map(|item| entry::key_text(&item.entry))
            .collect::<Vec<_>>()
    });
    dynamic(move || {
        if keys.with(Vec::is_empty) {
            return ().into_any();
        }
        view! {
            <section class="stack"><h2>{t("record.waiting")}</h2>{keyed(keys.into(), move |key| entry::entry_of(ui, key))}</section>
        }
        .into_any()
    })
}
