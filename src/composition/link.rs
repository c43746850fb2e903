//! What a workspace hands the screens besides its data: account, files, choices, neighbours, guarantees.

use super::connect::Connecting;
use super::remote::{Remote, failure};
use super::{page, workspaces};
use crate::auth::Credential;
use crate::local::{IndexedDbDisk, Store};
use crate::model::LocalFile;
use crate::model::config::{BackendKind, WorkspaceConfig};
use crate::platform::{Random, WebStorage};
use crate::remote::Capabilities;
use crate::remote::capabilities::DeleteFeed;
use crate::repository::OfflineFirst;
use crate::state::{
    AccountDesk, AccountView, ChoiceDesk, FileDesk, Guarantees, KnownWorkspace, Link, RemoveFailure, SweepDesk,
    SweepQuestion, Unsent, WorkspaceDesk,
};
use crate::sync::Engine;
use std::rc::Rc;

/// The parts that a link is made of.
pub struct Linking {
    /// The server, where there is one outside of the page.
    pub remote: Option<Rc<Remote>>,
    /// The name of the account's databases.
    pub name: String,
    /// The data.
    pub store: Store,
    /// The user's side.
    pub repository: OfflineFirst,
    /// The server's side.
    pub engine: Rc<Engine>,
    /// What the backend can promise.
    pub capabilities: Capabilities,
    /// What it is called.
    pub backend: &'static str,
    /// Connecting others.
    pub connecting: Connecting,
    /// Chance, for the ids of files.
    pub random: Rc<dyn Random>,
}

impl Linking {
    /// What the screens are given.
    pub fn link(self) -> Link {
        Link {
            account: self.remote.as_ref().filter(|remote| remote.session.is_some()).map(|remote| self.account(remote)),
            files: self.remote.as_ref().map(|remote| self.files(remote)),
            sweep: Some(self.sweep()),
            guarantees: self.guarantees(),
            storage: Rc::new(WebStorage),
            workspaces: self.workspaces(),
            choices: self.choices(),
            connect: Rc::new(self.connecting.desk()),
        }
    }

    fn account(&self, remote: &Rc<Remote>) -> AccountDesk {
        let (viewed, signing, leaving, name) = (remote.clone(), remote.clone(), remote.clone(), self.name.clone());
        AccountDesk {
            view: Box::new(move || {
                let (account, needs_sign_in) = viewed.account();
                AccountView { label: account.label, needs_sign_in }
            }),
            sign_in: Box::new(move |identity, password| {
                let remote = signing.clone();
                Box::pin(async move {
                    let Some(session) = &remote.session else { return Ok(()) };
                    session.sign_in(Credential::Password { identity, password }).await.map(drop).map_err(failure)
                })
            }),
            sign_out: Box::new(move |unsent| {
                let (remote, name) = (leaving.clone(), name.clone());
                Box::pin(async move {
                    if unsent == Unsent::Discard {
                        IndexedDbDisk::delete(&name).await.map_err(|error| error.to_string())?;
                    }
                    if let Some(session) = &remote.session {
                        session.sign_out().await.map_err(|error| error.to_string())?;
                    }
                    page::reload();
                    Ok(())
                })
            }),
        }
    }

    fn files(&self, remote: &Rc<Remote>) -> FileDesk {
        let (kept, read, random) = (self.store.clone(), self.store.clone(), self.random.clone());
        let (addressed, sending) = (remote.clone(), remote.clone());
        FileDesk {
            attach: Box::new(move |bytes, name, content_type| {
                let (store, random) = (kept.clone(), random.clone());
                Box::pin(async move {
                    let size = bytes.len() as u64;
                    let id = [random.number().to_string(), random.number().to_string()].concat();
                    store.keep_file(&id, bytes.into()).await.map_err(crate::repository::EditError::NotSaved)?;
                    Ok(LocalFile { id, name, content_type, size })
                })
            }),
            read: Box::new(move |id| {
                let store = read.clone();
                Box::pin(async move { store.file(&id).await.ok().flatten() })
            }),
            address: Box::new(move |place| Some(addressed.file_address(place))),
            sending: Box::new(move || sending.sending.get()),
        }
    }

    fn sweep(&self) -> SweepDesk {
        let (asked, answered, store) = (self.engine.clone(), self.engine.clone(), self.store.clone());
        SweepDesk {
            question: Box::new(move || {
                let (collection, gone) = asked.state().sweep_question?;
                Some(SweepQuestion { of: store.count(&collection), collection, gone })
            }),
            answer: Box::new(move |remove| {
                if let Some((collection, _)) = answered.state().sweep_question {
                    answered.confirm_sweep(&collection, remove);
                }
            }),
        }
    }

    fn guarantees(&self) -> Guarantees {
        let can = &self.capabilities;
        Guarantees {
            backend: self.backend.to_owned(),
            url: self.remote.as_ref().map(|remote| remote.url().to_owned()).unwrap_or_default(),
            creates_once: can.client_ids || can.idempotency_keys,
            conditional_writes: can.conditional_writes,
            delta_pull: can.delta_pull,
            live: can.change_feed,
            tombstones: can.deletes == DeleteFeed::Tombstones,
            denial_looks_like_absence: can.denial_looks_like_absence,
        }
    }

    fn choices(&self) -> ChoiceDesk {
        let (resolving, store) = (self.repository.clone(), self.store.clone());
        ChoiceDesk {
            resolve: Box::new(move |key, mine| {
                let repository = resolving.clone();
                Box::pin(async move { Ok(repository.resolve(key, &mine).await?) })
            }),
            recreate: Box::new(move |key| {
                let store = store.clone();
                Box::pin(async move { Ok(store.recreate(key).await.map_err(crate::repository::EditError::NotSaved)?) })
            }),
        }
    }

    fn workspaces(&self) -> WorkspaceDesk {
        let preferences = self.connecting.preferences.clone();
        let connected = workspaces::connected(&*preferences);
        let all = workspaces::all(&self.connecting.config, &*preferences);
        let known = |own: &WorkspaceConfig| KnownWorkspace {
            id: own.id.clone(),
            label: own.label.clone(),
            url: own.backend.url.clone().unwrap_or_default(),
            removable: connected.iter().any(|other| other.id == own.id),
        };
        let mut known: Vec<KnownWorkspace> = all.iter().map(known).collect();
        if !all.iter().any(|own| own.backend.kind == BackendKind::Practice) {
            let sample = WorkspaceConfig::sample();
            known.push(KnownWorkspace { id: sample.id, label: sample.label, ..KnownWorkspace::default() });
        }
        WorkspaceDesk { known, remove: super::removal::remover(self.connecting.clone()) }
    }
}
