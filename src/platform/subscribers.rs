//! One event to many streams: whoever subscribes hears everything from then on.

use futures::{StreamExt, channel::mpsc, stream::LocalBoxStream};
use std::cell::RefCell;

/// The open streams of one kind of event; a dropped stream is forgotten at the next event.
pub(super) struct Subscribers<T>(RefCell<Vec<mpsc::UnboundedSender<T>>>);

impl<T> Default for Subscribers<T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<T: Clone + 'static> Subscribers<T> {
    /// A stream of every event from now on. It ends with its source.
    pub fn subscribe(&self) -> LocalBoxStream<'static, T> {
        let (sender, receiver) = mpsc::unbounded();
        self.0.borrow_mut().push(sender);
        receiver.boxed_local()
    }

    /// Tells everyone.
    pub fn send(&self, event: &T) {
        self.0.borrow_mut().retain(|sender| sender.unbounded_send(event.clone()).is_ok());
    }
}
