//! Numbers, dates and relative times as the reader's language writes them.
//!
//! The browser's `Intl` does the work, so no locale data is shipped. Natively (tests, library users
//! without a browser) the same functions answer in plain ISO form.

use super::translation;
use crate::model::Timestamp;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A number with the language's digits and separators: `10,000`.
#[must_use]
pub fn number(value: f64) -> String {
    intl::number(translation::language().tag, value)
}

/// A count.
#[must_use]
pub fn count(value: usize) -> String {
    #[allow(clippy::cast_precision_loss)] // no list has 2^53 rows
    number(value as f64)
}

/// An amount of bytes, as people say it: `1.2 MB`.
#[must_use]
pub fn bytes(amount: u64) -> String {
    #[allow(clippy::cast_precision_loss)] // one digit after the point is shown
    let amount = amount as f64;
    let units = [(1e9, "gigabyte"), (1e6, "megabyte"), (1e3, "kilobyte")];
    let (size, unit) = units.into_iter().find(|(size, _)| amount >= *size).unwrap_or((1.0, "byte"));
    intl::amount(translation::language().tag, (amount / size * 10.0).round() / 10.0, unit)
}

/// A calendar day, `4 Mar 1984`, from `YYYY-MM-DD`; other text stays as it is.
#[must_use]
pub fn date(text: &str) -> String {
    match Timestamp::parse(text) {
        Some(day) => intl::date(translation::language().tag, day, Shape::Day),
        None => text.to_owned(),
    }
}

/// A moment in the reader's time zone, `4 Mar 1984, 14:05`, from ISO text; other text stays as it is.
#[must_use]
pub fn date_time(text: &str) -> String {
    match Timestamp::parse(text) {
        Some(moment) => intl::date(translation::language().tag, moment, Shape::Moment),
        None => text.to_owned(),
    }
}

/// How long ago `then` was: `2 min. ago`; within the last three quarters of a minute, `just now`.
#[must_use]
pub fn ago(then: Timestamp, now: Timestamp) -> String {
    let gone = (now.0 - then.0).max(0);
    let (size, unit) = match gone {
        0..45_000 => return translation::t("time.now").to_owned(),
        45_000..HOUR => (MINUTE, "minute"),
        HOUR..DAY => (HOUR, "hour"),
        _ => (DAY, "day"),
    };
    let amount = ((gone + size / 2) / size).max(1);
    intl::ago(translation::language().tag, amount, unit)
}

/// The form that an amount takes in the language (`one`, `other`, …): CLDR's plural categories.
#[must_use]
pub fn plural_category(amount: usize) -> &'static str {
    intl::plural(translation::language().tag, amount)
}

/// What the speakers of a language call it; the tag where the browser does not know.
#[must_use]
pub fn language_name(tag: &str) -> String {
    intl::language_name(tag).unwrap_or_else(|| tag.to_owned())
}

/// What a `datetime-local` control shows for a moment: its wall-clock time here.
#[must_use]
pub fn to_local_input(text: &str) -> String {
    let Some(moment) = Timestamp::parse(text) else { return String::new() };
    let mut local = moment.plus(-intl::offset_ms(moment)).to_iso();
    local.truncate(16);
    local
}

/// The moment that a `datetime-local` control's text means, as ISO text in UTC; other text stays as it is.
#[must_use]
pub fn from_local_input(text: &str) -> String {
    match Timestamp::parse(text) {
        Some(local) => local.plus(intl::offset_ms(local)).to_iso(),
        None => text.to_owned(),
    }
}

#[derive(Clone, Copy)]
enum Shape {
    Day,
    Moment,
}

#[cfg(target_arch = "wasm32")]
mod intl {
    use super::Shape;
    use crate::model::Timestamp;
    use js_sys::{Array, Date, Function, Intl, Object, Reflect};
    use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_namespace = Intl)]
        type DisplayNames;
        #[wasm_bindgen(catch, constructor, js_namespace = Intl)]
        fn new(locales: &Array, options: &Object) -> Result<DisplayNames, JsValue>;
        #[wasm_bindgen(method, catch)]
        fn of(this: &DisplayNames, tag: &str) -> Result<String, JsValue>;
    }

    fn options(pairs: &[(&str, &str)]) -> Object {
        let object = Object::new();
        for (key, value) in pairs {
            let _ = Reflect::set(&object, &JsValue::from_str(key), &JsValue::from_str(value));
        }
        object
    }

    fn locales(tag: &str) -> Array {
        Array::of1(&JsValue::from_str(tag))
    }

    fn call(format: &Function, value: &JsValue) -> String {
        format.call1(&JsValue::UNDEFINED, value).ok().and_then(|text| text.as_string()).unwrap_or_default()
    }

    pub fn number(tag: &str, value: f64) -> String {
        // The engine keeps the format of the latest tag; to make one of our own for each number took ten times as long.
        js_sys::Number::from(value).to_locale_string(tag).into()
    }

    pub fn amount(tag: &str, value: f64, unit: &str) -> String {
        let options = options(&[("style", "unit"), ("unit", unit)]);
        call(&Intl::NumberFormat::new(&locales(tag), &options).format(), &JsValue::from_f64(value))
    }

    #[allow(clippy::cast_precision_loss)] // milliseconds since 1970 fit in 53 bits
    pub fn date(tag: &str, moment: Timestamp, shape: Shape) -> String {
        let options = match shape {
            Shape::Day => options(&[("dateStyle", "medium"), ("timeZone", "UTC")]),
            Shape::Moment => options(&[("dateStyle", "medium"), ("timeStyle", "short")]),
        };
        call(&Intl::DateTimeFormat::new(&locales(tag), &options).format(), &JsValue::from_f64(moment.0 as f64))
    }

    #[allow(clippy::cast_precision_loss)] // an amount of minutes, hours or days
    pub fn ago(tag: &str, amount: i64, unit: &str) -> String {
        let options = options(&[("numeric", "always"), ("style", "short")]);
        Intl::RelativeTimeFormat::new(&locales(tag), &options).format(-(amount as f64), unit).into()
    }

    #[allow(clippy::cast_precision_loss)] // no list has 2^53 rows
    pub fn plural(tag: &str, amount: usize) -> &'static str {
        let rules = Intl::PluralRules::new(&locales(tag), &Object::new());
        match String::from(rules.select(amount as f64)).as_str() {
            "zero" => "zero",
            "one" => "one",
            "two" => "two",
            "few" => "few",
            "many" => "many",
            _ => "other",
        }
    }

    pub fn language_name(tag: &str) -> Option<String> {
        DisplayNames::new(&locales(tag), &options(&[("type", "language")])).ok()?.of(tag).ok()
    }

    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // an offset is some hours
    pub fn offset_ms(moment: Timestamp) -> i64 {
        let date = Date::new(&JsValue::from_f64(moment.0 as f64));
        (date.get_timezone_offset() * 60_000.0) as i64
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod intl {
    use super::Shape;
    use crate::model::Timestamp;

    pub fn number(_tag: &str, value: f64) -> String {
        value.to_string()
    }

    pub fn amount(_tag: &str, value: f64, unit: &str) -> String {
        format!("{value} {unit}")
    }

    pub fn date(_tag: &str, moment: Timestamp, shape: Shape) -> String {
        let mut text = moment.to_iso();
        text.truncate(if matches!(shape, Shape::Day) { 10 } else { 16 });
        text
    }

    pub fn ago(_tag: &str, amount: i64, unit: &str) -> String {
        format!("{amount} {unit} ago")
    }

    pub fn plural(_tag: &str, amount: usize) -> &'static str {
        if amount == 1 { "one" } else { "other" }
    }

    pub fn language_name(_tag: &str) -> Option<String> {
        None
    }

    pub fn offset_ms(_moment: Timestamp) -> i64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_use_the_largest_unit_that_fits() {
        let now = Timestamp(10 * DAY);
        let aged = |gone: i64| ago(now.plus(-gone), now);
        assert_eq!(aged(10_000), "just now");
        assert_eq!(aged(-5_000), "just now", "a clock that jumped");
        assert_eq!(aged(2 * MINUTE), "2 minute ago");
        assert_eq!(aged(3 * HOUR), "3 hour ago");
        assert_eq!(aged(2 * DAY), "2 day ago");
    }

    #[test]
    fn bytes_use_the_largest_unit_that_fits() {
        assert_eq!(bytes(0), "0 byte");
        assert_eq!(bytes(1_234), "1.2 kilobyte");
        assert_eq!(bytes(20_000_000), "20 megabyte");
        assert_eq!(bytes(3_940_000_000), "3.9 gigabyte");
    }

    #[test]
    fn local_input_and_moment_are_inverse() {
        assert_eq!(to_local_input("2026-11-21T09:28:14.528Z"), "2026-11-21T09:28");
        assert_eq!(from_local_input("2026-11-21T09:28"), "2026-11-21T09:28:00.000Z");
    }
}
