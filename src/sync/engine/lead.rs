//! Taking the lead: the epoch, the cache, the connection, and then the loops side by side.

use super::{BEAT, Engine};
use crate::local::StoreError;
use crate::remote::{RemoteError, RemoteSource};
use crate::sync::backoff::backoff;
use crate::sync::push::Sender;
use futures::StreamExt;
use futures::channel::mpsc;
use futures::future::{Either, select, try_join};
use futures::pin_mut;
use std::rc::Rc;

impl Engine {
    /// Works until something goes wrong for good: never `Ok`.
    pub(super) async fn lead(self: &Rc<Self>) -> Result<(), StoreError> {
        let epoch = self.store.raise_epoch().await?;
        self.store.claim_cache(epoch).await?;
        // Rows that came by no pull must be on disk before a cursor that builds on them is.
        self.store.compact(epoch, false).await?;
        let (pulls, pull_requests) = mpsc::unbounded();
        let (wakes, mut woken) = mpsc::unbounded();
        *self.pulls.borrow_mut() = Some(pulls);
        *self.wakes.borrow_mut() = Some(wakes.clone());
        let remote = self.connected(&mut woken).await;
        let _subscription = self.store.subscribe(move |changes| {
            if !changes.entries.is_empty() {
                let _ = wakes.unbounded_send(());
            }
        });
        self.sweeps.due.set(true);
        self.ask_pull(None);
        let engine = Rc::downgrade(self);
        let sending = move |key, sent, total| {
            if let Some(engine) = engine.upgrade() {
                engine.set(&|state| state.sending = Some((key, sent, total)));
            }
        };
        let sender = Sender {
            store: self.store.clone(),
            remote: remote.clone(),
            environment: self.environment.clone(),
            epoch,
            sending: Rc::new(sending),
        };
        let fetching = try_join(self.pull_loop(&*remote, epoch, pull_requests), self.listen(&*remote, epoch));
        let work = try_join(self.push_loop(sender, woken), fetching);
        let beats = self.beats();
        pin_mut!(work, beats);
        match select(work, beats).await {
            Either::Left((result, _)) => result.map(drop),
            Either::Right(_) => Err(StoreError::NotLeader),
        }
    }

    async fn connected(&self, woken: &mut mpsc::UnboundedReceiver<()>) -> Rc<dyn RemoteSource> {
        let mut failures = 0;
        loop {
            match (self.connect)().await {
                Ok(remote) => return remote,
                Err(RemoteError::SignIn) => {
                    self.ask_sign_in();
                    while self.state.borrow().needs_sign_in {
                        woken.next().await;
                    }
                }
                Err(_) => {
                    failures += 1;
                    self.set(&|state| state.reachable = false);
                    self.environment.clock.sleep(backoff(failures, &*self.environment.random)).await;
                }
            }
        }
    }

    async fn beats(&self) {
        loop {
            self.beat();
            self.environment.clock.sleep(BEAT).await;
        }
    }
}
