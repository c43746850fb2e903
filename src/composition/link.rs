//! What the practice workspace has besides its data: storage and what its server guarantees.

use crate::local::{Store, StoreError};
use crate::model::EntryKey;
use crate::platform::WebStorage;
use crate::state::{
    ChoiceDesk, ConnectDesk, Diagnosis, EditError, Guarantees, KnownWorkspace, Link, RemoveFailure, SignInFailure,
    WorkspaceDesk,
};
use futures::future::ready;
use std::rc::Rc;

/// The link of the practice workspace.
pub fn practice(store: &Store, known: Vec<KnownWorkspace>, connect: Rc<ConnectDesk>) -> Link {
    Link {
        account: None,
        files: None,
        sweep: None,
        guarantees: Guarantees {
            backend: "Practice".to_owned(),
            creates_once: true,
            conditional_writes: true,
            delta_pull: true,
            tombstones: true,
            ..Guarantees::default()
        },
        storage: Rc::new(WebStorage),
        workspaces: WorkspaceDesk {
            known,
            remove: Box::new(|_, _| Box::pin(ready(Err(RemoveFailure::Refused(String::new()))))),
        },
        choices: choices(store),
        connect,
    }
}

/// Choices over a whole entry: every contested field mine, or none.
fn choices(store: &Store) -> ChoiceDesk {
    let (mine, recreated) = (store.clone(), store.clone());
    ChoiceDesk {
        resolve: Box::new(move |key: EntryKey, fields: Vec<String>| {
            let store = mine.clone();
            Box::pin(async move {
                let settled = if fields.is_empty() { store.discard(key).await } else { store.keep_mine(key).await };
                settled.map(|()| None).map_err(|error| not_saved(&error))
            })
        }),
        recreate: Box::new(move |key| {
            let store = recreated.clone();
            Box::pin(async move { store.retry(key).await.map_err(|error| not_saved(&error)) })
        }),
    }
}

fn not_saved(error: &StoreError) -> EditError {
    EditError::NotSaved(error.reason().to_owned())
}

/// Connecting, in a build without connectors.
pub fn connect_desk(sample: String) -> Rc<ConnectDesk> {
    Rc::new(ConnectDesk {
        diagnose: Box::new(|kind, _| Box::pin(ready(Diagnosis::NotBuilt(kind.unwrap_or_default())))),
        connect: Box::new(|_| Box::pin(ready(Err(SignInFailure::Unreachable)))),
        sample,
    })
}
