//! Home: the collections with what waits in each, and what was worked on last.

use crate::{
    model::Collection,
    state::{
        format,
        translation::{plural, t},
    },
    ui::{
        components::{Icon, close_button, fixed_heading, icon, record_line, subtitle, swell},
        context::{Ui, ui},
        dom::{El, View, choose, dynamic, el, when},
        route::Route,
        shell::waiting_in,
    },
};

/// The screen at `/`.
pub fn home() -> View {
    let ui = ui();
    let tiles: Vec<El> = ui.services.collections().iter().map(|collection| tile(ui, collection)).collect();
    let warnings = ui.services.workspace().warnings.clone();
    let warnings: Vec<El> =
        warnings.iter().map(|line| el("p").attrs(&[("class", "note"), ("dir", "auto")]).text(line)).collect();
    el("div")
        .class("page")
        .child(sample_line(ui))
        .child(warnings)
        .child(fixed_heading(t("home")))
        .child(el("div").class("tiles").child(tiles))
        .child(dynamic(move || recent(ui).into()))
        .into()
}

fn sample_line(ui: Ui) -> View {
    let appearance = ui.appearance;
    let is_sample = ui.services.workspace().sample;
    when(
        move || is_sample && appearance.sample_line.get(),
        move || {
            el("div")
                .class("note")
                .child(
                    el("p")
                        .text(t("home.sample"))
                        .text(" ")
                        .child(el("a").attr("href", &ui.href(&Route::Connect)).text(t("home.sample.connect"))),
                )
                .child(el("a").attr("href", &ui.href(&Route::Settings)).text(t("home.sample.panel")))
                .child(close_button(move || appearance.dismiss_sample_line()))
                .into()
        },
    )
}

fn tile(ui: Ui, collection: &Collection) -> El {
    let count = ui.services.count(&collection.name);
    let waits = choose(waiting_in(ui, &collection.name), |amount| match amount {
        0 => View::default(),
        amount => el("span")
            .attrs(&[("class", "badge"), ("data-sync", "pending")])
            .child(icon(Icon::Clock))
            .child(el("span").text(&plural("home.waiting", amount)))
            .into(),
    });
    let number = el("span").class("big").text_of(move || count.get().map(format::count).unwrap_or_default());
    el("a")
        .class("card")
        .attr("href", &ui.href(&Route::List(collection.name.clone())))
        .child(el("b").attr("dir", "auto").text(&collection.label))
        .child(el("span").class("row").child(number).child(waits))
        .child(swell())
}

fn recent(ui: Ui) -> El {
    let rows = ui.services.recent().get();
    let lines = rows.iter().filter_map(|(name, row)| {
        let collection = ui.services.collection(name)?;
        let parts = [collection.label.clone(), subtitle(&collection, &row.record)];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        Some(record_line(ui, &collection, row, &parts.join(" · ")))
    });
    let lines: Vec<El> = lines.collect();
    let body = if lines.is_empty() {
        el("p").class("soft").text(t("home.recent.none"))
    } else {
        el("div").class("card lines flush").child(lines)
    };
    el("section").class("stack").child(el("h2").text(t("home.recent"))).child(body)
}
