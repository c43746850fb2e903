//! What every group of tabs promises, as tests that run against each kind.
//!
//! A case gets two tabs of a group of their own.

use futures::{FutureExt, StreamExt, future::LocalBoxFuture};
use landfall::platform::{Leadership, Tabs};

/// Hands the name of every case to the macro `$run`.
#[macro_export]
macro_rules! tabs_contract {
    ($run:ident) => {
        $run!(the_first_tab_leads_and_the_second_waits);
        $run!(the_next_tab_leads_when_the_leader_lets_go);
        $run!(a_tab_that_no_longer_waits_does_not_lead);
        $run!(a_stolen_lead_is_lost);
        $run!(a_lead_that_was_let_go_is_not_lost);
        $run!(the_robbed_tab_can_lead_again);
        $run!(turns_are_taken_one_after_the_other_and_apart_from_the_lead);
        $run!(a_message_reaches_the_other_tab_and_not_its_sender);
        $run!(messages_arrive_in_order_at_every_listener);
    };
}

type Waiting = LocalBoxFuture<'static, Box<dyn Leadership>>;

/// Whether `waiting` still waits after a message has gone to the other tab and another has come back.
async fn still_waits(waiting: &mut Waiting, one: &impl Tabs, two: &impl Tabs) -> bool {
    let (mut there, mut back) = (two.messages(), one.messages());
    let before = waiting.now_or_never();
    one.broadcast("there");
    there.next().await;
    two.broadcast("back");
    back.next().await;
    before.is_none() && waiting.now_or_never().is_none()
}

pub async fn the_first_tab_leads_and_the_second_waits(one: impl Tabs, two: impl Tabs) {
    let _lead = one.lead().await;
    assert!(still_waits(&mut two.lead(), &one, &two).await);
}

pub async fn the_next_tab_leads_when_the_leader_lets_go(one: impl Tabs, two: impl Tabs) {
    let lead = one.lead().await;
    let mut waiting = two.lead();
    assert!(still_waits(&mut waiting, &one, &two).await);
    drop(lead);
    let _lead = waiting.await;
    assert!(still_waits(&mut one.lead(), &two, &one).await);
}

pub async fn a_tab_that_no_longer_waits_does_not_lead(one: impl Tabs, two: impl Tabs) {
    let lead = one.lead().await;
    let mut waiting = two.lead();
    assert!(still_waits(&mut waiting, &one, &two).await);
    drop(waiting);
    drop(lead);
    drop(one.lead().await);
}

pub async fn a_stolen_lead_is_lost(one: impl Tabs, two: impl Tabs) {
    let lead = one.lead().await;
    let mut lost = lead.lost();
    assert!((&mut lost).now_or_never().is_none());
    let stolen = two.steal().await;
    lost.await;
    assert!(stolen.lost().now_or_never().is_none());
}

pub async fn a_lead_that_was_let_go_is_not_lost(one: impl Tabs, two: impl Tabs) {
    let lead = one.lead().await;
    let mut lost = lead.lost();
    drop(lead);
    let _next = two.lead().await;
    assert!((&mut lost).now_or_never().is_none());
}

pub async fn the_robbed_tab_can_lead_again(one: impl Tabs, two: impl Tabs) {
    let first = one.lead().await;
    let stolen = two.steal().await;
    first.lost().await;
    drop(first);
    let mut waiting = one.lead();
    assert!(still_waits(&mut waiting, &one, &two).await);
    drop(stolen);
    let again = waiting.await;
    assert!(again.lost().now_or_never().is_none());
}

pub async fn turns_are_taken_one_after_the_other_and_apart_from_the_lead(one: impl Tabs, two: impl Tabs) {
    let _lead = two.lead().await;
    let turn = one.turn("a").await;
    let _other = two.turn("b").await;
    let mut waiting = two.turn("a");
    assert!(still_waits(&mut waiting, &one, &two).await);
    drop(turn);
    drop(waiting.await);
}

pub async fn a_message_reaches_the_other_tab_and_not_its_sender(one: impl Tabs, two: impl Tabs) {
    let (mut to_one, mut to_two) = (one.messages(), two.messages());
    one.broadcast("hello");
    assert_eq!(to_two.next().await.as_deref(), Some("hello"));
    two.broadcast("answer");
    assert_eq!(to_one.next().await.as_deref(), Some("answer"));
}

pub async fn messages_arrive_in_order_at_every_listener(one: impl Tabs, two: impl Tabs) {
    let (first, second) = (two.messages(), two.messages());
    for message in ["a", "b", "c"] {
        one.broadcast(message);
    }
    for listener in [first, second] {
        assert_eq!(listener.take(3).collect::<Vec<_>>().await, ["a", "b", "c"]);
    }
}
