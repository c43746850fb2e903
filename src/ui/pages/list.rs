//! A collection's list: its toolbar, and which of its faces to show.
//!
//! The address holds search, sort and filters; the rows themselves are drawn by [`super::rows`].

use super::{filters, rows};
use crate::{
    model::{Collection, Direction, OrderBy},
    state::{
        format,
        translation::{fill, plural, t},
    },
    ui::{
        components::{Icon, Text, dynamic, heading, icon, text},
        context::{Ui, ui},
        list_address::ListAddress,
        route::Route,
    },
};
use leptos::prelude::*;
use std::{rc::Rc, time::Duration};

/// The screen at `/c/:collection`.
pub fn list(name: &str) -> AnyView {
    let ui = ui();
    let Some(collection) = ui.services.collection(name) else { return super::not_found::not_found() };
    let shown = StoredValue::new_local(Rc::clone(&collection));
    let query = Memo::new(move |_| shown.with_value(|collection| ui.address.with(|address| address.query(collection))));
    let list = ui.services.list(name, query.into());
    let (total, complete) = (list.total, list.complete);
    let face = Memo::new(move |_| match (total.get(), complete.get()) {
        (0, false) => Face::Loading,
        (0, true) => Face::Empty,
        _ => Face::Rows,
    });
    let list = StoredValue::new_local(Rc::new(list));
    let building = RwSignal::new(false);
    view! {
        <div class="page list-page">
            {head(ui, &collection, total)}
            {toolbar(ui, &collection, building)}
            {filters::filters(ui, Rc::clone(&collection), building)}
            <p class="unseen" role="status">{text(move || plural("list.found", total.get()))}</p>
            {dynamic(move || match face.get() {
                Face::Loading => loading(),
                Face::Empty => empty(ui, &shown.get_value()),
                Face::Rows => rows::rows(ui, &shown.get_value(), list.get_value()),
            })}
        </div>
    }
    .into_any()
}

#[derive(Clone, Copy, PartialEq)]
enum Face {
    Loading,
    Empty,
    Rows,
}

fn head(ui: Ui, collection: &Collection, total: Signal<usize>) -> AnyView {
    let (label, name) = (collection.label.clone(), collection.name.clone());
    let new = ui.href(&Route::New(name.clone()));
    view! {
        <div class="head">
            <div class="titled">{heading(text(move || label.clone()))}<span class="num">{text(move || format::count(total.get()))}</span></div>
            <button
                type="button"
                class="button bare square"
                aria-label=t("refresh")
                title=t("refresh")
                on:click=move |_| ui.services.refresh(Some(&name))
            >
                {icon(Icon::Refresh)}
            </button>
            <button type="button" class="button main-act" on:click=move |_| ui.go(&new, false)>{icon(Icon::Plus)}{t("new")}</button>
        </div>
    }
    .into_any()
}

fn toolbar(ui: Ui, collection: &Rc<Collection>, building: RwSignal<bool>) -> AnyView {
    let words = text(move || ui.address.with(|address| address.search.clone()));
    let typed = move |words: String| ui.go_address(|address| address.search = words);
    let sorting = Rc::clone(collection);
    let pressed = Signal::derive(move || if building.get() { "true" } else { "false" });
    view! {
        <div class="row tools">
            {search_box(words, typed)}
            <button type="button" class="button" aria-expanded=pressed on:click=move |_| building.update(|on| *on = !*on)>
                {icon(Icon::Filter)}{t("list.filter")}
            </button>
            {dynamic(move || if ui.wide.get() { ().into_any() } else { sort_control(ui, &sorting) })}
        </div>
    }
    .into_any()
}

/// The search box of a screen; it answers at each letter.
pub fn search_box(words: Text, typed: impl Fn(String) + 'static) -> AnyView {
    view! {
        <div class="search" role="search">
            {icon(Icon::Search)}
            <input
                class="input"
                type="search"
                role="searchbox"
                name="q"
                autocomplete="off"
                enterkeyhint="search"
                aria-label=t("search")
                placeholder=t("search")
                prop:value=words
                on:input=move |event| typed(event_target_value(&event))
            />
        </div>
    }
    .into_any()
}

/// The order that the list is in: the address's, else the collection's own.
pub fn effective_order(address: &ListAddress, collection: &Collection) -> Option<OrderBy> {
    address.order.first().or(collection.sort.first()).cloned()
}

fn sort_control(ui: Ui, collection: &Rc<Collection>) -> AnyView {
    let current = effective_order(&ui.address.get(), collection);
    let field = current.as_ref().map(|order| order.field.clone()).unwrap_or_default();
    let down = current.is_some_and(|order| order.direction == Direction::Descending);
    let options: Vec<AnyView> = collection
        .fields
        .iter()
        .map(|each| {
            let selected = each.name == field;
            view! { <option value=each.name.clone() selected=selected>{each.label.clone()}</option> }.into_any()
        })
        .collect();
    let choose = move |field: String| ui.go_address(|address| address.order = vec![OrderBy::ascending(field)]);
    let turn = move |_| {
        let order = if down { OrderBy::ascending(field.clone()) } else { OrderBy::descending(field.clone()) };
        ui.go_address(|address| address.order = vec![order]);
    };
    let (shape, words) = if down { (Icon::SortDown, t("list.sort.down")) } else { (Icon::SortUp, t("list.sort.up")) };
    view! {
        <span class="beside">
            <select class="input" name="sort" aria-label=t("list.sort") on:change=move |event| choose(event_target_value(&event))>
                {options}
            </select>
            <button type="button" class="button square" aria-label=words title=words on:click=turn>{icon(shape)}</button>
        </span>
    }
    .into_any()
}

/// Bones in the shape of the rows; after ten seconds, an explanation.
fn loading() -> AnyView {
    let slow = RwSignal::new(false);
    if let Ok(timer) = set_timeout_with_handle(move || slow.set(true), Duration::from_secs(10)) {
        on_cleanup(move || timer.clear());
    }
    let bones: Vec<AnyView> = (0..10)
        .map(|_| {
            view! { <div class="tile"><div><span class="bone"></span><span class="bone half"></span></div></div> }
                .into_any()
        })
        .collect();
    view! {
        <p class="soft" role="status">{text(move || if slow.get() { t("list.slow") } else { t("list.loading") }.to_owned())}</p>
        <div class="sheet bones" data-testid="skeleton" aria-hidden="true">{bones}</div>
    }
    .into_any()
}

fn empty(ui: Ui, collection: &Collection) -> AnyView {
    let narrowed = ui.address.with(|address| !address.search.is_empty() || !address.filters.is_empty());
    let label = collection.label.clone();
    if narrowed {
        let clear = move |_| ui.go_address(|address| (address.search, address.filters) = Default::default());
        return view! {
            <div class="empty">
                {icon(Icon::Search)}<h2>{t("list.none.found")}</h2><p>{fill("list.none.found.hint", &[("label", &label)])}</p>
                <button type="button" class="button" on:click=clear>{t("list.clear")}</button>
            </div>
        }
        .into_any();
    }
    view! {
        <div class="empty">
            {icon(Icon::Plus)}<h2>{fill("list.none", &[("label", &label)])}</h2><p>{t("list.none.hint")}</p>
        </div>
    }
    .into_any()
}
