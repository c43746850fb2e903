//! Sending: what may go goes, a few lanes at a time; what was tried in vain waits its time.

use super::Engine;
use crate::local::StoreError;
use crate::model::EntryKey;
use crate::sync::backoff::backoff;
use crate::sync::push::{Sender, Step};
use crate::sync::schedule::{Delay, ready};
use futures::channel::mpsc;
use futures::future::FutureExt;
use futures::stream::FuturesUnordered;
use futures::{StreamExt, select_biased};
use std::time::Duration;

/// How often the outbox is looked at without a reason.
const LOOK_EVERY: Duration = Duration::from_secs(60);

impl Engine {
    /// Sends what may go, as soon as it may.
    pub(super) async fn push_loop(
        &self,
        sender: Sender,
        mut woken: mpsc::UnboundedReceiver<()>,
    ) -> Result<(), StoreError> {
        let clock = &self.environment.clock;
        let mut running = FuturesUnordered::new();
        let mut keys: Vec<EntryKey> = Vec::new();
        let mut delays: Vec<Delay> = Vec::new();
        loop {
            let mut wait = None;
            let open = self.may_try() && self.state.borrow().reachable;
            if open {
                if self.at_once.take() {
                    delays.iter_mut().for_each(|delay| delay.until_ms = 0.0);
                }
                let (start, wake) = ready(&self.store.outbox(), &keys, &delays, clock.monotonic_ms());
                wait = wake.map(|time| Duration::from_secs_f64((time - clock.monotonic_ms()).max(1.0) / 1000.0));
                for key in start {
                    keys.push(key);
                    let sender = sender.clone();
                    running.push(async move { (key, sender.carry_out(key).await) });
                }
            }
            let mut timer = clock.sleep(wait.unwrap_or(LOOK_EVERY)).fuse();
            select_biased! {
                finished = running.select_next_some() => {
                    let (key, result) = finished;
                    keys.retain(|other| *other != key);
                    self.sent(key);
                    match result {
                        Ok(Step::Done) => delays.retain(|delay| delay.key != key),
                        Ok(Step::Again(after)) => {
                            let before = delays.iter().position(|delay| delay.key == key).map(|at| delays.remove(at));
                            let failures = before.map_or(0, |delay| delay.failures) + 1;
                            let after = after.unwrap_or_else(|| backoff(failures, &*self.environment.random));
                            let until_ms = clock.monotonic_ms() + 1000.0 * after.as_secs_f64();
                            delays.push(Delay { key, failures, until_ms });
                        }
                        Ok(Step::Unreachable) => self.lost_server(),
                        Ok(Step::SignIn) => self.ask_sign_in(),
                        Err(StoreError::EntryGone) => {}
                        Err(error) => return Err(error),
                    }
                }
                _ = woken.next() => while woken.try_recv().is_ok() {},
                () = timer => {}
            }
        }
    }

    /// Nothing of this entry is under way any more.
    fn sent(&self, key: EntryKey) {
        self.set(&|state| state.sending = state.sending.filter(|(other, ..)| *other != key));
    }
}
