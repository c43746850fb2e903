//! Addresses: a base, a path beneath it, and a query that is always encoded.
//!
//! The browser parses URLs for real; what is needed here is small: putting paths beneath a base,
//! percent-encoding (RFC 3986, 2.1), and knowing an address's origin, because tokens are sent by
//! origin. Where the browser would read an address otherwise than this module does (backslashes,
//! control characters, missing slashes), the origin found here matches no real one.

use std::fmt;

/// An address, absolute or relative, without its fragment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Url(String);

/// Words that mark a query parameter or a header as secret.
const SECRET: [&str; 11] =
    ["token", "key", "auth", "secret", "pass", "cookie", "session", "sig", "jwt", "code", "credential"];

impl Url {
    /// The address as written; a fragment is never sent and is cut off.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.split('#').next().unwrap_or_default().to_owned())
    }

    /// `path` beneath this base, however slashes are spread; an absolute address stands for itself.
    #[must_use]
    pub fn join(&self, path: &str) -> Self {
        if is_absolute(path) || self.0.is_empty() {
            return Self::new(path);
        }
        let base = self.0.split('?').next().unwrap_or_default().trim_end_matches('/');
        let rest = path.trim_start_matches('/');
        let separator = if rest.starts_with('?') { "" } else { "/" };
        Self::new(&[base, separator, rest].concat())
    }

    /// One more path segment, encoded, so that it stays one whatever it holds.
    ///
    /// `.` and `..` mean other folders to every client, encoded or not (WHATWG URL, 4.2); encoded
    /// twice they name nothing, rather than something else.
    #[must_use]
    pub fn segment(mut self, segment: &str) -> Self {
        let at = self.0.find('?').unwrap_or(self.0.len());
        let query = self.0.split_off(at);
        if !self.0.ends_with('/') {
            self.0.push('/');
        }
        match segment {
            "." => self.0 += "%252E",
            ".." => self.0 += "%252E%252E",
            _ => encode_into(segment, &mut self.0),
        }
        self.0 += &query;
        self
    }

    /// One more query parameter, encoded.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        let separator = match self.0.find('?') {
            None => "?",
            Some(at) if at + 1 == self.0.len() || self.0.ends_with('&') => "",
            Some(_) => "&",
        };
        self.0 += separator;
        encode_into(name, &mut self.0);
        self.0.push('=');
        encode_into(value, &mut self.0);
        self
    }

    /// The whole text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `https://host:port` in lower case without a default port; empty when the address has none.
    #[must_use]
    pub fn origin(&self) -> String {
        let Some((scheme, authority)) = self.authority() else { return String::new() };
        let scheme = scheme.to_ascii_lowercase();
        let host = authority.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
        let default_port = if scheme == "https" { ":443" } else { ":80" };
        let host = host.strip_suffix(default_port).unwrap_or(&host);
        [scheme.as_str(), "://", host].concat()
    }

    /// The host without its port; empty for a relative address.
    #[must_use]
    pub fn host(&self) -> &str {
        let host = self.authority().and_then(|(_, authority)| authority.rsplit('@').next()).unwrap_or_default();
        match host.find(']') {
            Some(end) => &host[..=end],
            None => host.split(':').next().unwrap_or_default(),
        }
    }

    /// Whether the address is answered by this device: a loopback host, or bytes of the page's own
    /// (`data:`, `blob:`).
    #[must_use]
    pub fn is_local(&self) -> bool {
        let host = self.host();
        let loopback = host.eq_ignore_ascii_case("localhost")
            || host.to_ascii_lowercase().ends_with(".localhost")
            || host == "[::1]"
            || (host.starts_with("127.") && host.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit()));
        loopback || is_inline(&self.0)
    }

    /// The address as it may appear in a log: no sign-in, no value of a secret parameter.
    #[must_use]
    pub fn redacted(&self) -> String {
        if is_inline(&self.0) {
            return self.0.split(':').next().unwrap_or_default().to_owned() + ":…";
        }
        let (path, query) = self.0.split_once('?').unwrap_or((&self.0, ""));
        let mut out = match self.authority().and_then(|(_, authority)| authority.rsplit_once('@')) {
            Some((sign_in, _)) => path.replacen(sign_in, "…", 1),
            None => path.to_owned(),
        };
        for (index, pair) in query.split('&').filter(|pair| !pair.is_empty()).enumerate() {
            out.push(if index == 0 { '?' } else { '&' });
            let name = pair.split('=').next().unwrap_or_default();
            out += if is_secret(name) { name } else { pair };
            if is_secret(name) {
                out += "=…";
            }
        }
        out
    }

    /// The scheme, and what stands between `://` and the path.
    fn authority(&self) -> Option<(&str, &str)> {
        let (scheme, rest) = self.0.split_once("://").filter(|(scheme, _)| is_scheme(scheme))?;
        Some((scheme, rest.split(['/', '\\', '?']).next().unwrap_or_default()))
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a name (of a parameter or a header) says that its value is a secret.
#[must_use]
pub fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET.iter().any(|word| name.contains(word)) && name != "idempotency-key"
}

/// Appends `text` with everything but unreserved characters percent-encoded.
fn encode_into(text: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

fn is_absolute(text: &str) -> bool {
    is_inline(text) || text.split_once("://").is_some_and(|(scheme, _)| is_scheme(scheme))
}

fn is_inline(text: &str) -> bool {
    text.starts_with("data:") || text.starts_with("blob:")
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_beneath_the_base() {
        for (base, path, joined) in [
            ("https://a.org/v1", "people", "https://a.org/v1/people"),
            ("https://a.org/v1/", "/people", "https://a.org/v1/people"),
            ("https://a.org/v1/?x=1#f", "people?y=2#g", "https://a.org/v1/people?y=2"),
            ("https://a.org", "?q=1", "https://a.org?q=1"),
            ("https://a.org", "docs:commit", "https://a.org/docs:commit"),
            ("https://a.org", "//evil.org/x", "https://a.org/evil.org/x"),
            ("https://a.org", "https://b.org/x", "https://b.org/x"),
            ("https://a.org", "x?next=https://b.org", "https://a.org/x?next=https://b.org"),
            ("https://a.org", "data:,hello", "data:,hello"),
            ("", "landfall.json", "landfall.json"),
        ] {
            assert_eq!(Url::new(base).join(path).as_str(), joined, "{base} + {path}");
        }
    }

    #[test]
    fn segments_and_parameters_stay_what_they_are() {
        let url = Url::new("https://a.org/v1?x=1").segment("a/b?c").query("q", "100 % & ü").query("r", "");
        assert_eq!(url.as_str(), "https://a.org/v1/a%2Fb%3Fc?x=1&q=100%20%25%20%26%20%C3%BC&r=");
        assert_eq!(Url::new("https://a.org/v1").segment("..").as_str(), "https://a.org/v1/%252E%252E");
        assert_eq!(Url::new("/p").query("a", "1").query("b", "2").as_str(), "/p?a=1&b=2");
    }

    #[test]
    fn an_origin_is_what_the_browser_would_connect_to() {
        for (url, origin, host) in [
            ("HTTPS://A.Org:443/x", "https://a.org", "A.Org"),
            ("http://a.org:80", "http://a.org", "a.org"),
            ("https://a.org:8443/?x=https://b.org", "https://a.org:8443", "a.org"),
            ("https://a.org@evil.org/", "https://evil.org", "evil.org"),
            ("https://evil.org\\@a.org/", "https://evil.org", "evil.org"),
            ("http://[::1]:8080/x", "http://[::1]:8080", "[::1]"),
            ("landfall.json", "", ""),
            ("https:/a.org", "", ""),
        ] {
            assert_eq!(Url::new(url).origin(), origin, "{url}");
            assert_eq!(Url::new(url).host(), host, "{url}");
        }
    }

    #[test]
    fn this_device_is_known_by_its_host() {
        for local in ["http://127.0.0.1:8080/", "http://localhost", "http://[::1]/", "http://a.localhost/", "data:,x"] {
            assert!(Url::new(local).is_local(), "{local}");
        }
        for far in ["http://127.0.0.1.evil.org/", "https://localhost.evil.org/", "landfall.json", "https://a.org"] {
            assert!(!Url::new(far).is_local(), "{far}");
        }
    }

    #[test]
    fn logs_never_show_a_secret() {
        let url = Url::new("https://me:pw@a.org/files/1?token=abc&page=2&API_KEY=def&flag");
        assert_eq!(url.redacted(), "https://…@a.org/files/1?token=…&page=2&API_KEY=…&flag");
        assert_eq!(Url::new("data:text/plain,secret").redacted(), "data:…");
    }
}
