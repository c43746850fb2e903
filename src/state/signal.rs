//! Values that views follow: Leptos' reactive graph, with what a signal holds kept outside of it.
//!
//! A signal of Leptos is compiled anew for each type that it holds, with 1 to 4 kB each. Here the graph learns only *that*
//! something changed, which is the same code for every type, and the value lies in a plain cell beside it. Names and
//! methods are Leptos' own, and so are effects, memos and owners: a signal ends with the owner in which it was made.
//!
//! ```
//! use landfall::state::{RwSignal, Signal};
//!
//! let owner = leptos::prelude::Owner::new();
//! owner.set();
//! let count = RwSignal::new(1);
//! let double = Signal::derive(move || count.get() * 2);
//! count.update(|count| *count += 1);
//! assert_eq!(double.get(), 4);
//! ```

use super::stored::{Place, handle};
use leptos::prelude::{ArcTrigger, Notify, Track, untrack};
use std::{cell::RefCell, rc::Rc};

/// A value that can be set, held by whoever has a clone.
pub struct ArcRwSignal<T>(Rc<Cell<T>>);

struct Cell<T> {
    changed: ArcTrigger,
    value: RefCell<T>,
}

impl<T: 'static> ArcRwSignal<T> {
    /// A signal with its first value.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(Rc::new(Cell { changed: ArcTrigger::new(), value: RefCell::new(value) }))
    }

    /// Follows this signal without a look at its value.
    pub fn track(&self) {
        self.0.changed.track();
    }

    /// What `read` makes of the value, which the present effect follows from now on.
    pub fn with<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        self.track();
        self.with_untracked(read)
    }

    /// What `read` makes of the value.
    pub fn with_untracked<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.0.value.borrow())
    }

    /// The value, which the present effect follows from now on.
    #[must_use]
    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.with(T::clone)
    }

    /// The value.
    #[must_use]
    pub fn get_untracked(&self) -> T
    where
        T: Clone,
    {
        self.with_untracked(T::clone)
    }

    /// Takes a value, and tells whoever follows.
    pub fn set(&self, value: T) {
        self.update(|place| *place = value);
    }

    /// Changes the value, and tells whoever follows.
    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let result = self.update_untracked(change);
        self.0.changed.notify();
        result
    }

    /// Changes the value and tells nobody.
    pub fn update_untracked<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        change(&mut self.0.value.borrow_mut())
    }
}

impl<T> Clone for ArcRwSignal<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T: Default + 'static> Default for ArcRwSignal<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

/// A value that can be set, until the owner ends in which it was made. `try_` asks whether it has.
pub struct RwSignal<T>(Place<ArcRwSignal<T>>);

impl<T: 'static> RwSignal<T> {
    /// A signal with its first value.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(Place::new(ArcRwSignal::new(value)))
    }

    /// Follows this signal without a look at its value.
    pub fn track(&self) {
        self.0.get().track();
    }

    /// What `read` makes of the value, which the present effect follows from now on.
    pub fn with<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        self.0.get().with(read)
    }

    /// What `read` makes of the value.
    pub fn with_untracked<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        self.0.get().with_untracked(read)
    }

    /// The value, which the present effect follows from now on.
    #[must_use]
    pub fn get(&self) -> T
    where
        T: Clone,
    {
        self.0.get().get()
    }

    /// The value.
    #[must_use]
    pub fn get_untracked(&self) -> T
    where
        T: Clone,
    {
        self.0.get().get_untracked()
    }

    /// The value, if the owner has not ended.
    #[must_use]
    pub fn try_get_untracked(&self) -> Option<T>
    where
        T: Clone,
    {
        self.0.try_get().map(|signal| signal.get_untracked())
    }

    /// Takes a value, and tells whoever follows.
    pub fn set(&self, value: T) {
        self.0.get().set(value);
    }

    /// Takes a value, if the owner has not ended; hands it back if it has.
    pub fn try_set(&self, value: T) -> Option<T> {
        match self.0.try_get() {
            Some(signal) => signal.set(value),
            None => return Some(value),
        }
        None
    }

    /// Changes the value, and tells whoever follows.
    pub fn update<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        self.0.get().update(change)
    }

    /// Changes the value and tells nobody.
    pub fn update_untracked<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        self.0.get().update_untracked(change)
    }
}

/// A value that can only be read: worked out anew at each look, until the owner ends in which it was made.
pub struct Signal<T>(Place<Box<dyn Fn() -> T>>);

impl<T: 'static> Signal<T> {
    /// A signal that is worked out by `read`.
    #[must_use]
    pub fn derive(read: impl Fn() -> T + 'static) -> Self {
        Self(Place::new(Box::new(read)))
    }

    /// The value; the present effect follows what it comes from.
    #[must_use]
    pub fn get(&self) -> T {
        self.0.get()()
    }

    /// The value.
    #[must_use]
    pub fn get_untracked(&self) -> T {
        untrack(|| self.get())
    }

    /// What `read` makes of the value; the present effect follows what it comes from.
    pub fn with<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.get())
    }

    /// What `read` makes of the value.
    pub fn with_untracked<R>(&self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.get_untracked())
    }
}

impl<T: Clone + 'static> From<RwSignal<T>> for Signal<T> {
    fn from(signal: RwSignal<T>) -> Self {
        Self::derive(move || signal.get())
    }
}

handle!(RwSignal);
handle!(Signal);

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::prelude::Owner;

    fn owned<R>(test: impl FnOnce() -> R) -> R {
        Owner::new().with(test)
    }

    #[test]
    fn a_value_is_set_and_read() {
        owned(|| {
            let signal = RwSignal::new(vec![1]);
            signal.update(|list| list.push(2));
            assert_eq!(signal.get(), [1, 2]);
            signal.set(Vec::new());
            assert!(signal.with_untracked(Vec::is_empty));
        });
    }

    #[test]
    fn a_derived_signal_is_worked_out_anew() {
        owned(|| {
            let name = RwSignal::new("a".to_owned());
            let length = Signal::derive(move || name.with(String::len));
            name.set("abc".to_owned());
            assert_eq!((length.get(), Signal::from(name).get()), (3, "abc".to_owned()));
        });
    }

    #[test]
    fn a_memo_follows_what_it_read() {
        owned(|| {
            use leptos::prelude::{GetUntracked, Memo};
            let (one, two) = (RwSignal::new(1), RwSignal::new(10));
            let derived = Signal::derive(move || two.get());
            let sum = Memo::new(move |_| one.get() + derived.get());
            assert_eq!(sum.get_untracked(), 11);
            one.set(2);
            assert_eq!(sum.get_untracked(), 12);
            two.update(|two| *two += 10);
            assert_eq!(sum.get_untracked(), 22);
            two.update_untracked(|two| *two = 0);
            assert_eq!(sum.get_untracked(), 22, "nobody was told");
        });
    }

    #[test]
    fn a_signal_ends_with_its_owner() {
        let owner = Owner::new();
        let signal = owner.with(|| RwSignal::new(1));
        assert_eq!((signal.try_get_untracked(), signal.try_set(2)), (Some(1), None));
        owner.cleanup();
        assert_eq!((signal.try_get_untracked(), signal.try_set(3)), (None, Some(3)));
    }
}
