//! What a workspace hands the screens besides its data: account, files, neighbours, guarantees.

use super::connect::Connecting;
use super::remote::Remote;
use super::{removal, workspaces};
use crate::local::IndexedDbDisk;
use crate::model::config::{BackendKind, WorkspaceConfig};
use crate::platform::WebStorage;
use crate::remote::Capabilities;
use crate::remote::capabilities::DeleteFeed;
use crate::remote::simulated::PRACTICE;
use crate::state::{
    AccountDesk, AccountView, FileAddress, Guarantees, KnownWorkspace, Link, Unsent, WorkspaceDesk, translation::t,
};
use std::rc::Rc;

/// The parts that a link is made of.
pub struct Linking {
    /// The server, where there is one outside of the page.
    pub remote: Option<Rc<Remote>>,
    /// The name of the account's databases.
    pub name: String,
    /// Connecting others.
    pub connecting: Connecting,
}

impl Linking {
    /// What the screens are given.
    pub fn link(self) -> Link {
        Link {
            account: self.remote.as_ref().filter(|remote| remote.session.is_some()).map(|remote| self.account(remote)),
            files: self.remote.as_ref().map(Self::files),
            guarantees: self.guarantees(),
            storage: Rc::new(WebStorage),
            workspaces: self.workspaces(),
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
                Box::pin(async move { remote.sign_in(identity, password).await })
            }),
            sign_out: Box::new(move |unsent| {
                let (remote, name) = (leaving.clone(), name.clone());
                Box::pin(async move {
                    if unsent == Unsent::Discard {
                        IndexedDbDisk::delete(&name).await.map_err(|error| error.to_string())?;
                    }
                    // The page opens anew when the session says that it is over.
                    match &remote.session {
                        Some(session) => session.sign_out().await.map_err(|error| error.to_string()),
                        None => Ok(()),
                    }
                })
            }),
        }
    }

    fn files(remote: &Rc<Remote>) -> FileAddress {
        let remote = remote.clone();
        Box::new(move |place| Some(remote.file_address(place)))
    }

    fn guarantees(&self) -> Box<dyn Fn() -> Guarantees> {
        let remote = self.remote.clone();
        Box::new(move || match &remote {
            Some(remote) => guarantees(&remote.capabilities(), "PocketBase", remote.url()),
            None => guarantees(&PRACTICE, t("practice"), ""),
        })
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
        let unsent = removal::counter(preferences, known.iter().map(|own| own.id.clone()).collect());
        WorkspaceDesk { known, remove: removal::remover(self.connecting.clone()), unsent }
    }
}

fn guarantees(can: &Capabilities, backend: &str, url: &str) -> Guarantees {
    Guarantees {
        backend: backend.to_owned(),
        url: url.to_owned(),
        creates_once: can.client_ids || can.idempotency_keys,
        conditional_writes: can.conditional_writes,
        delta_pull: can.delta_pull,
        live: can.change_feed,
        tombstones: can.deletes == DeleteFeed::Tombstones,
        denial_looks_like_absence: can.denial_looks_like_absence,
    }
}
