//! Sorting, compiled once: the standard library's is 4 kB for each type that it sorts.

use std::cmp::Ordering;

/// The places `0..count` in the order of `compare`; equals stay in the order in which they are.
///
/// A merge sort from the bottom up; what is in order already is found in one pass.
pub fn sorted_places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    let mut merged = Vec::with_capacity(count);
    let mut width = 1;
    while width < count {
        for pair in places.chunks(2 * width) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(left, right, compare, &mut merged);
        }
        std::mem::swap(&mut places, &mut merged);
        merged.clear();
        width *= 2;
    }
    places
}

fn merge(mut left: &[usize], mut right: &[usize], compare: &dyn Fn(usize, usize) -> Ordering, out: &mut Vec<usize>) {
    let in_order = match (left.last(), right.first()) {
        (Some(last), Some(first)) => compare(*last, *first) != Ordering::Greater,
        _ => true,
    };
    if !in_order {
        while let ([first_left, rest_left @ ..], [first_right, rest_right @ ..]) = (left, right) {
            if compare(*first_left, *first_right) == Ordering::Greater {
                out.push(*first_right);
                right = rest_right;
            } else {
                out.push(*first_left);
                left = rest_left;
            }
        }
    }
    out.extend_from_slice(left);
    out.extend_from_slice(right);
}

/// Puts an item into a sorted list, unless it is there.
pub fn insert_once<T: Ord>(list: &mut Vec<T>, item: T) {
    if let Err(at) = list.binary_search(&item) {
        list.insert(at, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_order_is_right_and_stable(items in proptest::collection::vec(0..8_u8, 0..70)) {
            let found = sorted_places(items.len(), &|left, right| items[left].cmp(&items[right]));
            let mut wanted: Vec<usize> = (0..items.len()).collect();
            wanted.sort_by_key(|place| items[*place]);
            prop_assert_eq!(found, wanted);
        }
    }

    #[test]
    fn items_are_put_in_once() {
        let mut list = Vec::new();
        [3, 1, 2, 3, 1].into_iter().for_each(|item| insert_once(&mut list, item));
        assert_eq!(list, [1, 2, 3]);
    }
}
