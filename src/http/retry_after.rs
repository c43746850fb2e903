//! When the server says to come back: `Retry-After` (RFC 9110, 10.2.3).

use super::{Headers, date};
use std::time::Duration;

/// The wait that the answer asks for, where the browser shows it.
///
/// A date is measured against the answer's own `Date` where that is shown, because the device's
/// clock (`now_ms`, since 1970) may be wrong.
#[must_use]
pub fn delay(headers: &Headers, now_ms: i64) -> Option<Duration> {
    let now_ms = headers.get("date").and_then(date::parse).unwrap_or(now_ms);
    parse(headers.get("retry-after")?, now_ms)
}

/// Seconds, or an HTTP date; a date that has passed asks for no wait.
#[must_use]
pub fn parse(text: &str, now_ms: i64) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse::<u32>().unwrap_or(u32::MAX).into()));
    }
    let wait = date::parse(text)?.saturating_sub(now_ms);
    Some(Duration::from_millis(u64::try_from(wait).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

    #[test]
    fn seconds_and_dates_are_understood() {
        let at = 784_111_777_000;
        for (text, now_ms, wait_ms) in [
            ("2", 0, Some(2000)),
            (" 0 ", 0, Some(0)),
            ("99999999999999999999", 0, Some(u64::from(u32::MAX) * 1000)),
            (DATE, at - 1500, Some(1500)),
            (DATE, at + 1500, Some(0)),
            (DATE, i64::MIN, Some(i64::MAX.unsigned_abs())),
            ("-1", 0, None),
            ("1.5", 0, None),
            ("", 0, None),
        ] {
            assert_eq!(parse(text, now_ms), wait_ms.map(Duration::from_millis), "{text:?}");
        }
    }

    #[test]
    fn a_date_is_measured_by_the_servers_clock() {
        let headers: Headers = [("date", "Sun, 06 Nov 1994 08:49:30 GMT"), ("retry-after", DATE)].into_iter().collect();
        assert_eq!(delay(&headers, 0), Some(Duration::from_secs(7)));
    }
}
