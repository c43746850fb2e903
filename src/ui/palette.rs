//! The command palette: every screen, every act and the records of this device, found by typing.
//!
//! An editable combobox of the APG in the browser's own dialog: the focus stays in the box, the arrows move the active
//! option, Enter takes it, and Escape gives the focus back to where it was.

use super::{
    commands::{Act, Panel, SHORTCUTS, perform},
    components::{record_title, subtitle},
    context::Ui,
    dom::{El, View, close_dialog, document, dynamic, el, open_dialog, show_nearest},
    route::Route,
};
use crate::{
    model::{Collection, Query, fold::fold},
    state::{
        RwSignal, Signal,
        translation::{fill, find, t},
    },
};
use leptos::prelude::untrack;
use std::rc::Rc;
use web_sys::KeyboardEvent;

/// How many records of each collection are offered.
const RECORDS: usize = 5;

/// One thing to choose: its words, what stands beside them, and what it does.
struct Choice(String, String, Act);

#[derive(Clone, Copy)]
struct Palette {
    ui: Ui,
    typed: RwSignal<String>,
    /// What Enter and a click do, in the order shown.
    acts: RwSignal<Vec<Act>>,
    active: RwSignal<usize>,
}

/// The palette, opened.
pub fn palette(ui: Ui) -> El {
    let palette =
        Palette { ui, typed: RwSignal::new(String::new()), acts: RwSignal::new(Vec::new()), active: RwSignal::new(0) };
    let input = el("input")
        .attrs(&[("class", "input"), ("type", "text"), ("role", "combobox"), ("aria-autocomplete", "list")])
        .attrs(&[("aria-expanded", "true"), ("aria-controls", "palette"), ("aria-label", t("palette"))])
        .attrs(&[("placeholder", t("palette.hint")), ("autocomplete", "off"), ("spellcheck", "false")])
        .attrs(&[("autofocus", "")])
        .attr_of("aria-activedescendant", move || Some(option_id(palette.active.get())))
        .on_input(move |words| {
            palette.active.set(0);
            palette.typed.set(words);
        })
        .on_key(move |event| palette.on_key(event));
    let list = el("ul").attrs(&[("role", "listbox"), ("id", "palette"), ("aria-label", t("palette"))]);
    let dialog = el("dialog")
        .attrs(&[("class", "dialog palette"), ("aria-label", t("palette")), ("closedby", "any")])
        .on("close", move |_| _ = ui.panel.try_set(Panel::None))
        .child(input)
        .child(list.child(dynamic(move || palette.options())));
    open_dialog(dialog.element());
    dialog
}

impl Palette {
    fn on_key(self, event: &KeyboardEvent) {
        let last = self.acts.with_untracked(Vec::len).saturating_sub(1);
        let at = self.active.get_untracked();
        let to = match event.key().as_str() {
            "ArrowDown" => {
                if at >= last {
                    0
                } else {
                    at + 1
                }
            }
            "ArrowUp" => at.checked_sub(1).unwrap_or(last),
            "PageDown" => last.min(at + 8),
            "PageUp" => at.saturating_sub(8),
            "Enter" => return self.take(at),
            _ => return,
        };
        event.prevent_default();
        self.active.set(to);
        show_nearest(document().get_element_by_id(&option_id(to)));
    }

    /// The dialog gives the focus back first, so that the act can put it elsewhere.
    fn take(self, at: usize) {
        if let Some(act) = self.acts.with_untracked(|acts| acts.get(at).cloned()) {
            close_dialog();
            perform(self.ui, &act);
        }
    }

    fn options(self) -> View {
        let typed = fold(&self.typed.get());
        let mut found = untrack(|| commands(self.ui));
        found.retain(|choice| typed.split_whitespace().all(|word| fold(&choice.0).contains(word)));
        if !typed.trim().is_empty() {
            self.ui.services.collections().iter().for_each(|own| self.add_records(own, &mut found));
        }
        if found.is_empty() {
            self.acts.set(Vec::new());
            let nothing =
                [("role", "option"), ("aria-disabled", "true"), ("aria-selected", "false"), ("id", &option_id(0))];
            return el("li").class("soft").attrs(&nothing).text(t("relation.none")).into();
        }
        let options: Vec<El> = found.iter().enumerate().map(|(at, choice)| self.option(at, choice)).collect();
        self.acts.set(found.into_iter().map(|choice| choice.2).collect());
        options.into()
    }

    fn add_records(self, own: &Rc<Collection>, found: &mut Vec<Choice>) {
        let typed = self.typed;
        let query = Signal::derive(move || Query { search: typed.get_untracked(), ..Query::default() });
        let list = self.ui.services.list(&own.name, query);
        let _ = list.version.get();
        let rows = list.ids(0..RECORDS).into_iter().filter_map(|id| list.row(&id).get());
        found.extend(rows.map(|row| {
            let beside = [&own.label, " · ", &subtitle(own, &row.record)].concat();
            let act = Act::Go(Route::Record(own.name.clone(), row.record.id.clone()));
            Choice(record_title(own, &row.record), beside.trim_end_matches(" · ").to_owned(), act)
        }));
    }

    fn option(self, at: usize, Choice(words, beside, _): &Choice) -> El {
        el("li")
            .attrs(&[("role", "option"), ("id", &option_id(at))])
            .attr_of("aria-selected", move || Some((self.active.get() == at).to_string()))
            .on_click(move || self.take(at))
            .child(el("span").attrs(&[("class", "cut"), ("dir", "auto")]).text(words))
            .child(el("small").attrs(&[("class", "cut"), ("dir", "auto")]).text(beside))
    }
}

fn option_id(at: usize) -> String {
    ["palette-", &at.to_string()].concat()
}

/// Everything that can be done, in the order in which it is offered.
fn commands(ui: Ui) -> Vec<Choice> {
    let of_table = |(keys, words, act): &(&str, &str, Act)| {
        Choice(find(words).unwrap_or_default().to_owned(), (*keys).to_owned(), act.clone())
    };
    let plain = |words: &str, act| Choice(words.to_owned(), String::new(), act);
    let known = SHORTCUTS.iter().filter(|(_, _, act)| !matches!(act, Act::Told | Act::New | Act::Open(Panel::Palette)));
    let mut all: Vec<Choice> = known.map(of_table).collect();
    for own in ui.services.collections().iter() {
        all.push(plain(&own.label, Act::Go(Route::List(own.name.clone()))));
        all.push(plain(&fill("record.new", &[("label", &own.label)]), Act::Go(Route::New(own.name.clone()))));
    }
    let offline = ui.services.offline_switch().get();
    all.push(plain(if offline { t("go_online") } else { t("go_offline") }, Act::Network));
    let named = |what: &str, name: &str, act| plain(&[what, ": ", name].concat(), act);
    for choice in [ui.appearance.theme, ui.appearance.density] {
        for word in choice.words.iter().filter(|word| choice.now.get() != **word) {
            let name = find(&[choice.name, ".", word].concat()).unwrap_or_default();
            all.push(named(find(choice.name).unwrap_or_default(), name, Act::Choose(choice, word)));
        }
    }
    let languages = ui.appearance.languages().into_iter();
    all.extend(languages.map(|(tag, name)| named(t("language"), &name, Act::Language(tag))));
    let (here, home) = (ui.services.workspace().id.clone(), ui.href(&Route::Home));
    let others = ui.services.workspaces().into_iter().filter(|known| known.id != here);
    all.extend(others.map(|known| {
        let act = Act::Load([&home, "?workspace=", &known.id].concat());
        Choice(known.label, t("workspaces").to_owned(), act)
    }));
    all.push(plain(t("connect"), Act::Go(Route::Connect)));
    all
}
