//! The other tabs of the same workspace: one leader among them, and a channel between them.

use futures::{future::LocalBoxFuture, stream::LocalBoxStream};

/// Held while this tab leads.
pub trait Leadership {
    /// Ends when another tab has stolen the lead; never otherwise.
    fn lost(&self) -> LocalBoxFuture<'static, ()>;
}

/// A group of tabs that share one disk. Dropping a [`Leadership`] gives the lead up.
pub trait Tabs {
    /// Waits until this tab leads. Dropping the future leaves the queue.
    fn lead(&self) -> LocalBoxFuture<'static, Box<dyn Leadership>>;
    /// Takes the lead from whoever holds it (a frozen tab).
    fn steal(&self) -> LocalBoxFuture<'static, Box<dyn Leadership>>;
    /// Waits for this tab's turn at something that only one does at a time; dropping the answer ends the turn.
    fn turn(&self, at: &str) -> LocalBoxFuture<'static, Box<dyn Leadership>>;
    /// Tells every other tab.
    fn broadcast(&self, message: &str);
    /// What other tabs tell from now on.
    fn messages(&self) -> LocalBoxStream<'static, String>;
}
