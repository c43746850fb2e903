//! Search across all collections, in what is on this device.

use super::empty::empty;
use crate::{
    model::{Collection, Query},
    state::{LiveList, Signal, translation::t},
    ui::{
        components::{Icon, fixed_heading, search_box, section},
        context::{Ui, ui},
        dom::{View, dynamic, el, when},
        list_address::ListAddress,
        route::Route,
    },
};
use std::rc::Rc;

/// How many of each collection are shown before the link to all of them.
const SHOWN: usize = 6;

/// The screen at `/search?q=`.
pub fn search() -> View {
    let ui = ui();
    let asked = move || !ui.bar.list().search.trim().is_empty();
    let tools = el("div").class("row").child(search_box(ui)).child(el("span").class("hint").text(t("search.here")));
    el("div")
        .class("page narrow")
        .child(fixed_heading(t("search")))
        .child(tools)
        .child(when(asked, move || results(ui)))
        .child(when(move || !asked(), || empty(Icon::Search, "", t("search.hint")).into()))
        .into()
}

fn results(ui: Ui) -> View {
    let query = Signal::derive(move || Query { search: ui.bar.list().search, ..Query::default() });
    let collections = ui.services.collections();
    let list = |own: &Rc<Collection>| (Rc::clone(own), ui.services.list(&own.name, query));
    let lists: Vec<(Rc<Collection>, LiveList)> = collections.iter().map(list).collect();
    let totals: Vec<Signal<usize>> = lists.iter().map(|(_, list)| list.total).collect();
    let mut parts: Vec<View> = lists.into_iter().map(|(own, list)| part(ui, own, list)).collect();
    parts.push(when(
        move || totals.iter().all(|total| total.get() == 0),
        || empty(Icon::Search, t("list.none.found"), t("search.none.hint")).into(),
    ));
    parts.into()
}

fn part(ui: Ui, collection: Rc<Collection>, list: LiveList) -> View {
    dynamic(move || {
        let address = ListAddress { search: ui.bar.list().search, ..ListAddress::default() };
        let all = ui.bar.list_href(&Route::List(collection.name.clone()), &address);
        section(ui, &collection, &list, SHOWN, &all)
    })
}
