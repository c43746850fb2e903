//! Records as PocketBase writes them, and as they are kept here.
//!
//! PocketBase knows no null: what is empty is `""`, `[]`, `0` or `false`. Empty texts and lists are left out here, and
//! dates are brought into our form, so that a value looks the same whether it was typed here or came from there.
//! [`shows`] knows what PocketBase makes of what it is given: numbers become doubles, dates get milliseconds, files
//! new names.

use crate::model::{Collection, FieldType, Fields, LocalFile, Record, Timestamp, Value, Version, json, value};

/// What PocketBase says of a record beside its fields.
pub(super) const SYSTEM: [&str; 6] = ["id", "created", "updated", "collectionId", "collectionName", "expand"];
/// The number that the hook counts (docs/pocketbase.md).
pub(super) const REVISION: &str = "rev";
/// Digits of a revision in a version, so that text order is its order.
const REVISION_DIGITS: usize = 16;

/// A record of an answer; `hooked`: whether `rev` is the hook's.
pub(super) fn read(record: Value, collection: Option<&Collection>, hooked: bool) -> Option<Record> {
    let mut found = json::into_fields(record)?;
    let id = json::take_text(&mut found, "id")?;
    let updated = json::take_text(&mut found, "updated");
    let revision = if hooked { found.remove(REVISION) } else { None };
    let mut fields = Fields::new();
    for (name, value) in found {
        if !SYSTEM.contains(&name.as_str()) && !value::is_empty(Some(&value)) {
            let kind = kind_of(collection, &name);
            fields.insert(name, canonical(kind, value));
        }
    }
    let version = version(updated, revision.as_ref().and_then(Value::as_u64));
    Some(Record { id, fields, version, deleted: false })
}

/// `updated`, and after a space the hook's revision. Text order is the server's order.
fn version(updated: Option<String>, revision: Option<u64>) -> Option<Version> {
    match (updated, revision) {
        (None, None) => None,
        (Some(updated), None) => Some(Version(updated)),
        (updated, Some(revision)) => {
            let digits = revision.to_string();
            let zeros = "0".repeat(REVISION_DIGITS.saturating_sub(digits.len()));
            Some(Version([&updated.unwrap_or_default(), " ", &zeros, &digits].concat()))
        }
    }
}

/// The hook's revision in a version.
pub(super) fn revision(version: &Version) -> Option<u64> {
    let (_, digits) = version.0.rsplit_once(' ')?;
    if digits.len() < REVISION_DIGITS { None } else { digits.parse().ok() }
}

fn kind_of<'a>(collection: Option<&'a Collection>, field: &str) -> Option<&'a FieldType> {
    Some(&collection?.field(field)?.kind)
}

/// Dates in our form; everything else as it is.
fn canonical(kind: Option<&FieldType>, value: Value) -> Value {
    let moment = || Timestamp::parse(value.as_str()?);
    match kind {
        Some(FieldType::Date) => moment().map_or(value, |moment| Value::String(moment.to_iso()[..10].to_owned())),
        Some(FieldType::DateTime) => moment().map_or(value, |moment| Value::String(moment.to_iso())),
        _ => value,
    }
}

/// The values as they are sent: a file that was chosen here goes beside them, not among them.
pub(super) fn payload(changes: &Fields) -> Fields {
    let mut sent = Fields::new();
    for (name, value) in changes {
        match value {
            Value::Array(items) => {
                let kept = items.iter().filter(|item| LocalFile::of(item).is_none());
                sent.insert(name.clone(), Value::Array(kept.cloned().collect()));
            }
            single if LocalFile::of(single).is_some() => {}
            single => {
                sent.insert(name.clone(), single.clone());
            }
        }
    }
    sent
}

/// Whether a record shows these values, after what PocketBase does to them.
pub(super) fn shows(collection: Option<&Collection>, found: &Fields, wanted: &Fields) -> bool {
    wanted.iter().all(|(name, value)| same(kind_of(collection, name), found.get(name), Some(value)))
}

/// Whether two values of a field are one to PocketBase; `wanted` may hold tokens of files.
pub(super) fn same(kind: Option<&FieldType>, found: Option<&Value>, wanted: Option<&Value>) -> bool {
    match kind {
        Some(FieldType::Number) => number(found) == number(wanted),
        Some(FieldType::Boolean) => flag(found) == flag(wanted),
        Some(FieldType::Date) => same_moment(found, wanted, 86_400_000),
        Some(FieldType::DateTime) => same_moment(found, wanted, 1),
        Some(FieldType::File { .. }) => same_files(found, wanted),
        Some(_) => value::same(found, wanted),
        None => value::same(found, wanted) || (is_nothing(found) && is_nothing(wanted)),
    }
}

/// Whether a value is what PocketBase stores where nothing was given.
pub(super) fn is_nothing(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(flag)) => !flag,
        Some(Value::Number(number)) => number.as_f64() == Some(0.0),
        other => value::is_empty(other),
    }
}

fn number(value: Option<&Value>) -> Option<f64> {
    if value::is_empty(value) { Some(0.0) } else { value.and_then(Value::as_f64) }
}

fn flag(value: Option<&Value>) -> Option<bool> {
    if value::is_empty(value) { Some(false) } else { value.and_then(Value::as_bool) }
}

fn same_moment(found: Option<&Value>, wanted: Option<&Value>, unit_ms: i64) -> bool {
    let moment = |value: Option<&Value>| Some(Timestamp::parse(value?.as_str()?)?.0.div_euclid(unit_ms));
    match (moment(found), moment(wanted)) {
        (Some(found), Some(wanted)) => found == wanted,
        _ => value::same(found, wanted),
    }
}

/// Whether these are the same files, in any order; one that was chosen here is known by the name that it was sent under.
fn same_files(found: Option<&Value>, wanted: Option<&Value>) -> bool {
    let mut left = files(found);
    for wanted in files(wanted) {
        let file = LocalFile::of(wanted);
        let is_it = |found: &&Value| match &file {
            Some(file) => found.as_str().is_some_and(|name| file.is_named(name)) || *found == wanted,
            None => *found == wanted,
        };
        match left.iter().position(is_it) {
            Some(at) => drop(left.swap_remove(at)),
            None => return false,
        }
    }
    left.is_empty()
}

fn files(value: Option<&Value>) -> Vec<&Value> {
    match value {
        Some(Value::Array(items)) => items.iter().collect(),
        one if value::is_empty(one) => Vec::new(),
        one => one.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Field;
    use serde_json::json;

    fn people() -> Collection {
        let fields = vec![
            Field::new("name", FieldType::Text),
            Field::new("age", FieldType::Number),
            Field::new("active", FieldType::Boolean),
            Field::new("born", FieldType::Date),
            Field::new("seen", FieldType::DateTime),
            Field::new("papers", FieldType::File { many: true }),
        ];
        Collection::new("people", "name", fields)
    }

    fn fields(value: Value) -> Fields {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn a_record_loses_what_is_not_its_own_and_what_is_empty() {
        let record = json!({
            "id": "a", "collectionId": "c", "collectionName": "people", "created": "2026-01-01 00:00:00.000Z",
            "updated": "2026-11-21 09:28:14.528Z", "name": "Ada", "notes": "", "papers": [], "age": 0, "active": false,
            "born": "1815-12-10 00:00:00.000Z", "seen": "2026-11-21 09:28:14.528Z", "rev": 3,
        });
        let plain = read(record.clone(), Some(&people()), false).unwrap();
        let expected = json!({ "name": "Ada", "age": 0, "active": false, "born": "1815-12-10",
            "seen": "2026-11-21T09:28:14.528Z", "rev": 3 });
        assert_eq!(plain.fields, fields(expected));
        assert_eq!(plain.version, Some(Version("2026-11-21 09:28:14.528Z".into())));
        let hooked = read(record, Some(&people()), true).unwrap();
        assert_eq!(hooked.get("rev"), None);
        assert_eq!(hooked.version.as_ref().and_then(revision), Some(3));
        assert!(hooked.version > plain.version);
        assert_eq!(plain.version.as_ref().and_then(revision), None);
    }

    #[test]
    fn later_revisions_are_later_in_text_too() {
        let at = |updated: &str, revision| version(Some(updated.into()), Some(revision));
        assert!(at("2026-01-01 00:00:00.000Z", 9) < at("2026-01-01 00:00:00.000Z", 10));
        assert!(at("2026-01-01 00:00:00.000Z", 10) < at("2026-01-01 00:00:00.001Z", 9));
    }

    #[test]
    fn values_are_one_as_far_as_pocketbase_keeps_them_apart() {
        let people = people();
        let token = |id: &str| LocalFile { id: id.into(), name: "A b.PDF".into(), ..file() }.to_value();
        for (field, found, wanted, same) in [
            ("age", json!(0), json!(null), true),
            ("age", json!(3.5), json!(3.50), true),
            ("age", json!(9_007_199_254_740_992_i64), json!(9_007_199_254_740_993_i64), true),
            ("age", json!(1), json!("1"), false),
            ("active", json!(false), json!(null), true),
            ("active", json!(true), json!(null), false),
            ("born", json!("1815-12-10"), json!("1815-12-10 00:00:00.000Z"), true),
            ("born", json!("1815-12-10"), json!("1815-12-11"), false),
            ("seen", json!("2026-11-21 09:28:14.528Z"), json!("2026-11-21T09:28:14.528Z"), true),
            ("seen", json!("2026-11-21 09:28:14.528Z"), json!(""), false),
            ("name", json!(null), json!(""), true),
            ("name", json!("  x "), json!("x"), false),
            ("papers", json!([]), json!(null), true),
            (
                "papers",
                json!(["old.pdf", "0123456789_a_b_x8f2k1q9z0.pdf"]),
                json!([token("0123456789"), "old.pdf"]),
                true,
            ),
            ("papers", json!(["0123456789_a_b_x8f2k1q9z0.pdf", "old.pdf"]), json!([token("0123456789")]), false),
            ("papers", json!(["9999999999_a_b_x8f2k1q9z0.pdf"]), json!([token("0123456789")]), false),
            ("unheard_of", json!(false), json!(null), true),
        ] {
            let (found, wanted) = (fields(json!({ field: found })), fields(json!({ field: wanted })));
            assert_eq!(shows(Some(&people), &found, &wanted), same, "{found:?} {wanted:?}");
        }
    }

    fn file() -> LocalFile {
        LocalFile { id: String::new(), name: String::new(), content_type: String::new(), size: 1 }
    }

    #[test]
    fn chosen_files_are_not_among_the_values_that_are_sent() {
        let token = LocalFile { id: "f1".into(), ..file() }.to_value();
        let changes = fields(json!({ "photo": token, "papers": ["old.pdf", token], "name": "Ada", "notes": null }));
        assert_eq!(payload(&changes), fields(json!({ "papers": ["old.pdf"], "name": "Ada", "notes": null })));
    }
}
