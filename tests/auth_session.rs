//! The session on a fake clock: renewed once for all, ended only by the server's word, sealed, shared by tabs.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/clock.rs"]
mod clock;
#[path = "support/sign_in.rs"]
mod sign_in;

use futures::future::{FutureExt, join, join_all};
use landfall::auth::{AuthError, Session, SessionState};
use landfall::http::{Client, Credentials, HttpError, Phase, Reply, Response, ScriptedTransport, Token};
use landfall::local::{Disk, DiskError, DiskTable};
use landfall::platform::Cipher;
use sign_in::{Mood, World, account, password};
use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

const BASE: &str = "https://api.example.org/";
const ANN: fn() -> SessionState = || SessionState::Active(account("ann"));
const ENDED: fn() -> SessionState = || SessionState::Ended(account("ann"));

fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn unreachable() -> AuthError {
    AuthError::Unreachable(HttpError::Unreachable)
}

/// Everything on the disk, as one run of bytes.
fn on_disk(world: &World) -> Vec<u8> {
    let rows = |table| world.clock.run(world.disk.scan(table)).unwrap().0;
    let parts = DiskTable::ALL.into_iter().flat_map(rows).map(|(_, row)| [row.clear.into_bytes(), row.body].concat());
    parts.collect::<Vec<_>>().concat()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// A client over the session, and the transport behind it.
fn client(world: &World, session: &Rc<Session>, replies: Vec<Reply>, last: Reply) -> (Client, ScriptedTransport) {
    let transport = ScriptedTransport::new(Rc::new(world.clock.clone()), replies, last);
    let builder = Client::builder(Rc::new(transport.clone()), &world.environment()).base(BASE);
    (builder.auth(session.clone(), &[BASE]).build(), transport)
}

fn ok() -> Reply {
    Reply::answer(Response::new(200, "{}"))
}

fn token_sent(transport: &ScriptedTransport, attempt: usize) -> String {
    transport.sent()[attempt].request.headers.get("authorization").unwrap_or("none").to_owned()
}

mod signing_in {
    use super::*;

    #[test]
    fn a_sign_in_gives_a_token_and_outlives_a_reload() {
        let world = World::new();
        let session = world.open();
        assert_eq!((session.state(), session.token()), (SessionState::SignedOut, None));
        assert_eq!(world.clock.run(session.sign_in(password("ann", "right"))), Ok(account("ann")));
        assert_eq!(session.token().as_deref(), Some("secret-ann-1"));
        let reopened = world.open();
        assert_eq!((reopened.state(), reopened.token()), (ANN(), session.token()));
        assert_eq!(reopened.account(), Some(account("ann")));
    }

    #[test]
    fn a_wrong_password_changes_nothing() {
        let world = World::new();
        let session = world.signed_in();
        let wrong = world.clock.run(session.sign_in(password("ann", "guess")));
        assert!(matches!(wrong, Err(AuthError::Wrong(_))), "{wrong:?}");
        assert_eq!((session.state(), session.token().as_deref()), (ANN(), Some("secret-ann-1")));
    }

    #[test]
    fn someone_else_signs_in_only_after_a_sign_out() {
        let world = World::new();
        let session = world.signed_in();
        assert_eq!(world.clock.run(session.sign_in(password("bob", "right"))), Err(AuthError::OtherAccount));
        assert_eq!(session.state(), ANN());
        world.office.mood.set(Mood::Revoking);
        world.clock.run(session.prove()).unwrap_err();
        world.office.mood.set(Mood::Well);
        assert_eq!(world.clock.run(session.sign_in(password("bob", "right"))), Err(AuthError::OtherAccount));
        assert_eq!(session.state(), ENDED());
        world.clock.run(session.sign_out()).unwrap();
        assert_eq!(world.clock.run(session.sign_in(password("bob", "right"))), Ok(account("bob")));
    }

    #[test]
    fn someone_else_in_another_tab_is_someone_else_here_too() {
        let world = World::new();
        let here = world.open();
        let _there = world.signed_in();
        assert_eq!(world.clock.run(here.sign_in(password("bob", "right"))), Err(AuthError::OtherAccount));
    }

    #[test]
    fn an_ended_session_goes_on_after_signing_in_again_in_place() {
        let world = World::new();
        let session = world.signed_in();
        world.office.mood.set(Mood::Revoking);
        assert_eq!(world.clock.run(session.prove()), Err(AuthError::Over));
        world.office.mood.set(Mood::Well);
        world.clock.run(session.sign_in(password("ann", "right"))).unwrap();
        assert_eq!((session.state(), session.token().as_deref()), (ANN(), Some("secret-ann-2")));
    }

    #[test]
    fn every_watcher_hears_every_change_and_no_renewal() {
        let world = World::new();
        let session = world.open();
        let heard = Rc::new(RefCell::new(Vec::new()));
        for _ in 0..2 {
            let heard = heard.clone();
            session.watch(move |state| heard.borrow_mut().push(state.clone()));
        }
        world.clock.run(session.sign_in(password("ann", "right"))).unwrap();
        world.clock.run(session.prove()).unwrap();
        world.office.mood.set(Mood::Revoking);
        world.clock.run(session.prove()).unwrap_err();
        world.clock.run(session.sign_out()).unwrap();
        let states = [ANN(), ENDED(), SessionState::SignedOut];
        assert_eq!(*heard.borrow(), states.into_iter().flat_map(|state| [state.clone(), state]).collect::<Vec<_>>());
    }

    #[test]
    fn a_sign_out_leaves_neither_token_nor_name_behind() {
        let world = World::new();
        let session = world.signed_in();
        world.clock.run(session.sign_out()).unwrap();
        assert_eq!((session.state(), session.token()), (SessionState::SignedOut, None));
        assert_eq!(world.open().state(), SessionState::SignedOut);
        let bytes = on_disk(&world);
        assert!(!holds(&bytes, "ann"), "{}", String::from_utf8_lossy(&bytes));
    }

    /// The page was loaded anew at the news of the sign-out, before the sign-out was on disk: whoever was quick enough
    /// was signed in again.
    #[test]
    fn a_sign_out_is_on_disk_before_anybody_hears_of_it() {
        let world = World::new();
        let session = world.signed_in();
        let disk = world.disk.clone();
        let kept = Rc::new(RefCell::new(None));
        let found = kept.clone();
        session.watch(move |state| {
            assert_eq!(*state, SessionState::SignedOut);
            let mut reading = disk.get(DiskTable::OutboxMeta, "session".into());
            *found.borrow_mut() = (0..9).find_map(|_| (&mut reading).now_or_never());
        });
        world.clock.run(session.sign_out()).unwrap();
        let row = kept.take().expect("it was told").unwrap().expect("a row");
        assert!(!row.clear.contains("ann"), "{}", row.clear);
    }

    #[test]
    fn a_sign_out_that_the_disk_refuses_is_told() {
        let world = World::new();
        let session = world.signed_in();
        world.disk.fail_next(DiskError::Aborted("no".into()));
        let refused = world.clock.run(session.sign_out());
        assert!(matches!(refused, Err(AuthError::NotKept(_))), "{refused:?}");
        assert_eq!(session.token(), None, "this tab is signed out all the same");
    }
}

mod renewal {
    use super::*;

    #[test]
    fn fifty_callers_with_an_ended_token_make_one_renewal() {
        let world = World::new();
        let session = world.signed_in();
        world.clock.advance(secs(601));
        assert_eq!(session.token(), None, "an ended token is not given out");
        let (client, transport) = client(&world, &session, vec![], ok());
        let answers = world.clock.run(join_all((0..50).map(|_| client.get("x").send())));
        assert!(answers.iter().all(Result::is_ok));
        assert_eq!(world.office.asked.get(), 1);
        assert_eq!(transport.sent().len(), 50, "none went out with the ended token first");
        assert!((0..50).all(|attempt| token_sent(&transport, attempt) == "Bearer secret-ann-2"));
    }

    #[test]
    fn fifty_refused_requests_make_one_renewal_and_are_each_replayed_once() {
        let world = World::new();
        let session = world.signed_in();
        let (client, transport) = client(&world, &session, vec![Reply::status(401); 50], ok());
        let answers = world.clock.run(join_all((0..50).map(|_| client.post("x").send())));
        assert!(answers.iter().all(Result::is_ok));
        assert_eq!((world.office.asked.get(), transport.sent().len()), (1, 100));
    }

    #[test]
    fn a_request_refused_late_takes_the_token_that_is_newer_already() {
        let world = World::new();
        let session = world.signed_in();
        let late = Reply::status(401).after(secs(5));
        let (client, transport) = client(&world, &session, vec![late, Reply::status(401)], ok());
        let (one, two) = world.clock.run(join(client.get("slow").send(), client.get("quick").send()));
        assert!(one.is_ok() && two.is_ok());
        assert_eq!((world.office.asked.get(), transport.sent().len()), (1, 4));
    }

    #[test]
    fn a_second_refusal_is_the_answer() {
        let world = World::new();
        let session = world.signed_in();
        let (client, transport) = client(&world, &session, vec![], Reply::status(401));
        assert!(world.clock.run(client.get("x").send()).unwrap_err().needs_sign_in());
        assert_eq!((world.office.asked.get(), transport.sent().len()), (1, 2));
        assert_eq!(session.state(), ANN(), "one refusal of a request is not the end of the session");
    }

    #[test]
    fn a_renewal_that_hangs_ends_at_its_own_deadline() {
        let world = World::new();
        let session = world.signed_in();
        world.clock.advance(secs(601));
        world.office.mood.set(Mood::Hanging);
        let before = world.clock.elapsed();
        let late = AuthError::Unreachable(HttpError::Timeout { phase: Phase::ToHeaders });
        assert_eq!(world.clock.run(session.ready()), Err(late));
        assert_eq!(world.clock.elapsed() - before, secs(15));
        assert_eq!(session.state(), ANN());
    }

    #[test]
    fn network_failure_is_no_sign_out_and_rows_stay() {
        let world = World::new();
        let session = world.signed_in();
        world.office.mood.set(Mood::Away);
        for _ in 0..20 {
            world.clock.advance(secs(600));
            assert_eq!(world.clock.run(session.ready()), Err(unreachable()));
        }
        assert_eq!((session.state(), world.open().state()), (ANN(), ANN()));
        world.office.mood.set(Mood::Well);
        world.clock.advance(secs(60));
        assert!(world.clock.run(session.ready()).is_ok());
    }

    #[test]
    fn after_a_failure_nobody_asks_for_a_moment_that_grows() {
        let world = World::new();
        let session = world.signed_in();
        world.clock.advance(secs(601));
        world.office.mood.set(Mood::Away);
        let answers = world.clock.run(join_all((0..50).map(|_| session.ready())));
        assert!(answers.iter().all(|answer| *answer == Err(unreachable())));
        assert_eq!(world.clock.run(session.ready()), Err(unreachable()));
        assert_eq!(world.office.asked.get(), 1);
        let mut moments = Vec::new();
        for _ in 0..6 {
            let (start, asked) = (world.clock.elapsed(), world.office.asked.get());
            while world.office.asked.get() == asked {
                world.clock.advance(Duration::from_millis(250));
                world.clock.run(session.ready()).unwrap_err();
            }
            moments.push((world.clock.elapsed() - start).as_secs());
        }
        assert!(moments.is_sorted() && moments[0] < 2 && (15..=30).contains(&moments[5]), "{moments:?}");
    }

    #[test]
    fn a_new_token_begins_with_a_clean_slate() {
        let world = World::new();
        let session = world.signed_in();
        world.clock.advance(secs(601));
        world.office.mood.set(Mood::Away);
        world.clock.run(session.ready()).unwrap_err();
        world.office.mood.set(Mood::Well);
        world.clock.run(session.sign_in(password("ann", "right"))).unwrap();
        assert!(world.clock.run(session.prove()).is_ok(), "the moment belongs to the token that failed");
    }

    #[test]
    fn the_network_s_return_ends_the_moment() {
        let world = World::new();
        let session = world.signed_in();
        world.clock.advance(secs(601));
        world.network.set_network(false);
        world.office.mood.set(Mood::Away);
        world.clock.run(session.ready()).unwrap_err();
        world.office.mood.set(Mood::Well);
        let mut following = pin!(session.clone().follow());
        assert!(world.clock.settle(following.as_mut()).is_pending());
        world.network.set_network(true);
        assert!(world.clock.settle(following.as_mut()).is_pending());
        assert!(world.clock.run(session.ready()).is_ok());
    }

    #[test]
    fn a_refusal_by_this_device_costs_no_moment() {
        let world = World::new();
        let session = world.signed_in();
        world.clock.advance(secs(601));
        world.office.mood.set(Mood::Offline);
        world.clock.run(session.ready()).unwrap_err();
        let offline = world.clock.run(session.current());
        assert_eq!(offline, Err(HttpError::Offline), "and says what it is");
        world.office.mood.set(Mood::Well);
        assert!(world.clock.run(session.ready()).is_ok());
    }

    #[test]
    fn only_the_server_s_word_ends_a_session_and_the_end_outlives_a_reload() {
        let world = World::new();
        let session = world.signed_in();
        world.office.mood.set(Mood::Revoking);
        world.clock.advance(secs(601));
        assert_eq!(world.clock.run(session.ready()), Err(AuthError::Over));
        for session in [session, world.open()] {
            assert_eq!((session.state(), session.token()), (ENDED(), None));
            assert_eq!(session.account(), Some(account("ann")));
            assert_eq!(world.clock.run(session.ready()), Err(AuthError::Over));
        }
        assert_eq!(world.office.asked.get(), 1, "an ended session is not asked about again");
    }

    #[test]
    fn a_sign_out_during_a_renewal_makes_it_void() {
        let world = World::new();
        let session = world.signed_in();
        world.clock.advance(secs(601));
        world.office.pace.set(secs(5));
        let leave = async {
            landfall::platform::Clock::sleep(&world.clock, secs(1)).await;
            session.sign_out().await
        };
        let start = world.clock.elapsed();
        let (ready, left) = world.clock.run(join(session.ready(), leave));
        assert_eq!((ready, left), (Err(AuthError::Over), Ok(())));
        assert_eq!(world.clock.elapsed() - start, secs(1), "nobody waits for an answer that is void");
        assert_eq!((session.state(), world.open().state()), (SessionState::SignedOut, SessionState::SignedOut));
    }

    #[test]
    fn a_sign_out_while_the_new_token_is_being_kept_wins() {
        for steps in 0.. {
            let world = World::new();
            let session = world.signed_in();
            world.office.pace.set(Duration::ZERO);
            let mut proving = Box::pin(session.prove());
            let waker = futures::task::noop_waker();
            let mut step = || proving.as_mut().poll(&mut std::task::Context::from_waker(&waker)).is_ready();
            if (0..steps).any(|_| step()) {
                assert!(steps > 5, "the steps in between were tried");
                return;
            }
            let (_, left) = world.clock.run(join(proving, session.sign_out()));
            left.unwrap();
            let states = (session.state(), world.open().state());
            assert_eq!(states, (SessionState::SignedOut, SessionState::SignedOut), "after {steps} steps");
        }
    }

    #[test]
    fn a_renewal_whose_callers_have_gone_is_carried_on_by_the_next() {
        let world = World::new();
        let session = world.signed_in();
        world.clock.advance(secs(601));
        world.office.pace.set(secs(5));
        let mut gone = Box::pin(session.ready());
        assert!(world.clock.settle(gone.as_mut()).is_pending());
        drop(gone);
        world.clock.advance(secs(60));
        assert!(world.clock.run(session.ready()).is_ok());
        assert_eq!(world.office.asked.get(), 1);
    }

    #[test]
    fn a_proof_asks_the_server_even_if_the_token_is_good() {
        let world = World::new();
        let session = world.signed_in();
        let generation = world.clock.run(session.ready()).unwrap();
        let proofs = world.clock.run(join_all((0..5).map(|_| session.prove())));
        assert!(proofs.iter().all(|proof| *proof == Ok(generation + 1)), "{proofs:?}");
        assert_eq!(world.office.asked.get(), 1);
        world.office.mood.set(Mood::Away);
        assert_eq!(world.clock.run(session.prove()), Err(unreachable()));
        assert_eq!(world.clock.run(session.ready()), Ok(generation + 1), "the token is as good as before");
    }
}

mod requests {
    use super::*;

    #[test]
    fn no_request_goes_out_as_a_guest_s() {
        let world = World::new();
        let session = world.open();
        let (client, transport) = client(&world, &session, vec![], ok());
        assert_eq!(world.clock.run(client.get("x").send()), Err(HttpError::SignIn));
        world.clock.run(session.sign_in(password("ann", "right"))).unwrap();
        world.office.mood.set(Mood::Away);
        world.clock.advance(secs(601));
        assert_eq!(world.clock.run(client.get("x").send()), Err(HttpError::NotRenewed));
        world.office.mood.set(Mood::Revoking);
        world.clock.advance(secs(60));
        assert_eq!(world.clock.run(client.get("x").send()), Err(HttpError::SignIn));
        assert!(transport.sent().is_empty());
    }

    #[test]
    fn a_refusal_whose_renewal_fails_is_not_the_end() {
        let world = World::new();
        let session = world.signed_in();
        world.office.mood.set(Mood::Away);
        let (client, _) = client(&world, &session, vec![], Reply::status(401));
        assert_eq!(world.clock.run(client.get("x").send()), Err(HttpError::NotRenewed));
        assert_eq!(session.state(), ANN());
    }

    #[test]
    fn a_refusal_at_the_end_of_the_session_stays_a_refusal() {
        let world = World::new();
        let session = world.signed_in();
        world.office.mood.set(Mood::Revoking);
        let (client, transport) = client(&world, &session, vec![], Reply::status(401));
        assert_eq!(world.clock.run(client.get("x").send()).unwrap_err().status(), Some(401));
        assert_eq!((transport.sent().len(), session.state()), (1, ENDED()));
    }

    /// ground-android#1683: one account's edits sent with another's token.
    #[test]
    fn a_request_of_one_account_is_never_replayed_with_another_s_token() {
        let world = World::new();
        let session = world.signed_in();
        let late = Reply::status(401).after(secs(5));
        let (client, transport) = client(&world, &session, vec![late], ok());
        let switch = async {
            session.sign_out().await.unwrap();
            session.sign_in(password("bob", "right")).await.unwrap();
        };
        let (answer, ()) = world.clock.run(join(client.post("x").send(), switch));
        assert_eq!(answer, Err(HttpError::SignIn));
        assert_eq!(transport.sent().len(), 1);
    }
}

mod ahead_of_expiry {
    use super::*;

    #[test]
    fn a_token_of_ten_seconds_is_renewed_two_seconds_ahead() {
        let world = World::new();
        world.office.life.set(Some(secs(10)));
        let session = world.signed_in();
        world.pass(7, session.clone().keep_fresh());
        assert_eq!(world.office.asked.get(), 0);
        world.pass(2, session.clone().keep_fresh());
        assert_eq!(world.office.asked.get(), 1);
        world.pass(60, session.clone().keep_fresh());
        assert!((7..=8).contains(&world.office.asked.get()), "{}", world.office.asked.get());
        assert!(session.token().is_some());
    }

    #[test]
    fn a_token_of_days_is_renewed_five_minutes_ahead() {
        let world = World::new();
        world.office.life.set(Some(secs(7 * 86_400)));
        let session = world.signed_in();
        world.pass(7 * 86_400 - 310, session.clone().keep_fresh());
        assert_eq!(world.office.asked.get(), 0);
        world.pass(20, session.clone().keep_fresh());
        assert_eq!(world.office.asked.get(), 1);
    }

    #[test]
    fn a_token_without_an_end_is_left_alone() {
        let world = World::new();
        world.office.life.set(None);
        let session = world.signed_in();
        world.pass(86_400, session.clone().keep_fresh());
        assert_eq!(world.office.asked.get(), 0);
        assert!(world.clock.run(session.ready()).is_ok());
    }

    #[test]
    fn a_token_that_arrives_later_is_kept_fresh_too() {
        let world = World::new();
        world.office.life.set(Some(secs(10)));
        let session = world.open();
        let late = async {
            landfall::platform::Clock::sleep(&world.clock, secs(100)).await;
            session.sign_in(password("ann", "right")).await.unwrap();
            std::future::pending().await
        };
        let keeping = async { join(session.clone().keep_fresh(), late).await.1 };
        world.pass(109, keeping);
        assert_eq!(world.office.asked.get(), 1);
    }

    #[test]
    fn a_failure_ahead_keeps_the_session_and_is_tried_again() {
        let world = World::new();
        let session = world.signed_in();
        world.office.mood.set(Mood::Away);
        world.pass(590, session.clone().keep_fresh());
        let asked = world.office.asked.get();
        assert!((3..=12).contains(&asked), "{asked} within the last two minutes");
        assert_eq!(session.state(), ANN());
        assert!(world.clock.run(session.ready()).is_ok(), "the token is still good");
        world.office.mood.set(Mood::Well);
        world.pass(31, session.clone().keep_fresh());
        assert_eq!(session.token().as_deref(), Some("secret-ann-2"));
    }

    #[test]
    fn a_device_that_is_offline_does_not_spin() {
        let world = World::new();
        let session = world.signed_in();
        world.office.mood.set(Mood::Offline);
        world.pass(3600, session.clone().keep_fresh());
        let asked = world.office.asked.get();
        assert!((50..400).contains(&asked), "{asked}");
    }

    /// The timers of a laptop that is shut stand still; its wall clock does not.
    #[test]
    fn a_laptop_that_was_shut_catches_up_within_half_a_minute() {
        let world = World::new();
        world.office.life.set(Some(secs(86_400)));
        let session = world.signed_in();
        let mut keeping = pin!(session.clone().keep_fresh());
        assert!(world.clock.settle(keeping.as_mut()).is_pending());
        world.shut_for(secs(86_400 - 200));
        world.pass(31, keeping);
        assert_eq!(world.office.asked.get(), 1);
    }

    #[test]
    fn what_the_callers_left_is_carried_on() {
        let world = World::new();
        let session = world.signed_in();
        world.office.pace.set(secs(5));
        let mut gone = Box::pin(session.prove());
        assert!(world.clock.settle(gone.as_mut()).is_pending());
        drop(gone);
        world.pass(6, session.clone().keep_fresh());
        assert_eq!(session.token().as_deref(), Some("secret-ann-2"));
    }
}

mod across_tabs {
    use super::*;

    #[test]
    fn another_tab_s_newer_token_is_taken_without_asking() {
        let world = World::new();
        let (one, two) = (world.signed_in(), world.open());
        world.clock.run(one.prove()).unwrap();
        assert_eq!(world.office.asked.get(), 1);
        assert_eq!(two.token().as_deref(), Some("secret-ann-1"), "it has not heard yet");
        let stale = world.clock.run(two.current()).unwrap().unwrap();
        let newer = world.clock.run(two.refresh(stale.generation)).unwrap().unwrap();
        assert_eq!((newer.value.as_str(), world.office.asked.get()), ("Bearer secret-ann-2", 1));
    }

    /// oidc-client-ts#430, supabase#8959: tabs that rotate one token revoke each other.
    #[test]
    fn tabs_with_a_rotating_token_do_not_revoke_each_other() {
        let world = World::new();
        world.office.rotates.set(true);
        let tabs = [world.signed_in(), world.open(), world.open()];
        for _ in 0..10 {
            world.clock.advance(secs(601));
            let ready = world.clock.run(join_all(tabs.iter().map(|tab| tab.ready())));
            assert!(ready.iter().all(|answer| *answer == ready[0] && answer.is_ok()), "{ready:?}");
        }
        assert_eq!(world.office.asked.get(), 10);
    }

    #[test]
    fn a_frozen_tab_does_not_hold_up_the_others_for_ever() {
        let world = World::new();
        let (frozen, session) = (world.signed_in(), world.open());
        world.clock.advance(secs(601));
        let mut stuck = Box::pin(frozen.ready());
        world.office.mood.set(Mood::Hanging);
        assert!(world.clock.settle(stuck.as_mut()).is_pending());
        world.office.mood.set(Mood::Well);
        let start = world.clock.elapsed();
        assert!(world.clock.run(session.ready()).is_ok());
        assert_eq!((world.clock.elapsed() - start).as_secs(), 15);
    }

    #[test]
    fn a_sign_out_reaches_every_tab_and_stops_what_is_under_way() {
        let world = World::new();
        let (one, two) = (world.signed_in(), world.open());
        world.office.mood.set(Mood::Hanging);
        let mut following = pin!(two.clone().follow());
        assert!(world.clock.settle(following.as_mut()).is_pending());
        let mut proving = pin!(two.prove());
        assert!(world.clock.settle(proving.as_mut()).is_pending());
        world.clock.run(one.sign_out()).unwrap();
        assert!(world.clock.settle(following.as_mut()).is_pending());
        assert_eq!(two.state(), SessionState::SignedOut);
        assert_eq!(world.clock.settle(proving.as_mut()), std::task::Poll::Ready(Err(AuthError::Over)));
    }

    #[test]
    fn a_sign_out_elsewhere_that_was_not_heard_still_makes_the_renewal_void() {
        let world = World::new();
        let (one, two) = (world.signed_in(), world.open());
        world.office.pace.set(secs(5));
        let (proof, left) = world.clock.run(join(two.prove(), one.sign_out()));
        assert_eq!((proof, left), (Err(AuthError::Over), Ok(())));
        assert_eq!((two.state(), world.open().state()), (SessionState::SignedOut, SessionState::SignedOut));
    }

    #[test]
    fn sign_ins_ends_and_renewals_reach_the_tabs_that_follow() {
        let world = World::new();
        let (one, two) = (world.open(), world.open());
        let mut following = pin!(two.clone().follow());
        assert!(world.clock.settle(following.as_mut()).is_pending());
        let mut told = |session: &Session| {
            assert!(world.clock.settle(following.as_mut()).is_pending());
            (session.state(), session.token())
        };
        world.clock.run(one.sign_in(password("ann", "right"))).unwrap();
        assert_eq!(told(&two), (ANN(), Some("secret-ann-1".into())));
        world.clock.run(one.prove()).unwrap();
        assert_eq!(told(&two), (ANN(), Some("secret-ann-2".into())));
        world.office.mood.set(Mood::Revoking);
        world.clock.run(one.prove()).unwrap_err();
        assert_eq!(told(&two), (ENDED(), None));
        world.office.mood.set(Mood::Well);
        world.clock.run(one.sign_in(password("ann", "right"))).unwrap();
        assert_eq!(told(&two), (ANN(), Some("secret-ann-3".into())));
    }

    #[test]
    fn a_following_tab_rereads_when_it_becomes_visible() {
        let world = World::new();
        let (one, two) = (world.signed_in(), world.open());
        let mut following = pin!(two.clone().follow());
        assert!(world.clock.settle(following.as_mut()).is_pending());
        world.network.set_visible(false);
        world.clock.run(one.sign_out()).unwrap();
        world.network.set_visible(true);
        assert!(world.clock.settle(following.as_mut()).is_pending());
        assert_eq!(two.state(), SessionState::SignedOut);
    }
}

mod at_rest {
    use super::*;

    #[test]
    fn no_token_lies_on_the_disk_in_the_clear() {
        let world = World::new();
        world.office.rotates.set(true);
        let session = world.signed_in();
        world.clock.run(session.prove()).unwrap();
        let bytes = on_disk(&world);
        assert!(holds(&bytes, "id-ann"), "who it is may be read");
        for secret in
            ["secret-ann-2", "c2VjcmV0LWFubi0y", "rotating-2", "cm90YXRpbmctM", "secret", "c2VjcmV0", "rotating"]
        {
            assert!(!holds(&bytes, secret), "{secret} lies on the disk");
        }
        assert_eq!(world.open().token(), session.token());
    }

    #[test]
    fn where_nothing_can_be_sealed_the_token_stays_in_memory() {
        let world = World::new();
        world.cipher.lose_key();
        let session = world.signed_in();
        assert_eq!(session.token().as_deref(), Some("secret-ann-1"));
        assert!(world.clock.run(session.prove()).is_ok());
        assert!(!holds(&on_disk(&world), "secret"));
        let reopened = world.open();
        assert_eq!((reopened.state(), reopened.token()), (ENDED(), None), "the account is known, its data readable");
        assert!(world.clock.run(session.ready()).is_ok());
    }

    #[test]
    fn where_nothing_can_be_sealed_each_tab_keeps_its_own_token() {
        let world = World::new();
        world.cipher.lose_key();
        let (one, two) = (world.signed_in(), world.open());
        world.clock.run(two.sign_in(password("ann", "right"))).unwrap();
        let mut following = pin!(one.clone().follow());
        assert!(world.clock.settle(following.as_mut()).is_pending());
        assert_eq!((one.token().as_deref(), two.token().as_deref()), (Some("secret-ann-1"), Some("secret-ann-2")));
        world.clock.run(one.prove()).unwrap();
        world.clock.run(one.sign_out()).unwrap();
        world.clock.run(two.prove()).unwrap_err();
        assert_eq!(two.state(), SessionState::SignedOut);
    }

    #[test]
    fn a_lost_key_asks_to_sign_in_again_in_place() {
        let world = World::new();
        world.signed_in();
        world.cipher.lose_key();
        assert_eq!(world.open().state(), ENDED());
    }

    #[test]
    fn what_cannot_be_read_is_nobody_s_and_the_next_sign_in_replaces_it() {
        let world = World::new();
        let row = landfall::local::Stored { clear: "no json".into(), body: vec![1, 2, 3] };
        let write = landfall::local::Write::Put(DiskTable::OutboxMeta, "session".into(), row);
        let mut transaction = landfall::local::Transaction::new(landfall::local::Database::Outbox);
        transaction.writes.push(write);
        world.clock.run(world.disk.transact(transaction)).unwrap();
        let session = world.open();
        assert_eq!(session.state(), SessionState::SignedOut);
        world.clock.run(session.sign_in(password("ann", "right"))).unwrap();
        assert_eq!(world.open().state(), ANN());
    }

    #[test]
    fn a_disk_that_cannot_be_written_leaves_the_session_in_this_tab() {
        let world = World::new();
        let session = world.open();
        world.disk.fail_next(DiskError::Quota);
        assert_eq!(world.clock.run(session.sign_in(password("ann", "right"))), Ok(account("ann")));
        assert_eq!((session.state(), world.open().state()), (ANN(), SessionState::SignedOut));
    }

    #[test]
    fn a_kept_session_outlives_a_power_cut() {
        let world = World::new();
        let session = world.signed_in();
        world.clock.run(session.prove()).unwrap();
        world.disk.cut_power();
        assert_eq!(world.open().token().as_deref(), Some("secret-ann-2"));
    }

    #[test]
    fn the_tests_cipher_opens_only_what_it_sealed() {
        let world = World::new();
        let sealed = world.clock.run(world.cipher.seal(b"text")).unwrap();
        assert_eq!(world.clock.run(world.cipher.open(&sealed)).as_deref(), Some(&b"text"[..]));
        let other = landfall::platform::MemoryCipher::new(1);
        assert_eq!(world.clock.run(other.open(&sealed)), None);
        assert_eq!(world.clock.run(world.cipher.open(b"text")), None);
    }
}

#[test]
fn a_token_is_put_on_a_request_with_its_generation() {
    let world = World::new();
    let session = world.signed_in();
    let generation = world.clock.run(session.ready()).unwrap();
    let value = "Bearer secret-ann-1".to_owned();
    let token = Token { header: "authorization", value, generation };
    assert_eq!(world.clock.run(session.current()), Ok(Some(token)));
}
