//! Whether a network is there, and the moments at which trying again makes sense.
//!
//! Two things can take it away: the device (`navigator.onLine`, whose `false` is true and whose `true` is
//! a hint) and the user's own switch, which holds in every tab and survives reload.

use super::subscribers::Subscribers;
use futures::stream::LocalBoxStream;
use std::cell::Cell;

/// A reason to look at the server again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// The network, or the user's offline switch, came or went.
    Network,
    /// The page became visible or focused.
    Visible,
}

/// The network's state as far as the device knows it.
pub trait Connectivity {
    /// `false` means that no request can work, or that none is wanted. `true` is only a hint.
    fn online(&self) -> bool;
    /// Whether someone may be looking at this page.
    fn visible(&self) -> bool;
    /// Every wake-up from now on.
    fn wakes(&self) -> LocalBoxStream<'static, Wake>;
    /// Whether the user wants to work offline.
    fn offline_switch(&self) -> bool;
    /// Turns the user's switch, in every tab.
    fn set_offline(&self, offline: bool);
}

/// A network and a page that go and come when told, for tests.
pub struct MemoryConnectivity {
    network: Cell<bool>,
    switched_off: Cell<bool>,
    visible: Cell<bool>,
    subscribers: Subscribers<Wake>,
}

impl Default for MemoryConnectivity {
    fn default() -> Self {
        let (network, visible) = (Cell::new(true), Cell::new(true));
        Self { network, switched_off: Cell::new(false), visible, subscribers: Subscribers::default() }
    }
}

impl MemoryConnectivity {
    /// The network comes or goes.
    pub fn set_network(&self, there: bool) {
        if self.network.replace(there) != there {
            self.subscribers.send(&Wake::Network);
        }
    }

    /// The page is shown or hidden.
    pub fn set_visible(&self, visible: bool) {
        if !self.visible.replace(visible) && visible {
            self.subscribers.send(&Wake::Visible);
        }
    }
}

impl Connectivity for MemoryConnectivity {
    fn online(&self) -> bool {
        self.network.get() && !self.switched_off.get()
    }

    fn visible(&self) -> bool {
        self.visible.get()
    }

    fn wakes(&self) -> LocalBoxStream<'static, Wake> {
        self.subscribers.subscribe()
    }

    fn offline_switch(&self) -> bool {
        self.switched_off.get()
    }

    fn set_offline(&self, offline: bool) {
        if self.switched_off.replace(offline) != offline {
            self.subscribers.send(&Wake::Network);
        }
    }
}
