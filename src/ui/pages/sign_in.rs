//! Signing in: the form, the panel that asks for it above the work, and the page of a workspace that nobody has
//! signed in to yet.

use super::trouble;
use crate::{
    state::{
        RwSignal, SignIn, SignInFailure,
        translation::{fill, plural, t},
    },
    ui::{
        components::{Icon, form_row, icon},
        context::Ui,
        dom::{El, View, dynamic, el, focus, spawn, typed_in, when},
        forms::error_line,
    },
};
use futures::future::LocalBoxFuture;
use leptos::prelude::untrack;
use std::rc::Rc;
use web_sys::Element;

/// Signs in with what the form holds: the form, the name, the password.
pub type Submit = Rc<dyn Fn(&Element, String, String) -> LocalBoxFuture<'static, Result<(), SignInFailure>>>;

/// A form with a name, a password and whatever else is needed; the words say what becomes of it.
pub fn sign_in_form(prefix: &'static str, known: Option<&str>, extra: View, submit: Submit) -> El {
    let (busy, trouble) = (RwSignal::new(0), RwSignal::new(String::new()));
    let form = el("form").attrs(&[("class", "form sign-in"), ("novalidate", "")]);
    let own = form.element().clone();
    let send = move || {
        if busy.get_untracked() > 0 {
            return;
        }
        if let Ok(Some(empty)) = own.query_selector("input:invalid") {
            focus(Some(empty));
            return trouble.set(t("sign_in.empty").to_owned());
        }
        trouble.set(String::new());
        busy.set(1);
        let (identity, password) = (typed_in(&own, "identity"), typed_in(&own, "password"));
        let (answer, form) = (submit(&own, identity.trim().to_owned(), password), own.clone());
        spawn(async move {
            let failure = answer.await.err();
            busy.try_set(if failure.is_none() { 2 } else { 0 });
            if let Some(failure) = failure {
                trouble.try_set(failure_words(&failure));
                focus(form.query_selector("[name=password]").ok().flatten());
            }
        });
    };
    let words = move || match busy.get() {
        0 => t("sign_in"),
        1 => t("sign_in.busy"),
        _ => t("connect.opening"),
    };
    let button = el("button")
        .attrs(&[("type", "submit"), ("class", "button main-act")])
        .attr_of("aria-disabled", move || Some((busy.get() > 0).to_string()))
        .text_of(move || words().to_owned());
    form.on_submit(send)
        .child(identity(prefix, known))
        .child(password(prefix))
        .child(extra)
        .child(said(trouble))
        .child(el("div").class("row wide").child(button))
}

/// What went wrong; empty while nothing did.
pub fn said(trouble: RwSignal<String>) -> El {
    let line = move || trouble.with(|words| (!words.is_empty()).then(|| error_line(words))).into();
    el("div").attrs(&[("class", "wide"), ("role", "alert")]).child(dynamic(line))
}

fn identity(prefix: &str, known: Option<&str>) -> El {
    let control = el("input").attrs(&[
        ("type", "text"),
        ("required", ""),
        ("autocomplete", "username"),
        ("autocapitalize", "none"),
        ("spellcheck", "false"),
        ("value", known.unwrap_or_default()),
    ]);
    form_row(prefix, "identity", t("sign_in.identity"), "", control.flag("readonly", known.is_some()))
}

fn password(prefix: &str) -> El {
    let control = el("input").attrs(&[("type", "password"), ("required", ""), ("autocomplete", "current-password")]);
    form_row(prefix, "password", t("sign_in.password"), "", control)
}

/// The sentence for a failed sign-in.
fn failure_words(failure: &SignInFailure) -> String {
    match failure {
        SignInFailure::Wrong => t("sign_in.wrong"),
        SignInFailure::Unreachable => t("sign_in.unreachable"),
        SignInFailure::LikelyCors => t("sign_in.cors"),
        SignInFailure::OtherAccount => t("sign_in.other"),
        SignInFailure::NotKept => t("sign_in.not_kept"),
        SignInFailure::Refused(sentence) => return fill("sign_in.refused", &[("why", sentence)]),
    }
    .to_owned()
}

/// Asks for a new sign-in above the content while the session is over; the work goes on beneath.
pub fn panel(ui: Ui) -> View {
    let services = ui.services;
    let asked = move || services.account().is_some_and(|account| account.needs_sign_in);
    when(asked, move || {
        let status = services.sync_status();
        let words = move || match status.get().pending {
            0 => t("sign_in.again.none").to_owned(),
            amount => plural("sign_in.again", amount),
        };
        let label = untrack(|| services.account()).unwrap_or_default().label;
        let submit: Submit = Rc::new(move |_, identity, password| services.sign_in(identity, password));
        el("section")
            .attrs(&[("class", "banner ask"), ("data-testid", "sign-in-panel"), ("aria-label", t("sign_in"))])
            .child(icon(Icon::Alert))
            .child(el("p").attr("role", "status").text_of(words))
            .child(sign_in_form("again", Some(&label), View::default(), submit))
            .into()
    })
}

/// The page of a configured workspace that nobody has signed in to on this device. After `Ok` the page is loaded
/// anew; `sample` is the address that opens the sample workspace.
pub fn sign_in_gate(label: &str, url: &str, sign_in: SignIn, sample: &str) {
    let submit: Submit = Rc::new(move |_, identity, password| sign_in(identity, password));
    let form = sign_in_form("gate", None, View::default(), submit);
    let place = el("p").attrs(&[("class", "soft"), ("dir", "auto")]).text(url);
    let title = fill("sign_in.to", &[("label", label)]);
    let sample = el("div").class("row").child(trouble::sample_link(sample, "button"));
    trouble::alone(&title, vec![place, form.class("card form sign-in"), sample].into());
}
