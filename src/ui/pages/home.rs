//! Home: the collections with what waits in each, and what was worked on last.

use crate::{
    model::Collection,
    state::{
        RowView, format,
        translation::{plural, t},
    },
    ui::{
        components::{Icon, badge, dynamic, fixed_heading, icon, record_title, show, text},
        context::{Ui, ui},
        route::Route,
        shell::waiting_in,
    },
};
use leptos::prelude::*;
use std::rc::Rc;

/// The screen at `/`.
pub fn home() -> AnyView {
    let ui = ui();
    let tiles: Vec<AnyView> = ui.services.collections().iter().map(|collection| tile(ui, collection)).collect();
    view! {
        <div class="page">
            {sample_line(ui)}
            {warnings(ui)}
            {fixed_heading(t("home"))}
            <div class="tiles">{tiles}</div>
            {dynamic(move || recent(ui))}
        </div>
    }
    .into_any()
}

fn sample_line(ui: Ui) -> AnyView {
    if !ui.services.workspace().sample {
        return ().into_any();
    }
    let appearance = ui.appearance;
    dynamic(move || {
        if !appearance.sample_line.get() {
            return ().into_any();
        }
        view! {
            <div class="note">
                <p>{t("home.sample")}</p>
                <a href=ui.href(&Route::Settings)>{t("home.sample.panel")}</a>
                <button
                    type="button"
                    class="button bare square small"
                    aria-label=t("close")
                    on:click=move |_| appearance.dismiss_sample_line()
                >
                    {icon(Icon::Close)}
                </button>
            </div>
        }
        .into_any()
    })
}

fn warnings(ui: Ui) -> AnyView {
    let lines = ui.services.workspace().warnings.clone();
    lines
        .into_iter()
        .map(|line| view! { <p class="note" dir="auto">{line}</p> }.into_any())
        .collect::<Vec<_>>()
        .into_any()
}

fn tile(ui: Ui, collection: &Collection) -> AnyView {
    let count = ui.services.count(&collection.name);
    let waiting = waiting_in(ui, &collection.name);
    let waits = move || match waiting.get() {
        0 => ().into_any(),
        amount => {
            view! { <span class="badge" data-sync="pending">{icon(Icon::Clock)}{plural("home.waiting", amount)}</span> }
                .into_any()
        }
    };
    view! {
        <a class="card" href=ui.href(&Route::List(collection.name.clone()))>
            <b dir="auto">{collection.label.clone()}</b>
            <span class="row"><span class="big">{text(move || format::count(count.get()))}</span>{dynamic(waits)}</span>
            <svg class="swell" viewBox="0 0 240 26" preserveAspectRatio="none" aria-hidden="true">
                <path d="M0 16c30 0 30-10 60-10s30 10 60 10 30-10 60-10 30 10 60 10M0 24c30 0 30-10 60-10s30 10 60 10 30-10 60-10 30 10 60 10"></path>
            </svg>
        </a>
    }
    .into_any()
}

fn recent(ui: Ui) -> AnyView {
    let rows = ui.services.recent().get();
    let body = if rows.is_empty() {
        view! { <p class="soft">{t("home.recent.none")}</p> }.into_any()
    } else {
        let lines: Vec<AnyView> = rows.iter().filter_map(|(name, row)| line(ui, name, row)).collect();
        view! { <div class="card lines flush">{lines}</div> }.into_any()
    };
    view! { <section class="stack"><h2>{t("home.recent")}</h2>{body}</section> }.into_any()
}

fn line(ui: Ui, name: &str, row: &Rc<RowView>) -> Option<AnyView> {
    let collection = ui.services.collection(name)?;
    let beneath = [collection.label.clone(), subtitle(&collection, row)];
    let beneath: Vec<String> = beneath.into_iter().filter(|part| !part.is_empty()).collect();
    let route = Route::Record(name.to_owned(), row.record.id.clone());
    Some(record_line(ui, &route, record_title(&collection, &row.record), beneath.join(" · "), badge(row.sync)))
}

/// A record as one line that opens it.
pub fn record_line(ui: Ui, route: &Route, title: String, beneath: String, end: AnyView) -> AnyView {
    view! {
        <a class="line" href=ui.href(route)>
            <span><span class="cut" dir="auto">{title}</span><span class="soft cut" dir="auto">{beneath}</span></span>
            {end}
        </a>
    }
    .into_any()
}

/// What stands beneath a record's title.
pub fn subtitle(collection: &Collection, row: &RowView) -> String {
    let Some(name) = &collection.subtitle else { return String::new() };
    show(collection.field(name), row.record.get(name))
}
