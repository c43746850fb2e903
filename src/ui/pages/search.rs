//! Search across all collections, in what is on this device.

use super::{
    home::{record_line, subtitle},
    list::search_box,
};
use crate::{
    model::{Collection, Query},
    state::{
        format,
        translation::{fill, t},
    },
    ui::{
        components::{Icon, badge, dynamic, fixed_heading, icon, record_title, text},
        context::{Ui, ui},
        list_address::ListAddress,
        route::Route,
    },
};
use leptos::prelude::*;
use std::rc::Rc;

/// How many of each collection are shown before the link to all of them.
const SHOWN: usize = 6;

/// The screen at `/search?q=`.
pub fn search() -> AnyView {
    let ui = ui();
    let words = Memo::new(move |_| ui.address.with(|address| address.search.clone()));
    let asked = Memo::new(move |_| words.with(|words| !words.trim().is_empty()));
    let results = move || {
        if !asked.get() {
            return view! { <div class="empty">{icon(Icon::Search)}<p>{t("search.hint")}</p></div> }.into_any();
        }
        let collections = ui.services.collections();
        let totals: Vec<Signal<usize>> = Vec::new();
        let totals = StoredValue::new(totals);
        let parts: Vec<AnyView> =
            collections.iter().map(|collection| part(ui, collection, words.into(), totals)).collect();
        let nothing = move || {
            let any = totals.with_value(|totals| totals.iter().any(|total| total.get() > 0));
            if any {
                return ().into_any();
            }
            view! { <div class="empty">{icon(Icon::Search)}<h2>{t("list.none.found")}</h2><p>{t("search.none.hint")}</p></div> }
                .into_any()
        };
        vec![parts.into_any(), dynamic(nothing)].into_any()
    };
    view! {
        <div class="page narrow">
            {fixed_heading(t("search"))}
            <div class="row">
                {search_box(text(move || words.get()), move |words| ui.go_address(|address| address.search = words))}
                <span class="hint">{t("search.here")}</span>
            </div>
            {dynamic(results)}
        </div>
    }
    .into_any()
}

fn part(
    ui: Ui,
    collection: &Rc<Collection>,
    words: Signal<String>,
    totals: StoredValue<Vec<Signal<usize>>>,
) -> AnyView {
    let query = Signal::derive(move || Query { search: words.get(), ..Query::default() });
    let list = ui.services.list(&collection.name, query);
    let (total, version) = (list.total, list.version);
    totals.update_value(|totals| totals.push(total));
    let collection = Rc::clone(collection);
    dynamic(move || {
        version.track();
        if total.get() == 0 {
            return ().into_any();
        }
        let lines: Vec<AnyView> = list
            .ids(0..SHOWN)
            .iter()
            .filter_map(|id| {
                let row = list.row(id).get()?;
                let route = Route::Record(collection.name.clone(), id.to_string());
                Some(record_line(
                    ui,
                    &route,
                    record_title(&collection, &row.record),
                    subtitle(&collection, &row),
                    badge(row.sync),
                ))
            })
            .collect();
        let address = ListAddress { search: words.get(), ..ListAddress::default() };
        let all = ui.list_href(&Route::List(collection.name.clone()), &address);
        let more = fill("related.all", &[("n", &format::count(total.get()))]);
        view! {
            <section class="stack">
                <div class="head">
                    <h2 dir="auto">{collection.label.clone()}</h2>
                    <a href=all>{more}<span class="unseen">" "{collection.label.clone()}</span></a>
                </div>
                <div class="card lines flush">{lines}</div>
            </section>
        }
        .into_any()
    })
}
