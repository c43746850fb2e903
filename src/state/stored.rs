//! Values that nothing follows, kept until the owner ends in which they were made.
//!
//! Names and methods are those of Leptos' `StoredValue`, which is compiled anew for each type that it keeps. Here all lie
//! in places of one kind.

use leptos::prelude::{Dispose, GetValue, LocalStorage};
use std::{any::Any, cell::RefCell, marker::PhantomData, rc::Rc};

type AnyPlace = leptos::prelude::StoredValue<Rc<dyn Any>, LocalStorage>;

/// A value with its owner: a handle that can be copied into any closure.
pub struct StoredValue<V>(Place<RefCell<V>>);

impl<V: 'static> StoredValue<V> {
    /// Keeps a value until the present owner ends.
    #[allow(clippy::must_use_candidate)] // some values are kept for their end's sake
    pub fn new(value: V) -> Self {
        Self(Place::new(RefCell::new(value)))
    }

    /// What `read` makes of the value.
    pub fn with_value<R>(&self, read: impl FnOnce(&V) -> R) -> R {
        read(&self.0.get().borrow())
    }

    /// The value.
    #[must_use]
    pub fn get_value(&self) -> V
    where
        V: Clone,
    {
        self.with_value(V::clone)
    }

    /// Changes the value.
    pub fn update_value<R>(&self, change: impl FnOnce(&mut V) -> R) -> R {
        change(&mut self.0.get().borrow_mut())
    }

    /// Takes another value.
    pub fn set_value(&self, value: V) {
        drop(self.0.get().replace(value));
    }

    /// The value, or `None` if its owner has ended.
    #[must_use]
    pub fn try_get_value(&self) -> Option<V>
    where
        V: Clone,
    {
        self.0.try_get().map(|place| place.borrow().clone())
    }

    /// Changes the value, unless its owner has ended.
    pub fn try_update_value<R>(&self, change: impl FnOnce(&mut V) -> R) -> Option<R> {
        self.0.try_get().map(|place| change(&mut place.borrow_mut()))
    }

    /// Lets the value go before its owner ends.
    pub fn dispose(self) {
        self.0.0.dispose();
    }
}

/// A place with its owner, of one kind for all that may lie in it.
pub(super) struct Place<V>(AnyPlace, PhantomData<fn() -> V>);

impl<V: 'static> Place<V> {
    pub(super) fn new(value: V) -> Self {
        Self(place(Rc::new(value)), PhantomData)
    }

    pub(super) fn try_get(&self) -> Option<Rc<V>> {
        kept(self.0)?.downcast().ok()
    }

    pub(super) fn get(&self) -> Rc<V> {
        self.try_get().unwrap_or_else(|| ended())
    }
}

#[inline(never)] // once for all types
fn place(value: Rc<dyn Any>) -> AnyPlace {
    AnyPlace::new_local(value)
}

#[inline(never)]
fn kept(place: AnyPlace) -> Option<Rc<dyn Any>> {
    place.try_get_value()
}

fn ended() -> ! {
    unreachable!("the owner of this value has ended")
}

macro_rules! handle {
    ($name:ident) => {
        impl<V> Clone for $name<V> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<V> Copy for $name<V> {}

        impl<V> std::fmt::Debug for $name<V> {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(stringify!($name))
            }
        }
    };
}
pub(super) use handle;

handle!(Place);
handle!(StoredValue);

#[cfg(test)]
mod tests {
    use super::*;
    use leptos::prelude::Owner;

    #[test]
    fn a_value_lives_as_long_as_its_owner() {
        let owner = Owner::new();
        let stored = owner.with(|| StoredValue::new(vec![1]));
        stored.update_value(|list| list.push(2));
        assert_eq!(stored.get_value(), [1, 2]);
        stored.set_value(vec![3]);
        assert_eq!(stored.with_value(Vec::len), 1);
        owner.cleanup();
        assert_eq!((stored.try_get_value(), stored.try_update_value(|list| list.len())), (None, None));
    }

    #[test]
    fn a_value_can_go_before_its_owner() {
        Owner::new().with(|| {
            let stored = StoredValue::new(1);
            stored.dispose();
            assert_eq!(stored.try_get_value(), None);
        });
    }
}
