//! The frame around every screen: header with the sync chip, navigation, banners and notices.

use super::{
    commands::{Act, Panel, perform, press_key},
    components::{Icon, act, close_button, fixed_heading, icon, mark, toasts},
    context::{Ui, ui},
    dom::{El, Page, View, choose, document, dynamic, el, follow, on_window, when},
    pages::sign_in,
    palette::palette,
    pull,
    route::Route,
    shortcuts::shortcuts,
};
use crate::state::{
    ChipState, Kept, RwSignal, SyncStatus, format,
    translation::{fill, of_sample, plural, t},
};
use leptos::prelude::{StoredValue, untrack};
use std::rc::Rc;

/// The shell with a page in it.
pub fn shell(page: View) -> View {
    let ui = ui();
    let chord = StoredValue::new(f64::MIN);
    on_window("keydown", move |event| press_key(ui, chord, &event));
    let pulled = pull::pulled(ui);
    let frame = el("div")
        .class("shell")
        .style_of("--pull", move || match pulled.get() {
            0 => String::new(),
            far => far.to_string(),
        })
        .child(header(ui))
        .child(
            el("div")
                .class("banners")
                .child(sign_in::panel(ui))
                .child(update(ui))
                .child(banner(ui))
                .child(install_hint(ui)),
        )
        .child(side(ui))
        .child(el("main").attrs(&[("class", "main"), ("id", "main")]).child(page))
        .child(pull::sign(ui))
        .child(bar(ui));
    let skip = el("a").attrs(&[("class", "skip"), ("href", "#main"), ("rel", "external")]).text(t("shell.skip"));
    vec![View::from(vec![skip, frame]), over(ui), toasts().into()].into()
}

/// What lies over the screen.
fn over(ui: Ui) -> View {
    choose(
        move || ui.panel.get() as usize,
        move |_| match ui.panel.get_untracked() {
            Panel::None => View::default(),
            Panel::Palette => palette(ui).into(),
            Panel::Shortcuts => shortcuts(ui).into(),
        },
    )
}

fn header(ui: Ui) -> El {
    let facts = ui.services.workspace();
    let mut place = workspace_label(&facts.id, &facts.label).to_owned();
    if facts.kept == Kept::OnlyThisTab {
        place = [&place, " · ", t("shell.memory")].concat();
    }
    let name = el("span").text(&Page::noted("name")).child(el("small").attr("dir", "auto").text(&place));
    el("header")
        .class("top")
        .child(el("a").class("brand").attr("href", &ui.href(&Route::Home)).child(logo()).child(name))
        .child(chip(ui, facts.is_practice))
        .child(
            el("a")
                .attrs(&[("class", "button bare square"), ("aria-label", t("settings"))])
                .attr("href", &ui.href(&Route::Settings))
                .child(icon(Icon::Settings)),
        )
        // What is said without being shown.
        .child(el("p").attrs(&[("class", "unseen"), ("id", "said"), ("role", "status")]))
}

/// What a workspace is called.
pub fn workspace_label<'l>(id: &str, label: &'l str) -> &'l str {
    if id == "sample" { of_sample("workspace", label) } else { label }
}

/// The deployer's own mark, or ours.
fn logo() -> El {
    match Page::noted("logo") {
        none if none.is_empty() => mark(),
        address => el("img").attrs(&[("class", "mark"), ("alt", ""), ("src", &address)]),
    }
}

fn chip(ui: Ui, is_practice: bool) -> El {
    let status = ui.services.sync_status();
    el("a")
        .attrs(&[("class", "chip"), ("data-testid", "sync-status")])
        .attr("href", &ui.href(&Route::Outbox))
        .attr_of("data-state", move || Some(status.get().state.as_str().to_owned()))
        .attr_of("data-pending", move || Some(status.get().pending.to_string()))
        .child(dynamic(move || icon(chip_icon(status.get().state)).into()))
        .child(is_practice.then(|| el("b").text(t("chip.practice")).text(" ")))
        .child(el("span").text_of(move || chip_words(&status.get(), ui)))
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
        ChipState::Attention if status.needs_sign_in && status.pending > 0 => plural("chip.sign_in", status.pending),
        ChipState::Attention if status.needs_sign_in => t("chip.sign_in.none").to_owned(),
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

/// Says that a new version waits (`public/update.js` has found it); only this click reloads this page.
fn update(ui: Ui) -> View {
    let found = document().document_element().is_some_and(|root| root.has_attribute("data-update"));
    let ready = RwSignal::new(found);
    on_window("landfall:update", move |_| ready.set(true));
    when(
        move || ready.get(),
        move || {
            el("div")
                .attrs(&[("class", "banner"), ("role", "status"), ("data-testid", "update-ready")])
                .child(icon(Icon::Refresh))
                .child(el("p").text(t("update.ready")))
                .child(act(t("trouble.reload"), "button small", move || ui.services.update()))
                .into()
        },
    )
}

/// Says once, each time the network goes, what still works.
fn banner(ui: Ui) -> View {
    let status = ui.services.sync_status();
    let switch = ui.services.offline_switch();
    let offline = move || switch.get() || status.get().state == ChipState::Offline;
    let away = RwSignal::new(false);
    follow(move || {
        if !offline() {
            away.set(false);
        }
    });
    when(
        move || offline() && !away.get(),
        move || {
            el("div")
                .attrs(&[("class", "banner"), ("role", "status"), ("data-testid", "offline-banner")])
                .child(icon(Icon::Offline))
                .child(el("p").text(t("banner.offline")))
                .child(close_button(move || away.set(true)))
                .into()
        },
    )
}

/// Mentions, once and after some work, that the app can be installed, where a browser can.
fn install_hint(ui: Ui) -> View {
    let shown = ui.services.install_hint();
    when(
        move || shown.get() && matches!(Page::noted("install").as_str(), "ask" | "ios" | "mac"),
        move || {
            // Either way it has been read.
            let put_away = move || shown.set(false);
            let link = el("a").attr("href", &ui.href(&Route::Settings)).text(t("settings")).on_click(put_away);
            el("div")
                .attrs(&[("class", "note"), ("role", "status"), ("data-testid", "install-hint")])
                .child(el("p").text(t("install.hint")))
                .child(link)
                .child(close_button(put_away))
                .into()
        },
    )
}

/// A link of the navigation; it says when its screen is the present one.
fn nav_link(ui: Ui, route: &Route, is_here: impl Fn(&Route) -> bool + 'static) -> El {
    el("a")
        .attr("href", &ui.href(route))
        .attr_of("aria-current", move || is_here(&ui.bar.route()).then(|| "page".to_owned()))
}

fn screen_link(ui: Ui, route: Route, shape: Icon, words: &str) -> El {
    let own = route.clone();
    nav_link(ui, &route, move |here| *here == own).child(icon(shape)).child(el("span").text(words))
}

/// A small count of entries that wait, or nothing.
fn waiting_count(amount: impl Fn() -> usize + 'static) -> View {
    choose(amount, |amount| match amount {
        0 => View::default(),
        amount => {
            let count = el("span").attr("aria-hidden", "true").text(&format::count(amount));
            let spoken = el("span").class("unseen").text(&plural("outbox.waiting", amount));
            el("span").class("count").child(count).child(spoken).into()
        }
    })
}

fn outbox_link(ui: Ui) -> El {
    let status = ui.services.sync_status();
    screen_link(ui, Route::Outbox, Icon::Outbox, t("outbox")).child(waiting_count(move || status.get().pending))
}

fn side(ui: Ui) -> El {
    let collections = ui.services.collections();
    let links: Vec<El> = collections.iter().map(|found| collection_link(ui, &found.name, &found.label)).collect();
    let commands = act("", "", move || perform(ui, &Act::Open(Panel::Palette)))
        .attr("aria-keyshortcuts", "Control+K Meta+K")
        .child(icon(Icon::Commands))
        .child(el("span").text(t("palette")))
        .child(el("kbd").text("Ctrl K"));
    el("nav")
        .attrs(&[("class", "side"), ("aria-label", t("shell.nav"))])
        .child(commands)
        .child(screen_link(ui, Route::Home, Icon::Home, t("home")))
        .child(screen_link(ui, Route::Search, Icon::Search, t("search")))
        .child(el("h2").text(t("home.collections")))
        .child(links)
        .child(el("span").class("grow"))
        .child(outbox_link(ui))
        .child(screen_link(ui, Route::Settings, Icon::Settings, t("settings")))
}

fn collection_link(ui: Ui, name: &str, label: &str) -> El {
    let count = ui.services.count(name);
    let own = name.to_owned();
    nav_link(ui, &Route::List(name.to_owned()), move |here| here.collection() == Some(&own))
        .child(el("span").attr("dir", "auto").text(label))
        .child(waiting_count(waiting_in(ui, name)))
        .child(el("span").class("num").text_of(move || count.get().map(format::count).unwrap_or_default()))
}

/// How many outbox entries a collection has.
pub fn waiting_in(ui: Ui, collection: &str) -> impl Fn() -> usize + 'static {
    let outbox = ui.services.outbox();
    let name: Rc<str> = collection.into();
    move || outbox.get().iter().filter(|item| *item.entry.clear.collection == *name).count()
}

/// The phone's bottom bar.
fn bar(ui: Ui) -> El {
    el("nav")
        .attrs(&[("class", "bar"), ("aria-label", t("shell.bar"))])
        .child(screen_link(ui, Route::Home, Icon::Home, t("home")))
        .child(screen_link(ui, Route::Search, Icon::Search, t("search")))
        .child(add(ui))
        .child(outbox_link(ui))
}

/// Adds to the collection on the screen; elsewhere it asks to which.
fn add(ui: Ui) -> El {
    let open = RwSignal::new(false);
    let here = move || ui.bar.route().collection().map(str::to_owned);
    follow(move || {
        let _ = here();
        open.set(false);
    });
    let press = move || match untrack(here) {
        Some(collection) => ui.go(&Route::New(collection)),
        None => open.update(|open| *open = !*open),
    };
    let button = act("", "", press)
        .attr_of("aria-expanded", move || here().is_none().then(|| open.get().to_string()))
        .child(icon(Icon::Plus))
        .child(el("span").text(t("add")));
    el("div")
        .class("add")
        .on_key(move |event| {
            if event.key() == "Escape" {
                open.set(false);
            }
        })
        .child(button)
        .child(when(move || open.get(), move || add_menu(ui).class("options").into()))
}

fn add_menu(ui: Ui) -> El {
    let link = |name: &str, label: &str| {
        let route = Route::New(name.to_owned());
        el("li").child(el("a").attrs(&[("class", "line"), ("dir", "auto")]).attr("href", &ui.href(&route)).text(label))
    };
    let links: Vec<El> = ui.services.collections().iter().map(|found| link(&found.name, &found.label)).collect();
    el("ul").child(links)
}

/// The screen at `/new`, which the installed app's shortcut opens: to which collection?
pub fn add_page() -> View {
    let menu = add_menu(ui()).class("card lines flush");
    el("div").class("page narrow").child(fixed_heading(t("add"))).child(menu).into()
}
