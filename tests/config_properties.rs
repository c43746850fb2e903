//! Whatever stands in `landfall.json`, reading it ends in a config or in a place and a sentence, and
//! the place is the right one.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

use landfall::model::config::{parse, parse_for_host};
use proptest::prelude::*;
use serde_json::{Value, json};

const DOCS: &str = include_str!("../docs/config.md");

/// Any JSON whose keys are mostly those of a config.
fn json_like() -> impl Strategy<Value = Value> {
    let words = [
        "name",
        "id",
        "kind",
        "backend",
        "workspaces",
        "environments",
        "dev",
        "hosts",
        "practice",
        "collections",
        "fields",
        "type",
        "select",
        "options",
        "theme",
        "accent",
        "#fff",
        "sort",
        "x",
    ];
    let word = prop::sample::select(words.to_vec()).prop_map(str::to_owned);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// An example of the docs with some of its characters replaced or gone.
fn mangled_example() -> impl Strategy<Value = String> {
    let examples: Vec<&str> = DOCS.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let change = (
        any::<prop::sample::Index>(),
        prop::option::of(prop::sample::select(vec!['"', '{', ']', ',', '7', 'é', '\\'])),
    );
    (prop::sample::select(examples), prop::collection::vec(change, 1..4)).prop_map(|(text, changes)| {
        let mut letters: Vec<char> = text.chars().collect();
        for (at, letter) in changes {
            let at = at.index(letters.len());
            letters.splice(at..=at, letter);
        }
        letters.into_iter().collect()
    })
}

/// A good config with a member `zzz` in one of its objects, in random layout, and where the member stands.
fn with_a_stranger() -> impl Strategy<Value = (String, usize, usize)> {
    let document = json!({
        "name": "Ünï \"qüoted\" \\ } ] name",
        "theme": { "accent": "#fff" },
        "workspaces": [
            { "id": "a", "backend": { "kind": "practice" }, "collections": [
                { "name": "people", "fields": [{ "name": "f", "default": { "deep": [1, {}] } }, { "name": "g", "min": -1.5e3 }] },
                { "name": "tasks" },
            ] },
            { "id": "b", "backend": { "kind": "practice" }, "sign_in": { "methods": [] } },
        ],
        "environments": { "qa": { "hosts": ["qa.example.org"], "workspaces": [{ "id": "b", "label": "B" }] } },
    });
    let places = [
        "",
        "/theme",
        "/workspaces/0",
        "/workspaces/0/backend",
        "/workspaces/0/collections/0",
        "/workspaces/0/collections/0/fields/1",
        "/workspaces/0/collections/1",
        "/workspaces/1",
        "/workspaces/1/sign_in",
        "/environments/qa",
        "/environments/qa/workspaces/0",
    ];
    (prop::sample::select(places.to_vec()), prop::collection::vec("[ \n\t]{0,3}", 200)).prop_map(
        move |(place, blanks)| {
            let mut document = document.clone();
            document.pointer_mut(place).unwrap()["zzz"] = json!({ "zzz": [] });
            let mut text = String::new();
            write(&document, &mut text, &mut blanks.iter().cycle());
            let at = text.find("\"zzz\"").unwrap();
            let line_start = text[..at].rfind('\n').map_or(0, |end| end + 1);
            (text.clone(), text[..at].matches('\n').count() + 1, text[line_start..at].chars().count() + 1)
        },
    )
}

/// Writes JSON with the next of `blanks` between any two tokens.
fn write<'a>(value: &Value, out: &mut String, blanks: &mut impl Iterator<Item = &'a String>) {
    let mut blank = |out: &mut String| out.push_str(blanks.next().unwrap());
    blank(out);
    match value {
        Value::Object(members) => {
            out.push('{');
            for (index, (name, member)) in members.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                out.push_str(blanks.next().unwrap());
                out.push_str(&Value::from(name.as_str()).to_string());
                out.push_str(blanks.next().unwrap());
                out.push(':');
                write(member, out, blanks);
            }
            out.push_str(blanks.next().unwrap());
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                write(item, out, blanks);
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
    out.push_str(blanks.next().unwrap());
}

fn read(text: &str) -> Result<(), TestCaseError> {
    let lines = text.matches('\n').count() + 1;
    for host in ["", "localhost"] {
        let findings = match parse_for_host(text, host) {
            Ok((config, warnings)) => {
                prop_assert!(!config.workspaces.is_empty());
                warnings
            }
            Err(error) => vec![error],
        };
        for finding in findings {
            prop_assert!((1..=lines).contains(&finding.line), "{}", finding);
            let line = text.split('\n').nth(finding.line - 1).unwrap_or_default();
            prop_assert!((1..=line.chars().count() + 1).contains(&finding.column), "{}", finding);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        read(&text)?;
    }

    #[test]
    fn any_json_is_read_or_refused(value in json_like()) {
        read(&value.to_string())?;
        read(&serde_json::to_string_pretty(&value).unwrap())?;
    }

    #[test]
    fn any_config_like_json_is_read_or_refused(value in json_like()) {
        let workspace = json!({ "id": "a", "backend": { "kind": "practice" }, "collections": [value] });
        read(&json!({ "workspaces": [workspace], "environments": value }).to_string())?;
        read(&json!({ "workspaces": value, "environments": { "dev": { "workspaces": value } } }).to_string())?;
    }

    #[test]
    fn a_mangled_config_is_read_or_refused(text in mangled_example()) {
        read(&text)?;
    }

    #[test]
    fn a_finding_stands_where_it_is_said_to((text, line, column) in with_a_stranger()) {
        let (_, warnings) = parse(&text).unwrap();
        let places: Vec<_> = warnings.iter().map(|warning| (warning.line, warning.column)).collect();
        prop_assert_eq!(places, vec![(line, column)], "{:?}\n{}", warnings, text);
    }
}
