//! What can happen to one request on its way: scripted for tests, and what the panel's switches mean.

use crate::remote::Outcome;
use std::{cell::RefCell, collections::VecDeque, time::Duration};

/// A mishap of one request.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// It never leaves the device, and the device knows.
    NotSent,
    /// It is lost on the way: the server never sees it, the client hears nothing.
    LoseRequest,
    /// The server does it, but the answer is lost.
    LoseReply,
    /// It arrives twice; the first answer counts.
    Duplicate,
    /// It takes so much longer to arrive.
    Delay(Duration),
    /// The server answers this instead of doing it.
    Answer(Outcome),
}

/// The faults of the next requests of one client, in order; writes and reads have a queue each.
#[derive(Debug, Default)]
pub struct Faults {
    writes: RefCell<VecDeque<Option<Fault>>>,
    reads: RefCell<VecDeque<Option<Fault>>>,
}

impl Faults {
    /// What happens to the next write that has no fault yet; `None` lets one pass.
    pub fn on_write(&self, fault: impl Into<Option<Fault>>) {
        self.writes.borrow_mut().push_back(fault.into());
    }

    /// What happens to the next read (pull, read or probe) that has no fault yet; `None` lets one pass.
    pub fn on_read(&self, fault: impl Into<Option<Fault>>) {
        self.reads.borrow_mut().push_back(fault.into());
    }

    pub(super) fn next_write(&self) -> Option<Fault> {
        self.writes.borrow_mut().pop_front().flatten()
    }

    pub(super) fn next_read(&self) -> Option<Fault> {
        self.reads.borrow_mut().pop_front().flatten()
    }
}
