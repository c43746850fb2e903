//! Connecting a backend on this device: what is at an address, and a workspace made of it.

use super::remote::{Remote, client};
use super::{page, workspaces};
use crate::model::config::{Backend, BackendKind, Config, Timeouts, WorkspaceConfig};
use crate::model::schema::label_of;
use crate::model::{Collection, json};
use crate::platform::{Environment, Preferences};
use crate::remote::pocketbase::{Detection, detect};
use crate::state::{ConnectDesk, ConnectRequest, Diagnosis, SignInFailure};
use std::rc::Rc;

/// What connecting works with. Cheap to clone.
#[derive(Clone)]
pub struct Connecting {
    /// The app's config.
    pub config: Rc<Config>,
    /// Where workspaces are kept.
    pub preferences: Rc<dyn Preferences>,
    /// An environment whose tabs have the given name.
    pub alone: Rc<dyn Fn(&str) -> Environment>,
}

impl Connecting {
    fn timeouts(&self) -> Timeouts {
        self.config.timeouts
    }

    /// What the connect screen works with.
    pub fn desk(self) -> ConnectDesk {
        let (looking, connecting) = (self.clone(), self);
        ConnectDesk {
            diagnose: Box::new(move |kind, address| {
                let looking = looking.clone();
                Box::pin(async move { looking.diagnose(kind, &address).await })
            }),
            connect: Box::new(move |request| {
                let connecting = connecting.clone();
                Box::pin(async move { connecting.connect(request).await })
            }),
            sample: super::startup::sample_address(),
        }
    }

    async fn diagnose(&self, kind: Option<BackendKind>, address: &str) -> Diagnosis {
        if let Some(other) = kind.filter(|kind| *kind != BackendKind::PocketBase) {
            return Diagnosis::NotBuilt(other);
        }
        let Some(url) = page::server_address(address) else { return Diagnosis::BadAddress };
        let client = client(&url, self.timeouts(), &(self.alone)("connect")).build();
        match detect(&client).await {
            Ok(()) => Diagnosis::Ready { kind: BackendKind::PocketBase, url },
            Err(Detection::Insecure) => Diagnosis::Insecure,
            Err(Detection::Unreachable | Detection::Offline) => Diagnosis::Unreachable,
            Err(Detection::LikelyCors) => Diagnosis::LikelyCors,
            Err(Detection::NotThis { status }) => Diagnosis::NotABackend { status },
        }
    }

    /// Signs in, finds the schema, keeps the workspace, and opens it.
    async fn connect(&self, request: ConnectRequest) -> Result<(), SignInFailure> {
        let (identity, password) = (request.identity.clone(), request.password.clone());
        let workspace = self.workspace(request);
        let environment = (self.alone)(&super::remote::session_name(&workspace.id));
        let remote = Remote::open(workspace, self.timeouts(), environment).await;
        remote.sign_in(identity, password).await?;
        if let Err(failure) = remote.discover(&*self.preferences, true).await {
            if let Some(session) = &remote.session {
                // Nothing was opened yet, so nothing is lost with it.
                let _ = session.sign_out().await;
            }
            return Err(failure);
        }
        let id = remote.workspace.id.clone();
        workspaces::keep(&*self.preferences, remote.workspace.clone());
        page::open_workspace(&id);
        Ok(())
    }

    /// The workspace that is asked for: the same again if it was connected before.
    fn workspace(&self, request: ConnectRequest) -> WorkspaceConfig {
        let known = workspaces::all(&self.config, &*self.preferences);
        let same = |own: &&WorkspaceConfig| {
            own.backend.url.as_ref() == Some(&request.url) && own.auth_collection() == request.auth_collection
        };
        let connected = workspaces::connected(&*self.preferences);
        let id = connected.iter().find(same).map(|own| own.id.clone());
        let named = |name: String| Collection { label: label_of(&name), name, ..Collection::default() };
        WorkspaceConfig {
            id: id.unwrap_or_else(|| workspaces::new_id(&request.url, &known)),
            label: request.url.split_once("://").map_or(request.url.as_str(), |(_, host)| host).to_owned(),
            backend: backend(request.kind, &request.url),
            sign_in: json::parse(&sign_in(&request.auth_collection)).ok(),
            collections: request.collections.into_iter().map(named).collect(),
        }
    }
}

fn backend(kind: BackendKind, url: &str) -> Backend {
    let mut members = json::Members::default();
    members.text("kind", kind.name());
    members.text("url", url);
    Backend { kind, url: Some(url.to_owned()), options: json::parse(&members.end()).unwrap_or_default() }
}

fn sign_in(collection: &str) -> String {
    let mut members = json::Members::default();
    members.text("collection", collection);
    members.json("methods", "[\"password\"]");
    members.end()
}
