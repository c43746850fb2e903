//! Header fields: a short list, found without regard to case (RFC 9110, 5.1).
//!
//! A list and not a map: an answer shows a dozen headers at most, and order and repetition count.

/// Header fields in order. Names are kept in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// No headers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The first value of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Whether there is such a header.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Sets the header, in place of any of that name.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.remove(name);
        self.append(name, value);
    }

    /// Adds the header beside any of that name.
    pub fn append(&mut self, name: &str, value: impl Into<String>) {
        self.0.push((name.to_ascii_lowercase(), value.into()));
    }

    /// Removes every header of that name.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The first header that HTTP would not carry: its name is no token, or its value has a line
    /// break, a NUL or a character outside Latin-1.
    #[must_use]
    pub fn malformed(&self) -> Option<&str> {
        let good_name = |name: &str| !name.is_empty() && name.bytes().all(is_token);
        let good_value = |value: &str| value.chars().all(|c| c <= '\u{ff}' && !matches!(c, '\r' | '\n' | '\0'));
        self.iter().find(|(name, value)| !good_name(name) || !good_value(value)).map(|(name, _)| name)
    }
}

impl<N: AsRef<str>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        Self(fields.into_iter().map(|(name, value)| (name.as_ref().to_ascii_lowercase(), value.into())).collect())
    }
}

/// `tchar` of RFC 9110, 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_whatever_their_case() {
        let mut headers: Headers = [("Content-Type", "text/html"), ("X-A", "1")].into_iter().collect();
        headers.append("x-a", "2");
        assert_eq!(headers.get("content-TYPE"), Some("text/html"));
        assert_eq!(headers.get("X-a"), Some("1"));
        headers.set("X-A", "3");
        assert_eq!(headers.iter().collect::<Vec<_>>(), [("content-type", "text/html"), ("x-a", "3")]);
    }

    #[test]
    fn a_header_that_could_split_the_request_is_named() {
        for (name, value, malformed) in [
            ("x-name", "Ångström", None),
            ("x-name", "a\r\nhost: evil", Some("x-name")),
            ("x-name", "東京", Some("x-name")),
            ("x name", "a", Some("x name")),
            ("", "a", Some("")),
        ] {
            let headers: Headers = [(name, value)].into_iter().collect();
            assert_eq!(headers.malformed(), malformed, "{name:?}: {value:?}");
        }
    }
}
