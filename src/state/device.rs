//! What concerns this device rather than the data: keeping it, taking a copy of it, erasing it.
//!
//! Nothing is asked of anyone before they have done something that is worth keeping: the first edit asks the browser
//! to keep the storage, the third lets the screens mention, once, that the app can be installed.

use super::Services;
use super::services::{Inner, spawn};
use super::signal::RwSignal;
use crate::model::json::Members;
use futures::FutureExt;
use futures::future::LocalBoxFuture;

/// Where the first edits on this device are counted: a stroke each.
const EDITS: &str = "edits";
/// The edit that may be followed by a hint.
const HINT_AT: usize = 3;

impl Services {
    /// Set by the third edit that was ever saved here, for as long as the page is open or until it is put away.
    #[must_use]
    pub fn install_hint(&self) -> RwSignal<bool> {
        self.inner().install_hint
    }

    /// Hands on everything of this workspace that is here, part by part, as one JSON document; returns its file name.
    pub fn export(&self, take: &mut dyn FnMut(&str)) -> String {
        let inner = self.inner();
        let (now, facts) = (inner.clock.now().to_iso(), &inner.facts);
        let mut workspace = Members::default();
        workspace.text("id", &facts.id);
        workspace.text("label", &facts.label);
        let mut head = Members::default();
        head.text("app", "Landfall");
        head.whole("format", 1);
        head.text("made_at", &now);
        head.json("workspace", &workspace.end());
        head.text("account", &inner.link.account.as_ref().map(|desk| (desk.view)().label).unwrap_or_default());
        inner.store.export(&head.end(), take);
        ["landfall-", &facts.id, "-", now.get(..10).unwrap_or_default(), ".json"].concat()
    }

    /// How many edits of any workspace and account on this device were not sent; of the open one alone, where the
    /// others cannot be read.
    #[must_use]
    pub fn unsent_on_device(&self) -> LocalBoxFuture<'static, usize> {
        let inner = self.inner();
        let counted = (inner.link.workspaces.unsent)();
        counted.map(move |counted| counted.unwrap_or_else(|| inner.store.outbox().len())).boxed_local()
    }
}

impl Inner {
    /// To be called when an edit was saved.
    pub(super) fn edited(&self) {
        let edits = self.preferences.get(EDITS).unwrap_or_default() + "1";
        if edits.len() > HINT_AT {
            return;
        }
        self.preferences.set(EDITS, &edits);
        if edits.len() == 1 {
            spawn(self.link.storage.persist().map(drop).boxed_local());
        }
        self.install_hint.set(edits.len() == HINT_AT);
    }
}
