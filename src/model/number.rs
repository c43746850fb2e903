//! Numbers with a fraction, as text.
//!
//! The browser already knows how to read and write them; Rust's own way would bring 30 kB of tables along. Both
//! write the shortest text that reads back as the same number.

/// The number that a decimal text means (`-1.5`, `2e9`); `None` for everything else, infinities among it.
#[must_use]
pub fn parse(text: &str) -> Option<f64> {
    if is_decimal(text) { Some(engine::parse(text)).filter(|number| number.is_finite()) } else { None }
}

/// The shortest text that reads back as this number.
#[must_use]
pub fn text(number: f64) -> String {
    engine::text(number)
}

/// An optional sign, digits with an optional point among them, an optional exponent.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let whole = unsigned(whole);
    let exponent = unsigned(exponent);
    all_digits(whole)
        && all_digits(fraction)
        && all_digits(exponent)
        && !exponent.is_empty()
        && !(whole.is_empty() && fraction.is_empty())
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['-', '+']).unwrap_or(text)
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(target_arch = "wasm32")]
mod engine {
    use js_sys::Number;

    pub fn parse(text: &str) -> f64 {
        Number::parse_float(text)
    }

    pub fn text(number: f64) -> String {
        Number::from(number).to_string_with_radix(10).map(String::from).unwrap_or_default()
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod engine {
    pub fn parse(text: &str) -> f64 {
        text.parse().unwrap_or(f64::NAN)
    }

    pub fn text(number: f64) -> String {
        // `{:?}` turns to exponents for large numbers, as browsers do; a whole number has no point there.
        let text = format!("{number:?}");
        text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_and_nothing_else_is() {
        for (written, number) in
            [("1", 1.0), ("-1.5", -1.5), ("+.5", 0.5), ("2.", 2.0), ("2e3", 2000.0), ("1E-2", 0.01)]
        {
            assert_eq!(parse(written), Some(number), "{written}");
        }
        for nonsense in ["", ".", "-", "e5", "1e", "1e+", "1,5", " 1", "inf", "NaN", "0x10", "1_000", "1e999", "--1"] {
            assert_eq!(parse(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn text_is_short_and_reads_back() {
        for (number, written) in [(1.0, "1"), (-0.1, "-0.1"), (1e21, "1e21"), (68.0 * 3.0, "204")] {
            assert_eq!(text(number), written);
            assert_eq!(parse(written), Some(number));
        }
    }
}
