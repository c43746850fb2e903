//! The front door of the screens: theme, language, and the switch from address to page.
//!
//! The whole view is rebuilt when the language changes. Each new page takes the focus to its heading,
//! which also makes a screen reader say it. Back leads to the place and to the link that one had left by.

use super::{
    context::{Ui, ui},
    dom::{Page, View, document, dynamic, focus, follow, next_frame, on_window, spawn},
    pages,
    route::Route,
    shell,
};
use crate::state::{Appearance, Services, translation};
use leptos::prelude::{GetValue, SetValue, StoredValue, UpdateValue, WithValue, provide_context, untrack};

/// Puts the app for an opened workspace, served under `base` (empty, or `/x/y` without a slash at its
/// end), into the document's body. It stays as long as the present owner.
pub fn app(services: Services, appearance: Appearance, base: String) {
    provide_context(Ui::new(services, appearance, base));
    for choice in [appearance.theme, appearance.density] {
        follow(move || set_root(&["data-", choice.name].concat(), choice.now.get()));
    }
    let language = translation::language_signal();
    on_window(translation::LANGUAGE_CHANGED, |_| spawn(translation::speak(None)));
    show(dynamic(move || {
        language.track();
        services.speak();
        untrack(|| shell::shell(outlet()))
    }));
}

/// Puts a view into the document's body.
pub fn show(view: View) {
    if let Some(body) = document().body() {
        view.append_to(&body);
    }
}

fn set_root(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute(name, value);
    }
}

/// The page of the present address, made anew whenever the path changes.
fn outlet() -> View {
    let ui = ui();
    let first = StoredValue::new(true);
    dynamic(move || {
        let route = ui.bar.route();
        if !first.get_value() {
            arrive(ui);
        }
        first.set_value(false);
        untrack(|| page_of(route))
    })
}

fn page_of(route: Route) -> View {
    match route {
        Route::Home => pages::home::home(),
        Route::List(collection) => pages::list::list(&collection),
        Route::New(collection) => pages::record::record(&collection, None),
        Route::Record(collection, id) => pages::record::record(&collection, Some(id)),
        Route::Add => shell::add_page(),
        Route::Search => pages::search::search(),
        Route::Outbox => pages::outbox::outbox(),
        Route::Conflict(id) => pages::conflicts::conflicts(&id),
        Route::Sync => pages::sync::sync(),
        Route::Start => pages::connect::start(),
        Route::Connect => pages::connect::connect(),
        Route::Settings => pages::settings::settings(),
        Route::Missing => pages::not_found::not_found(),
    }
}

/// Keeps how far the page before was scrolled, and takes the focus to the new one, as soon as it is there.
fn arrive(ui: Ui) {
    let (left, back) = (ui.bar.came_from.get_value(), ui.bar.went_back.get_value());
    let Some(main) = document().get_element_by_id("main") else { return };
    let key = |path: &str| ["main ", path].concat();
    let here = key(&Page::location().pathname().unwrap_or_default());
    ui.places.update_value(|places| _ = places.insert(key(&left), (main.scroll_top(), 1)));
    let place = ui.places.with_value(|places| places.get(&here).copied().filter(|_| back));
    next_frame(move || {
        main.set_scroll_top(place.unwrap_or_default().0);
        if back {
            // A list draws its rows at their place by the next frame.
            next_frame(move || focus_link(&left));
        } else {
            focus_heading();
        }
    });
}

fn focus_heading() {
    focus(document().query_selector("main h1").ok().flatten());
}

/// Back on the link that leads to `path`; the screen's name is said, as its heading would be.
fn focus_link(path: &str) {
    let link = document().query_selector(&["main a:not(.back)[href=\"", path, "\"]"].concat()).ok().flatten();
    if link.is_none() {
        return focus_heading();
    }
    focus(link);
    if let Some(said) = document().get_element_by_id("said") {
        said.set_text_content(Some(&document().title()));
    }
}
