//! The published schema and the parser know the same keys and the same words.

use super::{BackendKind, environment, read};
use crate::model::Value;

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../docs/landfall.schema.json")).unwrap_or_default()
}

#[test]
fn every_key_of_the_schema_is_read_and_every_key_read_is_in_the_schema() {
    let schema = schema();
    for (object, keys) in [
        ("config", read::ROOT.as_slice()),
        ("theme", &read::THEME),
        ("timeouts", &read::TIMEOUTS),
        ("workspace", &read::WORKSPACE),
        ("backend", &read::BACKEND),
        ("sign_in", &read::SIGN_IN),
        ("collection", &read::COLLECTION),
        ("field", &read::FIELD),
        ("environment", &environment::ENVIRONMENT),
    ] {
        let published: Vec<_> = schema["$defs"][object]["properties"].as_object().into_iter().flatten().collect();
        let mut published: Vec<_> = published.into_iter().map(|(key, _)| key.as_str()).collect();
        let mut keys = keys.to_vec();
        published.sort_unstable();
        keys.sort_unstable();
        assert_eq!(published, keys, "{object}");
    }
}

#[test]
fn every_object_of_the_schema_has_a_reader() {
    let schema = schema();
    let objects = schema["$defs"].as_object().into_iter().flatten().filter(|(_, of)| of["type"] == "object");
    assert_eq!(objects.count(), 9);
}

#[test]
fn choices_are_the_same() {
    let schema = schema();
    for (place, choices) in [
        ("/$defs/backend/properties/kind/enum", BackendKind::NAMES.as_slice()),
        ("/$defs/field/properties/type/enum", &read::FIELD_TYPES),
        ("/$defs/collection/properties/sync/enum", &read::SYNC),
        ("/$defs/sign_in/properties/methods/items/enum", &read::METHODS),
    ] {
        assert_eq!(schema.pointer(place), Some(&Value::from(choices)), "{place}");
    }
}
