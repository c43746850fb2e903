//! How far an upload has come.

use std::{fmt, rc::Rc};

/// Told how many bytes of a request's body have left this device, and of how many. Clones are the same watcher.
#[derive(Clone)]
pub struct OnProgress(Rc<dyn Fn(u64, u64)>);

impl OnProgress {
    /// This function is told.
    #[must_use]
    pub fn new(watcher: impl Fn(u64, u64) + 'static) -> Self {
        Self(Rc::new(watcher))
    }

    /// Tells it.
    pub fn tell(&self, sent: u64, total: u64) {
        (self.0)(sent, total);
    }
}

impl fmt::Debug for OnProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnProgress")
    }
}

impl PartialEq for OnProgress {
    /// Whether they are the same watcher.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for OnProgress {}
