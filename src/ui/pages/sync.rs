//! How the device and the server stand to each other: each collection, the storage, and what this connection
//! promises and what it cannot.

use super::settings::line;
use crate::{
    state::{
        CollectionSync, Guarantees, RwSignal, StorageView, format,
        translation::{fill, plural, t},
    },
    ui::{
        components::{Icon, act, fixed_heading, icon, icon_button},
        context::{Ui, ui},
        dom::{El, Page, View, dynamic, el, spawn, when},
        route::Route,
    },
};

/// The screen at `/sync`.
pub fn sync() -> View {
    let ui = ui();
    let refresh = icon_button(Icon::Refresh, t("refresh"), "button bare square", move || ui.services.refresh(None));
    let outbox = el("a").attrs(&[("class", "back"), ("href", &ui.href(&Route::Outbox))]);
    let outbox = outbox.child(icon(Icon::Back)).child(el("span").text(t("outbox")));
    let collections =
        dynamic(move || ui.services.sync_view().iter().map(|one| collection(ui, one)).collect::<Vec<_>>().into());
    el("div")
        .class("page narrow settings")
        .child(el("div").child(outbox).child(el("div").class("head").child(fixed_heading(t("sync"))).child(refresh)))
        .child(sweep(ui))
        .child(section(t("home.collections"), collections))
        .child(section(t("sync.storage"), storage(ui)))
        .child(guarantees(&ui.services.guarantees()))
        .into()
}

fn section(title: &str, lines: View) -> El {
    el("section").class("stack").child(el("h2").text(title)).child(el("div").class("card lines flush").child(lines))
}

fn collection(ui: Ui, one: &CollectionSync) -> El {
    let when = match one.pulled_at {
        Some(then) => fill("chip.synced.at", &[("ago", &format::ago(then, ui.now.get()))]),
        None => t("sync.never").to_owned(),
    };
    let when = if one.complete { when } else { [&when, " · ", t("sync.incomplete")].concat() };
    let when = if one.refused { [&when, ". ", t("sync.not_shown")].concat() } else { when };
    let route = Route::List(one.name.clone());
    el("a")
        .class("line")
        .attr("href", &ui.href(&route))
        .child(
            el("span")
                .child(el("span").attr("dir", "auto").text(&one.label))
                .child(el("small").class("soft").text(&when)),
        )
        .child(el("span").class("num").text(&plural("sync.rows", one.rows)))
}

/// What is taken, and whether the browser keeps it: asked when the screen opens.
pub fn storage(ui: Ui) -> View {
    let (words, kept) = (RwSignal::new(t("sync.storage.asking").to_owned()), RwSignal::new(0));
    let ask = move || {
        let found = ui.services.storage();
        spawn(async move {
            let view = found.await;
            words.try_set(room_words(&view));
            kept.try_set(if view.persisted { 1 } else { 2 });
        });
    };
    let keep = move || {
        let kept = ui.services.keep_storage();
        spawn(async move {
            if !kept.await {
                ui.services.notices().error(t("sync.storage.not_kept").to_owned());
            }
            ask();
        });
    };
    ask();
    dynamic(move || {
        let (hint, shown) = match kept.get() {
            0 => (String::new(), el("span")),
            1 => (t("sync.storage.kept").to_owned(), icon(Icon::Check)),
            _ => (loose(), act(t("sync.storage.keep"), "button", keep)),
        };
        line(&words.get(), &hint, shown).into()
    })
}

/// What may become of data that the browser has not promised to keep.
fn loose() -> String {
    match Page::noted("install").as_str() {
        "ios" | "mac" => [t("sync.storage.loose"), " ", t("sync.storage.seven_days")].concat(),
        _ => t("sync.storage.loose").to_owned(),
    }
}

fn room_words(view: &StorageView) -> String {
    match view.room {
        Some((used, all)) => fill("sync.storage.used", &[("used", &format::bytes(used)), ("all", &format::bytes(all))]),
        None => t("sync.storage.unknown").to_owned(),
    }
}

/// The question of a sweep, where one waits: it stands on each screen that the chip leads to.
pub fn sweep(ui: Ui) -> View {
    let services = ui.services;
    let waits = move || services.sweep_question().is_some();
    when(waits, move || {
        // The numbers follow what the next sweep finds.
        let words = move || {
            let Some(asked) = services.sweep_question() else { return String::new() };
            let label = services.collection(&asked.collection).map_or(asked.collection, |found| found.label.clone());
            let (gone, of) = (format::count(asked.gone), format::count(asked.of));
            fill("sync.sweep", &[("n", &gone), ("of", &of), ("label", &label)])
        };
        let keep = act(t("sync.sweep.keep"), "button main-act", move || services.answer_sweep(false));
        let remove = act(t("sync.sweep.remove"), "button danger", move || services.answer_sweep(true));
        el("section")
            .attrs(&[("class", "card stack asks"), ("role", "alert"), ("data-testid", "sweep-question")])
            .child(el("p").attr("dir", "auto").text_of(words))
            .child(el("p").class("soft").text(t("sync.sweep.hint")))
            .child(el("div").class("row").child(keep).child(remove))
            .into()
    })
}

/// Each promise in words: what holds, or what can happen where it does not.
fn guarantees(own: &Guarantees) -> El {
    let promise = |holds: bool, yes: &str, no: &str| {
        let shape = if holds { Icon::Check } else { Icon::Alert };
        el("li")
            .class("promise")
            .attr("data-holds", if holds { "yes" } else { "no" })
            .child(icon(shape))
            .child(el("span").text(if holds { yes } else { no }))
    };
    let all = vec![
        promise(true, t("promise.kept"), ""),
        promise(own.creates_once, t("promise.once"), t("promise.once.no")),
        promise(own.conditional_writes, t("promise.race"), t("promise.race.no")),
        promise(own.live, t("promise.live"), t("promise.live.no")),
        promise(own.delta_pull, t("promise.delta"), t("promise.delta.no")),
        promise(own.tombstones, t("promise.deletes"), t("promise.deletes.no")),
        promise(!own.denial_looks_like_absence, t("promise.denial"), t("promise.denial.no")),
    ];
    let place = if own.url.is_empty() { own.backend.clone() } else { [&own.backend, " · ", &own.url].concat() };
    el("section")
        .class("stack")
        .child(el("h2").text(t("promise")))
        .child(el("p").attrs(&[("class", "soft"), ("dir", "auto")]).text(&place))
        .child(el("ul").attrs(&[("class", "card lines flush"), ("data-testid", "guarantees")]).child(all))
}
