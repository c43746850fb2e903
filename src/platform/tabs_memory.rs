//! Tabs of one process, for tests: they queue for the lead, steal it, freeze, thaw and close.

use super::{
    subscribers::Subscribers,
    tabs::{Leadership, Tabs},
};
use futures::{channel::oneshot, future::LocalBoxFuture, stream::LocalBoxStream};
use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, VecDeque},
    future::poll_fn,
    rc::{Rc, Weak},
    task::{Poll, Waker},
};

/// One tab. Dropping it leaves the group; its leadership ends when that is dropped.
pub struct MemoryTabs {
    group: Rc<Group>,
    tab: Rc<Tab>,
}

#[derive(Default)]
struct Group {
    tabs: RefCell<Vec<Weak<Tab>>>,
    leader: RefCell<Option<Rc<Term>>>,
    queue: RefCell<VecDeque<Candidate>>,
    /// What is done by turns, each with a lead of its own.
    turns: RefCell<BTreeMap<String, Rc<Group>>>,
}

#[derive(Default)]
struct Tab {
    frozen: Cell<bool>,
    subscribers: Subscribers<String>,
    /// What came while it was frozen.
    inbox: RefCell<Vec<String>>,
    /// Tasks of this tab that wait to hear of a theft.
    wakers: RefCell<Vec<Waker>>,
}

/// One time of leading (or of waiting for it).
struct Term {
    tab: Rc<Tab>,
    stolen: Cell<bool>,
}

struct Candidate {
    term: Rc<Term>,
    granted: oneshot::Sender<()>,
}

impl Default for MemoryTabs {
    fn default() -> Self {
        Self::join(Rc::default())
    }
}

impl MemoryTabs {
    /// The first tab of a new group.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Another tab of the same group.
    #[must_use]
    pub fn another(&self) -> Self {
        Self::join(Rc::clone(&self.group))
    }

    /// From now on the tab hears nothing, neither messages nor the loss of its lead, which it keeps.
    /// (Not running its tasks is up to the test.)
    pub fn freeze(&self) {
        self.tab.frozen.set(true);
    }

    /// The tab hears all that it has missed.
    pub fn thaw(&self) {
        self.tab.frozen.set(false);
        for message in self.tab.inbox.take() {
            self.tab.subscribers.send(&message);
        }
        self.tab.wake();
    }

    fn join(group: Rc<Group>) -> Self {
        let tab = Rc::new(Tab::default());
        group.tabs.borrow_mut().push(Rc::downgrade(&tab));
        Self { group, tab }
    }

    /// A new term, which its owner must end.
    fn term(&self, group: &Rc<Group>) -> MemoryLeadership {
        let term = Rc::new(Term { tab: Rc::clone(&self.tab), stolen: Cell::new(false) });
        MemoryLeadership { group: Rc::clone(group), term }
    }

    /// Leads `group`, or waits for it.
    fn lead_of(&self, group: &Rc<Group>) -> LocalBoxFuture<'static, Box<dyn Leadership>> {
        let leadership = self.term(group);
        Box::pin(async move {
            if let Some(granted) = leadership.group.stand(&leadership.term) {
                let _ = granted.await;
            }
            Box::new(leadership) as Box<dyn Leadership>
        })
    }
}

impl Tabs for MemoryTabs {
    fn lead(&self) -> LocalBoxFuture<'static, Box<dyn Leadership>> {
        self.lead_of(&self.group)
    }

    fn turn(&self, at: &str) -> LocalBoxFuture<'static, Box<dyn Leadership>> {
        self.lead_of(self.group.turns.borrow_mut().entry(at.to_owned()).or_default())
    }

    fn steal(&self) -> LocalBoxFuture<'static, Box<dyn Leadership>> {
        let leadership = self.term(&self.group);
        Box::pin(async move {
            if let Some(robbed) = leadership.group.leader.replace(Some(Rc::clone(&leadership.term))) {
                robbed.stolen.set(true);
                robbed.tab.wake();
            }
            Box::new(leadership) as Box<dyn Leadership>
        })
    }

    fn broadcast(&self, message: &str) {
        let tabs: Vec<_> = self.group.tabs.borrow().iter().filter_map(Weak::upgrade).collect();
        for tab in tabs.iter().filter(|tab| !Rc::ptr_eq(tab, &self.tab)) {
            tab.hear(message);
        }
    }

    fn messages(&self) -> LocalBoxStream<'static, String> {
        self.tab.subscribers.subscribe()
    }
}

impl Group {
    /// Leads at once if nobody does; else queues, and says when it is granted.
    fn stand(&self, term: &Rc<Term>) -> Option<oneshot::Receiver<()>> {
        let mut leader = self.leader.borrow_mut();
        if leader.is_none() {
            *leader = Some(Rc::clone(term));
            return None;
        }
        let (granted, on_granted) = oneshot::channel();
        self.queue.borrow_mut().push_back(Candidate { term: Rc::clone(term), granted });
        Some(on_granted)
    }

    /// Ends a term, wherever it stands; the next in the queue leads.
    fn end(&self, term: &Rc<Term>) {
        self.queue.borrow_mut().retain(|candidate| !Rc::ptr_eq(&candidate.term, term));
        let mut leader = self.leader.borrow_mut();
        if leader.as_ref().is_some_and(|leading| Rc::ptr_eq(leading, term)) {
            let next = self.queue.borrow_mut().pop_front();
            *leader = next.map(|Candidate { term, granted }| {
                let _ = granted.send(());
                term
            });
        }
    }
}

impl Tab {
    fn hear(&self, message: &str) {
        if self.frozen.get() {
            self.inbox.borrow_mut().push(message.to_owned());
        } else {
            self.subscribers.send(&message.to_owned());
        }
    }

    fn wake(&self) {
        self.wakers.take().into_iter().for_each(Waker::wake);
    }
}

struct MemoryLeadership {
    group: Rc<Group>,
    term: Rc<Term>,
}

impl Leadership for MemoryLeadership {
    fn lost(&self) -> LocalBoxFuture<'static, ()> {
        let term = Rc::clone(&self.term);
        Box::pin(poll_fn(move |context| {
            if term.stolen.get() && !term.tab.frozen.get() {
                return Poll::Ready(());
            }
            let mut wakers = term.tab.wakers.borrow_mut();
            if !wakers.iter().any(|waker| waker.will_wake(context.waker())) {
                wakers.push(context.waker().clone());
            }
            Poll::Pending
        }))
    }
}

impl Drop for MemoryLeadership {
    fn drop(&mut self) {
        self.group.end(&self.term);
    }
}
