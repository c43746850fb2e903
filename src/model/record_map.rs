//! A value for each of some records: in a sorted list, asked for by borrowed names.
//!
//! It holds what is under way (entries, confirmed rows, rows that someone looks at), which is little; a tree or a
//! hash table would be three times the code for each type of value.

use super::RecordId;

/// A record's collection and id.
pub type RecordKey = (String, RecordId);

/// Values by record.
#[derive(Clone, Debug)]
pub struct RecordMap<V> {
    /// Sorted; the value of each stands at the same place.
    keys: Vec<RecordKey>,
    values: Vec<V>,
}

impl<V> Default for RecordMap<V> {
    fn default() -> Self {
        Self { keys: Vec::new(), values: Vec::new() }
    }
}

impl<V> RecordMap<V> {
    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// A record's value.
    #[must_use]
    pub fn get(&self, collection: &str, id: &str) -> Option<&V> {
        self.values.get(place(&self.keys, collection, id).ok()?)
    }

    /// A record's value, to be changed.
    pub fn get_mut(&mut self, collection: &str, id: &str) -> Option<&mut V> {
        self.values.get_mut(place(&self.keys, collection, id).ok()?)
    }

    /// Gives a record a value.
    pub fn insert(&mut self, collection: &str, id: &str, value: V) {
        match place(&self.keys, collection, id) {
            Ok(at) => self.values[at] = value,
            Err(at) => {
                self.keys.insert(at, (collection.to_owned(), id.to_owned()));
                self.values.insert(at, value);
            }
        }
    }

    /// Takes a record's value away.
    pub fn remove(&mut self, collection: &str, id: &str) -> Option<V> {
        let at = place(&self.keys, collection, id).ok()?;
        self.keys.remove(at);
        Some(self.values.remove(at))
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.keys.clear();
        self.values.clear();
    }

    /// The records, in order.
    #[must_use]
    pub fn keys(&self) -> &[RecordKey] {
        &self.keys
    }

    /// The values, in the order of their records.
    #[must_use]
    pub fn values(&self) -> &[V] {
        &self.values
    }

    /// All records and their values.
    pub fn iter(&self) -> impl Iterator<Item = (&RecordKey, &V)> {
        self.keys.iter().zip(&self.values)
    }
}

fn place(keys: &[RecordKey], collection: &str, id: &str) -> Result<usize, usize> {
    keys.binary_search_by(|key| (key.0.as_str(), key.1.as_str()).cmp(&(collection, id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_collection_and_id() {
        let mut map = RecordMap::default();
        for (collection, id, value) in [("b", "1", 1), ("a", "2", 2), ("a", "1", 3), ("a", "2", 4)] {
            map.insert(collection, id, value);
        }
        assert_eq!(map.values(), [3, 4, 1]);
        assert_eq!((map.get("a", "2"), map.get("a", "3")), (Some(&4), None));
        assert_eq!((map.remove("a", "1"), map.remove("a", "1")), (Some(3), None));
        assert_eq!(map.iter().map(|(key, _)| key.1.as_str()).collect::<Vec<_>>(), ["2", "1"]);
    }
}
