//! The frame around every screen: header with the sync chip, navigation, banners and notices.

use super::{
    components::{Icon, dynamic, icon, keyed, mark, text, toasts},
    context::{Ui, ui},
    route::Route,
};
use crate::state::{
    ChipState, Kept, SyncStatus, format,
    translation::{fill, plural, t},
};
use leptos::{ev, prelude::*, wasm_bindgen::JsCast};

/// The shell with a page in it.
pub fn shell(page: AnyView) -> AnyView {
    let ui = ui();
    listen_to_keys(ui);
    view! {
        <a class="skip" href="#main" rel="external">{t("shell.skip")}</a>
        <div class="shell">
            {header(ui)}
            {banner(ui)}
            {side(ui)}
            <main class="main" id="main">{page}</main>
            {bar(ui)}
        </div>
        {toasts()}
    }
    .into_any()
}

fn header(ui: Ui) -> AnyView {
    let facts = ui.services.workspace();
    let mut place = facts.label.clone();
    if facts.kept == Kept::OnlyThisTab {
        place = [&place, " · ", t("shell.memory")].concat();
    }
    view! {
        <header class="top">
            <a class="brand" href=ui.href(&Route::Home)>{mark()}<span>"Landfall"<small dir="auto">{place}</small></span></a>
            {chip(ui)}
            <a class="button bare square" href=ui.href(&Route::Settings) aria-label=t("settings")>{icon(Icon::Settings)}</a>
        </header>
    }
    .into_any()
}

fn chip(ui: Ui) -> AnyView {
    let status = Memo::new({
        let status = ui.services.sync_status();
        move |_| status.get()
    });
    let words = text(move || chip_words(&status.get(), ui));
    let state = Signal::derive(move || status.get().state.as_str());
    let pending = text(move || status.get().pending.to_string());
    let practice = ui.services.workspace().is_practice.then(|| view! { <b>{t("chip.practice")}" "</b> }.into_any());
    view! {
        <a class="chip" data-testid="sync-status" data-state=state data-pending=pending href=ui.href(&Route::Outbox)>
            {dynamic(move || icon(chip_icon(status.get().state)))}
            {practice}
            <span>{words}</span>
        </a>
    }
    .into_any()
}

fn chip_words(status: &SyncStatus, ui: Ui) -> String {
    match status.state {
        ChipState::Local => t("chip.local").to_owned(),
        ChipState::Synced => match status.synced_at {
            Some(then) => fill("chip.synced.at", &[("ago", &format::ago(then, ui.now.get()))]),
            None => t("chip.synced").to_owned(),
        },
        ChipState::Pending => plural("chip.pending", status.pending),
        ChipState::Sending => {
            fill("chip.sending", &[("n", &format::count(status.sending)), ("all", &format::count(status.pending))])
        }
        ChipState::Offline if status.pending == 0 => t("chip.offline").to_owned(),
        ChipState::Offline => plural("chip.offline.waiting", status.pending),
        ChipState::Attention => plural("chip.attention", status.attention),
    }
}

fn chip_icon(state: ChipState) -> Icon {
    match state {
        ChipState::Local => Icon::Device,
        ChipState::Synced => Icon::Check,
        ChipState::Pending => Icon::Clock,
        ChipState::Sending => Icon::Up,
        ChipState::Offline => Icon::Offline,
        ChipState::Attention => Icon::Alert,
    }
}

/// Says once, each time the network goes, what still works.
fn banner(ui: Ui) -> AnyView {
    let status = ui.services.sync_status();
    let switch = ui.services.offline_switch();
    let offline = Memo::new(move |_| switch.get() || status.get().state == ChipState::Offline);
    let away = RwSignal::new(false);
    Effect::new(move |_| {
        if !offline.get() {
            away.set(false);
        }
    });
    let close = move |_| away.set(true);
    dynamic(move || {
        if !offline.get() || away.get() {
            return ().into_any();
        }
        view! {
            <div class="banner" role="status" data-testid="offline-banner">
                {icon(Icon::Offline)}
                <p>{t("banner.offline")}</p>
                <button type="button" class="button bare square small" aria-label=t("close") on:click=close>{icon(Icon::Close)}</button>
            </div>
        }
        .into_any()
    })
}

/// `page` on the link of the present screen.
fn current(ui: Ui, is: impl Fn(&Route) -> bool + Send + Sync + 'static) -> Signal<Option<&'static str>> {
    Signal::derive(move || ui.route.with(&is).then_some("page"))
}

fn waiting_count(amount: Signal<usize>, key: &'static str) -> AnyView {
    dynamic(move || match amount.get() {
        0 => ().into_any(),
        amount => {
            let words = plural(key, amount);
            let spoken = view! { <span class="unseen">{words}</span> };
            view! { <span class="count"><span aria-hidden="true">{format::count(amount)}</span>{spoken}</span> }
                .into_any()
        }
    })
}

fn side(ui: Ui) -> AnyView {
    let pending = outbox_count(ui);
    view! {
        <nav class="side" aria-label=t("shell.nav")>
            {side_link(ui, Route::Home, Icon::Home, t("home"))}
            {side_link(ui, Route::Search, Icon::Search, t("search"))}
            <h2>{t("home.collections")}</h2>
            {collection_links(ui)}
            <span class="grow"></span>
            <a href=ui.href(&Route::Outbox) aria-current=current(ui, |route| *route == Route::Outbox)>
                {icon(Icon::Outbox)}<span>{t("outbox")}</span>{waiting_count(pending, "outbox.waiting")}
            </a>
            {side_link(ui, Route::Settings, Icon::Settings, t("settings"))}
        </nav>
    }
    .into_any()
}

fn side_link(ui: Ui, route: Route, shape: Icon, words: &'static str) -> AnyView {
    let href = ui.href(&route);
    let current = current(ui, move |now| *now == route);
    view! { <a href=href aria-current=current>{icon(shape)}<span>{words}</span></a> }.into_any()
}

fn collection_links(ui: Ui) -> AnyView {
    let collections = ui.services.collections();
    let links = collections.iter().map(|collection| {
        let name = collection.name.clone();
        let here = current(ui, move |route| route.collection() == Some(&name));
        let count = ui.services.count(&collection.name);
        let waiting = waiting_in(ui, &collection.name);
        view! {
            <a href=ui.href(&Route::List(collection.name.clone())) aria-current=here>
                <span dir="auto">{collection.label.clone()}</span>
                {waiting_count(waiting, "outbox.waiting")}
                <span class="num">{text(move || format::count(count.get()))}</span>
            </a>
        }
        .into_any()
    });
    links.collect::<Vec<_>>().into_any()
}

/// How many outbox entries a collection has.
pub fn waiting_in(ui: Ui, collection: &str) -> Signal<usize> {
    let outbox = ui.services.outbox();
    let name = collection.to_owned();
    Memo::new(move |_| outbox.get().iter().filter(|item| item.entry.clear.collection == name).count()).into()
}

fn outbox_count(ui: Ui) -> Signal<usize> {
    let status = ui.services.sync_status();
    Memo::new(move |_| status.get().pending).into()
}

/// The phone's bottom bar.
fn bar(ui: Ui) -> AnyView {
    let pending = outbox_count(ui);
    view! {
        <nav class="bar" aria-label=t("shell.bar")>
            {side_link(ui, Route::Home, Icon::Home, t("home"))}
            {side_link(ui, Route::Search, Icon::Search, t("search"))}
            {add(ui)}
            <a href=ui.href(&Route::Outbox) aria-current=current(ui, |route| *route == Route::Outbox)>
                {icon(Icon::Outbox)}<span>{t("outbox")}</span>{waiting_count(pending, "outbox.waiting")}
            </a>
        </nav>
    }
    .into_any()
}

/// Adds to the collection on the screen; elsewhere it asks to which.
fn add(ui: Ui) -> AnyView {
    let open = RwSignal::new(false);
    let here = Memo::new(move |_| {
        open.set(false);
        ui.route.with(|route| route.collection().map(str::to_owned))
    });
    let press = move |_| match here.get_untracked() {
        Some(collection) => ui.go(&ui.href(&Route::New(collection)), false),
        None => open.update(|open| *open = !*open),
    };
    let expanded = Signal::derive(move || here.get().is_none().then(|| if open.get() { "true" } else { "false" }));
    view! {
        <div class="add" on:keydown=move |event| if event.key() == "Escape" { open.set(false) }>
            <button type="button" aria-expanded=expanded on:click=press>{icon(Icon::Plus)}<span>{t("add")}</span></button>
            {dynamic(move || if open.get() { add_menu(ui) } else { ().into_any() })}
        </div>
    }
    .into_any()
}

fn add_menu(ui: Ui) -> AnyView {
    let names: Vec<String> = ui.services.collections().iter().map(|collection| collection.name.clone()).collect();
    let link = move |name: &str| {
        let label = ui.services.collection(name).map(|collection| collection.label.clone()).unwrap_or_default();
        view! { <li><a class="line" dir="auto" href=ui.href(&Route::New(name.to_owned()))>{label}</a></li> }.into_any()
    };
    view! { <ul class="options">{keyed(Signal::stored(names), link)}</ul> }.into_any()
}

/// `/` searches, `n` adds to the collection on the screen.
fn listen_to_keys(ui: Ui) {
    let listener = window_event_listener(ev::keydown, move |event| {
        let busy = event.ctrl_key() || event.meta_key() || event.alt_key() || event.default_prevented();
        if busy || is_typing(&event) {
            return;
        }
        match event.key().as_str() {
            "/" => {
                event.prevent_default();
                search_now(ui);
            }
            "n" => {
                if let Some(collection) = ui.route.with_untracked(|route| route.collection().map(str::to_owned)) {
                    event.prevent_default();
                    ui.go(&ui.href(&Route::New(collection)), false);
                }
            }
            _ => {}
        }
    });
    on_cleanup(move || listener.remove());
}

fn is_typing(event: &ev::KeyboardEvent) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<leptos::web_sys::Element>().ok());
    element.is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

fn search_now(ui: Ui) {
    let found = document().query_selector("[role=searchbox]").ok().flatten();
    match found.and_then(|found| found.dyn_into::<leptos::web_sys::HtmlElement>().ok()) {
        Some(found) => drop(found.focus()),
        None => ui.go(&ui.href(&Route::Search), false),
    }
}
