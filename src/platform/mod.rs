//! What we ask of the environment: a trait and its web adapter each.
//!
//! Time, chance, the network's state, tabs and small preferences come in through these traits, so
//! that every floor above runs natively under a fake clock. The web adapters exist only on wasm.

pub mod clock;
pub mod connectivity;
pub mod preferences;
pub mod random;
pub mod tabs;

#[cfg(target_arch = "wasm32")]
#[allow(clippy::disallowed_methods)] // the one place that asks for it
fn window() -> Option<web_sys::Window> {
    web_sys::window()
}

pub use clock::Clock;
pub use connectivity::{Connectivity, Wake};
pub use preferences::Preferences;
pub use random::Random;
pub use tabs::{Leadership, Tabs};

use std::rc::Rc;

/// Everything that the engine asks of its surroundings.
#[derive(Clone)]
pub struct Environment {
    /// Time.
    pub clock: Rc<dyn Clock>,
    /// Chance.
    pub random: Rc<dyn Random>,
    /// Whether a network is there, and when to try again.
    pub connectivity: Rc<dyn Connectivity>,
    /// The other tabs of this workspace.
    pub tabs: Rc<dyn Tabs>,
}
