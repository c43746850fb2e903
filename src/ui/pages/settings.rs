//! Settings: who is signed in, the workspaces, how the app looks and speaks, this device, and the practice server's weather.

use super::{account, device, workspaces};
use crate::{
    model::practice::PracticeSettings,
    state::{
        Choice, RwSignal,
        translation::{self, find, t},
    },
    ui::{
        components::{Icon, act, fixed_heading, icon, switch},
        context::{Ui, ui},
        dom::{El, View, document, dynamic, el, focus, next_frame, spawn},
        forms::option,
        route::Route,
        shortcuts,
    },
};
use std::rc::Rc;

/// Answer times to choose from, in milliseconds.
const SPEEDS: [(u32, u32, &str); 4] = [
    (0, 20, "speed.instant"),
    (150, 400, "speed.ordinary"),
    (1_000, 2_000, "speed.slow"),
    (5_000, 5_000, "speed.very_slow"),
];

/// The screen at `/settings`.
pub fn settings() -> View {
    let ui = ui();
    let look = el("section").class("stack").child(el("h2").text(t("settings.look"))).child(
        el("div")
            .class("card lines flush")
            .child(language(ui))
            .child(segments(ui, ui.appearance.theme))
            .child(segments(ui, ui.appearance.density)),
    );
    el("div")
        .class("page narrow settings")
        .child(fixed_heading(t("settings")))
        .child(account::account(ui))
        .child(workspaces::workspaces(ui))
        .child(sync_line(ui))
        .child(look)
        .child(device::device(ui))
        .child(el("div").class("card lines flush").child(shortcuts::keyboard(ui)))
        .child(ui.services.practice().map(|weather| practice(ui, weather)))
        .into()
}

fn sync_line(ui: Ui) -> El {
    let open = el("a").attrs(&[("class", "button"), ("href", &ui.href(&Route::Sync))]).text(t("workspaces.open"));
    let open = open.child(el("span").class("unseen").text(" ").text(t("sync")));
    // The practice panel has the switch among its own.
    let switch = ui.services.practice().is_none().then(|| network(ui));
    el("div").class("card lines flush").child(switch).child(line(t("sync"), t("sync.hint"), open))
}

/// One choice among a few words, side by side.
fn segments(ui: Ui, choice: Choice) -> El {
    let segment = |word: &'static str| {
        let radio = el("input")
            .attrs(&[("type", "radio"), ("name", choice.name), ("value", word)])
            .prop_of("checked", move || (choice.now.get() == word).into())
            .on_check(move |_| ui.appearance.choose(choice, word));
        el("label").child(radio).text(find(&[choice.name, ".", word].concat()).unwrap_or_default())
    };
    let segments: Vec<El> = choice.words.iter().map(|word| segment(word)).collect();
    let title = find(choice.name).unwrap_or_default();
    let group = el("div").attrs(&[("class", "segments"), ("role", "radiogroup"), ("aria-label", title)]);
    el("div").class("line").child(el("span").text(title)).child(group.child(segments))
}

fn language(ui: Ui) -> El {
    let chosen = ui.appearance.chosen_language();
    let choice = |(tag, name): (String, String)| option(&tag, &name).attr("lang", &tag).flag("selected", tag == chosen);
    let choices: Vec<El> = ui.appearance.languages().into_iter().map(choice).collect();
    let choose = move |tag: String| {
        ui.appearance.choose_language(&tag);
        spawn(async {
            translation::speak(None).await;
            next_frame(|| focus(document().query_selector("[name=language]").ok().flatten()));
        });
    };
    let select = el("select")
        .attrs(&[("class", "input"), ("name", "language"), ("aria-label", t("language"))])
        .child(option("", t("language.system")).flag("selected", chosen.is_empty()))
        .child(choices)
        .on_change(choose);
    line(t("language"), t("language.hint"), select)
}

fn practice(ui: Ui, weather: RwSignal<PracticeSettings>) -> El {
    let services = ui.services;
    let lines = vec![
        network(ui),
        speed(weather),
        toggle(t("practice.drop"), t("practice.drop.hint"), "drop_replies", weather, |now| &mut now.drop_replies),
        toggle(t("practice.reject"), t("practice.reject.hint"), "reject", weather, |now| &mut now.reject),
        toggle(t("practice.others"), t("practice.others.hint"), "others", weather, |now| &mut now.others),
        press(t("practice.someone"), t("practice.someone.hint"), "button", move || services.someone_edits()),
        press(t("practice.conflict"), t("practice.conflict.hint"), "button", move || stage_conflict(ui)),
        press(t("practice.reset"), t("practice.reset.hint"), "button danger", move || services.reset_practice()),
    ];
    el("section")
        .class("stack")
        .child(el("h2").text(t("practice")))
        .child(el("p").class("soft").text(t("practice.hint")))
        .child(el("div").class("card lines flush").child(lines))
}

/// A line: words, what they mean, and a control.
pub fn line(words: &str, hint: &str, control: El) -> El {
    el("div").class("line").child(el("span").text(words).child(el("small").class("soft").text(hint))).child(control)
}

fn network(ui: Ui) -> El {
    let switch = ui.services.offline_switch();
    let shape = move || icon(if switch.get() { Icon::Up } else { Icon::Offline }).into();
    let button = act("", "button", move || switch.update(|offline| *offline = !*offline))
        .child(dynamic(shape))
        .text_of(move || (if switch.get() { t("go_online") } else { t("go_offline") }).to_owned());
    line(t("practice.network"), t("practice.network.hint"), button)
}

fn speed(weather: RwSignal<PracticeSettings>) -> El {
    let now = weather.with_untracked(|weather| (weather.latency_min_ms, weather.latency_max_ms));
    let options = SPEEDS.iter().enumerate().map(|(at, (min, max, key))| {
        option(&at.to_string(), find(key).unwrap_or_default()).flag("selected", now == (*min, *max))
    });
    let options: Vec<El> = options.collect();
    let choose = move |at: String| {
        if let Some((min, max, _)) = at.parse::<usize>().ok().and_then(|at| SPEEDS.get(at)) {
            weather.update(|weather| (weather.latency_min_ms, weather.latency_max_ms) = (*min, *max));
        }
    };
    let select = el("select")
        .attrs(&[("class", "input"), ("name", "latency"), ("aria-label", t("practice.speed"))])
        .child(options)
        .on_change(choose);
    line(t("practice.speed"), t("practice.speed.hint"), select)
}

fn toggle(
    words: &str,
    hint: &str,
    name: &str,
    weather: RwSignal<PracticeSettings>,
    part: fn(&mut PracticeSettings) -> &mut bool,
) -> El {
    let set = move |on| weather.update(|weather| *part(weather) = on);
    line(words, hint, switch(words, name, Rc::new(move || *part(&mut weather.get())), Rc::new(set)))
}

fn press(words: &str, hint: &str, class: &str, press: impl Fn() + 'static) -> El {
    line(words, hint, act(words, class, press))
}

/// The other person changes what this device changed last and has not sent, else what was opened last.
fn stage_conflict(ui: Ui) {
    let waiting = ui.services.outbox().get_untracked();
    let recent = ui.services.recent().get_untracked();
    let of_entry = waiting.last().map(|item| (item.entry.clear.collection.clone(), item.entry.clear.record.clone()));
    let target = of_entry.or_else(|| recent.first().map(|(name, row)| (name.clone(), row.record.id.clone())));
    match target {
        Some((collection, id)) => {
            ui.services.stage_conflict(&collection, &id);
            ui.services.notices().saved(t("practice.conflict.done").to_owned(), None);
        }
        None => ui.services.notices().error(t("practice.conflict.none").to_owned()),
    }
}
