//! A moment, as milliseconds since 1970 in UTC, and its text form.
//!
//! Backends send ISO 8601 text; the calendar arithmetic here (Howard Hinnant's `days_from_civil`,
//! <https://howardhinnant.github.io/date_algorithms.html>) needs no clock and no time zone.

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

const DAY_MS: i64 = 86_400_000;

impl Timestamp {
    /// `2026-11-21T09:28:14.528Z`.
    #[must_use]
    pub fn to_iso(self) -> String {
        let (days, rest) = (self.0.div_euclid(DAY_MS), self.0.rem_euclid(DAY_MS));
        let (year, month, day) = civil_from_days(days);
        let (hour, minute) = (rest / 3_600_000, rest / 60_000 % 60);
        let (second, milli) = (rest / 1000 % 60, rest % 1000);
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
    }

    /// Reads `YYYY-MM-DD`, with or without a time and a fraction, `T` or a space between; UTC.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let mut millis = days_from_civil(year, month, day) * DAY_MS;
        if text.len() >= 16 {
            millis += number(11..13)? * 3_600_000 + number(14..16)? * 60_000;
            millis += number(17..19).unwrap_or(0) * 1000;
            millis += number(20..23).unwrap_or(0);
        }
        Some(Self(millis))
    }

    /// Milliseconds from `earlier` to this moment; 0 when it lies ahead.
    #[must_use]
    pub fn since(self, earlier: Self) -> u64 {
        u64::try_from(self.0 - earlier.0).unwrap_or(0)
    }

    /// This moment moved by `millis`.
    #[must_use]
    pub fn plus(self, millis: i64) -> Self {
        Self(self.0 + millis)
    }
}

fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_milliseconds_agree() {
        let moment = Timestamp::parse("2026-11-21 09:28:14.528Z");
        assert_eq!(moment.map(Timestamp::to_iso).as_deref(), Some("2026-11-21T09:28:14.528Z"));
        assert_eq!(Timestamp(0).to_iso(), "1970-01-01T00:00:00.000Z");
        assert_eq!(Timestamp::parse("2024-02-29").map(|t| t.0), Some(1_709_164_800_000));
    }

    #[test]
    fn nonsense_is_no_moment() {
        for text in ["", "yesterday", "2026-13-01", "2026-00-10", "20261121"] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
    }
}
