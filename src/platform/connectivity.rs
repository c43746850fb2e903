//! Whether a network is there, and the moments at which trying again makes sense.

use futures::stream::LocalBoxStream;

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
    /// `false` means that no request can work. `true` is only a hint.
    fn online(&self) -> bool;
    /// Whether someone may be looking at this page.
    fn visible(&self) -> bool;
    /// Every wake-up from now on.
    fn wakes(&self) -> LocalBoxStream<'static, Wake>;
}
