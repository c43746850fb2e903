//! Seeded chance that is the same on every platform, and ids that can be read back as numbers.
//!
//! `mix` is the finaliser of splitmix64 (Steele, Lea and Flood 2014, constants by David Stafford).
//! It is a bijection, so a record's id can be its mixed index: the index is found again from the id
//! with [`number_of`], and the server needs no table of ids.

/// Letters of an id, as `PocketBase` uses them.
const LETTERS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
/// How long an id is.
const ID_LENGTH: usize = 15;
/// 36^13 exceeds 2^64, so that 13 letters hold any number; the two before them are a check.
const CHECK_LENGTH: usize = 2;

/// Scatters a number over all 64 bits, reversibly.
pub(super) fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The number that `mix` scattered.
pub(super) fn unmix(mut z: u64) -> u64 {
    z = (z ^ (z >> 31) ^ (z >> 62)).wrapping_mul(0x3196_42b2_d24d_8ec3);
    z = (z ^ (z >> 27) ^ (z >> 54)).wrapping_mul(0x96de_1b17_3f11_9089);
    z ^ (z >> 30) ^ (z >> 60)
}

/// A number as an id: 15 of `[0-9a-z]`.
pub(super) fn id_of(number: u64) -> String {
    let mut id = vec![0; ID_LENGTH];
    let (check, digits) = id.split_at_mut(CHECK_LENGTH);
    write_digits(check_of(number), check);
    write_digits(number, digits);
    String::from_utf8(id).unwrap_or_default()
}

/// The number that [`id_of`] wrote, if this is such an id.
pub(super) fn number_of(id: &str) -> Option<u64> {
    if !is_id(id) {
        return None;
    }
    let (check, digits) = id.split_at(CHECK_LENGTH);
    let number = u64::from_str_radix(digits, 36).ok()?;
    (u64::from_str_radix(check, 36) == Ok(check_of(number))).then_some(number)
}

/// Whether this has the form of an id.
pub(super) fn is_id(id: &str) -> bool {
    id.len() == ID_LENGTH && id.bytes().all(|letter| LETTERS.contains(&letter))
}

fn check_of(number: u64) -> u64 {
    mix(number) % (36 * 36)
}

fn write_digits(mut number: u64, digits: &mut [u8]) {
    for digit in digits.iter_mut().rev() {
        *digit = LETTERS[usize::try_from(number % 36).unwrap_or(0)];
        number /= 36;
    }
}

/// A stream of choices that follow from a seed.
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(mix(seed))
    }

    pub(super) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number in `0..bound`; 0 when there is nothing to choose from.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        #[allow(clippy::cast_possible_truncation)] // 32 bits, on every platform alike
        let high = (self.number() >> 32) as u32;
        usize::try_from((u64::from(high) * bound as u64) >> 32).unwrap_or(0)
    }

    /// A number in `low..high`.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = usize::try_from(high - low).unwrap_or(0);
        low + i64::try_from(self.below(span)).unwrap_or(0)
    }

    /// Whether an event of so many percent happens.
    pub(super) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of the items; `""` when there is none.
    pub(super) fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items.get(self.below(items.len())).copied().unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_id_gives_its_number_back(number: u64) {
            prop_assert_eq!(unmix(mix(number)), number);
            prop_assert_eq!(number_of(&id_of(number)), Some(number));
        }

        #[test]
        fn a_choice_stays_below_its_bound(seed: u64, bound in 1usize..10_000) {
            prop_assert!(Chance::new(seed).below(bound) < bound);
        }
    }

    #[test]
    fn other_texts_are_no_numbers() {
        for text in ["", "abc", "zzzzzzzzzzzzzzz", "ABCDEFGHIJKLMNO", "åååååååaaaaaaaa", "+00000000000000"] {
            assert_eq!(number_of(text), None, "{text}");
        }
    }
}
