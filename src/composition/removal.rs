//! Taking a workspace off this device, with everything that is kept of it.

use super::connect::Connecting;
use super::remote::session_name;
use super::{page, workspaces};
use crate::local::{Disk, DiskError, DiskTable, IndexedDbDisk};
use crate::platform::Preferences;
use crate::state::{CountUnsent, RemoveFailure, RemoveWorkspace};
use std::rc::Rc;

/// The command that takes one off. What was not sent is counted first, over all of its accounts.
pub fn remover(connecting: Connecting) -> RemoveWorkspace {
    Box::new(move |id, discard| {
        let connecting = connecting.clone();
        Box::pin(async move {
            let names = workspaces::databases(&*connecting.preferences, &id);
            let waiting = if discard { 0 } else { unsent(&names).await.map_err(|error| told(&error))? };
            if waiting > 0 {
                return Err(RemoveFailure::Unsent(waiting));
            }
            for name in names.iter().chain([&session_name(&id)]) {
                IndexedDbDisk::delete(name).await.map_err(|error| told(&error))?;
            }
            workspaces::forget(&*connecting.preferences, &id);
            page::start_over();
            Ok(())
        })
    })
}

/// The command that counts what was not sent, over all workspaces and accounts.
pub fn counter(preferences: Rc<dyn Preferences>, ids: Vec<String>) -> CountUnsent {
    Box::new(move || {
        let names = ids.iter().flat_map(|id| workspaces::databases(&*preferences, id));
        let names: Vec<String> = names.collect();
        Box::pin(async move { unsent(&names).await.ok() })
    })
}

async fn unsent(names: &[String]) -> Result<usize, DiskError> {
    let mut waiting = 0;
    for name in names {
        waiting += IndexedDbDisk::open(name).await?.scan(DiskTable::Entries).await?.0.len();
    }
    Ok(waiting)
}

fn told(error: &DiskError) -> RemoveFailure {
    RemoveFailure::Refused(error.to_string())
}
