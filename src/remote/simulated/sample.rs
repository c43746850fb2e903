//! The sample workspace: the same records on every platform, made from a seed whenever they are asked for.
//!
//! A record is a pure function of `(seed, epoch, collection, index)`, and its id is its index in
//! disguise, so that neither the server nor the device's first filling has to keep a second copy of
//! ten thousand people. All dates lie relative to `epoch`, so that what is due looks due; every row
//! was last written before it, some of them at the very same millisecond, as happens on a server
//! that imports.
//!
//! ```
//! # use landfall::{model::Timestamp, remote::simulated::Sample};
//! let sample = Sample::new(7, Timestamp(1_800_000_000_000));
//! let first = sample.record("people", 0).map(|person| person.id).unwrap_or_default();
//! assert_eq!(sample.index("people", &first), Some(0));
//! assert_eq!(sample.len("people"), 10_000);
//! ```

use super::{
    chance::{id_of, mix, number_of, unmix},
    content::{COMPANIES, COMPANY_BITS, PEOPLE, PERSON_BITS, Row},
    schema::{CREATED, NAMES, UPDATED, UPDATED_BY},
    words::Words,
};
use crate::model::{Cursor, Record, Timestamp, Version};

/// The version of every record that nobody has written since.
const FIRST_VERSION: &str = "0000000000";
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 1440 * MINUTE_MS;
/// All rows were last written within so many days before the epoch.
const ACTIVE_DAYS: i64 = 90;
/// So many neighbours share one `updated`.
const TIED: usize = 3;

/// A generator of the sample workspace.
pub struct Sample {
    seed: u64,
    pub(super) epoch: Timestamp,
    sizes: [usize; 4],
    pub(super) words: Words,
}

impl Sample {
    /// The full workspace: 10,000 people, 400 companies, 1,200 projects, 3,000 tasks.
    #[must_use]
    pub fn new(seed: u64, epoch: Timestamp) -> Self {
        Self { seed, epoch, sizes: [10_000, 400, 1200, 3000], words: Words::new() }
    }

    /// The same with other numbers of people, companies, projects and tasks; names stay unique up to
    /// 16,384 people and 1,024 companies.
    #[must_use]
    pub fn sized(mut self, sizes: [usize; 4]) -> Self {
        self.sizes = sizes;
        self.sizes[PEOPLE] = sizes[PEOPLE].min(1 << PERSON_BITS);
        self.sizes[COMPANIES] = sizes[COMPANIES].min(1 << COMPANY_BITS);
        self
    }

    /// The moment before which all of it was written.
    #[must_use]
    pub fn epoch(&self) -> Timestamp {
        self.epoch
    }

    /// Where a pull goes on for a device that holds the whole sample already.
    #[must_use]
    pub fn seed_cursor(&self) -> Cursor {
        Cursor { updated: self.epoch.to_iso(), id: String::new() }
    }

    /// How many records a collection begins with.
    #[must_use]
    pub fn len(&self, collection: &str) -> usize {
        kind_of(collection).map_or(0, |kind| self.sizes[kind])
    }

    /// Whether a collection begins empty.
    #[must_use]
    pub fn is_empty(&self, collection: &str) -> bool {
        self.len(collection) == 0
    }

    /// All records of a collection, in the order of their last writes.
    pub fn records<'a>(&'a self, collection: &'a str) -> impl Iterator<Item = Record> + 'a {
        (0..self.len(collection)).filter_map(move |index| self.record(collection, index))
    }

    /// The record at an index below [`Sample::len`], in the version that the practice server gives it
    /// where versions are in order.
    #[must_use]
    pub fn record(&self, collection: &str, index: usize) -> Option<Record> {
        let kind = kind_of(collection).filter(|kind| index < self.sizes[*kind])?;
        let mut row = Row::new(!self.key(kind, index));
        let updated = self.updated_at(kind, index);
        let oldest = if kind <= COMPANIES { 2000 } else { 120 };
        let created = updated.plus(-MINUTE_MS * row.chance.between(1440, 1440 * oldest)).to_iso();
        self.fill(&mut row, kind, index, &created);
        row.set(CREATED, created);
        row.set(UPDATED, updated.to_iso());
        row.set(UPDATED_BY, "Sample");
        let version = Some(Version(FIRST_VERSION.into()));
        Some(Record { version, ..Record::new(self.id_at(kind, index), row.fields) })
    }

    /// The index of the record with this id.
    #[must_use]
    pub fn index(&self, collection: &str, id: &str) -> Option<usize> {
        let kind = kind_of(collection)?;
        let index = unmix(number_of(id)?).wrapping_sub(self.base(kind));
        usize::try_from(index).ok().filter(|index| *index < self.sizes[kind])
    }

    /// The id of the record at an index.
    #[must_use]
    pub fn id(&self, collection: &str, index: usize) -> Option<String> {
        let kind = kind_of(collection).filter(|kind| index < self.sizes[*kind])?;
        Some(self.id_at(kind, index))
    }

    /// The first rows of the change feed from a place `(updated, id)` on: when they were written, and
    /// their indices. Only ids that are `wanted` count.
    pub(super) fn feed(
        &self,
        collection: &str,
        start: (Timestamp, &str),
        limit: usize,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Vec<(Timestamp, usize)> {
        let mut feed = Vec::new();
        let kind = kind_of(collection).unwrap_or_default();
        for first in (0..self.len(collection)).step_by(TIED) {
            let updated = self.updated_at(kind, first);
            if feed.len() < limit && updated >= start.0 {
                let tied = self.tied(kind, first).into_iter();
                let later = tied.filter(|(id, _)| (updated, id.as_str()) >= start && wanted(id));
                feed.extend(later.map(|(_, index)| (updated, index)));
            }
        }
        feed.truncate(limit);
        feed
    }

    /// The rows that share the `updated` of this one, in the order of their ids.
    fn tied(&self, kind: usize, first: usize) -> Vec<(String, usize)> {
        let mut rows: Vec<(String, usize)> = Vec::new();
        for index in first..self.sizes[kind].min(first + TIED) {
            let id = self.id_at(kind, index);
            let place = rows.iter().take_while(|(other, _)| *other < id).count();
            rows.insert(place, (id, index));
        }
        rows
    }

    pub(super) fn size(&self, kind: usize) -> usize {
        self.sizes[kind]
    }

    pub(super) fn base(&self, kind: usize) -> u64 {
        mix(self.seed ^ mix(kind as u64 + 1))
    }

    fn key(&self, kind: usize, index: usize) -> u64 {
        mix(self.base(kind).wrapping_add(index as u64))
    }

    pub(super) fn id_at(&self, kind: usize, index: usize) -> String {
        id_of(self.key(kind, index))
    }

    fn updated_at(&self, kind: usize, index: usize) -> Timestamp {
        let group = index / TIED;
        let whole = |number: usize| i64::try_from(number).unwrap_or(0);
        let step = (ACTIVE_DAYS * DAY_MS / whole(self.sizes[kind].div_ceil(TIED)).max(1)).max(1);
        let jitter = i64::try_from(self.key(kind, group) >> 16).unwrap_or(0) % step;
        self.epoch.plus(whole(group) * step + jitter - ACTIVE_DAYS * DAY_MS)
    }
}

fn kind_of(collection: &str) -> Option<usize> {
    NAMES.iter().position(|name| *name == collection)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{fold::fold, validation::validate},
        remote::simulated::collections,
    };
    use std::collections::BTreeSet;

    const EPOCH: Timestamp = Timestamp(1_767_225_600_000);
    const CHECKSUM: u64 = 15_711_242_626_308_891_500;

    /// FNV-1a over ids and fields in the order of their names, so that it is the same on every platform.
    fn checksum(sample: &Sample) -> u64 {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for record in NAMES.into_iter().flat_map(|name| sample.records(name)) {
            let sorted: BTreeSet<String> =
                record.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
            for byte in record.id.bytes().chain(sorted.iter().flat_map(|line| line.bytes())) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        hash
    }

    #[test]
    fn a_seed_gives_the_same_records_for_ever() {
        assert_eq!(checksum(&Sample::new(1, EPOCH)), CHECKSUM);
        assert_ne!(checksum(&Sample::new(2, EPOCH)), CHECKSUM);
    }

    #[test]
    fn every_record_meets_its_schema_and_points_to_records_that_exist() {
        let sample = Sample::new(1, EPOCH);
        for collection in collections() {
            for record in sample.records(&collection.name) {
                assert_eq!(validate(&collection, &record.fields, true), [], "{record:?}");
                for (to, id) in collection.links(&record.fields) {
                    assert!(sample.index(&to, &id).is_some(), "{id} of {record:?}");
                }
                assert!(record.fields.keys().all(|name| collection.field(name).is_some()), "{record:?}");
            }
        }
    }

    #[test]
    fn ids_names_and_addresses_are_unique() {
        let sample = Sample::new(1, EPOCH);
        let people = || sample.records("people");
        let ids: BTreeSet<_> = NAMES.into_iter().flat_map(|name| sample.records(name)).map(|row| row.id).collect();
        let emails: BTreeSet<_> = people().map(|row| row.text("email")).collect();
        let names: BTreeSet<_> = people().map(|row| fold(&row.text("name"))).collect();
        let firms: BTreeSet<_> = sample.records("companies").map(|row| row.text("name")).collect();
        assert_eq!((ids.len(), emails.len(), names.len(), firms.len()), (14_600, 10_000, 10_000, 400));
    }

    #[test]
    fn an_id_leads_back_to_its_record_in_its_collection_only() {
        let sample = Sample::new(1, EPOCH);
        for index in [0, 1, 1199] {
            let id = sample.id("projects", index).unwrap_or_default();
            assert_eq!(sample.index("projects", &id), Some(index));
            assert_eq!(sample.index("people", &id), None);
        }
        assert_eq!((sample.id("projects", 1200), sample.record("projects", 1200)), (None, None));
    }

    #[test]
    fn all_was_written_before_the_epoch_in_feed_order_some_of_it_at_once() {
        let sample = Sample::new(1, EPOCH);
        for name in NAMES {
            let feed = sample.feed(name, (Timestamp(0), ""), usize::MAX, &|_| true);
            assert_eq!(feed.len(), sample.len(name));
            assert!(feed.iter().all(|(updated, _)| *updated < EPOCH));
            assert!(feed.windows(2).any(|pair| pair[0].0 == pair[1].0));
            let places = feed.iter().map(|(updated, index)| {
                let record = sample.record(name, *index).unwrap_or_else(|| Record::new("", Default::default()));
                assert_eq!(record.text("updated"), updated.to_iso());
                (*updated, record.id)
            });
            assert!(places.is_sorted());
        }
    }
}
