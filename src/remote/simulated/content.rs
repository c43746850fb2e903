//! What stands in the sample's records: each kind of record filled from its own chance.
//!
//! Names are the index scattered over the lists of words, so that no two people (and no two
//! companies) share one, and an e-mail address follows from its name. Everything else is drawn.

use super::{
    Sample,
    chance::Chance,
    schema::{PRIORITY, STATE, STATUS},
    words,
};
use crate::model::{Fields, Value, fold, order};

/// A person is a number of so many bits: half of them the first name, half the last.
pub(super) const PERSON_BITS: u32 = 14;
/// A company likewise: seven bits of a last name, and a kind of firm.
pub(super) const COMPANY_BITS: u32 = 10;

/// The four collections, by their place in [`super::schema::NAMES`].
pub(super) const PEOPLE: usize = 0;
pub(super) const COMPANIES: usize = 1;
const PROJECTS: usize = 2;

const DAY_MS: i64 = 86_400_000;

impl Sample {
    /// Fills everything but what the server manages.
    pub(super) fn fill(&self, row: &mut Row, kind: usize, index: usize, created: &str) {
        match kind {
            PEOPLE => self.person(row, index, created),
            COMPANIES => self.company(row, index),
            PROJECTS => self.project(row),
            _ => self.task(row),
        }
    }

    /// The person's e-mail address, which nobody else in the sample has.
    pub(super) fn email(&self, index: usize) -> String {
        let (first, last) = self.name(index);
        let domain = [".org", ".com", ".net"][index % 3];
        [&self.words.first[first].plain, ".", &self.words.last[last].plain, "@example", domain].concat()
    }

    /// The people's indices in the order of their names, without making the people.
    #[must_use]
    pub fn people_by_name(&self) -> Vec<usize> {
        let (first, last) = (ranks(&self.words.first), ranks(&self.words.last));
        let place = |index| {
            let name = self.name(index);
            (first[name.0], last[name.1])
        };
        let places: Vec<(usize, usize)> = (0..self.size(PEOPLE)).map(place).collect();
        order::sorted_places(places.len(), &|left, right| places[left].cmp(&places[right]))
    }

    /// The places of the person's first and last name in their lists.
    fn name(&self, index: usize) -> (usize, usize) {
        let number = scramble(index, PERSON_BITS, self.base(PEOPLE));
        let half = 1 << (PERSON_BITS / 2);
        (number % half, number / half)
    }

    fn person(&self, row: &mut Row, index: usize, created: &str) {
        let (first, last) = self.name(index);
        let (city, code) = self.city(&mut row.chance);
        let phone = 100_000 + row.chance.below(900_000);
        row.set("name", [self.words.first[first].written, " ", self.words.last[last].written].concat());
        row.set("email", self.email(index));
        row.set("phone", ["+", code, " 555 ", &phone.to_string()].concat());
        self.link(row, "company", COMPANIES);
        row.pick("role", &self.words.roles);
        row.set("city", city);
        let active = row.chance.percent(85);
        row.set("active", active);
        let score = row.chance.below(101);
        row.set("score", score);
        row.set("joined", &created[..10]);
        self.notes(row, 60);
    }

    fn company(&self, row: &mut Row, index: usize) {
        let number = scramble(index, COMPANY_BITS, self.base(COMPANIES));
        let (owner, kind) = (&self.words.last[number % 128], number / 128);
        let (city, _) = self.city(&mut row.chance);
        row.set("name", [owner.written, " ", self.words.firms[kind]].concat());
        row.set("website", ["https://", &owner.plain, ".example.com/", &number.to_string()].concat());
        row.set("city", city);
        row.set("industry", words::industries().swap_remove(kind));
        let employees = 1 + row.chance.below(20) * row.chance.below(30);
        row.set("employees", employees);
    }

    fn project(&self, row: &mut Row) {
        let starts = row.chance.between(-300, 90);
        let ends = starts + row.chance.between(20, 240);
        let status = match (starts, ends) {
            (1.., _) => 0,
            (_, ..0) => 3,
            _ => 1 + usize::from(row.chance.percent(15)),
        };
        let name = [row.chance.pick(&self.words.works), " ", row.chance.pick(&self.words.ships)].concat();
        row.set("name", name);
        self.link(row, "company", COMPANIES);
        self.link(row, "lead", PEOPLE);
        row.set("status", STATUS[status]);
        let budget = 500 * row.chance.between(4, 500);
        row.set("budget", budget);
        row.set("starts", self.day(starts));
        row.set("ends", self.day(ends));
        let tags: Vec<Value> =
            self.words.tags.iter().filter(|_| row.chance.percent(20)).map(|tag| (*tag).into()).collect();
        row.set("tags", tags);
        self.notes(row, 50);
    }

    fn task(&self, row: &mut Row) {
        let due = row.chance.between(-45, 45);
        let done = if due < 0 { 80 } else { 10 };
        let state = if row.chance.percent(done) { 2 } else { usize::from(row.chance.percent(30)) };
        let title = [row.chance.pick(&self.words.verbs), " ", row.chance.pick(&self.words.things)].concat();
        row.set("title", title);
        self.link(row, "project", PROJECTS);
        if row.chance.percent(90) {
            self.link(row, "assignee", PEOPLE);
        }
        row.set("state", STATE[state]);
        row.set("due", self.day(due));
        row.pick("priority", &PRIORITY);
        let estimate = 1 + row.chance.below(40);
        row.set("estimate", estimate);
    }

    /// A city and its country's telephone code.
    fn city(&self, chance: &mut Chance) -> (&'static str, &'static str) {
        chance.pick(&self.words.cities).rsplit_once(' ').unwrap_or_default()
    }

    /// Points a relation field to any record of a collection, if there is one.
    fn link(&self, row: &mut Row, field: &str, kind: usize) {
        if self.size(kind) > 0 {
            let index = row.chance.below(self.size(kind));
            row.set(field, self.id_at(kind, index));
        }
    }

    /// One to three sentences, for so many percent of the records.
    fn notes(&self, row: &mut Row, percent: usize) {
        if row.chance.percent(percent) {
            let first = row.chance.below(self.words.sentences.len());
            let count = 1 + row.chance.below(3);
            let sentences: Vec<&str> =
                self.words.sentences.iter().cycle().skip(first).step_by(7).take(count).copied().collect();
            row.set("notes", sentences.join(" "));
        }
    }

    /// The date so many days from the epoch.
    fn day(&self, days: i64) -> String {
        let mut text = self.epoch.plus(days * DAY_MS).to_iso();
        text.truncate(10);
        text
    }
}

/// A record in the making.
pub(super) struct Row {
    pub(super) chance: Chance,
    pub(super) fields: Fields,
}

impl Row {
    pub(super) fn new(seed: u64) -> Self {
        Self { chance: Chance::new(seed), fields: Fields::new() }
    }

    pub(super) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.fields.insert(name.into(), value.into());
    }

    fn pick(&mut self, name: &str, options: &[&str]) {
        let chosen = self.chance.pick(options);
        self.set(name, chosen);
    }
}

/// The place of each name among all of them in order.
fn ranks(names: &[words::Name]) -> Vec<usize> {
    let folded: Vec<String> = names.iter().map(|name| fold::fold(name.written)).collect();
    let mut ranks = vec![0; names.len()];
    let places = order::sorted_places(names.len(), &|left, right| folded[left].cmp(&folded[right]));
    places.into_iter().enumerate().for_each(|(rank, place)| ranks[place] = rank);
    ranks
}

/// Another number of the same bits, a different one for every index.
fn scramble(index: usize, bits: u32, key: u64) -> usize {
    let (mask, half) = ((1_u64 << bits) - 1, bits / 2);
    let mut number = (index as u64).wrapping_add(key) & mask;
    for factor in [0x9e5, 0x1f3d] {
        number ^= number >> half;
        number = number.wrapping_mul(factor) & mask;
    }
    usize::try_from(number ^ (number >> half)).unwrap_or(0)
}
