//! Settings: how the app looks, and the practice server's weather.

use crate::{
    model::practice::PracticeSettings,
    state::{
        Theme,
        translation::{find, t},
    },
    ui::{
        components::{Icon, dynamic, fixed_heading, icon, text},
        context::{Ui, ui},
    },
};
use leptos::prelude::*;

/// Answer times to choose from, in milliseconds.
const SPEEDS: [(u32, u32, &str); 4] = [
    (0, 20, "speed.instant"),
    (150, 400, "speed.ordinary"),
    (1_000, 2_000, "speed.slow"),
    (5_000, 5_000, "speed.very_slow"),
];

/// The screen at `/settings`.
pub fn settings() -> AnyView {
    let ui = ui();
    view! {
        <div class="page narrow settings">
            {fixed_heading(t("settings"))}
            <section class="stack"><h2>{t("settings.look")}</h2><div class="card lines flush">{theme(ui)}</div></section>
            {ui.services.practice().map(|weather| practice(ui, weather))}
        </div>
    }
    .into_any()
}

fn theme(ui: Ui) -> AnyView {
    let choices: Vec<AnyView> = Theme::ALL
        .into_iter()
        .map(|theme| {
            let chosen = Signal::derive(move || ui.appearance.theme.get() == theme);
            let words = find(&["theme.", theme.as_str()].concat()).unwrap_or_default();
            view! {
                <label>
                    <input
                        type="radio"
                        name="theme"
                        value=theme.as_str()
                        prop:checked=chosen
                        on:change=move |_| ui.appearance.choose(theme)
                    />
                    {words}
                </label>
            }
            .into_any()
        })
        .collect();
    view! {
        <div class="line"><span id="theme">{t("theme")}</span><div class="segments" role="radiogroup" aria-labelledby="theme">{choices}</div></div>
    }
    .into_any()
}

fn practice(ui: Ui, weather: RwSignal<PracticeSettings>) -> AnyView {
    let services = ui.services;
    view! {
        <section class="stack">
            <h2>{t("practice")}</h2>
            <p class="soft">{t("practice.hint")}</p>
            <div class="card lines flush">
                {network(ui)}
                {speed(weather)}
                {toggle(t("practice.drop"), t("practice.drop.hint"), "drop_replies", weather, |w| &mut w.drop_replies)}
                {toggle(t("practice.reject"), t("practice.reject.hint"), "reject", weather, |w| &mut w.reject)}
                {toggle(t("practice.others"), t("practice.others.hint"), "others", weather, |w| &mut w.others)}
                {press(t("practice.someone"), t("practice.someone.hint"), "button", move || services.someone_edits())}
                {press(t("practice.conflict"), t("practice.conflict.hint"), "button", move || stage_conflict(ui))}
                {press(t("practice.reset"), t("practice.reset.hint"), "button danger", move || services.reset_practice())}
            </div>
        </section>
    }
    .into_any()
}

fn line(words: &'static str, hint: &'static str, control: AnyView) -> AnyView {
    view! { <div class="line"><span>{words}<small class="soft">{hint}</small></span>{control}</div> }.into_any()
}

fn network(ui: Ui) -> AnyView {
    let switch = ui.services.offline_switch();
    let words = text(move || if switch.get() { t("go_online") } else { t("go_offline") }.to_owned());
    let button = view! {
        <button type="button" class="button" on:click=move |_| switch.update(|offline| *offline = !*offline)>
            {dynamic(move || icon(if switch.get() { Icon::Up } else { Icon::Offline }))}{words}
        </button>
    };
    line(t("practice.network"), t("practice.network.hint"), button.into_any())
}

fn speed(weather: RwSignal<PracticeSettings>) -> AnyView {
    let now = weather.with_untracked(|weather| (weather.latency_min_ms, weather.latency_max_ms));
    let options: Vec<AnyView> = SPEEDS
        .iter()
        .enumerate()
        .map(|(at, (min, max, key))| {
            view! { <option value=at.to_string() selected=now == (*min, *max)>{find(key).unwrap_or_default()}</option> }
                .into_any()
        })
        .collect();
    let choose = move |at: String| {
        if let Some((min, max, _)) = at.parse::<usize>().ok().and_then(|at| SPEEDS.get(at)) {
            weather.update(|weather| (weather.latency_min_ms, weather.latency_max_ms) = (*min, *max));
        }
    };
    let control = view! {
        <select class="input" name="latency" aria-label=t("practice.speed") on:change=move |event| choose(event_target_value(&event))>
            {options}
        </select>
    };
    line(t("practice.speed"), t("practice.speed.hint"), control.into_any())
}

fn toggle(
    words: &'static str,
    hint: &'static str,
    name: &'static str,
    weather: RwSignal<PracticeSettings>,
    part: fn(&mut PracticeSettings) -> &mut bool,
) -> AnyView {
    let on = Signal::derive(move || *part(&mut weather.get()));
    let control = view! {
        <span class="check switch">
            <input
                type="checkbox"
                role="switch"
                name=name
                aria-label=words
                prop:checked=on
                on:change=move |event| weather.update(|weather| *part(weather) = event_target_checked(&event))
            />
        </span>
    };
    line(words, hint, control.into_any())
}

fn press(words: &'static str, hint: &'static str, class: &'static str, press: impl Fn() + 'static) -> AnyView {
    line(words, hint, super::entry::act(words, class, press))
}

/// A conflict needs an edit of one's own that is still here: the record last worked on gets the other one.
fn stage_conflict(ui: Ui) {
    let waiting = ui.services.outbox().get_untracked();
    let recent = ui.services.recent().get_untracked();
    let of_entry = waiting.first().map(|item| (item.entry.clear.collection.clone(), item.entry.clear.record.clone()));
    let target = of_entry.or_else(|| recent.first().map(|(name, row)| (name.clone(), row.record.id.clone())));
    match target {
        Some((collection, id)) => {
            ui.services.stage_conflict(&collection, &id);
            ui.services.notices().saved(t("practice.conflict.done").to_owned(), None);
        }
        None => ui.services.notices().error(t("practice.conflict.none").to_owned()),
    }
}
