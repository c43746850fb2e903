//! HTTP's dates (RFC 9110, 5.6.7): the current form and the two obsolete ones, always in UTC.

const MONTHS: &str = "janfebmaraprmayjunjulaugsepoctnovdec";

/// Milliseconds since 1970 of an HTTP date.
///
/// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`
/// are the same moment. A year of two digits is taken as 1970–2069.
#[must_use]
pub fn parse(text: &str) -> Option<i64> {
    let mut numbers = [None; 2];
    let (mut month, mut time) = (None, None);
    for part in text.split([' ', ',', '-']).filter(|part| !part.is_empty()) {
        if part.contains(':') {
            time = Some(seconds_of_day(part)?);
        } else if part.starts_with(|c: char| c.is_ascii_digit()) {
            let free = numbers.iter_mut().find(|number| number.is_none())?;
            *free = Some(part.parse::<u16>().ok()?);
        } else if month.is_none() {
            month = month_of(part);
        }
    }
    let (day, year) = (i64::from(numbers[0]?), full_year(numbers[1]?));
    ((1..=31).contains(&day)).then_some(())?;
    Some((days(year, month?, day) * 86_400 + time?) * 1000)
}

fn seconds_of_day(text: &str) -> Option<i64> {
    let mut parts = text.split(':').map(|part| part.parse::<u8>().ok().map(i64::from));
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let valid = hour < 24 && minute < 60 && second <= 60 && parts.next().is_none();
    valid.then_some(hour * 3600 + minute * 60 + second)
}

fn month_of(word: &str) -> Option<i64> {
    let place = MONTHS.find(&word.to_ascii_lowercase()).filter(|place| word.len() == 3 && place % 3 == 0)?;
    i64::try_from(place / 3 + 1).ok()
}

fn full_year(year: u16) -> i64 {
    match year {
        0..70 => 2000 + i64::from(year),
        70..100 => 1900 + i64::from(year),
        _ => i64::from(year),
    }
}

/// Days since 1970 (Howard Hinnant, <https://howardhinnant.github.io/date_algorithms.html>).
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms_are_one_moment() {
        for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(parse(text), Some(784_111_777_000), "{text}");
        }
        assert_eq!(parse("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(parse("Thu, 29 Feb 2024 23:59:60 GMT"), Some(1_709_251_200_000));
    }

    #[test]
    fn nonsense_is_no_date() {
        for text in ["", "soon", "120", "06 Nov 1994", "Sun, 06 Nov 1994 25:00:00 GMT", "Sun, 32 Nov 1994 08:49:37 GMT"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
