//! The front door of the screens: router, theme, language, and the switch from address to page.
//!
//! `leptos_router` keeps the address and intercepts links; which page an address means is decided by
//! [`Route`]. The whole view is rebuilt when the language changes.

use super::{
    context::{Ui, ui},
    list_address::ListAddress,
    pages,
    route::Route,
    shell,
};
use crate::state::{Appearance, Services, format, translation};
use leptos::{
    ev,
    prelude::*,
    wasm_bindgen::{JsCast, closure::Closure},
};
use leptos_router::{
    NavigateOptions,
    components::Router,
    hooks::{use_location, use_navigate},
    location::{BrowserUrl, LocationProvider, Url},
};
use std::{collections::HashMap, rc::Rc, time::Duration};

/// The app for an opened workspace, served under `base` (empty, or `/x/y` without a slash at its end).
pub fn app(services: Services, appearance: Appearance, base: String) -> AnyView {
    let went_back = StoredValue::new(false);
    watch_history(went_back);
    Effect::new(move || apply_theme(appearance.theme.get().as_str()));
    let language = translation::language_signal();
    let stored_base = StoredValue::new(base.clone());
    let body = move || {
        provide_context(surroundings(services, appearance, stored_base, went_back));
        keep_title();
        super::components::dynamic(move || {
            let language = language.get();
            if let Some(root) = document().document_element() {
                let _ = root.set_attribute("lang", language.tag());
            }
            shell::shell(pages_outlet())
        })
    };
    view! { <Router base>{body()}</Router> }.into_any()
}

/// Registered before the router's own listeners, so that a page built by them knows how it was reached.
fn watch_history(went_back: StoredValue<bool>) {
    let popped = window_event_listener(ev::popstate, move |_| went_back.set_value(true));
    let clicked = window_event_listener(ev::click, move |_| went_back.set_value(false));
    on_cleanup(move || {
        popped.remove();
        clicked.remove();
    });
}

fn apply_theme(theme: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-theme", theme);
    }
}

fn surroundings(
    services: Services,
    appearance: Appearance,
    base: StoredValue<String>,
    went_back: StoredValue<bool>,
) -> Ui {
    let location = use_location();
    let (pathname, query) = (location.pathname, location.query);
    let navigate = use_navigate();
    let route = Memo::new(move |_| {
        let path = pathname.get();
        let inside = base.with_value(|base| path.strip_prefix(base.as_str()).unwrap_or(&path).to_owned());
        Route::of(&inside.split('/').map(Url::unescape).collect::<Vec<_>>())
    });
    let address = Memo::new(move |_| query.with(read_address));
    let navigate: super::context::Navigate = Rc::new(move |path, replace| {
        navigate(path, NavigateOptions { resolve: false, replace, scroll: false, ..Default::default() });
    });
    Ui {
        services,
        appearance,
        route,
        address,
        now: ticking_now(),
        wide: matches_media("(min-width: 720px)"),
        went_back,
        places: StoredValue::new(HashMap::new()),
        base,
        navigate: StoredValue::new_local(navigate),
    }
}

fn read_address(query: &leptos_router::params::ParamsMap) -> ListAddress {
    let mut pairs = Vec::new();
    for key in ["q", "sort", "f"] {
        for text in query.get_all(key).unwrap_or_default() {
            pairs.push((key, text));
        }
    }
    ListAddress::from_pairs(pairs.iter().map(|(key, text)| (*key, text.as_str())))
}

fn ticking_now() -> Signal<crate::model::Timestamp> {
    let now = RwSignal::new(format::now());
    if let Ok(timer) = set_interval_with_handle(move || now.set(format::now()), Duration::from_secs(20)) {
        on_cleanup(move || timer.clear());
    }
    now.into()
}

fn matches_media(condition: &str) -> Signal<bool> {
    let Ok(Some(list)) = window().match_media(condition) else { return Signal::stored(true) };
    let matches = RwSignal::new(list.matches());
    let again = list.clone();
    let listener = Closure::<dyn FnMut()>::new(move || matches.set(again.matches()));
    let _ = list.add_event_listener_with_callback("change", listener.as_ref().unchecked_ref());
    listener.forget(); // as long as the app, which is as long as the tab
    matches.into()
}

/// The page of the present address. Each new page takes the focus to its heading.
fn pages_outlet() -> AnyView {
    let ui = ui();
    let first = StoredValue::new(true);
    let address_bar = use_context::<BrowserUrl>();
    super::components::dynamic(move || {
        let page = page_of(ui.route.get());
        if let Some(bar) = &address_bar {
            bar.ready_to_complete();
        }
        if !first.get_value() {
            request_animation_frame(focus_heading);
        }
        first.set_value(false);
        page
    })
}

fn page_of(route: Route) -> AnyView {
    match route {
        Route::Home => pages::home::home(),
        Route::List(collection) => pages::list::list(&collection),
        Route::New(collection) => pages::record::record(&collection, None),
        Route::Record(collection, id) => pages::record::record(&collection, Some(id)),
        Route::Search => pages::search::search(),
        Route::Outbox => pages::outbox::outbox(),
        Route::Settings => pages::settings::settings(),
        Route::Missing => pages::not_found::not_found(),
    }
}

/// Focusing the heading also makes a screen reader say it.
fn focus_heading() {
    if let Some(main) = document().get_element_by_id("main") {
        main.set_scroll_top(0);
    }
    if let Ok(Some(heading)) = document().query_selector("main h1")
        && let Ok(heading) = heading.dyn_into::<leptos::web_sys::HtmlElement>()
    {
        let _ = heading.focus();
    }
}

/// The document's title follows the page's heading.
fn keep_title() {
    let title = RwSignal::new(String::new());
    provide_context(title);
    Effect::new(move || {
        let title = title.get();
        let parts = if title.is_empty() { vec!["Landfall"] } else { vec![title.as_str(), "Landfall"] };
        document().set_title(&parts.join(" · "));
    });
}
