//! What comes from outside never brings the client down, whatever it holds.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

use landfall::http::{Headers, ProblemDetails, Response, Url, backoff::Backoff, date, retry_after};
use proptest::prelude::*;
use std::time::Duration;

/// Text that is near enough to be taken for a date.
fn date_like() -> impl Strategy<Value = String> {
    let parts =
        ["Sun", "Sunday", "06", "6", "99", "Nov", "feb", "1994", "65535", "08:49:37", "24:0:0", ":", "GMT", "é"];
    let separator = prop::sample::select(vec![" ", ", ", "-", "  "]);
    prop::collection::vec((prop::sample::select(parts.to_vec()), separator), 0..8)
        .prop_map(|parts| parts.into_iter().map(|(part, separator)| part.to_owned() + separator).collect())
}

proptest! {
    #[test]
    fn any_text_is_a_date_or_none(text in prop_oneof![any::<String>(), date_like()]) {
        let _ = date::parse(&text);
    }

    #[test]
    fn any_retry_after_is_a_bounded_wait_or_none(text in prop_oneof![any::<String>(), "[0-9]{1,40}", date_like()], now in any::<i64>()) {
        let _ = retry_after::parse(&text, now);
    }

    #[test]
    fn every_moment_survives_its_imf_form(day in 0_i64..60_000, second in 0_i64..86_400) {
        let at = (day * 86_400 + second) * 1000;
        prop_assert_eq!(date::parse(&imf(at)), Some(at));
    }

    #[test]
    fn any_body_is_a_problem_or_none(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let headers: Headers = [("content-type", "application/problem+json")].into_iter().collect();
        let _ = ProblemDetails::of(&headers, &body);
    }

    #[test]
    fn any_json_object_is_a_problem(value in json()) {
        let headers: Headers = [("content-type", "application/problem+json")].into_iter().collect();
        let found = ProblemDetails::of(&headers, value.to_string().as_bytes());
        prop_assert_eq!(found.is_some(), value.is_object());
    }

    #[test]
    fn any_body_is_text(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Response::new(200, body).text();
    }

    #[test]
    fn any_address_has_an_origin_or_none(text in prop_oneof![any::<String>(), "(https?|ws)://[a-z@:\\\\/?#\\[\\]]{0,20}"]) {
        let url = Url::new(&text);
        let _ = (url.origin(), url.host().len(), url.is_local(), url.redacted(), url.join(&text));
    }

    #[test]
    fn a_segment_or_parameter_never_leaves_its_place(text in any::<String>()) {
        let url = Url::new("https://a.org/v1").segment(&text).query("q", &text);
        let (path, query) = url.as_str().split_once('?').unwrap();
        prop_assert_eq!(path.matches('/').count(), 4);
        prop_assert_eq!(query.matches(['=', '&', '#', '?']).count(), 1);
        prop_assert_eq!(url.origin(), "https://a.org");
    }

    #[test]
    fn a_wait_is_never_longer_than_the_cap(attempt in any::<u32>(), unit in any::<f64>().prop_filter("a number", |unit| !unit.is_nan())) {
        prop_assert!(Backoff::default().full_jitter(attempt, unit) <= Duration::from_secs(30));
    }
}

/// The IMF-fixdate of a moment, after the model's own calendar.
fn imf(at: i64) -> String {
    let iso = landfall::model::Timestamp(at).to_iso();
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = months[iso[5..7].parse::<usize>().unwrap() - 1];
    format!("Sun, {} {month} {} {} GMT", &iso[8..10], &iso[0..4], &iso[11..19])
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<i64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    let name =
        prop_oneof![any::<String>(), Just("errors".to_owned()), Just("pointer".to_owned()), Just("type".to_owned())];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::vec((name.clone(), inner), 0..6)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}
