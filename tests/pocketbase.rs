//! The PocketBase connector against the real server.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/native.rs"]
mod native;
#[path = "support/pocketbase.rs"]
mod pocketbase;

use pocketbase::{PocketBase, company_id, person_id, skipped};
use serde_json::json;

/// Starts a server, or ends the test with a visible word.
macro_rules! server {
    () => {
        match PocketBase::start().await {
            Some(server) => server,
            None => return skipped(std::thread::current().name().unwrap_or_default()),
        }
    };
}

#[tokio::test]
async fn a_server_for_tests_has_people_survives_a_crash_and_keeps_its_port() {
    let mut server = server!();
    let began = std::time::Instant::now();
    server.seed_people(10_000).await;
    assert!(began.elapsed().as_secs() < 30, "seeding took {:?}", began.elapsed());
    assert_eq!(server.count("people").await, 10_000);
    let user = server.add_user("ada@example.org", "ada-secret-1").await;
    let token = server.token_of("users", "ada@example.org", "ada-secret-1").await;
    let path = format!("/api/collections/people/records/{}", person_id(7));
    let (_, person) = server.ask("GET", &path, None, &token).await;
    assert_eq!(person["company"], json!(company_id(7)));
    let url = server.url();
    server.kill();
    server.restart().await;
    assert_eq!(server.url(), url);
    assert_eq!(server.ask("GET", &path, None, &token).await.0, 200);
    server.set_password(&user, "ada-secret-2").await;
    assert_eq!(server.ask("GET", &path, None, &token).await.0, 404);
}
