//! A record as one line that opens it, and a section of such lines.

use super::{badge, record_title, subtitle};
use crate::{
    model::Collection,
    state::{LiveList, RowView, format, translation::fill},
    ui::{
        context::Ui,
        dom::{El, View, el},
        route::Route,
    },
};

/// A line with a title, something beneath it, and the record's badge.
pub fn record_line(ui: Ui, collection: &Collection, row: &RowView, beneath: &str) -> El {
    let route = Route::Record(collection.name.clone(), row.record.id.clone());
    let words = el("span")
        .child(el("span").attrs(&[("class", "cut"), ("dir", "auto")]).text(&record_title(collection, &row.record)))
        .child(el("span").attrs(&[("class", "soft cut"), ("dir", "auto")]).text(beneath));
    el("a").class("line").attr("href", &ui.href(&route)).child(words).child(badge(row.sync))
}

/// The first rows of a list under its collection's name, with a link to all; nothing where there are none.
pub fn section(ui: Ui, collection: &Collection, list: &LiveList, most: usize, all: &str) -> View {
    let total = list.total.get();
    let _ = list.version.get();
    if total == 0 {
        return View::default();
    }
    let rows = list.ids(0..most).into_iter().filter_map(|id| list.row(&id).get());
    let lines: Vec<El> =
        rows.map(|row| record_line(ui, collection, &row, &subtitle(collection, &row.record))).collect();
    let more = el("a")
        .attr("href", all)
        .text(&fill("related.all", &[("n", &format::count(total))]))
        .child(el("span").class("unseen").text(" ").text(&collection.label));
    let head = el("div").class("head").child(el("h2").attr("dir", "auto").text(&collection.label)).child(more);
    el("section").class("stack").child(head).child(el("div").class("card lines flush").child(lines)).into()
}
