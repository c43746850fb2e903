//! Fetching what is new, and sweeping for what is gone, when it is asked for.

use super::Engine;
use crate::local::StoreError;
use crate::remote::capabilities::DeleteFeed;
use crate::remote::{RemoteError, RemoteSource};
use crate::sync::backoff::backoff;
use crate::sync::pull::{PullError, Puller};
use crate::sync::sweep::Swept;
use futures::StreamExt;
use futures::channel::mpsc;
use futures::future::select;
use std::cell::Cell;

impl Engine {
    /// Pulls what is asked for. While the server is out of reach it asks, now and then, by one cheap read.
    pub(super) async fn pull_loop(
        &self,
        remote: &dyn RemoteSource,
        epoch: u64,
        mut requests: mpsc::UnboundedReceiver<Option<String>>,
    ) -> Result<(), StoreError> {
        loop {
            let Some(first) = requests.next().await else { return Err(StoreError::NotLeader) };
            let mut wanted = vec![first];
            while let Ok(more) = requests.try_recv() {
                wanted.push(more);
            }
            if !self.may_try() || !self.reach(remote).await {
                continue;
            }
            self.set(&|state| state.pulling = true);
            let result = self.pull_wanted(remote, epoch, &wanted).await;
            let pulled = result.is_ok();
            match result {
                Ok(()) => self.found_server(),
                Err(PullError::Store(error)) => return Err(error),
                Err(PullError::Remote(RemoteError::SignIn)) => self.ask_sign_in(),
                Err(PullError::Remote(RemoteError::Refused(_))) => {}
                Err(PullError::Remote(_)) => self.lost_server(),
            }
            // Whoever hears of the end finds the outcome beside it.
            self.set(&|state| state.pulling = false);
            if pulled {
                self.store.fold(epoch).await?;
                self.store.compact(epoch, false).await?;
            }
        }
    }

    /// Whether the server answers; after a failure only a probe, after a wait, may say so.
    async fn reach(&self, remote: &dyn RemoteSource) -> bool {
        if self.state.borrow().reachable {
            return true;
        }
        let failures = self.failures.get();
        if failures > 0 {
            let wait = self.environment.clock.sleep(backoff(failures, &*self.environment.random));
            let woken = self.environment.connectivity.wakes().into_future();
            select(wait, woken).await;
        }
        if !self.may_try() {
            return false;
        }
        match remote.probe().await {
            Ok(()) => self.found_server(),
            Err(RemoteError::SignIn) => {
                // It answers, but not to us.
                self.found_server();
                self.ask_sign_in();
                return false;
            }
            Err(_) => {
                self.failures.set(failures + 1);
                self.ask_pull(None);
                return false;
            }
        }
        true
    }

    async fn pull_wanted(
        &self,
        remote: &dyn RemoteSource,
        epoch: u64,
        wanted: &[Option<String>],
    ) -> Result<(), PullError> {
        let all = wanted.iter().any(Option::is_none);
        let clock = &*self.environment.clock;
        let puller = Puller { store: &self.store, remote, clock, epoch, vouched: Cell::new(false) };
        let sweeping = remote.capabilities().deletes == DeleteFeed::Sweep;
        let mut refusal = None;
        let mut refused = self.state.borrow().refused.clone();
        let mut whole = Vec::new();
        for collection in self.store.collections() {
            if all || wanted.iter().flatten().any(|name| *name == collection.name) {
                let pulled = puller.pull(&collection.name).await;
                refused.retain(|name| *name != collection.name);
                match pulled {
                    Ok(is_whole) => whole.extend(is_whole.then(|| collection.name.clone())),
                    // One collection that may not be read holds up no other.
                    Err(PullError::Remote(RemoteError::Refused(problem))) => {
                        refused.push(collection.name.clone());
                        refusal = Some(problem);
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        let now = clock.now();
        self.set(&|state| {
            state.refused.clone_from(&refused);
            // What was refused is not here as it is there.
            state.synced_at = if all && refused.is_empty() { Some(now) } else { state.synced_at };
        });
        self.beat();
        // What has come is on disk as it is read at the next start, before the sweep takes its time.
        self.store.compact(epoch, false).await?;
        if sweeping {
            let names = self.store.collections().into_iter().map(|collection| collection.name.clone());
            let due = self.sweeps.due.get();
            let names = names.filter(|name| due || whole.contains(name)).collect();
            self.sweep(&puller, names).await?;
            if due {
                self.sweeps.due.set(false);
            }
        }
        refusal.map_or(Ok(()), |problem| Err(PullError::Remote(RemoteError::Refused(problem))))
    }

    async fn sweep(&self, puller: &Puller<'_>, names: Vec<String>) -> Result<(), PullError> {
        for name in names {
            if !self.store.pull_state(&name).complete {
                continue;
            }
            let agreed =
                self.sweeps.agreed.borrow().iter().find(|(agreed, _)| *agreed == name).map_or(0, |(_, rows)| *rows);
            let swept = match puller.sweep(&name, agreed).await {
                Err(PullError::Remote(RemoteError::Refused(_))) => Swept::Done,
                swept => swept?,
            };
            self.sweeps.agreed.borrow_mut().retain(|(other, _)| *other != name);
            self.ask_about(name, swept);
        }
        Ok(())
    }

    /// One question at a time; the next sweep asks the next one.
    fn ask_about(&self, collection: String, swept: Swept) {
        let asked = self.state.borrow().sweep_question.as_ref().map(|question| question.0.clone());
        let ours = asked.as_ref().is_none_or(|asked| *asked == collection);
        let question = match swept {
            Swept::Ask(missing) => Some((collection, missing)),
            Swept::Done => None,
        };
        let declined = question.as_ref().is_some_and(|question| self.sweeps.declined.borrow().contains(question));
        if ours {
            self.set(&|state| state.sweep_question = question.clone().filter(|_| !declined));
            self.beat();
        }
    }
}
