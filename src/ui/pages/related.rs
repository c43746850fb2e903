//! The records of other collections that point to this one.

use super::home::{record_line, subtitle};
use crate::{
    model::{Collection, Operator},
    state::{format, translation::fill},
    ui::{
        components::{badge, dynamic, record_title},
        context::Ui,
        list_address::{FilterTerm, ListAddress},
        route::Route,
    },
};
use leptos::prelude::*;
use std::rc::Rc;

/// How many are shown before the link to all of them.
const SHOWN: usize = 5;

/// One section for each relation that leads here.
pub fn related(ui: Ui, name: &str, id: &str) -> AnyView {
    let mut sections = Vec::new();
    for collection in ui.services.collections().iter() {
        for (field, _) in collection.relations().filter(|(_, to)| *to == name) {
            let term = FilterTerm { field: field.name.clone(), operator: Operator::Is, value: id.to_owned() };
            sections.push(section(ui, Rc::clone(collection), term));
        }
    }
    sections.into_any()
}

fn section(ui: Ui, collection: Rc<Collection>, term: FilterTerm) -> AnyView {
    let address = ListAddress { filters: vec![term], ..ListAddress::default() };
    let query = address.query(&collection);
    let list = ui.services.list(&collection.name, Signal::stored(query));
    let (total, version) = (list.total, list.version);
    let all = ui.list_href(&Route::List(collection.name.clone()), &address);
    let label = collection.label.clone();
    let body = move || {
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
        let words = fill("related.all", &[("n", &format::count(total.get()))]);
        view! {
            <section class="stack">
                <div class="head"><h2 dir="auto">{label.clone()}</h2><a href=all.clone()>{words}<span class="unseen">" "{label.clone()}</span></a></div>
                <div class="card lines flush">{lines}</div>
            </section>
        }
        .into_any()
    };
    dynamic(body)
}
