//! The PocketBase connector against the real server: every trap of its has a test that springs it.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/native.rs"]
mod native;
#[path = "support/pocketbase.rs"]
mod pocketbase;
#[path = "support/pocketbase_client.rs"]
mod pocketbase_client;

use futures::future::join_all;
use landfall::auth::{AuthError, SessionState};
use landfall::model::{
    Cursor, FieldType, Filter, Kind, LocalFile, Operator, OrderBy, Problem, Query, Record, Value, Version,
};
use landfall::platform::Clock;
use landfall::remote::pocketbase::query::Answer;
use landfall::remote::pocketbase::{Detection, PocketBase as Connector, detect, discover};
use landfall::remote::{Outcome, PullRequest, Push, PushFile, RemoteError, RemoteSource};
use native::{TokioClock, environment};
use pocketbase::{PocketBase, ROOT, RULES, SIGNED_IN, company_id, person_id, skipped};
use pocketbase_client::{PASSWORD, Person, anonymous, collections, fields, push};
use serde_json::json;
use std::rc::Rc;
use std::time::Duration;

const HOOK: &str = include_str!("../docs/pocketbase/landfall.pb.js");

/// Starts a server, or ends the test with a visible word.
macro_rules! server {
    () => {
        match PocketBase::start().await {
            Some(server) => server,
            None => return skipped(std::thread::current().name().unwrap_or_default()),
        }
    };
    (hooks: $hooks:expr) => {
        match PocketBase::start_with_hooks($hooks).await {
            Some(server) => server,
            None => return skipped(std::thread::current().name().unwrap_or_default()),
        }
    };
}

fn accepted(outcome: Outcome) -> Record {
    match outcome {
        Outcome::Accepted(Some(record)) => record,
        other => panic!("{other:?}"),
    }
}

fn invalid(outcome: Outcome) -> Vec<(String, String)> {
    match outcome {
        Outcome::Invalid(problem) => problem.field_errors.into_iter().map(|error| (error.field, error.code)).collect(),
        other => panic!("{other:?}"),
    }
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect()
}

/// A token that ends in ten seconds, the least that the server grants; the device's clock then runs past its end.
async fn with_a_short_token(server: &PocketBase, email: &str) -> Person {
    server.set_token_duration(10).await;
    Person::join(server, email).await
}

#[tokio::test]
async fn a_server_for_tests_has_people_survives_a_crash_and_keeps_its_port() {
    let mut server = server!();
    tokio::time::timeout(Duration::from_secs(60), server.seed_people(10_000)).await.expect("seeding is quick");
    assert_eq!(server.count("people").await, 10_000);
    let ada = Person::join(&server, "ada@example.org").await;
    assert_eq!(ada.remote.read("people", &person_id(7)).await.unwrap().unwrap().text("company"), company_id(7));
    let url = server.url();
    server.kill();
    assert_eq!(ada.remote.probe().await, Err(RemoteError::Unreachable));
    server.restart().await;
    assert_eq!(server.url(), url);
    assert_eq!(ada.remote.probe().await, Ok(()));
    assert!(ada.remote.read("people", &person_id(7)).await.unwrap().is_some());
}

#[tokio::test]
async fn a_pull_brings_everything_once_and_later_only_what_changed() {
    let server = server!();
    server.seed_people(1_234).await;
    let ada = Person::join(&server, "ada@example.org").await;
    for limit in [1_000, 5_000, 100] {
        let (rows, cursor) = ada.pull_all("people", None, limit).await.unwrap();
        let mut ids: Vec<_> = rows.iter().map(|row| row.id.clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((rows.len(), ids.len()), (1_234, 1_234), "{limit}");
        let places: Vec<_> = rows.iter().map(|row| (row.version.clone(), row.id.clone())).collect();
        assert!(places.is_sorted(), "the feed is ordered by (updated, id)");
        assert_eq!(ada.page("people", cursor.clone(), limit).await.unwrap().rows, []);
        if limit == 100 {
            server.patch("people", &person_id(3), json!({ "name": "Changed" })).await;
            let page = ada.page("people", cursor, limit).await.unwrap();
            assert_eq!(page.rows.iter().map(|row| row.text("name")).collect::<Vec<_>>(), ["Changed"]);
            assert!(!page.more && page.cursor.is_some());
        }
    }
}

#[tokio::test]
async fn rows_that_changed_in_the_same_millisecond_are_not_lost_between_pages() {
    let server = server!();
    // A batch is one transaction: many of its rows have one `updated`.
    server.seed_people(400).await;
    let ada = Person::join(&server, "ada@example.org").await;
    let (rows, _) = ada.pull_all("people", None, 1_000).await.unwrap();
    let ties = rows.windows(2).filter(|pair| pair[0].version == pair[1].version).count();
    assert!(ties > 0, "the test needs ties");
    let (by_one, _) = ada.pull_all("people", None, 1).await.unwrap();
    assert_eq!(by_one, rows);
    // From a moment on, without an id, rows of that very moment come again.
    let Some(Version(updated)) = rows[200].version.clone() else { panic!() };
    let (again, _) = ada.pull_all("people", Some(Cursor { updated, id: String::new() }), 7).await.unwrap();
    assert!(again.contains(&rows[200]));
    assert!(again.len() >= 200);
}

#[tokio::test]
async fn a_collection_without_updated_is_pulled_whole_each_time() {
    let server = server!();
    let things: Vec<Value> = (0..25).map(|index| json!({ "name": format!("Thing {index}"), "count": index })).collect();
    server.create_all("plain", &things).await;
    let ada = Person::join(&server, "ada@example.org").await;
    for _ in 0..2 {
        let (rows, cursor) = ada.pull_all("plain", None, 10).await.unwrap();
        assert_eq!((rows.len(), cursor), (25, None));
        assert!(rows.iter().all(|row| row.version.is_none()));
        assert!(rows.is_sorted_by_key(|row| row.id.clone()));
    }
}

#[tokio::test]
async fn a_sweep_walks_all_ids_and_deletes_leave_nothing_in_the_feed() {
    let server = server!();
    server.seed_people(250).await;
    let ada = Person::join(&server, "ada@example.org").await;
    let (_, cursor) = ada.pull_all("people", None, 1_000).await.unwrap();
    server.delete("people", &person_id(100)).await;
    assert_eq!(ada.page("people", cursor, 1_000).await.unwrap().rows, [], "no tombstone");
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let page = ada.remote.ids("people", after.as_deref(), 100).await.unwrap();
        ids.extend(page.ids);
        after = ids.last().cloned();
        if !page.more {
            break;
        }
    }
    let expected: Vec<_> = (0..250).filter(|index| *index != 100).map(person_id).collect();
    assert_eq!(ids, expected);
}

#[tokio::test]
async fn a_created_record_comes_back_as_it_was_meant() {
    let server = server!();
    server.seed_people(20).await;
    let ada = Person::join(&server, "ada@example.org").await;
    let id = "abcdefghij12345";
    let changes = json!({ "name": "  Grace ", "email": "grace@example.org", "company": company_id(3), "age": 85.5,
        "active": true, "born": "1906-12-09", "notes": null });
    let record = accepted(ada.remote.push(push(Kind::Create, id, changes.clone(), json!({}))).await);
    assert_eq!(record.id, id);
    let mut expected = fields(changes.clone());
    expected.remove("notes");
    assert_eq!(record.fields, expected);
    assert!(ada.remote.shows("people", &record, &fields(changes)));
    assert_eq!(ada.remote.read("people", id).await.unwrap(), Some(record));
}

#[tokio::test]
async fn a_repeated_create_is_told_from_a_clash_of_values() {
    let server = server!();
    server.seed_people(3).await;
    let ada = Person::join(&server, "ada@example.org").await;
    let create = |id: &str, email: &str| push(Kind::Create, id, json!({ "name": "X", "email": email }), json!({}));
    accepted(ada.remote.push(create("abcdefghij12345", "x@example.org")).await);
    // The server reports only the clash of the email, though the id clashes too: the engine reads by id.
    let hidden = ada.remote.push(create("abcdefghij12345", "x@example.org")).await;
    assert_eq!(invalid(hidden), pairs(&[("email", "not_unique")]));
    assert!(ada.remote.read("people", "abcdefghij12345").await.unwrap().is_some());
    assert_eq!(ada.remote.push(create("abcdefghij12345", "")).await, Outcome::Stale);
    let taken = ada.remote.push(create("zzzzzzzzzz12345", "person1@example.org")).await;
    assert_eq!(invalid(taken), pairs(&[("email", "not_unique")]));
    assert_eq!(ada.remote.read("people", "zzzzzzzzzz12345").await, Ok(None));
}

#[tokio::test]
async fn refused_values_are_errors_of_their_fields() {
    let server = server!();
    server.seed_people(1).await;
    let ada = Person::join(&server, "ada@example.org").await;
    let bad = json!({ "name": "", "email": "nope", "company": "nobody" });
    let outcome = ada.remote.push(push(Kind::Create, "abcdefghij12345", bad, json!({}))).await;
    let expected = [("company", "missing_rel_records"), ("email", "not_email"), ("name", "required")];
    assert_eq!(invalid(outcome), pairs(&expected));
    let old = json!({ "age": 18 });
    let outcome = ada.remote.push(push(Kind::Patch, &person_id(0), json!({ "age": 151 }), old)).await;
    assert_eq!(invalid(outcome), pairs(&[("age", "too_large")]));
    let long = json!({ "name": "x".repeat(201) });
    let outcome = ada.remote.push(push(Kind::Patch, &person_id(0), long, json!({}))).await;
    assert_eq!(invalid(outcome), pairs(&[("name", "too_long")]));
}

#[tokio::test]
async fn what_the_server_drops_without_a_word_is_an_error_of_its_field() {
    let server = server!();
    server.seed_people(1).await;
    let ada = Person::join(&server, "ada@example.org").await;
    let odd = json!({ "born": "yesterday", "nickname": "Ace", "name": "Kept" });
    let outcome = ada.remote.push(push(Kind::Patch, &person_id(0), odd, json!({}))).await;
    assert_eq!(invalid(outcome), pairs(&[("born", "not_kept"), ("nickname", "not_kept")]));
}

#[tokio::test]
async fn a_patch_touches_only_its_fields_and_meets_another_persons() {
    let server = server!();
    server.seed_people(2).await;
    let ada = Person::join(&server, "ada@example.org").await;
    let id = person_id(0);
    let known = ada.remote.read("people", &id).await.unwrap().unwrap();
    let base = |name: &str| json!({ name: known.get(name).cloned().unwrap_or(Value::Null) });

    server.patch("people", &id, json!({ "notes": "by Bob" })).await;
    let renamed = ada.remote.push(push(Kind::Patch, &id, json!({ "name": "New" }), base("name"))).await;
    let renamed = accepted(renamed);
    assert_eq!((renamed.text("name"), renamed.text("notes")), ("New".into(), "by Bob".into()));
    assert!(renamed.version > known.version);

    let contested = push(Kind::Patch, &id, json!({ "notes": "by Ada" }), base("notes"));
    assert_eq!(ada.remote.push(contested).await, Outcome::Stale);
    assert_eq!(server.find("people", &id).await.unwrap()["notes"], "by Bob");

    // Bob made the very change that Ada makes; or it was hers, and its answer was lost.
    let same = push(Kind::Patch, &id, json!({ "notes": "by Bob" }), base("notes"));
    assert_eq!(accepted(ada.remote.push(same).await), renamed);
}

#[tokio::test]
async fn a_delete_of_what_someone_changed_is_stale() {
    let server = server!();
    server.seed_people(2).await;
    let ada = Person::join(&server, "ada@example.org").await;
    let known = ada.remote.read("people", &person_id(0)).await.unwrap().unwrap();
    let row = || Value::Object(known.fields.clone());
    server.patch("people", &person_id(0), json!({ "age": 99 })).await;
    let delete = |id: &str, base: Value| push(Kind::Delete, id, json!({}), base);
    assert_eq!(ada.remote.push(delete(&person_id(0), row())).await, Outcome::Stale);
    let known = ada.remote.read("people", &person_id(1)).await.unwrap().unwrap();
    let row = Value::Object(known.fields);
    assert_eq!(ada.remote.push(delete(&person_id(1), row.clone())).await, Outcome::Accepted(None));
    assert_eq!(server.find("people", &person_id(1)).await, None);
    assert_eq!(ada.remote.push(delete(&person_id(1), row)).await, Outcome::Absent);
}

#[tokio::test]
async fn files_are_sent_with_their_fields_and_known_by_their_names() {
    let server = server!();
    server.seed_people(1).await;
    let ada = Person::join(&server, "ada@example.org").await;
    let token = |id: &str, name: &str| LocalFile {
        id: id.into(),
        name: name.into(),
        content_type: "text/plain".into(),
        size: 3,
    };
    let (photo, paper) = (token("0123456789", "My Face.png"), token("abcdefghij", "Cv 2026.txt"));
    let file = |field: &str, token: &LocalFile| PushFile {
        field: field.into(),
        name: token.sent_name(),
        content_type: token.content_type.clone(),
        bytes: Rc::from(&b"abc"[..]),
    };
    let changes = json!({ "name": "Files", "photo": photo.to_value(), "papers": [paper.to_value()] });
    let create = Push {
        files: vec![file("photo", &photo), file("papers", &paper)],
        ..push(Kind::Create, "abcdefghij12345", changes.clone(), json!({}))
    };
    let record = accepted(ada.remote.push(create).await);
    assert!(record.text("photo").starts_with("0123456789_my_face_") && record.text("photo").ends_with(".png"));
    assert!(ada.remote.shows("people", &record, &fields(changes)), "{record:?}");
    let stored = record.get("papers").unwrap().as_array().unwrap()[0].clone();

    // One more beside the one that is there; then the photo goes.
    let second = token("klmnopqrst", "b.txt");
    let both = json!({ "papers": [stored, second.to_value()] });
    let add = Push {
        files: vec![file("papers", &second)],
        ..push(Kind::Patch, "abcdefghij12345", both.clone(), json!({ "papers": [stored] }))
    };
    let record = accepted(ada.remote.push(add.clone()).await);
    assert!(ada.remote.shows("people", &record, &fields(both)));
    // The same once more, as after a lost answer: no second copy.
    assert_eq!(accepted(ada.remote.push(add).await), record);
    let without =
        push(Kind::Patch, "abcdefghij12345", json!({ "photo": null }), json!({ "photo": record.text("photo") }));
    assert_eq!(accepted(ada.remote.push(without).await).get("photo"), None);

    // Bytes that do not come along are not silently left out.
    let lost = push(Kind::Patch, "abcdefghij12345", json!({ "photo": photo.to_value() }), json!({}));
    assert_eq!(invalid(ada.remote.push(lost).await), pairs(&[("photo", "file_missing")]));
}

/// Waits until the server answers to this token as to a guest: with an empty list.
async fn until_a_guests(server: &PocketBase, token: &str) {
    let ended = async {
        loop {
            let (status, list) = server.ask("GET", "/api/collections/people/records", None, token).await;
            assert_eq!(status, 200);
            if list["totalItems"] == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), ended).await.expect("the token ends");
}

#[tokio::test]
async fn an_expired_token_is_never_sent() {
    let server = server!();
    server.seed_people(3).await;
    let ada = with_a_short_token(&server, "ada@example.org").await;
    let before = ada.session.token().unwrap();
    // What would happen if it were: an empty list, and no error.
    until_a_guests(&server, &before).await;
    assert_eq!(ada.session.token(), None);
    // An expired token cannot be renewed either: sign-in is asked for, and nothing looks empty or gone.
    assert_eq!(ada.page("people", None, 10).await, Err(RemoteError::SignIn));
    assert_eq!(ada.remote.read("people", &person_id(0)).await, Err(RemoteError::SignIn));
    assert_eq!(ada.remote.ids("people", None, 10).await, Err(RemoteError::SignIn));
    let patch = push(Kind::Patch, &person_id(0), json!({ "name": "N" }), json!({}));
    assert_eq!(ada.remote.push(patch.clone()).await, Outcome::SignIn);
    assert!(matches!(ada.session.state(), SessionState::Ended(account) if account.id == ada.id));
    // Signed in again in place, all goes on.
    ada.sign_in("ada@example.org", PASSWORD).await.unwrap();
    assert_eq!(accepted(ada.remote.push(patch).await).text("name"), "N");
    assert_eq!(ada.page("people", None, 10).await.unwrap().rows.len(), 3);
}

#[tokio::test]
async fn a_clock_that_is_behind_sends_an_expired_token_and_is_not_fooled() {
    let server = server!();
    server.seed_people(3).await;
    server.set_token_duration(10).await;
    let ada = Person::join(&server, "ada@example.org").await;
    let (_, cursor) = ada.pull_all("people", None, 10).await.unwrap();
    until_a_guests(&server, &ada.session.token().unwrap()).await;
    ada.clock.set_skew(-3_600_000);
    assert!(ada.session.token().is_some(), "by this clock the token is good");
    assert_eq!(ada.page("people", cursor, 10).await, Err(RemoteError::SignIn));
    assert_eq!(ada.remote.read("people", &person_id(0)).await, Err(RemoteError::SignIn));
}

#[tokio::test]
async fn a_password_change_revokes_an_unexpired_token_and_nothing_is_taken_as_gone() {
    let server = server!();
    server.seed_people(3).await;
    let people = json!({ "name": "N" });
    for step in 0..6 {
        let email = format!("user{step}@example.org");
        let ada = Person::join(&server, &email).await;
        let (_, cursor) = ada.pull_all("people", None, 10).await.unwrap();
        server.set_password(&ada.id, "another-word-2").await;
        let token = ada.session.token().unwrap();
        let (status, list) = server.ask("GET", "/api/collections/people/records", None, &token).await;
        assert_eq!((status, list["totalItems"].as_u64()), (200, Some(0)), "the trap is there");
        match step {
            0 => assert_eq!(ada.page("people", cursor, 10).await, Err(RemoteError::SignIn)),
            1 => assert_eq!(ada.remote.read("people", &person_id(0)).await, Err(RemoteError::SignIn)),
            2 => assert_eq!(ada.remote.ids("people", None, 10).await, Err(RemoteError::SignIn)),
            3 => {
                let create = push(Kind::Create, "abcdefghij12345", people.clone(), json!({}));
                assert_eq!(ada.remote.push(create).await, Outcome::SignIn);
            }
            4 => {
                let patch = push(Kind::Patch, &person_id(0), people.clone(), json!({}));
                assert_eq!(ada.remote.push(patch).await, Outcome::SignIn);
            }
            _ => {
                let delete = push(Kind::Delete, &person_id(0), json!({}), json!({}));
                assert_eq!(ada.remote.push(delete).await, Outcome::SignIn);
            }
        }
        assert!(matches!(ada.session.state(), SessionState::Ended(_)));
        assert_eq!(ada.remote.vouch().await, Err(RemoteError::SignIn));
    }
    assert_eq!(server.count("people").await, 3);
}

#[tokio::test]
async fn rules_that_deny_look_like_absence_or_refusal_and_are_told_as_such() {
    let server = server!();
    server.seed_people(3).await;
    let ada = Person::join(&server, "ada@example.org").await;
    let patch = |name: &str| push(Kind::Patch, &person_id(0), json!({ "name": name }), json!({}));
    let create = || push(Kind::Create, "abcdefghij12345", json!({ "name": "N" }), json!({}));
    let delete = || push(Kind::Delete, &person_id(1), json!({}), json!({}));
    let nobody = Some("@request.auth.id = 'nobody'");

    server.set_rule("people", "createRule", nobody).await;
    assert!(matches!(ada.remote.push(create()).await, Outcome::Denied(problem) if problem.code == "denied"));
    server.set_rule("people", "createRule", None).await;
    assert!(matches!(ada.remote.push(create()).await, Outcome::Denied(_)));

    // Not to be changed, but to be seen: the engine reads it and calls it denied.
    server.set_rule("people", "updateRule", nobody).await;
    assert_eq!(ada.remote.push(patch("A")).await, Outcome::Absent);
    assert!(ada.remote.read("people", &person_id(0)).await.unwrap().is_some());
    server.set_rule("people", "updateRule", None).await;
    assert!(matches!(ada.remote.push(patch("B")).await, Outcome::Denied(_)));
    server.set_rule("people", "deleteRule", nobody).await;
    assert_eq!(ada.remote.push(delete()).await, Outcome::Absent);
    assert!(ada.remote.read("people", &person_id(1)).await.unwrap().is_some());

    // Neither seen nor listed: the session is good all the same.
    server.set_rule("people", "viewRule", nobody).await;
    assert_eq!(ada.remote.read("people", &person_id(0)).await, Ok(None));
    server.set_rule("people", "listRule", nobody).await;
    let page = ada.page("people", None, 10).await.unwrap();
    assert_eq!((page.rows.len(), page.cursor), (0, None));
    assert_eq!(ada.remote.vouch().await, Ok(()));
    server.set_rule("people", "listRule", None).await;
    let refused = ada.page("people", None, 10).await;
    assert!(matches!(refused, Err(RemoteError::Refused(problem)) if problem.code == "denied"));
    assert!(matches!(ada.session.state(), SessionState::Active(_)));
    assert_eq!(server.count("people").await, 3);
}

#[tokio::test]
async fn a_renamed_collection_is_no_deletion() {
    let server = server!();
    server.seed_people(3).await;
    let ada = Person::join(&server, "ada@example.org").await;
    let (_, cursor) = ada.pull_all("people", None, 10).await.unwrap();
    server.change_collection("people", json!({ "name": "persons" })).await;
    let missing =
        |error: RemoteError| matches!(error, RemoteError::Refused(problem) if problem.code == "no_collection");
    assert!(missing(ada.page("people", cursor, 10).await.unwrap_err()));
    assert!(missing(ada.remote.read("people", &person_id(0)).await.unwrap_err()));
    assert!(missing(ada.remote.ids("people", None, 10).await.unwrap_err()));
    for kind in [Kind::Create, Kind::Patch, Kind::Delete] {
        let waiting = push(kind, &person_id(0), json!({ "name": "N" }), json!({}));
        assert_eq!(ada.remote.push(waiting).await, Outcome::Later(None), "{kind:?}");
    }
    server.change_collection("persons", json!({ "name": "people" })).await;
    assert_eq!(ada.page("people", None, 10).await.unwrap().rows.len(), 3);
}

#[tokio::test]
async fn a_busy_server_says_later() {
    let server = server!();
    server.seed_people(1).await;
    let ada = Person::join(&server, "ada@example.org").await;
    let rule = json!({ "label": "people:create", "maxRequests": 1, "duration": 60, "audience": "" });
    server.api("PATCH", "/api/settings", Some(json!({ "rateLimits": { "enabled": true, "rules": [rule] } }))).await;
    let create = |id: &str| push(Kind::Create, id, json!({ "name": "N" }), json!({}));
    accepted(ada.remote.push(create("abcdefghij12345")).await);
    assert_eq!(ada.remote.push(create("abcdefghij12346")).await, Outcome::Later(None));
}

#[tokio::test]
async fn a_server_that_is_gone_is_unreachable_and_a_write_unknown_or_not_sent() {
    let mut server = server!();
    server.seed_people(1).await;
    let ada = Person::join(&server, "ada@example.org").await;
    server.kill();
    assert_eq!(ada.page("people", None, 10).await, Err(RemoteError::Unreachable));
    assert_eq!(ada.remote.vouch().await, Err(RemoteError::Unreachable));
    let create = push(Kind::Create, "abcdefghij12345", json!({ "name": "N" }), json!({}));
    assert_eq!(ada.remote.push(create).await, Outcome::Unknown(Problem::code("unreachable")));
    let patch = push(Kind::Patch, &person_id(0), json!({ "name": "N" }), json!({}));
    assert_eq!(ada.remote.push(patch).await, Outcome::NotSent, "the reading before it failed");
    assert!(matches!(ada.session.state(), SessionState::Active(_)), "a dead server signs nobody out");
}

#[tokio::test]
async fn a_guest_needs_no_session() {
    let server = server!();
    server.seed_people(3).await;
    server.open_to_guests().await;
    let surroundings = environment(&TokioClock::default());
    let client = anonymous(&server.url(), &surroundings);
    let schemas = collections().into_iter().map(Rc::new).collect();
    let guest = Connector::new(client, None, surroundings, schemas);
    let request = PullRequest { collection: "people".into(), cursor: None, limit: 10 };
    assert_eq!(guest.pull(request).await.unwrap().rows.len(), 3);
    let create = push(Kind::Create, "abcdefghij12345", json!({ "name": "N" }), json!({}));
    accepted(guest.push(create).await);
    assert_eq!(guest.vouch().await, Ok(()));
}

#[tokio::test]
async fn sign_in_tells_a_wrong_password_from_a_dead_server() {
    let mut server = server!();
    let ada = Person::join(&server, "ada@example.org").await;
    assert_eq!(ada.session.account().map(|account| account.label).as_deref(), Some("ada@example.org"));
    let wrong = |error: AuthError, code: &str| matches!(error, AuthError::Wrong(problem) if problem.code == code);
    let bob = Person::at(&server, "users").await;
    assert!(wrong(bob.sign_in("ada@example.org", "guess").await.unwrap_err(), "wrong_password"));
    let nowhere = Person::at(&server, "nowhere").await;
    assert!(wrong(nowhere.sign_in("ada@example.org", PASSWORD).await.unwrap_err(), "no_collection"));
    server.kill();
    assert!(matches!(bob.sign_in("ada@example.org", PASSWORD).await, Err(AuthError::Unreachable(_))));
    assert_eq!(bob.session.state(), SessionState::SignedOut);
    server.restart().await;
    bob.sign_in("ada@example.org", PASSWORD).await.unwrap();
    assert_eq!(bob.session.account().unwrap().id, ada.id);
}

#[tokio::test]
async fn fifty_calls_at_the_end_of_a_token_make_one_renewal() {
    let server = server!();
    server.seed_people(3).await;
    server.set_token_duration(3_600).await;
    let ada = Person::join(&server, "ada@example.org").await;
    let before = ada.session.ready().await.unwrap();
    // By this device's clock the token has just ended; the server still renews it.
    ada.clock.set_skew(3_601_000);
    let reads = join_all((0..50).map(|_| ada.remote.read("people", "p00000000000000"))).await;
    assert!(reads.iter().all(|read| read.as_ref().is_ok_and(Option::is_some)));
    assert_eq!(ada.session.ready().await.unwrap(), before + 1);
    // It arrived ended, by this clock: it is used all the same, for a while.
    assert!(ada.session.token().is_some());
    assert!(ada.clock.now().0 > 0);
}

#[tokio::test]
async fn an_address_is_diagnosed() {
    let server = server!();
    let surroundings = environment(&TokioClock::default());
    let at = |url: &str| anonymous(url, &surroundings);
    assert_eq!(detect(&at(&server.url())).await, Ok(()));
    assert_eq!(detect(&at("http://example.org")).await, Err(Detection::Insecure));
    assert_eq!(detect(&at("http://127.0.0.1:9")).await, Err(Detection::Unreachable));
    assert_eq!(detect(&at(&(server.url() + "/nowhere"))).await, Err(Detection::NotThis { status: 404 }));
    for (page, status) in [("<html>Welcome</html>", 200), (r#"{"code":200,"message":"pong"}"#, 200), ("", 204)] {
        let url = stranger(page, status).await;
        assert_eq!(detect(&at(&url)).await, Err(Detection::NotThis { status }), "{page}");
    }
}

/// A web server that is no PocketBase: it answers everything with this.
async fn stranger(page: &'static str, status: u16) -> String {
    let status = axum::http::StatusCode::from_u16(status).unwrap();
    let app = axum::Router::new().fallback(move || async move { (status, page) });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}")
}

#[tokio::test]
async fn a_strangers_page_in_the_servers_place_proves_nothing() {
    let server = server!();
    server.seed_people(1).await;
    for (page, status) in [("<html>Sign in to the network</html>", 200), ("Not found", 404), ("Forbidden", 403)] {
        // The same session, as if a portal or a proxy answered now.
        let ada = Person::join(&server, &format!("ada{status}@example.org")).await;
        let url = stranger(page, status).await;
        let schemas = collections().into_iter().map(Rc::new).collect();
        let client = anonymous(&url, &ada.environment);
        let portal = Connector::new(client, Some(ada.session.clone()), ada.environment.clone(), schemas);
        let request = PullRequest { collection: "people".into(), cursor: None, limit: 10 };
        assert_eq!(portal.pull(request).await, Err(RemoteError::Unreachable), "{page}");
        assert_eq!(portal.read("people", &person_id(0)).await, Err(RemoteError::Unreachable), "{page}");
        let create = push(Kind::Create, "abcdefghij12345", json!({ "name": "N" }), json!({}));
        assert!(matches!(portal.push(create).await, Outcome::Unknown(_)), "{page}");
        let delete = push(Kind::Delete, &person_id(0), json!({}), json!({}));
        assert_eq!(portal.push(delete).await, Outcome::NotSent, "{page}");
    }
}

#[tokio::test]
async fn a_superuser_is_told_the_collections_and_what_is_written_wins() {
    let server = server!();
    server.seed_people(30).await;
    let root = Person::at(&server, "_superusers").await;
    root.sign_in(ROOT.0, ROOT.1).await.unwrap();
    let found = discover(&root.client, &[]).await.unwrap();
    let names: Vec<_> = found.iter().map(|collection| collection.name.as_str()).collect();
    assert_eq!(names, ["companies", "people", "plain", "users"]);
    let people = &found[1];
    assert_eq!((people.title.as_str(), people.label.as_str()), ("name", "People"));
    let kinds: Vec<_> = people.fields.iter().map(|field| (field.name.as_str(), field.kind.clone())).collect();
    let expected = [
        ("name", FieldType::Text),
        ("email", FieldType::Email),
        ("company", FieldType::Relation("companies".into())),
        ("age", FieldType::Number),
        ("active", FieldType::Boolean),
        ("born", FieldType::Date),
        ("photo", FieldType::File { many: false }),
        ("papers", FieldType::File { many: true }),
        ("notes", FieldType::LongText),
    ];
    assert_eq!(kinds, expected);
    assert!(people.field("name").unwrap().required);
    assert_eq!(people.field("age").map(|age| (age.min, age.max)), Some((Some(0.0), Some(150.0))));
    let users = &found[3];
    assert!(users.field("password").is_none() && users.field("tokenKey").is_none());
    assert!(users.field("email").unwrap().read_only);

    let mut written = collections().remove(0);
    written.label = "Staff".into();
    written.fields.truncate(2);
    let found = discover(&root.client, &[written.clone()]).await.unwrap();
    assert_eq!(found[0], written);
    assert_eq!(found.len(), 4);
}

#[tokio::test]
async fn others_name_their_collections_and_the_fields_are_inferred() {
    let server = server!();
    server.seed_people(60).await;
    let ada = Person::join(&server, "ada@example.org").await;
    let named =
        |name: &str| landfall::model::Collection { name: name.into(), label: name.into(), ..Default::default() };
    let found = discover(&ada.client, &[named("people"), named("companies"), named("nothing")]).await.unwrap();
    let people = &found[0];
    assert_eq!(people.title, "name");
    let kind = |name: &str| people.field(name).map(|field| field.kind.clone());
    assert_eq!(kind("company"), Some(FieldType::Relation("companies".into())));
    assert_eq!(kind("born"), Some(FieldType::Date));
    assert_eq!(kind("active"), Some(FieldType::Boolean));
    assert_eq!((kind("id"), kind("updated"), kind("collectionId")), (None, None, None));
    assert_eq!(found.len(), 2, "what cannot be read is left out");
    assert_eq!(discover(&ada.client, &[]).await.unwrap(), []);
}

/// A server with the hook, and one record of a collection that counts.
async fn hooked() -> Option<PocketBase> {
    let server = PocketBase::start_with_hooks(&[("landfall.pb.js", HOOK)]).await?;
    let fields = server.api("GET", "/api/collections/people", None).await["fields"].clone();
    let mut fields = fields.as_array().unwrap().clone();
    fields.push(json!({ "name": "rev", "type": "number" }));
    server.change_collection("people", json!({ "fields": fields })).await;
    server.seed_people(2).await;
    Some(server)
}

#[tokio::test]
async fn the_hook_is_found_and_used_and_its_counter_is_no_field() {
    let Some(server) = hooked().await else { return skipped("the_hook_is_found") };
    let ada = Person::join(&server, "ada@example.org").await;
    assert!(!ada.remote.capabilities().conditional_writes);
    let (rows, _) = ada.pull_all("people", None, 10).await.unwrap();
    assert!(ada.remote.capabilities().conditional_writes);
    assert!(rows.iter().all(|row| row.get("rev").is_none() && row.version.is_some()));
    let row = rows[0].clone();
    let patch = |name: &str, version: &Option<Version>| Push {
        precondition: version.clone(),
        ..push(Kind::Patch, &row.id, json!({ "name": name }), json!({}))
    };
    let first = accepted(ada.remote.push(patch("A", &row.version)).await);
    assert!(first.version > row.version);
    assert_eq!(ada.remote.push(patch("B", &row.version)).await, Outcome::Stale);
    assert_eq!(server.find("people", &row.id).await.unwrap()["name"], "A");
    let delete = |version: &Option<Version>| Push {
        precondition: version.clone(),
        ..push(Kind::Delete, &row.id, json!({}), json!({}))
    };
    assert_eq!(ada.remote.push(delete(&row.version)).await, Outcome::Stale);
    assert_eq!(ada.remote.push(delete(&first.version)).await, Outcome::Accepted(None));
    // A superuser's schema does not show the counter either; without the hook it is a field like any other.
    let root = Person::at(&server, "_superusers").await;
    root.sign_in(ROOT.0, ROOT.1).await.unwrap();
    let found = discover(&root.client, &[]).await.unwrap();
    assert!(found.iter().all(|collection| collection.field("rev").is_none()));
}

#[tokio::test]
async fn with_the_hook_two_writers_never_both_win() {
    let Some(server) = hooked().await else { return skipped("with_the_hook_two_writers") };
    let mut writers = Vec::new();
    for index in 0..8 {
        writers.push(Person::join(&server, &format!("writer{index}@example.org")).await);
    }
    let id = person_id(0);
    for writer in &writers {
        writer.page("people", None, 1).await.unwrap();
    }
    for round in 0..200 {
        let known = writers[0].remote.read("people", &id).await.unwrap().unwrap();
        let base = json!({ "name": known.text("name") });
        let attempts = writers.iter().enumerate().map(|(index, writer)| {
            let changes = json!({ "name": format!("round {round} writer {index}") });
            let patch = Push { precondition: known.version.clone(), ..push(Kind::Patch, &id, changes, base.clone()) };
            // Half of them go without the version: then the connector demands the one that it reads.
            writer.remote.push(if index % 2 == 0 { patch } else { Push { precondition: None, ..patch } })
        });
        let outcomes = join_all(attempts).await;
        let winners: Vec<_> = outcomes
            .iter()
            .filter_map(|outcome| match outcome {
                Outcome::Accepted(Some(record)) => Some(record.text("name")),
                Outcome::Stale => None,
                other => panic!("round {round}: {other:?}"),
            })
            .collect();
        assert_eq!(winners.len(), 1, "round {round}: {outcomes:?}");
        assert_eq!(server.find("people", &id).await.unwrap()["name"], json!(winners[0]), "round {round}");
    }
}

#[tokio::test]
async fn a_counter_without_the_hook_is_a_field_like_any_other() {
    let server = server!();
    server.create_collection("counted", &json!([{ "name": "rev", "type": "number" }]), &[]).await;
    server.create("counted", json!({ "rev": 7 })).await;
    let ada = Person::join(&server, "ada@example.org").await;
    let page = ada.page("counted", None, 10).await.unwrap();
    assert_eq!(page.rows[0].get("rev"), Some(&json!(7)));
    assert!(!ada.remote.capabilities().conditional_writes);
}

#[tokio::test]
async fn a_hook_that_tidies_values_makes_no_conflict() {
    let tidy = "onRecordUpdateRequest((e) => { e.record.set('name', e.record.getString('name').trim()); e.next() })";
    let server = server!(hooks: &[("tidy.pb.js", tidy)]);
    server.seed_people(1).await;
    let ada = Person::join(&server, "ada@example.org").await;
    let patch = push(Kind::Patch, &person_id(0), json!({ "name": "  Neat  " }), json!({}));
    assert_eq!(accepted(ada.remote.push(patch).await).text("name"), "Neat");
}

#[tokio::test]
async fn each_rule_of_the_test_server_is_for_those_who_are_signed_in() {
    let server = server!();
    let people = server.api("GET", "/api/collections/people", None).await;
    assert!(RULES.iter().all(|rule| people[*rule] == SIGNED_IN));
}

fn names(answer: &Answer) -> Vec<String> {
    answer.records.iter().map(|record| record.text("name")).collect()
}

#[tokio::test]
async fn the_server_filters_sorts_searches_and_brings_what_records_point_to() {
    let server = server!();
    server.seed_people(60).await;
    let ada = Person::join(&server, "ada@example.org").await;
    let made = [("Zoe O'Hara", 30, "2001-02-03"), ("Abe O'Hara", 40, "2001-02-04"), ("Mia O'Hara", 50, "1999-12-31")];
    for (at, (name, age, born)) in made.iter().enumerate() {
        let changes = json!({ "name": name, "age": age, "born": born, "company": company_id(1) });
        accepted(ada.remote.push(push(Kind::Create, &format!("queried0000000{at}"), changes, json!({}))).await);
    }
    let ask = async |query: Query, page: usize, limit: usize| ada.remote.query("people", &query, page, limit).await;

    let searched = Query { search: "o'hara".into(), ..Query::default() };
    let all = ask(searched.clone(), 1, 50).await.unwrap();
    assert_eq!(names(&all), ["Abe O'Hara", "Mia O'Hara", "Zoe O'Hara"], "in the collection's own order");
    assert_eq!(all.related.len(), 1, "a company that all three point to comes once");
    assert_eq!((all.related[0].0.as_str(), &all.related[0].1.id), ("companies", &company_id(1)));
    assert!(!all.more && all.records[0].get("expand").is_none());

    let oldest = Query { order: vec![OrderBy::descending("age")], ..searched.clone() };
    let (first, second) = (ask(oldest.clone(), 1, 2).await.unwrap(), ask(oldest, 2, 2).await.unwrap());
    assert_eq!((names(&first), first.more), (vec!["Mia O'Hara".to_owned(), "Abe O'Hara".to_owned()], true));
    assert_eq!((names(&second), second.more), (vec!["Zoe O'Hara".to_owned()], false));

    for (field, operator, value, expected) in [
        ("name", Operator::Is, json!("Abe O'Hara"), vec!["Abe O'Hara"]),
        ("age", Operator::AtLeast, json!(40), vec!["Abe O'Hara", "Mia O'Hara"]),
        ("age", Operator::In, json!([30, 50]), vec!["Mia O'Hara", "Zoe O'Hara"]),
        ("born", Operator::Is, json!("2001-02-03"), vec!["Zoe O'Hara"]),
        ("born", Operator::AtMost, json!("2001-02-03"), vec!["Mia O'Hara", "Zoe O'Hara"]),
        ("born", Operator::Greater, json!("2001-02-03"), vec!["Abe O'Hara"]),
        ("name", Operator::Contains, json!("zoe"), vec!["Zoe O'Hara"]),
        ("company", Operator::Is, json!(company_id(2)), vec![]),
    ] {
        let filter = Some(Filter::field(field, operator, value));
        let found = ask(Query { filter, ..searched.clone() }, 1, 50).await.unwrap();
        assert_eq!(names(&found), expected, "{field} {operator:?}");
    }
    let typed = Query { search: "' || id != '".into(), ..Query::default() };
    assert_eq!(names(&ask(typed, 1, 50).await.unwrap()), Vec::<String>::new(), "what is typed stays a text");
    let strange = Query { order: vec![OrderBy::ascending("password")], ..Query::default() };
    assert!(matches!(ask(strange, 1, 5).await, Err(RemoteError::Refused(problem)) if problem.code == "no_field"));
}

#[tokio::test]
async fn many_creates_go_in_one_request_all_or_none() {
    let server = server!();
    let ada = Person::join(&server, "ada@example.org").await;
    let one = |id: &str, email: &str| push(Kind::Create, id, json!({ "name": id, "email": email }), json!({}));
    let good = [one("batched00000001", "b1@example.org"), one("batched00000002", "b2@example.org")];
    let outcomes = ada.remote.create_together(&good).await.expect("batches are enabled");
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Accepted(Some(_)))), "{outcomes:?}");
    assert_eq!(server.count("people").await, 2);

    let bad = [one("batched00000003", "b3@example.org"), one("batched00000004", "b1@example.org")];
    let outcomes = ada.remote.create_together(&bad).await.expect("batches are enabled");
    assert_eq!(outcomes[0], Outcome::NotSent, "all or none");
    assert_eq!(invalid(outcomes[1].clone()), pairs(&[("email", "not_unique")]));
    assert_eq!(server.count("people").await, 2);

    let same = push(Kind::Create, "batched00000001", json!({ "name": "again" }), json!({}));
    let again = ada.remote.create_together(&[same]).await.expect("batches are enabled");
    assert_eq!(again[0], Outcome::Stale, "an id that is there: it may be our own lost success");

    server.api("PATCH", "/api/settings", Some(json!({ "batch": { "enabled": false } }))).await;
    assert_eq!(ada.remote.create_together(&bad).await, None, "the server takes no batches");
    assert_eq!(ada.remote.create_together(&[push(Kind::Delete, "batched00000001", json!({}), json!({}))]).await, None);
}
