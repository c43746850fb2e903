//! Connecting a backend: its address, what is found there in plain words, then the sign-in.
//!
//! The same form stands inside an open workspace and alone, where none is open. An address that a link gives is
//! shown and never used before someone presses Connect.

use super::sign_in::{Submit, said, sign_in_form};
use crate::{
    model::config::BackendKind,
    state::{
        ConnectDesk, ConnectRequest, Diagnosis, RwSignal, StoredValue,
        translation::{fill, find, t},
    },
    ui::{
        components::{Icon, fixed_heading, form_row, icon},
        context::ui,
        dom::{El, Page, View, el, focus, next_frame, spawn, typed_in, when},
        forms::option,
        route::Route,
    },
};
use std::rc::Rc;

/// The screen at `/start`.
pub fn start() -> View {
    let ui = ui();
    let desk = ui.services.connect_desk();
    let sample = el("a").class("card way").attrs(&[("rel", "external"), ("href", &desk.sample)]);
    let connect = el("a").class("card way").attr("href", &ui.href(&Route::Connect));
    let way =
        |way: El, words: &str, hint: &str| way.child(el("b").text(words)).child(el("span").class("soft").text(hint));
    el("div")
        .class("page narrow")
        .child(fixed_heading(t("start")))
        .child(way(sample, t("start.sample"), t("start.sample.hint")))
        .child(way(connect, t("connect"), t("start.connect.hint")))
        .into()
}

/// The screen at `/connect`.
pub fn connect() -> View {
    let desk = ui().services.connect_desk();
    el("div").class("page narrow").child(fixed_heading(t("connect"))).child(form(&desk)).into()
}

/// What was found, once something was.
type Found = StoredValue<Option<(BackendKind, String)>>;

fn form(desk: &Rc<ConnectDesk>) -> View {
    let found: Found = StoredValue::new(None);
    let (ready, busy, trouble) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(String::new()));
    let form = el("form").attrs(&[("class", "card form"), ("novalidate", "")]);
    let (own, asked) = (form.element().clone(), Rc::clone(desk));
    let look = move || {
        if busy.get_untracked() {
            return;
        }
        let chosen = typed_in(&own, "kind");
        let kind = BackendKind::ALL.into_iter().find(|kind| kind.name() == chosen);
        ready.set(false);
        busy.set(true);
        trouble.set(String::new());
        let diagnosis = (asked.diagnose)(kind, typed_in(&own, "url").trim().to_owned());
        spawn(async move {
            let diagnosis = diagnosis.await;
            trouble.try_set(diagnosis_words(&diagnosis));
            if let Diagnosis::Ready { kind, url } = diagnosis {
                found.try_update_value(|found| *found = Some((kind, url)));
                ready.try_set(true);
            }
            busy.try_set(false);
        });
    };
    let words = move || if busy.get() { t("connect.looking") } else { t("connect.act") };
    let button = el("button")
        .attrs(&[("type", "submit"), ("class", "button main-act")])
        .attr_of("aria-disabled", move || Some(busy.get().to_string()))
        .text_of(move || words().to_owned());
    let form = form
        .on("input", move |_| ready.set(false))
        .on_submit(look)
        .child(address().class("field wide"))
        .child(kinds())
        .child(said(trouble))
        .child(el("div").class("row wide").child(button));
    let desk = Rc::clone(desk);
    let sign_in = when(move || ready.get(), move || found.get_value().map(|found| account(&desk, found)).into());
    vec![el("p").class("soft").text(t("connect.hint")).into(), form.into(), sign_in].into()
}

fn address() -> El {
    let control = el("input").attrs(&[
        ("type", "url"),
        ("inputmode", "url"),
        ("autocomplete", "url"),
        ("autocapitalize", "none"),
        ("spellcheck", "false"),
        ("placeholder", "https://pb.example.org"),
        ("value", &Page::query("url").unwrap_or_default()),
    ]);
    form_row("connect", "url", t("connect.url"), t("connect.url.hint"), control)
}

fn kinds() -> El {
    let built = BackendKind::ALL.into_iter().filter(|kind| kind.is_remote() && kind.built());
    let mut options = vec![option("", t("connect.kind.any"))];
    options.extend(built.map(|kind| option(kind.name(), kind_words(kind))));
    form_row("connect", "kind", t("connect.kind"), "", el("select").child(options))
}

fn kind_words(kind: BackendKind) -> &'static str {
    find(&["backend.", kind.name()].concat()).unwrap_or_else(|| kind.name())
}

/// What happened, and what to do; nothing where one can go on.
fn diagnosis_words(diagnosis: &Diagnosis) -> String {
    match diagnosis {
        Diagnosis::Ready { .. } => String::new(),
        Diagnosis::BadAddress => t("connect.bad_address").to_owned(),
        Diagnosis::Insecure => t("connect.insecure").to_owned(),
        Diagnosis::Unreachable => t("connect.unreachable").to_owned(),
        Diagnosis::LikelyCors => fill("connect.cors", &[("origin", &Page::location().origin().unwrap_or_default())]),
        Diagnosis::NotABackend { status } => fill("connect.not_a_backend", &[("status", &status.to_string())]),
        Diagnosis::NotBuilt(kind) => fill("connect.not_built", &[("kind", kind_words(*kind))]),
    }
}

/// The sign-in to what was found, and which collections are shown.
fn account(desk: &Rc<ConnectDesk>, (kind, url): (BackendKind, String)) -> El {
    let words = fill("connect.found", &[("kind", kind_words(kind)), ("url", &url)]);
    let superuser = RwSignal::new(false);
    let options = vec![option("users", t("connect.users")), option("_superusers", t("connect.superusers"))];
    let select = el("select").child(options).on_change(move |chosen| superuser.set(chosen.starts_with('_')));
    let lies = form_row("sign-in", "auth_collection", t("connect.account"), "", select);
    let collections = when(
        move || !superuser.get(),
        || {
            let control = el("input").attrs(&[
                ("type", "text"),
                ("required", ""),
                ("autocapitalize", "none"),
                ("spellcheck", "false"),
            ]);
            form_row("sign-in", "collections", t("connect.collections"), t("connect.collections.hint"), control).into()
        },
    );
    let desk = Rc::clone(desk);
    let submit: Submit = Rc::new(move |form, identity, password| {
        let names = typed_in(form, "collections");
        let names = names.split([',', ' ']).map(str::trim).filter(|name| !name.is_empty());
        let request = ConnectRequest {
            kind,
            url: url.clone(),
            auth_collection: typed_in(form, "auth_collection"),
            identity,
            password,
            collections: names.map(str::to_owned).collect(),
        };
        (desk.connect)(request)
    });
    let form = sign_in_form("sign-in", None, vec![View::from(lies), collections].into(), submit);
    let first = form.element().clone();
    next_frame(move || focus(first.query_selector("[name=identity]").ok().flatten()));
    el("section")
        .class("card stack")
        .child(
            el("p")
                .attrs(&[("class", "found"), ("role", "status"), ("dir", "auto")])
                .child(icon(Icon::Check))
                .text(&words),
        )
        .child(form)
}
