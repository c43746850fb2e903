//! A collection's list: its toolbar, and which of its faces to show.
//!
//! The address holds search, sort and filters; the rows themselves are drawn by [`super::rows`].

use super::{empty, filters, rows};
use crate::{
    model::{Collection, Direction, OrderBy},
    state::{
        LiveList, RwSignal, Signal, format,
        translation::{fill, plural, t},
    },
    ui::{
        components::{Icon, act, fixed_heading, icon, icon_button, search_box},
        context::{Ui, ui},
        dom::{El, View, after, choose, dynamic, el},
        forms::option,
        list_address::ListAddress,
        route::Route,
    },
};
use leptos::prelude::{GetValue, StoredValue};
use std::{rc::Rc, time::Duration};

/// The screen at `/c/:collection`.
pub fn list(name: &str) -> View {
    let ui = ui();
    let Some(collection) = ui.services.collection(name) else { return super::not_found::not_found() };
    let fields = StoredValue::new_local(collection.clone());
    let query = Signal::derive(move || ui.bar.list().query(&fields.get_value()));
    let list = ui.services.list(name, query);
    let (total, complete) = (list.total, list.complete);
    let building = RwSignal::new(false);
    let shown = collection.clone();
    let face = move || match (total.get(), complete.get()) {
        (0, false) => 0,
        (0, true) => 1,
        _ => 2,
    };
    let faces = choose(face, move |face| match face {
        0 => loading(ui, &shown),
        1 => dynamic({
            let shown = shown.clone();
            move || nothing(ui, &shown).into()
        }),
        _ => rows::rows(ui, &shown, list),
    });
    el("div")
        .class("page list-page")
        .child(head(ui, &collection, list))
        .child(toolbar(ui, &collection, building))
        .child(filters::filters(ui, &collection, building))
        .child(
            el("p")
                .attrs(&[("class", "unseen"), ("role", "status")])
                .text_of(move || plural("list.found", total.get())),
        )
        .child(faces)
        .into()
}

fn head(ui: Ui, collection: &Collection, list: LiveList) -> El {
    let name = collection.name.clone();
    let new = Route::New(name.clone());
    let titled = el("div").class("titled").child(fixed_heading(&collection.label).attr("dir", "auto")).child(
        el("span").class("num").text_of(move || match list.total.get() {
            0 if !list.complete.get() => String::new(),
            total => format::count(total),
        }),
    );
    let refresh = move || ui.services.refresh(Some(&name));
    el("div")
        .class("head")
        .child(titled)
        .child(icon_button(Icon::Refresh, t("refresh"), "button bare square", refresh))
        .child(act("", "button main-act", move || ui.go(&new)).child(icon(Icon::Plus)).text(t("new")))
}

fn toolbar(ui: Ui, collection: &Rc<Collection>, building: RwSignal<bool>) -> El {
    let sorting = collection.clone();
    let filter = act("", "button", move || building.update(|on| *on = !*on))
        .attr_of("aria-expanded", move || Some(building.get().to_string()))
        .child(icon(Icon::Filter))
        .text(t("list.filter"));
    let sort = move || if ui.wide.get() { View::default() } else { sort_control(ui, &sorting).into() };
    el("div").class("row tools").child(search_box(ui)).child(filter).child(dynamic(sort))
}

/// The order that the list is in: the address's, else the collection's own.
pub fn effective_order(address: &ListAddress, collection: &Collection) -> Option<OrderBy> {
    address.order.first().or(collection.sort.first()).cloned()
}

fn sort_control(ui: Ui, collection: &Rc<Collection>) -> El {
    let current = effective_order(&ui.bar.list(), collection);
    let field = current.as_ref().map(|order| order.field.clone()).unwrap_or_default();
    let down = current.is_some_and(|order| order.direction == Direction::Descending);
    let options =
        collection.fields.iter().map(|each| option(&each.name, &each.label).flag("selected", each.name == field));
    let options: Vec<El> = options.collect();
    let choose = move |order: OrderBy| ui.bar.change_list(|address| address.order = vec![order]);
    let turned = if down { OrderBy::ascending(field) } else { OrderBy::descending(field) };
    let (shape, words) = if down { (Icon::SortDown, t("list.sort.down")) } else { (Icon::SortUp, t("list.sort.up")) };
    let select = el("select")
        .attrs(&[("class", "input"), ("name", "sort"), ("aria-label", t("list.sort"))])
        .child(options)
        .on_change(move |field| choose(OrderBy::ascending(field)));
    let turn = icon_button(shape, words, "button square", move || choose(turned.clone()));
    el("span").class("beside").child(select).child(turn)
}

/// Bones in the shape of the rows.
fn loading(ui: Ui, collection: &Collection) -> View {
    vec![rows::bones(ui, collection), waits().into()].into()
}

/// Says that something is on its way; after ten seconds, why it takes so long.
pub fn waits() -> El {
    let slow = RwSignal::new(false);
    after(Duration::from_secs(10), move || slow.set(true));
    let words = move || (if slow.get() { t("list.slow") } else { t("list.loading") }).to_owned();
    el("p").attrs(&[("class", "waits"), ("role", "status")]).text_of(words)
}

fn nothing(ui: Ui, collection: &Collection) -> El {
    let address = ui.bar.list();
    let label = [("label", collection.label.as_str())];
    if address.search.is_empty() && address.filters.is_empty() {
        return empty::empty(Icon::Plus, &fill("list.none", &label), t("list.none.hint"));
    }
    let clear = move || ui.bar.change_list(|address| (address.search, address.filters) = Default::default());
    empty::empty(Icon::Search, t("list.none.found"), &fill("list.none.found.hint", &label)).child(act(
        t("list.clear"),
        "button",
        clear,
    ))
}
