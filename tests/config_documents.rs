//! `landfall.json` as people write it: what is taken, what is refused and where it is said; and that
//! the published schema judges as the parser does.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/json_schema.rs"]
mod json_schema;

use landfall::model::config::{BackendKind, Config, Finding, parse, parse_for_host};
use landfall::model::{Direction, FieldType, SyncMode};
use serde_json::{Value, json};

const DOCS: &str = include_str!("../docs/config.md");
const SCHEMA: &str = include_str!("../docs/landfall.schema.json");

/// The examples of the docs.
fn examples() -> impl Iterator<Item = &'static str> {
    DOCS.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next())
}

/// The whole example with a backend that can be connected to.
fn whole() -> String {
    examples().nth(1).unwrap().replace(r#""pocketbase", "url": "https://pb.example.org""#, r#""practice""#)
}

fn schema_mistakes(document: &Value) -> Vec<String> {
    json_schema::mistakes(&serde_json::from_str(SCHEMA).unwrap(), document)
}

fn is_unbuilt(finding: &Finding) -> bool {
    finding.message.ends_with("is not built yet")
}

/// A config of one workspace.
fn with_workspace(workspace: &Value) -> Value {
    json!({ "workspaces": [workspace] })
}

/// A config of one field.
fn with_field(field: &Value) -> Value {
    let collection = json!({ "name": "people", "fields": [field] });
    with_workspace(&json!({ "id": "a", "backend": { "kind": "practice" }, "collections": [collection] }))
}

#[test]
fn no_config_is_the_sample() {
    for text in
        ["", " \n\t", "\u{feff}", "{}", "\u{feff}{}", "<!doctype html><html>", "\n <html>", r#"{"workspaces":[]}"#]
    {
        assert_eq!(parse(text), Ok((Config::sample(), Vec::new())), "{text:?}");
    }
    let (named, _) = parse(r#"{ "name": "Field book" }"#).unwrap();
    assert_eq!((named.name.as_str(), named.workspaces), ("Field book", Config::sample().workspaces));
}

#[test]
fn the_examples_of_the_docs_are_good_for_the_schema_and_the_parser() {
    assert_eq!(examples().count(), 4);
    for text in examples() {
        assert_eq!(schema_mistakes(&serde_json::from_str(text).unwrap()), Vec::<String>::new(), "{text}");
        match parse(text) {
            Ok((_, warnings)) => assert_eq!(warnings, [], "{text}"),
            Err(error) => assert!(is_unbuilt(&error), "{error}\n{text}"),
        }
    }
    let said = DOCS.split("```\n").nth(1).unwrap().replace('\n', " ");
    let error = parse(&whole().replace("practice", "pocketbse")).unwrap_err();
    assert_eq!(error.to_string().split_once(", ").unwrap().1, said.trim().split_once(", ").unwrap().1);
}

#[test]
fn a_whole_config_is_understood() {
    let (config, warnings) = parse(&whole()).unwrap();
    assert_eq!(warnings, []);
    assert_eq!(config.theme.accent.as_deref(), Some("#0b7a75"));
    assert_eq!(config.timeouts.attempt().as_secs(), 15);
    let workspace = config.workspace(Some("crm")).unwrap();
    assert_eq!((workspace.label.as_str(), workspace.backend.kind), ("CRM", BackendKind::Practice));
    assert_eq!(workspace.sign_in.as_ref().unwrap()["collection"], "users");
    let people = &workspace.collections[0];
    assert_eq!(
        (people.title.as_str(), people.subtitle.as_deref(), people.sync),
        ("name", Some("company"), SyncMode::Mirror)
    );
    assert_eq!((people.sort[1].field.as_str(), people.sort[1].direction), ("born", Direction::Descending));
    let kinds: Vec<_> = people.fields.iter().map(|field| field.kind.clone()).collect();
    let stages = FieldType::Select(["new", "active", "past"].map(str::to_owned).to_vec());
    let company = FieldType::Relation("companies".into());
    assert_eq!(kinds, [FieldType::Text, FieldType::Date, FieldType::Number, stages, company]);
    assert!(people.fields[0].required);
    assert_eq!((people.fields[2].min, people.fields[2].max), (Some(1.0), Some(5.0)));
    assert_eq!(people.fields[2].default, Some(json!(3)));
}

#[test]
fn a_mistake_names_line_key_and_what_was_meant() {
    let text = whole();
    for (from, to, said) in [
        (
            r#""practice""#,
            r#""pocketbse""#,
            "line 10, workspaces[0].backend.kind: \"pocketbse\" is not one of device, practice, pocketbase, rest, graphql, supabase, firebase, websocket; did you mean \"pocketbase\"?",
        ),
        (r#""practice""#, r#""pocketbase""#, "line 10, workspaces[0].backend: needs \"url\""),
        (
            r#""kind": "practice""#,
            r#""kind": "rest", "url": "api.example.org""#,
            "line 10, workspaces[0].backend.url: must be an address that starts with https:// or http://, not \"api.example.org\"",
        ),
        (
            r#""kind": "practice""#,
            r#""kind": "rest", "url": "https://a.org""#,
            "line 10, workspaces[0].backend.kind: \"rest\" is not built yet",
        ),
        (
            r#""id": "crm""#,
            r#""id": "c r m""#,
            "line 8, workspaces[0].id: must be 1 to 64 letters, digits, \"-\" or \"_\", not \"c r m\"",
        ),
        (r#""id": "crm","#, "", "line 7, workspaces[0]: needs \"id\""),
        (
            r#""attempt_secs": 15"#,
            r#""attempt_secs": "15""#,
            "line 5, timeouts.attempt_secs: must be a number, not \"15\"",
        ),
        (
            r#""attempt_secs": 15"#,
            r#""attempt_secs": 0"#,
            "line 5, timeouts.attempt_secs: must be seconds above 0, up to 3600, not 0",
        ),
        (r##""#0b7a75""##, r#""teal""#, "line 4, theme.accent: must be a colour such as \"#0b7a75\", not \"teal\""),
        (
            r#""logo.svg""#,
            r#""https://a.org/logo.svg""#,
            "line 4, theme.logo: must be an address within the app's folder, not \"https://a.org/logo.svg\"",
        ),
        (
            r#""en""#,
            r#""English (UK)""#,
            "line 3, locale: must be a language tag such as \"en\" or \"pt-BR\", not \"English (UK)\"",
        ),
        (
            r#""mirror""#,
            r#""mirrored""#,
            "line 18, workspaces[0].collections[0].sync: \"mirrored\" is not one of mirror, on_demand; did you mean \"mirror\"?",
        ),
        (
            r#""type": "date""#,
            r#""type": "datetime""#,
            "line 22, workspaces[0].collections[0].fields[1].type: \"datetime\" is not one of text, long_text, rich_text, number, boolean, date, date_time, select, multi_select, tags, email, url, phone, relation, file, image, json, geo_point, computed; did you mean \"date_time\"?",
        ),
        (r#", "to": "companies""#, "", "line 25, workspaces[0].collections[0].fields[4]: needs \"to\""),
        (
            r#"["new", "active", "past"]"#,
            "[]",
            "line 24, workspaces[0].collections[0].fields[3]: needs at least one of \"options\"",
        ),
        (
            r#""name": "born""#,
            r#""name": "name""#,
            "line 22, workspaces[0].collections[0].fields[1].name: \"name\" is there twice",
        ),
        (
            r#""methods": ["password"]"#,
            r#""methods": ["passwort"]"#,
            "line 11, workspaces[0].sign_in.methods[0]: \"passwort\" is not one of password, otp, oauth2, passkey, anonymous, api_key, none; did you mean \"password\"?",
        ),
        (
            r#""sort": ["name", "-born"]"#,
            r#""sort": "name""#,
            "line 19, workspaces[0].collections[0].sort: must be a list, not \"name\"",
        ),
        (r#""name": "Field book""#, r#""name": {}"#, "line 2, name: must be a text, not an object"),
        ("\"locale\": \"en\",", "\"locale\": \"en\"", "line 4, column 3: expected `,` or `}`"),
    ] {
        let broken = text.replacen(from, to, 1);
        assert_ne!(broken, text, "{from}");
        assert_eq!(parse(&broken).unwrap_err().to_string(), said);
    }
    assert_eq!(parse("[]").unwrap_err().to_string(), "line 1, column 1: must be an object, not a list");
}

#[test]
fn an_unknown_key_is_a_warning_with_its_line() {
    let text =
        whole().replacen(r#""required": true"#, r#""requird": true"#, 1).replacen(r#""locale""#, r#""colour""#, 1);
    let (config, warnings) = parse(&text).unwrap();
    assert!(!config.workspaces[0].collections[0].fields[0].required);
    let said: Vec<_> = warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "line 3, colour: unknown key \"colour\"",
            "line 21, workspaces[0].collections[0].fields[0].requird: unknown key \"requird\"; did you mean \"required\"?",
        ]
    );
    assert_eq!((warnings[1].line, warnings[1].column), (21, 47));
}

#[test]
fn field_types_without_a_form_are_taken_with_a_plain_warning() {
    for (kind, taken, read_only, warned) in [
        ("rich_text", FieldType::LongText, false, true),
        ("geo_point", FieldType::Json, false, true),
        ("file", FieldType::File { many: false }, false, false),
        ("image", FieldType::File { many: false }, false, false),
        ("computed", FieldType::Text, true, false),
        ("phone", FieldType::Phone, false, false),
    ] {
        let (config, warnings) = parse(&with_field(&json!({ "name": "f", "type": kind })).to_string()).unwrap();
        let field = &config.workspaces[0].collections[0].fields[0];
        assert_eq!((&field.kind, field.read_only, !warnings.is_empty()), (&taken, read_only, warned), "{kind}");
    }
}

#[test]
fn the_host_chooses_the_environment() {
    let text = examples().nth(3).unwrap();
    let (dev, warnings) = parse_for_host(text, "localhost").unwrap();
    assert_eq!((dev.name.as_str(), dev.environment.as_deref()), ("Field book (dev)", Some("dev")));
    assert_eq!((dev.workspaces[0].backend.kind, dev.timeouts.attempt().as_secs()), (BackendKind::Practice, 30));
    let said: Vec<_> = warnings.iter().map(ToString::to_string).collect();
    assert_eq!(said, ["line 3, workspaces[0].backend.kind: \"rest\" is not built yet"]);
    for host in ["app.example.org", "next.staging.example.org", "elsewhere.org"] {
        assert!(is_unbuilt(&parse_for_host(text, host).unwrap_err()), "{host}");
    }
}

#[test]
fn a_mistake_in_an_override_is_named_there() {
    let text = r#"{
  "workspaces": [{ "id": "a", "backend": { "kind": "practice" } }, { "id": "b", "backend": { "kind": "practice" } }],
  "environments": {
    "staging": {
      "hosts": ["next.example.org"],
      "workspaces": [{ "id": "b", "lable": "B",
        "backend": { "kind": "practise" } }, { "id": "c" }]
    },
    "qa": { "theme": { "accent": 4 } }
  }
}"#;
    let error = parse_for_host(text, "next.example.org").unwrap_err();
    assert_eq!(
        error.to_string().split(" is not").next().unwrap(),
        "line 7, environments.staging.workspaces[0].backend.kind: \"practise\""
    );
    let mended = text.replace("practise", "practice");
    let error = parse_for_host(&mended, "next.example.org").unwrap_err();
    assert_eq!(error.to_string(), "line 7, environments.staging.workspaces[1]: needs \"backend\"");
    let (_, warnings) = parse(&mended).unwrap();
    let said: Vec<_> = warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "line 6, environments.staging.workspaces[0].lable: unknown key \"lable\"; did you mean \"label\"?",
            "line 7, environments.staging.workspaces[1]: needs \"backend\"",
            "line 9, environments.qa: has no \"hosts\", so it is never chosen",
            "line 9, environments.qa.theme.accent: must be a text, not 4",
        ]
    );
}

#[test]
fn schema_and_parser_judge_alike() {
    let workspace = |backend: Value| with_workspace(&json!({ "id": "a", "backend": backend }));
    let documents = [
        json!({}),
        json!([]),
        json!({ "name": "" }),
        json!({ "name": "x", "unknown": 1 }),
        json!({ "locale": "pt-BR" }),
        json!({ "locale": "pt BR" }),
        json!({ "theme": { "accent": "#fff", "logo": "a/b.svg" } }),
        json!({ "theme": { "accent": "#ffff" } }),
        json!({ "theme": { "logo": "//a.org/b.svg" } }),
        json!({ "theme": { "logo": "data:x" } }),
        json!({ "theme": { "font": "x" } }),
        json!({ "theme": "dark" }),
        json!({ "timeouts": { "attempt_secs": 0.5, "total_secs": 3600 } }),
        json!({ "timeouts": { "attempt_secs": -1 } }),
        json!({ "timeouts": { "total_secs": 3601 } }),
        json!({ "timeouts": { "total_secs": "1" } }),
        json!({ "workspaces": {} }),
        with_workspace(&json!({ "id": "a" })),
        with_workspace(&json!({ "backend": { "kind": "practice" } })),
        with_workspace(&json!({ "id": "a b", "backend": { "kind": "practice" } })),
        with_workspace(&json!({ "id": "", "backend": { "kind": "practice" } })),
        with_workspace(&json!({ "id": "a".repeat(65), "backend": { "kind": "practice" } })),
        workspace(json!({})),
        workspace(json!({ "kind": "practice" })),
        workspace(json!({ "kind": "practice", "url": 4 })),
        workspace(json!({ "kind": "practice", "seed": 4 })),
        workspace(json!({ "kind": "device" })),
        workspace(json!({ "kind": "mysql", "url": "https://a.org" })),
        workspace(json!({ "kind": "rest" })),
        workspace(json!({ "kind": "rest", "url": "https://a.org", "pages": "cursor" })),
        workspace(json!({ "kind": "rest", "url": "wss://a.org" })),
        workspace(json!({ "kind": "rest", "url": "https:///a" })),
        workspace(json!({ "kind": "supabase", "url": "ftp://a.org" })),
        workspace(json!({ "kind": "websocket", "url": "wss://a.org" })),
        workspace(json!({ "kind": "websocket", "url": "wss://a org" })),
        with_workspace(&json!({ "id": "a", "backend": { "kind": "practice" }, "sign_in": { "methods": ["none"] } })),
        with_workspace(&json!({ "id": "a", "backend": { "kind": "practice" }, "sign_in": { "methods": "none" } })),
        with_workspace(&json!({ "id": "a", "backend": { "kind": "practice" }, "sign_in": { "collection": 1 } })),
        with_workspace(&json!({ "id": "a", "backend": { "kind": "practice" }, "collections": [{}] })),
        with_workspace(
            &json!({ "id": "a", "backend": { "kind": "practice" }, "collections": [{ "name": "n", "sync": "x" }] }),
        ),
        with_workspace(
            &json!({ "id": "a", "backend": { "kind": "practice" }, "collections": [{ "name": "n", "sort": [4] }] }),
        ),
        with_field(&json!({ "name": "f" })),
        with_field(&json!({ "type": "text" })),
        with_field(&json!({ "name": "f", "type": "select" })),
        with_field(&json!({ "name": "f", "type": "select", "options": [] })),
        with_field(&json!({ "name": "f", "type": "select", "options": ["a"] })),
        with_field(&json!({ "name": "f", "type": "multi_select", "options": [4] })),
        with_field(&json!({ "name": "f", "type": "relation" })),
        with_field(&json!({ "name": "f", "type": "relation", "to": "g" })),
        with_field(&json!({ "name": "f", "type": "string" })),
        with_field(&json!({ "name": "f", "required": "yes" })),
        with_field(&json!({ "name": "f", "min": "1" })),
        with_field(&json!({ "name": "f", "default": null, "label": "F", "read_only": true, "max": 4 })),
        json!({ "environments": [] }),
        json!({ "environments": { "dev": { "hosts": "localhost" } } }),
        json!({ "environments": { "dev": { "hosts": ["localhost"], "name": "x" } } }),
        json!({ "environments": { "dev": { "hots": ["localhost"] } } }),
        json!({ "environments": { "dev": 4 } }),
    ];
    for document in documents {
        // the schema calls unknown keys wrong, the parser only odd
        let parsed = match parse(&document.to_string()) {
            Ok((_, warnings)) => warnings.is_empty(),
            Err(error) => is_unbuilt(&error),
        };
        let mistakes = schema_mistakes(&document);
        assert_eq!(
            mistakes.is_empty(),
            parsed,
            "{document}\nschema: {mistakes:?}\nparser: {:?}",
            parse(&document.to_string())
        );
    }
}
