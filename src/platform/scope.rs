//! What an app calls its own in its origin: another Landfall may live there under another path.
//!
//! Databases, locks, channels and preferences of an app at the root of its origin are named `landfall/…` and
//! `landfall.…`; those of one below `/x/y/` are named `landfall:x:y/…`. No name of one begins like a name of another, so
//! each can be erased without the others. `public/device.js` makes the same names.

use std::cell::RefCell;

const ROOT: &str = "landfall";

thread_local! {
    static SCOPE: RefCell<String> = RefCell::new(ROOT.to_owned());
}

/// Says where the app lives (empty, or `/x/y`), before anything is opened.
pub fn live_under(base_path: &str) {
    SCOPE.replace([ROOT, &base_path.replace('/', ":")].concat());
}

/// The name of a database, lock or channel of this app.
#[must_use]
pub fn own_name(name: &str) -> String {
    SCOPE.with_borrow(|scope| [scope, "/", name].concat())
}

/// The name of a small preference of this app.
#[must_use]
pub fn own_key(key: &str) -> String {
    SCOPE.with_borrow(|scope| [scope.as_str(), if scope == ROOT { "." } else { "/" }, key].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apps_of_one_origin_share_no_names() {
        let names = |base: &str| {
            live_under(base);
            (own_name("crm/me/outbox"), own_key("theme"))
        };
        assert_eq!(names(""), ("landfall/crm/me/outbox".into(), "landfall.theme".into()));
        assert_eq!(names("/x/y"), ("landfall:x:y/crm/me/outbox".into(), "landfall:x:y/theme".into()));
        for (one, other) in [("", "/x"), ("/x", "/x/y"), ("/v1", "/v1.2")] {
            live_under(one);
            let prefixes = [own_name(""), own_key("")];
            let (name, key) = names(other);
            assert!(
                prefixes.iter().all(|prefix| !name.starts_with(prefix.as_str()) && !key.starts_with(prefix.as_str()))
            );
        }
        live_under("");
    }
}
